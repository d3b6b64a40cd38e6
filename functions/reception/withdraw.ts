/** The requester takes a request back before it is approved: closed, steps void, budget released. */
import { callOnCase } from "../case/call.ts";
import { withdrawal } from "../case/ended.ts";
import type { Actor } from "../directory/model.ts";
import { entryWrites } from "../ledger/store.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { refuseFields } from "../shared/validate.ts";

/** `input`: what the call sent, which is to be nothing. Throws 404, 403 `not_requester`, 409 `wrong_phase`, 400. */
export function withdrawReception(
  actor: Actor,
  caseId: string,
  { input, ...options }: { idempotencyKey?: string; input?: unknown } = {},
): Promise<{ caseId: string }> {
  return callOnCase(
    { actor, caseId, route: "withdraw", body: input ?? {}, ...options },
    (file, at, staff) => {
      const { header } = file;
      if (header.createdBy !== actor.staffId) throw forbidden("not_requester");
      // In a later round the visit is over: only its settlement can go on.
      const asked = ["approval", "returned"].includes(header.phase) && header.round === 1;
      if (header.status !== "open" || !asked) throw conflict("wrong_phase");
      refuseFields(input);
      const { events, writes } = withdrawal(file, actor, staff, at);
      return {
        header: { status: "closed", phase: "closed", outcome: "withdrawn", held: 0 },
        events: [
          ...events,
          {
            kind: "budget.released",
            by: actor.staffId,
            via: "login",
            data: { amount: header.held, buckets: header.buckets },
          },
        ],
        writes: [
          ...writes,
          ...entryWrites({
            buckets: header.buckets,
            kind: "release",
            caseId,
            round: header.revision,
            amount: header.held,
            by: actor.staffId,
            at,
          }),
        ],
      };
    },
  );
}
