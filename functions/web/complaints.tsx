/**
 * Pages and API of the complaints desk. Apart from WebStaff, because a bundle has its limit
 * (docs/decisions/0003-checks-and-bundles.md).
 */
import { html, httpHandler } from "../shared/http.ts";
import { boardRoute } from "./complaints/board.tsx";
import { caseRoutes } from "./complaints/case.tsx";
import { stepRoutes } from "./complaints/steps.tsx";
import { complaintsApiRoutes } from "./complaints-api.ts";
import { errorPage } from "./pages/error.tsx";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: [...complaintsApiRoutes, boardRoute, ...stepRoutes, ...caseRoutes],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
