/**
 * Pages and API of what is left when the work is done: dossiers and statistics. Apart from WebComplaints, because it alone
 * brings ZIP and workbooks, and a bundle has its limit (docs/decisions/0003-checks-and-bundles.md).
 */
import { html, httpHandler } from "../shared/http.ts";
import { errorPage } from "./pages/error.tsx";
import { reportsApiRoutes } from "./reports/api.ts";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: [...reportsApiRoutes],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
