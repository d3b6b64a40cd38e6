/** From facts to what goes out. Pure: the same facts give the same text. */
import type { MailFacts } from "./facts.ts";
import type { Channel, MessageKind } from "./kinds.ts";
import { changed, returned } from "./templates/content.ts";
import type { MailDoc } from "./templates/doc.ts";
import { decision, expired, withdrawn } from "./templates/ending.ts";
import { html } from "./templates/layout.tsx";
import { plain } from "./templates/plain.ts";
import { escalated, remind, request } from "./templates/request.ts";
import { sms } from "./templates/sms.ts";

export type Rendered = { subject: string; text: string; html?: string };

const TEMPLATES: Record<MessageKind, (facts: MailFacts) => MailDoc> = {
  "approval.request": request,
  "case.decision": decision,
  "case.changed": changed,
  "case.returned": returned,
  "case.withdrawn": withdrawn,
  "case.expired": expired,
  "step.remind": remind,
  "step.escalated": escalated,
};

/** Renders one message for its channel. `smsSignature` is the registered signature of text messages. */
export function render(facts: MailFacts, channel: Channel, smsSignature: string): Rendered {
  if (channel === "sms") return { subject: "", text: sms(facts, smsSignature) };
  const doc = TEMPLATES[facts.kind](facts);
  return { subject: doc.subject, text: plain(doc), html: html(doc) };
}
