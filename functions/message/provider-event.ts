/**
 * What the mail provider reports about a mail (SES configuration set -> EventBridge). Reports come late, twice and in
 * any order; each moves a message only forward. They name a message by the tags it was sent with.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import type { EventBridgeEvent } from "aws-lambda";
import type { Message } from "../case/model.ts";
import { readHeaders } from "../case/store.ts";
import { acknowledgementSent } from "../complaint/acknowledged.ts";
import type { Undeliverable } from "../customer/record-rules.ts";
import { suppressAddress } from "../customer/suppress.ts";
import { now } from "../shared/clock.ts";
import { LINK_LIFE_MS } from "../step/links.ts";
import { isMessageKind, LINK_KINDS } from "./kinds.ts";
import { confirmSent, markUndelivered, messageKey, readMessage, type SentLink } from "./store.ts";

type Detail = {
  eventType: string;
  mail: { messageId: string; timestamp?: string; tags?: Record<string, string[]> };
  bounce?: { bounceType?: string; bouncedRecipients?: Recipient[] };
  complaint?: { complainedRecipients?: Recipient[] };
};
type Recipient = { emailAddress: string };

const logger = new Logger();

/** Lambda `message-provider-event`. */
export async function handler(event: EventBridgeEvent<string, Detail>): Promise<void> {
  const { eventType, mail, bounce, complaint } = event.detail;
  const messageId = mail.tags?.["X-CareLoop-Message"]?.[0];
  const caseId = mail.tags?.["X-CareLoop-Case"]?.[0];
  if (!messageId || !caseId) return;
  if (eventType === "Send") return onSend(caseId, messageId, mail);
  const reason = undelivered(eventType, bounce?.bounceType);
  if (!reason) return;
  // First, and whether it is news or not: a run that was cut off in between is followed by another.
  if (reason === "bounced" || reason === "complained") {
    const recipients = bounce?.bouncedRecipients ?? complaint?.complainedRecipients ?? [];
    await suppress(caseId, recipients, reason);
  }
  await onUndelivered(caseId, messageId, reason);
}

/** An address that is dead, or whose owner calls us spam, gets no more planned and reminding messages. */
async function suppress(caseId: string, recipients: Recipient[], reason: Undeliverable): Promise<void> {
  const customerId = (await readHeaders([caseId])).get(caseId)?.customerId;
  if (customerId === undefined) return;
  for (const { emailAddress } of recipients) await suppressAddress(customerId, emailAddress, reason);
}

/** It went out. News only where the sender did not live to note it. */
async function onSend(caseId: string, messageId: string, mail: Detail["mail"]): Promise<void> {
  const message = await readMessage(messageKey(caseId, messageId));
  if (message?.status !== "sending") return;
  const at = mail.timestamp ? Date.parse(mail.timestamp) : now();
  if (message.kind === "complaint.acknowledged") await acknowledgementSent(caseId);
  await confirmSent(message, { providerId: mail.messageId, at }, linkIn(message, at));
}

/** The link that the mail carried lives from now on; a younger version has a mail and a life of its own. */
function linkIn(message: Message, at: number): SentLink | null {
  if (!isMessageKind(message.kind) || !LINK_KINDS.includes(message.kind) || !message.stepId) return null;
  return {
    caseId: message.caseId,
    stepId: message.stepId,
    staffId: message.to,
    expiresAt: at + LINK_LIFE_MS,
  };
}

/** Why a mail did not arrive, or null for a report that says nothing of the kind. */
function undelivered(eventType: string, bounceType: string | undefined): string | null {
  if (eventType === "Bounce") return bounceType === "Transient" ? "bounced_temporarily" : "bounced";
  if (eventType === "Complaint") return "complained";
  return eventType === "Reject" ? "rejected" : null;
}

/** The one place that learns of undeliverable addresses: the case shows it, the log line feeds an alarm. */
async function onUndelivered(caseId: string, messageId: string, reason: string): Promise<void> {
  const news = await markUndelivered({ caseId, messageId }, reason);
  if (news) logger.warn("message undelivered", { messageId, reason });
}
