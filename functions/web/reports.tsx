/**
 * Pages and API of the statistics of complaints. Apart from WebComplaints, because it
 * reads whole months, and a bundle has its limit (docs/decisions/0003-checks-and-bundles.md).
 */
import { html, httpHandler } from "../shared/http.ts";
import { errorPage } from "./pages/error.tsx";
import { reportsApiRoutes } from "./reports/api.ts";
import { reportPageRoutes } from "./reports/pages.tsx";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: [...reportsApiRoutes, ...reportPageRoutes],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
