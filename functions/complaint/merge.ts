/**
 * Two complaints about the same thing become one: this one closes as merged, its parts show in the other, whose clocks
 * stay (contracts/complaints.md "The case"). Both are written in one transaction, each on condition that it has not moved.
 */
import { isDesk, maySee } from "../case/access.ts";
import { mergedFrom } from "../case/merged.ts";
import { changeWrites, readCase } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { conflict, forbidden, invalid } from "../shared/errors.ts";
import { early } from "../shared/table.ts";
import type { CallOptions } from "./call.ts";
import { closing } from "./close.ts";
import { lookupWrites } from "./lookup-store.ts";
import { likenessOf } from "./merge-rules.ts";
import { isCaseId, readMerge } from "./schema.ts";
import { changeComplaint, isComplaint, written } from "./write.ts";

/** `input`: `{into, reason}`. Throws 404, 403 `not_allowed`, 409 `wrong_phase` (of either), 400 by field. */
export async function mergeComplaint(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: CallOptions = {},
): Promise<{ caseId: string; mergedInto: string }> {
  // The other is read beside this one; where the race was lost, both are read again.
  const named: unknown = Reflect.get(Object(input), "into");
  let first = typeof named === "string" && isCaseId(named) ? early(readCase(named)) : null;
  const { body } = await changeComplaint({
    ...options,
    caseId,
    actor,
    route: "merge",
    body: input,
    async change(file, around, at) {
      if (!isDesk(actor)) throw forbidden("not_allowed");
      if (file.header.status !== "open") throw conflict("wrong_phase");
      const { into, reason } = readMerge(input);
      const other = into === caseId ? null : await (first ?? readCase(into));
      first = null;
      if (!isComplaint(other) || !maySee(actor, other)) throw invalid({ path: "into", code: "choose" });
      if (other.header.status !== "open") throw conflict("wrong_phase");
      const by = actor.staffId;
      const state = { ...file.header.complaint, mergedInto: into };
      const closed = closing(file, around, at, { state, by });
      const before = mergedFrom(file);
      const gains = written(
        other,
        {
          result: null,
          events: [
            {
              kind: "complaint.merged",
              by,
              via: "login",
              data: { from: caseId, reason, ...(before.length === 0 ? {} : { with: before }) },
            },
          ],
        },
        around,
        at,
      );
      return {
        result: { caseId, mergedInto: into },
        ...closed,
        events: [{ kind: "complaint.merged", by, via: "login", data: { into, reason } }, ...closed.events],
        writes: [
          ...closed.writes,
          ...lookupWrites(likenessOf({ ...file.header, complaint: state })),
          ...changeWrites(other.header, gains, at),
          ...(gains.writes ?? []),
        ],
      };
    },
  });
  return body;
}
