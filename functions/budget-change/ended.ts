/**
 * Lambda `budget-change-ended`: the chain rejected the change or let it expire. The case closes, the hold ends, the
 * requester (after an expiry the waiting signers too) is told. Called twice it changes nothing more.
 */
import type { NewEvent } from "../case/chain.ts";
import { decisionMessages, type EndInput, expiryMessages } from "../case/decided.ts";
import type { CaseFile, Header } from "../case/model.ts";
import { type Change, changeCase, putMessage } from "../case/store.ts";
import type { Person } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { type Entry, entryWrites } from "../ledger/store.ts";

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

/** A change that was not approved: closed, its hold ended, its people told. */
export function closing(
  file: CaseFile,
  outcome: Input["outcome"],
  staff: Person[],
  at: number,
): Omit<Change<never>, "result"> {
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
}

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
