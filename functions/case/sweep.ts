/**
 * Lambda `case-sweep`: the slow path (MECHANICS §2). Finds work items that the stream or an alarm missed, and open
 * steps past their due time that no timer watches, and hands them to the consumers. The stream is only the fast path.
 */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { now, stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { ConditionFailed, type Item, type Key, queryAll, transact } from "../shared/table.ts";
import { timerOf } from "../step/store.ts";
import type { Process, Step } from "./model.ts";
import { pkOf, put, readCase, sk } from "./store.ts";

const lambda = new LambdaClient({});

/** The stream is given two minutes. */
const GRACE_MS = 2 * 60_000;
/** Timers are written with their steps, so a step without one is a fault: looked for once a day, at 04:00 in Shanghai. */
const NIGHT_HOUR_UTC = 20;
const BATCH = 25;
const SHARDS = 8;
const PROCESSES: Process[] = ["reception", "budget-change", "complaint", "claim", "follow-up", "summary"];

export async function handler(): Promise<{ redriven: number }> {
  const before = stamp(now() - GRACE_MS);
  const [work, timers, messages, watched] = await Promise.all([
    overdue("work", before),
    overdue("timer", before),
    overdue("message", before),
    new Date(now()).getUTCHours() === NIGHT_HOUR_UTC ? rewatch(before) : [],
  ]);
  await Promise.all([
    send(env("ADVANCE_FUNCTION_NAME"), [...work, ...timers, ...watched]),
    send(env("DISPATCH_FUNCTION_NAME"), messages),
  ]);
  return { redriven: work.length + timers.length + messages.length + watched.length };
}

async function overdue(pending: string, before: string): Promise<Key[]> {
  const items = await queryAll({
    TableName: env("CASES_TABLE"),
    IndexName: "byPending",
    KeyConditionExpression: "pending = :pending AND dueAt < :before",
    ExpressionAttributeValues: { ":pending": pending, ":before": before },
  });
  return items.map(keyOf);
}

/** Open steps past their due time that have no pending timer get the next rung's timer back. */
async function rewatch(before: string): Promise<Key[]> {
  const steps = await Promise.all(
    PROCESSES.flatMap((process) =>
      Array.from({ length: SHARDS }, (_, shard) => openSteps(process, shard, before)),
    ),
  );
  const lost = await Promise.all(steps.flat().map(watchAgain));
  return lost.flatMap((key) => key ?? []);
}

async function openSteps(process: Process, shard: number, before: string): Promise<Step[]> {
  const items = await queryAll({
    TableName: env("CASES_TABLE"),
    IndexName: "byProcess",
    KeyConditionExpression: "#process = :process AND #shard = :shard AND #status = :open AND dueAt < :before",
    ExpressionAttributeNames: { "#process": "process", "#shard": "shard", "#status": "status" },
    ExpressionAttributeValues: { ":process": process, ":shard": shard, ":open": "open", ":before": before },
  });
  return items
    .filter((item) => (item.sk as string).startsWith("STEP#"))
    .map((item) => item as unknown as Step);
}

async function watchAgain(step: Step): Promise<Key | null> {
  const file = await readCase(step.caseId);
  const current = file?.steps.find((one) => one.stepId === step.stepId);
  if (
    current?.status !== "open" ||
    file?.timers.some((timer) => timer.stepId === step.stepId && timer.pending)
  )
    return null;
  const ran =
    file?.timers.filter((timer) => timer.kind === "rung" && timer.stepId === step.stepId).length ?? 0;
  const timer = timerOf(current, ran);
  if (!timer) return null;
  try {
    // Another hand may have written it since we read: what it wrote is newer.
    await transact([put(step.caseId, sk.timer(timer.timerId), timer, { mustBeNew: true })]);
  } catch (error) {
    if (error instanceof ConditionFailed) return null;
    throw error;
  }
  return { pk: pkOf(step.caseId), sk: sk.timer(timer.timerId) };
}

const keyOf = (item: Item): Key => ({ pk: item.pk as string, sk: item.sk as string });

async function send(name: string, keys: Key[]): Promise<void> {
  for (let at = 0; at < keys.length; at += BATCH) {
    await lambda.send(
      new InvokeCommand({
        FunctionName: name,
        InvocationType: "Event",
        Payload: Buffer.from(JSON.stringify({ redrive: keys.slice(at, at + BATCH) })),
      }),
    );
  }
}
