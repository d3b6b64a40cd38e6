/** Statistics of complaints: figures and drawings, and the table beside every drawing. */
import type { JSX } from "preact";
import { CATEGORIES, CLOCK_KINDS, PRIORITIES, SEVERITIES } from "../../complaint/model.ts";
import { Bars, Months, Splits } from "../../report/charts.tsx";
import { monthAfter, monthOf, rate } from "../../report/complaint-rules.ts";
import type { ReportView } from "../../report/complaints.ts";
import { money, month, percent } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { reportTexts } from "../../shared/i18n/sections/report.ts";
import { Empty, Fact, Sheet } from "../components/bits.tsx";
import { Table } from "../components/data-table.tsx";
import { page } from "../components/layout.tsx";
import type { Reader } from "../models/view.ts";

type On = { r: Reader; report: ReportView };

const PATH = "/reports/complaints";
const API = "/api/reports/complaints";

export function complaintReportPage(r: Reader, report: ReportView): string {
  const t = reportTexts(r.locale);
  const on = { r, report };
  const title = fill(t.heading, { month: month(report.period, r.locale) });
  return page({
    r,
    title,
    children: (
      <div class="stack">
        <div class="head">
          <h1>{title}</h1>
          <nav class="btns" aria-label={t.download}>
            <a class="btn" href={`${API}?period=${report.period}&format=xlsx`}>
              {t.xlsx}
            </a>
            <a class="btn" href={`${API}?period=${report.period}&format=csv`}>
              {t.csv}
            </a>
            <a class="btn" href="/dossiers/verify">
              {t.verify}
            </a>
          </nav>
        </div>
        <p class="hint">{t.lead}</p>
        <Choose {...on} />
        {report.received === 0 ? (
          <Empty>
            <p>{t.empty}</p>
          </Empty>
        ) : (
          <>
            <Key {...on} />
            <Clocks {...on} />
            <Groups {...on} />
            <Handlers {...on} />
          </>
        )}
        <Trend {...on} />
      </div>
    ),
  });
}

function Choose({ r, report }: On): JSX.Element {
  const t = reportTexts(r.locale);
  const next = monthAfter(report.period, 1);
  return (
    <form class="btns" method="get" action={PATH}>
      <div class="field">
        <label for="period">{t.month}</label>
        <input
          class="input"
          id="period"
          type="month"
          name="period"
          value={report.period}
          max={monthOf(r.now)}
          required
        />
      </div>
      <button class="btn" type="submit">
        {t.show}
      </button>
      <a class="btn" href={`${PATH}?period=${monthAfter(report.period, -1)}`}>
        {t.before}
      </a>
      {next <= monthOf(r.now) && (
        <a class="btn" href={`${PATH}?period=${next}`}>
          {t.after}
        </a>
      )}
    </form>
  );
}

function Key({ r, report }: On): JSX.Element {
  const t = reportTexts(r.locale);
  const { csat, compensation } = report;
  const count = (n: number) => fill(t.cases, { n });
  return (
    <Sheet id="key" title={t.key}>
      <dl class="facts">
        <Fact label={t.figures.received}>{count(report.received)}</Fact>
        <Fact label={t.figures.closed}>{count(report.closed)}</Fact>
        <Fact label={t.figures.reopened}>{count(report.reopened)}</Fact>
        <Fact label={t.figures.reopenRate}>{percent(report.reopenRate)}</Fact>
        <Fact label={t.figures.onTime}>{percent(report.clocks.resolve.rate)}</Fact>
        <Fact label={t.figures.csat}>
          {csat.average === null ? t.noAnswers : fill(t.answers, { n: csat.answers, average: csat.average })}
        </Fact>
        <Fact label={t.figures.compensation}>
          {fill(t.paid, { n: compensation.cases, amount: money(compensation.amount) })}
        </Fact>
      </dl>
    </Sheet>
  );
}

/** The counts of a group with the names of the reader's language, in their order. */
function groupsOf({ r, report }: On): { id: keyof Texts["groups"]; lines: [string, number][] }[] {
  const words = complaintWords(r.locale);
  const departments: Record<string, string> = r.t.words.departments;
  const named = (counts: Partial<Record<string, number>>, names: Readonly<Record<string, string>>) =>
    Object.entries(counts).map(([key, n]): [string, number] => [wordOf(names, key), n ?? 0]);
  return [
    { id: "byCategory", lines: named(ordered(report.byCategory, CATEGORIES), words.categories) },
    { id: "byDepartment", lines: named(report.byDepartment, departments) },
    { id: "byCause", lines: named(report.byCause, {}) },
    { id: "bySeverity", lines: named(ordered(report.bySeverity, SEVERITIES), words.severities) },
    { id: "byPriority", lines: named(ordered(report.byPriority, PRIORITIES), words.priorities) },
  ];
}
type Texts = ReturnType<typeof reportTexts>;

