/**
 * Mails to colleagues about a complaint: complaint.assigned, clock.*, note.mentioned, step.opened, step.reminded, and those
 * that every approval has. Subjects hold category, organisation and waybill, never a person; money only where one signs it.
 */
import { INVESTIGATION_FIELDS } from "../../complaint/model.ts";
import { dated, deadline, exact, money, timeLeft } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { mailActs } from "../../shared/i18n/sections/mail-acts.ts";
import { mailComplaintStaff } from "../../shared/i18n/sections/mail-complaint-staff.ts";
import type { ComplaintMail } from "../complaint-facts.ts";
import type { MailFacts } from "../facts.ts";
import type { CaseMessageKind, ComplaintStaffKind } from "../kinds.ts";
import { budgetFact, dueFact, signedFact } from "./blocks.ts";
import { type Fact, type MailDoc, type Notice, texts } from "./doc.ts";

/** Facts of a mail about a complaint. */
type Facts = MailFacts & { complaint: ComplaintMail };

/** So much of what the customer wrote; the rest is on the page. */
const QUOTED = 240;
const NAMED = 24;

function clipped(text: string, max: number, mark: string): string {
  const letters = [...text];
  return letters.length <= max ? text : letters.slice(0, max - 1).join("") + mark;
}

/** 货损投诉，洁丽雅有限公司: what it is about without a person. */
function subjectOf({ complaint, locale }: Facts): string {
  const t = mailComplaintStaff(locale);
  const category = wordOf(complaintWords(locale).categories, complaint.category);
  const org =
    clipped(complaint.organisation, NAMED, t.clip) ||
    (complaint.waybillNo && fill(t.waybill, { no: complaint.waybillNo }));
  return org ? fill(t.subject, { category, org }) : fill(t.subjectPlain, { category });
}

/** What the reader is asked to do, by kind of step. */
function askOf({ complaint, locale }: Facts): { subject: string; heading: string } {
  const { steps } = mailComplaintStaff(locale);
  return Object.hasOwn(steps, complaint.about) ? steps[complaint.about as keyof typeof steps] : steps.other;
}

const dueAtOf = (facts: Facts): string | null => facts.complaint.clock?.dueAt ?? facts.step?.dueAt ?? null;

function params(facts: Facts): Record<string, string> {
  const { complaint, locale, now } = facts;
  const at = dueAtOf(facts);
  const words = complaintWords(locale);
  const t = mailComplaintStaff(locale);
  return {
    name: facts.recipient,
    subject: subjectOf(facts),
    deadline: at ? deadline(at, now, locale) : "",
    left: at ? timeLeft(at, now, locale).text : "",
    clock: complaint.clock ? lower(words.clocks[complaint.clock.kind], locale) : "",
    handler: complaint.handler || t.labels.nobody,
    waiting: (facts.step?.waiting ?? []).join(texts(locale).words.listSeparator),
    by: facts.said?.name ?? complaint.note?.by ?? "",
    ask: askOf(facts).subject,
  };
}

/** Words stand in the middle of English sentences. */
const lower = (text: string, locale: MailFacts["locale"]): string =>
  locale === "en" ? text.charAt(0).toLowerCase() + text.slice(1) : text;

/** What every mail tells of the complaint. */
function caseFacts(facts: Facts): Fact[] {
  const { complaint, locale } = facts;
  const { labels, clip } = mailComplaintStaff(locale);
  const words = complaintWords(locale);
  const rows: [string, string][] = [
    [labels.organisation, complaint.organisation],
    [labels.waybill, complaint.waybillNo],
    [labels.category, wordOf(words.categories, complaint.category)],
    [labels.description, clipped(complaint.description, QUOTED, clip)],
    [labels.remedy, clipped(complaint.remedySought, QUOTED, clip)],
  ];
  return rows.filter(([, value]) => value !== "").map(([label, value]) => ({ label, value }));
}

const handlerFact = ({ complaint, locale }: Facts): Fact => ({
  label: mailComplaintStaff(locale).labels.handler,
  value: complaint.handler || mailComplaintStaff(locale).labels.nobody,
});

/** The deadline of the clock, else of the step, by its date. */
function due(facts: Facts): Fact[] {
  const at = facts.complaint.clock?.dueAt;
  return at
    ? [{ label: mailComplaintStaff(facts.locale).labels.due, value: exact(at, facts.locale) }]
    : dueFact(facts);
}

type Words = { subject: string; heading: string; under: string };

