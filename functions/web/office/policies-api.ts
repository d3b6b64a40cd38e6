/** The JSON API of policies (contracts/approvals.md §8). */

import type { Actor } from "../../directory/model.ts";
import { requireSession } from "../../directory/session.ts";
import { dryRun } from "../../policy/dry-run.ts";
import { diffDraft, publishDraft, saveDraft, validateDraft, viewPolicy } from "../../policy/policies.ts";
import { json, type Request, type Route, withJson } from "../../shared/http.ts";
import { fieldMessage } from "../../shared/i18n/messages.ts";
import { keyOf, writer } from "../calls.ts";

const POLICY = "/api/policies/{policyId}";

/** A call that takes a body. Those that change nothing need the header too: a form of another page must not start them. */
const call = (
  method: "PUT" | "POST",
  path: string,
  run: (actor: Actor, policyId: string, input: unknown, request: Request) => Promise<unknown>,
): Route => ({
  method,
  path: `${POLICY}/draft${path}`,
  async handle(request) {
    const { actor } = await writer(request);
    return json(
      200,
      await withJson(request, (input) => run(actor, request.params.policyId!, input, request)),
    );
  },
});

export const policiesApiRoutes: Route[] = [
  {
    method: "GET",
    path: POLICY,
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewPolicy(actor, request.params.policyId!, request.query.get("version")));
    },
  },
  call("PUT", "", (actor, policyId, input, request) => saveDraft(actor, policyId, input, keyOf(request))),
  call("POST", "/validate", async (actor, policyId, input, { locale }) => {
    const { ok, errors } = await validateDraft(actor, policyId, input);
    return {
      ok,
      errors: errors.map((error) => ({
        path: error.path,
        code: error.code,
        message: fieldMessage(error, locale),
      })),
    };
  }),
  {
    method: "GET",
    path: `${POLICY}/draft/diff`,
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await diffDraft(actor, request.params.policyId!));
    },
  },
  call("POST", "/dry-run", dryRun),
  call("POST", "/publish", (actor, policyId, input, request) =>
    publishDraft(actor, policyId, input, keyOf(request)),
  ),
];
