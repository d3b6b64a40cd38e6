/** The visits that somebody still has to make and has agreed on a time for, as events of his calendar. */
import { openSeats } from "../case/lists.ts";
import type { CaseFile } from "../case/model.ts";
import { readCase } from "../case/store.ts";
import { env } from "../shared/env.ts";
import type { CalendarEvent } from "../shared/ical.ts";
import { placeOf } from "./records.ts";

const HOUR_MS = 3_600_000;

/** Those whose record is open, the earliest first. A visit is taken to last an hour. */
export async function visitsOf(staffId: string): Promise<CalendarEvent[]> {
  const seats = (await openSeats(staffId)).filter((seat) => seat.kind === "follow-up");
  const files = await Promise.all(seats.map(({ caseId }) => readCase(caseId)));
  return files.flatMap((file) => (file ? eventOf(file) : [])).sort((a, b) => a.start - b.start);
}

function eventOf(file: CaseFile): CalendarEvent[] {
  const { caseId, title, followUp } = file.header;
  const { appointment = null, mode } = followUp ?? {};
  if (mode !== "visit" || appointment === null || appointment.status === "declined") return [];
  const start = Date.parse(appointment.at);
  return [
    {
      uid: `${caseId}-follow-up@careloop`,
      start,
      end: start + HOUR_MS,
      summary: title,
      description: caseId,
      location: placeOf(file) ?? "",
      url: `${env("BASE_URL")}/cases/${caseId}`,
    },
  ];
}
