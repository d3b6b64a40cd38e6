/** Years that were published after the build, for example from the Directory table. */

import type { FieldError } from "../errors.ts";
import { invalid } from "../errors.ts";
import { assertYear, dayOfDate, isDate, isWeekend } from "./dates.ts";
import type { WorkingCalendar, YearCalendar } from "./model.ts";

/**
 * The calendar with these years added; a year that it has already is replaced.
 * @throws Refusal 400 `calendar_out_of_range`, or `invalid` with a field error at each wrong entry
 *   (`0.daysOff.3`: the fourth day off of the first year).
 */
export function withYears(calendar: WorkingCalendar, years: YearCalendar[]): WorkingCalendar {
  const problems = years.flatMap((year, index) =>
    yearProblems(year).map(({ path, code }) => ({ path: `${index}.${path}`, code })),
  );
  if (problems.length > 0) throw invalid(...problems);
  return {
    ...calendar,
    years: new Map([...calendar.years, ...years.map((year) => [year.year, year] as const)]),
  };
}

/** What is wrong with a year's data, which may come from a file or a form; paths are relative to it. */
export function yearProblems(year: YearCalendar): FieldError[] {
  assertYear(year.year);
  const problems: FieldError[] = [];
  if (year.status !== "official" && year.status !== "provisional")
    problems.push({ path: "status", code: "choose" });
  if (year.status === "official" && !year.notice) problems.push({ path: "notice", code: "required" });
  // A date in both lists, or twice in one, is a slip that nobody can resolve but the person who typed it.
  const seen = new Set<string>();
  const check = (list: "daysOff" | "workingWeekends", acceptable: (date: string) => boolean) => {
    if (!Array.isArray(year[list])) return problems.push({ path: list, code: "required" });
    for (const [index, date] of year[list].entries()) {
      const path = `${list}.${index}`;
      if (!isDate(date) || !mayContain(year.year, date)) problems.push({ path, code: "date" });
      else if (seen.has(date) || !acceptable(date)) problems.push({ path, code: "invalid" });
      seen.add(date);
    }
  };
  check("daysOff", () => true);
  check("workingWeekends", (date) => isWeekend(dayOfDate(date)));
  return problems;
}

const mayContain = (year: number, date: string): boolean =>
  date.startsWith(`${year}-`) || date.startsWith(`${year - 1}-12-`);
