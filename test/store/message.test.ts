/** The outbox on real tables; the providers are fakes, because only they can lose an answer on purpose. */

import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { DynamoDBStreamEvent, EventBridgeEvent } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import PostalMime from "postal-mime";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Message, Seat } from "../../functions/case/model.ts";
import { pkOf, sk } from "../../functions/case/store.ts";
import { type NewMessage, newMessage } from "../../functions/message/compose.ts";
import { handler as dispatch } from "../../functions/message/dispatch.ts";
import { handler as providerEvent } from "../../functions/message/provider-event.ts";
import { digestOf, EVENT_WAIT_MS, LEASE_MS } from "../../functions/message/rules.ts";
import { stamp } from "../../functions/shared/clock.ts";
import { codeFor, linkFor } from "../../functions/step/links.ts";
import { LINK_KEYS } from "../support/aws-stub.ts";
import { CASE_ID, caseFile, seatOf, stepOf, voteOf } from "../support/case-file.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { emptyCase } from "../support/empty-case.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

const DAY = 86_400_000;
const ses = mockClient(SESClient);
const sns = mockClient(SNSClient);
let tables: TestTables;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
  Object.assign(process.env, {
    MAIL_FROM: "讯达物流 <careloop@xunda.example>",
    MAIL_CONFIGURATION_SET: "careloop",
    SMS_SIGNATURE: "【讯达物流】",
  });
}, 30_000);
afterAll(() => tables.stop());

const file = caseFile();
const step = stepOf(file, 1);
const seat = seatOf(step, "shuaizhong");
const LINK = linkFor(LINK_KEYS, { stepId: step.stepId, staffId: "shuaizhong", version: 1, kid: "k1" });

beforeEach(async () => {
  vi.setSystemTime(WEDNESDAY);
  await emptyCase(tables, CASE_ID);
  await tables.put("Directory", { pk: "STAFF", sk: "chenyao", v: 1, ...person("chenyao") });
  const put = (sortKey: string, item: object) =>
    tables.put("Cases", { pk: pkOf(CASE_ID), sk: sortKey, ...item });
  await put(sk.header, file.header);
  await put(sk.step(step.stepId), step);
  await put(sk.seat(step.stepId, "shuaizhong"), seat);
  for (const payload of file.payloads.values()) await put(sk.payload(payload.seq), payload);
  ses.reset();
  sns.reset();
  ses.on(SendRawEmailCommand).resolves({ MessageId: "ses-1" });
  sns.on(PublishCommand).resolves({ MessageId: "sns-1" });
});
afterEach(() => vi.restoreAllMocks());

const request: NewMessage = {
  caseId: CASE_ID,
  kind: "approval.request",
  to: "shuaizhong",
  channel: "email",
  locale: "zh-CN",
  stepId: step.stepId,
  at: WEDNESDAY,
  key: step.stepId,
};
const sms: NewMessage = {
  ...request,
  kind: "case.decision",
  to: "chenyao",
  channel: "sms",
  stepId: undefined,
  params: { outcome: "approved" },
};

async function write(of: NewMessage, changes: Partial<Message> = {}): Promise<string> {
  const message = { ...newMessage(of), ...changes };
  await tables.put("Cases", { pk: pkOf(CASE_ID), sk: sk.message(message.messageId), ...message });
  return message.messageId;
}
const read = (messageId: string) =>
  tables.get("Cases", pkOf(CASE_ID), sk.message(messageId)) as Promise<Message | null>;
const readSeat = () =>
  tables.get("Cases", pkOf(CASE_ID), sk.seat(step.stepId, "shuaizhong")) as Promise<unknown> as Promise<Seat>;

const records = (...ids: string[]): DynamoDBStreamEvent => ({
  Records: ids.map((id, index) => ({
    eventName: "INSERT",
    dynamodb: {
      Keys: { pk: { S: pkOf(CASE_ID) }, sk: { S: sk.message(id) } },
      SequenceNumber: String(index + 1),
    },
  })),
});
const redrive = (id: string) => dispatch({ redrive: [{ pk: pkOf(CASE_ID), sk: sk.message(id) }] });
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

const mails = () =>
  Promise.all(
    ses
      .commandCalls(SendRawEmailCommand)
      .map((call) => PostalMime.parse(call.args[0].input.RawMessage?.Data as Uint8Array)),
  );

