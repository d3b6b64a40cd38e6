/** A function that follows a table's stream. */
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { FailureQueue } from "./failure-queue.ts";
import type { NodeFunction } from "./node-function.ts";

export type StreamConsumerProps = {
  table: dynamodb.Table;
  consumer: NodeFunction;
  batchSize: number;
  /** Event patterns; a record that matches none of them is not delivered. */
  filters: Record<string, unknown>[];
};

/**
 * Delivers the records of a stream from its beginning, retries five times, halves a batch that fails, and puts what
 * still fails into a queue. The queue holds positions in the stream only, never the records: those carry task tokens.
 */
export class StreamConsumer extends Construct {
  readonly failures: FailureQueue;

  constructor(scope: Construct, id: string, { table, consumer, batchSize, filters }: StreamConsumerProps) {
    super(scope, id);
    this.failures = new FailureQueue(this, "Failures");
    const stream = table.tableStreamArn!;
    consumer.allow(
      ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
      stream,
    );
    consumer.allow(["sqs:SendMessage"], this.failures.queueArn);
    new lambda.EventSourceMapping(this, "Mapping", {
      target: consumer.function,
      eventSourceArn: stream,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize,
      parallelizationFactor: 1,
      retryAttempts: 5,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      onFailure: new SqsDlq(this.failures),
      filters: filters.map((filter) => lambda.FilterCriteria.filter(filter)),
    });
  }
}
