/** Parts that several templates share: the sentence for the visit, the facts table, notices, signatures. Pure. */
import {
  dated,
  day,
  deadline,
  exact,
  listOf,
  money,
  month,
  shortMoney,
  span,
  timeLeft,
  timeOfDay,
} from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import type { MailFacts } from "../facts.ts";
import { type Fact, type MailDoc, type Notice, texts } from "./doc.ts";

/** Organisations may have long names; a subject must still reach its deadline on a phone. */
const SUBJECT_ORG = 24;

const clipped = (text: string, max: number, mark: string): string => {
  const letters = [...text];
  return letters.length <= max ? text : letters.slice(0, max - 1).join("") + mark;
};

/** A word of a list by its key, the key itself where the list does not know it. */
const worded = (list: Record<string, string>, key: string): string => list[key] ?? key;

/** The parameters that all texts of a mail may use. */
export function common(facts: MailFacts): Record<string, string> {
  const { mail } = texts(facts.locale);
  return {
    name: facts.recipient,
    requester: facts.requester,
    org: facts.title,
    amount: shortMoney(facts.amount),
    deadline: facts.step ? deadline(facts.step.dueAt, facts.now, facts.locale) : "",
    waiting: listOf(facts.step?.waiting ?? [], facts.locale),
    late: facts.step ? timeLeft(facts.step.dueAt, facts.now, facts.locale).text : "",
    lateBy: facts.step ? span(facts.now - Date.parse(facts.step.dueAt), facts.locale) : "",
    caseId: facts.caseId,
    visit: fill(facts.people === 1 ? mail.visitOfOne : mail.visit, {
      org: clipped(facts.title, SUBJECT_ORG, mail.clip),
      people: facts.people,
      amount: shortMoney(facts.amount),
    }),
  };
}

export const isLate = (facts: MailFacts): boolean =>
  facts.step !== null && Date.parse(facts.step.dueAt) <= facts.now;

/** Who comes, and when. Nothing where the content was erased. */
export function visitFacts(facts: MailFacts): Fact[] {
  const { mail, words } = texts(facts.locale);
  const { content, locale, now } = facts;
  const rows: Fact[] = [];
  const guests = [fill(mail.guests, { people: facts.people })];
  const companions = content?.companions?.length ?? 0;
  if (companions > 0) guests.push(fill(mail.companions, { companions }));
  if (content?.level) {
    const level = words.reception.level[content.level];
    const note = words.reception.levelNote[content.level];
    guests.push(locale === "en" ? `${level} (${note})` : `${level}（${note}）`);
  }
  rows.push({ label: mail.labels.guests, value: guests.join(locale === "en" ? ", " : "，") });
  if (content?.arriveAt && content.plannedLeaveAt) {
    rows.push({
      label: mail.labels.time,
      value: fill(mail.stay, {
        arriveDay: day(content.arriveAt, now, locale),
        arriveTime: timeOfDay(content.arriveAt),
        leaveDay: day(content.plannedLeaveAt, now, locale),
        leaveTime: timeOfDay(content.plannedLeaveAt),
      }),
    });
  }
  return rows;
}

/** The bucket in words; `how` says what becomes of the amount. */
export function budgetText(
  facts: MailFacts,
  how: "budgetLeft" | "budgetAfter" | "budgetHeld" | "budgetReleased",
): string {
  const { mail, words } = texts(facts.locale);
  if (!facts.bucket) return "";
  return fill(mail[how], {
    department: worded(words.departments, facts.bucket.department),
    month: month(facts.bucket.period, facts.locale),
    left: money(facts.bucket.available),
    amount: money(facts.amount),
  });
}

export function budgetFact(facts: MailFacts, how: Parameters<typeof budgetText>[1]): Fact[] {
  const value = budgetText(facts, how);
  return value ? [{ label: texts(facts.locale).mail.labels.budget, value }] : [];
}

