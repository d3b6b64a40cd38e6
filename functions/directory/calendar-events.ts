/**
 * What stands in a person's calendar. Every process that makes appointments with people has a source here; what a source
 * answers is what the person may know.
 */
import type { CalendarEvent } from "../shared/ical.ts";

/** The appointments that somebody keeps, in any order. */
export type EventSource = (staffId: string) => Promise<CalendarEvent[]>;

const SOURCES: readonly EventSource[] = [];

/** All of them, the earliest first. */
export async function calendarEvents(
  staffId: string,
  sources: readonly EventSource[] = SOURCES,
): Promise<CalendarEvent[]> {
  const events = await Promise.all(sources.map((source) => source(staffId)));
  return events.flat().sort((a, b) => a.start - b.start);
}
