/** The arithmetic of a budget bucket (contracts/budget.md §1, §2). Pure; integer fen. */

export type BucketId = { department: string; period: string; category: string };

/** What money may be set aside for. Receptions draw from `hospitality`. */
export const CATEGORIES = ["hospitality", "gift", "travel"] as const;

/** The periods that a day falls into, the shortest first: `2026-12`, `2026-Q4`, `2026`. */
export function periodsOf(day: string): string[] {
  const [year = "", month = ""] = day.split("-");
  return [`${year}-${month}`, `${year}-Q${Math.ceil(Number(month) / 3)}`, year];
}

/** Whether a text names a month, a quarter or a year of this century. */
export const isPeriod = (text: string): boolean => /^20\d\d(-(0[1-9]|1[0-2]|Q[1-4]))?$/.test(text);

/** Whether two lists name the same buckets, in whatever order. */
export function sameBuckets(a: BucketId[], b: BucketId[]): boolean {
  const names = (list: BucketId[]) => list.map((id) => `${id.department} ${id.period} ${id.category}`).sort();
  return names(a).join() === names(b).join();
}

/** `available` is kept beside its parts because a condition cannot compute: available = allotted − reserved − committed − spent. */
export type Bucket = BucketId & {
  control: "hard" | "soft";
  allotted: number;
  reserved: number;
  committed: number;
  spent: number;
  available: number;
};

/** A bucket as people and clients see it, without what only the table needs. */
export const bucketView = (bucket: Bucket): Bucket => ({
  department: bucket.department,
  period: bucket.period,
  category: bucket.category,
  control: bucket.control,
  allotted: bucket.allotted,
  reserved: bucket.reserved,
  committed: bucket.committed,
  spent: bucket.spent,
  available: bucket.available,
});

/** An empty bucket, before its first entry. */
export const newBucket = (id: BucketId, control: Bucket["control"]): Bucket => ({
  department: id.department,
  period: id.period,
  category: id.category,
  control,
  allotted: 0,
  reserved: 0,
  committed: 0,
  spent: 0,
  available: 0,
});

export const ENTRY_KINDS = [
  "allot",
  "top-up",
  "transfer-in",
  "transfer-out",
  "hold",
  "unhold",
  "reserve",
  "adjust",
  "commit",
  "release",
  "expire",
  "settle",
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Signed changes of the four columns. */
export type Deltas = { allotted: number; reserved: number; committed: number; spent: number };

const none: Deltas = { allotted: 0, reserved: 0, committed: 0, spent: 0 };

/**
 * What an entry does to its bucket. `amount` is positive except for `adjust`, where it is the signed difference.
 * `held` says where a release takes from: what was reserved, or what was committed already. `committed` says how much of
 * a settlement had been committed for it, where it is not the whole amount: what exceeds it comes out of `available`.
 */
export function deltasOf(
  kind: EntryKind,
  amount: number,
  held: "reserved" | "committed" = "reserved",
  committed = amount,
): Deltas {
  switch (kind) {
    case "allot":
    case "top-up":
    case "transfer-in":
      return { ...none, allotted: amount };
    case "transfer-out":
      return { ...none, allotted: -amount };
    case "hold":
    case "reserve":
    case "adjust":
      return { ...none, reserved: amount };
    case "unhold":
      return { ...none, reserved: -amount };
    case "commit":
      return { ...none, reserved: -amount, committed: amount };
    case "release":
    case "expire":
      return { ...none, [held]: -amount };
    case "settle":
      return { ...none, committed: -committed, spent: amount };
  }
}

/** The changes of several entries together. */
export const sumOf = (all: Deltas[]): Deltas =>
  all.reduce(
    (sum, one) => ({
      allotted: sum.allotted + one.allotted,
      reserved: sum.reserved + one.reserved,
      committed: sum.committed + one.committed,
      spent: sum.spent + one.spent,
    }),
    none,
  );

/** How much of `available` an entry takes (negative: gives back). */
export const takes = (deltas: Deltas): number =>
  deltas.reserved + deltas.committed + deltas.spent - deltas.allotted;

/** The bucket after an entry. */
export function applyTo(bucket: Bucket, deltas: Deltas): Bucket {
  return {
    ...bucket,
    allotted: bucket.allotted + deltas.allotted,
    reserved: bucket.reserved + deltas.reserved,
    committed: bucket.committed + deltas.committed,
    spent: bucket.spent + deltas.spent,
    available: bucket.available - takes(deltas),
  };
}

/** A column whose balance is not what its entries add up to. `bucket`: listed, but not there. */
export type Difference = {
  column: keyof Deltas | "available" | "bucket";
  balance: number;
  entries: number;
};

/** Where a bucket and the sums of its entries differ; empty when the books are right. */
export function differencesOf(bucket: Bucket, entries: Deltas[]): Difference[] {
  const sums = sumOf(entries);
  const { department, period, category, control } = bucket;
  const right = applyTo(newBucket({ department, period, category }, control), sums);
  const columns = ["allotted", "reserved", "committed", "spent", "available"] as const;
  return columns
    .filter((column) => bucket[column] !== right[column])
    .map((column) => ({ column, balance: bucket[column], entries: right[column] }));
}

/** Made from case, kind and round: whatever is delivered twice is one entry. */
export const entryIdOf = (caseId: string, kind: EntryKind, round: number): string =>
  `${caseId}-${kind}-${round}`;
