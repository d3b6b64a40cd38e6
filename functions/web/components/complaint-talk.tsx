/**
 * What was written about a complaint, and the forms to write more. A note is amber, dashed and locked; what goes to the
 * customer is green, solid and points outward; the two never share a form, a button or a colour.
 */
import type { ComponentChildren, JSX } from "preact";
import { exact, phone, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintCase } from "../../shared/i18n/sections/complaint-case.ts";
import { complaintForms } from "../../shared/i18n/sections/complaint-forms.ts";
import { type ComplaintView, customerName, mayPause, mayResume, works } from "../models/complaint.ts";
import type { CallForm, Typed } from "../models/complaint-forms.ts";
import { earlierText, folded, type Talk } from "../models/complaint-talk.ts";
import type { Problem } from "../models/reception-form.ts";
import { isolate, str, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { Prose, Sheet } from "./bits.tsx";

/** A form of the case that was refused, or is to be written on: what was typed, and what is wrong with it. */
export type Written = { form: CallForm; typed: Typed; problems: Problem[]; message?: string };

/** A colleague as forms offer him. */
export type Mate = { staffId: string; name: string; department: string; active: boolean };
export type Template = { templateId: string; title: string; text: string };

export const Lock = (): JSX.Element => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <rect x="5" y="11" width="14" height="9" rx="2" />
    <path d="M8 11V8a4 4 0 0 1 8 0v3" />
  </svg>
);
export const Outward = (): JSX.Element => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="M4 12h15M13 6l6 6-6 6" />
  </svg>
);
const Inward = (): JSX.Element => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="M20 12H5M11 6l-6 6 6 6" />
  </svg>
);

const LOOK = { out: "outer", in: "outer outer-in", note: "inner" } as const;
const SIGN = { out: Outward, in: Inward, note: Lock } as const;

export function TalkSheet(p: {
  r: Reader;
  view: ComplaintView;
  talk: Talk[];
  mates: Mate[];
  templates: Template[];
  written?: Written | undefined;
}): JSX.Element {
  const { r, view } = p;
  const t = complaintCase(r.locale).talk;
  const { earlier, shown } = folded(p.talk);
  return (
    <Sheet id="talk" title={t.title}>
      {p.talk.length === 0 && <p class="quiet">{t.none}</p>}
      {earlier.length > 0 && (
        <details class="more">
          <summary>{earlierText(earlier.length, r)}</summary>
          <div class="stack-s">
            {earlier.map((one) => (
              <Entry key={one.key} r={r} one={one} />
            ))}
          </div>
        </details>
      )}
      {shown.map((one) => (
        <Entry key={one.key} r={r} one={one} />
      ))}
      {r.csrf && (
        <div class="talk-forms">
          <Note r={r} view={view} mates={p.mates} written={p.written} />
          {works(view, r) && (
            <ToCustomer r={r} view={view} form="messages" written={p.written} templates={p.templates} />
          )}
          {mayPause(view, r) && (
            <ToCustomer r={r} view={view} form="pause" written={p.written} templates={[]} />
          )}
          {mayResume(view, r) && <Resume r={r} view={view} written={p.written} />}
        </div>
      )}
    </Sheet>
  );
}

function Entry({ r, one }: { r: Reader; one: Talk }): JSX.Element {
  const t = complaintCase(r.locale);
  const Sign = SIGN[one.side];
  const time = (
    <time dateTime={one.at} title={exact(one.at, r.locale)}>
      {when(one.at, r.now, r.locale)}
    </time>
  );
  return (
    <article class={LOOK[one.side]}>
      <p class="to">
        <Sign />
        <b>{one.heading}</b>
        <span>
          {one.by && `${one.by} · `}
          {time}
        </span>
      </p>
      <p>
        {one.erased ? (
          <span class="quiet">{t.facts.erased}</span>
        ) : one.text === "" ? (
          <span class="quiet">{t.talk.noWords}</span>
        ) : (
          <Prose text={one.text} />
        )}
      </p>
      {one.more.map((line) => (
        <p class="kicker" key={line}>
          {line}
        </p>
      ))}
    </article>
  );
}

const problemOf = (written: Written | undefined, form: CallForm, input: string): Problem | undefined =>
  written?.form === form ? written.problems.find((one) => one.input === input) : undefined;

/** Any message of a form that no field shows. */
const messageOf = (written: Written | undefined, form: CallForm): string | undefined =>
  written?.form === form ? written.message : undefined;

const typedIn = (written: Written | undefined, form: CallForm, input: string): string =>
  written?.form === form ? (written.typed[input] ?? "") : "";

export function Wrong({ r, id, text }: { r: Reader; id: string; text: string }): JSX.Element {
  return (
    <p class="error" id={id}>
      <span class="hidden">{r.t.web.form.error}</span>
      {text}
    </p>
  );
}

/** A text area of a call with its label, its hint and what was wrong with it. */
export function CallText(p: {
  r: Reader;
  form: CallForm;
  written: Written | undefined;
  name: string;
  label: string;
  hint?: string;
  rows?: number;
  optional?: boolean;
  /** The label stands in the band above. */
  quiet?: boolean;
}): JSX.Element {
  const { r, form, written, name } = p;
  const id = `${form}-${name}`;
  const problem = problemOf(written, form, name);
  const message = problem?.message ?? messageOf(written, form);
  const described = [message ? `${id}-e` : "", p.hint ? `${id}-h` : ""].filter(Boolean).join(" ");
  return (
    <div class={message ? "field bad" : "field"}>
      <label for={id} class={p.quiet ? "hidden" : undefined}>
        {p.label}
        {p.optional && <span class="opt">{r.t.web.form.optional}</span>}
      </label>
      {p.hint && (
        <p class="hint" id={`${id}-h`}>
          {p.hint}
        </p>
      )}
      {message && <Wrong r={r} id={`${id}-e`} text={message} />}
      <textarea
        id={id}
        name={name}
        rows={p.rows ?? 4}
        required={!p.optional}
        aria-invalid={message ? "true" : undefined}
        aria-describedby={described || undefined}
      >
        {typedIn(written, form, name)}
      </textarea>
    </div>
  );
}

