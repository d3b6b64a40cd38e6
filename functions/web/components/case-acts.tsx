/** Forms of what people do on a whole case: plain HTML, errors at the field, what was typed is kept. */
import type { ComponentChildren, JSX } from "preact";
import type { CaseView } from "../../case/view.ts";
import type { Person } from "../../directory/model.ts";
import { money } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { caseForms } from "../../shared/i18n/sections/case-forms.ts";
import {
  type CaseForm,
  copyable,
  type FailedForm,
  mayCopy,
  mayRevoke,
  nudgeable,
} from "../models/case-acts.ts";
import { namesOf, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { Sheet } from "./bits.tsx";

/** What the forms need beside the case. */
export type Acts = { people: Person[]; administers: boolean; failed?: FailedForm | undefined };

type Props = { r: Reader; view: CaseView; acts: Acts };

const failedOf = (acts: Acts, form: CaseForm): FailedForm | undefined =>
  acts.failed?.form === form ? acts.failed : undefined;

function Form(p: { r: Reader; view: CaseView; form: CaseForm; children: ComponentChildren }): JSX.Element {
  return (
    <form class="say" method="post" action={`/cases/${p.view.caseId}/${p.form}`}>
      <input type="hidden" name="csrf" value={p.r.csrf ?? ""} />
      {p.children}
    </form>
  );
}

const Wrong = ({ r, id, failed }: { r: Reader; id: string; failed: FailedForm }): JSX.Element => (
  <p class="error" id={id}>
    <span class="hidden">{r.t.web.form.error}</span>
    {failed.message}
  </p>
);

/** A text that must be given, with what it is for and what was wrong with it. */
function Words(p: {
  r: Reader;
  failed: FailedForm | undefined;
  id: string;
  name: string;
  label: string;
  hint: string;
}): JSX.Element {
  const { r, failed, id } = p;
  return (
    <div class={failed ? "field bad" : "field"}>
      <label for={id}>{p.label}</label>
      <p class="hint" id={`${id}-h`}>
        {p.hint}
      </p>
      {failed && <Wrong r={r} id={`${id}-e`} failed={failed} />}
      <textarea
        id={id}
        name={p.name}
        rows={3}
        required
        aria-invalid={failed ? "true" : undefined}
        aria-describedby={failed ? `${id}-e ${id}-h` : `${id}-h`}
      >
        {failed?.typed[p.name] ?? ""}
      </textarea>
    </div>
  );
}

export function Comment({ r, view, acts }: Props): JSX.Element | null {
  const t = caseForms(r.locale).comment;
  const failed = failedOf(acts, "comments");
  if (!r.csrf) return null;
  return (
    <details class="why" open={failed !== undefined}>
      <summary class="btn">{t.title}</summary>
      <Form r={r} view={view} form="comments">
        <Words r={r} failed={failed} id="comment" name="text" label={t.label} hint={t.hint} />
        <div class="btns">
          <button class="btn btn-main" type="submit">
            {t.button}
          </button>
        </div>
      </Form>
    </details>
  );
}

/** Who is on copy, and putting somebody there. */
export function Copies({ r, view, acts }: Props): JSX.Element {
  const t = caseForms(r.locale).cc;
  const failed = failedOf(acts, "cc");
  return (
    <Sheet id="cc" title={t.title}>
      {view.cc.length === 0 ? <p class="quiet small">{t.none}</p> : <p>{namesOf(view.cc, r.t, r.locale)}</p>}
      {mayCopy(view, r) && r.csrf && (
        <details class="why" open={failed !== undefined}>
          <summary class="btn">{t.open}</summary>
          <Form r={r} view={view} form="cc">
            <div class={failed ? "field bad" : "field"}>
              <label for="cc-who">{t.label}</label>
              {failed && <Wrong r={r} id="cc-e" failed={failed} />}
              <select
                id="cc-who"
                name="staffIds"
                required
                aria-invalid={failed ? "true" : undefined}
                aria-describedby={failed ? "cc-e" : undefined}
              >
                <option value="">{t.choose}</option>
                {copyable(view, r, acts.people).map((one) => (
                  <option
                    key={one.staffId}
                    value={one.staffId}
                    selected={failed?.typed.staffIds === one.staffId}
                  >
                    {`${one.name} · ${word(r.t.words.departments, one.department)}`}
                  </option>
                ))}
              </select>
            </div>
            <div class="field">
              <label for="cc-note">
                {t.note}
                <span class="opt">{r.t.web.form.optional}</span>
              </label>
              <p class="hint" id="cc-h">
                {t.hint}
              </p>
              <textarea id="cc-note" name="comment" rows={2} aria-describedby="cc-h">
                {failed?.typed.comment ?? ""}
              </textarea>
            </div>
            <div class="btns">
              <button class="btn btn-main" type="submit">
                {t.button}
              </button>
            </div>
          </Form>
        </details>
      )}
    </Sheet>
  );
}

/** 催办: one press, once in a while. */
export function Nudge({ r, view, acts }: Props): JSX.Element | null {
  const step = nudgeable(view, r, acts.administers);
  if (!step || !r.csrf) return null;
  const voted = new Set(step.votes.filter((one) => !one.void && !one.undone).map((one) => one.by.staffId));
  const waiting = step.assignees.filter((one) => !voted.has(one.staffId) && one.staffId !== r.actor?.staffId);
  if (waiting.length === 0) return null;
  return (
    <form method="post" action={`/cases/${view.caseId}/nudge`}>
      <input type="hidden" name="csrf" value={r.csrf} />
      <button class="btn" type="submit">
        {fill(caseForms(r.locale).nudge, { names: namesOf(waiting, r.t, r.locale) })}
      </button>
    </form>
  );
}

export function Revoke({ r, view, acts }: Props): JSX.Element | null {
  const t = caseForms(r.locale).revoke;
  const failed = failedOf(acts, "revoke");
  if (!mayRevoke(view, r) || !r.csrf) return null;
  return (
    <details class="why" open={failed !== undefined}>
      <summary class="btn btn-no">{t.open}</summary>
      <Form r={r} view={view} form="revoke">
        <Words
          r={r}
          failed={failed}
          id="revoke"
          name="comment"
          label={t.label}
          hint={fill(t.hint, { money: money(view.amount) })}
        />
        <div class="btns">
          <button class="btn btn-no-main" type="submit">
            {t.button}
          </button>
        </div>
      </Form>
    </details>
  );
}