function mail(facts: Facts, words: Words, more: Partial<MailDoc> = {}): MailDoc {
  const t = mailComplaintStaff(facts.locale);
  const all = params(facts);
  const under = fill(words.under, all);
  return {
    locale: facts.locale,
    caseId: facts.caseId,
    subject: fill(words.subject, all),
    preheader: under,
    heading: fill(words.heading, all),
    figure: complaintWords(facts.locale).priorities[facts.complaint.priority],
    under,
    notices: [],
    facts: [...caseFacts(facts), ...due(facts)],
    changes: [],
    button: { label: t.open, url: facts.urls.case },
    hint: "",
    why: [t.why.step],
    ...more,
  };
}

function assigned(facts: Facts): MailDoc {
  const t = mailComplaintStaff(facts.locale);
  const plain = facts.complaint.paused || dueAtOf(facts) === null;
  const words = {
    subject: plain ? t.assigned.subjectPaused : t.assigned.subject,
    heading: t.assigned.heading,
    under: facts.complaint.paused ? t.assigned.underPaused : plain ? "" : t.assigned.under,
  };
  const reason = facts.complaint.assignment;
  return mail(facts, words, {
    facts: [...caseFacts(facts), ...due(facts), ...(reason ? [{ label: t.labels.why, value: reason }] : [])],
    why: [t.why.handler],
  });
}

/** The investigation report for somebody who is to know of it, with the link of his receipt. */
function report(facts: Facts): MailDoc {
  const t = mailComplaintStaff(facts.locale);
  const words = complaintWords(facts.locale);
  const { investigation } = facts.complaint;
  return {
    ...mail(facts, { ...t.opened, heading: askOf(facts).heading }),
    facts: [
      ...(investigation
        ? INVESTIGATION_FIELDS.map((field) => ({
            label: words.investigation[field],
            value: investigation[field],
          }))
        : []),
      ...caseFacts(facts),
      ...dueFact(facts),
    ],
    button: { label: words.choices.read, url: facts.urls.link ?? facts.urls.case },
    hint: texts(facts.locale).mail.openingDecidesNothing,
    why: [t.why.step, texts(facts.locale).mail.personalLink],
  };
}

function opened(facts: Facts): MailDoc {
  const t = mailComplaintStaff(facts.locale);
  if (facts.complaint.about === "read") return report(facts);
  return mail(facts, { ...t.opened, heading: askOf(facts).heading });
}

/** Once part of the time has gone, once all of it has, and when somebody asks for it (催办). */
function reminded(facts: Facts): MailDoc {
  if (facts.said) return nudged(facts);
  const t = mailComplaintStaff(facts.locale).reminded;
  const late = facts.step !== null && Date.parse(facts.step.dueAt) <= facts.now;
  return mail(facts, {
    subject: late ? t.subjectLate : t.subject,
    heading: askOf(facts).heading,
    under: late ? t.underLate : t.under,
  });
}

function nudged(facts: Facts): MailDoc {
  const t = mailComplaintStaff(facts.locale).nudged;
  return withLink(facts, mail(facts, { ...t, heading: askOf(facts).heading }));
}

function clock(facts: Facts, how: "warned" | "breached" | "climbed"): MailDoc {
  const t = mailComplaintStaff(facts.locale);
  return mail(
    facts,
    {
      subject: t.clock[`${how}Subject`],
      heading: t.clock[`${how}Heading`],
      under: dueAtOf(facts) ? t.clock[`${how}Under`] : "",
    },
    {
      facts: [...caseFacts(facts), handlerFact(facts), ...due(facts)],
      why: [how === "climbed" ? t.why.superior : t.why.handler],
    },
  );
}

function mentioned(facts: Facts): MailDoc {
  const t = mailComplaintStaff(facts.locale);
  const { note } = facts.complaint;
  const notice: Notice = {
    tone: "look",
    title: fill(t.mentioned.note, { by: note?.by ?? "" }),
    text: note?.text ?? t.mentioned.erased,
  };
  return mail(facts, t.mentioned, { notices: [notice], facts: caseFacts(facts), why: [t.why.mentioned] });
}

// ---- signatures: compensation and notice

/** What a signer needs to decide without opening anything. */
function signerFacts(facts: Facts): Fact[] {
  const { complaint, locale } = facts;
  const { labels } = mailComplaintStaff(locale);
  const { investigation } = complaint;
  return [
    ...proposal(facts),
    ...(investigation
      ? [
          {
            label: labels.cause,
            value: clipped(investigation.cause, QUOTED, mailComplaintStaff(locale).clip),
          },
          {
            label: labels.responsibility,
            value: clipped(investigation.responsibility, QUOTED, mailComplaintStaff(locale).clip),
          },
        ]
      : []),
    ...caseFacts(facts),
    handlerFact(facts),
    ...(complaint.about === "compensation" ? budgetFact(facts, "budgetAfter") : []),
    ...signedFact(facts, null),
    ...dueFact(facts),
  ];
}

