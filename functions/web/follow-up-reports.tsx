/** Lambda `web-follow-up-reports`: summaries of follow-ups and the report of customers (contracts/follow-ups.md "Reports"). */
import { html, httpHandler } from "../shared/http.ts";
import { errorPage } from "./pages/error.tsx";
import { followUpReportApi } from "./reports/follow-up-api.ts";
import { followUpReportPages } from "./reports/follow-up-pages.tsx";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: [...followUpReportApi, ...followUpReportPages],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
