/** The requester takes a request back before it is approved: closed, steps void, budget released. */

import type { NewEvent } from "../case/chain.ts";
import { readVisible } from "../case/read.ts";
import { changeCase, putMessage } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { entryWrites } from "../ledger/store.ts";
import { newMessage } from "../message/compose.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { keyed, once } from "../shared/idempotency.ts";
import { refuseFields } from "../shared/validate.ts";
import { endStep, openSteps } from "../step/store.ts";

/** `input`: what the call sent, which is to be nothing. Throws 404, 403 `not_requester`, 409 `wrong_phase`, 400. */
export async function withdrawReception(
  actor: Actor,
  caseId: string,
  options: { idempotencyKey?: string; input?: unknown } = {},
): Promise<{ caseId: string }> {
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: `withdraw ${caseId}`,
    body: options.input ?? {},
  });
  // Everybody, because who is told is only known with the case.
  const [known, staff] = await Promise.all([readVisible(actor, caseId), people()]);
  if (known.header.createdBy !== actor.staffId) throw forbidden("not_requester");
  const answer = await once<{ caseId: string }>(key, (extra) =>
    changeCase(
      caseId,
      (file, at) => {
        const { header } = file;
        // In a later round the visit is over: only its settlement can go on.
        const asked = ["approval", "returned"].includes(header.phase) && header.round === 1;
        if (header.status !== "open" || !asked) throw conflict("wrong_phase");
        refuseFields(options.input);
        const open = openSteps(file);
        const result = { status: 200, body: { caseId } };
        const event = (kind: string, more: Partial<NewEvent> = {}): NewEvent => ({
          kind,
          by: actor.staffId,
          via: "login",
          ...more,
        });
        const told = [...new Set(file.seats.map((seat) => seat.staffId))].filter(
          (staffId) => staffId !== actor.staffId,
        );
        return {
          result,
          header: { status: "closed", phase: "closed", outcome: "withdrawn", held: 0 },
          events: [
            event("case.withdrawn", { contentHash: header.contentHash }),
            ...open.map((step) => event("step.voided", { stepId: step.stepId, data: { stage: step.stage } })),
            event("budget.released", { data: { amount: header.held, buckets: header.buckets } }),
          ],
          writes: [
            ...open.flatMap((step) => endStep(file, step, { status: "void", outcome: null, at })),
            ...entryWrites({
              buckets: header.buckets,
              kind: "release",
              caseId,
              round: header.revision,
              amount: header.held,
              by: actor.staffId,
              at,
            }),
            ...told.flatMap((staffId) => {
              const person = staff.find((one) => one.staffId === staffId);
              if (!person) return [];
              return putMessage(
                newMessage({
                  caseId,
                  kind: "case.withdrawn",
                  to: staffId,
                  channel: "email",
                  locale: person.locale,
                  at,
                  key: caseId,
                }),
              );
            }),
            ...extra(result),
          ],
        };
      },
      known,
    ),
  );
  return answer.body;
}
