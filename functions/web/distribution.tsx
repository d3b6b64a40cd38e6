/**
 * The investigation report of a complaint: who was sent it, and who read it. Apart from WebReports, because answering a
 * step brings what every step asks for, and a bundle has its limit (docs/decisions/0003-checks-and-bundles.md).
 */
import { html, httpHandler } from "../shared/http.ts";
import { errorPage } from "./pages/error.tsx";
import { distributionRoutes } from "./reports/distribute.tsx";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: distributionRoutes,
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
