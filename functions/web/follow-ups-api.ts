/** Lambda `web-follow-ups`: the JSON API of follow-ups beside their steps (contracts/follow-ups.md "The follow-up case"). */

import type { Actor } from "../directory/model.ts";
import { requireSession } from "../directory/session.ts";
import { recordFollowUp } from "../follow-up/act.ts";
import { bookAppointment } from "../follow-up/appointment.ts";
import { listFollowUps, readListQuery } from "../follow-up/list.ts";
import { planFollowUp } from "../follow-up/plan.ts";
import { checkIn, tickChecklist } from "../follow-up/visit.ts";
import { httpHandler, json, type Route, withJson } from "../shared/http.ts";
import { keyOf, pagingOf, writer } from "./calls.ts";

type Call = (
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string },
) => Promise<object>;

const onCase = (method: "POST" | "PUT", name: string, call: Call): Route => ({
  method,
  path: `/api/follow-ups/{caseId}/${name}`,
  async handle(request) {
    const { actor } = await writer(request);
    return json(
      200,
      await withJson(request, (input) => call(actor, request.params.caseId!, input, keyOf(request))),
    );
  },
});

const routes: Route[] = [
  {
    method: "GET",
    path: "/api/follow-ups",
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await listFollowUps(actor, readListQuery(request.query), pagingOf(request.query)));
    },
  },
  {
    method: "POST",
    path: "/api/follow-ups",
    async handle(request) {
      const { actor } = await writer(request);
      const { status, body } = await withJson(request, (input) => planFollowUp(actor, input, keyOf(request)));
      return json(status, body);
    },
  },
  onCase("PUT", "appointment", bookAppointment),
  onCase("PUT", "checklist", tickChecklist),
  onCase("POST", "check-in", checkIn),
  onCase("POST", "record", recordFollowUp),
];

export const handler = httpHandler({ routes });
