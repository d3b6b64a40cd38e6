/** Parts that several templates share: the sentence for the visit, the facts table, notices, signatures. Pure. */
import type { Locale } from "../../directory/model.ts";
import {
  dated,
  day,
  deadline,
  exact,
  listOf,
  money,
  percent,
  periodName,
  shortMoney,
  span,
  timeLeft,
  timeOfDay,
} from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { bucketTitle } from "../../shared/i18n/sections/budget.ts";
import { mailTopics } from "../../shared/i18n/sections/mail-topics.ts";
import type { MailFacts, Signature } from "../facts.ts";
import { type Fact, type MailDoc, type Notice, texts } from "./doc.ts";

/** Organisations may have long names; a subject must still reach its deadline on a phone. */
const SUBJECT_ORG = 24;

const clipped = (text: string, max: number, mark: string): string => {
  const letters = [...text];
  return letters.length <= max ? text : letters.slice(0, max - 1).join("") + mark;
};

/** A word of a list by its key, the key itself where the list does not know it. */
const worded = (list: Record<string, string>, key: string): string => list[key] ?? key;

/** The words of what a mail is about. */
export const topicOf = (facts: MailFacts) => mailTopics(facts.locale)[facts.topic];

/** The parameters that all texts of a mail may use. */
export function common(facts: MailFacts): Record<string, string> {
  const topic = topicOf(facts);
  const named = { requester: facts.requester, org: facts.title };
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
    ask: fill(topic.ask, named),
    what: fill(topic.what, named),
    paper: topic.paper,
    for: facts.step?.standingInFor ?? "",
    visit: fill(facts.people === 1 ? topic.visitOfOne : topic.visit, {
      org: briefName(facts),
      people: facts.people,
      amount: shortMoney(facts.amount),
    }),
  };
}

/** Who visits, or whose budget changes, short enough for a subject. */
function briefName({ change, title, locale }: MailFacts): string {
  const { mail, words } = texts(locale);
  if (!change) return clipped(title, SUBJECT_ORG, mail.clip);
  return fill(mailTopics(locale).brief[change.kind], {
    department: worded(words.departments, change.to.department),
  });
}

export const isLate = (facts: MailFacts): boolean =>
  facts.step !== null && Date.parse(facts.step.dueAt) <= facts.now;

/** What is decided about, in a few rows. Nothing where the content was erased. */
export function visitFacts(facts: MailFacts): Fact[] {
  if (facts.topic === "change") return changeFacts(facts);
  if (facts.topic === "summary") return summaryFacts(facts);
  return facts.topic === "settlement" ? settlementFacts(facts) : guestFacts(facts);
}

function changeFacts({ change, locale }: MailFacts): Fact[] {
  const { labels } = mailTopics(locale);
  if (!change) return [];
  return [
    ...(change.kind === "transfer" ? [{ label: labels.from, value: bucketTitle(change.from, locale) }] : []),
    { label: labels.to, value: bucketTitle(change.to, locale) },
    { label: labels.reason, value: change.reason },
  ];
}

function settlementFacts({ settlement, locale }: MailFacts): Fact[] {
  const t = mailTopics(locale);
  if (!settlement) return [];
  const { approved, charged, data } = settlement;
  return [
    { label: t.labels.approved, value: money(approved) },
    {
      label: t.labels.spent,
      value: fill(t.spentOf, { charged: money(charged), excess: money(charged - approved) }),
    },
    ...(data
      ? [
          {
            label: texts(locale).mail.labels.guests,
            value: fill(t.came, {
              people: data.guestsTotal ?? 0,
              companions: data.companionsTotal ?? 0,
            }),
          },
          { label: t.labels.place, value: data.place ?? "" },
        ]
      : []),
  ];
}

function summaryFacts({ summary, locale }: MailFacts): Fact[] {
  const { labels, counted, shares } = mailTopics(locale);
  if (!summary) return [];
  const { figures, conclusions } = summary;
  const { planned, done, missed, unreachable } = figures;
  return [
    { label: labels.figures, value: fill(counted, { planned, done, missed, unreachable }) },
    {
      label: labels.coverage,
      value: fill(shares, { rate: percent(figures.coverageRate), target: percent(figures.target) }),
    },
    ...(figures.avgSatisfaction === null
      ? []
      : [{ label: labels.satisfaction, value: String(figures.avgSatisfaction) }]),
    ...(conclusions === "" ? [] : [{ label: labels.conclusions, value: conclusions }]),
  ];
}

