/** E-mail by SES. SendRawEmail, because only it carries our headers; MIME by nodemailer. */
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import MailComposer from "nodemailer/lib/mail-composer";
import { env } from "../../shared/env.ts";
import { SendFailure } from "../rules.ts";
import type { Outgoing } from "./channel.ts";
import { failureOf } from "./failure.ts";

let client: SESClient | undefined;
// SES has no idempotency key: the SDK must not repeat a call whose answer was lost. The outbox knows when to.
const ses = (): SESClient => {
  client ??= new SESClient({ maxAttempts: 1 });
  return client;
};

/** Names and values of tags: `[A-Za-z0-9_-]`; ids of messages and cases are made of these. */
function tag(name: string, value: string): string {
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(value)) throw new SendFailure("permanent", "illegal_tag");
  return `${name}=${value}`;
}

/** Lets a mail program show a button and press it for its reader (RFC 2369, RFC 8058). */
const unsubscribing = (url: string | undefined): Record<string, { prepared: true; value: string }> =>
  url === undefined
    ? {}
    : {
        // As it stands: an address that is encoded or cut over lines is one that nobody finds.
        "List-Unsubscribe": { prepared: true, value: `<${url}>` },
        "List-Unsubscribe-Post": { prepared: true, value: "List-Unsubscribe=One-Click" },
      };

/** The mail as it travels. Tags come back in the provider's events, headers stay with the mail. */
export async function compose(mail: Outgoing, from: string, configurationSet: string): Promise<Buffer> {
  const composer = new MailComposer({
    from,
    to: { name: "", address: mail.address },
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    attachments: (mail.attachments ?? []).map(({ name, contentType, content }) => ({
      filename: name,
      contentType,
      content,
      // Line ends are part of a calendar; any other encoding of text makes them its own.
      contentTransferEncoding: "base64",
    })),
    // Base64 keeps Chinese lines intact with every relay; quoted-printable triples them.
    textEncoding: "base64",
    newline: "\r\n",
    headers: {
      "X-CareLoop-Message": mail.messageId,
      "X-CareLoop-Kind": mail.kind,
      "X-CareLoop-Case": mail.caseId,
      "X-SES-CONFIGURATION-SET": configurationSet,
      "X-SES-MESSAGE-TAGS": [
        tag("X-CareLoop-Message", mail.messageId),
        tag("X-CareLoop-Case", mail.caseId),
      ].join(", "),
      // No out-of-office replies to a machine.
      "Auto-Submitted": "auto-generated",
      ...unsubscribing(mail.unsubscribe),
      "X-Auto-Response-Suppress": "All",
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** Sends one mail; resolves with the provider's message id. Throws SendFailure. */
export async function sendMail(mail: Outgoing): Promise<string> {
  const data = await compose(mail, env("MAIL_FROM"), env("MAIL_CONFIGURATION_SET"));
  try {
    const answer = await ses().send(
      new SendRawEmailCommand({ Destinations: [mail.address], RawMessage: { Data: data } }),
    );
    return answer.MessageId ?? "";
  } catch (error) {
    throw failureOf(error, ["MessageRejected", "InvalidParameterValue"]);
  }
}
