/**
 * What a compensation above the handler's limit does to the budget of the responding department: set aside with the
 * proposal, promised once it is approved, given back when it is not. Entries are named by the case's `seq`, because a
 * case may propose more than once.
 */
import { type BucketId, periodsOf } from "../ledger/rules.ts";
import { bucketPk, type Entry } from "../ledger/store.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { conflict } from "../shared/errors.ts";
import type { ComplaintState } from "./model.ts";
import type { ComplaintCase } from "./write.ts";

/** Compensations are drawn from what a department has for its customers. */
const CATEGORY = "hospitality";

/** Every bucket of these departments that a day falls into, there or not. */
export const bucketsOn = (departments: readonly string[], at: number): BucketId[] =>
  departments.flatMap((department) =>
    periodsOf(shanghaiDate(at)).map((period) => ({ department, period, category: CATEGORY })),
  );

/** Those of a department among the buckets that there are. Throws 409 `no_budget` where it has none. */
export function drawnBy(department: string, buckets: readonly BucketId[]): BucketId[] {
  const own = buckets
    .filter((bucket) => bucket.department === department)
    .map(({ period, category }) => ({ department, period, category }));
  if (own.length === 0) throw conflict("no_budget");
  return [...new Map(own.map((id) => [bucketPk(id), id])).values()];
}

const entryOf = (
  { header }: ComplaintCase,
  { buckets, amount }: { buckets: BucketId[]; amount: number },
  by: string | null,
  at: number,
) => ({ buckets, amount, caseId: header.caseId, round: header.seq, by, at });

export const reserveEntry = (
  file: ComplaintCase,
  of: { buckets: BucketId[]; amount: number },
  by: string | null,
  at: number,
): Entry => ({ ...entryOf(file, of, by, at), kind: "reserve" });

const held = ({ header }: ComplaintCase) => ({ buckets: header.buckets, amount: header.held });

/** What was set aside is promised. */
export const commitEntry = (file: ComplaintCase, at: number): Entry => ({
  ...entryOf(file, held(file), null, at),
  kind: "commit",
});

/** What the ledger holds for the case goes back. */
export const releaseEntry = (file: ComplaintCase, by: string | null, at: number): Entry => ({
  ...entryOf(file, held(file), by, at),
  kind: "release",
  held: file.header.complaint.money ?? "reserved",
});

export function withoutMoney({ money: _money, ...state }: ComplaintState): ComplaintState {
  return state;
}
