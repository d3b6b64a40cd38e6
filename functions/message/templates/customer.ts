/** What customers read: e-mails, and text messages that hold the code and one fixed address. Pure. */
import { dated, deadline } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { mailCare } from "../../shared/i18n/sections/mail-care.ts";
import type { CustomerMail } from "../customer-facts.ts";
import { type RegisteredText, registeredSms } from "../sms-templates.ts";
import type { Fact, MailDoc } from "./doc.ts";

/** A stored instant as people read it on another day. */
const time = (mail: CustomerMail, name: string): string => {
  const at = mail.params[name];
  return typeof at === "string" ? dated(at, mail.now, mail.locale) : "";
};

const paramsOf = (mail: CustomerMail): Record<string, string | number> => ({
  caseId: mail.caseId,
  name: mail.name,
  days: mail.params.days ?? "",
  respondDueAt: time(mail, "respondDueAt"),
  resolveDueAt: time(mail, "resolveDueAt"),
  address: mail.urls.address,
});

/** `under` and the heading over what somebody wrote (`words`) are left out where a mail has none. */
type KindTexts = { subject: string; heading: string; under?: string; words?: string; button: string };

export function customerDoc(mail: CustomerMail): MailDoc {
  const t = mailCare(mail.locale);
  const words: KindTexts = t.kinds[mail.kind];
  const params = paramsOf(mail);
  const heading = fill(words.heading, params);
  const under = fill(words.under ?? "", params);
  return {
    locale: mail.locale,
    subject: fill(words.subject, params),
    preheader: under || heading,
    heading:
      mail.name === "" ? heading : `${fill(t.dear, params)}${mail.locale === "en" ? " " : "："}${heading}`,
    figure: mail.kind === "complaint.acknowledged" ? mail.caseId : "",
    under,
    notices: mail.words === "" ? [] : [{ tone: "look", title: words.words ?? "", text: mail.words }],
    facts: factsOf(mail),
    changes: [],
    button: { label: words.button, url: addressOf(mail) },
    hint: mail.urls.link === null ? "" : t.opening,
    why: [t.why, ...(mail.urls.link === null ? [] : [t.personal])],
    caseId: mail.caseId,
  };
}

/** The acknowledgement names the fixed address alone; a notice has its own link. */
const addressOf = ({ kind, urls }: CustomerMail): string =>
  kind === "complaint.acknowledged" ? urls.address : (urls.link ?? urls.status);

function factsOf(mail: CustomerMail): Fact[] {
  const { labels, before } = mailCare(mail.locale);
  const promised = (label: string, name: string): Fact[] => {
    const at = time(mail, name);
    return at === "" ? [] : [{ label, value: fill(before, { time: at }) }];
  };
  return [
    { label: labels.code, value: mail.caseId },
    ...promised(labels.respond, "respondDueAt"),
    ...promised(labels.resolve, "resolveDueAt"),
    ...(mail.dueAt === null
      ? []
      : [{ label: labels.deadline, value: deadline(mail.dueAt, mail.now, mail.locale) }]),
  ];
}

export const customerSms = (mail: CustomerMail, signature: string): RegisteredText =>
  registeredSms({ kind: mail.kind, locale: mail.locale }, signature, paramsOf(mail));
