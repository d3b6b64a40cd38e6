/** Which policy a case's present chain follows. Pure. */
import type { Header } from "../case/model.ts";
import type { ChainKind, ComplaintPolicy } from "../complaint/model.ts";
import type { ApprovalPolicy } from "./model.ts";

/** What of a complaint the present chain is about; null while there is none, and for every other process. */
export const chainKindOf = (header: Pick<Header, "round" | "complaint">): ChainKind | null =>
  header.complaint?.chains.find((chain) => chain.round === header.round)?.kind ?? null;

/**
 * The rules of the present chain within the document that a case began with: a complaint's has one for its compensation
 * and one for its notice. Between its chains nobody signs.
 */
export function chainPolicy(
  header: Pick<Header, "round" | "complaint">,
  document: ApprovalPolicy | ComplaintPolicy,
): ApprovalPolicy {
  if (!("compensation" in document)) return document;
  const kind = chainKindOf(header);
  return kind === null ? { ...document.notice, stages: [] } : document[kind];
}
