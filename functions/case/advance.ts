/**
 * Lambda `case-advance`: drives what the transactions asked for (MECHANICS §2): starts executions, resumes waiting
 * ones, hands timers to EventBridge Scheduler. The only code that may call SendTask* and Scheduler. Every effect has
 * a deterministic id, so a record that comes twice does nothing twice.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { ConflictException, CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { faultOf } from "../shared/http.ts";
import { ConditionFailed, getItem, type Item, type Key, transact, updateItem } from "../shared/table.ts";
import { isDue, runTimer } from "../step/run-timer.ts";
import type { Step, Timer, Work } from "./model.ts";
import { pkOf, processOf, sk } from "./store.ts";

const logger = new Logger();
const states = new SFNClient({});
const scheduler = new SchedulerClient({});
const lambda = new LambdaClient({});

/** What the sweeper sends instead of stream records. */
export type Redrive = { redrive: Key[] };

export async function handler(event: DynamoDBStreamEvent | Redrive): Promise<DynamoDBBatchResponse> {
  if ("redrive" in event) {
    await Promise.all(event.redrive.map(redrive));
    return { batchItemFailures: [] };
  }
  const failed = await Promise.all(
    event.Records.map(async (record) => {
      const image = record.dynamodb?.NewImage;
      if (!image) return null;
      try {
        await advance(unmarshall(image as Record<string, AttributeValue>));
        return null;
      } catch (error) {
        logger.error("work item failed", { error: faultOf(error) });
        return record.dynamodb?.SequenceNumber ?? null;
      }
    }),
  );
  return { batchItemFailures: failed.flatMap((id) => (id === null ? [] : { itemIdentifier: id })) };
}

async function redrive(key: Key): Promise<void> {
  const item = await getItem(env("CASES_TABLE"), key);
  if (item) await advance(item);
}

/** One pending item. Items that wait for nothing any more are passed over. */
async function advance(item: Item): Promise<void> {
  if (item.pending === "timer") return arm(item as unknown as Timer);
  if (item.pending !== "work") return;
  const work = item as unknown as Work;
  if (work.kind === "resume") return resume(work);
  if (work.kind === "archive") return archive(work);
  if (work.kind === "contact") return noteContact(work);
  return start(work);
}

/** Has a dossier written. The item stays pending until that is on record, so that the sweeper asks again. */
async function archive({ caseId, version }: Extract<Work, { kind: "archive" }>): Promise<void> {
  await lambda.send(
    new InvokeCommand({
      FunctionName: env("ARCHIVE_FUNCTION_NAME"),
      InvocationType: "Event",
      Payload: JSON.stringify({ caseId, version }),
    }),
  );
}

/** Has a contact noted. The item stays pending until it is, so that the sweeper asks again. */
async function noteContact({ caseId, workId }: Extract<Work, { kind: "contact" }>): Promise<void> {
  await lambda.send(
    new InvokeCommand({
      FunctionName: env("CONTACTED_FUNCTION_NAME"),
      InvocationType: "Event",
      Payload: JSON.stringify({ caseId, workId }),
    }),
  );
}

/** The alias of the state machine that runs a case. */
function machineOf(caseId: string): string {
  const process = processOf(caseId);
  if (!process) throw new Error(`No process has cases like ${caseId}`);
  return env(`STATE_MACHINE_${process.replace("-", "_").toUpperCase()}`);
}

type Starting = Extract<Work, { kind: "start" | "replan" | "plan" }>;

/** What an item of work starts. The name of the execution is the item's id, so a second start is none. */
function execution(work: Starting): { machine: string; input: object } {
  if (work.kind === "start")
    return { machine: machineOf(work.caseId), input: { caseId: work.caseId, revision: work.revision } };
  if (work.kind === "plan") {
    const name = work.of === "run" ? "PLAN_FOLLOW_UPS" : "GENERATE_CAMPAIGN";
    return { machine: env(`STATE_MACHINE_${name}`), input: { jobId: work.jobId } };
  }
  const { year, version } = work;
  return { machine: env("STATE_MACHINE_REPLAN_CALENDAR"), input: { year, version } };
}

async function start(work: Starting): Promise<void> {
  const { machine, input } = execution(work);
  try {
    await states.send(
      new StartExecutionCommand({
        stateMachineArn: machine,
        name: work.workId,
        input: JSON.stringify(input),
      }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
  await updateItem({
    TableName: env("CASES_TABLE"),
    Key: { pk: pkOf(work.caseId), sk: sk.work(work.workId) },
    UpdateExpression: "REMOVE pending",
  });
}

/**
 * Tells the execution that waits on a step how it ended. A token that is no longer known counts as told only while
 * it is the newest: a later attempt of `open` brings another and asks again (MECHANICS §3.3).
 */
async function resume(work: Extract<Work, { kind: "resume" }>): Promise<void> {
  const step = (await getItem(env("CASES_TABLE"), {
    pk: pkOf(work.caseId),
    sk: sk.step(work.stepId),
  })) as Step | null;
  if (!step || step.status === "open") return;
  // A vote that can still be undone has no effect yet: the end of its window asks again.
  if (step.effectiveAt !== undefined && Date.parse(step.effectiveAt) > now()) return;
  if (step.token !== step.resumedToken) {
    try {
      await states.send(
        new SendTaskSuccessCommand({
          taskToken: step.token,
          output: JSON.stringify({ stepId: step.stepId, outcome: step.outcome ?? "void" }),
        }),
      );
    } catch (error) {
      if (
        !(error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
      )
        throw error;
    }
  }
  try {
    await transact([
      {
        label: "step",
        Update: {
          TableName: env("CASES_TABLE"),
          Key: { pk: pkOf(work.caseId), sk: sk.step(work.stepId) },
          UpdateExpression: "SET resumedToken = :token",
          ConditionExpression: "#token = :token",
          ExpressionAttributeNames: { "#token": "token" },
          ExpressionAttributeValues: { ":token": step.token },
        },
      },
      {
        label: "work",
        Update: {
          TableName: env("CASES_TABLE"),
          Key: { pk: pkOf(work.caseId), sk: sk.work(work.workId) },
          UpdateExpression: "REMOVE pending",
        },
      },
    ]);
  } catch (error) {
    // A newer token arrived meanwhile; its transaction made the work pending again.
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

/** Scheduler rings to the minute; what is due within 90 seconds is set 90 seconds ahead (MECHANICS §2). */
const LEAST_AHEAD_MS = 90_000;

async function arm(timer: Timer): Promise<void> {
  const input = { v: 1 as const, caseId: timer.caseId, timerId: timer.timerId };
  if (isDue(timer)) return runTimer(input);
  const at = Math.max(Date.parse(timer.dueAt), now() + LEAST_AHEAD_MS);
  const seconds = new Date(Math.ceil(at / 1000) * 1000).toISOString().slice(0, 19);
  try {
    await scheduler.send(
      new CreateScheduleCommand({
        GroupName: env("SCHEDULER_GROUP"),
        Name: `${timer.timerId}-${timer.arms}`,
        ScheduleExpression: `at(${seconds})`,
        ScheduleExpressionTimezone: "UTC",
        FlexibleTimeWindow: { Mode: "OFF" },
        ActionAfterCompletion: "DELETE",
        Target: {
          Arn: env("REMIND_FUNCTION_ARN"),
          RoleArn: env("SCHEDULER_ROLE_ARN"),
          Input: JSON.stringify(input),
          DeadLetterConfig: { Arn: env("SCHEDULER_DLQ_ARN") },
          RetryPolicy: { MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 3600 },
        },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
  }
}
