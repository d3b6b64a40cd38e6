/** What is known of a claim, from the payloads of its timeline. Pure. */
import type { CaseFile } from "../case/model.ts";
import type { ClaimDraft } from "./model.ts";
import { CLAIM_DOCUMENTS, type ClaimRecord } from "./schema.ts";

const recordIn = ({ events, payloads }: CaseFile, kinds: string[]): unknown => {
  const event = events.findLast(({ kind, seq }) => kinds.includes(kind) && payloads.has(seq));
  return event && payloads.get(event.seq)?.data.record;
};

/** What the officer recorded at the end; null before, and once erased by law. */
export const claimOf = (file: CaseFile): ClaimRecord | null =>
  (recordIn(file, ["claim.recorded"]) as ClaimRecord | undefined) ?? null;

/** What is known so far; the usual checklist with nothing received where nobody has written yet. */
export const draftOf = (file: CaseFile): ClaimDraft =>
  (recordIn(file, ["claim.saved", "claim.recorded"]) as ClaimDraft | undefined) ?? {
    documents: CLAIM_DOCUMENTS.map((name) => ({ name, received: false })),
    insurer: null,
    amount: null,
  };
