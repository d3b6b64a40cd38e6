/** A summary of follow-ups as its signer reads it: what was handed in. Pure. */
import type { CaseView } from "../../case/view.ts";
import type { SummaryContent } from "../../report/summary-model.ts";
import { percent } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintWords } from "../../shared/i18n/sections/complaint-words.ts";
import { decisionTexts } from "../../shared/i18n/sections/decision.ts";
import { isolate } from "./text.ts";
import type { Reader } from "./view.ts";

/** Null once erased by law. */
export const summaryIn = ({ content }: Pick<CaseView, "content">): SummaryContent | null =>
  content as SummaryContent | null;

/** How many, what share, which issues. */
export function figureLines({ figures }: SummaryContent, r: Reader): string[] {
  const t = decisionTexts(r.locale);
  const words = complaintWords(r.locale).categories;
  const issues = figures.issuesByCategory.map(({ category, count }) =>
    fill(t.issue, { name: words[category], n: count }),
  );
  const { planned, done, late, missed, unreachable, unreviewed } = figures;
  return [
    fill(t.counted, { planned, done, late, missed, unreachable, unreviewed }),
    fill(t.shares, {
      rate: percent(figures.coverageRate),
      target: percent(figures.target),
      marks: figures.avgSatisfaction ?? "—",
    }),
    ...(issues.length === 0 ? [] : [fill(t.issues, { list: issues.join(r.t.words.listSeparator) })]),
  ];
}

/** Who is to do what until when. */
export const actionLines = ({ actions }: Pick<SummaryContent, "actions">, r: Reader): string[] =>
  actions.map(({ name, dueOn, text }) =>
    fill(decisionTexts(r.locale).action, { owner: isolate(name), day: dueOn, text: isolate(text) }),
  );
