/**
 * Dates of Asia/Shanghai by integer arithmetic. The zone has kept +08:00 since 1991-09-15, when it ended daylight
 * saving (IANA tzdata, file `asia`, rules PRC), so within 2020–2100 a day is always 86,400,000 ms and no zone
 * library is needed in a Lambda bundle.
 */
import { invalid, Refusal } from "../errors.ts";

export { shanghaiDate as dateOf, toApi as toIso } from "../clock.ts";

export const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000;

export const FIRST_YEAR = 2020;
export const LAST_YEAR = 2100;

/** Days since 1970-01-01 of the date that an instant has in Shanghai. */
export const dayOf = (ms: number): number => Math.floor((ms + OFFSET_MS) / DAY_MS);

/** Midnight in Shanghai at which a day begins, epoch milliseconds. */
export const startOf = (day: number): number => day * DAY_MS - OFFSET_MS;

/** `YYYY-MM-DD` of a day number. */
export const dateOfDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Day number of `YYYY-MM-DD`, which must be a real date (`isDate`). */
export const dayOfDate = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

export const addDays = (date: string, days: number): string => dateOfDay(dayOfDate(date) + days);

// 1970-01-01 was a Thursday, so day numbers 2 and 3 modulo 7 are Saturday and Sunday.
export const isWeekend = (day: number): boolean => (day + 5) % 7 <= 1;

export function isDate(date: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(dayOfDate(date)) && addDays(date, 0) === date;
}

/** @throws Refusal 400 `invalid` if it is not a date of the Gregorian calendar. */
export function assertDate(date: string): void {
  if (!isDate(date)) throw invalid({ path: "date", code: "date" });
}

/** @throws Refusal 400 `calendar_out_of_range` outside 2020–2100. */
export function assertYear(year: number): void {
  if (!Number.isInteger(year) || year < FIRST_YEAR || year > LAST_YEAR)
    throw new Refusal(400, "calendar_out_of_range", { firstYear: FIRST_YEAR, lastYear: LAST_YEAR });
}
