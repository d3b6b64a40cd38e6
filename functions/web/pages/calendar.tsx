/** Pages of the working calendar: a year as it counts, entering its official schedule, and what publishing changes. */
import type { JSX } from "preact";
import type { YearBook, YearDraft, YearView } from "../../calendar/years.ts";
import { addDays, dayOfDate } from "../../shared/calendar/dates.ts";
import { dayOfDate as dayWords, exact, listOf } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { calendarTexts } from "../../shared/i18n/sections/calendar.ts";
import { Sheet } from "../components/bits.tsx";
import { Field, type FormState, Oops } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import type { YearValues } from "../models/calendar-form.ts";
import type { Problem } from "../models/reception-form.ts";
import { count, isolate } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

const texts = (r: Reader) => calendarTexts(r.locale);
export const yearPath = (year: number): string => `/calendar/${year}`;

/** Runs of dates. */
function runsOf(dates: string[]): [first: string, last: string][] {
  const runs: [string, string][] = [];
  for (const date of dates) {
    const run = runs.at(-1);
    if (run && addDays(run[1], 1) === date) run[1] = date;
    else runs.push([date, date]);
  }
  return runs;
}

const day = (date: string, r: Reader): string => dayWords(date, r.now, r.locale);

export function calendarPage(
  r: Reader,
  { view, versions, missing, years, keeps }: YearBook,
  told: boolean,
): string {
  const t = texts(r);
  const title = fill(t.yearTitle, { year: view.year });
  const shown = [...new Set([...years, view.year])].sort();
  return page({
    r,
    title,
    here: "policies",
    children: (
      <>
        {told && (
          <p class="notice" role="status">
            {t.told}
          </p>
        )}
        {missing.map((year) => (
          <p class="notice notice-warn" key={year}>
            {fill(t.missing, { year })}
            {keeps && (
              <>
                {" "}
                <a href={`${yearPath(year)}/edit`}>{t.enter}</a>
              </>
            )}
          </p>
        ))}
        <div class="head">
          <h1>
            {title}{" "}
            <span class={view.status === "official" ? "tag tag-done" : "tag tag-warn"}>{t[view.status]}</span>
          </h1>
          {keeps && years.includes(view.year) && (
            <div class="btns">
              <a
                class={view.status === "official" ? "btn" : "btn btn-main"}
                href={`${yearPath(view.year)}/edit`}
              >
                {view.status === "official" ? t.change : t.enter}
              </a>
            </div>
          )}
        </div>
        <nav class="btns" aria-label={t.years}>
          {shown.map((year) => (
            <a
              key={year}
              class={year === view.year ? "btn" : "btn btn-bare"}
              href={yearPath(year)}
              aria-current={year === view.year ? "page" : undefined}
            >
              {fill(t.year, { year })}
            </a>
          ))}
        </nav>
        <Source r={r} view={view} />
        <Off r={r} view={view} />
        <Work r={r} view={view} />
        {versions.length > 1 && <Versions r={r} versions={versions} />}
      </>
    ),
  });
}

function Source({ r, view }: { r: Reader; view: YearView }): JSX.Element {
  const t = texts(r);
  if (view.status === "provisional")
    return <p class="notice notice-warn">{fill(t.provisionalText, { year: view.year })}</p>;
  return (
    <p>
      {`${t.notice}${r.locale === "en" ? ": " : "："}`}
      <bdi>{view.notice}</bdi>
      <br />
      <span class="quiet">{enteredBy(r, view)}</span>
    </p>
  );
}

const enteredBy = (r: Reader, view: YearView): string =>
  view.publishedBy && view.publishedAt
    ? fill(texts(r).entered, {
        name: isolate(view.publishedBy.name),
        at: exact(view.publishedAt, r.locale),
        n: view.version,
      })
    : texts(r).builtIn;

