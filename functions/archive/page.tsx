/** The dossier as a page: one file without anything from outside, to be read and printed years later. Pure. */
import type { ComponentChildren, JSX } from "preact";
import { render } from "preact-render-to-string";
import type { CaseEvent, CaseFile } from "../case/model.ts";
import { type ComplaintState, INVESTIGATION_FIELDS } from "../complaint/model.ts";
import { dispositionOf, investigationOf, messagesOf, notesOf, recordOf } from "../complaint/records.ts";
import type { Complaint } from "../complaint/schema.ts";
import type { Locale } from "../directory/model.ts";
import { exact, fileSize, money, phone } from "../shared/i18n/format.ts";
import { fill } from "../shared/i18n/messages.ts";
import { archiveTexts } from "../shared/i18n/sections/archive.ts";
import { complaintIntake } from "../shared/i18n/sections/complaint-intake.ts";
import { complaintStory } from "../shared/i18n/sections/complaint-story.ts";
import { complaintWords, wordOf } from "../shared/i18n/sections/complaint-words.ts";
import { wordsIn } from "../shared/i18n/words.ts";
import type { About } from "./dossier-rules.ts";
import type { ListedDocument } from "./parts.ts";

export type DossierPage = {
  about: About;
  file: CaseFile;
  documents: ListedDocument[];
  names: ReadonlyMap<string, string>;
};

/** What every part of the page needs. */
type On = DossierPage & {
  locale: Locale;
  t: ReturnType<typeof archiveTexts>;
  words: ReturnType<typeof complaintWords>;
  /** The name of whoever did something. */
  nameOf(id: string | null): string;
};

const STYLE = `
:root{color-scheme:light dark}
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans SC",sans-serif;max-width:56rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;border-bottom:1px solid;padding-bottom:.25rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8886}
th{font-weight:600}dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.25rem 1rem}dt{opacity:.75}dd{margin:0}
p,dd,td{overflow-wrap:anywhere}.tag{border:1px solid;border-radius:.25rem;padding:0 .35rem;font-size:.85rem}
.internal{border-inline-start:.25rem solid #b7791f;padding-inline-start:.75rem}.time{white-space:nowrap}.wide{overflow-x:auto}
@media print{body{max-width:none}a{color:inherit}}
`;

export function dossierPage(page: DossierPage, locale: Locale): string {
  const t = archiveTexts(locale);
  const on: On = {
    ...page,
    locale,
    t,
    words: complaintWords(locale),
    nameOf: (id) => {
      if (id === null) return t.system;
      return id === "customer" ? t.customer : (page.names.get(id) ?? id);
    },
  };
  return `<!doctype html>${render(<Page on={on} />)}`;
}

function Page({ on }: { on: On }): JSX.Element {
  const { about, t, locale } = on;
  const title = fill(t.title, { caseId: about.caseId });
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          <Summary on={on} />
          <ComplaintOf on={on} />
          <Report on={on} />
          <Talk on={on} />
          <Notes on={on} />
          <Documents on={on} />
          <Clocks on={on} />
          <Timeline on={on} />
          <h2>{t.check}</h2>
          <p>{t.checkHow}</p>
          <p>
            {t.head} <code>{on.file.events.at(-1)?.hash ?? ""}</code>
          </p>
        </main>
      </body>
    </html>
  );
}

/** Text of people, apart from what stands around it, with its line breaks. */
const Words = ({ text }: { text: string }): JSX.Element => (
  <>
    {text.split("\n").map((line, index) => (
      <>
        {index > 0 && <br />}
        <bdi>{line}</bdi>
      </>
    ))}
  </>
);

/** What is there, label by label. */
const Facts = ({ of }: { of: [label: string, value: ComponentChildren][] }): JSX.Element => (
  <dl>
    {of
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([label, value]) => (
        <>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </>
      ))}
  </dl>
);

