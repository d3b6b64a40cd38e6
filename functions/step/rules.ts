/** Votes, outcomes and the ladder of a step. Pure. */
import type { Mode } from "../approval/model.ts";
import type { Attempt, CaseFile, Rung, Step, StepCode, Vote } from "../case/model.ts";
import { addWorkingTime, type WorkingCalendar } from "../shared/calendar/index.ts";
import { stamp } from "../shared/clock.ts";

/** What each kind of step can be answered with. */
export const CHOICES: Record<string, readonly string[]> = {
  approval: ["approve", "reject", "return", "transfer", "add-before", "add-after", "undo"],
  revise: [],
  read: ["read"],
};

/** Choices that say yes to the content: they need the power to sign it, and by link its code. */
export const isApproval = (choice: string): boolean => choice === "approve" || choice === "add-after";

/** Choices that say no, send back or bring in somebody else need the reason (contracts/README.md). */
export const needsComment = (choice: string): boolean => !["approve", "undo", "read"].includes(choice);

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

/** The votes that count on a step: not void, not undone. A transfer hands the seat on and is none. */
export const countedVotes = (step: Step, votes: Vote[]): Vote[] =>
  votes.filter(
    (vote) => vote.stepId === step.stepId && !vote.void && !vote.undone && vote.choice !== "transfer",
  );

/** The outcome of a step once these votes are in, the last of them with this choice. */
export function outcomeAfter(step: Step, votes: Vote[], choice: string): string | null {
  // Both only where one person decides, so they end the step like any vote there.
  if (choice === "add-before" || choice === "add-after") return choice;
  return tally(
    step.mode,
    step.need,
    step.assignees.length,
    votes.map((vote) => vote.choice),
  );
}

/**
 * Until when (epoch ms) a vote that ended an approval step can be taken back; null where it counts at once. Whole
 * seconds, so that the alarm, the page and the API mean the same instant.
 */
export function undoEnd(step: Step, outcome: string | null, at: number, undoSeconds: number): number | null {
  if (outcome === null || outcome === "add-before" || step.kind !== "approval" || undoSeconds === 0)
    return null;
  return Math.ceil(at / 1000 + undoSeconds) * 1000;
}

/** Whether somebody may take his vote on a step back now (contracts/approvals.md §6): the code of the refusal, or null. */
export function undoRefusal(
  file: Pick<CaseFile, "header" | "votes">,
  step: Step,
  staffId: string,
  at: number,
): "not_assignee" | "undo_over" | null {
  const own = file.votes.filter((vote) => vote.stepId === step.stepId && vote.by === staffId);
  if (step.decidedBy === staffId) {
    const stands = file.header.status === "open" && file.header.revision === step.revision;
    return stands && step.undoUntil !== undefined && at < Date.parse(step.undoUntil) ? null : "undo_over";
  }
  // Who handed the step on had his say, and it has no undo; on an open step nothing was decided yet.
  if (own.at(-1)?.choice === "transfer") return "undo_over";
  const waiting = step.status === "open" && (own.length > 0 || step.assignees.includes(staffId));
  return waiting ? "undo_over" : "not_assignee";
}

/** The approval steps of the chain of `step` up to it, in order; `kept`: those of earlier revisions that still count. */
const chainUpTo = (steps: Step[], step: Step, kept: string[]): Step[] =>
  steps
    .filter(
      (one) =>
        one.kind === "approval" &&
        one.round === step.round &&
        (one.revision === step.revision ? one.ordinal <= step.ordinal : kept.includes(one.stepId)),
    )
    .sort((a, b) => a.revision - b.revision || a.ordinal - b.ordinal);

/** Stages of a chain in the order in which they came up. */
const stageOrder = (chain: Step[]): string[] => [
  ...new Set(chain.flatMap((one) => [one.stage, ...one.alsoStages])),
];

/** The earlier stages of a step's chain that are approved: those a return may go back to. */
export function stagesBefore(steps: Step[], step: Step, kept: string[] = []): string[] {
  const chain = chainUpTo(steps, step, kept);
  const order = stageOrder(chain);
  let approved: string[] = [];
  for (const one of chain) {
    if (one.stepId === step.stepId) continue;
    if (one.outcome === "approved" || one.outcome === "add-after")
      approved.push(one.stage, ...one.alsoStages);
    if (one.outcome === "returned" && one.toStage !== undefined) {
      const back = order.indexOf(one.toStage);
      approved = approved.filter((stage) => order.indexOf(stage) < back);
    }
  }
  const own = order.indexOf(step.stage);
  return order.filter((stage, index) => index < own && approved.includes(stage));
}

/** The votes that a return to an earlier stage makes void: what counted from that stage on. */
export function votesFrom(
  steps: Step[],
  votes: Vote[],
  step: Step,
  toStage: string,
  kept: string[] = [],
): Vote[] {
  const chain = chainUpTo(steps, step, kept);
  const order = stageOrder(chain);
  const back = order.indexOf(toStage);
  const again = chain.filter((one) => order.indexOf(one.stage) >= back);
  return votes.filter(
    (vote) => !vote.void && !vote.undone && again.some((one) => one.stepId === vote.stepId),
  );
}

const MINUTE = 60_000;
/** A code is good for ten minutes and five tries; three are sent within an hour. */
const CODE_LIFE_MS = 10 * MINUTE;
export const MAX_TRIES = 5;
const CODES_AN_HOUR = 3;

/** Whether a step-up code can be used for what its holder is shown: it was never sent, it can, or it is spent. */
export function codeState(
  code: StepCode | undefined,
  shown: { version: number; contentHash: string },
  at: number,
): "none" | "live" | "dead" {
  const issued = code?.issuedAt.at(-1);
  if (!code || issued === undefined) return "none";
  const fits = code.version === shown.version && code.contentHash === shown.contentHash;
  return fits && !code.used && code.tries < MAX_TRIES && at < Date.parse(issued) + CODE_LIFE_MS
    ? "live"
    : "dead";
}

/** How long (ms) until another code may be sent; 0 = now. */
export function codeWait(code: StepCode | undefined, at: number): number {
  const recent = (code?.issuedAt ?? []).filter((issued) => at < Date.parse(issued) + 60 * MINUTE);
  const first = recent.at(-CODES_AN_HOUR);
  return first === undefined ? 0 : Date.parse(first) + 60 * MINUTE - at;
}

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
  const rung = (kind: Rung["kind"], after: number, share?: number): Rung => ({
    kind,
    ...(share === undefined ? {} : { share }),
    at: stamp(addWorkingTime(calendar, openedAt, after).dueAt),
    after,
  });
  return {
    dueAt: due.dueAt,
    provisional: due.provisional,
    trace: due.trace,
    ladder: [
      rung("remind", dueMinutes / 2, 50),
      rung("remind", dueMinutes, 100),
      ...ESCALATE_AFTER_DUE.map((minutes) => rung("escalate", dueMinutes + minutes)),
      rung("expire", EXPIRES_AFTER),
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

/** `<stepId>-eff2`: the end of the second undo window of a step. */
export const effectiveIdOf = (stepId: string, count: number): string => `${stepId}-eff${count}`;
