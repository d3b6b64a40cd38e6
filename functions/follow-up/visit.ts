/** How a visit is prepared, and the arrival at the customer (contracts/follow-ups.md "The follow-up case"). */
import type { Actor } from "../directory/model.ts";
import { stamp } from "../shared/clock.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { CHECKLIST } from "./model.ts";
import { isWanted } from "./next-rules.ts";
import { readCheckIn, readChecklist } from "./schema.ts";
import { changeFollowUp, type FollowUpCase } from "./write.ts";

type Options = { idempotencyKey?: string };

/** Who may, then whether there is a visit to come. */
function checkVisit(actor: Actor, { header }: FollowUpCase): void {
  if (header.followUp.assignee !== actor.staffId) throw forbidden("not_assignee");
  if (header.followUp.mode !== "visit" || !isWanted(header.phase)) throw conflict("wrong_phase");
}

/**
 * `input`: `{done: [item]}`, all that are done; what is left out is not. Throws 404, 403 `not_assignee`, 409 `wrong_phase`
 * for a call and once it is recorded, 400 by field.
 */
export async function tickChecklist(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: Options = {},
): Promise<{ caseId: string }> {
  const { body } = await changeFollowUp({
    ...options,
    caseId,
    actor,
    route: "checklist",
    body: input,
    change(file, _around, at) {
      checkVisit(actor, file);
      const done = readChecklist(input);
      const state = file.header.followUp;
      const before = state.checklist;
      const checklist = Object.fromEntries(
        CHECKLIST.filter((item) => done.includes(item)).map((item) => [item, before[item] ?? stamp(at)]),
      );
      const isSame = CHECKLIST.every((item) => item in checklist === item in before);
      return {
        result: { caseId },
        state: { ...state, checklist },
        events: isSame
          ? []
          : [
              {
                kind: "checklist.changed",
                by: actor.staffId,
                via: "login",
                data: { done: Object.keys(checklist) },
              },
            ],
      };
    },
  });
  return body;
}

/** `input`: `{at, note}`: arrival. Throws 404, 403 `not_assignee`, 409 `wrong_phase`, 400 `in_the_future`, `before_opening`. */
export async function checkIn(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: Options = {},
): Promise<{ caseId: string }> {
  const { body } = await changeFollowUp({
    ...options,
    caseId,
    actor,
    route: "check-in",
    body: input,
    change(file, _around, at) {
      checkVisit(actor, file);
      const arrival = readCheckIn(input, { openedAt: Date.parse(file.header.createdAt), now: at });
      return {
        result: { caseId },
        // Whoever is there has begun with it.
        state: { ...file.header.followUp, attempted: true },
        events: [{ kind: "visit.checked-in", by: actor.staffId, via: "login", data: arrival }],
      };
    },
  });
  return body;
}
