/** What may be done on a complaint as a whole beside writing: my step, nudge, grading, merging, opening again. */
import type { ComponentChildren, JSX } from "preact";
import { CATEGORIES, PRIORITIES, SEVERITIES, SUB_CATEGORIES, URGENCIES } from "../../complaint/model.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintCase } from "../../shared/i18n/sections/complaint-case.ts";
import { complaintForms } from "../../shared/i18n/sections/complaint-forms.ts";
import { complaintIntake } from "../../shared/i18n/sections/complaint-intake.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import {
  type ComplaintView,
  mayEnterAnswer,
  mayMerge,
  mayNudge,
  mayReopen,
  myOpenSteps,
  openComplaintStep,
  works,
} from "../models/complaint.ts";
import { taskPath } from "../models/tasks.ts";
import { namesOf } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { CallText, type Written, Wrong } from "./complaint-talk.tsx";

type Props = { r: Reader; view: ComplaintView; written?: Written | undefined };

/** The buttons under the road. */
export function ComplaintActs(p: Props): JSX.Element {
  return (
    <div class="btns">
      <MySteps {...p} />
      <NudgeHolder {...p} />
      <Triage {...p} />
      <Merge {...p} />
      <Reopen {...p} />
    </div>
  );
}

/** The way to what the reader has to do here. */
function MySteps({ r, view }: Props): JSX.Element {
  const t = complaintCase(r.locale).act;
  const answer = mayEnterAnswer(view, r);
  return (
    <>
      {myOpenSteps(view, r).map((step) => (
        <a
          class="btn btn-main"
          key={step.stepId}
          href={taskPath({ ...step, process: view.process, caseId: view.caseId })}
        >
          {t[step.kind as keyof typeof t] ?? t.approval}
        </a>
      ))}
      {answer && (
        <a class="btn btn-main" href={`/complaints/${view.caseId}/steps/${answer.stepId}`}>
          {t["customer-confirm"]}
        </a>
      )}
    </>
  );
}

function NudgeHolder({ r, view, written }: Props): JSX.Element | null {
  const step = openComplaintStep(view);
  if (!step || !mayNudge(view, r) || !r.csrf) return null;
  const holders = step.assignees.filter((one) => one.staffId !== r.actor?.staffId);
  const message = written?.form === "nudge" ? written.message : undefined;
  return (
    <form method="post" action={`/complaints/${view.caseId}/nudge`}>
      <input type="hidden" name="csrf" value={r.csrf} />
      {message && <Wrong r={r} id="nudge-e" text={message} />}
      <button class="btn" type="submit" aria-describedby={message ? "nudge-e" : undefined}>
        {fill(complaintForms(r.locale).nudge, { names: namesOf(holders, r.t, r.locale) })}
      </button>
    </form>
  );
}

function Act(p: {
  r: Reader;
  view: ComplaintView;
  form: "triage" | "merge" | "reopen";
  written: Written | undefined;
  title: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <details class="why" name="act" open={p.written?.form === p.form} id={`form-${p.form}`}>
      <summary class="btn">{p.title}</summary>
      <form class="say" method="post" action={`/complaints/${p.view.caseId}/${p.form}`}>
        <input type="hidden" name="csrf" value={p.r.csrf ?? ""} />
        {p.children}
      </form>
    </details>
  );
}

const typedIn = (written: Written | undefined, form: string, name: string, otherwise: string): string =>
  written?.form === form ? (written.typed[name] ?? "") : otherwise;

