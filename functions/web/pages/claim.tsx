/** A claim with the insurer: what it is about, the officer's form, its clock and its history. */
import type { JSX } from "preact";
import type { ClaimContent } from "../../claim/model.ts";
import type { ClaimView } from "../../claim/view.ts";
import type { ClockView } from "../../complaint/clock-rules.ts";
import { deadline, money, timeLeft, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { claimTexts } from "../../shared/i18n/sections/claim.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { Fact, Prose, Sheet, When } from "../components/bits.tsx";
import { ClockSheets } from "../components/complaint-clock.tsx";
import { Field, type FormState, Oops } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import { type ClaimValues, claimTimeline, documentName } from "../models/claim.ts";
import { casePath } from "../models/paths.ts";
import { anchorOf, type Problem } from "../models/reception-form.ts";
import { isolate } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export type ClaimPage = {
  view: ClaimView;
  clocks: ClockView[];
  /** The officer's form; null for everybody else and once it is settled. */
  form: { stepId: string; values: ClaimValues; problems: Problem[]; message?: string } | null;
  told: "saved" | "done" | null;
};

export function claimPage(r: Reader, { view, clocks, form, told }: ClaimPage): string {
  const t = claimTexts(r.locale);
  const title = fill(t.title, { caseId: view.caseId });
  const open = view.status === "open";
  return page({
    r,
    title,
    children: (
      <>
        {told && (
          <p class="notice" role="status">
            {t.told[told]}
          </p>
        )}
        <div class="head">
          <h1>
            {title} <span class={open ? "tag" : "tag tag-done"}>{open ? t.open : t.closed}</span>
          </h1>
        </div>
        <Now r={r} view={view} />
        {form && <Settle r={r} caseId={view.caseId} form={form} />}
        <Result r={r} view={view} />
        <About r={r} view={view} />
        <ClockSheets r={r} clocks={clocks} />
        <Sheet id="history" title={t.history}>
          <ol class="steps">
            {claimTimeline(view, r).map((line) => (
              <li key={line.seq}>
                <p>{line.text}</p>
                <p class="quiet">
                  <When at={line.at} r={r} />
                </p>
              </li>
            ))}
          </ol>
        </Sheet>
      </>
    ),
  });
}

function Now({ r, view }: { r: Reader; view: ClaimView }): JSX.Element | null {
  const t = claimTexts(r.locale);
  if (view.claim) {
    const { insurer, amount } = view.claim;
    const text = amount > 0 ? t.recorded : t.recordedNone;
    return <p>{fill(text, { insurer: isolate(insurer), amount: money(amount) })}</p>;
  }
  const step = view.steps.find((one) => one.status === "open");
  if (!step) return null;
  const names = step.assignees.map((one) => isolate(one.name)).join(r.t.words.listSeparator);
  const { late, text } = timeLeft(step.dueAt, r.now, r.locale);
  const due = deadline(step.dueAt, r.now, r.locale);
  return late ? (
    <p class="notice notice-warn">{fill(t.late, { names, span: text })}</p>
  ) : (
    <p>{fill(t.waiting, { names, due })}</p>
  );
}

function About({ r, view }: { r: Reader; view: ClaimView }): JSX.Element {
  const t = claimTexts(r.locale).facts;
  const content = view.content as ClaimContent | null;
  const rows: [string, string | null][] = content
    ? [
        [t.organisation, content.organisation],
        [t.waybill, content.waybillNo],
        [t.occurredAt, content.occurredAt && when(content.occurredAt, r.now, r.locale)],
        [t.description, content.description],
        [t.remedy, content.remedySought],
        [t.cause, content.cause],
        [t.found, content.facts],
        [t.responsibility, content.responsibility],
      ]
    : [[t.description, t.erased]];
  return (
    <Sheet id="about" title={t.title}>
      <dl class="facts">
        <Fact label={t.complaint}>
          <a href={casePath(view.complaintId)}>{view.complaintId}</a>
        </Fact>
        <Fact label={t.category}>{wordOf(complaintWords(r.locale).categories, view.category)}</Fact>
        {rows
          .filter(([, value]) => value)
          .map(([label, value]) => (
            <Fact key={label} label={label}>
              <Prose text={value ?? ""} />
            </Fact>
          ))}
      </dl>
      <p class="quiet">{t.photos}</p>
    </Sheet>
  );
}

function Result({ r, view }: { r: Reader; view: ClaimView }): JSX.Element | null {
  const t = claimTexts(r.locale).result;
  if (!view.claim) return null;
  const { documents, insurer, amount } = view.claim;
  return (
    <Sheet id="result" title={t.title}>
      <dl class="facts">
        <Fact label={t.insurer}>
          <bdi>{insurer}</bdi>
        </Fact>
        <Fact label={t.amount}>{money(amount)}</Fact>
      </dl>
      <h3>{t.documents}</h3>
      <ul class="stack-s">
        {documents.map((one, index) => (
          <li key={index}>
            {documentName(one.name, r)}{" "}
            <span class={one.received ? "tag tag-done" : "tag tag-warn"}>
              {one.received ? t.received : t.notReceived}
            </span>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

function Settle({
  r,
  caseId,
  form: { stepId, values, problems, message },
}: {
  r: Reader;
  caseId: string;
  form: NonNullable<ClaimPage["form"]>;
}): JSX.Element {
  const t = claimTexts(r.locale).form;
  const form: FormState = { r, problems };
  const fixed = values.documents.filter((one) => one.fixed).length;
  return (
    <Sheet id="settle" title={t.title}>
      <Oops form={form} message={message} />
      <form class="stack" method="post" action={`/claims/${caseId}/steps/${stepId}`} novalidate>
        <input type="hidden" name="csrf" value={r.csrf ?? ""} />
        <input type="hidden" name="key" value={values.key} />
        <fieldset class="field">
          <legend>{t.documents}</legend>
          <p class="hint">{t.documentsHint}</p>
          <div class="choices">
            {values.documents.map((one, row) =>
              one.fixed ? (
                <label class="choice" key={row}>
                  <input type="hidden" name={`documents.${row}.name`} value={one.name} />
                  <input
                    id={anchorOf(`documents.${row}.name`)}
                    type="checkbox"
                    name={`documents.${row}.received`}
                    value="yes"
                    checked={one.received}
                  />
                  <span>{documentName(one.name, r)}</span>
                </label>
              ) : null,
            )}
          </div>
        </fieldset>
        {values.documents.map((one, row) =>
          one.fixed ? null : (
            <div class="pair pair-t" key={row}>
              <Field
                form={form}
                name={`documents.${row}.name`}
                label={fill(t.other, { n: row - fixed + 1 })}
                value={one.name}
                maxLength={100}
                optional
              />
              <label class="choice">
                <input
                  type="checkbox"
                  name={`documents.${row}.received`}
                  value="yes"
                  checked={one.received}
                />
                <span>{fill(t.received, { name: one.name || fill(t.other, { n: row - fixed + 1 }) })}</span>
              </label>
            </div>
          ),
        )}
        <div class="pair pair-t">
          <Field form={form} name="insurer" label={t.insurer} value={values.insurer} maxLength={100} />
          <Field
            form={form}
            name="amount"
            label={t.amount}
            hint={t.amountHint}
            value={values.amount}
            inputMode="decimal"
            money
          />
        </div>
        <Field
          form={form}
          name="comment"
          label={t.comment}
          value={values.comment}
          rows={2}
          maxLength={2000}
          optional
        />
        <p class="hint">{t.doneHint}</p>
        <div class="btns">
          <button class="btn btn-main" type="submit" name="choice" value="done">
            {t.done}
          </button>
          <button class="btn" type="submit" name="choice" value="save">
            {t.save}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
