/** Working intervals as milliseconds of the day. */
import type { WorkingHours } from "./model.ts";

/** The firm's hours; another set is data of the calendar. */
export const OFFICE_HOURS: WorkingHours = [
  ["09:00", "12:00"],
  ["13:00", "18:00"],
];

/**
 * `[from, to]` in milliseconds since midnight, ascending. `24:00` is the end of the day.
 * @throws RangeError if there is none, one is malformed or empty, or two overlap.
 */
export function parseHours(hours: WorkingHours): [from: number, to: number][] {
  let closed = 0;
  const parsed = hours.map(([from, to]): [number, number] => {
    const interval: [number, number] = [timeOfDay(from), timeOfDay(to)];
    if (interval[0] < closed || interval[1] <= interval[0])
      throw new RangeError(`Working hours overlap or end before they begin: ${from}-${to}`);
    closed = interval[1];
    return interval;
  });
  if (parsed.length === 0) throw new RangeError("A calendar needs working hours");
  return parsed;
}

function timeOfDay(text: string): number {
  const match = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(text);
  if (!match) throw new RangeError(`Not a time of day: ${text}`);
  return (Number(match[1] ?? 24) * 60 + Number(match[2] ?? 0)) * 60_000;
}
