/** The summary of follow-ups: figures and drawings with their tables, and what people write until it is handed in. */
import type { JSX } from "preact";
import type { Person } from "../../directory/model.ts";
import { Bars, Splits } from "../../report/charts.tsx";
import { monthAfter, monthOf } from "../../report/complaint-rules.ts";
import type { Counted } from "../../report/follow-up-rules.ts";
import type { SummaryView } from "../../report/summaries.ts";
import { dayOfDate, exact, month, percent } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintWords } from "../../shared/i18n/sections/complaint-words.ts";
import { followUpReportTexts } from "../../shared/i18n/sections/follow-up-report.ts";
import { summaryTitle } from "../../shared/i18n/sections/summary-names.ts";
import { Empty, Fact, Prose, Sheet } from "../components/bits.tsx";
import { Table } from "../components/data-table.tsx";
import { Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { FollowUpTabs } from "../components/follow-up-tabs.tsx";
import { page } from "../components/layout.tsx";
import { casePath } from "../models/paths.ts";
import type { SummaryForm } from "../models/summary-form.ts";
import type { Reader } from "../models/view.ts";

export type SummaryPage = {
  view: SummaryView;
  people: Person[];
  /** What stands in the fields, and how many rows of measures there are. */
  form: SummaryForm;
  problems: FormState["problems"];
  message?: string;
  told: "saved" | "submitted" | null;
};

type On = SummaryPage & { r: Reader };

const PATH = "/reports/follow-ups";

export const scopeQuery = ({ period, campaignId }: Pick<SummaryView, "period" | "campaignId">): string =>
  period === null ? `campaign=${campaignId}` : `period=${period}`;

export function followUpReportPage(r: Reader, of: SummaryPage): string {
  const t = followUpReportTexts(r.locale);
  const on = { ...of, r };
  const { view } = of;
  const title = summaryTitle(
    {
      scope: view.period === null ? { campaign: view.campaignId ?? "" } : { period: view.period },
      name: view.name,
    },
    r.locale,
  );
  const files = `/api${PATH}?${scopeQuery(view)}&format=`;
  return page({
    r,
    title,
    here: "follow-ups",
    children: (
      <>
        <FollowUpTabs r={r} here="summary" below={view.period === null} />
        {of.told && (
          <p class="notice" role="status">
            {t.told[of.told]}
          </p>
        )}
        <Oops
          form={{ r, problems: of.problems }}
          {...(of.message === undefined ? {} : { message: of.message })}
        />
        <div class="head">
          <p class="kicker">
            {view.campaignId !== null && (
              <>
                <a href={`/campaigns/${encodeURIComponent(view.campaignId)}`}>{t.toCampaign}</a>{" "}
              </>
            )}
            <span
              class={
                view.status === "draft" ? "tag" : view.status === "approving" ? "tag tag-now" : "tag tag-done"
              }
            >
              {t.statuses[view.status]}
            </span>
          </p>
          <h1>{title}</h1>
          <nav class="btns" aria-label={t.download}>
            <a class="btn" href={`${files}xlsx`}>
              {t.xlsx}
            </a>
            <a class="btn" href={`${files}csv`}>
              {t.csv}
            </a>
          </nav>
        </div>
        <p class="hint">{t.lead}</p>
        {view.period !== null && <Choose r={r} path={PATH} period={view.period} />}
        <Fate {...on} />
        {view.planned === 0 ? (
          <Empty>
            <p>{view.period === null ? t.emptyCampaign : t.empty}</p>
          </Empty>
        ) : (
          <>
            <Key {...on} />
            <Issues {...on} />
            <Words {...on} />
          </>
        )}
        {view.status === "draft" ? <Write {...on} /> : <Written {...on} />}
      </>
    ),
  });
}

/** The month that is shown, and its neighbours. */
export function Choose({ r, path, period }: { r: Reader; path: string; period: string }): JSX.Element {
  const t = followUpReportTexts(r.locale);
  const next = monthAfter(period, 1);
  return (
    <form class="btns btns-low" method="get" action={path}>
      <div class="field">
        <label for="period">{t.month}</label>
        <input class="input" id="period" type="month" name="period" value={period} required />
      </div>
      <button class="btn" type="submit">
        {t.show}
      </button>
      <a class="btn" href={`${path}?period=${monthAfter(period, -1)}`}>
        {t.before}
      </a>
      {next <= monthOf(r.now) && (
        <a class="btn" href={`${path}?period=${next}`}>
          {t.after}
        </a>
      )}
    </form>
  );
}

const nameIn = (people: Person[], staffId: string | null): string =>
  people.find((person) => person.staffId === staffId)?.name ?? staffId ?? "";

/** Who handed it in, and what became of it. */
function Fate({ r, view, people }: On): JSX.Element | null {
  const t = followUpReportTexts(r.locale);
  if (view.status === "draft") return null;
  const author = nameIn(people, view.author);
  const text =
    view.status === "archived"
      ? fill(t.archived, {
          author,
          name: nameIn(people, view.approvedBy),
          at: view.archivedAt === null ? "" : exact(view.archivedAt, r.locale),
        })
      : fill(t.approving, { author });
  return <p class="notice">{text}</p>;
}

function Key({ r, view }: On): JSX.Element {
  const t = followUpReportTexts(r.locale);
  const before = view.comparedWithPrevious;
  const counts = ["planned", "done", "late", "missed", "unreachable", "unreviewed"] as const;
  const text = (of: Counted, name: (typeof counts)[number]) => String(of[name]);
  const marks = (of: Counted) => (of.avgSatisfaction === null ? t.none : String(of.avgSatisfaction));
  const change = (now: number | null, then: number | null, unit: (difference: number) => string): string => {
    if (now === null || then === null) return t.none;
    const difference = now - then;
    return difference === 0 ? t.same : `${difference > 0 ? "+" : "−"}${unit(Math.abs(difference))}`;
  };
  const row = (label: string, now: string, then: string, difference: string) =>
    before ? [label, now, then, difference] : [label, now];
  const plain = (difference: number): string => String(Math.round(difference * 100) / 100);
  const points = (difference: number): string => fill(t.points, { n: Math.round(difference * 1000) / 10 });
  const coverage = percent(view.coverageRate);
  const target = percent(view.target);
  return (
    <Sheet id="key" title={t.key}>
      <p>
        {fill((view.coverageRate ?? 0) >= view.target ? t.reached : t.notReached, { rate: coverage, target })}
      </p>
      <Splits
        label={fill(t.coverageChart, { rate: coverage, target, done: view.done, planned: view.planned })}
        splits={[
          { label: t.coverage, good: view.done, bad: view.planned - view.done },
          ...(before && before.planned > 0
            ? [{ label: t.monthBefore, good: before.done, bad: before.planned - before.done }]
            : []),
        ]}
      />
      <Table
        label={t.key}
        columns={[
          { heading: t.figure },
          { heading: before ? month(view.period ?? "", r.locale) : t.value, numeric: true },
          ...(before
            ? [
                { heading: month(before.period, r.locale), numeric: true },
                { heading: t.change, numeric: true },
              ]
            : []),
        ]}
        rows={[
          ...counts.map((name) =>
            row(
              t.figures[name],
              text(view, name),
              before ? text(before, name) : "",
              before ? change(view[name], before[name], plain) : "",
            ),
          ),
          row(
            t.figures.coverageRate,
            coverage,
            percent(before?.coverageRate ?? null),
            change(view.coverageRate, before?.coverageRate ?? null, points),
          ),
          row(
            t.figures.avgSatisfaction,
            marks(view),
            before ? marks(before) : "",
            change(view.avgSatisfaction, before?.avgSatisfaction ?? null, plain),
          ),
        ]}
      />
    </Sheet>
  );
}

function Issues({ r, view }: On): JSX.Element | null {
  const t = followUpReportTexts(r.locale);
  const words = complaintWords(r.locale).categories;
  const lines = view.issuesByCategory.map(({ category, count }) => ({
    label: words[category],
    value: count,
  }));
  if (lines.length === 0) return null;
  const list = lines.map(({ label, value }) => fill(t.issueItem, { name: label, n: value }));
  return (
    <Sheet id="issues" title={t.issues}>
      <Bars label={fill(t.issueChart, { list: list.join(t.separator) })} bars={lines} />
      <Table
        label={t.issues}
        columns={[{ heading: t.category }, { heading: t.count, numeric: true }]}
        rows={lines.map(({ label, value }) => [label, value])}
      />
      {view.topIssues
        .filter(({ cases }) => cases.length > 0)
        .map(({ category, cases }) => (
          <div class="facts-group" key={category}>
            <h3>{fill(t.saidOf, { name: words[category] })}</h3>
            <Said of={cases} />
          </div>
        ))}
    </Sheet>
  );
}

/** What customers said, each beside its case. */
const Said = ({ of }: { of: { caseId: string; text: string }[] }): JSX.Element => (
  <ul>
    {of.map(({ caseId, text }) => (
      <li key={caseId}>
        <Prose text={text} /> <a href={casePath(caseId)}>{caseId}</a>
      </li>
    ))}
  </ul>
);

function Words({ r, view }: On): JSX.Element | null {
  const t = followUpReportTexts(r.locale);
  const { demands, newComplaints } = view;
  if (demands.length === 0 && newComplaints.length === 0) return null;
  return (
    <>
      {demands.length > 0 && (
        <Sheet id="demands" title={t.demands}>
          <Said of={demands} />
        </Sheet>
      )}
      {newComplaints.length > 0 && (
        <Sheet id="complaints" title={t.complaints}>
          <ul>
            {newComplaints.map((caseId) => (
              <li key={caseId}>
                <a href={casePath(caseId)}>{caseId}</a>
              </li>
            ))}
          </ul>
        </Sheet>
      )}
    </>
  );
}

/** Conclusions and measures while they can be changed; one press keeps them, the other hands them in as well. */
function Write({ r, view, people, form, problems }: On): JSX.Element {
  const t = followUpReportTexts(r.locale);
  const state: FormState = { r, problems };
  const staff = people
    .filter((person) => person.active)
    .map(({ staffId, name }) => ({ value: staffId, label: name }));
  return (
    <form class="sheet" method="post" action={`${PATH}?${scopeQuery(view)}`}>
      <h2>{t.write}</h2>
      <input type="hidden" name="csrf" value={r.csrf ?? ""} />
      <input type="hidden" name="version" value={String(form.version)} />
      <Field
        form={state}
        name="conclusions"
        label={t.conclusions}
        value={form.conclusions}
        rows={6}
        maxLength={5000}
        hint={t.conclusionsHint}
      />
      {form.actions.map((action, index) => (
        <fieldset class="facts-group" key={index}>
          <legend>
            <b>{fill(t.action, { n: index + 1 })}</b>
          </legend>
          <Field
            form={state}
            name={`actions.${index}.text`}
            label={t.actionText}
            value={action.text}
            maxLength={500}
            optional
          />
          <div class="pair">
            <Select
              form={state}
              name={`actions.${index}.owner`}
              label={t.actionOwner}
              value={action.owner}
              groups={[{ options: [{ value: "", label: t.nobody }, ...staff] }]}
              optional
            />
            <Field
              form={state}
              name={`actions.${index}.dueOn`}
              label={t.actionDue}
              value={action.dueOn}
              type="date"
              optional
            />
          </div>
        </fieldset>
      ))}
      <p class="hint">{t.submitHint}</p>
      <div class="btns">
        <button class="btn btn-main" type="submit" name="act" value="save">
          {t.save}
        </button>
        <button class="btn" type="submit" name="act" value="submit">
          {t.submit}
        </button>
      </div>
    </form>
  );
}

/** The same once it was handed in. */
function Written({ r, view, people }: On): JSX.Element {
  const t = followUpReportTexts(r.locale);
  return (
    <Sheet id="written" title={t.written}>
      <dl class="facts">
        <Fact label={t.conclusions}>
          {view.conclusions === "" ? t.noConclusions : <Prose text={view.conclusions} />}
        </Fact>
      </dl>
      {view.actions.length > 0 && (
        <Table
          label={t.actions}
          columns={[{ heading: t.actionText }, { heading: t.actionOwner }, { heading: t.actionDue }]}
          rows={view.actions.map(({ text, owner, dueOn }) => [
            text,
            nameIn(people, owner),
            dayOfDate(dueOn, r.now, r.locale),
          ])}
        />
      )}
    </Sheet>
  );
}
