/** What of the year's hospitality is deductible; page and API. */
import { requireSession } from "../../directory/session.ts";
import { setRevenue, viewTax } from "../../ledger/tax.ts";
import { json, type Route, withJson } from "../../shared/http.ts";
import { writer } from "../calls.ts";

const api: Route[] = [
  {
    method: "GET",
    path: "/api/tax/{year}",
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewTax(actor, request.params.year!));
    },
  },
  {
    method: "PUT",
    path: "/api/tax/{year}",
    async handle(request) {
      const { actor } = await writer(request);
      return json(200, await withJson(request, (input) => setRevenue(actor, request.params.year!, input)));
    },
  },
];

export const taxRoutes: Route[] = [...api];
