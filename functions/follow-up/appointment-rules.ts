/** The appointment of a follow-up: its step, when it is reminded of, and what is still to be prepared. Pure. */
import { addDays } from "../customer/cadence-rules.ts";
import { dayKind, type WorkingCalendar } from "../shared/calendar/index.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { APPOINTMENT, CHECKLIST, type ChecklistItem, type FollowUpState } from "./model.ts";

/** `HF-2026-000001-appointment-2`: the step of a booking. */
export const appointmentStepId = (caseId: string, n: number): string => `${caseId}-${APPOINTMENT}-${n}`;

/** 09:00 of the last working day before the day of an appointment. Epoch ms in and out. */
export function dayBefore(calendar: WorkingCalendar, at: number): number {
  let day = addDays(shanghaiDate(at), -1);
  while (!dayKind(calendar, day).working) day = addDays(day, -1);
  return Date.parse(`${day}T09:00:00+08:00`);
}

/** The preparations that nobody has ticked yet, in their order. */
export const unticked = ({ checklist }: Pick<FollowUpState, "checklist">): ChecklistItem[] =>
  CHECKLIST.filter((item) => checklist[item] === undefined);
