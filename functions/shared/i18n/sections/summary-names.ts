/** What a summary of follow-ups is called. */
import type { Locale } from "../../../directory/model.ts";
import type { Figures } from "../../../report/follow-up-rules.ts";
import type { SummaryContent } from "../../../report/summary-model.ts";
import { month, percent } from "../format.ts";
import { fill } from "../messages.ts";
import { section } from "../section.ts";
import { complaintWords } from "./complaint-words.ts";

const texts = section(
  {
    month: "{month}回访总结",
    campaign: "“{name}”回访总结",
    draft:
      "共计划回访 {planned} 次，完成 {done} 次，覆盖率 {rate}（目标 {target}）。错过 {missed} 次，联系不上 {unreachable} 次，待审核 {unreviewed} 次。",
    draftMarks: "平均满意度 {marks}。",
    draftIssue: "反映最多的问题：{issue}，{n} 次。",
    between: "",
  },
  {
    month: "Follow-ups in {month}",
    campaign: "Follow-ups of “{name}”",
    draft:
      "{planned} follow-ups were planned and {done} done: coverage {rate}, target {target}. {missed} were missed, {unreachable} customers not reached, {unreviewed} records are to be reviewed.",
    draftMarks: "Satisfaction was {marks} on average.",
    draftIssue: "The issue that came up most: {issue}, {n} times.",
    between: " ",
  },
);

/** 2026年12月回访总结, or “双十一回访”回访总结. */
export function summaryTitle(
  { scope, name }: Pick<SummaryContent, "scope" | "name">,
  locale: Locale,
): string {
  const t = texts(locale);
  return "period" in scope
    ? fill(t.month, { month: month(scope.period, locale) })
    : fill(t.campaign, { name: name ?? scope.campaign });
}

/** What a draft begins with: the figures in sentences. */
export function draftConclusions(figures: Figures, locale: Locale): string {
  const t = texts(locale);
  const { planned, done, missed, unreachable, unreviewed, coverageRate, target, avgSatisfaction } = figures;
  const [issue] = figures.issuesByCategory;
  return [
    fill(t.draft, {
      planned,
      done,
      missed,
      unreachable,
      unreviewed,
      rate: percent(coverageRate),
      target: percent(target),
    }),
    ...(avgSatisfaction === null ? [] : [fill(t.draftMarks, { marks: avgSatisfaction })]),
    ...(issue
      ? [fill(t.draftIssue, { issue: complaintWords(locale).categories[issue.category], n: issue.count })]
      : []),
  ].join(t.between);
}
