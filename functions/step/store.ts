/** The writes that open and end a step; always part of a case's transaction. */
import type { CaseFile, RungTimer, Seat, Step, Work } from "../case/model.ts";
import { pkOf, putSeat, putTimer, putWork, sk } from "../case/store.ts";
import { stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import type { Write } from "../shared/table.ts";
import { timerIdOf } from "./rules.ts";

/** The open steps of a case. */
export const openSteps = (file: CaseFile): Step[] => file.steps.filter((step) => step.status === "open");

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
export const resumeWork = (step: Step, at: number): Work => ({
  v: 1,
  workId: `${step.stepId}-resume`,
  caseId: step.caseId,
  kind: "resume",
  stepId: step.stepId,
  pending: "work",
  dueAt: stamp(at),
});

/**
 * Ends a step: outcome (or void), seats closed, no timer left, the execution to be told. Seats of people who voted
 * keep their state.
 */
export function endStep(
  file: CaseFile,
  step: Step,
  end: { status: "done" | "void"; outcome: string | null; at: number },
): Write[] {
  const at = stamp(end.at);
  return [
    {
      label: sk.step(step.stepId),
      // Not a Put: `open` may take over a newer token between our read and this write, and it must survive.
      Update: {
        TableName: env("CASES_TABLE"),
        Key: { pk: pkOf(step.caseId), sk: sk.step(step.stepId) },
        UpdateExpression: "SET #status = :status, outcome = :outcome, endedAt = :at, effectiveAt = :at",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":status": end.status, ":outcome": end.outcome, ":at": at },
      },
    },
    ...seatsOf(file, step)
      .filter((seat) => seat.status === "open")
      .map((seat) => putSeat({ ...seat, status: end.status })),
    ...file.timers
      .filter((timer) => timer.stepId === step.stepId && timer.pending)
      .map((timer) => putTimer({ ...timer, pending: undefined })),
    putWork(resumeWork(step, end.at)),
  ];
}
