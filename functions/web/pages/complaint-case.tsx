/** A complaint: where it is, what was written, why it is due then, what happened. */
import type { JSX } from "preact";
import type { ClockView } from "../../complaint/clock-rules.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintCase } from "../../shared/i18n/sections/complaint-case.ts";
import { complaintForms } from "../../shared/i18n/sections/complaint-forms.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { Prose, Road, Sheet } from "../components/bits.tsx";
import { ComplaintActs } from "../components/complaint-acts.tsx";
import { ClockSheets } from "../components/complaint-clock.tsx";
import {
  Assignment,
  ComplaintFacts,
  ComplaintFiles,
  ComplaintMessages,
  Dossier,
  Result,
  Stretches,
} from "../components/complaint-parts.tsx";
import {
  type Mate,
  Outward,
  TalkSheet,
  type Template,
  type Written,
  whereTo,
} from "../components/complaint-talk.tsx";
import { page } from "../components/layout.tsx";
import { TimelineSheet } from "../components/timeline.tsx";
import {
  type ComplaintView,
  complaintTitle,
  customerName,
  mayMerge,
  type Names,
  openComplaintStep,
  phaseTag,
  priorityTag,
} from "../models/complaint.ts";
import { complaintSentence, complaintStations } from "../models/complaint-road.ts";
import { talkOf } from "../models/complaint-talk.ts";
import { complaintTimeline } from "../models/complaint-timeline.ts";
import { isolate, str } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export const TOLD = [
  "noted",
  "sent",
  "asked",
  "resumed",
  "triaged",
  "merged",
  "reopened",
  "nudged",
  "attached",
  "done",
  "created",
  "read",
  "recipients",
] as const;
export type Told = (typeof TOLD)[number] | null;

export type ComplaintPage = {
  view: ComplaintView;
  clocks: ClockView[];
  mates: Mate[];
  templates: Template[];
  told: Told;
  written?: Written | undefined;
};

/** The names of staff ids, from the people that a page knows. */
export const namesIn = (mates: Mate[]): Names => {
  const known = new Map(mates.map((one) => [one.staffId, one.name]));
  return (staffId) => known.get(staffId) ?? staffId;
};

export function complaintPage(r: Reader, p: ComplaintPage): string {
  const { view, mates } = p;
  const t = complaintCase(r.locale);
  const title = complaintTitle(view, r);
  const names = namesIn(mates);
  return page({
    r,
    title: `${view.caseId} ${title}`,
    here: "complaints",
    children: (
      <>
        <Head r={r} view={view} title={title} />
        {p.told && (
          <p class="notice" role="status">
            {t.told[p.told]}
          </p>
        )}
        {view.mergedInto && (
          <p class="notice notice-warn">
            <a href={`/cases/${view.mergedInto}`}>{fill(t.mergedInto, { caseId: view.mergedInto })}</a>
          </p>
        )}
        <Where r={r} p={p} />
        <Duplicates r={r} p={p} />
        <div class="cols">
          <div class="stack">
            <TalkSheet
              r={r}
              view={view}
              talk={talkOf(view, r, names)}
              mates={mates}
              templates={p.templates}
              written={p.written}
            />
            <Result r={r} view={view} />
            <ClockSheets r={r} clocks={p.clocks} />
            <TimelineSheet r={r} view={view} lines={complaintTimeline(view, r, names)} />
          </div>
          <aside class="stack" aria-label={t.facts.title}>
            <Sheet id="facts" title={t.facts.title}>
              <ComplaintFacts r={r} view={view} />
            </Sheet>
            <Assignment r={r} view={view} names={names} />
            <Stretches r={r} view={view} />
            <ComplaintFiles r={r} view={view} />
            <Dossier r={r} view={view} />
            <ComplaintMessages r={r} view={view} />
          </aside>
        </div>
      </>
    ),
  });
}

