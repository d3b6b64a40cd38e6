/** What a summary of follow-ups is called. */
import type { Locale } from "../../../directory/model.ts";
import type { SummaryContent } from "../../../report/summary-model.ts";
import { month } from "../format.ts";
import { fill } from "../messages.ts";
import { section } from "../section.ts";

const texts = section(
  { month: "{month}回访总结", campaign: "“{name}”回访总结" },
  { month: "Follow-ups in {month}", campaign: "Follow-ups of “{name}”" },
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