/** A form of the case behind its heading. */
export function CallDetails(p: {
  r: Reader;
  view: ComplaintView;
  form: CallForm;
  written: Written | undefined;
  summary: ComponentChildren;
  look?: string;
  inner?: boolean;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <details class="more" name="write" open={p.written?.form === p.form} id={`form-${p.form}`}>
      <summary class={p.inner ? "is-inner" : undefined}>{p.summary}</summary>
      <form class={p.look ?? "say"} method="post" action={`/complaints/${p.view.caseId}/${p.form}`}>
        <input type="hidden" name="csrf" value={p.r.csrf ?? ""} />
        {p.children}
      </form>
    </details>
  );
}

function Note(p: {
  r: Reader;
  view: ComplaintView;
  mates: Mate[];
  written: Written | undefined;
}): JSX.Element {
  const { r, view, written } = p;
  const t = complaintForms(r.locale).note;
  const wrong = problemOf(written, "notes", "mentions");
  return (
    <CallDetails
      r={r}
      view={view}
      form="notes"
      written={written}
      inner
      look="inner"
      summary={
        <>
          <Lock />
          {t.open}
        </>
      }
    >
      <p class="to">
        <Lock />
        <b>{t.label}</b>
      </p>
      <CallText r={r} form="notes" written={written} name="text" label={t.label} quiet />
      <div class={wrong ? "field bad" : "field"}>
        <label for="notes-mentions">
          {t.mention}
          <span class="opt">{r.t.web.form.optional}</span>
        </label>
        <p class="hint" id="notes-mentions-h">
          {t.mentionHint}
        </p>
        {wrong && <Wrong r={r} id="notes-mentions-e" text={wrong.message} />}
        <select id="notes-mentions" name="mentions" aria-describedby="notes-mentions-h">
          <option value="" />
          {p.mates
            .filter((one) => one.active && one.staffId !== r.actor?.staffId)
            .map((one) => (
              <option
                key={one.staffId}
                value={one.staffId}
                selected={typedIn(written, "notes", "mentions") === one.staffId}
              >
                {`${one.name} · ${word(r.t.words.departments, one.department)}`}
              </option>
            ))}
        </select>
      </div>
      <div class="btns">
        <button class="btn" type="submit">
          {t.button}
        </button>
      </div>
    </CallDetails>
  );
}

/** What goes to the customer is shown before it goes: the button leads to the preview. */
function ToCustomer(p: {
  r: Reader;
  view: ComplaintView;
  form: "messages" | "pause";
  written: Written | undefined;
  templates: Template[];
}): JSX.Element {
  const { r, view, form, written } = p;
  const forms = complaintForms(r.locale);
  const t = form === "messages" ? forms.message : forms.pause;
  const name = form === "messages" ? "text" : "question";
  const label = fill(t.label, { name: customerName(view, r) });
  return (
    <CallDetails
      r={r}
      view={view}
      form={form}
      written={written}
      look="outer"
      summary={
        <>
          <Outward />
          {t.open}
        </>
      }
    >
      <p class="to">
        <Outward />
        <b>{label}</b>
      </p>
      <div class="stack-s">
        {p.templates.length > 0 && (
          <div class="field">
            <label for="messages-template">
              {forms.message.template}
              <span class="opt">{r.t.web.form.optional}</span>
            </label>
            <div class="row-plain">
              <select id="messages-template" name="template">
                <option value="" />
                {p.templates.map((one) => (
                  <option
                    key={one.templateId}
                    value={one.templateId}
                    selected={typedIn(written, "messages", "template") === one.templateId}
                  >
                    {one.title}
                  </option>
                ))}
              </select>
              <button class="btn" type="submit" name="do" value="template" formNoValidate>
                {forms.message.use}
              </button>
            </div>
          </div>
        )}
        <CallText
          r={r}
          form={form}
          written={written}
          name={name}
          label={label}
          hint={t.hint}
          quiet
          rows={6}
        />
      </div>
      <div class="btns">
        <button class="btn btn-main" type="submit" name="do" value="preview">
          {t.button}
        </button>
      </div>
    </CallDetails>
  );
}

function Resume(p: { r: Reader; view: ComplaintView; written: Written | undefined }): JSX.Element {
  const t = complaintForms(p.r.locale).resume;
  return (
    <CallDetails
      r={p.r}
      view={p.view}
      form="resume"
      written={p.written}
      inner
      look="inner"
      summary={
        <>
          <Lock />
          {t.open}
        </>
      }
    >
      <CallText
        r={p.r}
        form="resume"
        written={p.written}
        name="comment"
        label={t.label}
        hint={t.hint}
        rows={2}
        optional
      />
      <div class="btns">
        <button class="btn" type="submit">
          {t.button}
        </button>
      </div>
    </CallDetails>
  );
}

/** Where a message to the customer goes, in words. */
export function whereTo(view: ComplaintView, r: Reader): string {
  const t = complaintForms(r.locale).message;
  const email = str(view.content?.complainantEmail);
  const number = isolate(phone(str(view.content?.complainantPhone)));
  return fill(email === "" ? t.noEmail : t.to, { email: isolate(email), phone: number });
}
