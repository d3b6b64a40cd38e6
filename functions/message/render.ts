/** From facts to what goes out. Pure: the same facts give the same text. */
import type { Enclosed } from "./channels/channel.ts";
import type { CustomerMail } from "./customer-facts.ts";
import type { MailFacts } from "./facts.ts";
import type { FollowUpMail } from "./follow-up-facts.ts";
import type { CaseMessageKind, Channel, MessageKind } from "./kinds.ts";
import { copied, nudge, receipt, revoked, settlementReminder, settlementRequest } from "./templates/acts.ts";
import { complaintTemplate } from "./templates/complaint-staff.ts";
import { changed, returned } from "./templates/content.ts";
import { customerDoc, customerSms } from "./templates/customer.ts";
import type { MailDoc } from "./templates/doc.ts";
import { decision, expired, withdrawn } from "./templates/ending.ts";
import { followUpCalendar, followUpCustomerDoc, followUpDoc, followUpSms } from "./templates/follow-up.ts";
import { html } from "./templates/layout.tsx";
import { plain } from "./templates/plain.ts";
import { escalated, remind, request } from "./templates/request.ts";
import { sms } from "./templates/sms.ts";

export type Rendered = {
  subject: string;
  text: string;
  html?: string;
  attachments?: Enclosed[];
  /** Where the receiver of a mail can say that he wants no more of its kind. */
  unsubscribe?: string;
  /** Of a text message: by which registered template it was made. */
  templateId?: string;
};

type Template = (facts: MailFacts) => MailDoc;

/** `vote.code` travels by SMS alone. */
const TEMPLATES: Record<Exclude<CaseMessageKind, "vote.code">, Template> &
  Partial<Record<MessageKind, Template>> = {
  "approval.request": request,
  "case.decision": decision,
  "case.changed": changed,
  "case.returned": returned,
  "case.withdrawn": withdrawn,
  "case.expired": expired,
  "step.remind": remind,
  "step.escalated": escalated,
  "step.nudge": nudge,
  "vote.receipt": receipt,
  "case.cc": copied,
  "case.revoked": revoked,
  "settlement.request": settlementRequest,
  "settlement.reminder": settlementReminder,
};

/** Renders one message for its channel. `smsSignature` is the registered signature of text messages. */
export function render(facts: MailFacts, channel: Channel, smsSignature: string): Rendered {
  if (channel === "sms") return { subject: "", ...sms(facts, smsSignature) };
  if (facts.kind === "vote.code") throw new Error("A code is sent by SMS");
  const template = complaintTemplate(facts) ?? TEMPLATES[facts.kind];
  if (!template) throw new Error(`No mail says ${facts.kind}`);
  const doc = template(facts);
  return { subject: doc.subject, text: plain(doc), html: html(doc) };
}

/** The same about a follow-up. `toCustomer`: he reads other words than colleagues. */
export function renderFollowUp(
  mail: FollowUpMail,
  channel: Channel,
  smsSignature: string,
  toCustomer: boolean,
): Rendered {
  if (channel === "sms") return { subject: "", ...followUpSms(mail, smsSignature) };
  const doc = toCustomer ? followUpCustomerDoc(mail) : followUpDoc(mail);
  return {
    subject: doc.subject,
    text: plain(doc),
    html: html(doc),
    ...(mail.kind === "follow-up.assigned" ? { attachments: [followUpCalendar(mail)] } : {}),
    ...(mail.urls.optOut === null ? {} : { unsubscribe: mail.urls.optOut }),
  };
}

/** The same for a customer. */
export function renderForCustomer(mail: CustomerMail, channel: Channel, smsSignature: string): Rendered {
  if (channel === "sms") return { subject: "", ...customerSms(mail, smsSignature) };
  const doc = customerDoc(mail);
  return { subject: doc.subject, text: plain(doc), html: html(doc) };
}