/** Who has signed the present content. */
export function signedFact(facts: MailFacts, ifNone: string | null): Fact[] {
  const { mail, words } = texts(facts.locale);
  if (facts.signed.length === 0) return ifNone === null ? [] : [{ label: mail.labels.signed, value: ifNone }];
  const value = facts.signed
    .map((one) =>
      fill(mail.signature, {
        name: one.name,
        stage: worded(words.stages, one.stage),
        at: dated(one.at, facts.now, facts.locale),
      }),
    )
    .join(facts.locale === "en" ? "; " : "；");
  return [{ label: mail.labels.signed, value }];
}

/** What an approval leads to. */
export function nextFact(facts: MailFacts): Fact {
  const { mail, words } = texts(facts.locale);
  const [next] = facts.later;
  const value = next
    ? fill(mail.nextStage, {
        names: listOf(next.names, facts.locale),
        stage: worded(words.stages, next.stage),
      })
    : fill(mail.nextDone, common(facts));
  return { label: mail.labels.next, value };
}

/** The deadline by its date: a mail may be read on another day. */
export const dueFact = (facts: MailFacts): Fact[] =>
  facts.step
    ? [{ label: texts(facts.locale).mail.labels.due, value: exact(facts.step.dueAt, facts.locale) }]
    : [];

/** What is unusual about the request, in the requester's own words. */
export function requestNotices(facts: MailFacts): Notice[] {
  const { mail } = texts(facts.locale);
  const note = (title: string, text: string | undefined): Notice[] =>
    text ? [{ tone: "look", title, text: fill(mail.note, { requester: facts.requester, text }) }] : [];
  return [
    ...note(mail.costNote, facts.content?.excessReason),
    ...note(mail.retroactiveNote, facts.content?.retroactiveReason),
  ];
}

/** Why somebody said no. */
export function refusalNotice(facts: MailFacts): Notice[] {
  const { mail } = texts(facts.locale);
  if (!facts.refusal) return [];
  return [
    {
      tone: "refused",
      title: fill(mail.decision.reason, { name: facts.refusal.name }),
      text: facts.refusal.comment || mail.decision.noReason,
    },
  ];
}

/** The mail of a signer carries his link, everything else leads to the case. */
export function linkButton(facts: MailFacts): Pick<MailDoc, "button" | "hint"> {
  const { mail } = texts(facts.locale);
  return {
    button: { label: mail.buttons.decide, url: facts.urls.link ?? facts.urls.case },
    hint: mail.openingDecidesNothing,
  };
}

export function caseButton(facts: MailFacts): Pick<MailDoc, "button" | "hint"> {
  const { mail } = texts(facts.locale);
  return { button: { label: mail.buttons.view, url: facts.urls.case }, hint: "" };
}

export function editButton(facts: MailFacts): Pick<MailDoc, "button" | "hint"> {
  const { mail } = texts(facts.locale);
  return { button: { label: mail.buttons.edit, url: facts.urls.edit }, hint: "" };
}

/** Why a signer got it, in whose place, and how to treat the link. */
export function signerWhy(facts: MailFacts): string[] {
  const { mail, words } = texts(facts.locale);
  const why = [fill(mail.why.signer, { stage: worded(words.stages, facts.step?.stage ?? "") })];
  if (facts.step?.standingInFor) why.push(fill(mail.standingIn, { name: facts.step.standingInFor }));
  why.push(mail.personalLink);
  return why;
}

/** Why anybody else got it. */
export function readerWhy(facts: MailFacts): string[] {
  const { why } = texts(facts.locale).mail;
  if (facts.reader === "requester") return [why.requester];
  if (facts.reader === "finance") return [why.finance];
  return [facts.reader === "superior" ? why.superior : why.voted];
}

/** A mail with the parts that most of them have. */
export const base = (
  facts: MailFacts,
): Pick<MailDoc, "locale" | "caseId" | "figure" | "notices" | "changes"> => ({
  locale: facts.locale,
  caseId: facts.caseId,
  figure: money(facts.amount),
  notices: [],
  changes: [],
});
