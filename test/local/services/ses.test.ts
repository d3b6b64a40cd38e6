import {
  GetIdentityVerificationAttributesCommand,
  SESClient,
  SendEmailCommand,
  SendRawEmailCommand,
} from "@aws-sdk/client-ses";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createEvents } from "../../../local/services/events.ts";
import { linksIn } from "../../../local/services/inbox.ts";
import { createSes } from "../../../local/services/ses.ts";
import { createSns } from "../../../local/services/sns.ts";
import { fakeCloud } from "./fake-cloud.ts";

const cloud = fakeCloud();
const ses = createSes(cloud);
const handler = cloud.addFunction("provider-event");

beforeAll(async () => {
  cloud.add(ses.service, createSns(cloud).service, createEvents(cloud).service);
  await cloud.listen();
  ses.provisionIdentity("careloop.example");
  ses.provisionConfigurationSet("mail");
  ses.provisionEventDestination({
    configurationSet: "mail",
    eventBusArn: "arn:aws:events:ap-southeast-1:000000000000:event-bus/default",
    eventTypes: ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"],
  });
  await cloud.call("events", "PutRule", {
    Name: "mail",
    EventPattern: JSON.stringify({ source: ["aws.ses"] }),
  });
  await cloud.call("events", "PutTargets", { Rule: "mail", Targets: [{ Id: "1", Arn: handler.arn }] });
});
afterAll(() => cloud.close());
beforeEach(() => {
  cloud.db.exec("DELETE FROM inbox");
  cloud.invoked.length = 0;
});

const inbox = () => cloud.db.prepare("SELECT * FROM inbox ORDER BY rowid").all() as Record<string, string>[];

function rawMail(over: { from?: string; set?: string; to?: string } = {}): Promise<Buffer> {
  return new MailComposer({
    from: over.from ?? "闭环 <care@careloop.example>",
    to: over.to ?? "shuai@example.com",
    subject: "待您审批：接待申请 JD-2026-000001",
    text: "请打开 https://site.example/d/abc。谢谢",
    html: '<p><a href="https://site.example/d/abc?a=1&amp;b=2">打开</a></p>',
    textEncoding: "base64",
    headers: {
      "X-CareLoop-Message": "m-1",
      "X-CareLoop-Kind": "approval.request",
      "X-CareLoop-Case": "JD-2026-000001",
      "X-SES-CONFIGURATION-SET": over.set ?? "mail",
      "X-SES-MESSAGE-TAGS": "X-CareLoop-Message=m-1, X-CareLoop-Case=JD-2026-000001",
    },
    attachments: [
      { filename: "邀请.ics", content: "BEGIN:VCALENDAR\n", contentType: "text/calendar" },
      { filename: "a.png", content: Buffer.from([137, 80]), contentType: "image/png" },
    ],
  })
    .compile()
    .build();
}

const send = async (over: Parameters<typeof rawMail>[0] = {}) =>
  new SESClient(cloud.client).send(
    new SendRawEmailCommand({
      Destinations: [over.to ?? "shuai@example.com"],
      RawMessage: { Data: await rawMail(over) },
    }),
  );

