/**
 * Pages and API of what a visit cost: the settlement and the reception list. Apart from WebStaff, because a requester
 * opens them once a visit and a bundle has its limit (docs/decisions/0003-checks-and-bundles.md).
 */
import { saveList } from "../reception/list.ts";
import { settleReception } from "../reception/settle.ts";
import { html, httpHandler, json, type Route, withJson } from "../shared/http.ts";
import { keyOf, writer } from "./calls.ts";
import { errorPage } from "./pages/error.tsx";
import { readerFor } from "./staff-page.ts";

const apiRoutes: Route[] = [
  {
    method: "POST",
    path: "/api/receptions/{caseId}/settlement",
    async handle(request) {
      const { actor } = await writer(request);
      return json(
        200,
        await withJson(request, (input) =>
          settleReception(actor, request.params.caseId!, input, keyOf(request)),
        ),
      );
    },
  },
  {
    method: "PUT",
    path: "/api/receptions/{caseId}/list",
    async handle(request) {
      const { actor } = await writer(request);
      return json(
        200,
        await withJson(request, (input) => saveList(actor, request.params.caseId!, input, keyOf(request))),
      );
    },
  },
];

export const handler = httpHandler({
  routes: apiRoutes,
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
