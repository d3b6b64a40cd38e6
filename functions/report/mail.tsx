/** The monthly mail: the key figures in the mail, the chart beside it as a file. Pure. */
import { render } from "preact-render-to-string";
import type { Locale } from "../directory/model.ts";
import type { MailDoc } from "../message/templates/doc.ts";
import { money, month, percent } from "../shared/i18n/format.ts";
import { fill } from "../shared/i18n/messages.ts";
import { complaintWords } from "../shared/i18n/sections/complaint-words.ts";
import { reportTexts } from "../shared/i18n/sections/report.ts";
import { Months } from "./charts.tsx";
import { figuresFrom, type MailFigures } from "./mail-rules.ts";

export type ReportMail = { doc: MailDoc; chart: { name: string; contentType: string; content: string } };

export function reportMail(
  { params, locale }: { params: Record<string, string | number>; locale: Locale },
  baseUrl: string,
): ReportMail {
  const t = reportTexts(locale);
  const figures = figuresFrom(params);
  const { period, received, closed, reopened, clocks } = figures;
  const named = { month: month(period, locale), received, closed, reopened };
  const resolve = clocks.find(([kind]) => kind === "resolve")?.[1].rate ?? null;
  const marks = figures.csat.average === null ? t.none : String(figures.csat.average);
  return {
    doc: {
      locale,
      subject: fill(t.mail.subject, named),
      preheader: fill(t.mail.preheader, { rate: percent(resolve), csat: marks }),
      heading: fill(t.mail.heading, named),
      figure: fill(t.mail.figure, { n: received }),
      under: fill(t.mail.under, named),
      notices: [],
      facts: factsOf(figures, locale),
      changes: [],
      button: { label: t.mail.button, url: `${baseUrl}/reports/complaints?period=${period}` },
      hint: "",
      why: [t.mail.why],
      caseId: "",
    },
    chart: {
      name: fill(t.mail.chart, { period }),
      contentType: "image/svg+xml",
      content: chartOf(figures, locale),
    },
  };
}

function factsOf(figures: MailFigures, locale: Locale): MailDoc["facts"] {
  const t = reportTexts(locale);
  const words = complaintWords(locale);
  const { csat, compensation, byCategory, clocks } = figures;
  return [
    ...byCategory.map(([name, n]) => ({ label: words.categories[name], value: fill(t.cases, { n }) })),
    { label: t.figures.reopenRate, value: percent(figures.reopenRate) },
    ...clocks.map(([kind, { met, breached, rate }]) => ({
      label: words.clocks[kind],
      value: `${percent(rate)} · ${t.met} ${met} · ${t.breached} ${breached}`,
    })),
    {
      label: t.figures.csat,
      value:
        csat.average === null ? t.noAnswers : fill(t.answers, { n: csat.answers, average: csat.average }),
    },
    {
      label: t.figures.compensation,
      value: fill(t.paid, { n: compensation.cases, amount: money(compensation.amount) }),
    },
  ];
}

/** The year as a drawing that stands alone. */
function chartOf({ trend }: MailFigures, locale: Locale): string {
  const t = reportTexts(locale);
  const list = trend
    .map((one) => fill(t.trendItem, { month: month(one.period, locale), n: one.received }))
    .join(t.separator);
  const months = trend.map(({ period, ...counts }) => ({
    label: String(Number(period.slice(5))),
    ...counts,
  }));
  return render(<Months label={fill(t.trendChart, { list })} months={months} />);
}
