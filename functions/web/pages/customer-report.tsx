/** The monthly report of customers: how many there are, whom somebody spoke to, and whom nobody did. */
import type { JSX } from "preact";
import { Bars } from "../../report/charts.tsx";
import type { CustomerReportView } from "../../report/customers.ts";
import { month, percent } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { followUpReportTexts } from "../../shared/i18n/sections/follow-up-report.ts";
import { Empty, Fact, Sheet } from "../components/bits.tsx";
import { Table } from "../components/data-table.tsx";
import { FollowUpTabs } from "../components/follow-up-tabs.tsx";
import { page } from "../components/layout.tsx";
import type { Reader } from "../models/view.ts";
import { Choose } from "./follow-up-report.tsx";

type On = { r: Reader; report: CustomerReportView };

export function customerReportPage(r: Reader, report: CustomerReportView): string {
  const t = followUpReportTexts(r.locale).customerReport;
  const title = fill(t.title, { month: month(report.period, r.locale) });
  return page({
    r,
    title,
    here: "follow-ups",
    children: (
      <>
        <FollowUpTabs r={r} here="customers" />
        <div class="head">
          <h1>{title}</h1>
        </div>
        <p class="hint">{t.lead}</p>
        <Choose r={r} path="/reports/customers" period={report.period} />
        {report.customers === 0 ? (
          <Empty>
            <p>{t.empty}</p>
          </Empty>
        ) : (
          <>
            <Key r={r} report={report} />
            <Tiers r={r} report={report} />
            <Owners r={r} report={report} />
          </>
        )}
      </>
    ),
  });
}

function Key({ r, report }: On): JSX.Element {
  const t = followUpReportTexts(r.locale).customerReport;
  const n = (count: number) => fill(t.count, { n: count });
  return (
    <Sheet id="key" title={t.key}>
      <dl class="facts">
        <Fact label={t.customers}>{n(report.customers)}</Fact>
        <Fact label={t.added}>{n(report.added)}</Fact>
        <Fact label={t.contacted}>
          {fill(t.ofAll, { n: report.contacted, rate: percent(report.contactRate) })}
        </Fact>
        <Fact label={t.overdue}>{n(report.overdue)}</Fact>
        <Fact label={t.stale}>{n(report.stale)}</Fact>
        <Fact label={t.none}>{n(report.none)}</Fact>
        <Fact label={t.withoutOwner}>{n(report.withoutOwner)}</Fact>
        <Fact label={t.completeness}>{percent(report.completeness)}</Fact>
      </dl>
    </Sheet>
  );
}

const columns = (first: string, t: ReturnType<typeof followUpReportTexts>["customerReport"]) => [
  { heading: first },
  ...[t.customers, t.added, t.contacted, t.contactRate, t.overdue, t.stale].map((heading) => ({
    heading,
    numeric: true,
  })),
];

type Counts = Pick<
  CustomerReportView,
  "customers" | "added" | "contacted" | "contactRate" | "overdue" | "stale"
>;
const cells = (of: Counts) => [
  of.customers,
  of.added,
  of.contacted,
  percent(of.contactRate),
  of.overdue,
  of.stale,
];

function Tiers({ r, report }: On): JSX.Element {
  const t = followUpReportTexts(r.locale).customerReport;
  const bars = report.byTier.map(({ tier, customers }) => ({
    label: fill(t.tier, { tier }),
    value: customers,
  }));
  const list = bars.map(({ label, value }) => fill(t.item, { name: label, n: value })).join(t.separator);
  return (
    <Sheet id="tiers" title={t.byTier}>
      <Bars label={fill(t.tierChart, { list })} bars={bars} />
      <Table
        label={t.byTier}
        columns={columns(t.tierHeading, t)}
        rows={report.byTier.map((of) => [fill(t.tier, { tier: of.tier }), ...cells(of)])}
      />
    </Sheet>
  );
}

function Owners({ r, report }: On): JSX.Element | null {
  const t = followUpReportTexts(r.locale).customerReport;
  if (report.byOwner.length === 0) return null;
  return (
    <Sheet id="owners" title={t.byOwner}>
      <Table
        label={t.byOwner}
        columns={columns(t.owner, t)}
        rows={report.byOwner.map((of) => [of.name, ...cells(of)])}
      />
    </Sheet>
  );
}
