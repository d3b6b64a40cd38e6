/**
 * Lambda `budget-change-ended`: the chain rejected the change or let it expire. The case closes, the hold ends, the
 * requester (after an expiry the waiting signers too) is told. Called twice it changes nothing more.
 */
import type { NewEvent } from "../case/chain.ts";
import { decisionMessages, expiryMessages } from "../case/decided.ts";
import { type Closing, endedHandler } from "../case/ended.ts";
import type { Header } from "../case/model.ts";
import { putMessage } from "../case/store.ts";
import { type Entry, entryWrites } from "../ledger/store.ts";

/** A change that was not approved: closed, its hold ended, its people told. */
export const closing: Closing = (file, outcome, staff, at) => {
  const { header } = file;
  const by = { by: null, via: "system" as const };
  const messages =
    outcome === "expired" ? expiryMessages(file, staff, at) : decisionMessages(header, "rejected", staff, at);
  return {
    header: { status: "closed", phase: "closed", outcome, held: 0 },
    events: [
      { ...by, kind: `case.${outcome}`, contentHash: header.contentHash },
      ...releasedEvents(header, by),
    ],
    writes: [...entryWrites(heldEntry(header, null, at)), ...messages.map(putMessage)],
  };
};

export const handler = endedHandler(closing);

/** The entry that ends what the case holds; a top-up holds nothing and has no bucket. */
export const heldEntry = (header: Header, by: string | null, at: number): Entry => ({
  buckets: header.buckets,
  kind: "unhold",
  caseId: header.caseId,
  round: header.revision,
  amount: header.held,
  by,
  at,
});

export const releasedEvents = (header: Header, by: Pick<NewEvent, "by" | "via">): NewEvent[] =>
  header.held > 0
    ? [{ ...by, kind: "budget.released", data: { amount: header.held, buckets: header.buckets } }]
    : [];
