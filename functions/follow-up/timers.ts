/** The alarms of a follow-up. Pure. */
import type { Header, Timer } from "../case/model.ts";
import { addWorkingTime, type WorkingCalendar } from "../shared/calendar/index.ts";
import { stamp } from "../shared/clock.ts";

export type OverdueTimer = Extract<Timer, { kind: "overdue" }>;
export type DayBeforeTimer = Extract<Timer, { kind: "day-before" }>;
export type FollowUpTimer = OverdueTimer | DayBeforeTimer;
export const isFollowUpTimer = (timer: Timer): timer is FollowUpTimer =>
  timer.kind === "overdue" || timer.kind === "day-before";

/** Working minutes after the due time: 0 for the assignee, 1 the lead, 2 the manager. */
const LATE: Record<OverdueTimer["rung"], number> = { 0: 0, 1: 480, 2: 960 };

/** They ring unless the contact is recorded by then. */
export const overdueTimers = (
  { caseId, dueAt }: Pick<Header, "caseId" | "dueAt">,
  calendar: WorkingCalendar,
): OverdueTimer[] =>
  ([0, 1, 2] as const).map((rung) => ({
    v: 1,
    timerId: `${caseId}-late${rung}`,
    caseId,
    kind: "overdue",
    rung,
    pending: "timer",
    dueAt: stamp(addWorkingTime(calendar, Date.parse(dueAt), LATE[rung]).dueAt),
    arms: 0,
  }));

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
