/** The visits that somebody still has to make and has agreed on a time for, as events of his calendar. */
import { openSeats } from "../case/lists.ts";
import type { CaseFile, Header } from "../case/model.ts";
import { readCase, readHeaders } from "../case/store.ts";
import { env } from "../shared/env.ts";
import type { CalendarEvent } from "../shared/ical.ts";
import { inParallel } from "../shared/parallel.ts";
import { placeOf } from "./records.ts";

const HOUR_MS = 3_600_000;
const AT_ONCE = 10;

/** Those whose record is open, the earliest first. A visit is taken to last an hour. */
export async function visitsOf(staffId: string): Promise<CalendarEvent[]> {
  const seats = (await openSeats(staffId)).filter((seat) => seat.kind === "follow-up");
  const headers = await readHeaders(seats.map(({ caseId }) => caseId));
  // Most of what waits for somebody are calls: only what stands in the calendar is read whole, for its place.
  const files = await inParallel([...headers.values()].filter(isAgreed), AT_ONCE, ({ caseId }) =>
    readCase(caseId),
  );
  return files.flatMap((file) => (file ? eventOf(file) : [])).sort((a, b) => a.start - b.start);
}

function isAgreed({ followUp }: Header): boolean {
  const { appointment = null, mode } = followUp ?? {};
  return mode === "visit" && appointment !== null && appointment.status !== "declined";
}

function eventOf(file: CaseFile): CalendarEvent[] {
  const { caseId, title, followUp } = file.header;
  const { appointment = null } = followUp ?? {};
  // Declined since its header was read.
  if (appointment === null || !isAgreed(file.header)) return [];
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
