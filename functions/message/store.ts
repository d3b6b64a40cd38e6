/** The outbox in the Cases table: claims and marks, each by condition, so that two senders never both win. */
import type { Message } from "../case/model.ts";
import { pkOf, sk } from "../case/store.ts";
import { stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import {
  ConditionFailed,
  getItem,
  type Item,
  type Key,
  transact,
  updateItem,
  type Write,
} from "../shared/table.ts";
import { leaseAt, type Resent, retryAt } from "./rules.ts";

export type MessageKey = { pk: string; sk: string };

export const messageKey = (caseId: string, messageId: string): MessageKey => ({
  pk: pkOf(caseId),
  sk: sk.message(messageId),
});

const toMessage = (item: Item | null): (Message & Resent) | null =>
  item ? (item as Message & Resent) : null;

/** One message, strongly consistent. */
export const readMessage = async (key: Key): Promise<(Message & Resent) | null> =>
  toMessage(await getItem(env("CASES_TABLE"), key));

/** A failed condition means that somebody else was first. */
async function firstOnly<T>(change: () => Promise<T>): Promise<T | null> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof ConditionFailed) return null;
    throw error;
  }
}

/** What a message must still be for a change of ours to count. */
const asRead = (message: Message) => ({
  condition: "#status = :was AND attempt = :attempt",
  names: { "#status": "status" },
  values: { ":was": message.status, ":attempt": message.attempt },
});

/** Takes a message in hand: waiting or lost -> sending with a lease. Null when somebody else has it. */
export function claim(
  message: Message,
  now: number,
  move: "take" | "retake",
): Promise<(Message & Resent) | null> {
  const { condition, names, values } = asRead(message);
  const { leaseUntil, dueAt } = leaseAt(now);
  return firstOnly(async () =>
    toMessage(
      await updateItem({
        TableName: env("CASES_TABLE"),
        Key: messageKey(message.caseId, message.messageId),
        UpdateExpression: `SET #status = :sending, attempt = attempt + :one, leaseUntil = :lease, dueAt = :due${
          move === "retake" ? ", resent = :yes" : ""
        }`,
        ConditionExpression: `${condition} AND attribute_exists(pending)`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ...values,
          ":sending": "sending",
          ":one": 1,
          ":lease": leaseUntil,
          ":due": dueAt,
          ...(move === "retake" ? { ":yes": true } : {}),
        },
      }),
    ),
  );
}

/** Certainly not sent: waits for a later try. */
export async function postpone(message: Message, code: string, now: number): Promise<void> {
  const { condition, names, values } = asRead(message);
  await firstOnly(() =>
    updateItem({
      TableName: env("CASES_TABLE"),
      Key: messageKey(message.caseId, message.messageId),
      UpdateExpression: "SET #status = :pending, dueAt = :due, failure = :code REMOVE leaseUntil",
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ...values,
        ":pending": "pending",
        ":due": retryAt(message.attempt, now),
        ":code": code,
      },
    }),
  );
}

/** The write that puts a message off: it waits in the index with the time at which it leaves. Label `message`. */
export function deferral(message: Message, until: number): Write {
  const { condition, names, values } = asRead(message);
  return {
    label: "message",
    Update: {
      TableName: env("CASES_TABLE"),
      Key: messageKey(message.caseId, message.messageId),
      UpdateExpression: "SET #status = :deferred, dueAt = :until REMOVE leaseUntil",
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...values, ":deferred": "deferred", ":until": stamp(until) },
    },
  };
}

type Ended = "failed" | "suppressed";

function ended(message: Message, status: Ended, reason: string) {
  const { condition, names, values } = asRead(message);
  return {
    TableName: env("CASES_TABLE"),
    Key: messageKey(message.caseId, message.messageId),
    UpdateExpression: "SET #status = :status, failure = :reason REMOVE #pending, leaseUntil",
    ConditionExpression: condition,
    ExpressionAttributeNames: { ...names, "#pending": "pending" },
    ExpressionAttributeValues: { ...values, ":status": status, ":reason": reason },
  };
}

/** The end without sending: out of the index, with the reason as a code. */
export async function settle(message: Message, status: Ended, reason: string): Promise<void> {
  await firstOnly(() => updateItem(ended(message, status, reason)));
}

