/** What a case is about, in words that fit its process. Pure. */
import type { CaseView } from "../../case/view.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { changeTitle } from "../../shared/i18n/sections/budget.ts";
import { decisionTexts } from "../../shared/i18n/sections/decision.ts";
import { isolate, str } from "./text.ts";
import type { Reader } from "./view.ts";

/** What somebody decides about: a visit, a budget, or what a visit came to cost. */
export type Topic = "reception" | "change" | "settlement";

/** Rounds of approval that a case had so far: a settlement above what was approved begins one more. */
export const roundsOf = (view: CaseView): number =>
  1 + view.events.filter((event) => event.kind === "settlement.reapproval").length;

/** Whether the case waits for its settlement to be approved. */
export const isAgain = (view: CaseView): boolean => view.phase === "approval" && roundsOf(view) > 1;

export const topicOf = (view: CaseView, round = isAgain(view) ? 2 : 1): Topic =>
  view.process === "budget-change" ? "change" : round > 1 ? "settlement" : "reception";

type Named = Pick<CaseView, "process" | "title"> & { content?: CaseView["content"] };

/** 洁丽雅有限公司, or 追加财务部2026年12月接待预算: a budget change by its content in the reader's language, else as it was stored. */
export const nameOf = ({ process, title, content }: Named, r: Reader): string =>
  process === "budget-change" && content
    ? changeTitle(content as Parameters<typeof changeTitle>[0], r.locale)
    : isolate(title);

/** 接待洁丽雅有限公司 · 追加财务部2026年12月接待预算 */
export function subjectOf(named: Named, r: Reader, topic?: Topic): string {
  const { subject } = decisionTexts(r.locale);
  const name = nameOf(named, r);
  const kind = topic ?? (named.process === "budget-change" ? "change" : "reception");
  return fill(subject[kind], { org: name, title: name });
}

/** A line of a page begins with a capital letter; the same words inside a sentence do not. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The reason that a settlement gives for costing more than was approved. */
export const overReasonOf = (view: CaseView): string => str(view.settlement?.data?.overReason);
