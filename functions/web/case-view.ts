/** A case as clients read it, whatever its process (contracts/README.md, contracts/complaints.md, follow-ups.md). */
import { viewCase } from "../case/read.ts";
import { processOf } from "../case/store.ts";
import { viewClaim } from "../claim/view.ts";
import { contractView, viewComplaint } from "../complaint/view.ts";
import type { Actor, Locale } from "../directory/model.ts";
import { viewFollowUp } from "../follow-up/view.ts";

/** Throws 404. */
export async function caseView(actor: Actor, caseId: string, locale: Locale): Promise<object> {
  if (processOf(caseId) === "follow-up") return viewFollowUp(actor, caseId, locale);
  if (processOf(caseId) === "claim") return viewClaim(actor, caseId, locale);
  return processOf(caseId) === "complaint"
    ? contractView(await viewComplaint(actor, caseId, locale))
    : viewCase(actor, caseId, locale);
}
