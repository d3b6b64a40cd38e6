/** The form of one step of a follow-up: plain fields, what was typed is kept, problems at their place. */
import type { ComponentChildren, JSX } from "preact";
import { ATTEMPT_CHANNELS, ATTEMPT_RESULTS, CATEGORIES } from "../../complaint/model.ts";
import type { StepKind } from "../../follow-up/model.ts";
import { deadline, exact, phone } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { followUpCase } from "../../shared/i18n/sections/follow-up-case.ts";
import { followUpForms } from "../../shared/i18n/sections/follow-up-forms.ts";
import { Prose, Sheet } from "../components/bits.tsx";
import { Choices, Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { Attempts, contactOf, Errand, FollowUpFacts, RecordSheet } from "../components/follow-up-parts.tsx";
import { FollowUpTabs } from "../components/follow-up-tabs.tsx";
import { page } from "../components/layout.tsx";
import { type FollowUpStep, type FollowUpView, nameOf } from "../models/follow-up.ts";
import { type Typed, VISIT_NUMBERS, VISIT_TEXTS } from "../models/follow-up-forms.ts";
import type { Problem } from "../models/reception-form.ts";
import { left } from "../models/road.ts";
import { count, isolate, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

/** A colleague whom a transfer may name. */
export type Mate = { staffId: string; name: string; department: string; load: number; away: boolean };

export type FollowUpStepPage = {
  view: FollowUpView;
  step: FollowUpStep & { kind: StepKind };
  /** What was pressed and refused, with what stood in its fields; empty at first. */
  choice: string;
  typed: Typed;
  /** What the fields begin with. */
  defaults: Typed;
  problems: Problem[];
  message?: string;
  mates: Mate[];
  /** Half-days on this step in which nobody was reached. */
  failed: number;
  /** Makes pressing twice send once. */
  key: string;
};

type Props = { r: Reader; p: FollowUpStepPage };

const titleOf = (r: Reader, { view, step }: FollowUpStepPage): string => {
  const t = followUpForms(r.locale);
  return { "follow-up": t[view.mode].title, "new-contact": t.newContact.title, review: t.review.title }[
    step.kind
  ];
};

export function followUpStepPage(r: Reader, p: FollowUpStepPage): string {
  const { view, step, problems } = p;
  const t = followUpCase(r.locale);
  const plain = titleOf(r, p);
  const title =
    problems.length > 0 ? fill(r.t.web.form.errorTitle, { n: problems.length, title: plain }) : plain;
  const dueAt = step.kind === "follow-up" ? view.dueAt : step.dueAt;
  const rest = left(dueAt, r);
  return page({
    r,
    title: `${title} ${view.caseId}`,
    here: "follow-ups",
    children: (
      <>
        <FollowUpTabs r={r} here="list" below />
        <div class="head">
          <p class="kicker">
            <a href={`/follow-ups/${view.caseId}`}>{fill(t.back, { caseId: view.caseId })}</a> ·{" "}
            <bdi>{view.customerName}</bdi>
          </p>
          <h1>{plain}</h1>
          <p class={rest.late ? "late" : "quiet"}>
            <time dateTime={dueAt} title={exact(dueAt, r.locale)}>
              {`${deadline(dueAt, r.now, r.locale)} · ${rest.text}`}
            </time>
          </p>
        </div>
        <Oops form={{ r, problems }} {...(p.message ? { message: p.message } : {})} />
        <div class="cols">
          <div class="stack">
            <StepBody r={r} p={p} />
          </div>
          <aside class="stack" aria-label={t.facts.title}>
            <Sheet id="facts" title={t.facts.title}>
              <FollowUpFacts r={r} view={view} />
            </Sheet>
          </aside>
        </div>
      </>
    ),
  });
}

function StepBody({ r, p }: Props): JSX.Element {
  switch (p.step.kind) {
    case "follow-up":
      return (
        <>
          <Returned r={r} p={p} />
          <Contacts r={r} p={p} />
          {p.view.mode === "call" ? <Call r={r} p={p} /> : <Visit r={r} p={p} />}
          <Transfer r={r} p={p} />
        </>
      );
    case "new-contact":
      return <NewContact r={r} p={p} />;
    case "review":
      return <Review r={r} p={p} />;
  }
}

const stateOf = (r: Reader, p: FollowUpStepPage, choice: string): FormState => ({
  r,
  problems: p.choice === choice ? p.problems : [],
});

/** What stands in a field: what was typed into this form, else what it begins with. */
const shown = (p: FollowUpStepPage, choice: string, name: string): string =>
  (p.choice === choice ? p.typed[name] : p.defaults[name]) ?? "";

/** One choice of the step with its fields and its button. */
function ChoiceForm(p: {
  r: Reader;
  p: FollowUpStepPage;
  choice: string;
  button: string;
  look?: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <form class="stack" method="post" action={`/follow-ups/${p.p.view.caseId}/steps/${p.p.step.stepId}`}>
      <input type="hidden" name="csrf" value={p.r.csrf ?? ""} />
      <input type="hidden" name="key" value={p.p.key} />
      {p.children}
      <div class="btns">
        <button class={p.look ?? "btn btn-main"} type="submit" name="choice" value={p.choice}>
          {p.button}
        </button>
      </div>
    </form>
  );
}

function Wrong({ r, id, problem }: { r: Reader; id: string; problem: Problem }): JSX.Element {
  return (
    <p class="error" id={id}>
      <span class="hidden">{r.t.web.form.error}</span>
      {problem.message}
    </p>
  );
}

/** A comment under ids of its own: several forms of the page have one. */
function Comment(
  p: Props & { choice: string; label: string; hint?: string; optional?: boolean },
): JSX.Element {
  const { r, choice } = p;
  const id = `${choice}-comment`;
  const problem = stateOf(r, p.p, choice).problems.find((one) => one.input === "comment");
  const described = [problem ? `${id}-e` : "", p.hint ? `${id}-h` : ""].filter(Boolean).join(" ");
  return (
    <div class={problem ? "field bad" : "field"} id={problem ? "comment" : undefined}>
      <label for={id}>
        {p.label}
        {p.optional && <span class="opt">{r.t.web.form.optional}</span>}
      </label>
      {p.hint && (
        <p class="hint" id={`${id}-h`}>
          {p.hint}
        </p>
      )}
      {problem && <Wrong r={r} id={`${id}-e`} problem={problem} />}
      <textarea
        id={id}
        name="comment"
        rows={3}
        aria-invalid={problem ? "true" : undefined}
        aria-describedby={described || undefined}
      >
        {p.p.choice === choice ? (p.p.typed.comment ?? "") : ""}
      </textarea>
    </div>
  );
}

/** Why the record came back. */
function Returned({ r, p: { view } }: Props): JSX.Element | null {
  const last = view.events.findLast((event) => /^follow-up\.(recorded|returned)$/.test(event.kind));
  if (last?.kind !== "follow-up.returned" || !last.by) return null;
  return (
    <div class="notice notice-warn">
      <b>{fill(followUpForms(r.locale).returned, { name: nameOf(last.by) })}</b>
      <p>
        <Prose text={String(last.data?.comment ?? "")} />
      </p>
    </div>
  );
}

// ---- contacts

/** Those so far, the number to call, and one more in vain. */
function Contacts({ r, p }: Props): JSX.Element {
  const t = followUpForms(r.locale).attempt;
  const { view } = p;
  const contact = contactOf(view);
  const form = stateOf(r, p, "attempt");
  const value = (name: string) => shown(p, "attempt", name);
  return (
    <Sheet
      id="contacts"
      title={view.attempts.length > 0 ? count(t.count, view.attempts.length) : t.none}
      aside={
        contact && (
          <a class="btn" href={`tel:${contact.phone}`}>
            {`${fill(t.call, { name: isolate(contact.name) })} ${phone(contact.phone)}`}
          </a>
        )
      }
    >
      <Errand r={r} view={view} />
      {view.attempts.length > 0 && <Attempts r={r} view={view} />}
      <p class="hint">{fill(t.failed, { n: p.failed })}</p>
      <details class="why" open={p.choice === "attempt"}>
        <summary class="btn">{t.open}</summary>
        <ChoiceForm r={r} p={p} choice="attempt" button={t.button} look="btn">
          <p class="hint">{t.hint}</p>
          <Contact r={r} form={form} prefix="attempt" value={value} results />
          <NoteField r={r} form={form} value={value("note")} />
        </ChoiceForm>
      </details>
    </Sheet>
  );
}

function NoteField({ r, form, value }: { r: Reader; form: FormState; value: string }): JSX.Element {
  const problem = form.problems.find((one) => one.input === "note");
  return (
    <div class={problem ? "field bad" : "field"} id={problem ? "note" : undefined}>
      <label for="attempt-note">
        {followUpForms(r.locale).attempt.note}
        <span class="opt">{r.t.web.form.optional}</span>
      </label>
      {problem && <Wrong r={r} id="attempt-note-e" problem={problem} />}
      <textarea
        id="attempt-note"
        name="note"
        rows={2}
        aria-describedby={problem ? "attempt-note-e" : undefined}
      >
        {value}
      </textarea>
    </div>
  );
}

/** When and how somebody was called. Two forms of the page have it: each under ids of its own. */
function Contact(p: {
  r: Reader;
  form: FormState;
  prefix: string;
  value: (name: string) => string;
  results?: boolean;
}): JSX.Element {
  const { r, form, prefix } = p;
  const t = followUpForms(r.locale).attempt;
  const words = complaintWords(r.locale);
  const problem = form.problems.find((one) => one.input === "date");
  const select = (name: "channel" | "result", options: readonly string[], texts: Record<string, string>) => (
    <div class="field">
      <label for={`${prefix}-${name}`}>{t[name]}</label>
      <select id={`${prefix}-${name}`} name={name}>
        {options.map((one) => (
          <option key={one} value={one} selected={p.value(name) === one}>
            {wordOf(texts, one)}
          </option>
        ))}
      </select>
    </div>
  );
  return (
    <div class={problem ? "bad stack-s" : "stack-s"} id={problem ? "date" : undefined}>
      {problem && <Wrong r={r} id={`${prefix}-date-e`} problem={problem} />}
      <div class="pair pair-t">
        {(["date", "time"] as const).map((name) => (
          <div class="field" key={name}>
            <label for={`${prefix}-${name}`}>{t[name]}</label>
            <input
              class="input"
              id={`${prefix}-${name}`}
              name={name}
              type={name}
              value={p.value(name)}
              aria-invalid={problem ? "true" : undefined}
              aria-describedby={problem ? `${prefix}-date-e` : undefined}
            />
          </div>
        ))}
        {select("channel", ATTEMPT_CHANNELS, words.attemptChannels)}
        {p.results &&
          select(
            "result",
            ATTEMPT_RESULTS.filter((one) => one !== "reached"),
            words.attemptResults,
          )}
      </div>
    </div>
  );
}

// ---- records

type FormProps = { r: Reader; p: FollowUpStepPage; form: FormState; value: (name: string) => string };

const doneForm = (r: Reader, p: FollowUpStepPage): FormProps => ({
  r,
  p,
  form: stateOf(r, p, "done"),
  value: (name) => shown(p, "done", name),
});

function Call({ r, p }: Props): JSX.Element {
  const all = followUpForms(r.locale);
  const t = all.call;
  const of = doneForm(r, p);
  const { form, value } = of;
  const wasReached = p.view.attempts.some((one) => one.result === "reached");
  return (
    <Sheet id="record" title={t.record}>
      <ChoiceForm r={r} p={p} choice="done" button={all.button}>
        {!wasReached && <Contact r={r} form={form} prefix="done" value={value} />}
        <Field form={form} name="contactName" label={t.contactName} value={value("contactName")} />
        <Choices
          form={form}
          name="satisfaction"
          legend={t.satisfaction}
          options={(["5", "4", "3", "2", "1"] as const).map((one) => ({ value: one, label: t.marks[one] }))}
          chosen={[value("satisfaction")]}
        />
        <Issue {...of} />
        <Said {...of} />
        <ToComplaint {...of} />
        <Next {...of} />
      </ChoiceForm>
    </Sheet>
  );
}

function Issue({ r, form, value }: FormProps): JSX.Element {
  const { issue: t, choose } = followUpForms(r.locale);
  const words = complaintWords(r.locale);
  return (
    <Choices
      form={form}
      name="issueFound"
      legend={t.legend}
      options={[
        { value: "no", label: t.no },
        { value: "yes", label: t.yes },
      ]}
      chosen={[value("issueFound")]}
    >
      <div class="follow-yes">
        <Select
          form={form}
          name="issueCategory"
          label={t.category}
          value={value("issueCategory")}
          groups={[
            {
              options: [
                { value: "", label: choose },
                ...CATEGORIES.map((one) => ({ value: one, label: words.categories[one] })),
              ],
            },
          ]}
        />
      </div>
    </Choices>
  );
}

/** The customer's own words, and what they ask for. */
function Said({ r, form, value }: FormProps): JSX.Element {
  const t = followUpForms(r.locale).call;
  const field = (name: "verbatim" | "newNeeds" | "suggestion", rows: number) => (
    <Field form={form} name={name} label={t[name]} value={value(name)} rows={rows} optional />
  );
  return (
    <>
      {field("verbatim", 3)}
      <div class="pair">
        {field("newNeeds", 2)}
        {field("suggestion", 2)}
      </div>
    </>
  );
}

/** Whether it becomes a complaint, and what that means. */
function ToComplaint({ r, p, form, value }: FormProps): JSX.Element {
  const t = followUpForms(r.locale).issue;
  if (p.view.complaintId)
    return (
      <p class="hint">
        <input type="hidden" name="needsComplaint" value={value("needsComplaint")} />
        {fill(t.already, { complaintId: p.view.complaintId })}
      </p>
    );
  return (
    <Choices
      form={form}
      name="needsComplaint"
      legend={t.complaint}
      options={[
        { value: "no", label: t.complaintNo },
        { value: "yes", label: t.complaintYes, note: t.complaintNote },
      ]}
      chosen={[value("needsComplaint")]}
    />
  );
}

/** A next date, or none and why. */
function Next({ r, form, value }: FormProps): JSX.Element {
  const t = followUpForms(r.locale).next;
  return (
    <Choices
      form={form}
      name="next"
      legend={t.legend}
      options={(["date", "none"] as const).map((one) => ({ value: one, label: t[one] }))}
      chosen={[value("next")]}
    >
      <div class="follow-date">
        <Field form={form} name="nextOn" label={t.on} hint={t.onHint} value={value("nextOn")} type="date" />
      </div>
      <div class="follow-none">
        <Field form={form} name="noNextReason" label={t.reason} value={value("noNextReason")} rows={2} />
      </div>
    </Choices>
  );
}

function Visit({ r, p }: Props): JSX.Element {
  const all = followUpForms(r.locale);
  const t = all.visit;
  const of = doneForm(r, p);
  const { form, value } = of;
  type Name = Exclude<keyof typeof t, "parts">;
  const line = (name: Name, more: { type?: "date" | "tel"; hint?: string; rows?: number } = {}) => (
    <Field form={form} name={name} label={t[name]} value={value(name)} {...more} />
  );
  return (
    <Sheet id="record" title={t.record}>
      <ChoiceForm r={r} p={p} choice="done" button={all.button}>
        <Part mark="1" title={t.parts.visit}>
          {line("customerName")}
          {line("customerAddress")}
          {line("visitDate", { type: "date" })}
          <div class="pair">
            <FilledAt {...of} />
          </div>
          {line("visitors", { hint: t.visitorsHint, rows: 2 })}
          <Frequency {...of} />
          {VISIT_TEXTS.visit.map((name) => line(name, { rows: 2 }))}
        </Part>
        <Part mark="2" title={t.parts.customer}>
          {VISIT_TEXTS.customer.map((name) => line(name, { rows: 2 }))}
          {line("companyType")}
          <div class="pair">
            {VISIT_NUMBERS.map((name) => (
              <Field
                key={name}
                form={form}
                name={name}
                label={t[name]}
                value={value(name)}
                inputMode="numeric"
              />
            ))}
          </div>
          <div class="pair">
            {line("contactName")}
            {line("contactPhone", { type: "tel" })}
          </div>
        </Part>
        <Part mark="3" title={t.parts.talk}>
          {VISIT_TEXTS.talk.map((name) => line(name, { rows: 2 }))}
          <Choices
            form={form}
            name="satisfaction"
            legend={all.call.satisfaction}
            optional
            options={(["5", "4", "3", "2", "1"] as const).map((one) => ({
              value: one,
              label: all.call.marks[one],
            }))}
            chosen={[value("satisfaction")]}
          />
          <Issue {...of} />
          <Said {...of} />
        </Part>
        <Part mark="4" title={t.parts.next}>
          <ToComplaint {...of} />
          <Next {...of} />
        </Part>
      </ChoiceForm>
    </Sheet>
  );
}

const Part = (p: { mark: string; title: string; children: ComponentChildren }): JSX.Element => (
  <section class="part" aria-labelledby={`part-${p.mark}`}>
    <h3 class="part-name" id={`part-${p.mark}`}>
      <span>{p.mark}</span>
      {p.title}
    </h3>
    <div class="fields">{p.children}</div>
  </section>
);

function FilledAt({ r, form, value }: FormProps): JSX.Element {
  const t = followUpForms(r.locale).visit;
  return (
    <>
      <Field form={form} name="filledDate" label={t.filledDate} value={value("filledDate")} type="date" />
      <Field form={form} name="filledTime" label={t.filledTime} value={value("filledTime")} type="time" />
    </>
  );
}

/** 每月 1 次. */
function Frequency({ r, form, value }: FormProps): JSX.Element {
  const t = followUpForms(r.locale).visit;
  const { units } = followUpCase(r.locale).record;
  return (
    <fieldset class="field">
      <legend>{t.frequency}</legend>
      <div class="pair pair-s">
        <Field form={form} name="count" label={t.frequencyCount} value={value("count")} inputMode="numeric" />
        <Select
          form={form}
          name="unit"
          label={t.frequencyUnit}
          value={value("unit")}
          groups={[{ options: Object.entries(units).map(([unit, label]) => ({ value: unit, label })) }]}
        />
      </div>
    </fieldset>
  );
}

// ---- in other hands, and what the lead decides

function Transfer({ r, p }: Props): JSX.Element {
  const all = followUpForms(r.locale);
  const t = all.transfer;
  const option = (one: Mate) => ({
    value: one.staffId,
    label: [
      one.name,
      word(r.t.words.departments, one.department),
      fill(t.load, { n: one.load }),
      ...(one.away ? [t.away] : []),
    ].join(" · "),
  });
  return (
    <section class="sheet" aria-label={t.open}>
      <details class="why" open={p.choice === "transfer"}>
        <summary class="btn">{t.open}</summary>
        <ChoiceForm r={r} p={p} choice="transfer" button={t.button} look="btn">
          <Select
            form={stateOf(r, p, "transfer")}
            name="toStaffId"
            label={t.person}
            value={p.choice === "transfer" ? (p.typed.toStaffId ?? "") : ""}
            groups={[{ options: [{ value: "", label: all.choose }, ...p.mates.map(option)] }]}
          />
          <Comment r={r} p={p} choice="transfer" label={t.reason} />
        </ChoiceForm>
      </details>
    </section>
  );
}

function NewContact({ r, p }: Props): JSX.Element {
  const t = followUpForms(r.locale).newContact;
  const form = stateOf(r, p, "retry");
  const value = (name: string) => (p.choice === "retry" ? (p.typed[name] ?? "") : "");
  return (
    <>
      <Sheet id="contacts" title={followUpCase(r.locale).attempts.title}>
        <Attempts r={r} view={p.view} />
        <p>{t.lead}</p>
      </Sheet>
      <Sheet id="retry" title={t.retry}>
        <ChoiceForm r={r} p={p} choice="retry" button={t.retryButton}>
          <Field form={form} name="name" label={t.name} value={value("name")} autocomplete="name" />
          <Field
            form={form}
            name="phone"
            label={t.phone}
            value={value("phone")}
            type="tel"
            autocomplete="tel"
          />
        </ChoiceForm>
      </Sheet>
      <Sheet id="give-up" title={t.giveUp}>
        <p class="quiet">{t.giveUpHint}</p>
        <ChoiceForm r={r} p={p} choice="give-up" button={t.giveUpButton} look="btn btn-no">
          <Comment r={r} p={p} choice="give-up" label={t.reason} />
        </ChoiceForm>
      </Sheet>
    </>
  );
}

function Review({ r, p }: Props): JSX.Element {
  const t = followUpForms(r.locale).review;
  return (
    <>
      <RecordSheet r={r} view={p.view} />
      <Sheet id="accept" title={t.accept}>
        <p class="quiet">{t.acceptNote}</p>
        <ChoiceForm r={r} p={p} choice="accept" button={t.acceptButton}>
          <Comment r={r} p={p} choice="accept" label={t.comment} optional />
        </ChoiceForm>
      </Sheet>
      <Sheet id="return" title={t.return}>
        <ChoiceForm r={r} p={p} choice="return" button={t.returnButton} look="btn">
          <Comment r={r} p={p} choice="return" label={t.reason} hint={t.reasonHint} />
        </ChoiceForm>
      </Sheet>
    </>
  );
}
