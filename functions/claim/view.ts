/** The JSON of `GET /api/cases/{caseId}` for a claim: what every case has, its complaint, and what is known of it. */
import { buildView } from "../case/build-view.ts";
import { caseFacts, readVisible } from "../case/read.ts";
import type { CaseView } from "../case/view.ts";
import type { Actor, Locale } from "../directory/model.ts";
import { now } from "../shared/clock.ts";
import { notFound } from "../shared/errors.ts";
import type { ClaimDraft, ClaimState } from "./model.ts";
import { claimOf, draftOf } from "./records.ts";
import type { ClaimRecord } from "./schema.ts";

export type ClaimView = CaseView &
  Pick<ClaimState, "complaintId" | "category" | "priority" | "waybillNo"> & {
    /** What was recorded at the end; null before. */
    claim: ClaimRecord | null;
    /** The checklist and what else is known so far. */
    draft: ClaimDraft;
  };

/** Throws 404. */
export async function viewClaim(actor: Actor, caseId: string, locale: Locale): Promise<ClaimView> {
  const file = await readVisible(actor, caseId);
  const { claim: state } = file.header;
  if (!state) throw notFound();
  const { complaintId, category, priority, waybillNo } = state;
  return {
    ...buildView(file, await caseFacts(file), now(), locale),
    complaintId,
    category,
    priority,
    waybillNo,
    claim: claimOf(file),
    draft: draftOf(file),
  };
}
