/** Messages about follow-ups and visits: to whoever does them, to the leads, and to the customer. Pure. */
import { dated, deadline, exact } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { followUpWords } from "../../shared/i18n/sections/follow-up.ts";
import { mailFollowUp } from "../../shared/i18n/sections/mail-follow-up.ts";
import { CALENDAR_TYPE, icalendar } from "../../shared/ical.ts";
import type { Enclosed } from "../channels/channel.ts";
import type { FollowUpMail } from "../follow-up-facts.ts";
import type { FollowUpCustomerKind } from "../kinds.ts";
import { type RegisteredText, registeredSms } from "../sms-templates.ts";
import type { Fact, MailDoc } from "./doc.ts";

/** Marks that turn the direction of what follows them: a name needs none. */
const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

type Words = { subject: string; heading: string; under: string };
type StaffTexts = ReturnType<typeof mailFollowUp>["staff"];

/** What a message is about: its own kind, else the step that it asks for. */
function wordsOf({ kind, step }: FollowUpMail, staff: StaffTexts): Words {
  if (Object.hasOwn(staff, kind)) return staff[kind as keyof StaffTexts];
  const about = step?.kind === "follow-up" ? "again" : (step?.kind ?? "other");
  return Object.hasOwn(staff, about) ? staff[about as keyof StaffTexts] : staff.other;
}

function paramsOf(mail: FollowUpMail): Record<string, string> {
  const { locale, now, appointment, step } = mail;
  return {
    caseId: mail.caseId,
    name: mail.name.replace(TURNS, ""),
    customer: mail.customer.replace(TURNS, ""),
    assignee: mail.assignee,
    mode: followUpWords(locale).modes[mail.mode],
    due: exact(mail.dueAt, locale),
    deadline: deadline(step?.dueAt ?? mail.dueAt, now, locale),
    appointment: appointment ? dated(appointment.at, now, locale) : "",
    time: appointment ? dated(appointment.at, now, locale) : "",
  };
}

const shown = (rows: [string, string][]): Fact[] =>
  rows.filter(([, value]) => value !== "").map(([label, value]) => ({ label, value }));

/** To a colleague. */
export function followUpDoc(mail: FollowUpMail): MailDoc {
  const { locale, appointment, contact } = mail;
  const t = mailFollowUp(locale);
  const params = paramsOf(mail);
  const words = wordsOf(mail, t.staff);
  const answer = t.answers[mail.params.outcome as keyof typeof t.answers];
  const under = answer ?? fill(words.under, params);
  return {
    locale,
    caseId: mail.caseId,
    subject: fill(words.subject, params),
    preheader: under,
    heading: fill(words.heading, params),
    figure: "",
    under,
    notices: preparations(mail),
    facts: shown([
      [t.labels.customer, mail.customer],
      [t.labels.contact, contact ? `${contact.name} ${contact.phone}` : ""],
      [t.labels.purpose, mail.purpose],
      [t.labels.time, params.time ?? ""],
      [t.labels.place, appointment?.place ?? ""],
      [t.labels.said, mail.said],
      [t.labels.due, params.due ?? ""],
    ]),
    changes: [],
    button: { label: fill(t.open, params), url: mail.urls.case },
    hint: "",
    why: [t.why],
  };
}

/** The day before: what is still to be prepared, and nothing else. */
function preparations({ kind, items, locale }: FollowUpMail): MailDoc["notices"] {
  if (kind !== "follow-up.day-before") return [];
  const t = mailFollowUp(locale);
  const titles = followUpWords(locale).checklist;
  return items.length === 0
    ? [{ tone: "look", title: t.ready, text: "" }]
    : [{ tone: "look", title: t.labels.items, text: items.map((item) => titles[item]).join("\n") }];
}

/** To the customer: when, where, and his link where he is still asked. */
export function followUpCustomerDoc(mail: FollowUpMail): MailDoc {
  const { locale, urls } = mail;
  const t = mailFollowUp(locale);
  const words: Words = t.customer[mail.kind as FollowUpCustomerKind];
  const params = paramsOf(mail);
  const under = fill(words.under, params);
  return {
    locale,
    caseId: mail.caseId,
    subject: fill(words.subject, params),
    preheader: under,
    heading: `${fill(t.customer.dear, params)}${locale === "en" ? " " : ""}${fill(words.heading, params)}`,
    figure: params.time ?? "",
    under,
    notices: [],
    facts: shown([
      [t.labels.place, mail.mode === "visit" ? (mail.appointment?.place ?? "") : ""],
      [t.labels.code, mail.caseId],
    ]),
    changes: [],
    button: { label: urls.link === null ? "" : t.customer.button, url: urls.link ?? "" },
    hint: urls.link === null ? "" : t.customer.opening,
    why: [t.customer.why, ...(urls.link === null ? [] : [t.customer.personal])],
    ...(urls.optOut === null ? {} : { optOut: { label: t.customer.optOut, url: urls.optOut } }),
  };
}

/** Holds the code and the time, and no link. */
export const followUpSms = (mail: FollowUpMail, signature: string): RegisteredText =>
  registeredSms({ kind: mail.kind as FollowUpCustomerKind, locale: mail.locale }, signature, paramsOf(mail));

/** What somebody is to do, for his calendar: at the time that was agreed on, else when it is due. */
export function followUpCalendar(mail: FollowUpMail): Enclosed {
  const { locale, caseId } = mail;
  const t = mailFollowUp(locale);
  const { subject } = t.staff["follow-up.assigned"];
  const event = {
    uid: `${caseId}-follow-up@careloop`,
    start: Date.parse(mail.appointment?.at ?? mail.dueAt),
    summary: fill(subject, paramsOf(mail)),
    description: mail.purpose,
    location: mail.appointment?.place ?? "",
    url: mail.urls.case,
  };
  return {
    name: `${caseId}.ics`,
    contentType: CALENDAR_TYPE,
    content: icalendar(followUpWords(locale).modes[mail.mode], [event], mail.now),
  };
}
