/** The form of one step of a complaint: plain fields, what was typed is kept, problems at their place. */
import type { ComponentChildren, JSX } from "preact";
import type { StepView } from "../../case/view.ts";
import {
  ATTEMPT_CHANNELS,
  ATTEMPT_RESULTS,
  CATEGORIES,
  DISPOSITIONS,
  INVESTIGATION_FIELDS,
} from "../../complaint/model.ts";
import { DEPARTMENTS } from "../../directory/model.ts";
import { deadline, exact, phone, shortMoney, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintCase } from "../../shared/i18n/sections/complaint-case.ts";
import { complaintForms } from "../../shared/i18n/sections/complaint-forms.ts";
import { complaintStory } from "../../shared/i18n/sections/complaint-story.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { Fact, Prose, Sheet } from "../components/bits.tsx";
import { ComplaintFacts } from "../components/complaint-parts.tsx";
import { type Mate, Outward, Wrong } from "../components/complaint-talk.tsx";
import { Choices, Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import { type ComplaintView, complaintTitle, customerName } from "../models/complaint.ts";
import { attemptsOn, failedOn } from "../models/complaint-follow-up.ts";
import { mayClaim, type StepForm, type Typed } from "../models/complaint-forms.ts";
import type { Problem } from "../models/reception-form.ts";
import { left } from "../models/road.ts";
import { count, isolate, str, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

/** A colleague with what an assignment looks at. */
export type Candidate = Mate & { skills: string[]; load: number; away: boolean };

export type ComplaintStepPage = {
  view: ComplaintView;
  step: StepView & { kind: StepForm };
  /** What was pressed and refused, with what stood in its fields; empty at first. */
  choice: string;
  typed: Typed;
  /** What the fields begin with. */
  defaults: Typed;
  problems: Problem[];
  message?: string;
  /** Whom the step may name. */
  candidates: Candidate[];
  /** What a handler may pay without asking (fen). */
  limit: number;
  /** Makes pressing twice send once. */
  key: string;
};

export function complaintStepPage(r: Reader, p: ComplaintStepPage): string {
  const { view, step, problems } = p;
  const t = complaintForms(r.locale);
  const words = t.steps[step.kind];
  const title =
    problems.length > 0
      ? fill(r.t.web.form.errorTitle, { n: problems.length, title: words.title })
      : words.title;
  const rest = left(step.dueAt, r);
  return page({
    r,
    title: `${title} ${view.caseId}`,
    here: "complaints",
    children: (
      <>
        <div class="head">
          <p class="kicker">
            <a href={`/complaints/${view.caseId}`}>{fill(t.back, { caseId: view.caseId })}</a> ·{" "}
            {complaintTitle(view, r)}
          </p>
          <h1>{words.title}</h1>
          <p class={rest.late ? "late" : "quiet"}>
            <time dateTime={step.dueAt} title={exact(step.dueAt, r.locale)}>
              {view.paused
                ? complaintCase(r.locale).paused
                : `${deadline(step.dueAt, r.now, r.locale)} · ${rest.text}`}
            </time>
          </p>
        </div>
        <Oops form={{ r, problems }} {...(p.message ? { message: p.message } : {})} />
        <div class="cols">
          <div class="stack">
            <StepBody r={r} p={p} />
          </div>
          <aside class="stack" aria-label={complaintCase(r.locale).facts.title}>
            <Sheet id="about" title={complaintCase(r.locale).facts.title}>
              <ComplaintFacts r={r} view={view} />
            </Sheet>
          </aside>
        </div>
      </>
    ),
  });
}

type Props = { r: Reader; p: ComplaintStepPage };

function StepBody({ r, p }: Props): JSX.Element {
  switch (p.step.kind) {
    case "assign":
      return <Assign r={r} p={p} />;
    case "investigate":
      return <Investigate r={r} p={p} />;
    case "exchange":
      return <Exchange r={r} p={p} />;
    case "customer-confirm":
      return <ByPhone r={r} p={p} />;
    case "follow-up":
      return <FollowUp r={r} p={p} />;
    case "manager-decision":
      return <Decide r={r} p={p} />;
  }
}

const stateOf = (r: Reader, p: ComplaintStepPage, choice: string): FormState => ({
  r,
  problems: p.choice === choice ? p.problems : [],
});

/** What stands in a field: what was typed into this form, else what it begins with. */
const shown = (p: ComplaintStepPage, choice: string, name: string): string =>
  (p.choice === choice ? p.typed[name] : p.defaults[name]) ?? "";

function StepForms(p: { r: Reader; p: ComplaintStepPage; children: ComponentChildren }): JSX.Element {
  return (
    <form class="stack" method="post" action={`/complaints/${p.p.view.caseId}/steps/${p.p.step.stepId}`}>
      <input type="hidden" name="csrf" value={p.r.csrf ?? ""} />
      <input type="hidden" name="key" value={p.p.key} />
      {p.children}
    </form>
  );
}

const Press = ({ choice, text, look }: { choice: string; text: string; look?: string }): JSX.Element => (
  <div class="btns">
    <button class={look ?? "btn btn-main"} type="submit" name="choice" value={choice}>
      {text}
    </button>
  </div>
);

/** A text that must be given beside a choice. Its id names the choice, because a page may hold several. */
function CommentFor(p: {
  r: Reader;
  p: ComplaintStepPage;
  choice: string;
  label: string;
  hint?: string;
  rows?: number;
}): JSX.Element {
  const { r, choice } = p;
  const id = `comment-${choice}`;
  const problem = p.p.choice === choice ? p.p.problems.find((one) => one.input === "comment") : undefined;
  const described = [problem ? `${id}-e` : "", p.hint ? `${id}-h` : ""].filter(Boolean).join(" ");
  return (
    <div class={problem ? "field bad" : "field"} id={problem ? "comment" : undefined}>
      <label for={id}>{p.label}</label>
      {p.hint && (
        <p class="hint" id={`${id}-h`}>
          {p.hint}
        </p>
      )}
      {problem && <Wrong r={r} id={`${id}-e`} text={problem.message} />}
      <textarea
        id={id}
        name="comment"
        rows={p.rows ?? 3}
        required
        aria-invalid={problem ? "true" : undefined}
        aria-describedby={described || undefined}
      >
        {p.p.choice === choice ? (p.p.typed.comment ?? "") : ""}
      </textarea>
    </div>
  );
}

/** Colleagues, the fitting ones first, each with what he has in hand. */
function People(p: { r: Reader; p: ComplaintStepPage; choice: string; label: string }): JSX.Element {
  const { r, choice } = p;
  const t = complaintForms(r.locale);
  const { category } = p.p.view;
  const fits = (one: Candidate) => one.skills.includes(category) && !one.away;
  const order = [...p.p.candidates].sort(
    (a, b) => Number(fits(b)) - Number(fits(a)) || a.load - b.load || a.name.localeCompare(b.name, "zh-CN"),
  );
  const label = (one: Candidate) =>
    [
      one.name,
      word(r.t.words.departments, one.department),
      fill(t.load, { n: one.load }),
      ...(one.away ? [t.away] : []),
      ...(one.skills.includes(category) ? [] : [t.unskilled]),
    ].join(" · ");
  const id = `toStaffId-${choice}`;
  const problem = p.p.choice === choice ? p.p.problems.find((one) => one.input === "toStaffId") : undefined;
  return (
    <div class={problem ? "field bad" : "field"} id={problem ? "toStaffId" : undefined}>
      <label for={id}>{p.label}</label>
      {problem && <Wrong r={r} id={`${id}-e`} text={problem.message} />}
      <select
        id={id}
        name="toStaffId"
        required
        aria-invalid={problem ? "true" : undefined}
        aria-describedby={problem ? `${id}-e` : undefined}
      >
        <option value="">{t.choose}</option>
        {order.map((one) => (
          <option
            key={one.staffId}
            value={one.staffId}
            selected={p.p.choice === choice && p.p.typed.toStaffId === one.staffId}
          >
            {label(one)}
          </option>
        ))}
      </select>
    </div>
  );
}

function Assign({ r, p }: Props): JSX.Element {
  const t = complaintForms(r.locale).steps.assign;
  return (
    <Sheet id="step" title={t.title}>
      <p class="quiet">{t.lead}</p>
      <StepForms r={r} p={p}>
        <People r={r} p={p} choice="assign" label={t.person} />
        <CommentFor r={r} p={p} choice="assign" label={t.commentLabel} />
        <Press choice="assign" text={t.button} />
      </StepForms>
    </Sheet>
  );
}

function Investigate({ r, p }: Props): JSX.Element {
  const t = complaintForms(r.locale).steps.investigate;
  const forms = complaintForms(r.locale);
  const words = complaintWords(r.locale);
  const form = stateOf(r, p, "done");
  const value = (name: string) => shown(p, "done", name);
  const limit = shortMoney(p.limit);
  return (
    <>
      <Refused r={r} p={p} />
      <StepForms r={r} p={p}>
        <Sheet id="investigation" title={t.investigation}>
          <p class="quiet small">{p.view.investigation ? t.earlier : t.lead}</p>
          {INVESTIGATION_FIELDS.map((name) => (
            <Field
              key={name}
              form={form}
              name={name}
              label={words.investigation[name]}
              hint={t.hints[name]}
              value={value(name)}
              rows={name === "facts" ? 4 : 3}
            />
          ))}
        </Sheet>
        <Sheet id="disposition" title={t.disposition}>
          <Choices
            form={form}
            name="type"
            legend={t.type}
            options={DISPOSITIONS.map((one) => ({ value: one, label: words.dispositions[one] }))}
            chosen={[value("type")]}
          >
            <Field
              form={form}
              name="amount"
              label={t.amount}
              hint={fill(t.amountHint, { limit })}
              value={value("amount")}
              inputMode="decimal"
              money
              follow
            />
          </Choices>
          <div class="outer">
            <p class="to">
              <Outward />
              {fill(forms.message.label, { name: customerName(p.view, r) })}
            </p>
            <div>
              <Field
                form={form}
                name="noticeText"
                label={t.notice}
                hint={t.noticeHint}
                value={value("noticeText")}
                rows={7}
              />
            </div>
          </div>
          {mayClaim(p.view) && (
            <label class="choice">
              <input type="checkbox" name="claim" value="yes" checked={value("claim") === "yes"} />
              <span>
                {t.claim}
                <small>{t.claimHint}</small>
              </span>
            </label>
          )}
          <Press choice="done" text={t.button} />
        </Sheet>
      </StepForms>
      <section class="sheet" aria-label={forms.more}>
        <details class="why" open={p.choice === "hand-over"} name="other">
          <summary class="btn">{t.handOver}</summary>
          <StepForms r={r} p={p}>
            <Select
              form={stateOf(r, p, "hand-over")}
              name="toDepartment"
              label={t.toDepartment}
              hint={t.handOverHint}
              value={p.choice === "hand-over" ? (p.typed.toDepartment ?? "") : ""}
              groups={[
                {
                  options: [
                    { value: "", label: forms.choose },
                    ...DEPARTMENTS.filter((one) => one !== p.view.respondingDept).map((one) => ({
                      value: one,
                      label: word(r.t.words.departments, one),
                    })),
                  ],
                },
              ]}
            />
            <CommentFor r={r} p={p} choice="hand-over" label={forms.comment} hint={forms.reasonHint} />
            <Press choice="hand-over" text={t.handOverButton} />
          </StepForms>
        </details>
        <details class="why" open={p.choice === "transfer"} name="other">
          <summary class="btn">{t.transfer}</summary>
          <StepForms r={r} p={p}>
            <People r={r} p={p} choice="transfer" label={forms.steps.assign.person} />
            <CommentFor r={r} p={p} choice="transfer" label={forms.comment} hint={forms.reasonHint} />
            <Press choice="transfer" text={t.transferButton} />
          </StepForms>
        </details>
      </section>
    </>
  );
}

/** Why it came back: the last signature that was not given, where nothing was handed in since. */
function Refused({ r, p: { view } }: Props): JSX.Element | null {
  const t = complaintForms(r.locale).steps.investigate;
  const handedIn = view.events.findLast((event) => event.kind === "complaint.investigated")?.at ?? "";
  const votes = view.steps.filter((one) => one.kind === "approval").flatMap((one) => one.votes);
  const vote = votes
    .filter((one) => !one.undone && ["reject", "return"].includes(one.choice))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .at(-1);
  if (!vote || Date.parse(vote.at) < Date.parse(handedIn)) return null;
  return (
    <div class="notice notice-warn">
      <b>{fill(vote.choice === "return" ? t.returned : t.rejected, { name: isolate(vote.by.name) })}</b>
      <p>
        <Prose text={vote.comment} />
      </p>
    </div>
  );
}

function Exchange({ r, p }: Props): JSX.Element {
  const t = complaintForms(r.locale).steps.exchange;
  const form = stateOf(r, p, "done");
  return (
    <Sheet id="step" title={t.title}>
      <p class="quiet">{t.lead}</p>
      <StepForms r={r} p={p}>
        <Field form={form} name="waybillNo" label={t.waybill} value={shown(p, "done", "waybillNo")} />
        <Field form={form} name="note" label={t.note} value={shown(p, "done", "note")} rows={3} optional />
        <Press choice="done" text={t.button} />
      </StepForms>
    </Sheet>
  );
}

function ByPhone({ r, p }: Props): JSX.Element {
  const t = complaintForms(r.locale).steps["customer-confirm"];
  const form: FormState = { r, problems: p.problems };
  const { typed } = p;
  return (
    <Sheet id="step" title={t.title}>
      <p class="quiet">{t.lead}</p>
      {p.view.disposition && (
        <blockquote>
          <Prose text={p.view.disposition.noticeText} />
        </blockquote>
      )}
      <StepForms r={r} p={p}>
        <Choices
          form={form}
          name="choice"
          legend={t.choice}
          options={[
            { value: "confirm", label: t.confirm },
            { value: "disagree", label: t.disagree },
          ]}
          chosen={[p.choice]}
        />
        <Choices
          form={form}
          name="csat"
          legend={t.csat}
          optional
          options={["5", "4", "3", "2", "1"].map((one) => ({ value: one, label: one }))}
          chosen={[typed.csat ?? ""]}
        />
        <Field form={form} name="comment" label={t.comment} value={typed.comment ?? ""} rows={3} />
        <div class="btns">
          <button class="btn btn-main" type="submit">
            {t.button}
          </button>
        </div>
      </StepForms>
    </Sheet>
  );
}

function FollowUp({ r, p }: Props): JSX.Element {
  const t = complaintForms(r.locale).steps["follow-up"];
  const words = complaintWords(r.locale);
  const { view, step } = p;
  const attempts = attemptsOn(view, step.stepId);
  const called = stateOf(r, p, "attempt");
  const form = stateOf(r, p, "done");
  const value = (name: string) => shown(p, "done", name);
  const tried = (name: string) => shown(p, "attempt", name);
  const number = str(view.content?.complainantPhone);
  const reached = attempts.some((one) => one.result === "reached");
  return (
    <>
      <Sheet
        id="contacts"
        title={attempts.length > 0 ? count(t.attempts, attempts.length) : t.noAttempts}
        aside={
          number !== "" && (
            <a class="btn" href={`tel:${number}`}>
              {fill(t.call, { name: `${customerName(view, r)} ${phone(number)}` })}
            </a>
          )
        }
      >
        {attempts.length > 0 && (
          <ol class="clocks">
            {attempts.map((one) => (
              <li key={one.at + one.channel}>
                <b>{when(one.at, r.now, r.locale)}</b>
                <span class={one.result === "reached" ? "tag tag-done" : "tag tag-warn"}>
                  {words.attemptResults[one.result]}
                </span>
                <span class="kicker">
                  {words.attemptChannels[one.channel]}
                  {one.note && ` · ${isolate(one.note)}`}
                </span>
              </li>
            ))}
          </ol>
        )}
        <p class="hint">{fill(t.failed, { n: failedOn(attempts) })}</p>
        <details class="why" open={p.choice === "attempt"}>
          <summary class="btn">{t.attempt}</summary>
          <StepForms r={r} p={p}>
            <p class="hint">{t.attemptHint}</p>
            <Contact r={r} form={called} prefix="attempt" value={tried} results />
            <NoteField r={r} form={called} label={t.note} value={tried("note")} />
            <Press choice="attempt" text={t.attemptButton} look="btn" />
          </StepForms>
        </details>
      </Sheet>
      <StepForms r={r} p={p}>
        <Sheet id="record" title={t.record}>
          {!reached && <Contact r={r} form={form} prefix="done" value={value} />}
          <Field form={form} name="contactName" label={t.contact} value={value("contactName")} />
          <Choices
            form={form}
            name="satisfaction"
            legend={t.satisfaction}
            options={(["5", "4", "3", "2", "1"] as const).map((one) => ({ value: one, label: t.marks[one] }))}
            chosen={[value("satisfaction")]}
          />
          <Choices
            form={form}
            name="issueFound"
            legend={t.issue}
            options={[
              { value: "no", label: t.issueNo },
              { value: "yes", label: t.issueYes },
            ]}
            chosen={[value("issueFound")]}
          >
            <div class="follow-yes">
              <Select
                form={form}
                name="issueCategory"
                label={t.issueCategory}
                hint={t.issueCategoryHint}
                value={value("issueCategory")}
                groups={[
                  {
                    options: [
                      { value: "", label: complaintForms(r.locale).choose },
                      ...CATEGORIES.map((one) => ({ value: one, label: words.categories[one] })),
                    ],
                  },
                ]}
              />
            </div>
          </Choices>
          <Field form={form} name="verbatim" label={t.verbatim} value={value("verbatim")} rows={3} optional />
          <div class="pair">
            <Field
              form={form}
              name="newNeeds"
              label={t.newNeeds}
              value={value("newNeeds")}
              rows={2}
              optional
            />
            <Field
              form={form}
              name="suggestion"
              label={t.suggestion}
              value={value("suggestion")}
              rows={2}
              optional
            />
          </div>
          <Choices
            form={form}
            name="needsComplaint"
            legend={t.complaint}
            options={[
              { value: "no", label: t.complaintNo },
              { value: "yes", label: t.complaintYes },
            ]}
            chosen={[value("needsComplaint")]}
          />
          <div class="pair">
            <Field
              form={form}
              name="nextFollowUpOn"
              label={t.next}
              value={value("nextFollowUpOn")}
              type="date"
              optional
            />
            <Field form={form} name="noNextReason" label={t.noNext} value={value("noNextReason")} optional />
          </div>
          <p class="hint">{t.outcome}</p>
          <Press choice="done" text={t.button} />
        </Sheet>
      </StepForms>
    </>
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
  const t = complaintForms(r.locale).steps["follow-up"];
  const words = complaintWords(r.locale);
  const problem = form.problems.find((one) => one.input === "date");
  const input = (name: "date" | "time") => (
    <div class="field">
      <label for={`${prefix}-${name}`}>{t[name]}</label>
      <input
        class="input"
        id={`${prefix}-${name}`}
        name={name}
        type={name}
        value={p.value(name)}
        required
        aria-invalid={problem ? "true" : undefined}
        aria-describedby={problem ? `${prefix}-date-e` : undefined}
      />
    </div>
  );
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
      {problem && <Wrong r={r} id={`${prefix}-date-e`} text={problem.message} />}
      <div class="pair pair-t">
        {input("date")}
        {input("time")}
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

function NoteField(p: { r: Reader; form: FormState; label: string; value: string }): JSX.Element {
  const problem = p.form.problems.find((one) => one.input === "note");
  return (
    <div class={problem ? "field bad" : "field"}>
      <label for="attempt-note">
        {p.label}
        <span class="opt">{p.r.t.web.form.optional}</span>
      </label>
      {problem && <Wrong r={p.r} id="attempt-note-e" text={problem.message} />}
      <textarea id="attempt-note" name="note" rows={2}>
        {p.value}
      </textarea>
    </div>
  );
}

function Decide({ r, p }: Props): JSX.Element {
  const t = complaintForms(r.locale).steps["manager-decision"];
  const { view } = p;
  return (
    <>
      <Sheet id="step" title={t.title}>
        <p>{count(t.lead, view.reopenCount)}</p>
        <History r={r} view={view} />
      </Sheet>
      {(["close", "reopen"] as const).map((choice) => (
        <Sheet key={choice} id={choice} title={t[choice]}>
          <p class="quiet">{t[`${choice}Hint`]}</p>
          <StepForms r={r} p={p}>
            <CommentFor r={r} p={p} choice={choice} label={t.reason} />
            <Press
              choice={choice}
              text={t[`${choice}Button`]}
              look={choice === "close" ? "btn btn-main" : "btn"}
            />
          </StepForms>
        </Sheet>
      ))}
    </>
  );
}

/** What each round proposed, and why the next began. */
function History({ r, view }: { r: Reader; view: ComplaintView }): JSX.Element {
  const words = complaintWords(r.locale);
  const t = complaintForms(r.locale).steps["manager-decision"];
  const lines = view.events.filter((event) =>
    ["complaint.investigated", "customer.disagreed", "follow-up.recorded", "complaint.reopened"].includes(
      event.kind,
    ),
  );
  const said = (data: Record<string, unknown>): string => {
    const disposition = data.disposition as { type?: unknown; noticeText?: unknown } | undefined;
    const record = data.record as { verbatim?: unknown; satisfaction?: unknown } | undefined;
    if (disposition)
      return `${wordOf(words.dispositions, str(disposition.type))} · ${str(disposition.noticeText)}`;
    if (record) return [String(record.satisfaction ?? ""), str(record.verbatim)].filter(Boolean).join(" · ");
    return str(data.comment) || wordOf(words.reopenReasons, str(data.reason));
  };
  return (
    <dl class="facts" aria-label={t.history}>
      {lines.map((event) => (
        <Fact key={String(event.seq)} label={when(event.at, r.now, r.locale)}>
          <b>{wordOf(complaintStory(r.locale).events, event.kind)}</b>
          <br />
          <Prose text={said(event.data ?? {})} />
        </Fact>
      ))}
    </dl>
  );
}
