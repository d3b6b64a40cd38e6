/** The Ledger table: buckets and their entries, changed only inside the transaction of the case that spends. */
import { stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { conflict, type Refusal } from "../shared/errors.ts";
import { ConditionFailed, getItem, getItems, type Item, queryAll, type Write } from "../shared/table.ts";
import {
  type Bucket,
  type BucketId,
  type Deltas,
  deltasOf,
  type EntryKind,
  entryIdOf,
  sumOf,
  takes,
} from "./rules.ts";

const table = () => env("LEDGER_TABLE");

export const bucketPk = (id: BucketId): string => `B#${id.department}#${id.period}#${id.category}`;
const BUCKET = "BUCKET";
/** Every bucket has an item here beside its own, so that all can be listed without a scan. */
export const bucketListKey = ({ department, period, category }: BucketId) => ({
  pk: "BUCKETS",
  sk: `${department}#${period}#${category}`,
});
const ENTRY = "X#";

function toBucket(item: Item): Bucket {
  const { pk: _pk, sk: _sk, v: _v, ...bucket } = item;
  return bucket as Bucket;
}

/** One bucket or null, strongly consistent. */
export async function readBucketItem(id: BucketId): Promise<Bucket | null> {
  const item = await getItem(table(), { pk: bucketPk(id), sk: BUCKET });
  return item ? toBucket(item) : null;
}

/** Those of these buckets that exist, in the order asked for. */
export async function readBuckets(ids: BucketId[]): Promise<Bucket[]> {
  if (ids.length === 0) return [];
  const keys = ids.map((id) => ({ pk: bucketPk(id), sk: BUCKET }));
  const items = new Map((await getItems(table(), keys)).map((item) => [item.pk, item]));
  return keys.flatMap(({ pk }) => {
    const item = items.get(pk);
    return item ? [toBucket(item)] : [];
  });
}

export type Entry = {
  /** Every bucket that the case draws from takes the same entry. */
  buckets: BucketId[];
  kind: EntryKind;
  caseId: string;
  /** Tells repeated entries of one kind of a case apart: its revision, or its `seq` where a revision may have several. */
  round: number;
  /** Fen; positive except for `adjust` (signed difference). */
  amount: number;
  by: string | null;
  at: number;
  /** Where a release takes from. */
  held?: "reserved" | "committed";
  /** How much of a `settle` had been committed before, where that is less than what was spent. */
  committed?: number;
};

/** Labels of the writes of `entryWrites`, to tell by ConditionFailed what did not hold. */
const LEDGER_LABEL = { bucket: "ledger.bucket", entry: "ledger.entry" };

/** Whether a transaction failed because a bucket is missing or has not enough left. */
export const isBudgetFailure = (error: unknown): error is ConditionFailed =>
  error instanceof ConditionFailed && error.labels.some((label) => label.startsWith(LEDGER_LABEL.bucket));

/**
 * The writes of one or several entries: each bucket moves once, on condition that it exists and, where the entries
 * together take from a bucket under hard control, that enough is available; each entry must be new. All entries of a
 * transaction must be given in one call, because a transaction may touch an item only once. Two `adjust` of the same
 * case and round that meet in one bucket (an edit moves a visit to another month of the same year) are one entry, and
 * none where they cancel out.
 */
export function entryWrites(...entries: Entry[]): Write[] {
  const lines = new Map<string, Map<string, EntryItem>>();
  for (const entry of entries) {
    for (const bucket of entry.buckets) {
      const pk = bucketPk(bucket);
      const item = entryItem(entry);
      const own = lines.get(pk) ?? new Map<string, EntryItem>();
      const met = own.get(item.entryId);
      own.set(item.entryId, met ? { ...met, ...sumOf([met, item]) } : item);
      lines.set(pk, own);
    }
  }
  return [...lines].flatMap(([pk, own]) => {
    const kept = [...own.values()].filter((item) => !isNothing(item));
    return kept.length === 0
      ? []
      : [bucketWrite(pk, sumOf(kept)), ...kept.map((item) => entryWrite(pk, item))];
  });
}

/** sk = X#<entryId>: one line of a statement. */
export type EntryItem = Deltas & {
  v: 1;
  entryId: string;
  at: string;
  kind: EntryKind;
  /** Null for the allotment that a bucket begins with. */
  caseId: string | null;
  by: string | null;
};

const isNothing = (item: EntryItem): boolean =>
  item.allotted === 0 && item.reserved === 0 && item.committed === 0 && item.spent === 0;

const entryItem = (entry: Entry): EntryItem => ({
  v: 1,
  entryId: entryIdOf(entry.caseId, entry.kind, entry.round),
  at: stamp(entry.at),
  kind: entry.kind,
  caseId: entry.caseId,
  by: entry.by,
  ...deltasOf(entry.kind, entry.amount, entry.held, entry.committed),
});

const entryWrite = (pk: string, item: EntryItem): Write => ({
  label: `${LEDGER_LABEL.entry} ${pk}`,
  Put: {
    TableName: table(),
    Item: { pk, sk: `${ENTRY}${item.entryId}`, ...item },
    ConditionExpression: "attribute_not_exists(pk)",
  },
});

/** Sums stay whole numbers that a program can hold (2^53−1), whatever a soft bucket is asked for. */
const MOST = Number.MAX_SAFE_INTEGER;

function bucketWrite(pk: string, deltas: Deltas): Write {
  const need = takes(deltas);
  const grown = (["allotted", "reserved", "committed", "spent"] as const).filter((one) => deltas[one] > 0);
  const conditions = [
    "attribute_exists(pk)",
    ...(need > 0 ? ["(control = :soft OR available >= :need)", "available >= :least"] : []),
    ...grown.map((one) => `${one} <= :room_${one}`),
  ];
  return {
    label: `${LEDGER_LABEL.bucket} ${pk}`,
    Update: {
      TableName: table(),
      Key: { pk, sk: BUCKET },
      UpdateExpression:
        "ADD allotted :allotted, reserved :reserved, committed :committed, spent :spent, available :available",
      ConditionExpression: conditions.join(" AND "),
      ExpressionAttributeValues: {
        ":allotted": deltas.allotted,
        ":reserved": deltas.reserved,
        ":committed": deltas.committed,
        ":spent": deltas.spent,
        ":available": -need,
        ...(need > 0 ? { ":soft": "soft", ":need": need, ":least": need - MOST } : {}),
        ...Object.fromEntries(grown.map((one) => [`:room_${one}`, MOST - deltas[one]])),
      },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
}

/** A new bucket with its first entry; the label `bucket` fails where it exists. */
export function newBucketWrites(bucket: Bucket, by: string, at: number): Write[] {
  const pk = bucketPk(bucket);
  const name = `${bucket.department}-${bucket.period}-${bucket.category}`;
  const first = {
    v: 1 as const,
    entryId: entryIdOf(name, "allot", 1),
    at: stamp(at),
    kind: "allot" as const,
    caseId: null,
    by,
    ...deltasOf("allot", bucket.allotted),
  };
  return [
    {
      label: "bucket",
      Put: {
        TableName: table(),
        Item: { pk, sk: BUCKET, v: 1, ...bucket },
        ConditionExpression: "attribute_not_exists(pk)",
      },
    },
    { label: "list", Put: { TableName: table(), Item: { ...bucketListKey(bucket), v: 1 } } },
    entryWrite(pk, first),
  ];
}

/** Sets whether a bucket refuses what it does not hold; its condition fails where there is none. */
export const controlWrite = (id: BucketId, control: Bucket["control"]): Write => ({
  label: "bucket",
  Update: {
    TableName: table(),
    Key: { pk: bucketPk(id), sk: BUCKET },
    UpdateExpression: "SET control = :control",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":control": control },
  },
});

/**
 * A bucket with all its entries in the order of their time; entries of one instant in the order of their ids. Null
 * where there is none. Consistent reads of one partition: an index would lag behind what was just booked, and a balance
 * needs every entry before it anyhow.
 */
export async function readLedger(id: BucketId): Promise<{ bucket: Bucket; entries: EntryItem[] } | null> {
  const items = await queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": bucketPk(id) },
    ConsistentRead: true,
  });
  const bucket = items.find((item) => item.sk === BUCKET);
  if (!bucket) return null;
  const entries = items
    .filter((item) => (item.sk as string).startsWith(ENTRY))
    .map(({ pk: _pk, sk: _sk, ...entry }) => entry as EntryItem)
    .sort((a, b) => compare(a.at, b.at) || compare(a.entryId, b.entryId));
  return { bucket: toBucket(bucket), entries };
}

/** Every bucket there is; `department`: only its own. In the order of their names. */
export async function listBuckets(department?: string): Promise<BucketId[]> {
  const items = await queryAll({
    TableName: table(),
    KeyConditionExpression: department === undefined ? "pk = :pk" : "pk = :pk AND begins_with(sk, :of)",
    ExpressionAttributeValues: {
      ":pk": "BUCKETS",
      ...(department === undefined ? {} : { ":of": `${department}#` }),
    },
    ConsistentRead: true,
  });
  return items.map((item) => {
    const [own = "", period = "", category = ""] = (item.sk as string).split("#");
    return { department: own, period, category };
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Why buckets refused: 409 `budget_exceeded` with what the tightest has and what was needed, or 409 `no_budget`. */
export function budgetRefusal(failure: ConditionFailed, needed: number): Refusal {
  const buckets = failure.labels
    .filter((label) => label.startsWith(LEDGER_LABEL.bucket))
    .map((label) => failure.items.get(label));
  if (buckets.length === 0 || buckets.some((bucket) => !bucket)) return conflict("no_budget");
  const available = Math.min(...buckets.map((bucket) => bucket?.available as number));
  return conflict("budget_exceeded", { available, needed });
}
