/** The JSON API of what people do on a whole case (contracts/approvals.md §5, contracts/complaints.md "The case"). */
import { commentOnCase } from "../case/comment.ts";
import { copyCase } from "../case/copy.ts";
import { processOf } from "../case/store.ts";
import { viewClocks } from "../complaint/clock-view.ts";
import { mergeComplaint } from "../complaint/merge.ts";
import { messageToCustomer } from "../complaint/message.ts";
import { noteOnComplaint } from "../complaint/note.ts";
import { nudgeComplaint } from "../complaint/nudge.ts";
import { pauseComplaint, resumeComplaint } from "../complaint/pause.ts";
import { reopenComplaint } from "../complaint/reopen.ts";
import { triageComplaint } from "../complaint/triage.ts";
import type { Actor } from "../directory/model.ts";
import { requireSession } from "../directory/session.ts";
import { revokeReception } from "../reception/revoke.ts";
import { notFound } from "../shared/errors.ts";
import { json, type Route, withJson } from "../shared/http.ts";
import { nudge } from "../step/nudge.ts";
import { keyOf, writer } from "./calls.ts";

type Call = (
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string },
) => Promise<object>;

const onCase = (name: string, status: number, call: Call): Route => ({
  method: "POST",
  path: `/api/cases/{caseId}/${name}`,
  async handle(request) {
    const { actor } = await writer(request);
    const body = await withJson(request, (input) =>
      call(actor, request.params.caseId!, input, keyOf(request)),
    );
    return json(status, body);
  },
});

/** Only a complaint has these calls: any other case has no such page. */
const onComplaint = (name: string, status: number, call: Call): Route =>
  onCase(name, status, async (actor, caseId, input, options) => {
    if (processOf(caseId) !== "complaint") throw notFound();
    return call(actor, caseId, input, options);
  });

const getClocks: Route = {
  method: "GET",
  path: "/api/cases/{caseId}/clocks",
  async handle(request) {
    const { actor } = await requireSession(request);
    return json(200, await viewClocks(actor, request.params.caseId!));
  },
};

export const caseApiRoutes: Route[] = [
  onCase("comments", 201, commentOnCase),
  onCase("cc", 200, copyCase),
  onCase("nudge", 200, (actor, caseId, input, options) =>
    processOf(caseId) === "complaint"
      ? nudgeComplaint(actor, caseId, input, options)
      : nudge(actor, caseId, input, options),
  ),
  onCase("revoke", 200, revokeReception),
  onComplaint("triage", 200, triageComplaint),
  onComplaint("notes", 201, noteOnComplaint),
  onComplaint("messages", 201, messageToCustomer),
  onComplaint("pause", 200, pauseComplaint),
  onComplaint("resume", 200, resumeComplaint),
  onComplaint("merge", 200, mergeComplaint),
  onComplaint("reopen", 200, reopenComplaint),
  getClocks,
];
