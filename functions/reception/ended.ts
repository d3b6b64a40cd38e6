/**
 * Lambda `reception-ended`: the chain rejected the request or let it expire. The case closes, the reservation is
 * released, the requester (after an expiry the waiting signers too) is told. Called twice it changes nothing more.
 */

import { decisionMessages, type EndInput, expiryMessages } from "../case/decided.ts";
import type { CaseFile } from "../case/model.ts";
import { type Change, changeCase, putMessage } from "../case/store.ts";
import type { Person } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { entryWrites } from "../ledger/store.ts";

type Input = EndInput & { outcome: "rejected" | "expired" };

export async function handler({ caseId, revision, outcome }: Input): Promise<{ outcome: string }> {
  const staff = await people();
  return changeCase(caseId, (file, at) => {
    const { header } = file;
    if (header.revision !== revision || header.status !== "open")
      return { result: { outcome: header.outcome ?? "superseded" }, events: [] };
    return { result: { outcome }, ...closing(file, outcome, staff, at) };
  });
}

/** A request that was not approved: closed, what it held is released, its people are told. */
export function closing(
  file: CaseFile,
  outcome: Input["outcome"],
  staff: Person[],
  at: number,
): Omit<Change<never>, "result"> {
  const { header } = file;
  const expired = outcome === "expired";
  const messages = expired
    ? expiryMessages(file, staff, at)
    : decisionMessages(header, "rejected", staff, at);
  return {
    header: { status: "closed", phase: "closed", outcome, held: 0 },
    events: [
      ...(expired
        ? [{ kind: "case.expired", by: null, via: "system" as const, contentHash: header.contentHash }]
        : []),
      {
        kind: "budget.released",
        by: null,
        via: "system",
        data: { amount: header.held, buckets: header.buckets },
      },
    ],
    writes: [
      ...entryWrites({
        buckets: header.buckets,
        kind: expired ? "expire" : "release",
        caseId: header.caseId,
        round: header.revision,
        amount: header.held,
        by: null,
        at,
      }),
      ...messages.map(putMessage),
    ],
  };
}