const ordered = <K extends string>(counts: Partial<Record<K, number>>, keys: readonly K[]) =>
  Object.fromEntries(keys.flatMap((key) => (counts[key] === undefined ? [] : [[key, counts[key]]])));

function Groups(on: On): JSX.Element {
  const t = reportTexts(on.r.locale);
  return (
    <>
      {groupsOf(on)
        .filter(({ lines }) => lines.length > 0)
        .map(({ id, lines }) => {
          const title = t.groups[id];
          const list = lines.map(([name, n]) => fill(t.groupItem, { name, n })).join(t.separator);
          return (
            <Sheet key={id} id={id} title={title}>
              <Bars
                label={fill(t.groupChart, { title, list })}
                bars={lines.map(([label, value]) => ({ label, value }))}
              />
              <Table
                label={title}
                columns={[
                  { heading: t.name },
                  { heading: t.count, numeric: true },
                  { heading: t.share, numeric: true },
                ]}
                rows={lines.map(([name, n]) => [name, n, percent(rate(n, on.report.received))])}
              />
            </Sheet>
          );
        })}
    </>
  );
}

function Clocks({ r, report }: On): JSX.Element {
  const t = reportTexts(r.locale);
  const words = complaintWords(r.locale);
  const lines = CLOCK_KINDS.map((kind) => ({ name: words.clocks[kind], ...report.clocks[kind] }));
  const list = lines.map(({ name, met, breached }) => fill(t.clockItem, { name, met, breached }));
  return (
    <Sheet id="clocks" title={t.clocks}>
      <Splits
        label={fill(t.clockChart, { list: list.join(t.separator) })}
        splits={lines.map(({ name, met, breached }) => ({ label: name, good: met, bad: breached }))}
      />
      <Table
        label={t.clocks}
        columns={[
          { heading: t.clock },
          { heading: t.met, numeric: true },
          { heading: t.breached, numeric: true },
          { heading: t.rate, numeric: true },
        ]}
        rows={lines.map(({ name, met, breached, rate: share }) => [name, met, breached, percent(share)])}
      />
    </Sheet>
  );
}

function Handlers({ r, report }: On): JSX.Element | null {
  const t = reportTexts(r.locale);
  const c = t.handlerColumns;
  if (report.handlers.length === 0) return null;
  const time = (minutes: number | null): string => {
    if (minutes === null) return t.none;
    return minutes < 60
      ? fill(t.minutes, { n: minutes })
      : fill(t.hours, { n: Math.round(minutes / 6) / 10 });
  };
  return (
    <Sheet id="handlers" title={t.handlers}>
      <p class="hint">{t.handlerHint}</p>
      <Table
        label={t.handlers}
        columns={[
          { heading: t.handler },
          ...[c.cases, c.closed, c.reopenRate, c.acknowledge, c.respond, c.resolve, c.overdue, c.csat].map(
            (heading) => ({ heading, numeric: true }),
          ),
        ]}
        rows={report.handlers.map((one) => [
          one.name,
          one.cases,
          one.closed,
          percent(one.reopenRate),
          time(one.acknowledgeMinutes),
          time(one.respondMinutes),
          time(one.resolveMinutes),
          one.overdue,
          one.csat.average ?? t.none,
        ])}
      />
    </Sheet>
  );
}

function Trend({ r, report }: On): JSX.Element {
  const t = reportTexts(r.locale);
  const c = t.trendColumns;
  const list = report.trend.map((one) =>
    fill(t.trendItem, { month: month(one.period, r.locale), n: one.received }),
  );
  return (
    <Sheet id="trend" title={t.trend}>
      <Months
        label={fill(t.trendChart, { list: list.join(t.separator) })}
        months={report.trend.map(({ period, received, closed }) => ({
          label: String(Number(period.slice(5))),
          received,
          closed,
        }))}
      />
      <Table
        label={t.trend}
        columns={[
          { heading: c.month },
          ...[c.received, c.closed, c.reopenRate, c.resolveRate, c.csat].map((heading) => ({
            heading,
            numeric: true,
          })),
        ]}
        rows={report.trend.map((one) => [
          <a href={`${PATH}?period=${one.period}`}>{month(one.period, r.locale)}</a>,
          one.received,
          one.closed,
          percent(one.reopenRate),
          percent(one.resolveRate),
          one.csat.average ?? t.none,
        ])}
      />
    </Sheet>
  );
}
