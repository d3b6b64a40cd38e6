/** Budgets for somebody who asks (contracts/budget.md §1). */
import type { BudgetView } from "../case/view.ts";
import { type Actor, DEPARTMENTS } from "../directory/model.ts";
import { forbidden, notFound } from "../shared/errors.ts";
import { type Bucket, type BucketId, bucketView, periodsOf } from "./rules.ts";
import { readBucketItem, readBuckets } from "./store.ts";

/** Seen by `finance`, `general_manager` and the department's own manager. */
export const maySeeBudget = (actor: Actor, department: string): boolean =>
  actor.roles.some((role) => role === "finance" || role === "general_manager") ||
  (actor.roles.includes("dept_manager") && actor.department === department);

/** One bucket. Throws 403 `not_allowed`, 404. */
export async function readBucket(actor: Actor, id: BucketId): Promise<BudgetView> {
  if (!maySeeBudget(actor, id.department)) throw forbidden("not_allowed");
  const bucket = await readBucketItem(id);
  if (!bucket) throw notFound();
  return bucketView(bucket);
}

/** The hospitality buckets of a period that the person may see; empty for those who may see none. */
export async function visibleBuckets(actor: Actor, period: string): Promise<BudgetView[]> {
  const departments = DEPARTMENTS.filter((department) => maySeeBudget(actor, department));
  const buckets = await readBuckets(
    departments.map((department) => ({ department, period, category: "hospitality" })),
  );
  return buckets.map(bucketView);
}

/**
 * Every bucket that a case of this department, day (`YYYY-MM-DD`) and category draws from: month, quarter and year, as
 * far as they exist, the shortest period first. One round trip.
 */
export function existingBuckets(department: string, day: string, category: string): Promise<Bucket[]> {
  return readBuckets(periodsOf(day).map((period) => ({ department, period, category })));
}
