/** Lambda `web-request`: pages and API of asking for a reception, and of changing what was asked for. */
import { readBasis } from "../reception/basis.ts";
import { editReception } from "../reception/edit.ts";
import { previewReception, readSources } from "../reception/preview.ts";
import { submitReception } from "../reception/submit.ts";
import { html, httpHandler, json, type Route, withJson } from "../shared/http.ts";
import { beside, keyOf, writer } from "./calls.ts";
import { errorPage } from "./pages/error.tsx";
import { formRoutes } from "./reception-form.tsx";
import { readerFor } from "./staff-page.ts";

const apiRoutes: Route[] = [
  {
    method: "POST",
    path: "/api/receptions",
    async handle(request) {
      const basis = beside(request, readBasis);
      const { actor } = await writer(request);
      const { status, body } = await withJson(request, (input) =>
        submitReception(actor, input, { ...keyOf(request), ...(basis ? { basis } : {}) }),
      );
      return json(status, body);
    },
  },
  {
    method: "POST",
    path: "/api/receptions/preview",
    async handle(request) {
      const sources = beside(request, readSources);
      const { actor } = await writer(request);
      return json(
        200,
        await withJson(request, (input) => previewReception(actor, input, request.locale, sources)),
      );
    },
  },
  {
    method: "PUT",
    path: "/api/receptions/{caseId}",
    async handle(request) {
      const basis = beside(request, readBasis);
      const { actor } = await writer(request);
      const ifMatch = request.headers["if-match"];
      const options = {
        ...keyOf(request),
        ...(ifMatch ? { ifMatch } : {}),
        ...(basis ? { basis } : {}),
      };
      return json(
        200,
        await withJson(request, (input) => editReception(actor, request.params.caseId!, input, options)),
      );
    },
  },
];

export const handler = httpHandler({
  routes: [...apiRoutes, ...formRoutes],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
