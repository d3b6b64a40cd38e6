/** The calendar of follow-ups: a month or a week by days, with what stands on each. Pure. */
import type { FollowUpLine } from "../../follow-up/list.ts";
import { addDays, dayOfDate, FIRST_YEAR, isDate, LAST_YEAR } from "../../shared/calendar/dates.ts";
import { dayKind, type WorkingCalendar } from "../../shared/calendar/index.ts";
import { shanghaiDate } from "../../shared/clock.ts";

/** A line with the time that was agreed on, if any. */
export type Planned = FollowUpLine & { appointmentAt: string | null };

export type Asked = { view: "month" | "week"; whose: "mine" | "team"; day: string };

export type Day = {
  date: string;
  /** Whether it belongs to the month that is shown. */
  inside: boolean;
  today: boolean;
  working: boolean;
  items: Planned[];
};

/** What an address asks for; what it says wrongly is as if it said nothing. `today`: `YYYY-MM-DD`. */
export function askedOf(query: URLSearchParams, today: string): Asked {
  const day = query.get("day") ?? "";
  const year = Number(day.slice(0, 4));
  return {
    view: query.get("view") === "week" ? "week" : "month",
    whose: query.get("whose") === "team" ? "team" : "mine",
    // A month beside the first and the last has its days too.
    day: isDate(day) && year > FIRST_YEAR && year < LAST_YEAR ? day : today,
  };
}

export function calendarPath({ view, whose, day }: Asked): string {
  return `/follow-ups/calendar?${new URLSearchParams({ view, whose, day })}`;
}

/** Monday is 0. */
const weekday = (date: string): number => (dayOfDate(date) + 3) % 7;
const mondayOf = (date: string): string => addDays(date, -weekday(date));
const firstOf = (date: string): string => `${date.slice(0, 7)}-01`;
const nextMonth = (date: string): string => firstOf(addDays(firstOf(date), 31));

/** First and last day of what is shown: whole weeks. */
export function rangeOf({ view, day }: Asked): { from: string; to: string } {
  if (view === "week") return { from: mondayOf(day), to: addDays(mondayOf(day), 6) };
  const last = addDays(nextMonth(day), -1);
  return { from: mondayOf(firstOf(day)), to: addDays(mondayOf(last), 6) };
}

/** The day of the page before and after. */
export function turns({ view, day }: Asked): { before: string; after: string } {
  if (view === "week") return { before: addDays(day, -7), after: addDays(day, 7) };
  return { before: firstOf(addDays(firstOf(day), -1)), after: nextMonth(day) };
}

/** Where a contact stands: on the day that was agreed on, else on the one that was planned. */
export const dayOfLine = (line: Planned): string =>
  line.appointmentAt === null ? line.plannedOn : shanghaiDate(line.appointmentAt);

/** Every day of the range with what stands on it: appointments by their time, then the others. */
export function daysOf(
  asked: Asked,
  lines: readonly Planned[],
  { calendar, today }: { calendar: WorkingCalendar; today: string },
): Day[] {
  const { from, to } = rangeOf(asked);
  const order = ({ appointmentAt, caseId }: Planned): string => `${appointmentAt ?? "later"} ${caseId}`;
  return Array.from({ length: dayOfDate(to) - dayOfDate(from) + 1 }, (_, index): Day => {
    const date = addDays(from, index);
    return {
      date,
      inside: asked.view === "week" || date.startsWith(asked.day.slice(0, 7)),
      today: date === today,
      working: dayKind(calendar, date).working,
      items: lines
        .filter((line) => dayOfLine(line) === date)
        .sort((a, b) => order(a).localeCompare(order(b))),
    };
  });
}
