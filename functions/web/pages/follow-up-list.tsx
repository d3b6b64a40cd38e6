/** Follow-ups by planned day, with filters; and planning one by hand. */
import type { JSX } from "preact";
import type { FollowUpLine } from "../../follow-up/list.ts";
import { MODES, SOURCE_TYPES } from "../../follow-up/model.ts";
import { dayOfDate, deadline, exact } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { followUpCase } from "../../shared/i18n/sections/follow-up-case.ts";
import { followUpForms } from "../../shared/i18n/sections/follow-up-forms.ts";
import { Empty, Sheet } from "../components/bits.tsx";
import { Choices, Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { FollowUpTabs } from "../components/follow-up-tabs.tsx";
import { page } from "../components/layout.tsx";
import { modeOf, stateOf, stateTag } from "../models/follow-up.ts";
import type { Typed } from "../models/follow-up-forms.ts";
import { type Filter, isPlain, listPath } from "../models/follow-up-list.ts";
import type { Problem } from "../models/reception-form.ts";
import type { Reader } from "../models/view.ts";
import type { Mate } from "./follow-up-step.tsx";

export type FollowUpList = {
  lines: FollowUpLine[];
  next: string | null;
  /** Whether earlier pages were skipped. */
  paged: boolean;
  filter: Filter;
  /** Whether everybody's are shown; whoever has only his own has nobody to choose. */
  everything: boolean;
  people: { staffId: string; name: string }[];
  mayPlan: boolean;
  /** What is wrong with the filters. */
  problem?: string;
};

type Props = { r: Reader; list: FollowUpList };

export function followUpListPage(r: Reader, list: FollowUpList): string {
  const t = followUpCase(r.locale).list;
  const title = list.everything ? t.title : t.mineTitle;
  return page({
    r,
    title,
    here: "follow-ups",
    children: (
      <>
        <FollowUpTabs r={r} here="list" />
        <div class="head">
          <h1>{title}</h1>
          {list.mayPlan && (
            <div class="btns">
              <a class="btn btn-main" href="/follow-ups/new">
                {t.plan}
              </a>
            </div>
          )}
        </div>
        {list.problem && (
          <section class="oops" role="alert" tabIndex={-1}>
            <h2>{r.t.web.errors.titles["400"]}</h2>
            <p>{list.problem}</p>
          </section>
        )}
        <section class="sheet" aria-label={title}>
          <Filters r={r} list={list} />
          <Lines r={r} list={list} />
        </section>
      </>
    ),
  });
}

function Filters({ r, list }: Props): JSX.Element {
  const t = followUpCase(r.locale).list;
  const { filter } = list;
  const isMore = filter.from !== undefined || filter.to !== undefined;
  return (
    <form class="stack-s" method="get" action="/follow-ups" aria-label={t.filters}>
      {(["customerId", "campaignId"] as const).map(
        (name) => filter[name] && <input key={name} type="hidden" name={name} value={filter[name]} />,
      )}
      <div class="filters">
        {list.everything && (
          <div class="field">
            <label for="f-assignee">{t.assignee}</label>
            <select id="f-assignee" name="assignee">
              <option value="">{t.all}</option>
              {list.people.map((one) => (
                <option key={one.staffId} value={one.staffId} selected={filter.assignee === one.staffId}>
                  {one.name}
                </option>
              ))}
            </select>
          </div>
        )}
        <div class="field">
          <label for="f-status">{t.status}</label>
          <select id="f-status" name="status">
            <option value="">{t.all}</option>
            {(["open", "closed"] as const).map((one) => (
              <option key={one} value={one} selected={filter.status === one}>
                {t.statuses[one]}
              </option>
            ))}
          </select>
        </div>
        <label class="choice">
          <input type="checkbox" name="missed" value="true" checked={filter.missed === "true"} />
          <span>{t.missed}</span>
        </label>
        <button class="btn" type="submit">
          {t.button}
        </button>
      </div>
      <details class="more" open={isMore}>
        <summary>{t.more}</summary>
        <div class="filters">
          {(["from", "to"] as const).map((name) => (
            <div class="field" key={name}>
              <label for={`f-${name}`}>{t[name]}</label>
              <input class="input" id={`f-${name}`} name={name} type="date" value={filter[name] ?? ""} />
            </div>
          ))}
          <a class="btn btn-bare" href="/follow-ups">
            {t.clear}
          </a>
        </div>
      </details>
    </form>
  );
}

function Lines({ r, list }: Props): JSX.Element {
  const t = followUpCase(r.locale).list;
  const { lines, filter } = list;
  if (lines.length === 0 && !list.next)
    return (
      <Empty>
        <p>{isPlain(filter) ? t.none : t.noneFiltered}</p>
      </Empty>
    );
  return (
    <>
      <table class="data data-fold">
        <caption class="hidden">{fill(t.caption, { n: lines.length })}</caption>
        <thead>
          <tr>
            <th scope="col" aria-sort="ascending">
              {t.columns.planned}
            </th>
            <th scope="col">{t.columns.customer}</th>
            <th scope="col">{t.columns.state}</th>
            {list.everything && <th scope="col">{t.columns.assignee}</th>}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.caseId}>
              <td class="first">
                {dayOfDate(line.plannedOn, r.now, r.locale)}
                {line.status === "open" && (
                  <small class={line.missed ? "late" : undefined}>
                    <time dateTime={line.dueAt} title={exact(line.dueAt, r.locale)}>
                      {deadline(line.dueAt, r.now, r.locale)}
                    </time>
                  </small>
                )}
              </td>
              <td class="wide">
                <a href={`/follow-ups/${line.caseId}`}>
                  <bdi>{line.customerName}</bdi>
                </a>
                <small>{`${modeOf(line, r)} · ${line.caseId}`}</small>
              </td>
              <td class="second">
                <span class={line.missed ? "tag tag-late" : stateTag(line)}>
                  {line.missed ? followUpCase(r.locale).missed : stateOf(line, r)}
                </span>
              </td>
              {list.everything && (
                <td class="wide one-line">
                  <bdi>{line.assignee.name}</bdi>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {(list.next || list.paged) && (
        <nav class="btns" aria-label={t.pages}>
          {list.paged && (
            <a class="btn" href={listPath(filter)}>
              {t.first}
            </a>
          )}
          {list.next && (
            <a class="btn" href={listPath(filter, { cursor: list.next })}>
              {t.next}
            </a>
          )}
        </nav>
      )}
    </>
  );
}

// ---- planning by hand

export type PlanPage = {
  /** Whom it is for; null while he is looked for. */
  customer: { customerId: string; name: string } | null;
  /** What was looked for, and who was found; null before. */
  search: { q: string; found: { customerId: string; name: string }[] } | null;
  typed: Typed;
  problems: Problem[];
  message?: string;
  /** The customer's follow-up that stands in the way. */
  existing: string | null;
  /** Whether the customer was contacted so often of late that it takes a reason. */
  tired: boolean;
  mates: Mate[];
  key: string;
};

export function followUpPlanPage(r: Reader, p: PlanPage): string {
  const t = followUpForms(r.locale).plan;
  return page({
    r,
    title: t.title,
    here: "follow-ups",
    narrow: true,
    children: (
      <>
        <FollowUpTabs r={r} here="list" below />
        <div class="head">
          <p class="kicker">
            <a href="/follow-ups">{followUpCase(r.locale).backList}</a>
          </p>
          <h1>{t.title}</h1>
        </div>
        <Oops form={{ r, problems: p.problems }} {...(p.message ? { message: p.message } : {})}>
          {p.existing && (
            <p>
              <a href={`/follow-ups/${p.existing}`}>{fill(t.existing, { caseId: p.existing })}</a>
            </p>
          )}
        </Oops>
        {p.customer ? <PlanForm r={r} p={p} customer={p.customer} /> : <Search r={r} p={p} />}
      </>
    ),
  });
}

function Search({ r, p }: { r: Reader; p: PlanPage }): JSX.Element {
  const t = followUpForms(r.locale).plan;
  const form: FormState = { r, problems: [] };
  return (
    <section class="sheet" aria-label={t.search}>
      <form class="stack" method="get" action="/follow-ups/new">
        <Field form={form} name="q" label={t.search} hint={t.searchHint} value={p.search?.q ?? ""} />
        <div class="btns">
          <button class="btn btn-main" type="submit">
            {t.searchButton}
          </button>
        </div>
      </form>
      {p.search &&
        (p.search.found.length === 0 ? (
          <p role="status">{t.notFound}</p>
        ) : (
          <>
            <h2>{t.found}</h2>
            <ul class="cards">
              {p.search.found.map((one) => (
                <li key={one.customerId}>
                  <span aria-hidden="true">·</span>
                  <div>
                    <a class="name" href={`/follow-ups/new?customerId=${encodeURIComponent(one.customerId)}`}>
                      <bdi>{one.name}</bdi>
                    </a>
                    <p class="kicker">{one.customerId}</p>
                  </div>
                </li>
              ))}
            </ul>
          </>
        ))}
    </section>
  );
}

function PlanForm({
  r,
  p,
  customer,
}: {
  r: Reader;
  p: PlanPage;
  customer: { customerId: string; name: string };
}): JSX.Element {
  const all = followUpForms(r.locale);
  const t = all.plan;
  const { sources } = followUpCase(r.locale);
  const form: FormState = { r, problems: p.problems };
  const value = (name: string) => p.typed[name] ?? "";
  const person = (one: Mate) => ({
    value: one.staffId,
    label: [
      one.name,
      fill(all.transfer.load, { n: one.load }),
      ...(one.away ? [all.transfer.away] : []),
    ].join(" · "),
  });
  return (
    <Sheet
      id="plan"
      title={customer.name}
      aside={
        <a class="small" href="/follow-ups/new">
          {t.change}
        </a>
      }
    >
      <form class="stack" method="post" action="/follow-ups/new">
        <input type="hidden" name="csrf" value={r.csrf ?? ""} />
        <input type="hidden" name="key" value={p.key} />
        <input type="hidden" name="customerId" value={customer.customerId} />
        <Choices
          form={form}
          name="mode"
          legend={t.mode}
          options={MODES.map((mode) => ({ value: mode, label: modeOf({ mode }, r) }))}
          chosen={[value("mode")]}
        />
        <div class="pair">
          <Field form={form} name="plannedOn" label={t.plannedOn} value={value("plannedOn")} type="date" />
          <Field form={form} name="dueOn" label={t.dueOn} value={value("dueOn")} type="date" optional />
        </div>
        <p class="hint">{t.dueHint}</p>
        <Select
          form={form}
          name="assignee"
          label={t.assignee}
          value={value("assignee")}
          groups={[{ options: [{ value: "", label: t.byOwner }, ...p.mates.map(person)] }]}
        />
        <Select
          form={form}
          name="sourceType"
          label={t.sourceType}
          value={value("sourceType")}
          groups={[{ options: SOURCE_TYPES.map((one) => ({ value: one, label: sources[one] })) }]}
        />
        <Field form={form} name="purpose" label={t.purpose} value={value("purpose")} rows={3} optional />
        {p.tired && (
          <Field
            form={form}
            name="overrideReason"
            label={t.overrideReason}
            hint={t.overrideHint}
            value={value("overrideReason")}
            rows={2}
          />
        )}
        <div class="btns">
          <button class="btn btn-main" type="submit">
            {t.button}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
