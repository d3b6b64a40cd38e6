/** The quiet hours are over: what a case put off until now is pending again, and the stream brings it to the sender. */
import type { Message, Timer } from "../case/model.ts";
import { pkOf, sk } from "../case/store.ts";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { ConditionFailed, getItem, queryAll, updateItem } from "../shared/table.ts";
import { messageKey } from "./store.ts";

/** Those timers that end quiet hours, by their id. */
export const endsQuietHours = (timerId: string): boolean => /-q\d{12}$/.test(timerId);

/**
 * Runs such a timer. It stays pending until everything is released, so that one that was cut off is run again; what is
 * released twice is sent once. One that rings early asks for another alarm.
 */
export async function release({ caseId, timerId }: { caseId: string; timerId: string }): Promise<void> {
  const key = { pk: pkOf(caseId), sk: sk.timer(timerId) };
  const timer = (await getItem(env("CASES_TABLE"), key)) as Timer | null;
  if (!timer?.pending) return;
  const at = now();
  if (Date.parse(timer.dueAt) > at)
    return update(key, "SET arms = arms + :one", "attribute_exists(pending)", { ":one": 1 });
  for (const message of await putOffUntil(caseId, at))
    await update(
      messageKey(caseId, message.messageId),
      "SET #status = :pending",
      "#status = :deferred AND dueAt = :due",
      { ":pending": "pending", ":deferred": "deferred", ":due": message.dueAt },
      { "#status": "status" },
    );
  await update(key, "REMOVE pending", "attribute_exists(pending)");
}

async function putOffUntil(caseId: string, at: number): Promise<Message[]> {
  const items = await queryAll({
    TableName: env("CASES_TABLE"),
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :messages)",
    FilterExpression: "#status = :deferred",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":pk": pkOf(caseId), ":messages": sk.message(""), ":deferred": "deferred" },
    ConsistentRead: true,
  });
  return (items as unknown as Message[]).filter((message) => Date.parse(message.dueAt) <= at);
}

/** A change that somebody else has made meanwhile is none of ours. */
async function update(
  key: { pk: string; sk: string },
  change: string,
  condition: string,
  values?: Record<string, unknown>,
  names?: Record<string, string>,
): Promise<void> {
  try {
    await updateItem({
      TableName: env("CASES_TABLE"),
      Key: key,
      UpdateExpression: change,
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
