/** Parts of a follow-up that its pages share: facts, contacts so far, the record, messages. */
import type { JSX } from "preact";
import type { CallRecord, VisitRecord } from "../../follow-up/schema.ts";
import { dayOfDate, exact, fileSize, phone, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { followUpCase } from "../../shared/i18n/sections/follow-up-case.ts";
import { followUpForms } from "../../shared/i18n/sections/follow-up-forms.ts";
import { wordsIn } from "../../shared/i18n/words.ts";
import { type FollowUpView, modeOf, nameOf } from "../models/follow-up.ts";
import type { NameOf } from "../models/follow-up-timeline.ts";
import { isolate, str, strings, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { Fact, Prose, Sheet, Until, When } from "./bits.tsx";

type Props = { r: Reader; view: FollowUpView };

export const contactOf = ({
  content,
}: FollowUpView): { name: string; phone: string; email: string } | null => {
  const contact = content?.contact as { name?: unknown; phone?: unknown; email?: unknown } | null | undefined;
  return contact ? { name: str(contact.name), phone: str(contact.phone), email: str(contact.email) } : null;
};

export function FollowUpFacts({ r, view }: Props): JSX.Element {
  const t = followUpCase(r.locale).facts;
  const contact = contactOf(view);
  const questions = strings(view.content?.questions);
  return (
    <dl class="facts">
      <Fact label={t.customer}>
        <a href={`/customers/${encodeURIComponent(view.customerId)}`}>
          <bdi>{view.customerName}</bdi>
        </a>
      </Fact>
      <Fact label={t.contact}>
        {view.content === null ? (
          <span class="quiet">{t.erased}</span>
        ) : contact ? (
          <>
            <bdi>{contact.name}</bdi>
            <br />
            <a href={`tel:${contact.phone}`}>{phone(contact.phone)}</a>
            {contact.email && (
              <>
                <br />
                <bdi>{contact.email}</bdi>
              </>
            )}
          </>
        ) : (
          <span class="quiet">{t.noContact}</span>
        )}
      </Fact>
      {view.content && (
        <Fact label={t.purpose}>
          {str(view.content.purpose) ? (
            <Prose text={str(view.content.purpose)} />
          ) : (
            <span class="quiet">{t.noPurpose}</span>
          )}
        </Fact>
      )}
      {questions.length > 0 && (
        <Fact label={t.questions}>
          <ol class="noticed">
            {questions.map((one) => (
              <li key={one}>
                <bdi>{one}</bdi>
              </li>
            ))}
          </ol>
        </Fact>
      )}
      <Fact label={t.plannedOn}>{dayOfDate(view.plannedOn, r.now, r.locale)}</Fact>
      <Fact label={t.dueAt}>
        <Until at={view.dueAt} r={r} />
      </Fact>
      {view.missedAt && (
        <Fact label={t.missedAt}>
          <span class={view.missed ? "late" : undefined}>
            <When at={view.missedAt} r={r} />
          </span>
        </Fact>
      )}
      <Fact label={t.assignee}>
        <bdi>{view.assignee.name}</bdi>
      </Fact>
      <Fact label={t.source}>{followUpCase(r.locale).sources[view.sourceType]}</Fact>
      <Fact label={t.createdBy}>{view.createdBy ? <bdi>{view.createdBy.name}</bdi> : t.planner}</Fact>
      {view.reason && (
        <Fact label={t.cancelReason}>{wordOf(followUpCase(r.locale).reasons, view.reason)}</Fact>
      )}
      {view.complaintId && (
        <Fact label={t.complaint}>
          <a href={`/complaints/${view.complaintId}`}>{view.complaintId}</a>
        </Fact>
      )}
    </dl>
  );
}

/** What the contact is for and what is to be asked: whoever calls reads it before he writes. */
export function Errand({ r, view }: Props): JSX.Element | null {
  const t = followUpCase(r.locale).facts;
  const purpose = str(view.content?.purpose);
  const questions = strings(view.content?.questions);
  if (purpose === "" && questions.length === 0) return null;
  return (
    <div class="stack-s">
      {purpose !== "" && (
        <p>
          <span class="quiet">{t.purpose}</span> <bdi>{purpose}</bdi>
        </p>
      )}
      {questions.length > 0 && (
        <div>
          <p class="quiet">{t.questions}</p>
          <ol class="noticed">
            {questions.map((one) => (
              <li key={one}>
                <bdi>{one}</bdi>
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}

/** Why this person, with those who could have had it. */
export function Why({ r, view, name }: Props & { name: NameOf }): JSX.Element {
  const t = followUpCase(r.locale);
  const { text, candidates } = view.assignmentReason;
  return (
    <Sheet id="why" title={fill(t.why, { name: isolate(view.assignee.name) })}>
      <p>{text}</p>
      {candidates.length > 1 && (
        <ul class="stack-s small">
          {candidates.map((one) => (
            <li key={one.staffId} class="split">
              <bdi>{name(one.staffId)}</bdi>
              <span class="kicker">
                {[
                  fill(t.candidate.load, { n: one.load }),
                  ...(one.present ? [] : [t.candidate.away]),
                  ...(one.skilled ? [] : [t.candidate.unskilled]),
                ].join(" · ")}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}

export function Attempts({ r, view }: Props): JSX.Element {
  const words = complaintWords(r.locale);
  if (view.attempts.length === 0) return <p class="quiet">{followUpCase(r.locale).attempts.none}</p>;
  return (
    <ol class="clocks">
      {view.attempts.map((one) => (
        <li key={one.at + one.channel + one.result}>
          <b>
            <When at={one.at} r={r} />
          </b>
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
  );
}

// ---- the record

type Line = { label: string; text: string };

/** The record as on its form, group by group. */
export function RecordSheet({ r, view }: Props): JSX.Element | null {
  const { record } = view;
  if (!record) return null;
  const t = followUpCase(r.locale).record;
  const groups = "visitors" in record ? visitGroups(record, r) : callGroups(record, r);
  const written = view.events.findLast((event) => event.kind === "follow-up.recorded");
  const state =
    view.phase === "reviewing" ? "waiting" : view.outcome === "recorded" ? "accepted" : "returned";
  return (
    <Sheet
      id="record"
      title={t[view.mode]}
      aside={
        <span
          class={state === "accepted" ? "tag tag-done" : state === "waiting" ? "tag tag-now" : "tag tag-warn"}
        >
          {t[state]}
        </span>
      }
    >
      {written?.by && (
        <p class="kicker">
          {fill(t.by, { name: nameOf(written.by), time: when(written.at, r.now, r.locale) })}
        </p>
      )}
      {groups.map(({ title, lines }) => (
        <div class="facts-group" key={title}>
          {title !== "" && <h3>{title}</h3>}
          <dl class="facts">
            {lines.map((line) => (
              <Fact key={line.label} label={line.label}>
                {line.text === "" ? <span class="quiet">{t.empty}</span> : <Prose text={line.text} />}
              </Fact>
            ))}
          </dl>
        </div>
      ))}
    </Sheet>
  );
}

const numberOf = (n: number, r: Reader): string => n.toLocaleString(r.locale === "en" ? "en" : "zh-CN");

function found(record: CallRecord | VisitRecord, r: Reader): Line[] {
  const { issue, call } = followUpForms(r.locale);
  const t = followUpCase(r.locale).record;
  const category = wordOf(complaintWords(r.locale).categories, record.issueCategory ?? "");
  return [
    {
      label: call.satisfaction,
      text: record.satisfaction === undefined ? "" : fill(t.mark, { n: record.satisfaction }),
    },
    { label: issue.legend, text: record.issueFound ? `${issue.yes} · ${category}` : issue.no },
    { label: call.verbatim, text: record.verbatim },
    { label: call.newNeeds, text: record.newNeeds },
    { label: call.suggestion, text: record.suggestion },
    { label: issue.complaint, text: record.needsComplaint ? t.yes : t.no },
  ];
}

const nextLine = (on: string | null | undefined, why: string | undefined, r: Reader): Line => ({
  label: followUpForms(r.locale).next.legend,
  text: on
    ? dayOfDate(on, r.now, r.locale)
    : fill(followUpCase(r.locale).record.none, { reason: isolate(why ?? "") }),
});

function callGroups(record: CallRecord, r: Reader): { title: string; lines: Line[] }[] {
  return [
    {
      title: "",
      lines: [
        { label: followUpForms(r.locale).call.contactName, text: record.contactName },
        ...found(record, r),
        nextLine(record.nextFollowUpOn, record.noNextReason, r),
      ],
    },
  ];
}

function visitGroups(record: VisitRecord, r: Reader): { title: string; lines: Line[] }[] {
  const { visit } = followUpForms(r.locale);
  const t = followUpCase(r.locale).record;
  const line = (label: string, text: string): Line => ({ label, text });
  const every = fill(t.every, {
    n: record.frequency.count,
    unit: wordOf(t.units, record.frequency.unit),
  });
  return [
    {
      title: visit.parts.visit,
      lines: [
        line(visit.customerName, record.customerName),
        line(visit.customerAddress, record.customerAddress),
        line(visit.visitors, record.visitors.join(r.t.words.listSeparator)),
        line(visit.visitDate, dayOfDate(record.visitDate, r.now, r.locale)),
        line(visit.frequency, every),
        line(visit.filledAt, exact(record.filledAt, r.locale)),
        line(visit.materialsUsed, record.materialsUsed),
        line(visit.purpose, record.purpose),
      ],
    },
    {
      title: visit.parts.customer,
      lines: [
        line(visit.companyOverview, record.companyOverview),
        line(visit.companyType, record.companyType),
        line(visit.siteAreaSqm, fill(t.sqm, { n: numberOf(record.siteAreaSqm, r) })),
        line(
          visit.registeredCapitalCny10k,
          fill(t.capital, { n: numberOf(record.registeredCapitalCny10k, r) }),
        ),
        line(visit.employeeCount, fill(t.people, { n: numberOf(record.employeeCount, r) })),
        line(visit.contactName, record.contactName),
        line(visit.contactPhone, phone(record.contactPhone)),
        line(visit.businessScope, record.businessScope),
      ],
    },
    {
      title: visit.parts.talk,
      lines: [
        line(visit.qualityRequirements, record.qualityRequirements),
        line(visit.agreedIntent, record.agreedIntent),
        line(visit.customerFeedback, record.customerFeedback),
        ...found(record, r),
        nextLine(record.nextVisitPlan?.dueOn, record.nextVisitPlan?.reason, r),
      ],
    },
  ];
}

export function FollowUpMessages({ r, view }: Props): JSX.Element {
  const t = followUpCase(r.locale).messages;
  const { messages, messageStates, channels } = {
    ...r.t.words,
    messages: { ...wordsIn(r.locale).messages, ...t.kinds },
  };
  return (
    <Sheet id="messages" title={t.title}>
      {view.messages.length === 0 ? (
        <p class="quiet">{t.none}</p>
      ) : (
        <ul class="stack-s small">
          {view.messages.map((one) => (
            <li key={one.id}>
              {word(messages, one.kind)}
              <br />
              <span class="kicker">
                {[
                  nameOf(one.to),
                  word(channels, one.channel),
                  one.deferredUntil
                    ? fill(t.until, { time: when(one.deferredUntil, r.now, r.locale) })
                    : one.sentAt
                      ? when(one.sentAt, r.now, r.locale)
                      : word(messageStates, one.status),
                ].join(" · ")}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}

/** Files of the case, and the way to one more: whoever sees an open one may add to it. */
export function FollowUpFiles({ r, view }: Props): JSX.Element | null {
  const t = followUpCase(r.locale).files;
  const isOpen = view.status === "open" && r.csrf !== null;
  if (view.attachments.length === 0 && !isOpen) return null;
  return (
    <Sheet id="files" title={t.title}>
      {view.attachments.length === 0 ? (
        <p class="quiet">{t.none}</p>
      ) : (
        <ul class="files">
          {view.attachments.map((file) => (
            <li key={file.attachmentId}>
              <a href={`/api/cases/${view.caseId}/attachments/${file.attachmentId}`}>
                <bdi>{file.name}</bdi>
              </a>
              <span class="kicker nowrap">
                <bdi>{file.by.name}</bdi> · {fileSize(file.size)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {isOpen && (
        <div class="btns">
          <a class="btn" href={`/cases/${view.caseId}/attachments`}>
            {t.add}
          </a>
        </div>
      )}
    </Sheet>
  );
}

/** The kind of contact and the code: 电话回访 HF-2026-000012. */
export const kickerOf = ({ r, view }: Props): string =>
  fill(followUpCase(r.locale).kicker, { mode: modeOf(view, r), caseId: view.caseId });