/** The same as a write of a transaction. Label `message`. */
export const ending = (message: Message, status: Ended, reason: string): Write => ({
  label: "message",
  Update: ended(message, status, reason),
});

/** A seat whose link just went out in a mail: it lives from now on. */
export type SentLink = {
  caseId: string;
  stepId: string;
  staffId: string;
  version?: number;
  expiresAt: number;
};

/**
 * A link lives from the last mail that carried it: never shortened, and only for the version that the mail carried
 * (a newer one has a mail of its own).
 */
function prolong(link: SentLink): Write {
  return {
    label: "seat",
    Update: {
      TableName: env("CASES_TABLE"),
      Key: { pk: pkOf(link.caseId), sk: sk.seat(link.stepId, link.staffId) },
      UpdateExpression: "SET #link.expiresAt = :expires",
      ConditionExpression: `#link.expiresAt < :expires${link.version === undefined ? "" : " AND #link.#version = :version"}`,
      ExpressionAttributeNames: {
        "#link": "link",
        ...(link.version === undefined ? {} : { "#version": "version" }),
      },
      ExpressionAttributeValues: {
        ":expires": stamp(link.expiresAt),
        ...(link.version === undefined ? {} : { ":version": link.version }),
      },
    },
  };
}

/** Writes what can be written: a part whose condition does not hold (any more) does not stop the other. */
async function writeEach(writes: Write[]): Promise<void> {
  try {
    await transact(writes);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const rest = writes.filter((write) => !error.labels.includes(write.label));
    if (rest.length > 0) await writeEach(rest);
  }
}

/** Sent: out of the index, with the provider's id and the digest of what was said. */
export async function markSent(
  message: Message,
  sent: { providerId: string; at: number; digest: string },
  link: SentLink | null,
): Promise<void> {
  const { condition, names, values } = asRead(message);
  await writeEach([
    {
      label: "message",
      Update: {
        TableName: env("CASES_TABLE"),
        Key: messageKey(message.caseId, message.messageId),
        UpdateExpression:
          "SET #status = :sent, providerId = :provider, sentAt = :at, digest = :digest REMOVE #pending, leaseUntil, failure",
        ConditionExpression: condition,
        ExpressionAttributeNames: { ...names, "#pending": "pending" },
        ExpressionAttributeValues: {
          ...values,
          ":sent": "sent",
          ":provider": sent.providerId,
          ":at": stamp(sent.at),
          ":digest": sent.digest,
        },
      },
    },
    ...(link ? [prolong(link)] : []),
  ]);
}

/** The provider says that it took a message whose sender did not live to note it. */
export async function confirmSent(
  message: Message,
  sent: { providerId: string; at: number },
  link: SentLink | null,
): Promise<void> {
  await writeEach([
    {
      label: "message",
      Update: {
        TableName: env("CASES_TABLE"),
        Key: messageKey(message.caseId, message.messageId),
        UpdateExpression:
          "SET #status = :sent, providerId = :provider, sentAt = :at REMOVE #pending, leaseUntil, failure",
        ConditionExpression: "#status = :sending AND attempt = :attempt",
        ExpressionAttributeNames: { "#status": "status", "#pending": "pending" },
        ExpressionAttributeValues: {
          ":sending": "sending",
          ":attempt": message.attempt,
          ":sent": "sent",
          ":provider": sent.providerId,
          ":at": stamp(sent.at),
        },
      },
    },
    ...(link ? [prolong(link)] : []),
  ]);
}

/** The provider could not deliver. True when this is news. */
export async function markUndelivered(
  message: Pick<Message, "caseId" | "messageId">,
  reason: string,
): Promise<boolean> {
  const marked = await firstOnly(() =>
    updateItem({
      TableName: env("CASES_TABLE"),
      Key: messageKey(message.caseId, message.messageId),
      UpdateExpression: "SET #status = :failed, failure = :reason REMOVE #pending, leaseUntil",
      ConditionExpression: "#status IN (:sending, :sent)",
      ExpressionAttributeNames: { "#status": "status", "#pending": "pending" },
      ExpressionAttributeValues: {
        ":failed": "failed",
        ":reason": reason,
        ":sending": "sending",
        ":sent": "sent",
      },
    }),
  );
  return marked !== null;
}