function Head({ r, view, title }: { r: Reader; view: ComplaintView; title: string }): JSX.Element {
  const t = complaintCase(r.locale);
  const words = complaintWords(r.locale);
  const waybill = str(view.content?.waybillNo);
  return (
    <div class="head">
      <p class="kicker">
        {[
          fill(t.kicker, { caseId: view.caseId }),
          isolate(str(view.content?.organisation)),
          waybill && fill(t.waybill, { no: isolate(waybill) }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <h1>{title}</h1>
      <div class="btns">
        <span class={phaseTag(view)}>
          {view.status === "closed"
            ? wordOf(words.outcomes, view.outcome ?? "")
            : view.paused
              ? t.paused
              : wordOf(words.phases, view.phase)}
        </span>
        <span class={priorityTag(view.priority)}>{words.priorities[view.priority]}</span>
        <span class="tag tag-plain">{wordOf(words.categories, view.category)}</span>
        {view.safetyFlag && <span class="tag tag-late">{t.safety}</span>}
        {view.reopenCount > 0 && (
          <span class="tag tag-warn">{fill(t.round, { n: view.reopenCount + 1 })}</span>
        )}
      </div>
    </div>
  );
}

function Where({ r, p: { view, written } }: { r: Reader; p: ComplaintPage }): JSX.Element {
  const now = complaintSentence(view, r);
  return (
    <section class="sheet head-road" aria-labelledby="road">
      <div class="split">
        <h2 id="road" class={now.late ? "late" : undefined}>
          {now.text}
        </h2>
        <a class="small" href={`/cases/${view.caseId}/workflow`}>
          {complaintCase(r.locale).workflow}
        </a>
      </div>
      {openComplaintStep(view)?.provisional && <p class="hint">{r.t.web.case.provisional}</p>}
      <Road stations={complaintStations(view, r)} r={r} />
      <ComplaintActs r={r} view={view} written={written} />
    </section>
  );
}

/** Cases that may be the same complaint, each one press from being merged: with a reason that says so. */
function Duplicates({ r, p: { view } }: { r: Reader; p: ComplaintPage }): JSX.Element | null {
  const t = complaintCase(r.locale).duplicates;
  if (view.status === "closed" || view.possibleDuplicates.length === 0) return null;
  return (
    <section class="notice notice-warn stack-s" aria-labelledby="same">
      <h2 id="same">{t.title}</h2>
      <p>{t.text}</p>
      <ul class="stack-s">
        {view.possibleDuplicates.map((caseId) => (
          <li class="btns" key={caseId}>
            <a href={`/cases/${caseId}`}>{caseId}</a>
            {mayMerge(view, r) && r.csrf && (
              <form method="post" action={`/complaints/${view.caseId}/merge`}>
                <input type="hidden" name="csrf" value={r.csrf} />
                <input type="hidden" name="into" value={caseId} />
                <button class="btn" type="submit" name="do" value="ask">
                  {fill(t.merge, { caseId })}
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

// ---- what goes to the customer, once more before it goes

export type Outgoing = { view: ComplaintView; form: "messages" | "pause"; text: string; key: string };

/** Shows exactly what the customer will get, and asks for the second press. */
export function outgoingPage(r: Reader, { view, form, text, key }: Outgoing): string {
  const t = complaintForms(r.locale);
  const words = form === "messages" ? t.message : t.pause;
  const name = customerName(view, r);
  const field = form === "messages" ? "text" : "question";
  return page({
    r,
    title: `${view.caseId} ${words.previewTitle}`,
    here: "complaints",
    narrow: true,
    children: (
      <>
        <div class="head">
          <p class="kicker">
            <a href={`/complaints/${view.caseId}`}>{fill(t.back, { caseId: view.caseId })}</a>
          </p>
          <h1>{words.previewTitle}</h1>
        </div>
        <article class="outer">
          <p class="to">
            <Outward />
            <b>{fill(words.label, { name })}</b>
          </p>
          <p>
            <Prose text={text} />
          </p>
        </article>
        <p class="notice notice-warn">
          {fill(t.message.previewTo, { name, where: whereTo(view, r) })}
          <br />
          {words.previewNote}
        </p>
        <form class="btns" method="post" action={`/complaints/${view.caseId}/${form}`}>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <input type="hidden" name="key" value={key} />
          <input type="hidden" name={field} value={text} />
          <button class="btn btn-main" type="submit" name="do" value="send">
            {t.send}
          </button>
          <button class="btn" type="submit" name="do" value="edit">
            {t.edit}
          </button>
        </form>
      </>
    ),
  });
}