describe("dispatch", () => {
  it("sends a request with the signer's own link, marks it and prolongs the link", async () => {
    later(3_600_000);
    const id = await write(request);
    expect(await dispatch(records(id))).toEqual({ batchItemFailures: [] });
    const [mail] = await mails();
    expect(ses.commandCalls(SendRawEmailCommand)[0]?.args[0].input.Destinations).toEqual([
      "shuaizhong@xunda.example",
    ]);
    expect(mail?.html).toContain(`https://careloop.example/d/${LINK}`);
    expect(mail?.text).toContain(`https://careloop.example/d/${LINK}`);
    const message = await read(id);
    expect(message).toMatchObject({
      status: "sent",
      providerId: "ses-1",
      sentAt: stamp(Date.now()),
      attempt: 1,
    });
    expect(message).not.toHaveProperty("pending");
    expect(message?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(message)).not.toContain(LINK);
    expect((await readSeat()).link).toEqual({
      kid: "k1",
      version: 1,
      expiresAt: stamp(Date.now() + 7 * DAY),
    });
  });

  it("sends once however often and at the same time it is called", async () => {
    const id = await write(request);
    await Promise.all([dispatch(records(id, id)), dispatch(records(id)), redrive(id)]);
    await dispatch(records(id));
    expect(ses.commandCalls(SendRawEmailCommand)).toHaveLength(1);
    expect(await read(id)).toMatchObject({ status: "sent", attempt: 1 });
  });

  const code: NewMessage = { ...request, kind: "vote.code", channel: "sms", params: { n: 1 }, key: "c1" };
  const issued = {
    v: 1 as const,
    stepId: step.stepId,
    staffId: "shuaizhong",
    n: 1,
    kid: "k1",
    version: 1,
    contentHash: file.header.contentHash,
    issuedAt: [stamp(WEDNESDAY)],
    tries: 0,
    used: false,
  };
  const putCode = () =>
    tables.put("Cases", { pk: pkOf(CASE_ID), sk: sk.code(step.stepId, "shuaizhong"), ...issued });

  it("sends a step-up code to the signer's phone; nothing that is kept tells it", async () => {
    await putCode();
    const id = await write(code);
    await dispatch(records(id));
    const { Message: text = "", PhoneNumber } = sns.commandCalls(PublishCommand)[0]?.args[0].input ?? {};
    const six = codeFor(LINK_KEYS, issued);
    expect(PhoneNumber).toBe(person("shuaizhong").phone);
    expect(text.match(/\d{6,}/g)).toEqual([six]);
    const kept = await read(id);
    expect(kept?.status).toBe("sent");
    expect(kept?.digest).toBe(digestOf(text.replace(six, "")));
    expect(kept?.digest).not.toBe(digestOf(text));
    expect(JSON.stringify(kept)).not.toContain(`"${six}"`);
  });

  it("holds back a code for a step that was decided, and never a receipt", async () => {
    await putCode();
    const ended = { ...step, status: "done", outcome: "approved", decidedBy: "shuaizhong" };
    await tables.put("Cases", { pk: pkOf(CASE_ID), sk: sk.step(step.stepId), ...ended });
    await tables.put("Cases", {
      pk: pkOf(CASE_ID),
      sk: sk.seat(step.stepId, "shuaizhong"),
      ...seat,
      status: "done",
    });
    const late = await write(code);
    const receipt = await write({
      ...request,
      kind: "vote.receipt",
      params: { choice: "approve", n: 1, undoUntil: stamp(WEDNESDAY + 120_000) },
      key: "n1",
    });
    await dispatch(records(late, receipt));
    expect(await read(late)).toMatchObject({ status: "suppressed", failure: "step_ended" });
    expect(sns.calls()).toHaveLength(0);
    expect(await read(receipt)).toMatchObject({ status: "sent" });
    expect((await mails())[0]?.text).toContain(`https://careloop.example/d/${LINK}`);
  });

  it("sends an SMS without link to the phone number", async () => {
    const id = await write(sms);
    await dispatch(records(id));
    const input = sns.commandCalls(PublishCommand)[0]?.args[0].input;
    expect(input?.PhoneNumber).toBe(person("chenyao").phone);
    expect(input?.Message).toMatch(/^【讯达物流】.*JD-2026-000001.*已批准/);
    expect(input?.Message).not.toContain("http");
    expect(input?.MessageAttributes).toMatchObject({
      "X-CareLoop-Message": { DataType: "String", StringValue: id },
      "X-CareLoop-Kind": { DataType: "String", StringValue: "case.decision" },
      "X-CareLoop-Case": { DataType: "String", StringValue: CASE_ID },
      "AWS.SNS.SMS.SMSType": { DataType: "String", StringValue: "Transactional" },
    });
    expect(await read(id)).toMatchObject({ status: "sent", providerId: "sns-1" });
  });

  it("leaves alone what is not due", async () => {
    const id = await write({ ...request, at: WEDNESDAY + 3_600_000 });
    await redrive(id);
    expect(ses.calls()).toHaveLength(0);
    later(3_600_000);
    await redrive(id);
    expect(await read(id)).toMatchObject({ status: "sent" });
  });

  it("tells nobody to decide what is decided, and nobody who has left", async () => {
    const id = await write(request);
    await tables.put("Cases", { pk: pkOf(CASE_ID), sk: sk.step(step.stepId), ...step, status: "done" });
    await dispatch(records(id));
    expect(await read(id)).toMatchObject({ status: "suppressed", failure: "step_ended" });

    const other = await write(sms);
    const { staffId, ...left } = person("chenyao");
    await tables.put("Directory", { pk: "STAFF", sk: staffId, v: 1, staffId, ...left, active: false });
    await dispatch(records(other));
    expect(await read(other)).toMatchObject({ status: "suppressed", failure: "inactive" });
    expect(await read(other)).not.toHaveProperty("pending");
    expect([...ses.calls(), ...sns.calls()]).toHaveLength(0);
  });

  it("fails with a code where there is no address, and where the provider will never take it", async () => {
    const { staffId, ...chenyao } = person("chenyao");
    const noPhone = await write(sms);
    await tables.put("Directory", { pk: "STAFF", sk: staffId, v: 1, staffId, ...chenyao, phone: "" });
    await dispatch(records(noPhone));
    expect(await read(noPhone)).toMatchObject({ status: "failed", failure: "no_phone" });

    ses.on(SendRawEmailCommand).rejects(
      Object.assign(new Error("Address blacklisted: shuaizhong@xunda.example"), {
        name: "MessageRejected",
        $metadata: { httpStatusCode: 400 },
      }),
    );
    const id = await write(request);
    expect(await dispatch(records(id))).toEqual({ batchItemFailures: [] });
    const message = await read(id);
    expect(message).toMatchObject({ status: "failed", failure: "message_rejected" });
    expect(JSON.stringify(message)).not.toContain("@");
    expect((await readSeat()).link.expiresAt).toBe(seat.link.expiresAt);
  });

  it("waits and tries again where the provider refused for now", async () => {
    ses
      .on(SendRawEmailCommand)
      .rejectsOnce(
        Object.assign(new Error("rate"), { name: "Throttling", $metadata: { httpStatusCode: 400 } }),
      )
      .resolves({ MessageId: "ses-2" });
    const id = await write(request);
    await dispatch(records(id));
    expect(await read(id)).toMatchObject({
      status: "pending",
      pending: "message",
      failure: "throttling",
      dueAt: stamp(WEDNESDAY + 60_000),
    });
    await redrive(id);
    expect(ses.calls()).toHaveLength(1);
    later(60_000);
    await redrive(id);
    expect(await read(id)).toMatchObject({ status: "sent", providerId: "ses-2", attempt: 2 });
    expect(await read(id)).not.toHaveProperty("failure");
    expect(await read(id)).not.toHaveProperty("resent");
  });

  it("reports a fault of its own record by record and frees the message", async () => {
    const id = await write(request);
    const good = await write(sms);
    process.env.BASE_URL = "";
    try {
      const answer = await dispatch(records(good, id));
      expect(answer.batchItemFailures.map((one) => one.itemIdentifier)).toEqual(["1", "2"]);
    } finally {
      process.env.BASE_URL = "https://careloop.example";
    }
    expect(await read(id)).toMatchObject({ status: "pending", pending: "message", failure: "fault" });
    later(60_000);
    await redrive(id);
    expect(await read(id)).toMatchObject({ status: "sent" });
  });
});

