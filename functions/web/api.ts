/** The JSON API of signed-in staff: parse, call the use case, answer (contracts/README.md). */

import { myTasks, type Paging } from "../case/lists.ts";
import { viewCase } from "../case/read.ts";
import { checkCsrf, requireSession, type Session } from "../directory/session.ts";
import { readBucket } from "../ledger/read.ts";
import { editReception } from "../reception/edit.ts";
import { submitReception } from "../reception/submit.ts";
import { withdrawReception } from "../reception/withdraw.ts";
import { json, type Request, type Route } from "../shared/http.ts";
import { actOnStep } from "../step/act.ts";

/** The session of a call that changes something: 401 first, then 403 `csrf`. */
async function writer(request: Request): Promise<Session> {
  const session = await requireSession(request);
  checkCsrf(session, request);
  return session;
}

const keyOf = (request: Request): { idempotencyKey?: string } => {
  const idempotencyKey = request.headers["idempotency-key"];
  return idempotencyKey ? { idempotencyKey } : {};
};

/** `?cursor=` and `?limit=` of a list. */
export function pagingOf(query: URLSearchParams): Paging {
  const cursor = query.get("cursor");
  const limit = query.get("limit");
  return { ...(cursor ? { cursor } : {}), ...(limit === null ? {} : { limit: Number(limit) }) };
}

export const apiRoutes: Route[] = [
  {
    method: "POST",
    path: "/api/receptions",
    async handle(request) {
      const { actor } = await writer(request);
      const { status, body } = await submitReception(actor, request.json(), keyOf(request));
      return json(status, body);
    },
  },
  {
    method: "PUT",
    path: "/api/receptions/{caseId}",
    async handle(request) {
      const { actor } = await writer(request);
      const ifMatch = request.headers["if-match"];
      const options = { ...keyOf(request), ...(ifMatch ? { ifMatch } : {}) };
      return json(200, await editReception(actor, request.params.caseId!, request.json(), options));
    },
  },
  {
    method: "GET",
    path: "/api/cases/{caseId}",
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewCase(actor, request.params.caseId!));
    },
  },
  {
    method: "GET",
    path: "/api/cases/{caseId}/route",
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, (await viewCase(actor, request.params.caseId!)).route);
    },
  },
  {
    method: "POST",
    path: "/api/cases/{caseId}/withdraw",
    async handle(request) {
      const { actor } = await writer(request);
      return json(200, await withdrawReception(actor, request.params.caseId!, keyOf(request)));
    },
  },
  {
    method: "GET",
    path: "/api/budgets/{department}/{period}",
    async handle(request) {
      const { actor } = await requireSession(request);
      const { department, period } = request.params;
      return json(
        200,
        await readBucket(actor, department!, period!, request.query.get("category") ?? "hospitality"),
      );
    },
  },
  {
    method: "GET",
    path: "/api/tasks",
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await myTasks(actor, pagingOf(request.query)));
    },
  },
  {
    method: "POST",
    path: "/api/steps/{stepId}",
    async handle(request) {
      const { actor } = await writer(request);
      return json(200, await actOnStep(actor, request.params.stepId!, request.json(), keyOf(request)));
    },
  },
];