function Summary({ on }: { on: On }): JSX.Element {
  const { about, t, words, file, locale } = on;
  const state = file.header.complaint!;
  const departments: Record<string, string> = wordsIn(locale).departments;
  return (
    <>
      <h2>{t.facts}</h2>
      <Facts
        of={[
          [t.dossier, fill(t.version, { n: about.version })],
          [t.outcome, wordOf(words.outcomes, about.outcome)],
          [t.received, exact(about.receivedAt, locale)],
          [t.closed, exact(about.closedAt, locale)],
          [t.retain, about.retainUntil],
          [t.category, categoryOf(state, on)],
          [t.grading, gradingOf(state, words)],
          [t.responding, wordOf(departments, state.respondingDept)],
          [t.reopened, state.reopenCount === 0 ? null : fill(t.times, { n: state.reopenCount })],
          [t.csat, state.csat],
        ]}
      />
      <h2>{t.stretches}</h2>
      <Facts
        of={state.stretches.map((one) => [
          `${wordOf(departments, one.department)} · ${one.assignee === null ? t.nobody : on.nameOf(one.assignee)}`,
          fill(t.stretch, {
            from: exact(one.from, locale),
            to: one.to === null ? t.open : exact(one.to, locale),
          }),
        ])}
      />
      <p>{t.internalNote}</p>
    </>
  );
}

const categoryOf = (state: ComplaintState, { words, locale }: On): string =>
  [
    wordOf(words.categories, state.category),
    state.subCategory === null ? "" : wordOf(complaintIntake(locale).subCategories, state.subCategory),
  ]
    .filter(Boolean)
    .join(" · ");

const gradingOf = (state: ComplaintState, words: On["words"]): string =>
  [
    wordOf(words.priorities, state.priority),
    wordOf(words.severities, state.severity),
    wordOf(words.urgencies, state.urgency),
    ...(state.safetyFlag ? [words.fields.safetyFlag] : []),
  ].join(" · ");

function ComplaintOf({ on }: { on: On }): JSX.Element {
  const { t, file } = on;
  const content = file.content as Partial<Complaint> | null;
  return (
    <>
      <h2>{t.complaint}</h2>
      {content === null ? (
        <p>{t.erased}</p>
      ) : (
        <>
          <Facts
            of={[
              [t.customer, <bdi>{content.complainantName}</bdi>],
              [t.organisation, content.organisation && <bdi>{content.organisation}</bdi>],
              [t.phone, content.complainantPhone && phone(content.complainantPhone)],
              [t.email, content.complainantEmail],
              [t.waybill, content.waybillNo && <bdi>{content.waybillNo}</bdi>],
            ]}
          />
          <p>
            <Words text={content.description ?? ""} />
          </p>
          {content.remedySought && <Facts of={[[t.remedy, <Words text={content.remedySought} />]]} />}
        </>
      )}
    </>
  );
}

function Report({ on }: { on: On }): JSX.Element {
  const { t, words, file } = on;
  const investigation = investigationOf(file);
  const disposition = dispositionOf(file);
  const record = recordOf(file);
  return (
    <>
      <h2>
        {t.report} <span class="tag">{t.internal}</span>
      </h2>
      {investigation ? (
        <Facts
          of={[
            ...INVESTIGATION_FIELDS.map((field): [string, JSX.Element] => [
              words.investigation[field],
              <Words text={investigation[field]} />,
            ]),
            ...(disposition
              ? ([
                  [t.disposition, wordOf(words.dispositions, disposition.type)],
                  [t.amount, disposition.amount === undefined ? null : money(disposition.amount)],
                  [t.notice, <Words text={disposition.noticeText} />],
                ] satisfies [string, ComponentChildren][])
              : []),
          ]}
        />
      ) : (
        <p>{t.none}</p>
      )}
      {record && (
        <Facts
          of={[
            [t.csat, record.satisfaction],
            [words.stepKinds["follow-up"], record.verbatim && <Words text={record.verbatim} />],
          ]}
        />
      )}
    </>
  );
}

