/** The Ledger table: buckets and their entries, changed only inside the transaction of the case that spends. */
import { stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { conflict, type Refusal } from "../shared/errors.ts";
import { ConditionFailed, getItem, getItems, type Item, type Write } from "../shared/table.ts";
import { type Bucket, type BucketId, deltasOf, type EntryKind, entryIdOf, takes } from "./rules.ts";

const table = () => env("LEDGER_TABLE");

export const bucketPk = (id: BucketId): string => `B#${id.department}#${id.period}#${id.category}`;
const BUCKET = "BUCKET";

function toBucket(item: Item): Bucket {
  const { pk: _pk, sk: _sk, v: _v, ...bucket } = item;
  return bucket as Bucket;
}

/** One bucket or null, strongly consistent. */
export async function readBucketItem(id: BucketId): Promise<Bucket | null> {
  const item = await getItem(table(), { pk: bucketPk(id), sk: BUCKET });
  return item ? toBucket(item) : null;
}

/** Those of these buckets that exist. */
export async function readBuckets(ids: BucketId[]): Promise<Bucket[]> {
  if (ids.length === 0) return [];
  const items = await getItems(
    table(),
    ids.map((id) => ({ pk: bucketPk(id), sk: BUCKET })),
  );
  return items.map(toBucket);
}

export type Entry = {
  /** Every bucket that the case draws from takes the same entry. */
  buckets: BucketId[];
  kind: EntryKind;
  caseId: string;
  /** Tells repeated entries of one kind apart: the case's revision. */
  round: number;
  /** Fen; positive except for `adjust` (signed difference). */
  amount: number;
  by: string | null;
  at: number;
  /** Where a release takes from. */
  held?: "reserved" | "committed";
};

/** Labels of the writes of `entryWrites`, to tell by ConditionFailed what did not hold. */
const LEDGER_LABEL = { bucket: "ledger.bucket", entry: "ledger.entry" };

/** Whether a transaction failed because a bucket is missing or has not enough left. */
export const isBudgetFailure = (error: unknown): error is ConditionFailed =>
  error instanceof ConditionFailed && error.labels.some((label) => label.startsWith(LEDGER_LABEL.bucket));

/**
 * Two writes for each bucket of an entry: the bucket moves on condition that it exists and, where the entry takes from a bucket
 * under hard control, that enough is available; the entry must be new.
 */
export const entryWrites = (entry: Entry): Write[] =>
  entry.buckets.flatMap((bucket) => bucketWrites(bucket, entry));

function bucketWrites(bucket: BucketId, entry: Entry): Write[] {
  const deltas = deltasOf(entry.kind, entry.amount, entry.held);
  const need = takes(deltas);
  return [
    {
      label: `${LEDGER_LABEL.bucket} ${bucketPk(bucket)}`,
      Update: {
        TableName: table(),
        Key: { pk: bucketPk(bucket), sk: BUCKET },
        UpdateExpression:
          "ADD allotted :allotted, reserved :reserved, committed :committed, spent :spent, available :available",
        ConditionExpression:
          need > 0
            ? "attribute_exists(pk) AND (control = :soft OR available >= :need)"
            : "attribute_exists(pk)",
        ExpressionAttributeValues: {
          ":allotted": deltas.allotted,
          ":reserved": deltas.reserved,
          ":committed": deltas.committed,
          ":spent": deltas.spent,
          ":available": -need,
          ...(need > 0 ? { ":soft": "soft", ":need": need } : {}),
        },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    {
      label: `${LEDGER_LABEL.entry} ${bucketPk(bucket)}`,
      Put: {
        TableName: table(),
        Item: {
          pk: bucketPk(bucket),
          sk: `X#${entryIdOf(entry.caseId, entry.kind, entry.round)}`,
          v: 1,
          entryId: entryIdOf(entry.caseId, entry.kind, entry.round),
          at: stamp(entry.at),
          kind: entry.kind,
          caseId: entry.caseId,
          by: entry.by,
          ...deltas,
        },
        ConditionExpression: "attribute_not_exists(pk)",
      },
    },
  ];
}

/** Why a bucket refused: 409 `budget_exceeded` with what is there and what was needed, or 409 `no_budget`. */
export function budgetRefusal(failure: ConditionFailed, needed: number): Refusal {
  const label = failure.labels.find((one) => one.startsWith(LEDGER_LABEL.bucket));
  const bucket = label === undefined ? undefined : failure.items.get(label);
  if (!bucket) return conflict("no_budget");
  return conflict("budget_exceeded", { available: bucket.available, needed });
}
