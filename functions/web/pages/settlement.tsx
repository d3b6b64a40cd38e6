/** What a visit cost: the form as a clerk expects it, and afterwards what was handed in and what becomes of it. */
import type { JSX } from "preact";
import type { CaseView } from "../../case/view.ts";
import { FILE_TYPES } from "../../file/rules.ts";
import { closing } from "../../reception/settlement-rules.ts";
import { LINE_ITEMS, type Settlement } from "../../reception/settlement-schema.ts";
import { day, money, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { expenseNames } from "../../shared/i18n/sections/expenses.ts";
import { type SettlementTexts, settlementTexts } from "../../shared/i18n/sections/settlement.ts";
import { Fact, Money, Prose, Scroll, Sheet } from "../components/bits.tsx";
import { Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import type { Problem } from "../models/reception-form.ts";
import {
  blankRow,
  type ListName,
  type Row,
  type TextInput,
  totalsOf,
  type Values,
} from "../models/settlement-form.ts";
import { isolate, num, str, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

/** What the form shows of its case; little of it while its reader is signed out. */
export type Shown = Pick<
  CaseView,
  "caseId" | "title" | "content" | "phase" | "amount" | "settlement" | "steps" | "receptionListId"
> & { attachments: { attachmentId: string; name: string }[] };

export type SettlementForm = {
  view: Shown;
  values: Values;
  problems: Problem[];
  /** What no field can show. */
  message?: string;
  /** The visitor was signed out meanwhile. */
  signedOut?: boolean;
  /** Makes pressing twice one settlement. */
  key: string;
  /** Of the case's policy. */
  percent: number;
};

const pathOf = (caseId: string): string => `/receptions/${caseId}/settlement`;

/** From when to when the guests were there. */
export function visitOf(
  view: Pick<CaseView, "caseId" | "content">,
  texts: SettlementTexts,
  r: Reader,
): string {
  const on = (at: unknown) => (str(at) === "" ? texts.none : day(str(at), r.now, r.locale));
  return fill(texts.kicker, {
    caseId: view.caseId,
    arrive: on(view.content?.arriveAt),
    leave: on(view.content?.plannedLeaveAt),
  });
}

type Part = { form: FormState; values: Values; texts: SettlementTexts };

function Text({
  name,
  part,
  ...more
}: { part: Part; name: TextInput } & Partial<Parameters<typeof Field>[0]>): JSX.Element {
  const { form, values, texts } = part;
  return <Field form={form} name={name} label={texts.fields[name]} value={values.text[name]} {...more} />;
}

export function settlementFormPage(r: Reader, form: SettlementForm): string {
  const texts = settlementTexts(r.locale);
  const { view, values, problems, percent } = form;
  const title = fill(texts.of, { title: isolate(view.title) });
  const state: FormState = { r, problems };
  const part: Part = { form: state, values, texts };
  const action = pathOf(view.caseId);
  return page({
    r,
    title: problems.length > 0 ? fill(texts.error, { n: problems.length, title: texts.title }) : title,
    children: (
      <>
        <div class="head">
          <p class="kicker">{visitOf(view, texts, r)}</p>
          <h1>{title}</h1>
        </div>
        <form
          class="cols"
          id="settlement"
          method="post"
          action={action}
          data-approved={approvedOf(view)}
          data-percent={percent}
          novalidate
        >
          {/* The first button is what Enter presses: it computes, it never submits or removes. */}
          <button class="hidden" type="submit" name="do" value="totals" tabIndex={-1} aria-hidden="true">
            {texts.recalculate}
          </button>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <input type="hidden" name="key" value={form.key} />
          <div class="stack">
            <Oops form={state} message={form.message}>
              {form.signedOut && (
                <p>
                  <a class="btn" href="/auth/login" target="_blank" rel="noreferrer">
                    {r.t.web.form.signInNew}
                  </a>
                </p>
              )}
            </Oops>
            <Refused view={view} texts={texts} />
            <Visit part={part} />
            <Lines part={part} action={action} />
            <Invoices part={part} view={view} action={action} />
            <Guests part={part} view={view} action={action} />
            <Sheet id="share" title={texts.parts.share}>
              <Text part={part} name="personalShare" hint={texts.shareHint} inputMode="decimal" money />
              <Text
                part={part}
                name="overReason"
                hint={fill(texts.overHint, { percent })}
                rows={3}
                optional={totalsOf(values, approvedOf(view), percent).within}
              />
            </Sheet>
          </div>
          <aside class="stack stick" aria-label={texts.totals}>
            <Totals part={part} view={view} percent={percent} />
            <div class="btns">
              <button class="btn btn-main" type="submit" name="do" value="submit">
                {texts.submit}
              </button>
              <button class="btn" type="submit" name="do" value="totals" formaction={`${action}#sum`}>
                {texts.recalculate}
              </button>
              <a class="btn btn-bare" href={`/cases/${view.caseId}`}>
                {texts.cancel}
              </a>
            </div>
          </aside>
        </form>
        {r.csrf && <Photos r={r} view={view} texts={texts} />}
      </>
    ),
  });
}

/** What the settlement is held against: during a chain of its own the amount is what was charged. */
const approvedOf = (view: Shown): number =>
  view.phase === "settlement" ? view.amount : (view.settlement?.approved ?? view.amount);

/** Why the excess of an earlier settlement came back. */
function Refused({ view, texts }: { view: Shown; texts: SettlementTexts }): JSX.Element | null {
  const vote = view.steps
    .filter((step) => step.round > 1)
    .flatMap((step) => step.votes)
    .findLast((one) => (one.choice === "reject" || one.choice === "return") && !one.undone);
  if (!view.settlement) return null;
  return (
    <div class="notice notice-warn">
      <p>
        <b>{texts.again}</b>
      </p>
      {vote && (
        <p>
          <Prose
            text={fill(texts.refused, {
              name: isolate(vote.by.name),
              comment: vote.comment,
            })}
          />
        </p>
      )}
    </div>
  );
}

const Visit = ({ part }: { part: Part }): JSX.Element => (
  <Sheet id="visit" title={part.texts.parts.visit}>
    <div class="pair pair-t">
      <Text part={part} name="guestsTotal" inputMode="numeric" />
      <Text part={part} name="companionsTotal" inputMode="numeric" />
    </div>
    <Text part={part} name="place" maxLength={100} />
    <Text part={part} name="purpose" rows={3} />
    <Text part={part} name="guestRelation" hint={part.texts.relationHint} maxLength={100} />
  </Sheet>
);

/** The rows of a list, with buttons that work without a script and a template for it. */
function Rows({
  part,
  list,
  action,
  children,
}: {
  part: Part;
  list: ListName;
  action: string;
  children: (row: Row, index: number) => JSX.Element;
}): JSX.Element {
  const { texts, values } = part;
  const row = (one: Row, index: number) => (
    <div class="row row-wide" key={index}>
      <div class="pair pair-t">{children(one, index)}</div>
      <button
        class="btn btn-bare"
        type="submit"
        name="remove"
        value={`${list}.${index}`}
        formaction={`${action}#${list}`}
        data-label={texts.remove[list]}
      >
        {fill(texts.remove[list], { n: index + 1 })}
      </button>
    </div>
  );
  return (
    <div class="stack-s" data-rows={list}>
      {values[list].map(row)}
      <div>
        <button class="btn" type="submit" name="add" value={list} formaction={`${action}#${list}`}>
          {texts.add[list]}
        </button>
      </div>
      <template>{row(list === "lines" ? { ...blankRow(list), item: "meal" } : blankRow(list), 99)}</template>
    </div>
  );
}

type RowFieldProps = { part: Part; list: ListName; row: Row; index: number; leaf: string; label: string };

function RowField({
  part,
  list,
  row,
  index,
  leaf,
  label,
  ...more
}: RowFieldProps & Partial<Parameters<typeof Field>[0]>): JSX.Element {
  return (
    <Field
      form={part.form}
      name={`${list}.${index}.${leaf}`}
      label={fill(label, { n: index + 1 })}
      rowLabel={label}
      value={row[leaf] ?? ""}
      {...more}
    />
  );
}

function Lines({ part, action }: { part: Part; action: string }): JSX.Element {
  const { texts } = part;
  const { line } = texts;
  return (
    <Sheet id="lines" title={texts.parts.lines}>
      <p class="hint">{texts.rowsLeft}</p>
      <Rows part={part} list="lines" action={action}>
        {(row, index) => {
          const of = { part, list: "lines" as const, row, index };
          return (
            <>
              <Select
                form={part.form}
                name={`lines.${index}.item`}
                label={fill(line.item, { n: index + 1 })}
                rowLabel={line.item}
                value={row.item ?? ""}
                groups={[
                  {
                    options: LINE_ITEMS.map((item) => ({
                      value: item,
                      label: expenseNames(part.form.r.locale)[item],
                    })),
                  },
                ]}
              />
              <RowField {...of} leaf="amount" label={line.amount} inputMode="decimal" money />
              <RowField {...of} leaf="on" label={line.on} type="date" />
              <RowField {...of} leaf="place" label={line.place} maxLength={100} />
              <RowField {...of} leaf="people" label={line.people} inputMode="numeric" />
              <RowField {...of} leaf="invoiceNo" label={line.invoiceNo} maxLength={50} optional />
            </>
          );
        }}
      </Rows>
    </Sheet>
  );
}

function Invoices({ part, view, action }: { part: Part; view: Shown; action: string }): JSX.Element {
  const { texts } = part;
  const { invoice } = texts;
  const photos = [
    { value: "", label: texts.noPhoto },
    ...view.attachments.map(({ attachmentId, name }) => ({ value: attachmentId, label: name })),
  ];
  return (
    <Sheet id="invoices" title={texts.parts.invoices}>
      <p class="hint">{texts.invoicesNone}</p>
      <Rows part={part} list="invoices" action={action}>
        {(row, index) => {
          const of = { part, list: "invoices" as const, row, index };
          return (
            <>
              <RowField {...of} leaf="no" label={invoice.no} maxLength={50} />
              <RowField {...of} leaf="amount" label={invoice.amount} inputMode="decimal" money />
              <RowField {...of} leaf="issuedOn" label={invoice.issuedOn} type="date" />
              <RowField {...of} leaf="seller" label={invoice.seller} maxLength={100} />
              <Select
                form={part.form}
                name={`invoices.${index}.attachmentId`}
                label={fill(invoice.attachmentId, { n: index + 1 })}
                rowLabel={invoice.attachmentId}
                value={row.attachmentId ?? ""}
                groups={[{ options: photos }]}
                optional
              />
            </>
          );
        }}
      </Rows>
      <div>
        <button
          class="btn btn-bare"
          id="refresh"
          type="submit"
          name="do"
          value="totals"
          formaction={`${action}#invoices`}
        >
          {texts.refresh}
        </button>
      </div>
    </Sheet>
  );
}

function Guests({ part, view, action }: { part: Part; view: Shown; action: string }): JSX.Element {
  const { texts } = part;
  const { person } = texts;
  return (
    <Sheet id="people" title={texts.parts.list}>
      <p class="hint">{texts.listHint}</p>
      <Rows part={part} list="people" action={action}>
        {(row, index) => {
          const of = { part, list: "people" as const, row, index };
          return (
            <>
              <RowField {...of} leaf="unit" label={person.unit} maxLength={100} />
              <RowField {...of} leaf="name" label={person.name} maxLength={50} />
              <RowField {...of} leaf="post" label={person.post} maxLength={50} />
            </>
          );
        }}
      </Rows>
      {view.receptionListId && (
        <p>
          <a href={`/receptions/${view.caseId}/list`}>{texts.print}</a>
        </p>
      )}
    </Sheet>
  );
}

function Totals({ part, view, percent }: { part: Part; view: Shown; percent: number }): JSX.Element {
  const { texts, values } = part;
  const approved = approvedOf(view);
  const totals = totalsOf(values, approved, percent);
  const over = totals.difference > 0;
  const sum = (key: string, fen: number) => <output data-sum={key}>{money(fen)}</output>;
  return (
    <Sheet id="sum" title={texts.totals}>
      <dl class="facts facts-money">
        <Fact label={texts.approved}>
          <Money fen={approved} />
        </Fact>
        <Fact label={texts.lines}>{sum("lines", totals.lines)}</Fact>
        <Fact label={texts.share}>{sum("share", totals.share)}</Fact>
        <Fact label={texts.charged} sum>
          {sum("charged", totals.charged)}
        </Fact>
        <div data-when="left" hidden={over}>
          <dt>{texts.left}</dt>
          <dd>{sum("left", Math.max(0, -totals.difference))}</dd>
        </div>
        <div data-when="over" hidden={!over}>
          <dt>{texts.over}</dt>
          <dd class="late">{sum("over", Math.max(0, totals.difference))}</dd>
        </div>
      </dl>
      <p class="notice" data-when="within" hidden={!totals.within}>
        {fill(texts.within, { percent })}
      </p>
      <p class="notice notice-warn" data-when="beyond" hidden={totals.within} role="status">
        {fill(texts.beyond, { percent })}
      </p>
    </Sheet>
  );
}

/** Photos go to the case like every attachment; a page of its own takes over where the script cannot. */
function Photos({ r, view, texts }: { r: Reader; view: Shown; texts: SettlementTexts }): JSX.Element {
  const path = `/cases/${view.caseId}/attachments`;
  return (
    <Sheet id="photos" title={texts.photo}>
      <form
        class="field stack-s"
        method="post"
        action={path}
        target="_blank"
        data-upload={`/api${path}`}
        data-press="#refresh"
        data-uploading={r.t.web.case.uploading}
        data-checking={r.t.web.case.checking}
        data-failed={r.t.web.case.uploadFailed}
        rel="noopener"
      >
        <input type="hidden" name="csrf" value={r.csrf ?? ""} />
        <div class="field" data-picker hidden>
          <label for="upload">{texts.choosePhoto}</label>
          <input
            class="input"
            id="upload"
            type="file"
            accept={FILE_TYPES.join(",")}
            aria-describedby="upload-h"
            disabled
          />
        </div>
        <p class="hint" id="upload-h">
          {texts.photoHint} {r.t.file.limits}
        </p>
        <div class="btns">
          <button class="btn" type="submit">
            {texts.upload}
          </button>
          <span class="hint" data-told role="status" />
        </div>
      </form>
    </Sheet>
  );
}

/** What was handed in, and what became of it or comes next. */
export function settledPage(r: Reader, view: CaseView): string {
  const texts = settlementTexts(r.locale);
  const { settlement } = view;
  if (!settlement) return "";
  const { approved, charged } = settlement;
  const { released, extra } = closing(approved, charged);
  const closed = view.outcome === "settled";
  const title = fill(texts.of, { title: isolate(view.title) });
  const sums = { approved: money(approved), charged: money(charged), excess: money(extra) };
  return page({
    r,
    title,
    children: (
      <>
        <div class="head">
          <p class="kicker">{visitOf(view, texts, r)}</p>
          <h1>{title}</h1>
        </div>
        <section class="sheet" aria-labelledby="end">
          <h2 id="end">{closed ? texts.closed : texts.waiting}</h2>
          <p>{fill(closed ? texts.closedText : texts.waitingText, sums)}</p>
          {closed && released > 0 && <p>{fill(texts.released, { money: money(released) })}</p>}
          <p class="kicker">{fill(texts.submitted, { time: when(settlement.at, r.now, r.locale) })}</p>
          <div class="btns">
            <a class="btn" href={`/cases/${view.caseId}`}>
              {texts.toCase}
            </a>
            <a class="btn" href={`/receptions/${view.caseId}/list`}>
              {texts.print}
            </a>
          </div>
        </section>
        <Found view={view} texts={texts} />
        {settlement.data && (
          <Handed data={settlement.data as Settlement} texts={texts} r={r} charged={charged} />
        )}
      </>
    ),
  });
}

const Found = ({ view, texts }: { view: CaseView; texts: SettlementTexts }): JSX.Element => (
  <Sheet id="found" title={texts.findings}>
    {view.findings.length === 0 ? (
      <p class="quiet">{texts.foundNone}</p>
    ) : (
      <ul class="stack-s">
        {view.findings.map((one, index) => (
          <li class="notice notice-warn" key={`${one.kind}${index}`}>
            <bdi>{one.text}</bdi>
          </li>
        ))}
      </ul>
    )}
  </Sheet>
);

function Handed(of: { data: Settlement; texts: SettlementTexts; r: Reader; charged: number }): JSX.Element {
  const { data, texts, r, charged } = of;
  const { fields } = texts;
  return (
    <Sheet id="handed" title={texts.parts.lines}>
      <dl class="facts">
        <Fact label={fields.guestsTotal}>{data.guestsTotal}</Fact>
        <Fact label={fields.companionsTotal}>{data.companionsTotal}</Fact>
        <Fact label={fields.place}>
          <bdi>{data.place}</bdi>
        </Fact>
        <Fact label={fields.purpose}>
          <Prose text={data.purpose} />
        </Fact>
        <Fact label={fields.guestRelation}>
          <bdi>{data.guestRelation}</bdi>
        </Fact>
        {data.overReason && (
          <Fact label={fields.overReason}>
            <Prose text={data.overReason} />
          </Fact>
        )}
      </dl>
      <CostTable data={data} texts={texts} r={r} charged={charged} />
    </Sheet>
  );
}

/** Item, time, place and cost of each line. */
export function CostTable(of: {
  data: Settlement;
  texts: SettlementTexts;
  r: Reader;
  charged: number;
}): JSX.Element {
  const { data, texts, r, charged } = of;
  const { short } = texts;
  return (
    <Scroll label={texts.costs}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">{short.item}</th>
            <th scope="col">{texts.time}</th>
            <th scope="col">{short.place}</th>
            <th scope="col" class="num">
              {texts.cost}
            </th>
          </tr>
        </thead>
        <tbody>
          {data.lines.map((line, index) => (
            <tr key={index}>
              <td>
                {word(expenseNames(r.locale), line.item)}
                {num(line.people) > 0 && <small>{`${texts.short.people} ${line.people}`}</small>}
                {line.invoiceNo && (
                  <small>
                    {short.invoiceNo} <bdi>{line.invoiceNo}</bdi>
                  </small>
                )}
              </td>
              <td>
                {/* On paper with its year. */}
                <time dateTime={line.on} title={line.on}>
                  {day(`${line.on}T12:00:00+08:00`, r.now, r.locale)}
                </time>
              </td>
              <td>
                <bdi>{line.place}</bdi>
              </td>
              <td class="num">
                <Money fen={line.amount} />
              </td>
            </tr>
          ))}
          {data.personalShare > 0 && (
            <tr>
              <td colSpan={3}>{texts.share}</td>
              <td class="num">
                <Money fen={-data.personalShare} />
              </td>
            </tr>
          )}
          <tr class="total">
            <td colSpan={3}>{texts.charged}</td>
            <td class="num">
              <Money fen={charged} />
            </td>
          </tr>
        </tbody>
      </table>
    </Scroll>
  );
}
