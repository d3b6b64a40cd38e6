/** The desk opens a closed complaint again, one level up, within some days of its closing. */
import { isDesk } from "../case/access.ts";
import type { Actor } from "../directory/model.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import type { CallOptions } from "./call.ts";
import { reopening } from "./close.ts";
import { readReopen } from "./schema.ts";
import { reopenRefusal } from "./standing-rules.ts";
import { changeComplaint, foldedFile, policyOf } from "./write.ts";

/**
 * `input`: `{reason}`. Throws 404, 403 `not_allowed`, 409 `wrong_phase`, `reopen_window_over`, `reopen_limit`, 400
 * `reason_required`.
 */
export async function reopenComplaint(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: CallOptions = {},
): Promise<{ caseId: string }> {
  const { body } = await changeComplaint({
    ...options,
    caseId,
    actor,
    route: "reopen",
    body: input,
    change(file, around, at) {
      if (!isDesk(actor)) throw forbidden("not_allowed");
      const refusal = reopenRefusal(foldedFile(file), policyOf(file, around), at);
      if (refusal) throw conflict(refusal);
      const { reason } = readReopen(input);
      return {
        result: { caseId },
        ...reopening(file, "requested", around, at, { by: actor.staffId, comment: reason }),
      };
    },
  });
  return body;
}
