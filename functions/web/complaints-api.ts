/** The JSON API of the complaints desk beside what is done on one case (contracts/complaints.md). */
import type { Route } from "../shared/http.ts";
import { calendarApiRoutes } from "./calendar-api.ts";

export const complaintsApiRoutes: Route[] = [...calendarApiRoutes];
