/** The JSON API of what waits for somebody, and of approving several at once (contracts/README.md, contracts/approvals.md §7). */
import { myTasks } from "../case/lists.ts";
import { waitingDecisions } from "../case/waiting.ts";
import { requireSession } from "../directory/session.ts";
import { json, type Route, withJson } from "../shared/http.ts";
import { approveBatch } from "../step/batch.ts";
import { keyOf, pagingOf, writer } from "./calls.ts";

export const tasksApiRoutes: Route[] = [
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
    path: "/api/tasks/batch",
    async handle(request) {
      const { actor } = await writer(request);
      const { status, body } = await withJson(request, (input) => approveBatch(actor, input, keyOf(request)));
      return json(status, body);
    },
  },
];
