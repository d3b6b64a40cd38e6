/**
 * The working calendar as it stands: the years that are built in, and over them those whose official schedule was
 * entered since. Versions are kept; the newest of a year counts.
 */
import { defaultCalendar, type WorkingCalendar, withYears } from "../shared/calendar/index.ts";
import type { YearCalendar } from "../shared/calendar/model.ts";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { type Item, queryAll } from "../shared/table.ts";

/** One version of a year's schedule in the Directory table. */
export const calendarKey = (year: number, version: number) => ({
  pk: "CALENDAR",
  sk: `${year}#V#${String(version).padStart(6, "0")}`,
});

export type YearVersion = {
  year: number;
  version: number;
  /** Table stamp and staff id. */
  publishedAt: string;
  publishedBy: string;
  document: YearCalendar;
};

const toVersion = ({ pk: _pk, sk: _sk, v: _v, ...version }: Item): YearVersion => version as YearVersion;

/** Every version of every year that was entered, by year and version: a firm enters one or two a year. */
export async function yearVersions(): Promise<YearVersion[]> {
  const items = await queryAll({
    TableName: env("DIRECTORY_TABLE"),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": "CALENDAR" },
    ConsistentRead: true,
  });
  return items.map(toVersion);
}

/** The calendar with these versions, ascending, laid over the built-in years. */
export const calendarOf = (versions: YearVersion[]): WorkingCalendar =>
  withYears(defaultCalendar, [...new Map(versions.map((one) => [one.year, one.document] as const)).values()]);

/**
 * A year changes once or twice in its life, so an execution environment keeps what it read for a minute. What was
 * counted with the year before in that minute is counted again: a publication looks a second time (calendar/replan.ts).
 */
export const KEPT_MS = 60_000;
let kept: { table: string; at: number; read: Promise<WorkingCalendar> } | null = null;

/** The calendar in force; at most `KEPT_MS` old. One query where it has to be read. */
export function workingCalendar(): Promise<WorkingCalendar> {
  const table = env("DIRECTORY_TABLE");
  const at = now();
  if (kept?.table === table && at >= kept.at && at - kept.at < KEPT_MS) return kept.read;
  const read = yearVersions().then(calendarOf);
  const mine = { table, at, read };
  kept = mine;
  read.catch(() => {
    if (kept === mine) kept = null;
  });
  return read;
}

/** Lets this environment read anew, because it has just published. */
export const forgetCalendar = (): void => {
  kept = null;
};
