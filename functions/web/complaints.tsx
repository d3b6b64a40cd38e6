/**
 * The board of complaints and what is asked about all of them: register, reply templates, working calendar. It reads
 * only. Apart from the pages of one complaint, because a bundle has its limit (docs/decisions/0003-checks-and-bundles.md).
 */
import { html, httpHandler } from "../shared/http.ts";
import { boardRoute } from "./complaints/board.tsx";
import { complaintsApiRoutes } from "./complaints-api.ts";
import { errorPage } from "./pages/error.tsx";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: [...complaintsApiRoutes, boardRoute],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
