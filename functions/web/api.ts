/** The JSON API of signed-in staff: parse, call the use case, answer (contracts/README.md). */

import { myTasks } from "../case/lists.ts";
import { viewCase } from "../case/read.ts";
import { waitingDecisions } from "../case/waiting.ts";
import { requireSession } from "../directory/session.ts";
import { readBasis } from "../reception/basis.ts";
import { editReception } from "../reception/edit.ts";
import { previewReception, readSources } from "../reception/preview.ts";
import { isSubmission, submitSettlementStep } from "../reception/settle.ts";
import { submitReception } from "../reception/submit.ts";
import { json, type Route, withJson } from "../shared/http.ts";
import { actOnStep } from "../step/act.ts";
import { beside, keyOf, pagingOf, writer } from "./calls.ts";
import { withdrawCase } from "./withdraw.ts";

export const apiRoutes: Route[] = [
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
