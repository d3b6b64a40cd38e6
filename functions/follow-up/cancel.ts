/** A planned contact is no longer needed: a real one happened by itself. */
import { mailEach } from "../message/compose.ts";
import { openSteps, voidedEvents } from "../step/store.ts";
import { isUntouched } from "./next-rules.ts";
import { changeFollowUp } from "./write.ts";

/**
 * Closes the case as `cancelled` for a reason (`contacted`), unless somebody has begun with it: only what the customer's
 * rhythm asked for, and what has neither attempt nor record nor appointment. Called twice it does nothing more.
 */
export async function cancelFollowUp(caseId: string, reason: string): Promise<{ cancelled: boolean }> {
  const { body } = await changeFollowUp<{ cancelled: boolean }>({
    caseId,
    actor: null,
    change(file, { staff }, at) {
      const { header } = file;
      const state = header.followUp;
      if (header.status !== "open" || !isUntouched(header))
        return { result: { cancelled: false }, events: [] };
      const open = openSteps(file);
      const bySystem = { by: null, via: "system" as const };
      return {
        result: { cancelled: true },
        state: { ...state, reason },
        header: { status: "closed", phase: "closed", outcome: "cancelled" },
        events: [
          { ...bySystem, kind: "follow-up.cancelled", data: { reason } },
          ...voidedEvents(open, bySystem),
          { ...bySystem, kind: "follow-up.closed", data: { outcome: "cancelled", reason } },
        ],
        ends: open.map((step) => ({ step, end: { status: "void", outcome: null } })),
        wanted: false,
        messages: mailEach([state.assignee], staff.people, {
          caseId,
          kind: "follow-up.cancelled",
          at,
          key: caseId,
        }),
      };
    },
  });
  return body;
}