/** Who comes, and when. */
function guestFacts(facts: MailFacts): Fact[] {
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

/** The standard beside what is asked for, and what of it the tax office does not let the firm deduct. */
export function costFacts(facts: MailFacts): Fact[] {
  const { mail, words } = texts(facts.locale);
  const { standard, tax, content } = facts;
  const rows: Fact[] = [];
  if (standard !== null)
    rows.push({
      label: mail.labels.standard,
      value: fill(mail.standardOf, {
        level: content?.level ? words.reception.level[content.level] : "",
        standard: money(standard),
        amount: money(facts.amount),
      }),
    });
  if (tax)
    rows.push({
      label: mail.labels.tax,
      value: fill(tax.nonDeductibleOfThis > 0 ? mail.taxOf : mail.taxNone, {
        year: tax.year,
        lost: money(tax.nonDeductibleOfThis),
        before: money(tax.deductibleBefore),
        after: money(tax.deductibleAfter),
      }),
    });
  return rows;
}

/** The buckets in words; `how` says what becomes of the amount. */
export function budgetText(
  facts: MailFacts,
  how: "budgetLeft" | "budgetAfter" | "budgetHeld" | "budgetReleased",
): string {
  const { mail, words } = texts(facts.locale);
  const text = { ...mail, ...topicOf(facts) }[how];
  return facts.buckets
    .map((bucket) =>
      fill(text, {
        department: worded(words.departments, bucket.department),
        month: periodName(bucket.period, facts.locale),
        left: money(bucket.available),
        amount: money(facts.amount),
      }),
    )
    .join(facts.locale === "en" ? "; " : "；");
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
        name: signerName(one, facts.locale),
        stage: worded(words.stages, one.stage),
        at: dated(one.at, facts.now, facts.locale),
      }),
    )
    .join(facts.locale === "en" ? "; " : "；");
  return [{ label: mail.labels.signed, value }];
}

/** 李敏（代张科） */
export const signerName = (one: Signature, locale: Locale): string =>
  one.for ? `${one.name}${fill(texts(locale).mail.instead, { for: one.for })}` : one.name;

/** What an approval leads to. */
export function nextFact(facts: MailFacts): Fact {
  const { mail, words } = texts(facts.locale);
  const [next] = facts.later;
  const value = next
    ? fill(mail.nextStage, {
        names: listOf(next.names, facts.locale),
        stage: worded(words.stages, next.stage),
      })
    : fill(topicOf(facts).nextDone, common(facts));
  return { label: mail.labels.next, value };
}

/** The deadline by its date: a mail may be read on another day. */
export const dueFact = (facts: MailFacts): Fact[] =>
  facts.step
    ? [{ label: texts(facts.locale).mail.labels.due, value: exact(facts.step.dueAt, facts.locale) }]
    : [];

/** What is unusual about the request: what was noticed, and what the requester says to it. */
export function requestNotices(facts: MailFacts): Notice[] {
  const { mail } = texts(facts.locale);
  const noticed: Notice[] =
    facts.findings.length === 0
      ? []
      : [{ tone: "look", title: mail.noticed, text: facts.findings.join("\n") }];
  const note = (title: string, text: string | undefined): Notice[] =>
    text ? [{ tone: "look", title, text: fill(mail.note, { requester: facts.requester, text }) }] : [];
  if (facts.topic === "settlement")
    return [
      ...noticed,
      ...note(mailTopics(facts.locale).labels.overReason, facts.settlement?.data?.overReason),
    ];
  return [
    ...noticed,
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
      title: fill(mail.decision.reason, { name: signerName(facts.refusal, facts.locale) }),
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
  if (facts.topic === "settlement")
    return { button: { label: mailTopics(facts.locale).settle, url: facts.urls.settle }, hint: "" };
  return { button: { label: mail.buttons.edit, url: facts.urls.edit }, hint: "" };
}

/** Why a signer got it, in whose place, and how to treat the link. */
export function signerWhy(facts: MailFacts): string[] {
  const { mail, words } = texts(facts.locale);
  const stage = worded(words.stages, facts.step?.stage ?? "");
  const why = [fill(mail.why.signer, { stage, paper: topicOf(facts).paper })];
  if (facts.step?.standingInFor) why.push(fill(mail.standingIn, { name: facts.step.standingInFor }));
  why.push(mail.personalLink);
  return why;
}

/** Why anybody else got it. */
export function readerWhy(facts: MailFacts): string[] {
  const { why } = texts(facts.locale).mail;
  const text = { requester: why.requester, finance: why.finance, superior: why.superior, signer: why.voted };
  return [fill(text[facts.reader], { paper: topicOf(facts).paper })];
}

/** A mail with the parts that most of them have. */
export const base = (
  facts: MailFacts,
): Pick<MailDoc, "locale" | "caseId" | "figure" | "notices" | "changes"> => ({
  locale: facts.locale,
  caseId: facts.caseId,
  figure: facts.topic === "summary" ? "" : money(facts.amount),
  notices: [],
  changes: [],
});
