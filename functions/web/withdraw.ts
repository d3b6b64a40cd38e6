/** Taking a case back before it is approved, whatever its process (contracts/approvals.md §5). */
import { withdrawBudgetChange } from "../budget-change/withdraw.ts";
import { processOf } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { withdrawReception } from "../reception/withdraw.ts";

/** Throws 404, 403 `not_requester`, 409 `wrong_phase`, 400. */
export const withdrawCase = (
  actor: Actor,
  caseId: string,
  options: { idempotencyKey?: string; input?: unknown } = {},
): Promise<{ caseId: string }> =>
  processOf(caseId) === "budget-change"
    ? withdrawBudgetChange(actor, caseId, options)
    : withdrawReception(actor, caseId, options);
