/** The JSON API of signed-in staff: parse, call the use case, answer (contracts/README.md). */

import { myTasks } from "../case/lists.ts";
import { viewCase } from "../case/read.ts";
import { waitingDecisions } from "../case/waiting.ts";
import { requireSession } from "../directory/session.ts";
import { isSubmission, submitSettlementStep } from "../reception/settle.ts";
import { json, type Route, withJson } from "../shared/http.ts";
import { actOnStep } from "../step/act.ts";
import { keyOf, pagingOf, writer } from "./calls.ts";
import { withdrawCase } from "./withdraw.ts";

export const apiRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/cases/{caseId}",
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewCase(actor, request.params.caseId!, request.locale));
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
  {
    method: "GET",
    path: "/api/tasks",
    async handle(request) {
      const { actor } = await requireSession(request);
      const paging = pagingOf(request.query);
      const kind = request.query.get("kind") ?? undefined;
      return json(
        200,
        kind === "approval"
          ? await waitingDecisions(actor, paging, request.locale)
          : await myTasks(actor, paging, kind),
      );
    },
  },
  {
    method: "POST",
    path: "/api/steps/{stepId}",
    async handle(request) {
      const { actor } = await writer(request);
      return json(
        200,
        await withJson<unknown>(request, (input) => {
          const act = isSubmission(input) ? submitSettlementStep : actOnStep;
          return act(actor, request.params.stepId!, input, keyOf(request));
        }),
      );
    },
  },
];
