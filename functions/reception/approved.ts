/**
 * Lambda `reception-approved`: the last stage signed. Reserved becomes committed; the requester is told by e-mail
 * and SMS, finance by e-mail. Called twice it changes nothing more.
 */

import { decisionMessages, type EndInput } from "../case/decided.ts";
import type { CaseFile } from "../case/model.ts";
import { changeCase, putMessage } from "../case/store.ts";
import { people } from "../directory/store.ts";
import { entryWrites } from "../ledger/store.ts";
import { stamp } from "../shared/clock.ts";

/** When the guests leave (epoch ms), by the form; by the instant the header knows where the form was erased. */
export const leavingOf = ({ content, header }: CaseFile): number =>
  Date.parse(typeof content?.plannedLeaveAt === "string" ? content.plannedLeaveAt : header.dueAt);

/** `leaveAt`: until when the workflow waits (table stamp). */
export async function handler({ caseId, revision }: EndInput): Promise<{ outcome: string; leaveAt: string }> {
  const staff = await people();
  return changeCase(caseId, (file, at) => {
    const { header } = file;
    const leaveAt = stamp(leavingOf(file));
    const decides = header.revision === revision && header.status === "open" && header.phase === "approval";
    if (!decides || header.round > 1)
      return { result: { outcome: header.outcome ?? "superseded", leaveAt }, events: [] };
    return {
      result: { outcome: "approved", leaveAt },
      header: { phase: "approved", outcome: "approved" },
      events: [
        {
          kind: "budget.committed",
          by: null,
          via: "system",
          data: { amount: header.held, buckets: header.buckets },
        },
      ],
      writes: [
        ...entryWrites({
          buckets: header.buckets,
          kind: "commit",
          caseId,
          round: revision,
          amount: header.held,
          by: null,
          at,
        }),
        ...decisionMessages(header, "approved", staff, at).map(putMessage),
      ],
    };
  });
}
