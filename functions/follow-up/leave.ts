/** The open step of somebody who no longer works here is void, and the follow-up goes to whoever fits. */

import { loadsOf } from "../case/lists.ts";
import type { Seat } from "../case/model.ts";
import { pickHandler } from "../complaint/assign-rules.ts";
import { isMainStep } from "./next-rules.ts";
import { leadFor } from "./people-rules.ts";
import { movePlace } from "./places.ts";
import { changeFollowUp } from "./write.ts";

/** Whether a step is one of those. */
export const isFollowUpSeat = (seat: Pick<Seat, "process" | "kind">): boolean =>
  seat.process === "follow-up" && isMainStep(seat);

/**
 * The agent with the skill and the least load, else the lead. What a lead held goes to the next post. Resolves with the one
 * who gets it, null where the step is his no more. `by`: who let him go.
 */
export async function leaveFollowUp(
  caseId: string,
  stepId: string,
  left: string,
  by: string,
): Promise<string | null> {
  const { body } = await changeFollowUp<string | null>({
    caseId,
    actor: null,
    async change(file, { staff }, _at) {
      const { header } = file;
      const state = header.followUp;
      const step = file.steps.find((one) => one.stepId === stepId);
      if (step?.status !== "open" || !step.assignees.includes(left)) return { result: null, events: [] };
      const ids = staff.people.filter((person) => person.active).map((person) => person.staffId);
      const loaded = { ...staff, loads: await loadsOf(ids) };
      const voided = {
        kind: "step.voided",
        by,
        via: "login" as const,
        stepId,
        data: { kind: step.kind, stage: step.stage },
      };
      const ends = [{ step, end: { status: "void" as const, outcome: null } }];
      if (step.kind !== "follow-up") {
        const never = state.author === null ? [] : [state.author];
        return { result: leadFor(state.mode, caseId, loaded, never), events: [voided], ends };
      }
      const agents = { ...loaded, people: staff.people.filter((person) => person.roles.includes("agent")) };
      const search = {
        caseId,
        cause: "absent" as const,
        skill: state.mode,
        department: null,
        exclude: [left],
      };
      const picked = pickHandler(search, agents);
      const to = picked?.staffId ?? leadFor(state.mode, caseId, loaded, [left]);
      if (to === null) throw new Error(`Nobody is left for case ${caseId}`);
      return {
        result: to,
        state: {
          ...state,
          assignee: to,
          assignmentReason: {
            rule: ruleOf(picked?.reason.rule),
            candidates: picked?.reason.candidates ?? [],
            instead: left,
          },
        },
        events: [
          voided,
          {
            kind: "follow-up.assigned",
            by,
            via: "login",
            data: { assignee: to, from: left, rule: "absent" },
          },
        ],
        ends,
        writes: movePlace(header, to),
      };
    },
  });
  return body;
}

/** The rules of assignment that follow-ups know; a lead who steps in is the only one. */
const ruleOf = (rule: string | undefined): "only_one" | "least_load" | "fairness" =>
  rule === "least_load" || rule === "fairness" ? rule : "only_one";
