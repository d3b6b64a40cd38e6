/** The requester takes a top-up or transfer back before it is approved: closed, steps void, the hold ended. */
import { callOnCase } from "../case/call.ts";
import { withdrawal } from "../case/ended.ts";
import type { Actor } from "../directory/model.ts";
import { entryWrites } from "../ledger/store.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { refuseFields } from "../shared/validate.ts";
import { heldEntry, releasedEvents } from "./ended.ts";

/** `input`: what the call sent, which is to be nothing. Throws 404, 403 `not_requester`, 409 `wrong_phase`, 400. */
export function withdrawBudgetChange(
  actor: Actor,
  caseId: string,
  { input, ...options }: { idempotencyKey?: string; input?: unknown } = {},
): Promise<{ caseId: string }> {
  return callOnCase(
    { actor, caseId, route: "withdraw", body: input ?? {}, ...options },
    (file, at, staff) => {
      const { header } = file;
      if (header.createdBy !== actor.staffId) throw forbidden("not_requester");
      if (header.status !== "open" || !["approval", "returned"].includes(header.phase))
        throw conflict("wrong_phase");
      refuseFields(input);
      const { events, writes } = withdrawal(file, actor, staff, at);
      return {
        header: { status: "closed", phase: "closed", outcome: "withdrawn", held: 0 },
        events: [...events, ...releasedEvents(header, { by: actor.staffId, via: "login" })],
        writes: [...writes, ...entryWrites(heldEntry(header, actor.staffId, at))],
      };
    },
  );
}
