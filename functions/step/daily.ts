/** Reminders at 09:00 of every later working day, as long as a step is open (contracts/budget.md §4). */
import type { CaseFile, Step, Timer } from "../case/model.ts";
import { type Change, putMessage, putTimer } from "../case/store.ts";
import type { Person } from "../directory/model.ts";
import { newMessage } from "../message/compose.ts";
import { dateOf, dayKind, type WorkingCalendar } from "../shared/calendar/index.ts";
import { stamp } from "../shared/clock.ts";

const DAY_MS = 86_400_000;

/** 09:00 in Shanghai of the first working day after the day of `after`; epoch ms in and out. */
export function nextMorning(calendar: WorkingCalendar, after: number): number {
  let at = after + DAY_MS;
  while (!dayKind(calendar, dateOf(at)).working) at += DAY_MS;
  return Date.parse(`${dateOf(at)}T09:00:00+08:00`);
}

type DailyTimer = Extract<Timer, { stepId: string }> & { kind: "daily" };

/** The `n`th reminder of a step, on the next working day after `after`. */
export const dailyTimer = (
  of: Pick<Step, "stepId" | "caseId">,
  n: number,
  after: number,
  calendar: WorkingCalendar,
): DailyTimer => ({
  v: 1,
  timerId: `${of.stepId}-day${n}`,
  caseId: of.caseId,
  kind: "daily",
  stepId: of.stepId,
  pending: "timer",
  dueAt: stamp(nextMorning(calendar, after)),
  arms: 0,
});

/** A reminder that is due: everybody who is still waited for is told, and the next one is set. */
export function remindDaily(
  file: CaseFile,
  step: Step,
  timer: Timer,
  { staff, calendar }: { staff: Person[]; calendar: WorkingCalendar },
  at: number,
): Pick<Change<never>, "events" | "writes"> {
  const n = 1 + file.timers.filter((one) => one.kind === "daily" && one.stepId === step.stepId).length;
  const told = file.seats
    .filter((seat) => seat.stepId === step.stepId && seat.status === "open")
    .flatMap((seat) => staff.find((person) => person.staffId === seat.staffId) ?? []);
  return {
    events: [
      {
        kind: "step.reminded",
        by: null,
        via: "system",
        stepId: step.stepId,
        data: { to: told.map((person) => person.staffId) },
      },
    ],
    writes: [
      putTimer({ ...timer, pending: undefined }),
      // After a standstill of days one reminder is enough: the next one is of a day to come.
      putTimer(dailyTimer(step, n, at, calendar)),
      ...told.map((person) =>
        putMessage(
          newMessage({
            caseId: step.caseId,
            kind: "settlement.reminder",
            to: person.staffId,
            channel: "email",
            locale: person.locale,
            stepId: step.stepId,
            at,
            key: timer.timerId,
          }),
        ),
      ),
    ],
  };
}
