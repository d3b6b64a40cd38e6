/** vote.receipt, step.nudge, case.cc, case.revoked, settlement.request and settlement.reminder. */
import { dated, money } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { mailActs } from "../../shared/i18n/sections/mail-acts.ts";
import type { MailFacts } from "../facts.ts";
import { base, budgetFact, caseButton, common, dueFact, isLate, readerWhy, visitFacts } from "./blocks.ts";
import { type Fact, type MailDoc, type Notice, texts } from "./doc.ts";
import { request } from "./request.ts";

const note = (title: string, text: string): Notice[] => (text === "" ? [] : [{ tone: "look", title, text }]);

/** To the voter at once: what was decided, and until when it can be taken back. */
export function receipt(facts: MailFacts): MailDoc {
  const words = mailActs(facts.locale).receipt;
  const choice = facts.own?.choice as keyof typeof words.voted | undefined;
  const voted = choice ? fill(words.voted[choice], { to: facts.own?.to ?? "" }) : "";
  const params = { ...common(facts), voted };
  const under = facts.undoUntil
    ? fill(words.undo, { undoUntil: dated(facts.undoUntil, facts.now, facts.locale) })
    : words.final;
  const decidedAt: Fact[] = facts.own
    ? [{ label: words.at, value: dated(facts.own.at, facts.now, facts.locale) }]
    : [];
  const label = facts.undoUntil ? words.buttons.undo : words.buttons.view;
  return {
    ...base(facts),
    subject: fill(words.subject, params),
    preheader: under,
    heading: fill(words.heading, params),
    under,
    notices: note(words.yourWords, facts.own?.comment ?? ""),
    facts: [...decidedAt, ...visitFacts(facts), ...budgetFact(facts, "budgetLeft")],
    button: { label, url: facts.urls.link ?? facts.urls.case },
    hint: texts(facts.locale).mail.openingDecidesNothing,
    why: [words.why, ...(facts.urls.link ? [texts(facts.locale).mail.personalLink] : [])],
  };
}

/** The request again, because somebody asks for it. */
export function nudge(facts: MailFacts): MailDoc {
  const words = mailActs(facts.locale).nudge;
  const params = { ...common(facts), by: facts.said?.name ?? facts.requester };
  return {
    ...request(facts),
    subject: fill(words.subject, params),
    heading: fill(words.heading, params),
    under: fill(isLate(facts) ? words.underLate : words.under, params),
  };
}

export function copied(facts: MailFacts): MailDoc {
  const words = mailActs(facts.locale).cc;
  const params = { ...common(facts), by: facts.said?.name ?? facts.requester };
  return {
    ...base(facts),
    subject: fill(words.subject, params),
    preheader: words.under,
    heading: fill(words.heading, params),
    under: words.under,
    notices: note(fill(words.note, params), facts.said?.text ?? ""),
    facts: [...visitFacts(facts), ...budgetFact(facts, "budgetLeft")],
    ...caseButton(facts),
    why: [words.why],
  };
}

export function revoked(facts: MailFacts): MailDoc {
  const words = mailActs(facts.locale).revoked;
  const params = common(facts);
  return {
    ...base(facts),
    subject: fill(words.subject, params),
    preheader: words.under,
    heading: fill(words.heading, params),
    under: words.under,
    notices: note(words.note, facts.said?.text ?? ""),
    facts: [...visitFacts(facts), ...budgetFact(facts, "budgetReleased")],
    ...caseButton(facts),
    why: readerWhy(facts),
  };
}

/** To the requester once the guests have left, and every working morning until it is done. */
function settlement(facts: MailFacts, again: boolean): MailDoc {
  const words = mailActs(facts.locale).settlement;
  const params = common(facts);
  const under = fill(again ? words.remindUnder : words.under, params);
  return {
    ...base(facts),
    subject: fill(again ? words.remindSubject : words.subject, params),
    preheader: under,
    heading: fill(again ? words.remindHeading : words.heading, params),
    under,
    facts: [
      ...visitFacts(facts),
      { label: words.approved, value: money(facts.amount) },
      ...dueFact(facts),
      { label: texts(facts.locale).mail.labels.next, value: words.next },
    ],
    button: { label: words.button, url: facts.urls.settle },
    hint: "",
    why: readerWhy(facts),
  };
}
export const settlementRequest = (facts: MailFacts): MailDoc => settlement(facts, false);
export const settlementReminder = (facts: MailFacts): MailDoc => settlement(facts, true);