describe("a sender that was lost between sending and marking", () => {
  const lost = () =>
    Object.assign(new Error("socket hang up to shuaizhong@xunda.example"), {
      name: "TimeoutError",
      $metadata: {},
    });
  const event = (eventType: string, id: string, more: object = {}) =>
    providerEvent({
      source: "aws.ses",
      "detail-type": "Email",
      detail: {
        eventType,
        mail: {
          messageId: "ses-lost",
          timestamp: stamp(WEDNESDAY + 500),
          tags: { "X-CareLoop-Message": [id], "X-CareLoop-Case": [CASE_ID] },
        },
        ...more,
      },
    } as unknown as EventBridgeEvent<string, never>);

  it("is not followed by a second mail when the provider's event comes in time", async () => {
    ses.on(SendRawEmailCommand).rejects(lost());
    const id = await write(request);
    await dispatch(records(id));
    expect(await read(id)).toMatchObject({
      status: "sending",
      dueAt: stamp(WEDNESDAY + LEASE_MS + EVENT_WAIT_MS),
    });
    await event("Send", id);
    await event("Send", id);
    expect(await read(id)).toMatchObject({
      status: "sent",
      providerId: "ses-lost",
      sentAt: stamp(WEDNESDAY + 500),
    });
    expect((await readSeat()).link.expiresAt).toBe(stamp(WEDNESDAY + 500 + 7 * DAY));
    later(LEASE_MS + EVENT_WAIT_MS);
    await redrive(id);
    expect(ses.calls()).toHaveLength(1);
  });

  it("is followed by one, marked as resent, when no event came within five minutes after the lease", async () => {
    ses.on(SendRawEmailCommand).rejectsOnce(lost()).resolves({ MessageId: "ses-2" });
    const id = await write(request);
    await dispatch(records(id));
    later(LEASE_MS + EVENT_WAIT_MS - 1);
    await redrive(id);
    expect(ses.calls()).toHaveLength(1);
    later(1);
    await redrive(id);
    expect(ses.calls()).toHaveLength(2);
    expect(await read(id)).toMatchObject({ status: "sent", providerId: "ses-2", attempt: 2, resent: true });
  });

  it("costs at most one more SMS", async () => {
    sns.on(PublishCommand).rejects(lost());
    const id = await write(sms);
    await dispatch(records(id));
    for (let round = 0; round < 4; round += 1) {
      later(LEASE_MS + EVENT_WAIT_MS);
      await redrive(id);
    }
    expect(sns.calls()).toHaveLength(2);
    expect(await read(id)).toMatchObject({ status: "failed", failure: "no_answer", resent: true });
  });

  it("a bounce or complaint marks what was sent, and a late Send does not undo it", async () => {
    const id = await write(request);
    await dispatch(records(id));
    await event("Delivery", id);
    expect(await read(id)).toMatchObject({ status: "sent" });
    await event("Bounce", id, { bounce: { bounceType: "Permanent" } });
    await event("Complaint", id);
    await event("Send", id);
    expect(await read(id)).toMatchObject({ status: "failed", failure: "bounced" });
  });

  it("knows nothing of mails that are not ours", async () => {
    await event("Send", "never-written");
    await providerEvent({ detail: { eventType: "Send", mail: { messageId: "x" } } } as EventBridgeEvent<
      string,
      never
    >);
    expect(await read("never-written")).toBeNull();
  });
});

