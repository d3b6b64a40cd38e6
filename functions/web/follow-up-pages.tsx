/** Lambda `web-follow-up-pages`: the pages of follow-ups and visits. */
import { html, httpHandler } from "../shared/http.ts";
import { caseRoutes } from "./follow-ups/case.tsx";
import { listRoutes } from "./follow-ups/list.tsx";
import { stepRoutes } from "./follow-ups/steps.tsx";
import { errorPage } from "./pages/error.tsx";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: [...listRoutes, ...stepRoutes, ...caseRoutes],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
