/**
 * SES (v1, query protocol): a mail that is sent lands in the inbox, and what became of it is told to EventBridge.
 * https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
 */
import { randomBytes, randomUUID } from "node:crypto";
import PostalMime, { type Email } from "postal-mime";
import * as z from "zod";
import { AwsError, type Call, type Cloud, type Service } from "../kernel.ts";
import { action, CONNECTION_LOST } from "./action.ts";
import { openInbox } from "./inbox.ts";
import { bare, mailboxes, readable } from "./mail.ts";
import { type Fate, type SentMail, sesEvent } from "./ses-events.ts";

/** What a test can make go wrong; each number counts down by the calls that it spoils. */
export type SesFaults = {
  /** The mail is accepted, kept and reported, and the line breaks before the caller hears of it. */
  crashAfterAccept: number;
  /** The line breaks before anything happened. */
  crashBeforeAccept: number;
  /** The call is refused: maximum sending rate exceeded. */
  throttle: number;
  /** The mail is accepted and no event ever tells of it. */
  loseEvents: number;
};

export type EventDestination = { configurationSet: string; eventBusArn: string; eventTypes: string[] };

const Tags = z.array(z.object({ Name: z.string(), Value: z.string() })).default([]);
const Text = z.object({ Data: z.string(), Charset: z.string().optional() });
const Addresses = z.array(z.string()).default([]);
const Raw = z.object({
  Source: z.string().optional(),
  Destinations: Addresses,
  RawMessage: z.object({ Data: z.string() }),
  ConfigurationSetName: z.string().optional(),
  Tags,
});
const Simple = z.object({
  Source: z.string(),
  Destination: z.object({ ToAddresses: Addresses, CcAddresses: Addresses, BccAddresses: Addresses }),
  Message: z.object({ Subject: Text, Body: z.object({ Text: Text.optional(), Html: Text.optional() }) }),
  ConfigurationSetName: z.string().optional(),
  Tags,
});

