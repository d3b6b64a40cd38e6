/** What kind of day a date is, and which year's data say so. */
import { assertDate, dayOfDate, isWeekend } from "./dates.ts";
import type { DayKind, WorkingCalendar, YearCalendar } from "./model.ts";
import { provisionalYear } from "./statutory.ts";

/**
 * @param date `YYYY-MM-DD` in Asia/Shanghai
 * @throws Refusal 400 `invalid` if it is no date, `calendar_out_of_range` outside 2020–2100.
 */
export function dayKind(calendar: WorkingCalendar, date: string): DayKind {
  assertDate(date);
  const { kind, provisional } = classify(calendar, date, dayOfDate(date));
  const working = kind === "workday" || kind === "adjusted";
  const intervals = working ? calendar.hours.map(([from, to]): [string, string] => [from, to]) : [];
  return { date, working, kind, intervals, provisional };
}

/** `dayKind` without the checks and copies, for loops over many days. `day` is the day number of `date`. */
export function classify(
  calendar: WorkingCalendar,
  date: string,
  day: number,
): Pick<DayKind, "kind" | "provisional"> {
  const year = yearThatDecides(calendar, date);
  const provisional = year.status === "provisional";
  if (year.daysOff.includes(date)) return { kind: "holiday", provisional };
  if (!isWeekend(day)) return { kind: "workday", provisional };
  return { kind: year.workingWeekends.includes(date) ? "adjusted" : "weekend", provisional };
}

/**
 * A date belongs to its own year, save that the next year's notice may already speak of late December (31 December
 * 2022 is off by the notice for 2023).
 */
function yearThatDecides(calendar: WorkingCalendar, date: string): YearCalendar {
  const year = Number(date.slice(0, 4));
  if (date.slice(5, 7) === "12") {
    const next = calendar.years.get(year + 1);
    if (next?.daysOff.includes(date) || next?.workingWeekends.includes(date)) return next;
  }
  return calendar.years.get(year) ?? provisionalYear(year);
}
