/**
 * Cases that change hands because of who is there: those that nobody fitted, once somebody is free, and the open steps of
 * somebody who has left. The workflow then finds whoever fits now.
 */
import type { NewEvent } from "../case/chain.ts";
import { openSeats } from "../case/lists.ts";
import { readHeaders } from "../case/store.ts";
import type { Role } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { stamp } from "../shared/clock.ts";
import { drainOrder, seatFor, unassigned, type Waiting } from "./assign-rules.ts";
import { STEP_KINDS, type StepKind } from "./model.ts";
import { drained } from "./ring.ts";
import { changeComplaint, policyOf } from "./write.ts";

/** Whoever may be asked to find a handler (assign-rules.ts). */
const ASSIGNERS: readonly Role[] = [
  "complaint_admin",
  "aftersales_lead",
  "service_manager",
  "general_manager",
];

/** The cases for which somebody is asked to find a handler, the most pressing first. */
async function waiting(): Promise<Waiting[]> {
  const asked = (await people()).filter((person) => person.roles.some((role) => ASSIGNERS.includes(role)));
  const seats = (await Promise.all(asked.map((person) => openSeats(person.staffId)))).flat();
  const cases = seats.filter((seat) => seat.kind === "assign").map((seat) => seat.caseId);
  const headers = await readHeaders(cases);
  return drainOrder(
    [...headers.values()].flatMap(({ caseId, complaint, dueAt, createdAt }): Waiting[] =>
      complaint ? [{ caseId, priority: complaint.priority, dueAt, receivedAt: createdAt }] : [],
    ),
  );
}

/**
 * Somebody may be free: every waiting case for which somebody fits now is given out, in order. Resolves with those. What
 * this misses is found at midnight, when absences end (ring.ts).
 */
export async function drainQueue(): Promise<string[]> {
  const given: string[] = [];
  for (const { caseId } of await waiting()) {
    const { body } = await changeComplaint<boolean>({
      caseId,
      actor: null,
      change(file, around) {
        const change = drained(file, null, around);
        return change ? { ...change, result: true } : { result: false, events: [] };
      },
    });
    if (body) given.push(caseId);
  }
  return given;
}

/**
 * The open step of somebody who no longer works here is void, and his case goes to whoever fits. Resolves with the one who
 * is expected to get it, null where the step is his no more. `by`: who let him go.
 */
export async function leaveStep(
  caseId: string,
  stepId: string,
  left: string,
  by: string,
): Promise<string | null> {
  const { body } = await changeComplaint<string | null>({
    caseId,
    actor: null,
    change(file, around, at) {
      const step = file.steps.find((one) => one.stepId === stepId);
      if (step?.status !== "open" || !step.assignees.includes(left)) return { result: null, events: [] };
      const before = file.header.complaint;
      const state = before.assignee === left ? unassigned(before, "absent", stamp(at)) : before;
      const policy = policyOf(file, around);
      const voided: NewEvent = {
        kind: "step.voided",
        by,
        via: "login",
        stepId,
        data: { kind: step.kind, stage: step.stage },
      };
      return {
        result: seatFor(step.kind as StepKind, caseId, state, policy, around.staff),
        state,
        events: [voided],
        ends: [{ step, end: { status: "void", outcome: null } }],
      };
    },
  });
  return body;
}

/** Whether a step is one of those. */
export const isLeft = (seat: { process: string; kind: string }): boolean =>
  seat.process === "complaint" && (STEP_KINDS as readonly string[]).includes(seat.kind);
