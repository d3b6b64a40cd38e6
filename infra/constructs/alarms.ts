/** What wakes a person up. */
import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import * as sns from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { FailureQueue } from "./failure-queue.ts";
import type { HttpApi } from "./http-api.ts";
import { METRICS_NAMESPACE, type NodeFunction } from "./node-function.ts";
import type { Workflow } from "./workflow.ts";

/** What alarms are for. */
export type Watched = {
  functions: NodeFunction[];
  /** Functions that follow a stream. */
  consumers: NodeFunction[];
  workflows: Workflow[];
  queues: FailureQueue[];
  /** Faults that a function counts by itself; each count above 0 wakes somebody up. `every`: how often it counts. */
  faults: { of: NodeFunction; name: string; every: Duration }[];
  api: HttpApi;
};

/** `email`: who is told; without it the alarms are only shown. */
type AlarmsProps = Watched & { email: string | undefined };

const FIVE_MINUTES = { period: Duration.minutes(5) };

/**
 * Alarms on what no rule of the system handles by itself: something lies in a failure queue, an execution failed,
 * a function or the site fails, a stream is read late.
 */
export class Alarms extends Construct {
  private readonly action: SnsAction | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    if (props.email !== undefined) {
      const topic = new sns.Topic(this, "Topic", { enforceSSL: true });
      topic.addSubscription(new EmailSubscription(props.email));
      this.action = new SnsAction(topic);
    }
    for (const queue of props.queues) {
      this.above(
        queue,
        "Waiting",
        0,
        queue.metricApproximateNumberOfMessagesVisible({ ...FIVE_MINUTES, statistic: "max" }),
      );
    }
    for (const workflow of props.workflows) {
      this.above(workflow, "Failed", 0, workflow.machine.metricFailed({ ...FIVE_MINUTES, statistic: "sum" }));
      this.above(
        workflow,
        "TimedOut",
        0,
        workflow.machine.metricTimedOut({ ...FIVE_MINUTES, statistic: "sum" }),
      );
    }
    for (const each of props.functions) {
      this.above(each, "Errors", 0, each.function.metricErrors({ ...FIVE_MINUTES, statistic: "sum" }));
    }
    for (const each of props.consumers) {
      const age = each.function.metric("IteratorAge", { ...FIVE_MINUTES, statistic: "max" });
      this.above(each, "Late", Duration.minutes(5).toMilliseconds(), age);
    }
    for (const { of, name, every } of props.faults) {
      const metric = new cloudwatch.Metric({
        namespace: METRICS_NAMESPACE,
        metricName: name,
        dimensionsMap: { service: of.bundle },
        period: every,
        statistic: "max",
      });
      this.above(of, name, 0, metric);
    }
    this.above(
      props.api,
      "ServerErrors",
      0,
      props.api.api.metricServerError({ ...FIVE_MINUTES, statistic: "sum" }),
    );
  }

  private above(subject: Construct, what: string, threshold: number, metric: cloudwatch.Metric): void {
    const id = `${subject.node.path.split("/").slice(1).join("")}${what}`;
    const alarm = new cloudwatch.Alarm(this, id, {
      metric,
      threshold,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    if (this.action) alarm.addAlarmAction(this.action);
  }
}