function proposal({ complaint, locale }: Facts): Fact[] {
  const { disposition } = complaint;
  const t = mailComplaintStaff(locale);
  if (!disposition) return [];
  const type = wordOf(complaintWords(locale).dispositions, disposition.type);
  const value =
    disposition.amount === undefined ? type : fill(t.amountOf, { type, money: money(disposition.amount) });
  return [{ label: t.labels.disposition, value }];
}

/** The amount is the loud thing where money is signed. */
const figureOf = (facts: Facts): string =>
  facts.complaint.about === "compensation" && facts.complaint.disposition?.amount !== undefined
    ? money(facts.complaint.disposition.amount)
    : complaintWords(facts.locale).priorities[facts.complaint.priority];

/** The whole notice: it goes out exactly so. */
function noticeText(facts: Facts): Notice[] {
  const text = facts.complaint.disposition?.noticeText;
  return facts.complaint.about === "notice" && text
    ? [{ tone: "look", title: mailComplaintStaff(facts.locale).noticeText, text }]
    : [];
}

/** A signer's mail carries his link where there is one. */
function withLink(facts: Facts, doc: MailDoc): MailDoc {
  if (!facts.urls.link) return doc;
  const { mail: words } = texts(facts.locale);
  return {
    ...doc,
    button: { label: words.buttons.decide, url: facts.urls.link },
    hint: words.openingDecidesNothing,
    why: [mailComplaintStaff(facts.locale).why.signer, words.personalLink],
  };
}

const asking = (facts: Facts): Partial<MailDoc> => ({
  figure: figureOf(facts),
  notices: noticeText(facts),
  facts: signerFacts(facts),
});

function request(facts: Facts): MailDoc {
  const t = mailComplaintStaff(facts.locale);
  return withLink(facts, { ...opened(facts), ...asking(facts), why: [t.why.signer] });
}

const remind = (facts: Facts): MailDoc => withLink(facts, { ...reminded(facts), ...asking(facts) });

function escalated(facts: Facts): MailDoc {
  const t = mailComplaintStaff(facts.locale);
  return mail(facts, t.escalated, { ...asking(facts), why: [t.why.superior] });
}

function receipt(facts: Facts): MailDoc {
  const t = mailComplaintStaff(facts.locale);
  const words = mailActs(facts.locale).receipt;
  const choice = facts.own?.choice as keyof typeof words.voted | undefined;
  const voted = choice ? fill(words.voted[choice], { to: facts.own?.to ?? "" }) : "";
  const under = facts.undoUntil
    ? fill(words.undo, { undoUntil: dated(facts.undoUntil, facts.now, facts.locale) })
    : words.final;
  const doc = mail(facts, {
    subject: fill(t.receipt.subject, { voted, subject: "{subject}" }),
    heading: fill(t.receipt.heading, { voted, name: "{name}" }),
    under,
  });
  const said = facts.own?.comment ?? "";
  return {
    ...doc,
    figure: figureOf(facts),
    notices: said === "" ? [] : [{ tone: "look", title: words.yourWords, text: said }],
    facts: [...proposal(facts), ...caseFacts(facts)],
    button: {
      label: facts.undoUntil ? words.buttons.undo : words.buttons.view,
      url: facts.urls.link ?? facts.urls.case,
    },
    why: [words.why],
  };
}

type Template = (facts: Facts) => MailDoc;

/** Every kind that a colleague may get about a complaint. Statistics have a template of their own. */
const TEMPLATES: Partial<Record<CaseMessageKind | ComplaintStaffKind, Template>> = {
  "complaint.assigned": assigned,
  "clock.warned": (facts) => clock(facts, "warned"),
  "clock.breached": (facts) => clock(facts, "breached"),
  "clock.climbed": (facts) => clock(facts, "climbed"),
  "step.opened": opened,
  "step.reminded": reminded,
  "note.mentioned": mentioned,
  "approval.request": request,
  "step.remind": remind,
  "step.escalated": escalated,
  "step.nudge": nudged,
  "vote.receipt": receipt,
};

/** The template of a mail about a complaint; null where this message is about something else. */
export function complaintTemplate({ kind, complaint }: MailFacts): ((facts: MailFacts) => MailDoc) | null {
  const template = TEMPLATES[kind as keyof typeof TEMPLATES];
  return template && complaint ? (facts) => template({ ...facts, complaint }) : null;
}
