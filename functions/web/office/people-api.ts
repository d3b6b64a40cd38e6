/** The JSON API of people and absences (contracts/approvals.md §7). */
import { drainQueue } from "../../complaint/queue.ts";
import { cancelAbsence, enterAbsence, listAbsences } from "../../directory/absence.ts";
import { changePerson, listPeople } from "../../directory/people.ts";
import { requireSession } from "../../directory/session.ts";
import { absenceVersion } from "../../directory/store.ts";
import { empty, json, type Route, withJson } from "../../shared/http.ts";
import { keyOf, writer } from "../calls.ts";

export const peopleApiRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/people",
    async handle(request) {
      await requireSession(request);
      return json(200, await listPeople());
    },
  },
  {
    method: "PATCH",
    path: "/api/people/{staffId}",
    async handle(request) {
      const { actor } = await writer(request);
      const { person } = await withJson(request, (input) =>
        changePerson(actor, request.params.staffId!, input, keyOf(request)),
      );
      if (person.active) await drainQueue();
      return json(200, person);
    },
  },
  {
    method: "GET",
    path: "/api/absences",
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await listAbsences(actor, request.query.get("staffId")));
    },
  },
  {
    method: "POST",
    path: "/api/absences",
    async handle(request) {
      const [{ actor }, version] = await Promise.all([writer(request), absenceVersion()]);
      const { status, body } = await withJson(request, (input) =>
        enterAbsence(actor, input, version, keyOf(request)),
      );
      return json(status, body);
    },
  },
  {
    method: "DELETE",
    path: "/api/absences/{absenceId}",
    async handle(request) {
      const { actor } = await writer(request);
      await cancelAbsence(actor, request.params.absenceId!, keyOf(request));
      await drainQueue();
      return empty(204);
    },
  },
];
