/** Which policy a case's present chain follows. Pure. */
import type { Header } from "../case/model.ts";
import type { ChainKind, ComplaintPolicy } from "../complaint/model.ts";
import { type ApprovalPolicy, FIRST } from "./model.ts";

/** What of a complaint the present chain is about; null while there is none, and for every other process. */
export const chainKindOf = (header: Pick<Header, "round" | "complaint">): ChainKind | null =>
  header.complaint?.chains.find((chain) => chain.round === header.round)?.kind ?? null;

/**
 * The rules of the present chain within the document that a case began with: a complaint's has one for its compensation
 * and one for its notice. Between its chains nobody signs. A summary is signed by one post, which its author does not hold;
 * whatever else holds for it is what holds for notices.
 */
export function chainPolicy(
  header: Pick<Header, "round" | "complaint" | "summary">,
  document: ApprovalPolicy | ComplaintPolicy,
): ApprovalPolicy {
  if (!("compensation" in document)) return document;
  if (header.summary !== undefined) {
    const { post } = header.summary;
    const stage = { stage: post, when: {}, signers: { role: post }, mode: "single" as const };
    return { ...document.notice, onEdit: FIRST, climbOn: {}, stages: [stage] };
  }
  const kind = chainKindOf(header);
  return kind === null ? { ...document.notice, stages: [] } : document[kind];
}
