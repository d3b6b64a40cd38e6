/** 撤销: the requester calls off an approved visit before it begins; the committed budget is free again. */
import * as z from "zod";
import { callOnCase } from "../case/call.ts";
import { putMessage } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { entryWrites } from "../ledger/store.ts";
import { newMessage } from "../message/compose.ts";
import { conflict, forbidden, invalid } from "../shared/errors.ts";
import { fieldErrors, reason } from "../shared/validate.ts";

const schema = () => z.strictObject({ comment: reason(2000).default("") });

/** `input`: `{comment}`. Throws 404, 403 `not_requester`, 409 `wrong_phase`, `too_late`, 400 `reason_required`. */
export function revokeReception(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<{ caseId: string }> {
  return callOnCase({ actor, caseId, route: "revoke", body: input, ...options }, (file, at, staff) => {
    const { header, content } = file;
    if (header.createdBy !== actor.staffId) throw forbidden("not_requester");
    if (header.status !== "open" || header.phase !== "approved") throw conflict("wrong_phase");
    if (Date.parse(String(content?.arriveAt)) <= at) throw conflict("too_late");
    const parsed = schema().safeParse(input);
    if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
    const { comment } = parsed.data;
    if (comment === "") throw invalid({ path: "comment", code: "reason_required" });
    const signers = new Set(file.votes.filter((vote) => !vote.void && !vote.undone).map((vote) => vote.by));
    const told = staff.filter(
      (person) =>
        person.active &&
        person.staffId !== actor.staffId &&
        (signers.has(person.staffId) || person.roles.includes("finance")),
    );
    return {
      header: { status: "closed", phase: "closed", outcome: "revoked", held: 0 },
      events: [
        {
          kind: "case.revoked",
          by: actor.staffId,
          via: "login",
          contentHash: header.contentHash,
          data: { comment },
        },
        {
          kind: "budget.released",
          by: actor.staffId,
          via: "login",
          data: { amount: header.held, buckets: header.buckets },
        },
      ],
      writes: [
        ...entryWrites({
          buckets: header.buckets,
          kind: "release",
          held: "committed",
          caseId,
          round: header.revision,
          amount: header.held,
          by: actor.staffId,
          at,
        }),
        ...told.map((person) =>
          putMessage(
            newMessage({
              caseId,
              kind: "case.revoked",
              to: person.staffId,
              channel: "email",
              locale: person.locale,
              params: { seq: header.seq + 1 },
              at,
              key: caseId,
            }),
          ),
        ),
      ],
    };
  });
}
