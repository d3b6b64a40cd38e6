/**
 * What SES publishes of a mail, as an entry for the default event bus.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
import { randomUUID } from "node:crypto";
import type { Cloud } from "../kernel.ts";

export type Fate = "send" | "delivery" | "bounce" | "complaint";

export type SentMail = {
  at: number;
  messageId: string;
  source: string;
  identityArn: string;
  to: string[];
  headers: { originalKey: string; value: string }[];
  subject: string;
  configurationSet: string;
  tags: Record<string, string[]>;
};

const names: Record<Fate, { detailType: string; eventType: string }> = {
  send: { detailType: "Email Sent", eventType: "Send" },
  delivery: { detailType: "Email Delivered", eventType: "Delivery" },
  bounce: { detailType: "Email Bounced", eventType: "Bounce" },
  complaint: { detailType: "Email Complaint Received", eventType: "Complaint" },
};

/** The part of an event that tells what happened to the mail. */
function fateOf(fate: Fate, mail: SentMail, timestamp: string): object {
  switch (fate) {
    case "send":
      return {};
    case "delivery":
      return {
        timestamp,
        processingTimeMillis: 500,
        recipients: mail.to,
        smtpResponse: "250 2.6.0 Message received",
        reportingMTA: "local.amazonses.com",
      };
    case "bounce":
      return {
        feedbackId: randomUUID(),
        bounceType: "Permanent",
        bounceSubType: "General",
        bouncedRecipients: mail.to.map((emailAddress) => ({
          emailAddress,
          action: "failed",
          status: "5.1.1",
          diagnosticCode: "smtp; 550 5.1.1 user unknown",
        })),
        timestamp,
        reportingMTA: "dns; local.amazonses.com",
      };
    case "complaint":
      return {
        feedbackId: randomUUID(),
        complaintSubType: null,
        complainedRecipients: mail.to.map((emailAddress) => ({ emailAddress })),
        timestamp,
        userAgent: "Amazon SES Mailbox Simulator",
        complaintFeedbackType: "abuse",
        arrivalDate: timestamp,
      };
  }
}

/** One entry for PutEvents. */
export function sesEvent(cloud: Cloud, fate: Fate, mail: SentMail) {
  const timestamp = new Date(mail.at).toISOString();
  const { detailType, eventType } = names[fate];
  const detail = {
    eventType,
    mail: {
      timestamp,
      source: mail.source,
      sourceArn: mail.identityArn,
      sendingAccountId: cloud.accountId,
      messageId: mail.messageId,
      destination: mail.to,
      headersTruncated: false,
      headers: mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
      commonHeaders: { from: [mail.source], to: mail.to, messageId: mail.messageId, subject: mail.subject },
      tags: mail.tags,
    },
    [fate]: fateOf(fate, mail, timestamp),
  };
  return {
    Source: "aws.ses",
    DetailType: detailType,
    Resources: [`arn:aws:ses:${cloud.region}:${cloud.accountId}:configuration-set/${mail.configurationSet}`],
    Detail: JSON.stringify(detail),
  };
}
