/** Rules to read: the list, one policy with its versions, what a draft changes, and its publication. */
import type { JSX } from "preact";
import { keepsCadence } from "../../customer/access.ts";
import type { Person } from "../../directory/model.ts";
import { keepsQuietHours } from "../../message/quiet-access.ts";
import { keepsPolicies } from "../../policy/access.ts";
import type { Change } from "../../policy/diff-rules.ts";
import type { DryRun } from "../../policy/dry-run-rules.ts";
import { isTried, type PolicyId } from "../../policy/kinds.ts";
import type { DraftView, PolicyBook, PolicyView } from "../../policy/policies.ts";
import { exact, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { policyTexts } from "../../shared/i18n/sections/policies.ts";
import { Empty, Fact, Scroll, Sheet } from "../components/bits.tsx";
import { Field, type FormState, Oops } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import { type Difference, differencesOf, groupsOf, stageName } from "../models/policy-words.ts";
import type { Problem } from "../models/reception-form.ts";
import { isolate } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export const policyPath = (policyId: string, more = ""): string => `/policies/${policyId}${more}`;

const by = (r: Reader, text: string, at: string, name: string): string =>
  fill(text, { time: when(at, r.now, r.locale), name: isolate(name) });

/** What was just done, said once at the top. */
const Told = ({ text }: { text: string | null }): JSX.Element | null =>
  text === null ? null : (
    <p class="notice" role="status">
      {text}
    </p>
  );

export function policiesPage(r: Reader, books: PolicyBook[]): string {
  const texts = policyTexts(r.locale);
  return page({
    r,
    title: texts.title,
    here: "policies",
    children: (
      <>
        <div class="head">
          <h1>{texts.title}</h1>
          <div class="btns">
            <a class="btn" href="/calendar">
              {texts.toCalendar}
            </a>
            {r.actor && keepsCadence(r.actor) && (
              <a class="btn" href="/policies/cadence">
                {texts.toCadence}
              </a>
            )}
            {keepsQuietHours(r.actor) && (
              <a class="btn" href="/policies/quiet-hours">
                {texts.toQuietHours}
              </a>
            )}
          </div>
        </div>
        {books.map(({ policyId, versions: [newest], draft }) => (
          <Sheet id={policyId} key={policyId} title={texts.names[policyId]}>
            <p>{texts.about[policyId]}</p>
            {newest && <Published r={r} view={newest} current />}
            {draft && <DraftNote r={r} draft={draft} newest={newest?.version ?? 0} />}
            <div class="btns">
              <a class="btn btn-main" href={policyPath(policyId)}>
                {texts.names[policyId]}
              </a>
              {draft && (
                <a class="btn" href={policyPath(policyId, "/draft")}>
                  {texts.look}
                </a>
              )}
            </div>
          </Sheet>
        ))}
      </>
    ),
  });
}

/** Who published it and when; what was shipped has nobody. */
const origin = (r: Reader, { publishedAt, publishedBy }: PolicyView): string => {
  const texts = policyTexts(r.locale);
  return publishedAt === null || publishedBy === null
    ? texts.shipped
    : by(r, texts.published, publishedAt, publishedBy.name);
};

function Published({ r, view, current }: { r: Reader; view: PolicyView; current?: boolean }): JSX.Element {
  const texts = policyTexts(r.locale);
  return (
    <p class="kicker" title={view.publishedAt === null ? undefined : exact(view.publishedAt, r.locale)}>
      {fill(texts.version, { n: view.version })}
      {current ? ` · ${texts.current}` : ""}
      {` · ${origin(r, view)}`}
    </p>
  );
}

function DraftNote({ r, draft, newest }: { r: Reader; draft: DraftView; newest: number }): JSX.Element {
  const texts = policyTexts(r.locale);
  return (
    <div class={draft.basedOn === newest ? "notice" : "notice notice-warn"}>
      <p>{by(r, texts.draftKept, draft.savedAt, draft.savedBy.name)}</p>
      {draft.basedOn !== newest && <p>{fill(texts.draftStale, { n: draft.basedOn })}</p>}
    </div>
  );
}

/** `told`: what was just done. */
export function policyPage(r: Reader, book: PolicyBook, shown: PolicyView, told: string | null): string {
  const texts = policyTexts(r.locale);
  const { policyId, versions, draft, staff } = book;
  const newest = versions[0]?.version ?? 0;
  const keeps = keepsPolicies(r.actor);
  return page({
    r,
    title: `${texts.names[policyId]} · ${fill(texts.version, { n: shown.version })}`,
    here: "policies",
    children: (
      <>
        <Told text={told} />
        <div class="head">
          <p class="kicker">
            <a href="/policies">{texts.all}</a>
          </p>
          <h1>{texts.names[policyId]}</h1>
          {keeps && (
            <div class="btns">
              <a class={draft ? "btn" : "btn btn-main"} href={policyPath(policyId, "/edit")}>
                {draft ? texts.goOn : texts.edit}
              </a>
              {draft && (
                <a class="btn btn-main" href={policyPath(policyId, "/draft")}>
                  {texts.look}
                </a>
              )}
            </div>
          )}
        </div>
        <Published r={r} view={shown} current={shown.version === newest} />
        {keeps && <p class="quiet">{texts.keepsNote}</p>}
        {draft && <DraftNote r={r} draft={draft} newest={newest} />}
        <Document r={r} policyId={policyId} document={shown.document} staff={staff} />
        {keeps && (
          <Sheet id="versions" title={texts.versions}>
            <ul class="stack-s">
              {versions.map((one) => (
                <li key={one.version}>
                  <a
                    href={policyPath(policyId, `?version=${one.version}`)}
                    aria-current={one.version === shown.version ? "true" : undefined}
                  >
                    {fill(texts.version, { n: one.version })}
                  </a>
                  {one.version === newest ? ` · ${texts.current}` : ""}
                  {` · ${origin(r, one)}`}
                </li>
              ))}
            </ul>
          </Sheet>
        )}
      </>
    ),
  });
}

function Document(of: { r: Reader; policyId: PolicyId; document: unknown; staff: Person[] }): JSX.Element {
  const { r, policyId, document, staff } = of;
  const texts = policyTexts(r.locale);
  return (
    <>
      {groupsOf(policyId, document, r, staff).map((group, index) => (
        <Sheet
          id={`g${index}`}
          key={group.key}
          title={
            group.key.startsWith("stages.")
              ? `${fill(texts.stageNo, { n: index + 1 })} · ${group.title}`
              : group.title
          }
        >
          {group.facts.length === 0 ? (
            <p class="quiet">{texts.standards.noHotels}</p>
          ) : (
            <dl class="facts">
              {group.facts.map((fact) => (
                <Fact key={fact.key} label={fact.label}>
                  <bdi>{fact.text}</bdi>
                </Fact>
              ))}
            </dl>
          )}
        </Sheet>
      ))}
    </>
  );
}

// ---- the draft

export type Review = {
  book: PolicyBook;
  draft: DraftView;
  changes: Change[];
  /** The days of the dry run as they were typed; what they gave, once they could be read. */
  period: { from: string; to: string };
  run: DryRun | null;
  problems: Problem[];
  told: string | null;
};

export function draftPage(r: Reader, review: Review): string {
  const texts = policyTexts(r.locale);
  const { book, draft, told } = review;
  const { policyId, versions } = book;
  const newest = versions[0]?.version ?? 0;
  const name = texts.names[policyId];
  const path = policyPath(policyId);
  return page({
    r,
    title: fill(texts.review.title, { name }),
    here: "policies",
    children: (
      <>
        <Told text={told} />
        <div class="head">
          <p class="kicker">
            <a href={path}>{name}</a>
          </p>
          <h1>{fill(texts.review.title, { name })}</h1>
        </div>
        <DraftNote r={r} draft={draft} newest={newest} />
        <Differences r={r} review={review} />
        {isTried(policyId) && <Trial r={r} review={review} />}
        <form class="btns" method="post" action={`${path}/draft`}>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <input type="hidden" name="seen" value={draft.hash} />
          {draft.basedOn === newest && (
            <a class="btn btn-main" href={`${path}/publish`}>
              {fill(texts.review.publish, { n: newest + 1 })}
            </a>
          )}
          <a class="btn" href={`${path}/edit`}>
            {texts.review.edit}
          </a>
          <button class="btn btn-bare" type="submit" name="do" value="discard">
            {texts.review.discard}
          </button>
        </form>
      </>
    ),
  });
}

/** What differs, for a reader; the newest version stands beside the draft. */
export function differencesIn(r: Reader, book: PolicyBook, draft: DraftView): Difference[] {
  const { policyId, versions, staff } = book;
  return differencesOf(
    groupsOf(policyId, versions[0]?.document, r, staff),
    groupsOf(policyId, draft.document, r, staff),
  );
}

function Differences({ r, review }: { r: Reader; review: Review }): JSX.Element {
  const { review: texts } = policyTexts(r.locale);
  const { book, draft, changes } = review;
  const found = differencesIn(r, book, draft);
  return (
    <Sheet id="diff" title={fill(texts.differences, { n: book.versions[0]?.version ?? 0 })}>
      {found.length === 0 && <p>{changes.length === 0 ? texts.same : texts.onlyForm}</p>}
      {found.map((one) => (
        <div class="stack-s" key={one.key}>
          <h3>
            {one.title} <span class="tag tag-plain">{texts[one.kind]}</span>
          </h3>
          <dl class="facts">
            {one.rows.map((row) => (
              <Fact key={row.key} label={row.label}>
                {row.from !== "" && (
                  <del>
                    <span class="hidden">{texts.before} </span>
                    <bdi>{row.from}</bdi>
                  </del>
                )}
                {row.from !== "" && row.to !== "" && " → "}
                {row.to !== "" && (
                  <ins>
                    <span class="hidden">{texts.after} </span>
                    <bdi>{row.to}</bdi>
                  </ins>
                )}
              </Fact>
            ))}
          </dl>
        </div>
      ))}
    </Sheet>
  );
}

function Trial({ r, review }: { r: Reader; review: Review }): JSX.Element {
  const { review: texts } = policyTexts(r.locale);
  const { book, period, run, problems } = review;
  const form: FormState = { r, problems };
  const stations = (stages: string[]) => stages.map((stage) => stageName(stage, r)).join(" → ");
  return (
    <Sheet id="trial" title={texts.dryRun}>
      <p class="hint">{texts.dryRunHint}</p>
      <Oops form={form} />
      <form class="filters" method="get" action={policyPath(book.policyId, "/draft#trial")} novalidate>
        <Field form={form} name="from" label={texts.from} type="date" value={period.from} />
        <Field form={form} name="to" label={texts.to} type="date" value={period.to} />
        <button class="btn" type="submit">
          {texts.run}
        </button>
      </form>
      {run && (
        <p role="status">
          {fill(run.changed.length === 0 ? texts.none : texts.result, {
            n: run.cases,
            m: run.changed.length,
          })}
        </p>
      )}
      {run && run.changed.length > 0 && (
        <Scroll label={texts.dryRun}>
          <table class="data">
            <thead>
              <tr>
                <th scope="col">{texts.case}</th>
                <th scope="col">{texts.before}</th>
                <th scope="col">{texts.after}</th>
              </tr>
            </thead>
            <tbody>
              {run.changed.map((one) => (
                <tr key={one.caseId}>
                  <td class="nowrap">
                    <a href={`/cases/${one.caseId}`}>{one.caseId}</a>
                  </td>
                  <td>{stations(one.before)}</td>
                  <td>{stations(one.after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Sheet>
  );
}

/** Are you sure? With what it means. `stale`: something changed since the reader pressed. */
export function publishPage(r: Reader, book: PolicyBook, draft: DraftView, refused: string | null): string {
  const { publish: texts, names } = policyTexts(r.locale);
  const { policyId, versions } = book;
  const n = (versions[0]?.version ?? 0) + 1;
  const title = fill(texts.title, { n, name: names[policyId] });
  const count = differencesIn(r, book, draft).reduce((sum, one) => sum + one.rows.length, 0);
  return page({
    r,
    title,
    here: "policies",
    narrow: true,
    children: (
      <section class="sheet" aria-labelledby="what">
        {refused && (
          <p class="notice notice-warn" role="alert">
            {refused}
          </p>
        )}
        <h1 id="what">{title}</h1>
        <p>{texts.text}</p>
        <p>{fill(texts.changes, { n: count })}</p>
        <form class="btns" method="post" action={policyPath(policyId, "/publish")}>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <input type="hidden" name="seen" value={draft.hash} />
          <button class="btn btn-main" type="submit">
            {fill(texts.button, { n })}
          </button>
          <a class="btn btn-bare" href={policyPath(policyId, "/draft")}>
            {texts.back}
          </a>
        </form>
      </section>
    ),
  });
}

/** Where a draft was looked for and there is none. */
export function noDraftPage(r: Reader, policyId: PolicyId, told: string | null): string {
  const texts = policyTexts(r.locale);
  return page({
    r,
    title: texts.draft,
    here: "policies",
    narrow: true,
    children: (
      <section class="sheet" aria-labelledby="what">
        <Told text={told} />
        <h1 id="what">{texts.names[policyId]}</h1>
        <Empty>
          <p>{texts.review.noDraft}</p>
        </Empty>
        <div class="btns">
          <a class="btn btn-main" href={policyPath(policyId)}>
            {texts.names[policyId]}
          </a>
        </div>
      </section>
    ),
  });
}
