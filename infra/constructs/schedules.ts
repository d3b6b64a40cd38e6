/** Alarm clocks: the one-time schedules that the code makes, and the ones that always run. */
import { Duration, Stack, TimeZone } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { Schedule, ScheduleExpression, ScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledgeWildcard, printedArn } from "./acknowledge.ts";
import type { NodeFunction } from "./node-function.ts";

export type SchedulesProps = {
  /** What the one-time schedules ring. */
  alarm: NodeFunction;
  /** Where a call goes that Scheduler could not make. */
  failures: sqs.IQueue;
};

/** A group of schedules. Only Scheduler, and only for this group, may take its roles. */
export class Schedules extends Construct {
  readonly group: ScheduleGroup;
  /** Handed to the one-time schedules: may ring the alarm, nothing else. */
  readonly alarmRole: iam.Role;
  private readonly failures: sqs.IQueue;

  constructor(scope: Construct, id: string, { alarm, failures }: SchedulesProps) {
    super(scope, id);
    this.failures = failures;
    this.group = new ScheduleGroup(this, "Group");
    this.alarmRole = this.roleFor("AlarmRole", alarm);
  }

  /** Calls a function again and again. The next call comes anyway, so one that failed is tried once more. */
  every(id: string, interval: Duration, target: NodeFunction): void {
    this.recurring(id, ScheduleExpression.rate(interval), target, {
      retryAttempts: 1,
      maxEventAge: Duration.minutes(1),
    });
  }

  /** Calls a function every day at a time of Asia/Shanghai. What matters that day is tried for an hour. */
  daily(id: string, at: { hour: string; minute: string }, target: NodeFunction): void {
    const expression = ScheduleExpression.cron({ ...at, timeZone: TimeZone.ASIA_SHANGHAI });
    this.recurring(id, expression, target, { retryAttempts: 10, maxEventAge: Duration.hours(1) });
  }

  private recurring(
    id: string,
    expression: ScheduleExpression,
    target: NodeFunction,
    tries: { retryAttempts: number; maxEventAge: Duration },
  ): void {
    const role = this.roleFor(`${id}Role`, target);
    const schedule = new Schedule(this, id, {
      scheduleGroup: this.group,
      schedule: expression,
      target: new LambdaInvoke(target.function, {
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: this.failures,
        ...tries,
      }),
    });
    // It names the group in plain text, so that CloudFormation sees no order.
    schedule.node.addDependency(this.group, role);
  }

  /** Lets a function make one-time schedules in the group, with the alarm's role. */
  allowScheduling(creator: NodeFunction): void {
    creator.allow(["scheduler:CreateSchedule"], this.schedulesArn);
    creator.allowWhere(
      { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
      ["iam:PassRole"],
      this.alarmRole.roleArn,
    );
    acknowledgeWildcard(
      creator.role,
      printedArn(this, "scheduler", `schedule/${this.group.scheduleGroupName}/*`),
      "Schedules of this one group: each has the deterministic id of its timer as a name.",
    );
  }

  private get schedulesArn(): string {
    return Stack.of(this).formatArn({
      service: "scheduler",
      resource: "schedule",
      resourceName: `${this.group.scheduleGroupName}/*`,
    });
  }

  private roleFor(id: string, target: NodeFunction): iam.Role {
    return new iam.Role(this, id, {
      assumedBy: new iam.ServicePrincipal("scheduler.amazonaws.com", {
        conditions: {
          StringEquals: { "aws:SourceAccount": Stack.of(this).account },
          ArnEquals: { "aws:SourceArn": this.group.scheduleGroupArn },
        },
      }),
      inlinePolicies: {
        Calls: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ["lambda:InvokeFunction"],
              resources: [target.function.functionArn],
            }),
            new iam.PolicyStatement({ actions: ["sqs:SendMessage"], resources: [this.failures.queueArn] }),
          ],
        }),
      },
    });
  }
}
