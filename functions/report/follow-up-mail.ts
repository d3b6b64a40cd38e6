/** The monthly mails about follow-ups and customers: the key figures, and the way to the whole report. Pure. */
import type { Locale } from "../directory/model.ts";
import type { MailDoc } from "../message/templates/doc.ts";
import { month, percent } from "../shared/i18n/format.ts";
import { fill } from "../shared/i18n/messages.ts";
import { followUpMails } from "../shared/i18n/sections/mail-follow-up-reports.ts";

type Sent = { params: Record<string, string | number>; locale: Locale };

/** A number of the message; what was null is not there. */
const reader =
  ({ params }: Sent) =>
  (name: string): number | null =>
    name in params ? Number(params[name]) : null;

const docOf = (
  { params, locale }: Sent,
  of: Pick<MailDoc, "subject" | "preheader" | "heading" | "figure" | "under" | "facts"> & {
    label: string;
    url: string;
    why: string;
  },
): MailDoc => {
  const { label, url, why, ...texts } = of;
  return {
    locale,
    ...texts,
    notices: [],
    changes: [],
    button: { label, url: `${url}?period=${params.period ?? ""}` },
    hint: "",
    why: [why],
    caseId: "",
  };
};

export function followUpReportDoc(sent: Sent, baseUrl: string): MailDoc {
  const { summary: t } = followUpMails(sent.locale);
  const number = reader(sent);
  const count = (name: string): number => number(name) ?? 0;
  const named = {
    month: month(String(sent.params.period ?? ""), sent.locale),
    planned: count("planned"),
    done: count("done"),
    rate: percent(number("coverageRate")),
    target: percent(number("target")),
  };
  const fact = (label: string, value: string | number) => ({ label, value: String(value) });
  return docOf(sent, {
    subject: fill(t.subject, named),
    preheader: fill(t.under, named),
    heading: fill(t.heading, named),
    figure: named.rate,
    under: fill(t.under, named),
    facts: [
      fact(t.late, count("late")),
      fact(t.missed, count("missed")),
      fact(t.unreachable, count("unreachable")),
      fact(t.unreviewed, count("unreviewed")),
      fact(t.satisfaction, number("avgSatisfaction") ?? t.none),
      fact(t.issues, count("issues")),
      fact(t.demands, count("demands")),
      fact(t.complaints, count("complaints")),
    ],
    label: t.button,
    url: `${baseUrl}/reports/follow-ups`,
    why: t.why,
  });
}

export function customerReportDoc(sent: Sent, baseUrl: string): MailDoc {
  const { customers: t } = followUpMails(sent.locale);
  const number = reader(sent);
  const count = (name: string): number => number(name) ?? 0;
  const named = {
    month: month(String(sent.params.period ?? ""), sent.locale),
    customers: count("customers"),
    contacted: count("contacted"),
    overdue: count("overdue"),
  };
  const fact = (label: string, value: string | number) => ({ label, value: String(value) });
  return docOf(sent, {
    subject: fill(t.subject, named),
    preheader: fill(t.under, named),
    heading: fill(t.heading, named),
    figure: fill(t.figure, named),
    under: fill(t.under, named),
    facts: [
      ...["A", "B", "C", "D"].map((tier) => fact(fill(t.tier, { tier }), count(`tier.${tier}`))),
      fact(t.added, count("added")),
      fact(t.contactRate, percent(number("contactRate"))),
      fact(t.stale, count("stale")),
      fact(t.withoutOwner, count("withoutOwner")),
      fact(t.completeness, percent(number("completeness"))),
    ],
    label: t.button,
    url: `${baseUrl}/reports/customers`,
    why: t.why,
  });
}
