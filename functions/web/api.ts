/** The JSON API of signed-in staff: parse, call the use case, answer (contracts/README.md). */

import { viewCase } from "../case/read.ts";
import { requireSession } from "../directory/session.ts";
import { json, type Route, withJson } from "../shared/http.ts";
import { keyOf, writer } from "./calls.ts";
import { caseView } from "./case-view.ts";
import { withdrawCase } from "./withdraw.ts";

export const apiRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/cases/{caseId}",
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await caseView(actor, request.params.caseId!, request.locale));
    },
  },
  {
    method: "GET",
    path: "/api/cases/{caseId}/route",
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, (await viewCase(actor, request.params.caseId!, request.locale)).route);
    },
  },
  {
    method: "POST",
    path: "/api/cases/{caseId}/withdraw",
    async handle(request) {
      const { actor } = await writer(request);
      return json(
        200,
        await withJson(request, (input) =>
          withdrawCase(actor, request.params.caseId!, { ...keyOf(request), input }),
        ),
      );
    },
  },
];
