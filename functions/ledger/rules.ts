/** The arithmetic of a budget bucket (contracts/budget.md §1, §2). Pure; integer fen. */

export type BucketId = { department: string; period: string; category: string };

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

export type EntryKind = "allot" | "reserve" | "adjust" | "commit" | "release" | "expire";

/** Signed changes of the four columns. */
export type Deltas = { allotted: number; reserved: number; committed: number; spent: number };

const none: Deltas = { allotted: 0, reserved: 0, committed: 0, spent: 0 };

/**
 * What an entry does to its bucket. `amount` is positive except for `adjust`, where it is the signed difference.
 * `held` says where a release takes from: what was reserved, or what was committed already.
 */
export function deltasOf(
  kind: EntryKind,
  amount: number,
  held: "reserved" | "committed" = "reserved",
): Deltas {
  switch (kind) {
    case "allot":
      return { ...none, allotted: amount };
    case "reserve":
    case "adjust":
      return { ...none, reserved: amount };
    case "commit":
      return { ...none, reserved: -amount, committed: amount };
    case "release":
    case "expire":
      return { ...none, [held]: -amount };
  }
}

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

/** Made from case, kind and round: whatever is delivered twice is one entry. */
export const entryIdOf = (caseId: string, kind: EntryKind, round: number): string =>
  `${caseId}-${kind}-${round}`;
