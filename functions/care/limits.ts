/**
 * How often something may be done by one phone, for one code or from one address within a while
 * (contracts/complaints.md "Intake"). A time is taken before anything is judged and given back where it does not count:
 * however many calls come at the same instant, no more than the limit are looked at. The items live in the table of
 * passing things, which has no stream; their keys are keyed hashes, so that it tells neither phones nor addresses.
 */
import { randomBytes } from "node:crypto";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { busy, Refusal } from "../shared/errors.ts";
import { hmac } from "../shared/ids.ts";
import { ConditionFailed, type Item, updateItem } from "../shared/table.ts";
import { linkKeys } from "../step/links.ts";
import { counting, isFull, type Limit, type Marks, markAt, refusedUntil } from "./limit-rules.ts";

/** One time that was taken, and all marks as they stood after it. */
export type Taken = { limit: Limit; pk: string; mark: string; marks: string[] };

const ATTEMPTS = 8;

const keyOf = async (limit: Limit, who: string): Promise<string> => {
  const keys = await linkKeys();
  return `LIMIT#${limit.name}#${hmac(keys[keys.current] ?? "", `limit|${limit.name}|${who}`)}`;
};

type Wanted = { limit: Limit; who: string };

const REMEMBERED_MS = 5_000;
const MOST_REMEMBERED = 1_000;

/**
 * What this environment saw to be shut, for a few seconds: who goes on regardless is told so without a read or a write.
 * Should another environment have given a time back meanwhile, he waits these seconds longer.
 */
const shut = new Map<string, { until: number; forgetAt: number }>();

function tooSoon(until: number, at: number): Refusal {
  return new Refusal(429, "too_soon", { retryAfter: Math.max(1, Math.ceil((until - at) / 1000)) });
}

function remember(pk: string, until: number, at: number): void {
  shut.delete(pk);
  shut.set(pk, { until, forgetAt: at + REMEMBERED_MS });
  const [oldest] = shut.keys();
  if (shut.size > MOST_REMEMBERED && oldest !== undefined) shut.delete(oldest);
}

/** Throws 429 `too_soon` where one of these was seen to be shut a moment ago. */
export async function refuseShut(wanted: readonly Wanted[]): Promise<void> {
  const at = now();
  for (const { limit, who } of wanted) {
    const known = shut.get(await keyOf(limit, who));
    if (known && at < Math.min(known.until, known.forgetAt)) throw tooSoon(known.until, at);
  }
}

/** Takes one time. Throws 429 `too_soon` with the seconds to wait. */
export async function take(limit: Limit, who: string): Promise<Taken> {
  const pk = await keyOf(limit, who);
  const mark = markAt(now(), randomBytes(6).toString("base64url"));
  const added = await append(pk, limit, mark);
  if ("taken" in added) return { limit, pk, mark, marks: added.taken };
  const marks = await replace(pk, limit, added.found, (found, at) => {
    const until = refusedUntil(limit, found, at);
    if (until !== null) {
      remember(pk, until, at);
      throw tooSoon(until, at);
    }
    return [...counting(limit, found.marks, at), mark];
  });
  if (!marks) throw busy();
  return { limit, pk, mark, marks };
}

/** Gives back a time that does not count after all. Where others are too quick for it, it counts: no harm beyond that. */
export async function giveBack({ pk, limit, mark, marks }: Taken): Promise<void> {
  shut.delete(pk);
  await replace(pk, limit, { marks, lockedUntil: 0 }, (found) => found.marks.filter((one) => one !== mark));
}

/** A time that was taken did count: the one that fills a limit shuts it for a while. */
export async function count({ limit, pk, marks }: Taken): Promise<void> {
  const at = now();
  if (!limit.locks || !isFull(limit, marks, at)) return;
  await updateItem({
    TableName: env("IDEMPOTENCY_TABLE"),
    Key: { pk },
    UpdateExpression: "SET lockedUntil = :until, expiresAt = :expires",
    ExpressionAttributeValues: { ":until": at + limit.withinMs, ":expires": expiry(limit, at) },
  });
}

/** When the item may go: whatever it says has ended by then. */
const expiry = (limit: Limit, at: number): number => Math.ceil((at + 2 * limit.withinMs) / 1000);

const marksOf = (item: Item | undefined): Marks => ({
  marks: (item?.marks as string[] | undefined) ?? [],
  lockedUntil: (item?.lockedUntil as number | undefined) ?? 0,
});

/** One mark more where there is room without a look at how old the others are, as there nearly always is: one round trip. */
async function append(
  pk: string,
  limit: Limit,
  mark: string,
): Promise<{ taken: string[] } | { found: Marks }> {
  const at = now();
  try {
    const item = await updateItem({
      TableName: env("IDEMPOTENCY_TABLE"),
      Key: { pk },
      UpdateExpression:
        "SET v = :v, marks = list_append(if_not_exists(marks, :none), :mine), expiresAt = :expires",
      ConditionExpression:
        "(attribute_not_exists(marks) OR size(marks) < :times) AND (attribute_not_exists(lockedUntil) OR lockedUntil <= :at)",
      ExpressionAttributeValues: {
        ":v": 1,
        ":none": [],
        ":mine": [mark],
        ":times": limit.times,
        ":at": at,
        ":expires": expiry(limit, at),
      },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    return { taken: marksOf(item).marks };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return { found: marksOf(error.items.get("update")) };
  }
}

/** Writes other marks on condition that they still are those that `next` saw; null where others always were quicker. */
async function replace(
  pk: string,
  limit: Limit,
  seen: Marks,
  next: (found: Marks, at: number) => string[],
): Promise<string[] | null> {
  let found = seen;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const at = now();
    const marks = next(found, at);
    if (marks.length === found.marks.length && marks.at(-1) === found.marks.at(-1)) return marks;
    try {
      await updateItem({
        TableName: env("IDEMPOTENCY_TABLE"),
        Key: { pk },
        UpdateExpression: "SET marks = :marks, expiresAt = :expires",
        ConditionExpression: "marks = :seen",
        ExpressionAttributeValues: {
          ":marks": marks,
          ":seen": found.marks,
          ":expires": expiry(limit, at),
        },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      return marks;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      found = marksOf(error.items.get("update"));
    }
  }
  return null;
}

/** All of these or none: what was taken of some is given back where another is full. Throws as `take`. */
export async function takeAll(wanted: readonly Wanted[]): Promise<Taken[]> {
  await refuseShut(wanted);
  const results = await Promise.allSettled(wanted.map(({ limit, who }) => take(limit, who)));
  const taken = results.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const refused = results.find((one) => one.status === "rejected");
  if (!refused) return taken;
  await giveBackAll(taken);
  throw refused.reason;
}

export const giveBackAll = async (taken: readonly Taken[]): Promise<void> => {
  await Promise.all(taken.map(giveBack));
};

export const countAll = async (taken: readonly Taken[]): Promise<void> => {
  await Promise.all(taken.map(count));
};
