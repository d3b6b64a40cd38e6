/** The JSON API of what people do on a whole case (contracts/approvals.md §5). */
import { commentOnCase } from "../case/comment.ts";
import { copyCase } from "../case/copy.ts";
import { revokeReception } from "../reception/revoke.ts";
import { json, type Route, withJson } from "../shared/http.ts";
import { nudge } from "../step/nudge.ts";
import { keyOf, writer } from "./calls.ts";

type CaseCall = typeof commentOnCase;

const onCase = (name: string, status: number, call: CaseCall): Route => ({
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

export const caseApiRoutes: Route[] = [
  onCase("comments", 201, commentOnCase),
  onCase("cc", 200, copyCase),
  onCase("nudge", 200, nudge),
  onCase("revoke", 200, revokeReception),
];
