/** The writes that open and end a step; always part of a case's transaction. */
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, RungTimer, Seat, Step, Timer, Work } from "../case/model.ts";
import { pkOf, put, putSeat, putTimer, putWork, sk } from "../case/store.ts";
import { stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import type { Item, Write } from "../shared/table.ts";
import { effectiveIdOf, timerIdOf } from "./rules.ts";

/** The open steps of a case. */
export const openSteps = (file: CaseFile): Step[] => file.steps.filter((step) => step.status === "open");

/** What the case's story says of steps that nobody decides any more. */
export const voidedEvents = (steps: Step[], by: Pick<NewEvent, "by" | "via">): NewEvent[] =>
  steps.map(({ stepId, stage }) => ({ ...by, kind: "step.voided", stepId, data: { stage } }));

export const seatsOf = (file: CaseFile, step: Step): Seat[] =>
  file.seats.filter((seat) => seat.stepId === step.stepId);

/** The timer of a step's rung (0-based), or null after the last. */
export function timerOf(step: Step, rung: number): RungTimer | null {
  const at = step.ladder[rung]?.at;
  if (!at) return null;
  return {
    v: 1,
    timerId: timerIdOf(step.stepId, rung + 1),
    caseId: step.caseId,
    kind: "rung",
    stepId: step.stepId,
    rung,
    pending: "timer",
    dueAt: at,
    arms: 0,
  };
}

/** Asks case/advance to tell the waiting execution. The same id again after a new token: the item is pending again. */
export const resumeWork = (step: Pick<Step, "stepId" | "caseId">, at: number): Work => ({
  v: 1,
  workId: `${step.stepId}-resume`,
  caseId: step.caseId,
  kind: "resume",
  stepId: step.stepId,
  pending: "work",
  dueAt: stamp(at),
});

/** The alarm at the end of a step's undo window. */
const effectiveTimer = (file: CaseFile, step: Step, undoUntil: number): Timer => {
  const earlier = file.timers.filter((one) => one.stepId === step.stepId && one.kind === "effective");
  return {
    v: 1,
    timerId: effectiveIdOf(step.stepId, earlier.length + 1),
    caseId: step.caseId,
    kind: "effective",
    stepId: step.stepId,
    pending: "timer",
    dueAt: stamp(undoUntil),
    arms: 0,
  };
};

/** How a step ends; the optional parts only where a vote ended it. Instants in epoch ms. */
export type End = {
  status: "done" | "void";
  outcome: string | null;
  at: number;
  /** Whose vote it was. */
  by?: string;
  /** Until when he may take it back; until then nothing follows. */
  undoUntil?: number | null;
  added?: string;
  toStage?: string;
  /** What of the answer decides how a complaint goes on. */
  result?: Step["result"];
};

/**
 * Ends a step: outcome (or void), seats closed, its ladder at rest, and either the execution to be told or the alarm
 * that does so at the end of the undo window. Seats of people who voted keep their state.
 */
export function endStep(file: CaseFile, step: Step, end: End): Write[] {
  const until = end.undoUntil ?? null;
  const fields: Item = {
    status: end.status,
    outcome: end.outcome,
    endedAt: stamp(end.at),
    effectiveAt: stamp(until ?? end.at),
    ...(until === null ? {} : { undoUntil: stamp(until) }),
    ...(end.by === undefined ? {} : { decidedBy: end.by }),
    ...(end.added === undefined ? {} : { added: end.added }),
    ...(end.toStage === undefined ? {} : { toStage: end.toStage }),
    ...(end.result === undefined ? {} : { result: end.result }),
  };
  return [
    changeStep(step, fields),
    ...seatsOf(file, step)
      .filter((seat) => seat.status === "open")
      .map((seat) => putSeat({ ...seat, status: end.status })),
    ...file.timers
      .filter((timer) => timer.stepId === step.stepId && timer.pending)
      .map((timer) => putTimer({ ...timer, pending: undefined })),
    until === null ? putWork(resumeWork(step, end.at)) : putTimer(effectiveTimer(file, step, until)),
  ];
}

/**
 * Sets and removes fields of a step. Not a Put: `open` may take over a newer token between our read and this write, and
 * it must survive.
 */
export function changeStep(step: Step, set: Item, remove: readonly string[] = []): Write {
  const names = Object.fromEntries([...Object.keys(set), ...remove].map((name) => [`#${name}`, name]));
  const sets = Object.keys(set).map((name) => `#${name} = :${name}`);
  const removes = remove.length === 0 ? "" : ` REMOVE ${remove.map((name) => `#${name}`).join(", ")}`;
  return {
    label: sk.step(step.stepId),
    Update: {
      TableName: env("CASES_TABLE"),
      Key: { pk: pkOf(step.caseId), sk: sk.step(step.stepId) },
      UpdateExpression: `SET ${sets.join(", ")}${removes}`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(set).map(([name, value]) => [`:${name}`, value]),
      ),
    },
  };
}

/** Label of the write that takes a timer out of the index before somebody else does. */
export const TIMER_LABEL = "timer";

/** A pending timer stops being one, on condition that it still is: of two hands that want it exactly one gets it. */
export const takeTimer = (timer: Timer): Write => ({
  label: TIMER_LABEL,
  Update: {
    TableName: env("CASES_TABLE"),
    Key: { pk: pkOf(timer.caseId), sk: sk.timer(timer.timerId) },
    UpdateExpression: "REMOVE pending",
    ConditionExpression: "attribute_exists(pending)",
  },
});

export const NONCE_LABEL = "nonce";
/** Used nonces are kept longer than any link lives. */
const NONCE_DAYS = 30;

/** Uses a nonce up; fails where it was used before. */
export const useNonce = (caseId: string, nonce: string, at: number): Write =>
  put(
    caseId,
    sk.nonce(nonce),
    { v: 1, expiresAt: Math.floor(at / 1000) + NONCE_DAYS * 86_400 },
    { label: NONCE_LABEL, mustBeNew: true },
  );
