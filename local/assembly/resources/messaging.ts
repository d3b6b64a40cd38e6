/** Queues, topics, rules, schedules and the mail identity. */
import type { CreateResource } from "../deploy.ts";
import { ensure } from "./provision.ts";

type Target = { Id: string; Arn: string } & Record<string, unknown>;

/** CloudFormation takes documents where the API takes text. */
const asText = (value: unknown) =>
  value === undefined || typeof value === "string" ? value : JSON.stringify(value);

export const messagingTypes: Record<string, CreateResource> = {
  "AWS::SQS::Queue": async (props: Record<string, unknown>, ctx) => {
    const { QueueName, Tags: _tags, ...rest } = props;
    const name = ctx.name(QueueName, 80);
    const attributes = Object.entries(rest).map(([key, value]) => [key, String(asText(value))]);
    const made = await ensure<{ QueueUrl: string }>(ctx, "sqs", "CreateQueue", {
      QueueName: name,
      Attributes: Object.fromEntries(attributes),
    });
    const QueueUrl = made!.QueueUrl;
    return { ref: QueueUrl, attributes: { Arn: ctx.arn("sqs", name), QueueName: name, QueueUrl } };
  },
  "AWS::SNS::Topic": async ({ TopicName }: { TopicName?: string }, ctx) => {
    const name = ctx.name(TopicName, 256);
    const TopicArn = ctx.arn("sns", name);
    await ensure(ctx, "sns", "CreateTopic", { Name: name });
    return { ref: TopicArn, attributes: { TopicArn, TopicName: name } };
  },
  "AWS::SNS::Subscription": async (
    { TopicArn, Protocol, Endpoint }: { TopicArn: string; Protocol: string; Endpoint: string },
    ctx,
  ) => {
    await ensure(ctx, "sns", "Subscribe", { TopicArn, Protocol, Endpoint });
    return { ref: `${TopicArn}:${ctx.id(32)}`, attributes: {} };
  },
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
  "AWS::Scheduler::ScheduleGroup": async (props: { Name?: string }, ctx) => {
    const Name = ctx.name(props.Name);
    await ensure(ctx, "scheduler", "CreateScheduleGroup", { Name }, ["ConflictException"]);
    return { ref: Name, attributes: { Arn: ctx.arn("scheduler", `schedule-group/${Name}`) } };
  },
  "AWS::Scheduler::Schedule": async (
    props: { Name?: string; GroupName?: string } & Record<string, unknown>,
    ctx,
  ) => {
    const Name = ctx.name(props.Name);
    const GroupName = props.GroupName ?? "default";
    const input = { ...props, Name, GroupName };
    const made = await ensure(ctx, "scheduler", "CreateSchedule", input, ["ConflictException"]);
    if (!made) await ensure(ctx, "scheduler", "UpdateSchedule", input);
    return { ref: Name, attributes: { Arn: ctx.arn("scheduler", `schedule/${GroupName}/${Name}`) } };
  },
  "AWS::SES::EmailIdentity": async ({ EmailIdentity }: { EmailIdentity: string }, ctx) => {
    const action = EmailIdentity.includes("@") ? "VerifyEmailIdentity" : "VerifyDomainIdentity";
    await ensure(ctx, "ses", action, { EmailAddress: EmailIdentity, Domain: EmailIdentity });
    const dkim = [1, 2, 3].flatMap((n) => [
      [`DkimDNSTokenName${n}`, `local${n}._domainkey.${EmailIdentity}`],
      [`DkimDNSTokenValue${n}`, `local${n}.dkim.amazonses.com`],
    ]);
    return { ref: EmailIdentity, attributes: Object.fromEntries(dkim) };
  },
  "AWS::SES::ConfigurationSet": async (props: { Name?: string }, ctx) => {
    const Name = ctx.name(props.Name);
    await ensure(ctx, "ses", "CreateConfigurationSet", { ConfigurationSet: { Name } }, [
      "ConfigurationSetAlreadyExists",
      "ConfigurationSetAlreadyExistsException",
    ]);
    return { ref: Name, attributes: {} };
  },
  "AWS::SES::ConfigurationSetEventDestination": async (
    props: { ConfigurationSetName: string; EventDestination: { Name?: string } & Record<string, unknown> },
    ctx,
  ) => {
    const EventDestination = { ...props.EventDestination, Name: ctx.name(props.EventDestination.Name) };
    const { ConfigurationSetName } = props;
    await ensure(
      ctx,
      "ses",
      "CreateConfigurationSetEventDestination",
      { ConfigurationSetName, EventDestination },
      ["EventDestinationAlreadyExists", "EventDestinationAlreadyExistsException"],
    );
    return { ref: EventDestination.Name, attributes: { Id: EventDestination.Name } };
  },
};
