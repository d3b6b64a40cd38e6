/**
 * The one door to DynamoDB: reads, single writes and labelled transactions. Only cancellations that are all
 * TransactionConflict or throttling are retried here (MECHANICS §1); a failed condition is the caller's to judge.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { busy } from "./errors.ts";
import { inParallel, inPieces } from "./parallel.ts";

export type Key = { pk: string; sk?: string };
export type Item = Record<string, unknown>;

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** One operation of a transaction; the label tells a caller whose condition failed. */
export type Write = { label: string } & TransactItem;

/** A condition did not hold. `labels` name the operations; `items` what was there instead, where asked for. */
export class ConditionFailed extends Error {
  readonly labels: string[];
  readonly items: Map<string, Item>;
  constructor(labels: string[], items: Map<string, Item>) {
    super(`Condition failed: ${labels.join(", ")}`);
    this.name = "ConditionFailed";
    this.labels = labels;
    this.items = items;
  }
}

let client: DynamoDBDocumentClient | undefined;
const db = (): DynamoDBDocumentClient => {
  client ??= DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return client;
};

/** Reads that were started beside others: should they fail, that counts where they are awaited, if they are. */
export function early<T>(reads: Promise<T>): Promise<T> {
  reads.catch(() => undefined);
  return reads;
}

/** One item by key, strongly consistent. */
export async function getItem(table: string, key: Key): Promise<Item | null> {
  const { Item } = await db().send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }));
  return Item ?? null;
}

/** Keys of one call, and how many calls run at once. */
const MOST_KEYS = 100;
const AT_ONCE = 8;

/** Items of one table, strongly consistent, in any order: one round trip for up to 100. */
export async function getItems(table: string, keys: Key[]): Promise<Item[]> {
  return (await inParallel(inPieces(keys, MOST_KEYS), AT_ONCE, (some) => getSome(table, some))).flat();
}

async function getSome(table: string, keys: Key[]): Promise<Item[]> {
  const found: Item[] = [];
  let request: Record<string, { Keys: Item[]; ConsistentRead?: boolean }> = {
    [table]: { Keys: keys, ConsistentRead: true },
  };
  while (Object.keys(request).length > 0) {
    const answer = await db().send(new BatchGetCommand({ RequestItems: request }));
    found.push(...(answer.Responses?.[table] ?? []));
    request = (answer.UnprocessedKeys ?? {}) as typeof request;
  }
  return found;
}

/** All pages of a query. For collections that are bounded by nature (one case, the staff of a firm). */
export async function queryAll(input: QueryCommandInput): Promise<Item[]> {
  const found: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await db().send(new QueryCommand({ ...input, ExclusiveStartKey: start }));
    found.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return found;
}

/** One round of a query: at most a megabyte, and the key where it stopped, undefined at the end. */
export async function queryChunk(
  input: QueryCommandInput,
): Promise<{ items: Item[]; last: Item | undefined }> {
  const page = await db().send(new QueryCommand(input));
  return { items: page.Items ?? [], last: page.LastEvaluatedKey };
}

/** How many items a query finds, without reading them. */
export async function countAll(input: QueryCommandInput): Promise<number> {
  let found = 0;
  let start: Item | undefined;
  do {
    const page = await db().send(new QueryCommand({ ...input, Select: "COUNT", ExclusiveStartKey: start }));
    found += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start);
  return found;
}

/** The key that a cursor stands for. Throws SyntaxError when it is no cursor of ours. */
function toKey(cursor: string): Item {
  const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  if (typeof key !== "object" || key === null || Array.isArray(key)) throw new SyntaxError("Not a cursor");
  return key as Item;
}

/**
 * One page of a query with an opaque cursor; a filter may leave fewer than `limit` on it. One item more is read, so that
 * the page with the last item knows that it is the last. `key`: the names that place an item in what is queried.
 */
export async function queryPage(
  input: QueryCommandInput,
  { limit, cursor, key }: { limit: number; cursor?: string; key: string[] },
): Promise<{ items: Item[]; next: string | null }> {
  const start = cursor ? toKey(cursor) : undefined;
  const page = await db().send(new QueryCommand({ ...input, Limit: limit + 1, ExclusiveStartKey: start }));
  const found = page.Items ?? [];
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const next =
    last && found.length > limit
      ? Object.fromEntries(key.map((name) => [name, last[name]]))
      : page.LastEvaluatedKey;
  return { items, next: next ? Buffer.from(JSON.stringify(next)).toString("base64url") : null };
}

const ATTEMPTS = 8;

/**
 * One conditional update outside a transaction. Resolves with the new item; throws ConditionFailed. A transaction on
 * the same item in flight is waited out: the SDK does not try TransactionConflictException again by itself.
 */
export async function updateItem(input: UpdateCommandInput): Promise<Item> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { Attributes } = await db().send(new UpdateCommand({ ...input, ReturnValues: "ALL_NEW" }));
      return Attributes ?? {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        // What was there instead, where `ReturnValuesOnConditionCheckFailure` asks for it.
        const found = error.Item ? [["update", unmarshall(error.Item)] as const] : [];
        throw new ConditionFailed(["update"], new Map(found));
      }
      if (!(error instanceof Error) || error.name !== "TransactionConflictException") throw error;
      if (attempt === ATTEMPTS) throw busy();
      await pause(attempt);
    }
  }
}

/**
 * All writes or none. Throws ConditionFailed when a condition does not hold, a 503 Refusal `busy` when other
 * transactions on the same items win again and again.
 */
export async function transact(writes: Write[]): Promise<void> {
  const items = writes.map(({ label: _label, ...item }) => item);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db().send(new TransactWriteCommand({ TransactItems: items }));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const failed = writes.filter((_, index) => reasons[index]?.Code === "ConditionalCheckFailed");
      if (failed.length > 0) {
        const found = new Map<string, Item>();
        for (const [index, write] of writes.entries()) {
          const item = reasons[index]?.Item;
          // The document client translates answers, not errors.
          if (item) found.set(write.label, unmarshall(item));
        }
        throw new ConditionFailed(
          failed.map((write) => write.label),
          found,
        );
      }
      const passing = reasons.every((reason) =>
        ["None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"].includes(
          reason.Code ?? "None",
        ),
      );
      if (!passing) throw error;
      if (attempt === ATTEMPTS) throw busy();
      await pause(attempt);
    }
  }
}

/** Waits a random time below 10, 20, 40 … 640 ms: full jitter, so that rivals spread out. */
export async function pause(attempt: number): Promise<void> {
  await sleep(Math.random() * 10 * 2 ** Math.min(attempt - 1, 6));
}
