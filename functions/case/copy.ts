/** 抄送: requester and signers put people on copy, who may then read and comment (contracts/approvals.md §5). */
import * as z from "zod";
import type { Actor } from "../directory/model.ts";
import { newMessage } from "../message/compose.ts";
import { type FieldError, forbidden, invalid } from "../shared/errors.ts";
import { fieldErrors, line, list, reason } from "../shared/validate.ts";
import { signersOf } from "./access.ts";
import { callOnCase } from "./call.ts";
import { putMessage } from "./store.ts";

/** A transaction has room for the messages of so many people. */
const MAX_PEOPLE = 20;
const schema = () =>
  z.strictObject({
    staffIds: list(line(100), MAX_PEOPLE).min(1, { error: "required" }),
    comment: reason(1000).default(""),
  });

/** `input`: `{staffIds, comment?}`. Who is on copy already is not told again. Throws 404, 403 `not_allowed`, 400. */
export function copyCase(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<{ caseId: string }> {
  return callOnCase({ actor, caseId, route: "cc", body: input, ...options }, (file, at, staff) => {
    const { header } = file;
    if (header.createdBy !== actor.staffId && !signersOf(file).has(actor.staffId))
      throw forbidden("not_allowed");
    const parsed = schema().safeParse(input);
    if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
    const active = new Map(staff.filter((one) => one.active).map((one) => [one.staffId, one]));
    const unknown = parsed.data.staffIds.flatMap((staffId, index): FieldError[] =>
      active.has(staffId) ? [] : [{ path: `staffIds.${index}`, code: "choose" }],
    );
    if (unknown.length > 0) throw invalid(...unknown);
    const added = [...new Set(parsed.data.staffIds)].filter((staffId) => !header.cc.includes(staffId));
    const { comment } = parsed.data;
    return {
      header: { cc: [...header.cc, ...added] },
      events: [
        {
          kind: "case.cc",
          by: actor.staffId,
          via: "login",
          data: { to: parsed.data.staffIds, ...(comment === "" ? {} : { comment }) },
        },
      ],
      writes: added.map((staffId) =>
        putMessage(
          newMessage({
            caseId,
            kind: "case.cc",
            to: staffId,
            channel: "email",
            locale: active.get(staffId)!.locale,
            params: { seq: header.seq + 1 },
            at,
            key: caseId,
          }),
        ),
      ),
    };
  });
}