function Off({ r, view }: { r: Reader; view: YearView }): JSX.Element {
  const t = texts(r);
  return (
    <Sheet id="off" title={t.off}>
      {view.daysOff.length === 0 ? (
        <p>{t.offNone}</p>
      ) : (
        <table class="data">
          <thead>
            <tr>
              <th scope="col">{t.table.dates}</th>
              <th scope="col" class="num">
                {t.table.days}
              </th>
            </tr>
          </thead>
          <tbody>
            {runsOf(view.daysOff).map(([first, last]) => (
              <tr key={first}>
                <td>
                  {first === last ? day(first, r) : fill(t.range, { from: day(first, r), to: day(last, r) })}
                </td>
                <td class="num">{count(t.days, dayOfDate(last) - dayOfDate(first) + 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Sheet>
  );
}

const Work = ({ r, view }: { r: Reader; view: YearView }): JSX.Element => (
  <Sheet id="work" title={texts(r).work}>
    <p>
      {view.workingWeekends.length === 0
        ? texts(r).workNone
        : listOf(
            view.workingWeekends.map((date) => day(date, r)),
            r.locale,
          )}
    </p>
  </Sheet>
);

const Versions = ({ r, versions }: { r: Reader; versions: YearView[] }): JSX.Element => (
  <Sheet id="versions" title={texts(r).versions}>
    <ul class="stack-s">
      {versions.toReversed().map((one) => (
        <li key={one.version}>
          <b>{fill(texts(r).version, { n: one.version })}</b>
          {" · "}
          <bdi>{one.notice}</bdi>
          <br />
          <span class="quiet">{enteredBy(r, one)}</span>
        </li>
      ))}
    </ul>
  </Sheet>
);

// ---- entering

export type YearEditing = {
  year: number;
  values: YearValues;
  problems: Problem[];
  message?: string;
  told?: string;
};

export function yearEditPage(r: Reader, { year, values, problems, message, told }: YearEditing): string {
  const t = texts(r).edit;
  const title = fill(t.title, { year });
  const form: FormState = { r, problems };
  return page({
    r,
    title,
    here: "policies",
    narrow: true,
    children: (
      <>
        {told && (
          <p class="notice" role="status">
            {told}
          </p>
        )}
        <h1>{title}</h1>
        <p>{t.intro}</p>
        <Oops form={form} message={message} />
        <form class="sheet stack" method="post" action={`${yearPath(year)}/edit`} novalidate>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <input type="hidden" name="basedOn" value={values.basedOn} />
          <Field
            form={form}
            name="text"
            label={t.text}
            hint={t.textHint}
            value={values.text}
            rows={6}
            optional
          />
          <div class="btns">
            <button class="btn" type="submit" name="act" value="read">
              {t.read}
            </button>
          </div>
          <Field
            form={form}
            name="notice"
            label={t.notice}
            hint={t.noticeHint}
            value={values.notice}
            maxLength={200}
          />
          <Field
            form={form}
            name="daysOff"
            label={t.daysOff}
            hint={t.daysHint}
            value={values.daysOff}
            rows={8}
          />
          <Field
            form={form}
            name="workingWeekends"
            label={t.workingWeekends}
            hint={t.workHint}
            value={values.workingWeekends}
            rows={6}
            optional
          />
          <div class="btns">
            <button class="btn btn-main" type="submit" name="act" value="check">
              {t.check}
            </button>
            <a class="btn btn-bare" href={yearPath(year)}>
              {t.back}
            </a>
          </div>
        </form>
      </>
    ),
  });
}

/** What publishing changes, and the button that does it. */
export function yearConfirmPage(r: Reader, year: number, values: YearValues, draft: YearDraft): string {
  const t = texts(r);
  const words = t.confirm;
  const title = fill(words.title, { year });
  const { changes, doubts } = draft;
  const hidden: [string, string][] = [
    ["csrf", r.csrf ?? ""],
    ["basedOn", values.basedOn],
    ["notice", values.notice],
    ["daysOff", values.daysOff],
    ["workingWeekends", values.workingWeekends],
  ];
  return page({
    r,
    title,
    here: "policies",
    narrow: true,
    children: (
      <>
        <h1>{title}</h1>
        <p>{words.text}</p>
        <Doubtful r={r} doubts={doubts} />
        <Sheet id="changes" title={words.changes}>
          {changes.length === 0 ? (
            <p>{draft.basedOn === 0 ? words.none : words.same}</p>
          ) : (
            <table class="data">
              <thead>
                <tr>
                  <th scope="col">{t.table.date}</th>
                  <th scope="col">{t.table.was}</th>
                  <th scope="col">{t.table.is}</th>
                </tr>
              </thead>
              <tbody>
                {changes.map(({ date, was, is }) => (
                  <tr key={date}>
                    <td>{day(date, r)}</td>
                    <td>{t.kinds[was]}</td>
                    <td>
                      <b>{t.kinds[is]}</b>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Sheet>
        <form class="btns" method="post" action={`${yearPath(year)}/edit`}>
          {hidden.map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <button class="btn btn-main" type="submit" name="act" value="publish">
            {words.publish}
          </button>
          <button class="btn btn-bare" type="submit" name="act" value="edit">
            {words.edit}
          </button>
        </form>
      </>
    ),
  });
}

function Doubtful({ r, doubts }: { r: Reader; doubts: YearDraft["doubts"] }): JSX.Element | null {
  const words = texts(r).confirm;
  const { forgotten, daysMore } = doubts;
  if (forgotten.length === 0 && daysMore === 0) return null;
  const dates = listOf(
    forgotten.map((date) => day(date, r)),
    r.locale,
  );
  return (
    <div class="notice notice-warn" role="alert">
      <b>{words.look}</b>
      {forgotten.length > 0 && <p>{fill(words.forgotten, { dates })}</p>}
      {daysMore !== 0 && <p>{fill(daysMore > 0 ? words.more : words.fewer, { n: Math.abs(daysMore) })}</p>}
    </div>
  );
}