function Talk({ on }: { on: On }): JSX.Element {
  const { t, file, locale } = on;
  const said = messagesOf(file);
  return (
    <>
      <h2>{t.talk}</h2>
      {said.length === 0 && <p>{t.none}</p>}
      {said.map((one) => (
        <section key={one.seq}>
          <p>
            <b>{one.from === "us" ? `${t.us} · ${on.nameOf(one.by)}` : t.customer}</b>{" "}
            <span class="time">{exact(one.at, locale)}</span>
          </p>
          <p>
            <Words text={one.text} />
          </p>
        </section>
      ))}
    </>
  );
}

function Notes({ on }: { on: On }): JSX.Element {
  const { t, file, locale } = on;
  const notes = notesOf(file);
  return (
    <>
      <h2>
        {t.notes} <span class="tag">{t.internal}</span>
      </h2>
      {notes.length === 0 && <p>{t.none}</p>}
      {notes.map((one) => (
        <section class="internal" key={one.noteId}>
          <p>
            <b>{on.nameOf(one.by)}</b> <span class="time">{exact(one.at, locale)}</span>
          </p>
          <p>
            <Words text={one.text} />
          </p>
        </section>
      ))}
    </>
  );
}

const pathTo = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

function Documents({ on }: { on: On }): JSX.Element {
  const { t, documents } = on;
  return (
    <>
      <h2>{t.documents}</h2>
      {documents.length === 0 && <p>{t.none}</p>}
      <ul>
        {documents.map((one) => (
          <li key={one.attachmentId}>
            {one.path === null ? <bdi>{one.name}</bdi> : <a href={pathTo(one.path)}>{one.name}</a>}{" "}
            {fileSize(one.size)} · {on.nameOf(one.by)}
            {one.internal && <span class="tag">{t.internal}</span>}
            {one.path === null && ` · ${t.missing}`}
          </li>
        ))}
      </ul>
    </>
  );
}

function Clocks({ on }: { on: On }): JSX.Element {
  const { t, words, file, locale } = on;
  const orNone = (at: string | null): string => (at === null ? "" : exact(at, locale));
  return (
    <>
      <h2>{t.clocks}</h2>
      <div class="wide">
        <table>
          <thead>
            <tr>
              <th scope="col">{t.clocks}</th>
              <th scope="col">{t.due}</th>
              <th scope="col">{t.met}</th>
              <th scope="col">{t.status}</th>
            </tr>
          </thead>
          <tbody>
            {file.clocks.map((one) => (
              <tr key={one.clockId}>
                <th scope="row">{fill(t.clockRow, { kind: words.clocks[one.kind], round: one.round })}</th>
                <td>{orNone(one.dueAt)}</td>
                <td>{orNone(one.metAt)}</td>
                <td>{words.clockStatuses[one.status]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Timeline({ on }: { on: On }): JSX.Element {
  const { t, file, locale } = on;
  const events: Record<string, string> = complaintStory(locale).events;
  return (
    <>
      <h2>
        {t.timeline} <span class="tag">{t.internal}</span>
      </h2>
      <table>
        <tbody>
          {file.events.map((event) => (
            <tr key={event.seq}>
              <td>{event.seq}</td>
              <td class="time">{exact(event.at, locale)}</td>
              <td>
                {wordOf(events, event.kind)} · {on.nameOf(event.by)}
                <Detail event={event} on={on} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** The words of a line that are not shown elsewhere as the case's own. */
function Detail({ event, on }: { event: CaseEvent; on: On }): JSX.Element | null {
  const data = on.file.payloads.get(event.seq)?.data;
  if (!data) return event.payloadHash === undefined ? null : <p>{on.t.erased}</p>;
  const reasons: Record<string, string> = { ...on.words.outcomes, ...on.words.reopenReasons };
  const reason = typeof data.reason === "string" ? wordOf(reasons, data.reason) : null;
  const lines = [data.name, data.text, data.question, data.comment, reason].filter(
    (one): one is string => typeof one === "string" && one !== "",
  );
  return lines.length === 0 ? null : (
    <p>
      <Words text={lines.join("\n")} />
    </p>
  );
}
