/**
 * What a record does to its customer: when he was last spoken to, and when he is due again. With the record, before any
 * review (contracts/follow-ups.md). Pure.
 */
import type { Attempt } from "../complaint/model.ts";
import { addDays, type CadencePolicy, dueAfter, workingDayFrom } from "../customer/cadence-rules.ts";
import type { Customer } from "../customer/model.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { shanghaiDate, stamp } from "../shared/clock.ts";
import type { CallRecord, VisitRecord } from "./schema.ts";

/** The next contact: a day, or none and why. */
export type Next = { on: string } | { none: string };

export const nextOfCall = (record: Pick<CallRecord, "nextFollowUpOn" | "noNextReason">): Next =>
  record.nextFollowUpOn ? { on: record.nextFollowUpOn } : { none: record.noNextReason ?? "" };

export const nextOfVisit = ({ nextVisitPlan }: Pick<VisitRecord, "nextVisitPlan">): Next =>
  nextVisitPlan?.dueOn ? { on: nextVisitPlan.dueOn } : { none: nextVisitPlan?.reason ?? "" };

/** When somebody was reached last. Table stamp; null where nobody was. */
export function reachedAt(attempts: readonly Attempt[]): string | null {
  const times = attempts.filter(({ result }) => result === "reached").map(({ at }) => Date.parse(at));
  return times.length === 0 ? null : stamp(Math.max(...times));
}

/** When a visit took place: its day is all that is known, so the end of it, or now on the day itself. Table stamp. */
export const visitedAt = (visitDate: string, now: number): string =>
  stamp(Math.min(Date.parse(`${visitDate}T18:00:00+08:00`), now));

/** Days are moved to where people work, but never a reasoned none. */
export function afterRecord(
  customer: Customer,
  of: { at: string; caseId: string; next: Next },
  calendar: WorkingCalendar,
): Customer {
  const isNewer = customer.lastContactAt === null || customer.lastContactAt < of.at;
  return {
    ...customer,
    ...(isNewer
      ? { lastContactAt: of.at, lastContactSource: { process: "follow-up", caseId: of.caseId } }
      : {}),
    ...("on" in of.next
      ? { nextDueOn: workingDayFrom(calendar, of.next.on), noNextReason: null }
      : { nextDueOn: null, noNextReason: of.next.none }),
  };
}

/** Nobody was reached: he is due again an interval of his tier from today. */
export const afterGivingUp = (
  customer: Customer,
  cadence: CadencePolicy,
  calendar: WorkingCalendar,
  now: number,
): Customer => ({
  ...customer,
  nextDueOn: dueAfter(calendar, cadence, customer.tier, shanghaiDate(now)),
  noNextReason: null,
});

const DAY_MS = 86_400_000;

/** The series moves with an appointment: by as many days, from where it stood. */
export function afterShift(
  customer: Customer,
  { from, to }: { from: string; to: string },
  calendar: WorkingCalendar,
): Customer | null {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
  if (customer.nextDueOn === null || days === 0) return null;
  return { ...customer, nextDueOn: workingDayFrom(calendar, addDays(customer.nextDueOn, days)) };
}

/** 18:00 of the `window`-th working day, the first on or after `plannedOn` counting as the first. Epoch ms. */
export function dueAtOf(calendar: WorkingCalendar, plannedOn: string, window: number): number {
  let day = workingDayFrom(calendar, plannedOn);
  for (let left = window - 1; left > 0; left -= 1) day = workingDayFrom(calendar, addDays(day, 1));
  return endOf(day);
}

/** When the working day of a date ends. Epoch ms. */
export const endOf = (day: string): number => Date.parse(`${day}T18:00:00+08:00`);