describe("a raw mail", () => {
  it("lands in the inbox as a reader sees it", async () => {
    const { MessageId } = await send();
    const [row] = inbox();
    expect(row).toMatchObject({
      id: "m-1",
      kind: "approval.request",
      channel: "email",
      recipient: "shuai@example.com",
      subject: "待您审批：接待申请 JD-2026-000001",
      case_id: "JD-2026-000001",
      sent_at: cloud.clock.now(),
    });
    expect(row!.text).toContain("请打开");
    expect(JSON.parse(row!.links!)).toEqual([
      "https://site.example/d/abc?a=1&b=2",
      "https://site.example/d/abc",
    ]);
    expect(JSON.parse(row!.attachments!)).toEqual([
      { name: "邀请.ics", contentType: "text/calendar", text: "BEGIN:VCALENDAR\r\n" },
      { name: "a.png", contentType: "image/png", text: "" },
    ]);
    expect(JSON.parse(row!.extra!).providerId).toBe(MessageId);
  });

  it("is never folded together with an earlier one of the same id", async () => {
    await send();
    await send();
    expect(inbox().map((row) => row.id)).toEqual(["m-1", "m-1"]);
  });

  it("is reported after a restart when the process died between taking it and telling of it", async () => {
    const events = cloud.services.get("events")!;
    cloud.services.delete("events");
    await expect(send()).rejects.toThrow();
    cloud.services.set("events", events);
    expect(inbox()).toHaveLength(1);
    expect(cloud.invoked).toEqual([]);

    const again = fakeCloud({ db: cloud.db, dataDir: cloud.dataDir, now: cloud.clock.now() });
    again.addFunction("provider-event");
    again.add(createSes(again).service, createEvents(again).service);
    await again.advance(0);
    await again.advance(0);
    expect(inbox()).toHaveLength(1);
    expect(again.invoked.map(({ payload }) => (payload as Record<string, string>)["detail-type"])).toEqual([
      "Email Sent",
      "Email Delivered",
    ]);
  });

  it("is reported with its tags: sent, then delivered", async () => {
    const { MessageId } = await send();
    const events = cloud.invoked.map((call) => call.payload as Record<string, never>);
    expect(events.map((event) => event["detail-type"])).toEqual(["Email Sent", "Email Delivered"]);
    expect(events[0]).toMatchObject({
      source: "aws.ses",
      resources: [expect.stringContaining(":configuration-set/mail")],
      detail: {
        eventType: "Send",
        send: {},
        mail: {
          messageId: MessageId,
          destination: ["shuai@example.com"],
          tags: { "X-CareLoop-Message": ["m-1"], "ses:configuration-set": ["mail"] },
        },
      },
    });
    expect(events[1]).toMatchObject({
      detail: { eventType: "Delivery", delivery: { recipients: ["shuai@example.com"] } },
    });
  });

  it.each([
    ["bounce@simulator.amazonses.com", ["Send", "Bounce"]],
    ["complaint@simulator.amazonses.com", ["Send", "Delivery", "Complaint"]],
  ])("to %s comes to its end", async (to, types) => {
    await send({ to });
    expect(
      cloud.invoked.map((call) => (call.payload as { detail: { eventType: string } }).detail.eventType),
    ).toEqual(types);
  });

  it("needs a verified sender and a configuration set that is there", async () => {
    await expect(send({ from: "x@elsewhere.example" })).rejects.toMatchObject({
      name: "MessageRejected",
      message: expect.stringContaining("Email address is not verified"),
    });
    await expect(send({ set: "none" })).rejects.toMatchObject({
      name: "ConfigurationSetDoesNotExistException",
    });
    expect(inbox()).toEqual([]);
  });
});

describe("faults", () => {
  it("accepts, reports, and the caller never hears of it", async () => {
    ses.faults.crashAfterAccept = 1;
    await expect(send()).rejects.toThrow();
    expect(inbox()).toHaveLength(1);
    expect(cloud.invoked).toHaveLength(2);
    await send();
    expect(inbox()).toHaveLength(2);
  });

  it("refuses, breaks before anything happened, or loses the events", async () => {
    ses.faults.throttle = 1;
    await expect(send()).rejects.toMatchObject({ name: "Throttling" });
    ses.faults.crashBeforeAccept = 1;
    await expect(send()).rejects.toThrow();
    expect(inbox()).toEqual([]);
    ses.faults.loseEvents = 1;
    await send();
    expect(inbox()).toHaveLength(1);
    expect(cloud.invoked).toEqual([]);
  });
});

it("sends a simple mail to every recipient", async () => {
  await new SESClient(cloud.client).send(
    new SendEmailCommand({
      Source: "care@careloop.example",
      Destination: { ToAddresses: ["a@example.com"], CcAddresses: ["b@example.com"] },
      Message: { Subject: { Data: "您好" }, Body: { Text: { Data: "正文" } } },
    }),
  );
  expect(inbox().map((row) => [row.recipient, row.subject, row.text])).toEqual([
    ["a@example.com", "您好", "正文"],
    ["b@example.com", "您好", "正文"],
  ]);
});

it("tells which identities are verified", async () => {
  const asked = new GetIdentityVerificationAttributesCommand({
    Identities: ["careloop.example", "x.example"],
  });
  const { VerificationAttributes } = await new SESClient(cloud.client).send(asked);
  expect(VerificationAttributes).toEqual({ "careloop.example": { VerificationStatus: "Success" } });
});

it("puts an SMS into the same inbox", async () => {
  const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
  const client = new SNSClient(cloud.client);
  await client.send(
    new PublishCommand({
      PhoneNumber: "+8613800138000",
      Message: "您的投诉已受理",
      MessageAttributes: {
        "X-CareLoop-Message": attribute("s-1"),
        "X-CareLoop-Kind": attribute("complaint.received"),
      },
    }),
  );
  expect(inbox()).toMatchObject([
    {
      id: "s-1",
      kind: "complaint.received",
      channel: "sms",
      recipient: "+8613800138000",
      text: "您的投诉已受理",
      subject: "",
    },
  ]);
  await expect(client.send(new PublishCommand({ PhoneNumber: "110", Message: "x" }))).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
});

it("finds links once each, markup first", () => {
  expect(
    linksIn(
      '<a href="https://a.example/x">x</a><a href="mailto:b@c">y</a>',
      "见 https://a.example/x，或 http://b.example/y.",
    ),
  ).toEqual(["https://a.example/x", "http://b.example/y"]);
});
