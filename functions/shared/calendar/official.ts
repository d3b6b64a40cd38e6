/**
 * The published years that are built in. Their files are compact because they end up in every bundle that counts
 * working time: a year costs about 250 bytes.
 */
import { lazy } from "../lazy.ts";
import { addDays } from "./dates.ts";
import { OFFICE_HOURS } from "./hours.ts";
import type { WorkingCalendar, YearCalendar } from "./model.ts";
import { year2020 } from "./years/2020.ts";
import { year2021 } from "./years/2021.ts";
import { year2022 } from "./years/2022.ts";
import { year2023 } from "./years/2023.ts";
import { year2024 } from "./years/2024.ts";
import { year2025 } from "./years/2025.ts";
import { year2026 } from "./years/2026.ts";

/**
 * A year file. `notice`: number and date of the notice, several apart by semicolons. Dates are `MM-DD` of the year,
 * separated by spaces; `A..B` is every day from A to B.
 */
export type YearFile = { year: number; notice: string; daysOff: string; workingWeekends: string };

/** The year of a file, written out. */
export function officialYear({ year, notice, daysOff, workingWeekends }: YearFile): YearCalendar {
  return {
    year,
    status: "official",
    notice: `国务院办公厅关于${year}年部分节假日安排的通知（${notice}）`,
    daysOff: dates(year, daysOff),
    workingWeekends: dates(year, workingWeekends),
  };
}

function dates(year: number, text: string): string[] {
  return text.split(" ").flatMap((range) => {
    const [first = "", last = first] = range.split("..");
    const list = [`${year}-${first}`];
    for (let date = list[0]!; date < `${year}-${last}`; ) {
      date = addDays(date, 1);
      list.push(date);
    }
    return list;
  });
}

const built = [year2020, year2021, year2022, year2023, year2024, year2025, year2026];

const years = lazy(() => new Map(built.map((file) => [file.year, officialYear(file)])));

/** Office hours and the built-in official years. */
export const defaultCalendar: WorkingCalendar = {
  hours: OFFICE_HOURS,
  get years() {
    return years();
  },
};
