/**
 * Lambda `reception-ended`: the chain rejected the request or let it expire. The case closes, the reservation is
 * released, the requester (after an expiry the waiting signers too) is told. Called twice it changes nothing more.
 */

import { decisionMessages, expiryMessages } from "../case/decided.ts";
import { type Closing, endedHandler } from "../case/ended.ts";
import { putMessage } from "../case/store.ts";
import { entryWrites } from "../ledger/store.ts";

/** A request that was not approved: closed, what it held is released, its people are told. */
export const closing: Closing = (file, outcome, staff, at) => {
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
};

export const handler = endedHandler(closing);
