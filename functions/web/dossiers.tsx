/** Page and API of dossiers: fetched from the bucket, verified as they were sent. */
import { html, httpHandler } from "../shared/http.ts";
import { errorPage } from "./pages/error.tsx";
import { dossierApiRoutes } from "./reports/dossier-api.ts";
import { dossierRoutes } from "./reports/dossiers.tsx";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: [...dossierApiRoutes, ...dossierRoutes],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
