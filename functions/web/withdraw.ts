/** Taking a case back before it is approved, whatever its process (contracts/approvals.md §5). */
import { withdrawBudgetChange } from "../budget-change/withdraw.ts";
import { readVisible } from "../case/read.ts";
import { processOf } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { withdrawReception } from "../reception/withdraw.ts";
import { conflict } from "../shared/errors.ts";

/** Throws 404, 403 `not_requester`, 409 `wrong_phase`, `closing_gate` for a complaint, 400. */
export async function withdrawCase(
  actor: Actor,
  caseId: string,
  options: { idempotencyKey?: string; input?: unknown } = {},
): Promise<{ caseId: string }> {
  switch (processOf(caseId)) {
    case "complaint":
      await readVisible(actor, caseId);
      // What was complained about does not go away because somebody takes it back (standing-rules.ts).
      throw conflict("closing_gate");
    case "follow-up":
    case "summary":
      await readVisible(actor, caseId);
      throw conflict("wrong_phase");
    case "budget-change":
      return withdrawBudgetChange(actor, caseId, options);
    default:
      return withdrawReception(actor, caseId, options);
  }
}
