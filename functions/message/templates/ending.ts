/** case.decision, case.withdrawn, case.expired: a case has ended, or its approval has. */
import { dated } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import type { MailFacts } from "../facts.ts";
import {
  base,
  budgetFact,
  caseButton,
  common,
  editButton,
  readerWhy,
  refusalNotice,
  signedFact,
  signerName,
  topicOf,
  visitFacts,
} from "./blocks.ts";
import { type MailDoc, texts } from "./doc.ts";

export function decision(facts: MailFacts): MailDoc {
  const { mail } = texts(facts.locale);
  const words = mail.decision;
  const params = common(facts);
  const topic = topicOf(facts);
  const rejected = facts.outcome === "rejected";
  const deciding = rejected ? facts.refusal : facts.signed.at(-1);
  const preheader = deciding
    ? fill(words.preheader, {
        name: signerName(deciding, facts.locale),
        at: dated(deciding.at, facts.now, facts.locale),
      })
    : "";
  if (rejected) {
    return {
      ...base(facts),
      subject: fill(words.rejectedSubject, params),
      preheader,
      heading: fill(words.rejectedHeading, params),
      under: preheader,
      notices: refusalNotice(facts),
      facts: [
        ...visitFacts(facts),
        ...signedFact(facts, null),
        ...budgetFact(facts, "budgetReleased"),
        { label: mail.labels.next, value: topic.rejectedNext },
      ],
      // A settlement that was refused is handed in again; everything else has ended.
      ...(facts.topic === "settlement" ? editButton(facts) : caseButton(facts)),
      why: readerWhy(facts),
    };
  }
  const forFinance = facts.reader === "finance";
  return {
    ...base(facts),
    subject: fill(forFinance ? topic.financeSubject : topic.approvedSubject, params),
    preheader,
    heading: fill(forFinance ? topic.financeHeading : words.approvedHeading, params),
    under: preheader,
    facts: [
      ...visitFacts(facts),
      ...budgetFact(facts, "budgetHeld"),
      ...signedFact(facts, null),
      { label: mail.labels.next, value: forFinance ? topic.financeNext : topic.approvedNext },
    ],
    ...caseButton(facts),
    why: readerWhy(facts),
  };
}

/** Withdrawn by the requester, or run out of time: signers have nothing left to do, the requester may begin anew. */
function over(facts: MailFacts, kind: "withdrawn" | "expired"): MailDoc {
  const words = texts(facts.locale).mail[kind];
  const params = common(facts);
  const own = facts.reader === "requester";
  const under = own ? words.ownUnder : words.under;
  return {
    ...base(facts),
    subject: fill(own ? words.ownSubject : words.subject, params),
    preheader: under,
    heading: fill(own ? words.ownHeading : words.heading, params),
    under,
    facts: [...visitFacts(facts), ...budgetFact(facts, "budgetReleased")],
    ...caseButton(facts),
    why: readerWhy(facts),
  };
}

export const withdrawn = (facts: MailFacts): MailDoc => over(facts, "withdrawn");
export const expired = (facts: MailFacts): MailDoc => over(facts, "expired");
