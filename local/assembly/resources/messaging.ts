/** Queues, topics, rules, schedules and the mail identity. */
import type { CreateResource } from "../deploy.ts";
import { ensure } from "./provision.ts";

type EventDestinationProps = {
  ConfigurationSetName: string;
  EventDestination: {
    Name?: string;
    Enabled?: boolean;
    MatchingEventTypes: string[];
    EventBridgeDestination?: { EventBusArn: string };
  };
};
type Target = { Id: string; Arn: string } & Record<string, unknown>;

/** CloudFormation takes documents where the API takes text. */
const asText = (value: unknown) =>
  value === undefined || typeof value === "string" ? value : JSON.stringify(value);

export const messagingTypes: Record<string, CreateResource> = {
  "AWS::SQS::Queue": (props: Record<string, unknown>, ctx) => {
    const { QueueName, Tags: _tags, ...rest } = props;
    const name = ctx.name(QueueName, 80);
    const settings = Object.entries(rest).map(([key, value]) => [key, String(asText(value))]);
    const { url, arn } = ctx.services.sqs.provision(name, Object.fromEntries(settings));
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
  "AWS::SNS::Topic": ({ TopicName }: { TopicName?: string }, ctx) => {
    const name = ctx.name(TopicName, 256);
    const TopicArn = ctx.services.sns.provisionTopic(name);
    return { ref: TopicArn, attributes: { TopicArn, TopicName: name } };
  },
  // Who subscribes to an alarm topic hears nothing here: nothing pages anybody on a laptop.
  "AWS::SNS::Subscription": ({ TopicArn }: { TopicArn: string }, ctx) => ({
    ref: `${TopicArn}:${ctx.id(32)}`,
    attributes: {},
  }),
  "AWS::Events::Rule": async (
    props: { Name?: string; EventBusName?: string; Targets?: Target[] } & Record<string, unknown>,
    ctx,
  ) => {
    const { Targets = [], EventPattern, ...rest } = props;
    const Name = ctx.name(props.Name);
    const EventBusName = props.EventBusName ?? "default";
    await ensure(ctx, "events", "PutRule", {
      ...rest,
      Name,
      EventBusName,
      EventPattern: asText(EventPattern),
    });
    if (Targets.length > 0) await ensure(ctx, "events", "PutTargets", { Rule: Name, EventBusName, Targets });
    const bus = EventBusName === "default" ? "" : `${EventBusName}/`;
    return { ref: Name, attributes: { Arn: ctx.arn("events", `rule/${bus}${Name}`) } };
  },
  "AWS::Scheduler::ScheduleGroup": (props: { Name?: string }, ctx) => {
    const ref = ctx.name(props.Name);
    return { ref, attributes: { Arn: ctx.services.scheduler.provisionGroup(ref) } };
  },
  "AWS::Scheduler::Schedule": async (props: { Name?: string; GroupName?: string }, ctx) => {
    const Name = ctx.name(props.Name);
    const GroupName = props.GroupName ?? "default";
    const input = { ...props, Name, GroupName };
    const made = await ensure(ctx, "scheduler", "CreateSchedule", input, ["ConflictException"]);
    if (!made) await ensure(ctx, "scheduler", "UpdateSchedule", input);
    return { ref: Name, attributes: { Arn: ctx.arn("scheduler", `schedule/${GroupName}/${Name}`) } };
  },
  "AWS::SES::EmailIdentity": ({ EmailIdentity }: { EmailIdentity: string }, ctx) => {
    ctx.services.ses.provisionIdentity(EmailIdentity);
    const dkim = [1, 2, 3].flatMap((n) => [
      [`DkimDNSTokenName${n}`, `local${n}._domainkey.${EmailIdentity}`],
      [`DkimDNSTokenValue${n}`, `local${n}.dkim.amazonses.com`],
    ]);
    return { ref: EmailIdentity, attributes: Object.fromEntries(dkim) as Record<string, string> };
  },
  "AWS::SES::ConfigurationSet": (props: { Name?: string }, ctx) => {
    const name = ctx.name(props.Name);
    ctx.services.ses.provisionConfigurationSet(name);
    return { ref: name, attributes: {} };
  },
  "AWS::SES::ConfigurationSetEventDestination": (props: EventDestinationProps, ctx) => {
    const { EventBridgeDestination, MatchingEventTypes, Enabled, Name } = props.EventDestination;
    if (EventBridgeDestination && Enabled !== false) {
      ctx.services.ses.provisionEventDestination({
        configurationSet: props.ConfigurationSetName,
        eventBusArn: EventBridgeDestination.EventBusArn,
        eventTypes: MatchingEventTypes,
      });
    }
    const ref = ctx.name(Name);
    return { ref, attributes: { Id: ref } };
  },
};
