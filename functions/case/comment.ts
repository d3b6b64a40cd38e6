/** Whoever sees a case may say something on its timeline (contracts/approvals.md §5). */
import * as z from "zod";
import type { Actor } from "../directory/model.ts";
import { invalid } from "../shared/errors.ts";
import { fieldErrors, text } from "../shared/validate.ts";
import { callOnCase } from "./call.ts";

const MAX = 2000;
const schema = () => z.strictObject({ text: text(MAX) });

/** `input`: `{text}`. Throws 404, 400 by field. */
export function commentOnCase(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<{ caseId: string }> {
  return callOnCase({ actor, caseId, route: "comment", body: input, ...options }, () => {
    const parsed = schema().safeParse(input);
    if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
    return {
      events: [{ kind: "comment.added", by: actor.staffId, via: "login", data: { text: parsed.data.text } }],
    };
  });
}
