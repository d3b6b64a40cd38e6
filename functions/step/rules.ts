/** Votes, outcomes and the ladder of a step. Pure. */
import type { Mode } from "../approval/model.ts";
import type { Attempt, Rung, Step, Vote } from "../case/model.ts";
import { addWorkingTime, type WorkingCalendar } from "../shared/calendar/index.ts";
import { stamp } from "../shared/clock.ts";

/** What each kind of step can be answered with, and what the answer ends it with. */
export const CHOICES: Record<string, readonly string[]> = {
  approval: ["approve", "reject", "return"],
  revise: [],
};

/** Choices that say no or send back need the reason (contracts/README.md). */
export const needsComment = (choice: string): boolean => choice !== "approve";

/**
 * The outcome of an approval step after these votes, or null while it stays open (contracts/approvals.md §5).
 * `single`, `any-sign`: the first vote decides. `all-sign`: the first reject or return ends it. `n-of-m`: approved at
 * the `need`-th approve, rejected as soon as `need` cannot be reached any more. A return always ends the step: the
 * content will change, so no other vote on it can count.
 */
export function tally(mode: Mode, need: number, seats: number, choices: string[]): string | null {
  if (choices.includes("return")) return "returned";
  const approvals = choices.filter((choice) => choice === "approve").length;
  const rejections = choices.filter((choice) => choice === "reject").length;
  const wanted = mode === "all-sign" ? seats : mode === "n-of-m" ? need : 1;
  const allowedRejections = mode === "n-of-m" ? seats - need : 0;
  if (rejections > allowedRejections) return "rejected";
  return approvals >= wanted ? "approved" : null;
}

/** The votes that count on a step: not void, not undone. */
export const countedVotes = (step: Step, votes: Vote[]): Vote[] =>
  votes.filter((vote) => vote.stepId === step.stepId && !vote.void && !vote.undone);

/** Working time of a step's ladder, minutes from its opening (contracts/README.md "Reception"). */
export const EXPIRES_AFTER = 80 * 60;
const ESCALATE_AFTER_DUE = [8 * 60, 16 * 60];

/**
 * When a step is due and every rung of its ladder: reminders at 50 % and 100 %, escalations 8 and 16 working hours
 * after due, expiry 80 working hours after opening.
 */
export function planLadder(
  calendar: WorkingCalendar,
  openedAt: number,
  dueMinutes: number,
): { dueAt: number; provisional: boolean; trace: unknown[]; ladder: Rung[] } {
  const due = addWorkingTime(calendar, openedAt, dueMinutes);
  const at = (minutes: number) => stamp(addWorkingTime(calendar, openedAt, minutes).dueAt);
  return {
    dueAt: due.dueAt,
    provisional: due.provisional,
    trace: due.trace,
    ladder: [
      { kind: "remind", share: 50, at: at(dueMinutes / 2) },
      { kind: "remind", share: 100, at: stamp(due.dueAt) },
      ...ESCALATE_AFTER_DUE.map((minutes): Rung => ({ kind: "escalate", at: at(dueMinutes + minutes) })),
      { kind: "expire", at: at(EXPIRES_AFTER) },
    ],
  };
}

/** Whether attempt `a` is newer than `b`: redrives count first, then the entry into the state, then its retries. */
export function isNewer(a: Attempt, b: Attempt): boolean {
  if (a.redrive !== b.redrive) return a.redrive > b.redrive;
  if (a.enteredAt !== b.enteredAt) return a.enteredAt > b.enteredAt;
  return a.retry > b.retry;
}

/** `JD-2026-000001-1-2`: case, revision, ordinal; legal as schedule, execution and tag name (MECHANICS §2). */
export const stepIdOf = (caseId: string, revision: number, ordinal: number): string =>
  `${caseId}-${revision}-${ordinal}`;

/** `<stepId>-r3`: the third rung of a step's ladder. */
export const timerIdOf = (stepId: string, rung: number): string => `${stepId}-r${rung}`;
