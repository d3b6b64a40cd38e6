/**
 * Lambda `reception-approved`: the last stage signed. Reserved becomes committed; the requester is told by e-mail
 * and SMS, finance by e-mail. Called twice it changes nothing more.
 */
import { changeCase, putMessage } from "../case/store.ts";
import { people } from "../directory/store.ts";
import { entryWrites } from "../ledger/store.ts";
import type { EndInput } from "./decision.ts";
import { decisionMessages } from "./decision.ts";

export async function handler({ caseId, revision }: EndInput): Promise<{ outcome: string }> {
  const staff = await people();
  return changeCase(caseId, (file, at) => {
    const { header } = file;
    if (header.revision !== revision || header.status !== "open" || header.phase === "approved")
      return { result: { outcome: header.outcome ?? "superseded" }, events: [] };
    return {
      result: { outcome: "approved" },
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