export function createSes(cloud: Cloud) {
  const { db, clock } = cloud;
  db.exec("CREATE TABLE IF NOT EXISTS ses_identities (name TEXT PRIMARY KEY)");
  db.exec("CREATE TABLE IF NOT EXISTS ses_configuration_sets (name TEXT PRIMARY KEY)");
  db.exec(`CREATE TABLE IF NOT EXISTS ses_event_destinations (
    configuration_set TEXT NOT NULL, bus TEXT NOT NULL, types TEXT NOT NULL, PRIMARY KEY (configuration_set, bus))`);
  // A mail and what will be told of it come into being together: a process that dies in between owes the report.
  db.exec(`CREATE TABLE IF NOT EXISTS ses_reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT NOT NULL, at REAL NOT NULL)`);
  const owe = db.prepare("INSERT INTO ses_reports (mail, at) VALUES (?, ?) RETURNING id");
  const owed = db.prepare("SELECT id, mail, at FROM ses_reports ORDER BY at, id LIMIT 1");
  const told = db.prepare("DELETE FROM ses_reports WHERE id = ?");
  const post = openInbox(cloud);
  const faults: SesFaults = { crashAfterAccept: 0, crashBeforeAccept: 0, throttle: 0, loseEvents: 0 };
  const spoiled = (fault: keyof SesFaults) => faults[fault] > 0 && faults[fault]-- > 0;
  const isVerified = db.prepare("SELECT 1 FROM ses_identities WHERE name = ? COLLATE NOCASE");

  /** A mail as both ways of sending give it. */
  type Sending = {
    mail: Email;
    from: string;
    to: string[];
    configurationSet: string;
    tags: Record<string, string[]>;
    operation: string;
  };

  function checkSender(from: string): string {
    const address = bare(from);
    const domain = address.split("@").pop()!;
    const identity = [address, domain].find((name) => isVerified.get(name));
    if (identity) return identity;
    throw new AwsError(
      "MessageRejected",
      "Email address is not verified. The following identities failed the check in region " +
        `${cloud.region.toUpperCase()}: ${address}`,
    );
  }

  async function deliver(sending: Sending, call: Call): Promise<{ MessageId: string }> {
    if (spoiled("crashBeforeAccept")) throw new AwsError(CONNECTION_LOST, "fault: crashBeforeAccept");
    if (spoiled("throttle")) throw new AwsError("Throttling", "Maximum sending rate exceeded.");
    const { mail, configurationSet } = sending;
    const identity = checkSender(sending.from);
    if (
      configurationSet &&
      !db.prepare("SELECT 1 FROM ses_configuration_sets WHERE name = ?").get(configurationSet)
    ) {
      throw new AwsError(
        "ConfigurationSetDoesNotExist",
        `Configuration set <${configurationSet}> does not exist.`,
      );
    }
    if (sending.to.length === 0) throw new AwsError("InvalidParameterValue", "Missing required header 'To'.");
    const messageId = `${randomBytes(8).toString("hex")}-${randomUUID()}-000000`;
    const sent: SentMail = {
      at: clock.now(),
      messageId,
      source: sending.from,
      identityArn: `arn:aws:ses:${cloud.region}:${cloud.accountId}:identity/${identity}`,
      to: sending.to,
      headers: mail.headers.filter((one) => !one.key.startsWith("x-ses-")),
      subject: mail.subject ?? "",
      configurationSet,
      tags: {
        "ses:operation": [sending.operation],
        "ses:configuration-set": [configurationSet],
        "ses:from-domain": [bare(sending.from).split("@").pop()!],
        "ses:caller-identity": [cloud.roles.get(call.accessKeyId) ?? call.accessKeyId],
        ...sending.tags,
      },
    };
    const report = accept(sending, sent, configurationSet !== "" && !spoiled("loseEvents"));
    if (report !== null) await tell(report, sent);
    if (spoiled("crashAfterAccept")) throw new AwsError(CONNECTION_LOST, "fault: crashAfterAccept");
    return { MessageId: messageId };
  }

  /** Takes a mail; the report it owes, if any, is on disk with it. Nothing may wait in here: see the transaction. */
  function accept(sending: Sending, sent: SentMail, reported: boolean): number | null {
    const { mail } = sending;
    const header = (name: string) => mail.headers.find((one) => one.key === name.toLowerCase())?.value ?? "";
    db.exec("BEGIN IMMEDIATE");
    try {
      for (const recipient of sending.to) {
        post({
          id: header("X-CareLoop-Message") || sent.messageId,
          kind: header("X-CareLoop-Kind"),
          channel: "email",
          recipient: bare(recipient),
          subject: mail.subject ?? "",
          text: mail.text ?? "",
          html: mail.html ?? "",
          attachments: mail.attachments.map((attachment) => ({
            name: attachment.filename ?? "",
            contentType: attachment.mimeType,
            text: readable(attachment),
          })),
          caseId: header("X-CareLoop-Case"),
          extra: { providerId: sent.messageId, from: sending.from, tags: sending.tags },
        });
      }
      const report = reported ? (owe.get(JSON.stringify(sent), sent.at) as { id: number }).id : null;
      db.exec("COMMIT");
      if (report !== null) telling.add(report);
      return report;
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  }

  /** Reports being told by the call that owes them; what is owed and not among them, an earlier process left. */
  const telling = new Set<number>();
  async function tell(id: number, mail: SentMail): Promise<void> {
    await report(mail);
    told.run(id);
    telling.delete(id);
  }
  clock.addSource({
    name: "mail reports",
    next() {
      const row = owed.get() as { id: number; at: number } | undefined;
      return row && !telling.has(row.id) ? { at: row.at, created: row.at } : null;
    },
    async fire() {
      const row = owed.get() as { id: number; mail: string } | undefined;
      if (row && !telling.has(row.id)) await tell(row.id, JSON.parse(row.mail) as SentMail);
    },
  });

  /** Puts the events of a mail on the default bus, as far as its configuration set publishes them. */
  async function report(mail: SentMail): Promise<void> {
    const rows = db
      .prepare("SELECT types FROM ses_event_destinations WHERE configuration_set = ?")
      .all(mail.configurationSet) as { types: string }[];
    const wanted = new Set(rows.flatMap((row) => JSON.parse(row.types) as string[]));
    const simulated = mail.to.find((address) => /@simulator\.amazonses\.com$/i.test(bare(address)));
    const kind = simulated ? bare(simulated).split("@")[0]!.split("+")[0] : "";
    const fates: Fate[] = ["send", kind === "bounce" ? "bounce" : "delivery"];
    if (kind === "complaint") fates.push("complaint");
    const entries = fates.filter((fate) => wanted.has(fate)).map((fate) => sesEvent(cloud, fate, mail));
    if (entries.length > 0) await cloud.call("events", "PutEvents", { Entries: entries });
  }

  const service: Service = {
    name: "ses",
    protocol: "query",
    target: "http://ses.amazonaws.com/doc/2010-12-01/",
    actions: {
      SendRawEmail: action(Raw, async (input, call) => {
        const mail = await PostalMime.parse(Buffer.from(input.RawMessage.Data, "base64"));
        const header = (name: string) => mail.headers.find((one) => one.key === name)?.value ?? "";
        const tags: Record<string, string[]> = {};
        const given = header("x-ses-message-tags")
          .split(",")
          .map((pair) => pair.trim().split("="))
          .filter((pair) => pair.length === 2) as [string, string][];
        for (const [name, value] of [...given, ...input.Tags.map((tag) => [tag.Name, tag.Value] as const)]) {
          tags[name] = [...(tags[name] ?? []), value];
        }
        const everyone = [...mailboxes(mail.to), ...mailboxes(mail.cc), ...mailboxes(mail.bcc)];
        return deliver(
          {
            mail,
            from: input.Source ?? header("from"),
            to: input.Destinations.length > 0 ? input.Destinations : everyone,
            configurationSet: input.ConfigurationSetName ?? header("x-ses-configuration-set").trim(),
            tags,
            operation: "SendRawEmail",
          },
          call,
        );
      }),
      SendEmail: action(Simple, (input, call) => {
        const { ToAddresses, CcAddresses, BccAddresses } = input.Destination;
        const line = (name: string, value: string) => ({ key: name.toLowerCase(), originalKey: name, value });
        const mail: Email = {
          headers: [line("From", input.Source), line("To", ToAddresses.join(", "))],
          headerLines: [],
          subject: input.Message.Subject.Data,
          text: input.Message.Body.Text?.Data,
          html: input.Message.Body.Html?.Data,
          attachments: [],
        };
        return deliver(
          {
            mail,
            from: input.Source,
            to: [...ToAddresses, ...CcAddresses, ...BccAddresses],
            configurationSet: input.ConfigurationSetName ?? "",
            tags: Object.fromEntries(input.Tags.map((tag) => [tag.Name, [tag.Value]])),
            operation: "SendEmail",
          },
          call,
        );
      }),
      // Nobody here could click the link of a verification mail.
      VerifyEmailIdentity: action(z.object({ EmailAddress: z.string() }), (input) => {
        provisionIdentity(input.EmailAddress);
        return {};
      }),
      ListIdentities: action(z.object({}), () => ({
        Identities: (
          db.prepare("SELECT name FROM ses_identities ORDER BY name").all() as { name: string }[]
        ).map((row) => row.name),
      })),
      GetIdentityVerificationAttributes: action(
        z.object({ Identities: z.array(z.string()).default([]) }),
        (input) => ({
          VerificationAttributes: new Map(
            input.Identities.filter((name) => isVerified.get(name)).map((name) => [
              name,
              { VerificationStatus: "Success" },
            ]),
          ),
        }),
      ),
    },
  };

  /** A verified sender: an address or a domain. */
  function provisionIdentity(name: string): void {
    db.prepare("INSERT INTO ses_identities VALUES (?) ON CONFLICT DO NOTHING").run(name);
  }
  function provisionConfigurationSet(name: string): void {
    db.prepare("INSERT INTO ses_configuration_sets VALUES (?) ON CONFLICT DO NOTHING").run(name);
  }
  /** Types as either API spells them: "send" or "SEND". */
  function provisionEventDestination(destination: EventDestination): void {
    db.prepare("INSERT OR REPLACE INTO ses_event_destinations VALUES (?, ?, ?)").run(
      destination.configurationSet,
      destination.eventBusArn,
      JSON.stringify(destination.eventTypes.map((type) => type.toLowerCase())),
    );
  }
  return { service, faults, provisionIdentity, provisionConfigurationSet, provisionEventDestination };
}
