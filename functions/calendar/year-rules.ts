/** What a year's schedule changes, whether it can be right, and which year nobody has entered yet. Pure. */
import { addDays, dayOfDate, isWeekend } from "../shared/calendar/dates.ts";
import { dayKind, type WorkingCalendar, withYears, type YearCalendar } from "../shared/calendar/index.ts";
import type { DayKind } from "../shared/calendar/model.ts";
import { provisionalYear, statutoryDays } from "../shared/calendar/statutory.ts";

/** A day that works in one calendar and not in the other. */
export type DayChange = { date: string; was: DayKind["kind"]; is: DayKind["kind"] };

/** The first date that the schedule of a year may speak of, and the last. */
export const datesOf = (year: number): { from: string; to: string } => ({
  from: `${year - 1}-12-01`,
  to: `${year}-12-31`,
});

/** The days of a year (and of the December before it) on which people work in one calendar only. */
export function differences(before: WorkingCalendar, after: WorkingCalendar, year: number): DayChange[] {
  const { from, to } = datesOf(year);
  const changes: DayChange[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) {
    const [was, is] = [dayKind(before, date), dayKind(after, date)];
    if (was.working !== is.working) changes.push({ date, was: was.kind, is: is.kind });
  }
  return changes;
}

/**
 * What nobody can forbid, and what is yet most likely a slip: statutory days that would be worked, and a sum of working
 * days that differs from that of the law, because 调休 moves days and takes none away.
 */
export type Doubts = { forgotten: string[]; daysMore: number };

export function doubtsOf(year: YearCalendar): Doubts {
  const works = (one: YearCalendar): number =>
    workdays(withYears({ hours: HOURS, years: new Map() }, [one]), year.year);
  return {
    forgotten: [...new Set(statutoryDays(year.year))].filter((date) => !year.daysOff.includes(date)),
    daysMore: works(year) - works(provisionalYear(year.year)),
  };
}

const HOURS: WorkingCalendar["hours"] = [["09:00", "18:00"]];

/** The working days of a year, and what the year's schedule says of the December before. */
function workdays(calendar: WorkingCalendar, year: number): number {
  const { daysOff, workingWeekends } = calendar.years.get(year)!;
  const early = (dates: string[]) => dates.filter((date) => date < `${year}-01-01`);
  let count =
    early(workingWeekends).length - early(daysOff).filter((date) => !isWeekend(dayOfDate(date))).length;
  for (let date = `${year}-01-01`; date <= `${year}-12-31`; date = addDays(date, 1))
    if (dayKind(calendar, date).working) count += 1;
  return count;
}

/** The day of a year from which on the next year's schedule is missed: it is published in October or November. */
const MISSED_FROM = "11-15";

/** The years whose official schedule should be there on a date (`YYYY-MM-DD`) and is not, ascending. */
export function missingYears(calendar: WorkingCalendar, today: string): number[] {
  const year = Number(today.slice(0, 4));
  const wanted = today.slice(5) >= MISSED_FROM ? [year, year + 1] : [year];
  return wanted.filter((one) => calendar.years.get(one)?.status !== "official");
}

/** The Monday of the week of a date: mails about a missing year go out once for each. */
export const mondayOf = (date: string): string => addDays(date, -((dayOfDate(date) + 3) % 7));
