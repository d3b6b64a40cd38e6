/** A person grades a complaint: category, severity, urgency, danger, or the priority itself, always with a reason. */
import type { Actor } from "../directory/model.ts";
import { type CallOptions, checkWorks } from "./call.ts";
import { reprioritiseClocks } from "./clocks.ts";
import { lookupWrites } from "./lookup-store.ts";
import { likenessOf } from "./merge-rules.ts";
import { triage } from "./priority-rules.ts";
import { readTriage } from "./schema.ts";
import { changeComplaint, policyOf } from "./write.ts";

/**
 * `input`: any part of `{category, subCategory, severity, urgency, priority, safetyFlag}` with its `reason`. Another
 * priority counts the clocks anew from the same start. Throws 404, 403 `not_allowed`, 409 `wrong_phase`, 400 by field.
 */
export async function triageComplaint(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: CallOptions = {},
): Promise<{ caseId: string; priority: string }> {
  const { body } = await changeComplaint({
    ...options,
    caseId,
    actor,
    route: "triage",
    body: input,
    change(file, around, at) {
      checkWorks(actor, file);
      const { asked, reason } = readTriage(input);
      const policy = policyOf(file, around);
      const { state, changes } = triage(file.header.complaint, asked, policy);
      const clocked = reprioritiseClocks(file, state, policy, around.calendar, at);
      return {
        result: { caseId, priority: state.priority },
        state,
        events: [
          {
            kind: "complaint.triaged",
            by: actor.staffId,
            via: "login",
            data: {
              changes: Object.fromEntries(changes.map(({ path, from, to }) => [path, { from, to }])),
              reason,
            },
          },
          ...clocked.events,
        ],
        clocks: clocked.clocks,
        writes:
          state.category === file.header.complaint.category
            ? []
            : lookupWrites(likenessOf({ ...file.header, complaint: state })),
      };
    },
  });
  return body;
}
