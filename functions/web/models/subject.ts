/** What a case is about, in words that fit its process. Pure. */
import type { CaseView } from "../../case/view.ts";
import type { SummaryContent } from "../../report/summary-model.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { changeTitle } from "../../shared/i18n/sections/budget.ts";
import { decisionTexts } from "../../shared/i18n/sections/decision.ts";
import { summaryTitle } from "../../shared/i18n/sections/summary-names.ts";
import { isolate, str } from "./text.ts";
import type { Reader } from "./view.ts";

/** What somebody decides about: a visit, a budget, what a visit came to cost, or what a customer is paid or told, a summary. */
export type Topic = "reception" | "change" | "settlement" | "compensation" | "notice" | "summary";

/** Rounds of approval that a case had so far: a settlement above what was approved begins one more. */
export const roundsOf = (view: CaseView): number =>
  1 + view.events.filter((event) => event.kind === "settlement.reapproval").length;

/** Whether the case waits for its settlement to be approved. */
export const isAgain = (view: CaseView): boolean => view.phase === "approval" && roundsOf(view) > 1;

export function topicOf(view: CaseView, round = isAgain(view) ? 2 : 1): Topic {
  if (view.process === "complaint") return proposalOf(view, round);
  if (view.process === "summary") return "summary";
  return view.process === "budget-change" ? "change" : round > 1 ? "settlement" : "reception";
}

/** Which signature about a complaint a round asks for: the newest where it is not said. */
function proposalOf(view: CaseView, round: number): Topic {
  const signed = view.steps.filter((step) => step.kind === "approval");
  const step = signed.findLast((one) => one.round === round) ?? signed.at(-1);
  return step?.stage === "compensation" ? "compensation" : "notice";
}

type Named = Pick<CaseView, "process" | "title"> & { content?: CaseView["content"] };

/** 洁丽雅有限公司, or 追加财务部2026年12月接待预算: a budget change and a summary by their content in the reader's language, else as it was stored. */
export function nameOf({ process, title, content }: Named, r: Reader): string {
  if (process === "budget-change" && content)
    return changeTitle(content as Parameters<typeof changeTitle>[0], r.locale);
  return process === "summary" && content
    ? summaryTitle(content as SummaryContent, r.locale)
    : isolate(title);
}

const KINDS: Record<string, "change" | "complaint" | "claim" | "summary"> = {
  "budget-change": "change",
  complaint: "complaint",
  claim: "claim",
  summary: "summary",
};

/** 接待洁丽雅有限公司 · 追加财务部2026年12月接待预算 */
export function subjectOf(named: Named, r: Reader, topic?: Topic): string {
  const { subject } = decisionTexts(r.locale);
  const name = nameOf(named, r);
  const kind = topic ?? KINDS[named.process] ?? "reception";
  return fill(subject[kind], { org: name, title: name });
}

/** A line of a page begins with a capital letter; the same words inside a sentence do not. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The reason that a settlement gives for costing more than was approved. */
export const overReasonOf = (view: CaseView): string => str(view.settlement?.data?.overReason);
