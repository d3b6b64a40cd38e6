/** What anybody may ask of the working calendar (contracts/complaints.md "Working time and clocks"). */
import { addWorkingTime, dayKind, type Segment, type WorkingCalendar } from "../shared/calendar/index.ts";
import type { DayKind } from "../shared/calendar/model.ts";
import { toApi } from "../shared/clock.ts";
import { type FieldError, invalid, Refusal } from "../shared/errors.ts";
import { date, instant } from "../shared/validate.ts";

const DAY_MS = 86_400_000;
const MOST_DAYS = 400;
/** More than a year of working time: no deadline of this product is longer. */
const MOST_MINUTES = 200_000;

/** Every day from `from` to `to`, both included. Throws 400 by field: no dates, the wrong order, more than 400 days. */
export function listDays(calendar: WorkingCalendar, asked: URLSearchParams): DayKind[] {
  const [from, to] = [asked.get("from") ?? "", asked.get("to") ?? ""];
  const problems = Object.entries({ from, to }).flatMap(([path, value]): FieldError[] =>
    date().safeParse(value).success ? [] : [{ path, code: value === "" ? "required" : "date" }],
  );
  if (problems.length > 0) throw invalid(...problems);
  if (to < from) throw invalid({ path: "to", code: "to_before_from" });
  const first = Date.parse(from);
  const days = (Date.parse(to) - first) / DAY_MS + 1;
  if (days > MOST_DAYS) throw invalid({ path: "to", code: "too_many_days", params: { max: MOST_DAYS } });
  return inRange("from", () =>
    Array.from({ length: days }, (_, index) =>
      dayKind(calendar, new Date(first + index * DAY_MS).toISOString().slice(0, 10)),
    ),
  );
}

export type DeadlineView = {
  from: string;
  minutes: number;
  dueAt: string;
  provisional: boolean;
  trace: (Segment & { provisional: boolean })[];
};

/** When so many working minutes after `from` are over, and why then. Throws 400 by field. */
export function deadline(calendar: WorkingCalendar, asked: URLSearchParams): DeadlineView {
  // A plus sign that was not escaped arrives as a blank.
  const from = (asked.get("from") ?? "").replace(" ", "+");
  const minutes = Number(asked.get("minutes") || Number.NaN);
  const problems: FieldError[] = [];
  if (!instant().safeParse(from).success)
    problems.push({ path: "from", code: from === "" ? "required" : "instant" });
  if (!asked.get("minutes")) problems.push({ path: "minutes", code: "required" });
  else if (!Number.isInteger(minutes)) problems.push({ path: "minutes", code: "number" });
  else if (minutes < 0) problems.push({ path: "minutes", code: "at_least", params: { min: 0 } });
  else if (minutes > MOST_MINUTES)
    problems.push({ path: "minutes", code: "at_most", params: { max: MOST_MINUTES } });
  if (problems.length > 0) throw invalid(...problems);
  // Whole seconds, as clients read them.
  const start = Math.floor(Date.parse(from) / 1000) * 1000;
  const { dueAt, provisional, trace } = inRange("from", () => addWorkingTime(calendar, start, minutes));
  return {
    from: toApi(start),
    minutes,
    dueAt: toApi(dueAt),
    provisional,
    trace: trace.map((segment) => ({ ...segment, provisional: segment.provisional === true })),
  };
}

/** What lies beyond the calendar is said at the field. */
function inRange<T>(path: string, count: () => T): T {
  try {
    return count();
  } catch (error) {
    if (error instanceof Refusal && error.code === "calendar_out_of_range")
      throw invalid({ path, code: "calendar_out_of_range" });
    throw error;
  }
}
