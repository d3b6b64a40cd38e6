/** The page of one complaint, and what people do on it as a whole. */
import { html, httpHandler } from "../shared/http.ts";
import { caseRoutes } from "./complaints/case.tsx";
import { errorPage } from "./pages/error.tsx";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: [...caseRoutes],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
