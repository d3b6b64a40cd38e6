/**
 * Reads dates as the notice of the State Council writes them, and as people type them. Pure.
 *
 * A date is `2027年1月4日`, `1月4日`, `2027-01-04`, `1-4` or `1/4`; of a range the second may be a day alone (1月1日至3日).
 * A weekday in parentheses after a date is compared with the calendar: the notice of another year is found out by it.
 */
import { addDays, dayOfDate, isDate } from "../shared/calendar/dates.ts";
import type { FieldError } from "../shared/errors.ts";

/** What a text says: its dates, ascending and once each, and the words that are no date of the year. */
export type Reading = { dates: string[]; problems: Omit<FieldError, "path">[] };
/** What a whole notice says. */
export type NoticeReading = {
  daysOff: string[];
  workingWeekends: string[];
  problems: Omit<FieldError, "path">[];
};

/** Longer breaks are slips of the pen: the longest that there was had 10 days. */
const LONGEST_RANGE = 31;

const WEEKDAYS = "日一二三四五六";
const DAY = String.raw`(?:(?:(\d{4})[年\-/.])?(\d{1,2})[月\-/.](\d{1,2})日?|(\d{1,2})日)(?:〈(.)〉)?`;
const RANGE = String.raw`(?:至|到|~|\.\.|[—–]+|-(?=\d{4}-|\d+月|\d+日))`;
const span = () => new RegExp(`${DAY}(?:${RANGE}${DAY})?`, "g");

/** Full-width characters as plain ones, remarks in parentheses gone except for the weekday that they name. */
const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/\(([^()]*)\)/g, (_, remark: string) => {
      const weekday = /(?:周|星期)([一二三四五六日天])/.exec(remark)?.[1];
      return weekday ? `〈${weekday.replace("天", "日")}〉` : "";
    })
    .replace(/[ \t]+/g, " ")
    .replace(/ ?(至|到|~|\.\.|[—–]+|〈|〉|年|月) ?/g, "$1")
    .replace(/(\d) - (?=\d)/g, "$1至");

/** A list of dates and ranges, whatever words stand between them; a number that is no date is a slip. */
export function readDates(text: string, year: number): Reading {
  const { dates, problems } = datesIn(text, year);
  const rest = plain(text)
    .replace(span(), "")
    .match(/\d[\d\-/.]*/)?.[0];
  const slip = rest === undefined ? [] : [{ code: "no_such_date", params: { value: rest.slice(0, 20) } }];
  return { dates, problems: [...problems, ...slip] };
}

function datesIn(text: string, year: number): Reading {
  const found: string[] = [];
  const problems: Reading["problems"] = [];
  const clean = plain(text);
  for (const match of clean.matchAll(span())) {
    const [whole, ...parts] = match;
    const first = dateOf(parts.slice(0, 5), year, null);
    const last =
      whole.length > 0 && parts.slice(5, 9).some(Boolean) ? dateOf(parts.slice(5), year, first) : first;
    const shown = { value: whole.replace(/〈(.)〉/g, "(周$1)") };
    if (!isDate(first) || !isDate(last)) problems.push({ code: "no_such_date", params: shown });
    else if (!ofYear(first, year) || !ofYear(last, year))
      problems.push({ code: "other_year", params: { ...shown, year } });
    else if (wrongWeekday(first, parts[4]) || wrongWeekday(last, parts[9]))
      problems.push({ code: "other_weekday", params: shown });
    else if (last < first || dayOfDate(last) - dayOfDate(first) >= LONGEST_RANGE)
      problems.push({ code: "no_such_range", params: shown });
    else for (let date = first; date <= last; date = addDays(date, 1)) found.push(date);
  }
  return { dates: [...new Set(found)].sort(), problems };
}

/** `YYYY-MM-DD`, real or not. What is left out is that of `before`, or of the year. */
function dateOf(parts: (string | undefined)[], year: number, before: string | null): string {
  const [ofYear, month, day, dayAlone] = parts;
  const base = before ?? `${year}-00-00`;
  const written = (month ?? base.slice(5, 7)).padStart(2, "0");
  // 12月31日至1月2日: the break goes on into the year after.
  const turned = before !== null && ofYear === undefined && written < base.slice(5, 7) ? 1 : 0;
  const inYear = ofYear ?? String(Number(base.slice(0, 4)) + turned);
  return `${inYear}-${written}-${(day ?? dayAlone ?? "").padStart(2, "0")}`;
}

/** Notices reach back into the December before their year, never further. */
const ofYear = (date: string, year: number): boolean =>
  date.startsWith(`${year}-`) || date.startsWith(`${year - 1}-12-`);

const wrongWeekday = (date: string, weekday: string | undefined): boolean =>
  weekday !== undefined && WEEKDAYS[(dayOfDate(date) + 4) % 7] !== weekday;

/**
 * The whole text of a notice: what 放假 and 补休 say is off, what 上班 says is worked. Sentences that say neither (its
 * number, its date, the number of days) are passed over.
 */
export function readNotice(text: string, year: number): NoticeReading {
  const lists = { off: [] as string[], work: [] as string[] };
  const problems: NoticeReading["problems"] = [];
  const take = (kind: "off" | "work", words: string) => {
    const { dates, problems: wrong } = datesIn(words, year);
    lists[kind].push(...dates);
    problems.push(...wrong);
  };
  for (const sentence of plain(text).split(/[。;\n]/)) {
    let waiting = "";
    for (const clause of sentence.split(/,/)) {
      waiting += ` ${clause}`;
      const kind = clause.includes("上班") ? "work" : /放假|补休|调休|公休/.test(clause) ? "off" : null;
      if (kind === null) continue;
      take(kind, waiting);
      waiting = "";
    }
  }
  const sorted = (list: string[]) => [...new Set(list)].sort();
  return { daysOff: sorted(lists.off), workingWeekends: sorted(lists.work), problems };
}

/** Dates as people type them, runs as `from..to`, one a line: what fills the fields of the form. */
export function writeDates(dates: string[]): string {
  const runs: [first: string, last: string][] = [];
  for (const date of dates) {
    const run = runs.at(-1);
    if (run && addDays(run[1], 1) === date) run[1] = date;
    else runs.push([date, date]);
  }
  return runs.map(([first, last]) => (first === last ? first : `${first}..${last}`)).join("\n");
}
