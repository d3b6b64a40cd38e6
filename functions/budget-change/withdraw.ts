/** The requester takes a top-up or transfer back before it is approved: closed, steps void, the hold ended. */
import { callOnCase } from "../case/call.ts";
import type { NewEvent } from "../case/chain.ts";
import { putMessage } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { entryWrites } from "../ledger/store.ts";
import { newMessage } from "../message/compose.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { refuseFields } from "../shared/validate.ts";
import { endStep, openSteps } from "../step/store.ts";
import { heldEntry, releasedEvents } from "./ended.ts";

/** `input`: what the call sent, which is to be nothing. Throws 404, 403 `not_requester`, 409 `wrong_phase`, 400. */
export function withdrawBudgetChange(
  actor: Actor,
  caseId: string,
  options: { idempotencyKey?: string; input?: unknown } = {},
): Promise<{ caseId: string }> {
  const { idempotencyKey, input } = options;
  const call = { actor, caseId, route: "withdraw", body: input ?? {} };
  return callOnCase({ ...call, ...(idempotencyKey ? { idempotencyKey } : {}) }, (file, at, staff) => {
    const { header } = file;
    if (header.createdBy !== actor.staffId) throw forbidden("not_requester");
    if (header.status !== "open" || !["approval", "returned"].includes(header.phase))
      throw conflict("wrong_phase");
    refuseFields(input);
    const open = openSteps(file);
    const by = { by: actor.staffId, via: "login" as const };
    const told = new Set(file.seats.map((seat) => seat.staffId));
    return {
      header: { status: "closed", phase: "closed", outcome: "withdrawn", held: 0 },
      events: [
        { ...by, kind: "case.withdrawn", contentHash: header.contentHash },
        ...open.map(
          (step): NewEvent => ({
            ...by,
            kind: "step.voided",
            stepId: step.stepId,
            data: { stage: step.stage },
          }),
        ),
        ...releasedEvents(header, by),
      ],
      writes: [
        ...open.flatMap((step) => endStep(file, step, { status: "void", outcome: null, at })),
        ...entryWrites(heldEntry(header, actor.staffId, at)),
        ...staff
          .filter((person) => told.has(person.staffId) && person.staffId !== actor.staffId)
          .map((person) =>
            putMessage(
              newMessage({
                caseId,
                kind: "case.withdrawn",
                to: person.staffId,
                channel: "email",
                locale: person.locale,
                at,
                key: caseId,
              }),
            ),
          ),
      ],
    };
  });
}
