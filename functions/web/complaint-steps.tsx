/** The forms of a complaint's steps, for whoever holds them. */
import { html, httpHandler } from "../shared/http.ts";
import { stepRoutes } from "./complaints/steps.tsx";
import { errorPage } from "./pages/error.tsx";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: [...stepRoutes],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
