/** The alarms of a follow-up. Pure. */
import type { Header, Timer } from "../case/model.ts";
import { stamp } from "../shared/clock.ts";

export type OverdueTimer = Extract<Timer, { kind: "overdue" }>;
export type DayBeforeTimer = Extract<Timer, { kind: "day-before" }>;
export type FollowUpTimer = OverdueTimer | DayBeforeTimer;
export const isFollowUpTimer = (timer: Timer): timer is FollowUpTimer =>
  timer.kind === "overdue" || timer.kind === "day-before";

/** Rings at `at` (epoch ms) unless the contact is recorded by then: 0 for the assignee, 1 the lead, 2 the manager. */
export const overdueTimer = (
  { caseId }: Pick<Header, "caseId">,
  rung: OverdueTimer["rung"],
  at: number,
): OverdueTimer => ({
  v: 1,
  timerId: `${caseId}-late${rung}`,
  caseId,
  kind: "overdue",
  rung,
  pending: "timer",
  dueAt: stamp(at),
  arms: 0,
});

/** Reminds of the `n`th booking at `at` (epoch ms). */
export const dayBeforeTimer = (
  { caseId }: Pick<Header, "caseId">,
  n: number,
  at: number,
): DayBeforeTimer => ({
  v: 1,
  timerId: `${caseId}-day${n}`,
  caseId,
  kind: "day-before",
  n,
  pending: "timer",
  dueAt: stamp(at),
  arms: 0,
});
