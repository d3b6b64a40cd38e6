/** A follow-up: whom to contact and why, until when, what was agreed and prepared, what came of it. */
import type { ComponentChildren, JSX } from "preact";
import { phone, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { followUpCase } from "../../shared/i18n/sections/follow-up-case.ts";
import { Prose, Road, Sheet, When } from "../components/bits.tsx";
import { Choices, Field, type FormState } from "../components/fields.tsx";
import {
  Attempts,
  contactOf,
  Errand,
  FollowUpFacts,
  FollowUpFiles,
  FollowUpMessages,
  kickerOf,
  RecordSheet,
  Why,
} from "../components/follow-up-parts.tsx";
import { FollowUpTabs } from "../components/follow-up-tabs.tsx";
import { page } from "../components/layout.tsx";
import { TimelineSheet } from "../components/timeline.tsx";
import {
  arrivalsOf,
  type FollowUpView,
  followUpSentence,
  followUpStations,
  mayBook,
  mayPrepare,
  myStep,
  stateOf,
  stateTag,
  wishOf,
} from "../models/follow-up.ts";
import { appointmentDefaults, type CallForm, fieldsOf, type Typed } from "../models/follow-up-forms.ts";
import { followUpTimeline, type NameOf } from "../models/follow-up-timeline.ts";
import type { Problem } from "../models/reception-form.ts";
import { isolate } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export const TOLD = [
  "planned",
  "booked",
  "checked",
  "arrived",
  "attempted",
  "recorded",
  "transferred",
  "retried",
  "given-up",
  "accepted",
  "returned",
  "attached",
] as const;
export type Told = (typeof TOLD)[number] | null;

/** A form of the case that was refused: what was typed, and what is wrong with it. */
export type Written = { form: CallForm; typed: Typed; problems: Problem[]; message?: string };

export type FollowUpPage = { view: FollowUpView; name: NameOf; told: Told; written?: Written | undefined };

type Props = { r: Reader; p: FollowUpPage };

export function followUpPage(r: Reader, p: FollowUpPage): string {
  const { view } = p;
  const t = followUpCase(r.locale);
  return page({
    r,
    title: `${view.caseId} ${view.customerName}`,
    here: "follow-ups",
    children: (
      <>
        <FollowUpTabs r={r} here="list" below />
        <div class="head">
          <p class="kicker">{kickerOf({ r, view })}</p>
          <h1>
            <bdi>{view.customerName}</bdi>
          </h1>
          <div class="btns">
            <span class={stateTag(view)}>{stateOf(view, r)}</span>
            {view.missed ? (
              <span class="tag tag-late">{t.missed}</span>
            ) : (
              view.missedAt && <span class="tag tag-plain tag-warn">{t.wasMissed}</span>
            )}
          </div>
        </div>
        {p.told && (
          <p class="notice" role="status">
            {t.told[p.told]}
          </p>
        )}
        <Where r={r} p={p} />
        <div class="cols">
          <div class="stack">
            <AppointmentSheet r={r} p={p} />
            {view.mode === "visit" && <Preparations r={r} p={p} />}
            {view.mode === "visit" && <Arrival r={r} p={p} />}
            <RecordSheet r={r} view={view} />
            {(view.mode === "call" || view.attempts.length > 0) && (
              <Sheet id="attempts" title={t.attempts.title}>
                <Attempts r={r} view={view} />
              </Sheet>
            )}
            <TimelineSheet r={r} view={view} lines={followUpTimeline(view, r, p.name)} />
          </div>
          <aside class="stack" aria-label={t.facts.title}>
            <Sheet id="facts" title={t.facts.title}>
              <FollowUpFacts r={r} view={view} />
            </Sheet>
            <FollowUpFiles r={r} view={view} />
            <Why r={r} view={view} name={p.name} />
            <FollowUpMessages r={r} view={view} />
          </aside>
        </div>
      </>
    ),
  });
}

/** The road, and the way to what the reader has to do. */
function Where({ r, p: { view } }: Props): JSX.Element {
  const t = followUpCase(r.locale);
  const now = followUpSentence(view, r);
  const step = myStep(view, r);
  const contact = contactOf(view);
  return (
    <section class="sheet head-road" aria-labelledby="road">
      <h2 id="road" class={now.late ? "late" : undefined}>
        {now.text}
      </h2>
      {view.status === "open" && <Errand r={r} view={view} />}
      <Road stations={followUpStations(view, r)} r={r} />
      {step && (
        <div class="btns">
          <a class="btn btn-main" href={`/follow-ups/${view.caseId}/steps/${step.stepId}`}>
            {step.kind === "follow-up" ? t.act[view.mode] : t.act[step.kind as "review" | "new-contact"]}
          </a>
          {contact && step.kind === "follow-up" && (
            <a class="btn" href={`tel:${contact.phone}`}>
              {`${fill(t.call, { name: isolate(contact.name) })} ${phone(contact.phone)}`}
            </a>
          )}
          {step.kind === "follow-up" && view.complaintId === null && (
            <a class="btn" href={`/follow-ups/${view.caseId}/steps/${step.stepId}#needsComplaint`}>
              {t.complain}
            </a>
          )}
        </div>
      )}
    </section>
  );
}

/** A form of the case with what was wrong where no field shows it. */
function CallFormOf({
  r,
  p,
  form,
  children,
}: Props & { form: CallForm; children: ComponentChildren }): JSX.Element {
  const message = p.written?.form === form ? p.written.message : undefined;
  return (
    <form class="stack-s" method="post" action={`/follow-ups/${p.view.caseId}/${form}`} id={`form-${form}`}>
      <input type="hidden" name="csrf" value={r.csrf ?? ""} />
      {message && (
        <p class="error" role="alert">
          <span class="hidden">{r.t.web.form.error}</span>
          {message}
        </p>
      )}
      {children}
    </form>
  );
}

const formOf = ({ r, p }: Props, form: CallForm): FormState => ({
  r,
  problems: p.written?.form === form ? p.written.problems : [],
});

/** A date and a time of day of a form; each form of the page under names of its own ids. */
function Moment(p: {
  form: FormState;
  id: string;
  labels: { date: string; time: string };
  value: (name: "date" | "time") => string;
}): JSX.Element {
  const { r } = p.form;
  const problem = p.form.problems.find((one) => one.input === "date");
  return (
    <div class={problem ? "field bad" : "field"}>
      {problem && (
        <p class="error" id={`${p.id}-e`}>
          <span class="hidden">{r.t.web.form.error}</span>
          {problem.message}
        </p>
      )}
      <div class="pair pair-t">
        {(["date", "time"] as const).map((name) => (
          <div class="field" key={name}>
            <label for={`${p.id}-${name}`}>{p.labels[name]}</label>
            <input
              class="input"
              id={`${p.id}-${name}`}
              name={name}
              type={name}
              value={p.value(name)}
              required
              aria-invalid={problem ? "true" : undefined}
              aria-describedby={problem ? `${p.id}-e` : undefined}
            />
          </div>
        ))}
      </div>
    </div>
  );
}

const APPOINTMENT_LOOK: Record<string, string> = {
  proposed: "tag tag-warn",
  confirmed: "tag tag-done",
  declined: "tag tag-late",
};

function AppointmentSheet(props: Props): JSX.Element | null {
  const { r, p } = props;
  const { view } = p;
  const t = followUpCase(r.locale).appointment;
  const { appointment } = view;
  if (!appointment && !mayBook(view, r)) return null;
  const wish = wishOf(view);
  return (
    <Sheet
      id="appointment"
      title={t.title}
      aside={
        appointment &&
        !wish && (
          <span class={APPOINTMENT_LOOK[appointment.status] ?? "tag"}>
            {t.statuses[appointment.status as keyof typeof t.statuses]}
          </span>
        )
      }
    >
      {wish ? (
        <p class="notice notice-warn">
          <b>{fill(t.wished, { time: when(wish, r.now, r.locale) })}</b>
        </p>
      ) : appointment ? (
        <p>
          <b>
            <When at={appointment.at} r={r} />
          </b>
          {appointment.place && (
            <>
              {" · "}
              <bdi>{appointment.place}</bdi>
            </>
          )}
        </p>
      ) : (
        <p class="quiet">{t.none}</p>
      )}
      {mayBook(view, r) && r.csrf && <Booking {...props} isMove={appointment !== null} />}
    </Sheet>
  );
}

function Booking({ r, p, isMove }: Props & { isMove: boolean }): JSX.Element {
  const t = followUpCase(r.locale).appointment;
  const form = formOf({ r, p }, "appointment");
  const begin = appointmentDefaults(p.view, r);
  const value = (name: string) =>
    (p.written?.form === "appointment" ? p.written.typed[name] : begin[name]) ?? "";
  const open = p.written?.form === "appointment" || wishOf(p.view) !== null;
  return (
    <details class="why" open={open}>
      <summary class="btn">{isMove ? t.move : t.book}</summary>
      <CallFormOf r={r} p={p} form="appointment">
        <Moment form={form} id="appointment" labels={t} value={value} />
        <Field
          form={form}
          name="place"
          label={t.place}
          {...(p.view.mode === "call" ? { hint: t.placeHint } : {})}
          value={value("place")}
        />
        {isMove && (
          <>
            <Field
              form={form}
              name="reason"
              label={t.reason}
              hint={t.reasonHint}
              value={value("reason")}
              rows={2}
            />
            <Choices
              form={form}
              name="scope"
              legend={t.scope}
              options={(["this", "series"] as const).map((one) => ({ value: one, label: t.scopes[one] }))}
              chosen={[value("scope")]}
            />
          </>
        )}
        <p class="hint">{t.note}</p>
        <div class="btns">
          <button class="btn btn-main" type="submit">
            {isMove ? t.moveButton : t.button}
          </button>
        </div>
      </CallFormOf>
    </details>
  );
}

function Preparations({ r, p }: Props): JSX.Element {
  const { view } = p;
  const t = followUpCase(r.locale).checklist;
  const done = view.prepChecklist.filter((one) => one.done);
  const ticked =
    p.written?.form === "checklist" ? (p.written.typed.done ?? "").split("\n") : done.map((one) => one.item);
  const progress = fill(t.done, { n: done.length });
  return (
    <Sheet id="checklist" title={t.title} aside={<p class="kicker">{progress}</p>}>
      {mayPrepare(view, r) && r.csrf ? (
        <CallFormOf r={r} p={p} form="checklist">
          <Choices
            form={formOf({ r, p }, "checklist")}
            name="done"
            legend={t.which}
            many
            options={view.prepChecklist.map((one) => ({
              value: one.item,
              label: one.title,
              ...(one.at ? { note: fill(t.at, { time: when(one.at, r.now, r.locale) }) } : {}),
            }))}
            chosen={ticked}
          />
          <div class="btns">
            <button class="btn" type="submit">
              {t.button}
            </button>
          </div>
        </CallFormOf>
      ) : (
        <ul class="stack-s">
          {view.prepChecklist.map((one) => (
            <li key={one.item} class="split">
              <span>{one.title}</span>
              <span class={one.done ? "tag tag-done" : "tag"}>
                {one.at ? when(one.at, r.now, r.locale) : r.t.web.a11y.next}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}

function Arrival({ r, p }: Props): JSX.Element | null {
  const { view } = p;
  const t = followUpCase(r.locale).checkIn;
  const arrivals = arrivalsOf(view);
  const may = mayPrepare(view, r) && r.csrf !== null;
  if (arrivals.length === 0 && !may) return null;
  const begin: Typed = fieldsOf(r.now);
  const value = (name: string) =>
    (p.written?.form === "check-in" ? p.written.typed[name] : begin[name]) ?? "";
  const form = formOf({ r, p }, "check-in");
  return (
    <Sheet id="arrival" title={t.title}>
      {arrivals.length === 0 ? (
        <p class="quiet">{t.none}</p>
      ) : (
        <ul class="stack-s">
          {arrivals.map((one) => (
            <li key={one.at}>
              {fill(t.at, { time: when(one.at, r.now, r.locale) })}
              {one.note && (
                <p class="kicker">
                  <Prose text={one.note} />
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      {may && (
        <details class="why" open={p.written?.form === "check-in"}>
          <summary class="btn">{t.open}</summary>
          <CallFormOf r={r} p={p} form="check-in">
            <Moment form={form} id="arrival-at" labels={t} value={value} />
            <Field form={form} name="note" label={t.note} value={value("note")} rows={2} optional />
            <div class="btns">
              <button class="btn btn-main" type="submit">
                {t.button}
              </button>
            </div>
          </CallFormOf>
        </details>
      )}
    </Sheet>
  );
}
