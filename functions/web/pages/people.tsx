/** Everybody, the switch of the administrator, and who is away when. */
import type { JSX } from "preact";
import type { Seat } from "../../case/model.ts";
import type { AbsenceView } from "../../directory/absence.ts";
import type { PersonLine } from "../../directory/people.ts";
import { dayOfDate, deadline } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { peopleTexts } from "../../shared/i18n/sections/people.ts";
import { Empty, Sheet } from "../components/bits.tsx";
import { Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import type { Problem } from "../models/reception-form.ts";
import { isolate, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

const Told = ({ text }: { text: string | null }): JSX.Element | null =>
  text === null ? null : (
    <p class="notice" role="status">
      {text}
    </p>
  );

export function peoplePage(
  r: Reader,
  of: { people: PersonLine[]; administers: boolean; told: string | null },
): string {
  const texts = peopleTexts(r.locale);
  const { table } = texts;
  const sorted = [...of.people].sort((a, b) => Number(b.active) - Number(a.active));
  return page({
    r,
    title: texts.title,
    here: "people",
    children: (
      <>
        <Told text={of.told} />
        <div class="head">
          <h1>{texts.title}</h1>
          <div class="btns">
            <a class="btn" href="/absences">
              {texts.toAbsences}
            </a>
          </div>
        </div>
        <section class="sheet" aria-label={texts.title}>
          <table class="data data-fold">
            <thead>
              <tr>
                <th scope="col">{table.name}</th>
                <th scope="col">{table.role}</th>
                <th scope="col">{table.department}</th>
                <th scope="col">{table.state}</th>
                {of.administers && <th scope="col">{table.act}</th>}
              </tr>
            </thead>
            <tbody>
              {sorted.map((one) => (
                <tr key={one.staffId}>
                  <td class="first">
                    <b>
                      <bdi>{one.name}</bdi>
                    </b>
                    <small>{one.email}</small>
                  </td>
                  <td class="wide">
                    {one.roles.map((role) => word(r.t.words.roles, role)).join(r.t.words.listSeparator)}
                  </td>
                  <td class="wide">{word(r.t.words.departments, one.department)}</td>
                  <td>
                    <span class={one.active ? "tag tag-done" : "tag tag-warn"}>
                      {one.active ? texts.active : texts.inactive}
                    </span>
                  </td>
                  {of.administers && (
                    <td class="second">
                      <a href={`/people/${encodeURIComponent(one.staffId)}`}>
                        {one.active ? texts.let : texts.letBack}
                        <span class="hidden"> {one.name}</span>
                      </a>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </>
    ),
  });
}

/** Before somebody is let go or back in: what it means, and what waits for him. */
export function personPage(
  r: Reader,
  of: { person: PersonLine; seats: Seat[]; refused: string | null },
): string {
  const all = peopleTexts(r.locale);
  const { person, seats, refused } = of;
  const name = isolate(person.name);
  const texts = person.active ? all.leaving : all.returning;
  const title = fill(texts.title, { name });
  return page({
    r,
    title,
    here: "people",
    narrow: true,
    children: (
      <section class="sheet" aria-labelledby="what">
        {refused && (
          <p class="notice notice-warn" role="alert">
            {refused}
          </p>
        )}
        <h1 id="what">{title}</h1>
        <p class="kicker">
          {`${word(r.t.words.roles, person.role)} · ${word(r.t.words.departments, person.department)}`}
        </p>
        <p>{texts.text}</p>
        {person.active && <Waiting r={r} seats={seats} />}
        <form class="btns" method="post" action={`/people/${encodeURIComponent(person.staffId)}`}>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <button
            class={person.active ? "btn btn-no-main" : "btn btn-main"}
            type="submit"
            name="active"
            value={person.active ? "no" : "yes"}
          >
            {fill(texts.button, { name })}
          </button>
          <a class="btn btn-bare" href="/people">
            {texts.back}
          </a>
        </form>
      </section>
    ),
  });
}

function Waiting({ r, seats }: { r: Reader; seats: Seat[] }): JSX.Element {
  const { leaving: texts } = peopleTexts(r.locale);
  if (seats.length === 0) return <p>{texts.none}</p>;
  return (
    <div class="stack-s">
      <h2>{fill(texts.waiting, { n: seats.length })}</h2>
      <ul class="stack-s">
        {seats.map((seat) => (
          <li key={seat.stepId}>
            <a href={`/cases/${seat.caseId}`}>
              <bdi>{seat.title}</bdi>
            </a>
            {` · ${seat.kind === "approval" ? word(r.t.words.stages, seat.stage) : word(r.t.words.stepKinds, seat.kind)}`}
            {` · ${deadline(seat.dueAt, r.now, r.locale)}`}
          </li>
        ))}
      </ul>
      {seats.some((seat) => seat.kind === "approval") && <p>{texts.vacant}</p>}
      {seats.some((seat) => seat.kind !== "approval") && <p>{texts.own}</p>}
    </div>
  );
}

// ---- absences

export type AbsenceValues = {
  staffId: string;
  from: string;
  to: string;
  substituteId: string;
  reason: string;
};
export type AbsencesPage = {
  items: AbsenceView[];
  people: PersonLine[];
  administers: boolean;
  values: AbsenceValues;
  problems: Problem[];
  message?: string;
  told: string | null;
  /** Makes pressing twice one absence. */
  key: string;
};

export function absencesPage(r: Reader, of: AbsencesPage): string {
  const texts = peopleTexts(r.locale);
  return page({
    r,
    title: texts.absencesTitle,
    here: "people",
    children: (
      <>
        <Told text={of.told} />
        <div class="head">
          <h1>{texts.absencesTitle}</h1>
          <div class="btns">
            <a class="btn" href="/people">
              {texts.toPeople}
            </a>
          </div>
        </div>
        <Enter r={r} of={of} />
        <Entered r={r} of={of} />
      </>
    ),
  });
}

function Enter({ r, of }: { r: Reader; of: AbsencesPage }): JSX.Element {
  const { absence: texts } = peopleTexts(r.locale);
  const { values, administers } = of;
  const form: FormState = { r, problems: of.problems };
  const active = of.people.filter((one) => one.active);
  const option = (one: PersonLine) => ({
    value: one.staffId,
    label: `${one.name}（${word(r.t.words.roles, one.role)}）`,
  });
  return (
    <Sheet id="enter" title={texts.enter}>
      <p class="hint">{texts.hint}</p>
      <Oops form={form} message={of.message} />
      <form class="stack-s" method="post" action="/absences" novalidate>
        <input type="hidden" name="csrf" value={r.csrf ?? ""} />
        <input type="hidden" name="key" value={of.key} />
        <div class="pair pair-t">
          {administers && (
            <Select
              form={form}
              name="staffId"
              label={texts.person}
              value={values.staffId}
              groups={[{ options: active.map(option) }]}
            />
          )}
          <Field form={form} name="from" label={texts.from} type="date" value={values.from} />
          <Field form={form} name="to" label={texts.to} type="date" value={values.to} />
          <Select
            form={form}
            name="substituteId"
            label={texts.substitute}
            value={values.substituteId}
            groups={[{ options: [{ value: "", label: texts.nobody }, ...active.map(option)] }]}
          />
        </div>
        <Field form={form} name="reason" label={texts.reason} value={values.reason} maxLength={500} />
        <div class="btns">
          <button class="btn btn-main" type="submit">
            {texts.submit}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

function Entered({ r, of }: { r: Reader; of: AbsencesPage }): JSX.Element {
  const { absence: texts } = peopleTexts(r.locale);
  const date = (day: string) => dayOfDate(day, r.now, r.locale);
  return (
    <Sheet id="list" title={texts.list}>
      {of.items.length === 0 ? (
        <Empty>
          <p>{texts.none}</p>
        </Empty>
      ) : (
        <ul class="steps">
          {of.items.map((one) => (
            <li key={one.absenceId}>
              <div class="split">
                <b>
                  <bdi>{one.name}</bdi>
                </b>
                <span>{fill(texts.span, { from: date(one.from), to: date(one.to) })}</span>
              </div>
              <p>
                {`${texts.substitute}: `}
                <bdi>{one.substitute?.name ?? texts.nobody}</bdi>
              </p>
              <p class="quiet">
                <bdi>{one.reason}</bdi>
                {one.createdBy.staffId === one.staffId
                  ? ""
                  : ` · ${fill(texts.by, { name: isolate(one.createdBy.name) })}`}
              </p>
              <form method="post" action={`/absences/${one.absenceId}/cancel`}>
                <input type="hidden" name="csrf" value={r.csrf ?? ""} />
                <button
                  class="btn"
                  type="submit"
                  aria-label={fill(texts.cancelOf, { name: one.name, from: date(one.from) })}
                >
                  {texts.cancel}
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}
