/**
 * Idempotent writes (MECHANICS §1): one item in the deciding transaction, per person and route, 24 hours. The same
 * key gives the stored answer, another body 409 `idempotency_mismatch`.
 */
import { now } from "./clock.ts";
import { env } from "./env.ts";
import { conflict, invalid, Refusal } from "./errors.ts";
import { hashOf } from "./ids.ts";
import { ConditionFailed, early, getItem, type Item, type Write } from "./table.ts";

export type Idempotency = {
  staffId: string;
  route: string;
  key: string;
  body: unknown;
  /** What the key stood for when the call began. */
  stored: Promise<Item | null>;
};
export type Answer<T> = { status: number; body: T };

const LIFE_SECONDS = 24 * 3600;
const LABEL = "idempotency";

type Named = Omit<Idempotency, "stored">;

const keyOf = (of: Named) => ({ pk: `${of.staffId}#${of.route}#${of.key}` });
const isPlain = (key: string): boolean => /^[\x21-\x7e]{1,200}$/.test(key);

/**
 * The key of a call, null without one. Its read starts here and is judged by `once`, so that a use case reads its own
 * in the same round trip and still refuses first who may not call.
 */
export function keyed(
  key: string | undefined,
  call: { staffId: string; route: string; body: unknown },
): Idempotency | null {
  return key ? { ...call, key, stored: early(find({ ...call, key })) } : null;
}

const find = async (of: Named): Promise<Item | null> =>
  isPlain(of.key) ? getItem(env("IDEMPOTENCY_TABLE"), keyOf(of)) : null;

/** The answer of an earlier call with this key, or null. Throws 409 when that call had another body. */
function answerOf<T>(of: Idempotency, item: Item | null): Answer<T> | null {
  if (!item || (item.expiresAt as number) * 1000 <= now()) return null;
  if (item.bodyHash !== hashOf(of.body ?? null)) throw conflict("idempotency_mismatch");
  return { status: item.status as number, body: JSON.parse(item.body as string) as T };
}

/** The write that remembers an answer; it fails where the key was used meanwhile. */
function remember(of: Idempotency, answer: Answer<unknown>): Write {
  const seconds = Math.floor(now() / 1000);
  return {
    label: LABEL,
    Put: {
      TableName: env("IDEMPOTENCY_TABLE"),
      Item: {
        ...keyOf(of),
        v: 1,
        bodyHash: hashOf(of.body ?? null),
        status: answer.status,
        // As text: the table would not keep the order of the names, and the answer is the same to the letter.
        body: JSON.stringify(answer.body),
        expiresAt: seconds + LIFE_SECONDS,
      },
      ConditionExpression: "attribute_not_exists(pk) OR expiresAt <= :now",
      ExpressionAttributeValues: { ":now": seconds },
    },
  };
}

/**
 * Runs a write under a key: answers from memory, or runs `write` with the write to add to its transaction. When a
 * twin call with the same key wins the race, its answer is given. Without a key it just runs.
 */
export async function once<T>(
  of: Idempotency | null,
  write: (extra: (answer: Answer<T>) => Write[]) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  if (!of) return write(() => []);
  if (!isPlain(of.key)) throw invalid({ path: "Idempotency-Key", code: "invalid" });
  const known = answerOf<T>(of, await of.stored);
  if (known) return known;
  try {
    return await write((answer) => [remember(of, answer)]);
  } catch (error) {
    // The twin may show as its key, or as what its success left: no budget, a decided step, a closed case.
    const isTrace = error instanceof ConditionFailed || (error instanceof Refusal && error.status >= 409);
    if (!isTrace) throw error;
    const won = answerOf<T>(of, await find(of));
    if (won) return won;
    throw error;
  }
}