function Triage({ r, view, written }: Props): JSX.Element | null {
  if (!works(view, r) || !r.csrf) return null;
  const t = complaintForms(r.locale).triage;
  const words = complaintWords(r.locale);
  const { subCategories } = complaintIntake(r.locale);
  const value = (name: string, otherwise: string) => typedIn(written, "triage", name, otherwise);
  const select = (
    name: "category" | "severity" | "urgency",
    options: readonly string[],
    texts: Record<string, string>,
  ) => (
    <div class="field">
      <label for={`triage-${name}`}>{t[name]}</label>
      <select id={`triage-${name}`} name={name}>
        {options.map((one) => (
          <option key={one} value={one} selected={value(name, view[name]) === one}>
            {wordOf(texts, one)}
          </option>
        ))}
      </select>
    </div>
  );
  const safe = value("safetyFlag", view.safetyFlag ? "yes" : "") === "yes";
  return (
    <Act r={r} view={view} form="triage" written={written} title={t.open}>
      <div class="pair">
        {select("category", CATEGORIES, words.categories)}
        <div class="field">
          <label for="triage-sub">
            {t.subCategory}
            <span class="opt">{r.t.web.form.optional}</span>
          </label>
          <input
            class="input"
            id="triage-sub"
            name="subCategory"
            list="triage-subs"
            value={wordOf(subCategories, value("subCategory", view.subCategory ?? ""))}
            maxLength={50}
            autocomplete="off"
          />
          <datalist id="triage-subs">
            {(SUB_CATEGORIES[view.category as keyof typeof SUB_CATEGORIES] ?? []).map((one) => (
              <option key={one} value={wordOf(subCategories, one)} />
            ))}
          </datalist>
        </div>
      </div>
      <div class="pair">
        {select("severity", SEVERITIES, words.severities)}
        {select("urgency", URGENCIES, words.urgencies)}
        <div class="field">
          <label for="triage-priority">{t.priority}</label>
          <select id="triage-priority" name="priority">
            <option value="">{t.byMatrix}</option>
            {PRIORITIES.map((one) => (
              <option key={one} value={one} selected={value("priority", "") === one}>
                {words.priorities[one]}
              </option>
            ))}
          </select>
        </div>
      </div>
      <label class="choice">
        <input type="checkbox" name="safetyFlag" value="yes" checked={safe} />
        <span>
          {t.safety}
          <small>{t.safetyHint}</small>
        </span>
      </label>
      <CallText
        r={r}
        form="triage"
        written={written}
        name="reason"
        label={complaintForms(r.locale).reason}
        hint={t.hint}
        rows={2}
      />
      <div>
        <button class="btn btn-main" type="submit">
          {t.button}
        </button>
      </div>
    </Act>
  );
}

function Merge({ r, view, written }: Props): JSX.Element | null {
  if (!mayMerge(view, r) || !r.csrf) return null;
  const t = complaintForms(r.locale).merge;
  const problem =
    written?.form === "merge" ? written.problems.find((one) => one.input === "into")?.message : undefined;
  return (
    <Act r={r} view={view} form="merge" written={written} title={t.open}>
      <div class={problem ? "field bad" : "field"}>
        <label for="merge-into">{t.label}</label>
        <p class="hint" id="merge-into-h">
          {t.hint}
        </p>
        {problem && <Wrong r={r} id="merge-into-e" text={problem} />}
        <input
          class="input w-m"
          id="merge-into"
          name="into"
          required
          autocomplete="off"
          value={typedIn(written, "merge", "into", "")}
          aria-describedby={problem ? "merge-into-e merge-into-h" : "merge-into-h"}
          aria-invalid={problem ? "true" : undefined}
        />
      </div>
      <CallText
        r={r}
        form="merge"
        written={written}
        name="reason"
        label={complaintForms(r.locale).reason}
        hint={complaintForms(r.locale).reasonHint}
        rows={2}
      />
      <div>
        <button class="btn btn-no-main" type="submit">
          {t.button}
        </button>
      </div>
    </Act>
  );
}

function Reopen({ r, view, written }: Props): JSX.Element | null {
  if (!mayReopen(view, r) || !r.csrf) return null;
  const t = complaintForms(r.locale).reopen;
  return (
    <Act r={r} view={view} form="reopen" written={written} title={t.open}>
      <CallText
        r={r}
        form="reopen"
        written={written}
        name="reason"
        label={complaintForms(r.locale).reason}
        hint={t.hint}
        rows={2}
      />
      <div>
        <button class="btn btn-main" type="submit">
          {t.button}
        </button>
      </div>
    </Act>
  );
}
