/**
 * What the libraries say. Build time only: outside their data they answer wrongly (chinese-days calls 1 January 2027
 * a working day), and each has known gaps, so a year is only taken where two independent ones agree.
 */
import { createRequire } from "node:module";
import chineseDays from "chinese-days/dist/chinese-days.json" with { type: "json" };
import { LunarDay, type SolarDay, SolarTerm } from "tyme4ts";
import type { LunarDays } from "../lunar.ts";

/** A schedule as a library has it, dates ascending. */
export type Schedule = { library: string; daysOff: string[]; workingWeekends: string[] };

type HolidayCalendarFile = { dates: { date: string; type: "public_holiday" | "transfer_workday" }[] };

const require = createRequire(import.meta.url);

/** A year of chinese-days. @throws Error if it has no data for the year. */
export function fromChineseDays(year: number): Schedule {
  const within = (days: object) =>
    Object.keys(days)
      .filter((date) => date.startsWith(`${year}-`))
      .sort();
  return complete(year, {
    library: "chinese-days",
    daysOff: within(chineseDays.holidays),
    workingWeekends: within(chineseDays.workdays),
  });
}

/** A year of holiday-calendar. @throws Error if it has no data for the year. */
export function fromHolidayCalendar(year: number): Schedule {
  // 31 December may stand in the next year's file, because that year's notice speaks of it.
  const dates = [...holidayCalendarFile(year), ...holidayCalendarFile(year + 1)];
  const of = (type: string) =>
    dates
      .filter((entry) => entry.type === type && entry.date.startsWith(`${year}-`))
      .map((entry) => entry.date);
  return complete(year, {
    library: "holiday-calendar",
    daysOff: of("public_holiday").sort(),
    workingWeekends: of("transfer_workday").sort(),
  });
}

function holidayCalendarFile(year: number): HolidayCalendarFile["dates"] {
  try {
    return (require(`holiday-calendar/data/CN/${year}.json`) as HolidayCalendarFile).dates;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return [];
    throw error;
  }
}

function complete(year: number, schedule: Schedule): Schedule {
  if (schedule.daysOff.length === 0) throw new Error(`${schedule.library} has no data for ${year}`);
  return schedule;
}

/** The lunar days of a year by tyme4ts. Node's Intl calendar is no source: it puts New Year 2027 a day late. */
export function fromTyme(year: number): LunarDays {
  const lunar = (month: number, day: number) => iso(LunarDay.fromYmd(year, month, day).getSolarDay());
  return {
    newYear: lunar(1, 1),
    qingming: iso(SolarTerm.fromName(year, "清明").getSolarDay()),
    duanwu: lunar(5, 5),
    zhongqiu: lunar(8, 15),
  };
}

const iso = (day: SolarDay): string =>
  [day.getYear(), day.getMonth(), day.getDay()].map((part) => String(part).padStart(2, "0")).join("-");
