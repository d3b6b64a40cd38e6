/** The clocks of a case, each with why it is due when it is (contracts/complaints.md "Working time and clocks"). */
import { maySee } from "../case/access.ts";
import { readCase } from "../case/store.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Actor } from "../directory/model.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { now } from "../shared/clock.ts";
import { notFound } from "../shared/errors.ts";
import { type ClockView, clockView } from "./clock-rules.ts";
import { CLOCK_KINDS, type Clock } from "./model.ts";

/** Oldest round first; a case without clocks has none. Throws 404. */
export async function viewClocks(actor: Actor, caseId: string): Promise<ClockView[]> {
  const [file, calendar] = await Promise.all([readCase(caseId), workingCalendar()]);
  if (!file || !maySee(actor, file)) throw notFound();
  return clockViews(file.clocks, calendar, now());
}

export const clockViews = (clocks: readonly Clock[], calendar: WorkingCalendar, at: number): ClockView[] =>
  [...clocks]
    .sort((a, b) => a.round - b.round || CLOCK_KINDS.indexOf(a.kind) - CLOCK_KINDS.indexOf(b.kind))
    .map((clock) => clockView(clock, calendar, at));
