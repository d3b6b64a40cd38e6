/** The JSON API of the working calendar, for any staff (contracts/complaints.md "Working time and clocks"). */
import { workingCalendar } from "../directory/calendar.ts";
import { requireSession } from "../directory/session.ts";
import { deadline, listDays } from "../directory/working-time.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { json, type Route } from "../shared/http.ts";

const question = (
  path: string,
  answer: (calendar: WorkingCalendar, asked: URLSearchParams) => unknown,
): Route => ({
  method: "GET",
  path,
  async handle(request) {
    const [, calendar] = await Promise.all([requireSession(request), workingCalendar()]);
    return json(200, answer(calendar, request.query));
  },
});

export const calendarApiRoutes: Route[] = [
  question("/api/working-calendar", listDays),
  question("/api/working-calendar/deadline", deadline),
];