describe("the link in a mail", () => {
  it("is the version that is valid when the mail is made, and a younger one keeps its own life", async () => {
    const id = await write(request);
    ses.on(SendRawEmailCommand).callsFake(async () => {
      await tables.put("Cases", {
        pk: pkOf(CASE_ID),
        sk: sk.seat(step.stepId, "shuaizhong"),
        ...seat,
        link: { kid: "k1", version: 3, expiresAt: stamp(WEDNESDAY) },
      });
      return { MessageId: "ses-1" };
    });
    await tables.put("Cases", {
      pk: pkOf(CASE_ID),
      sk: sk.seat(step.stepId, "shuaizhong"),
      ...seat,
      link: { ...seat.link, version: 2 },
    });
    await dispatch(records(id));
    const [mail] = await mails();
    expect(mail?.text).toContain(
      linkFor(LINK_KEYS, { stepId: step.stepId, staffId: "shuaizhong", version: 2, kid: "k1" }),
    );
    expect(mail?.text).not.toContain(LINK);
    expect(await read(id)).toMatchObject({ status: "sent" });
    expect((await readSeat()).link).toEqual({ kid: "k1", version: 3, expiresAt: stamp(WEDNESDAY) });
  });

  it("is in no mail about an ended case", async () => {
    const vote = voteOf(step, "shuaizhong", "reject", { comment: "改用会议室" });
    await tables.put("Cases", { pk: pkOf(CASE_ID), sk: sk.vote(step.stepId, "shuaizhong", 1), ...vote });
    const id = await write({ ...sms, channel: "email", params: { outcome: "rejected" } });
    await dispatch(records(id));
    const [mail] = await mails();
    expect(mail?.subject).toMatch(/^已驳回，请看原因：洁丽雅有限公司 2 人接待 ¥5,000$/);
    expect(mail?.text).toContain("改用会议室");
    expect(mail?.text).toContain(`https://careloop.example/cases/${CASE_ID}`);
    expect(mail?.html).not.toContain("/d/");
  });
});
