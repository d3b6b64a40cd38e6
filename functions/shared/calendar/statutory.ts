/**
 * A year for which the State Council has published nothing yet: weekends plus the statutory days of
 * 全国年节及纪念日放假办法. No working weekends are assumed: only a notice can say which they are.
 */
import { addDays, assertYear, dayOfDate, isWeekend } from "./dates.ts";
import { lunarDays } from "./lunar.ts";
import type { YearCalendar } from "./model.ts";

// 国务院令第795号 of 2024-11-10, in force 2025-01-01, added 除夕 and 2 May to the set of
// 国务院令第644号 of 2013-12-11, in force 2014-01-01.
const REFORM_OF_2024 = 2025;

const known = new Map<number, YearCalendar>();

/**
 * The provisional calendar of a year. `daysOff` holds the statutory days, weekend or not, and the weekdays that
 * make up for those on a weekend (第六条: 如果适逢周六、周日，应当在工作日补假).
 * @throws Refusal 400 `calendar_out_of_range` outside 2020–2100.
 */
export function provisionalYear(year: number): YearCalendar {
  const cached = known.get(year);
  if (cached) return cached;
  const days = statutoryDays(year);
  const off = new Set<string>();
  const moving: string[] = [];
  for (const date of days) {
    if (weekend(date) || off.has(date)) moving.push(date);
    else off.add(date);
  }
  // Only after every weekday of the law is off: a day moved from 正月初一 must not land on 正月初三.
  for (const date of moving) {
    let next = addDays(date, 1);
    while (weekend(next) || off.has(next)) next = addDays(next, 1);
    off.add(next);
  }
  const calendar: YearCalendar = {
    year,
    status: "provisional",
    daysOff: [...new Set([...days, ...off])].sort(),
    workingWeekends: [],
  };
  known.set(year, calendar);
  return calendar;
}

/** The days of the law in date order; a date is listed twice where two fall on it (中秋 on 1 October 2020). */
export function statutoryDays(year: number): string[] {
  assertYear(year);
  const { newYear, qingming, duanwu, zhongqiu } = lunarDays(year);
  const days = [
    `${year}-01-01`,
    newYear,
    addDays(newYear, 1),
    addDays(newYear, 2),
    qingming,
    `${year}-05-01`,
  ];
  days.push(duanwu, zhongqiu, `${year}-10-01`, `${year}-10-02`, `${year}-10-03`);
  if (year >= REFORM_OF_2024) days.push(addDays(newYear, -1), `${year}-05-02`);
  return days.sort();
}

const weekend = (date: string): boolean => isWeekend(dayOfDate(date));
