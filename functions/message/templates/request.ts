/** approval.request, step.remind and step.escalated: a step waits for somebody. */
import { fill } from "../../shared/i18n/messages.ts";
import type { MailFacts } from "../facts.ts";
import {
  base,
  budgetFact,
  budgetText,
  caseButton,
  common,
  costFacts,
  dueFact,
  editButton,
  isLate,
  linkButton,
  nextFact,
  readerWhy,
  refusalNotice,
  requestNotices,
  signedFact,
  signerWhy,
  visitFacts,
} from "./blocks.ts";
import { type Fact, type MailDoc, texts } from "./doc.ts";

/** What a signer needs to decide without opening anything. */
const decisionFacts = (facts: MailFacts): Fact[] => [
  ...visitFacts(facts),
  ...costFacts(facts),
  ...budgetFact(facts, "budgetAfter"),
  ...signedFact(facts, texts(facts.locale).mail.noSignature),
  nextFact(facts),
  ...dueFact(facts),
];

const preheader = (facts: MailFacts): string =>
  fill(texts(facts.locale).mail.request.preheader, {
    ...common(facts),
    budget: budgetText(facts, "budgetAfter"),
  });

export function request(facts: MailFacts): MailDoc {
  const { request: words } = texts(facts.locale).mail;
  const params = common(facts);
  return {
    ...base(facts),
    subject: fill(words.subject, params),
    preheader: preheader(facts),
    heading: fill(words.heading, params),
    under: fill(params.for ? words.underFor : words.under, params),
    notices: requestNotices(facts),
    facts: decisionFacts(facts),
    ...linkButton(facts),
    why: signerWhy(facts),
  };
}

/** The same again, once half of the time and once all of it has gone. */
export function remind(facts: MailFacts): MailDoc {
  const { remind: words } = texts(facts.locale).mail;
  const params = common(facts);
  const late = isLate(facts);
  if (facts.step?.kind === "revise") {
    return {
      ...base(facts),
      subject: fill(late ? words.subjectReviseLate : words.subjectRevise, params),
      preheader: fill(late ? words.underReviseLate : words.underRevise, params),
      heading: fill(words.headingRevise, params),
      under: fill(late ? words.underReviseLate : words.underRevise, params),
      notices: refusalNotice(facts),
      facts: [...visitFacts(facts), ...dueFact(facts)],
      ...editButton(facts),
      why: readerWhy(facts),
    };
  }
  return {
    ...request(facts),
    subject: fill(late ? words.subjectLate : words.subject, params),
    heading: fill(words.heading, params),
    under: fill(late ? words.underLate : words.under, params),
  };
}

/** To the next post up: who is waited for and since when it is late. The signature stays where it is. */
export function escalated(facts: MailFacts): MailDoc {
  const { mail } = texts(facts.locale);
  const params = common(facts);
  return {
    ...base(facts),
    subject: fill(mail.escalated.subject, params),
    preheader: fill(mail.escalated.preheader, params),
    heading: fill(mail.escalated.heading, params),
    under: fill(mail.escalated.under, params),
    facts: [
      { label: mail.labels.waiting, value: params.waiting ?? "" },
      { label: mail.labels.late, value: params.lateBy ?? "" },
      ...dueFact(facts),
      ...visitFacts(facts),
      ...budgetFact(facts, "budgetLeft"),
      ...signedFact(facts, null),
      { label: mail.labels.next, value: fill(mail.escalated.next, params) },
    ],
    ...caseButton(facts),
    why: readerWhy(facts),
  };
}
