/** What the policy judges a budget change by, what lists show of it, and who may ask for one. Pure. */
import type { ApprovalFacts } from "../approval/model.ts";
import type { Header } from "../case/model.ts";
import type { Actor, Department } from "../directory/model.ts";
import { changeTitle } from "../shared/i18n/sections/budget.ts";
import { hashOf } from "../shared/ids.ts";
import { type BudgetChange, heldIn } from "./schema.ts";

/** The policy that says who signs. */
export const POLICY = "budget-change";

/**
 * Finance, or the manager of the department that gets the money. `input` is what was sent, still unchecked: who may not
 * ask is refused before anything else is looked at.
 */
export function mayAsk(actor: Actor, input: unknown): boolean {
  if (actor.roles.includes("finance")) return true;
  if (!actor.roles.includes("dept_manager")) return false;
  const to = (input as { to?: { department?: unknown } } | null | undefined)?.to;
  return typeof to?.department !== "string" || to.department === actor.department;
}

export const factsOf = (
  change: BudgetChange,
  requester: { staffId: string; department: Department },
): ApprovalFacts => ({
  amount: change.amount,
  people: 0,
  department: requester.department,
  costDepartment: change.to.department,
  requester: requester.staffId,
});

/** The fields of the header that follow from the content. */
export const contentOf = (
  change: BudgetChange,
  requester: { staffId: string; department: Department },
): Pick<Header, "title" | "contentHash" | "facts" | "buckets" | "held"> => ({
  title: changeTitle(change, "zh-CN"),
  contentHash: hashOf(change),
  facts: factsOf(change, requester),
  buckets: heldIn(change),
  held: change.kind === "transfer" ? change.amount : 0,
});
