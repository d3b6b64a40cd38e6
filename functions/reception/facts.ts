/** What the policy judges a reception by, and what lists show of it. Pure. */
import type { ApprovalFacts } from "../approval/model.ts";
import type { Department } from "../directory/model.ts";
import type { BucketId } from "../ledger/rules.ts";
import { hashOf } from "../shared/ids.ts";
import { guestsTotal, periodOf, type Reception } from "./schema.ts";

export const factsOf = (
  content: Reception,
  requester: { staffId: string; department: Department },
): ApprovalFacts => ({
  amount: content.budgetAmount,
  people: guestsTotal(content) + content.companions.length,
  level: content.level,
  department: requester.department,
  costDepartment: content.costDepartment,
  requester: requester.staffId,
});

/** The bucket a reception draws from: cost department × month of arrival. */
export const bucketOf = (content: Reception): BucketId => ({
  department: content.costDepartment,
  period: periodOf(content),
  category: "hospitality",
});

export type FieldChange = { path: string; from: unknown; to: unknown };

/**
 * Field by field what an edit changes; a field that was or becomes absent is null. Compared in canonical form, because
 * the table gives the keys of an object back in any order.
 */
export function changesBetween(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): FieldChange[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return paths
    .map((path) => ({ path, from: before[path] ?? null, to: after[path] ?? null }))
    .filter((change) => hashOf(change.from) !== hashOf(change.to));
}
