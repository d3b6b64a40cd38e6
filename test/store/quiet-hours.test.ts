/** Quiet hours on real tables: what waits, who is told, and that it leaves once when they are over. */
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { verify } from "../../functions/case/chain.ts";
import type { Message, Timer } from "../../functions/case/model.ts";
import { pkOf, readCase, sk } from "../../functions/case/store.ts";
import { bookAppointment } from "../../functions/follow-up/appointment.ts";
import { type NewMessage, newMessage } from "../../functions/message/compose.ts";
import { handler as dispatch } from "../../functions/message/dispatch.ts";
import { changeQuietHours, viewQuietHours } from "../../functions/message/quiet-hours.ts";
import { handler as remind } from "../../functions/step/remind.ts";
import { CASE_ID, caseFile, seatOf, stepOf } from "../support/case-file.ts";
import { filed } from "../support/complaint.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { emptyCase } from "../support/empty-case.ts";
import { planned, readFollowUp } from "../support/follow-up.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

const at = (text: string): number => Date.parse(`${text}:00+08:00`);
const NIGHT = at("2026-12-02T22:30");
const MORNING = "2026-12-03T00:00:00.000Z";
const ses = mockClient(SESClient);
const sns = mockClient(SNSClient);
let tables: TestTables;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
  Object.assign(process.env, {
    MAIL_FROM: "讯达物流 <careloop@xunda.example>",
    MAIL_CONFIGURATION_SET: "careloop",
    SMS_SIGNATURE: "讯达物流",
  });
}, 30_000);
afterAll(() => tables.stop());

const file = caseFile();
const step = stepOf(file, 1);

beforeEach(async () => {
  await tables.reset();
  vi.setSystemTime(NIGHT);
  await emptyCase(tables, CASE_ID);
  const put = (sortKey: string, item: object) =>
    tables.put("Cases", { pk: pkOf(CASE_ID), sk: sortKey, ...item });
  await put(sk.header, file.header);
  await put(sk.step(step.stepId), step);
  await put(sk.seat(step.stepId, "shuaizhong"), seatOf(step, "shuaizhong"));
  for (const event of file.events) await put(sk.event(event.seq), event);
  for (const payload of file.payloads.values()) await put(sk.payload(payload.seq), payload);
  ses.reset();
  sns.reset();
  ses.on(SendRawEmailCommand).resolves({ MessageId: "ses-1" });
  sns.on(PublishCommand).resolves({ MessageId: "sns-1" });
});

const decided: NewMessage = {
  caseId: CASE_ID,
  kind: "case.decision",
  to: "chenyao",
  channel: "sms",
  locale: "zh-CN",
  params: { outcome: "approved" },
  at: NIGHT,
  key: "decided",
};
const reminder: NewMessage = {
  ...decided,
  kind: "step.remind",
  to: "shuaizhong",
  channel: "email",
  params: { rung: 1, share: 50 },
  stepId: step.stepId,
  key: step.stepId,
};

async function write(of: NewMessage, changes: Partial<Message> = {}): Promise<string> {
  const message = { ...newMessage(of), ...changes };
  await tables.put("Cases", { pk: pkOf(of.caseId), sk: sk.message(message.messageId), ...message });
  return message.messageId;
}
const read = (id: string, caseId = CASE_ID) =>
  tables.get("Cases", pkOf(caseId), sk.message(id)) as Promise<unknown> as Promise<Message>;
const send = (id: string, caseId = CASE_ID) =>
  dispatch({ redrive: [{ pk: pkOf(caseId), sk: sk.message(id) }] });
const timers = async (caseId = CASE_ID): Promise<Timer[]> =>
  (await tables.items("Cases", pkOf(caseId))).filter((item) =>
    String(item.sk).startsWith("TIMER#"),
  ) as unknown as Timer[];
const quiet = async (caseId = CASE_ID) => (await timers(caseId)).filter((timer) => timer.kind === "quiet");
const ring = async (caseId = CASE_ID): Promise<void> => {
  for (const { timerId } of await quiet(caseId)) await remind({ v: 1, caseId, timerId });
};
const sent = () => ses.commandCalls(SendRawEmailCommand).length + sns.commandCalls(PublishCommand).length;
const deferrals = async (caseId = CASE_ID) => {
  const { events, payloads } = (await readCase(caseId)) ?? { events: [], payloads: new Map() };
  return events.flatMap((event) =>
    event.kind === "message.deferred" ? [payloads.get(event.seq)?.data] : [],
  );
};

describe("at night", () => {
  it("a customer hears of an appointment that is booked at night by e-mail at once, by SMS at eight", async () => {
    vi.setSystemTime(NIGHT);
    const { caseId } = await planned({ mode: "visit" });
    await bookAppointment(person("zhangyun"), caseId, { at: "2026-12-04T10:00:00+08:00", place: "客户公司" });
    const ids = (await readFollowUp(caseId)).messages
      .filter(({ kind }) => kind === "follow-up.appointment")
      .map(({ messageId }) => messageId);
    for (const id of ids) await send(id, caseId);
    const told = await Promise.all(ids.map((id) => read(id, caseId)));
    expect(told.map(({ channel, status }) => `${channel} ${status}`).sort()).toEqual([
      "email sent",
      "sms deferred",
    ]);
    expect(sns.commandCalls(PublishCommand)).toHaveLength(0);
    vi.setSystemTime(Date.parse(MORNING));
    await ring(caseId);
    for (const id of ids) await send(id, caseId);
    expect(sns.commandCalls(PublishCommand)).toHaveLength(1);
  });

  it("an SMS waits until eight, the case tells so, and it leaves then by itself", async () => {
    const id = await write(decided);
    await send(id);
    expect(sent()).toBe(0);
    expect(await read(id)).toMatchObject({ status: "deferred", pending: "message", dueAt: MORNING });
    expect(await read(id)).not.toHaveProperty("leaseUntil");
    expect(await deferrals()).toEqual([
      {
        messageId: id,
        kind: "case.decision",
        channel: "sms",
        to: "chenyao",
        until: "2026-12-03T08:00:00+08:00",
      },
    ]);
    const [timer] = await quiet();
    expect(timer).toMatchObject({ timerId: `${CASE_ID}-q202612030000`, pending: "timer", dueAt: MORNING });
    expect(timer?.timerId.length).toBeLessThan(60);
    const whole = await readCase(CASE_ID);
    expect(verify(whole!.events, whole!.payloads, whole!.header.head)).toBe(true);

    vi.setSystemTime(Date.parse(MORNING));
    await ring();
    expect(await read(id)).toMatchObject({ status: "pending", pending: "message" });
    expect((await quiet())[0]).not.toHaveProperty("pending");
    await send(id);
    expect(sns.commandCalls(PublishCommand)).toHaveLength(1);
    expect(await read(id)).toMatchObject({ status: "sent", sentAt: MORNING });
    expect(await deferrals()).toHaveLength(1);
  });

  it("a reminder waits, what a person's act causes goes", async () => {
    const held = await write(reminder);
    const asked = await write({ ...reminder, kind: "approval.request", params: {}, key: "asked" });
    await send(held);
    await send(asked);
    expect((await read(held)).status).toBe("deferred");
    expect((await read(asked)).status).toBe("sent");
  });

  it("what would not go at all is not put off", async () => {
    await tables.put("Cases", { pk: pkOf(CASE_ID), sk: sk.step(step.stepId), ...step, status: "done" });
    const id = await write({ ...reminder, kind: "step.escalated" });
    await send(id);
    expect(await read(id)).toMatchObject({ status: "suppressed", failure: "step_ended" });
    expect(await deferrals()).toEqual([]);
  });

  it("what became untrue over night is not sent in the morning", async () => {
    const id = await write(reminder);
    await send(id);
    await tables.put("Cases", { pk: pkOf(CASE_ID), sk: sk.step(step.stepId), ...step, status: "done" });
    vi.setSystemTime(Date.parse(MORNING));
    await ring();
    await send(id);
    expect(await read(id)).toMatchObject({ status: "suppressed", failure: "step_ended" });
    expect(sent()).toBe(0);
  });

  it("deliveries that come twice and at once put off once; one moment before eight nothing leaves", async () => {
    const id = await write(decided);
    await Promise.all([send(id), send(id), send(id)]);
    await send(id);
    expect(await deferrals()).toHaveLength(1);
    vi.setSystemTime(Date.parse(MORNING) - 1);
    await send(id);
    await ring();
    expect((await read(id)).status).toBe("deferred");
    expect((await quiet())[0]).toMatchObject({ pending: "timer", arms: 1 });
    expect(await deferrals()).toHaveLength(1);
  });

  it("several messages of a case share one alarm; a second ring sends nothing a second time", async () => {
    const ids = [await write(decided), await write(reminder)];
    await Promise.all(ids.map((id) => send(id)));
    expect((await Promise.all(ids.map((id) => read(id)))).map((one) => one.status)).toEqual([
      "deferred",
      "deferred",
    ]);
    expect(await quiet()).toHaveLength(1);
    vi.setSystemTime(Date.parse(MORNING));
    await Promise.all([ring(), ring()]);
    for (const id of ids) await send(id);
    await ring();
    for (const id of ids) await send(id);
    expect(sent()).toBe(2);
  });

  it("leaves without its alarm too: the sweeper finds it in the index of what is pending", async () => {
    const id = await write(decided);
    await send(id);
    vi.setSystemTime(Date.parse(MORNING) + 5 * 60_000);
    await send(id);
    expect((await read(id)).status).toBe("sent");
    await ring();
    await send(id);
    expect(sent()).toBe(1);
  });

  it("an alarm that was cut off before its end rings again, and nothing is sent twice", async () => {
    const id = await write(decided);
    await send(id);
    const [pending] = await quiet();
    vi.setSystemTime(Date.parse(MORNING));
    await ring();
    await send(id);
    const later = await write({ ...decided, key: "later" }, { status: "deferred", dueAt: MORNING });
    await tables.put("Cases", { pk: pkOf(CASE_ID), sk: sk.timer(pending!.timerId), ...pending });
    await ring();
    expect((await read(later)).status).toBe("pending");
    await send(id);
    await send(later);
    expect(sent()).toBe(2);
  });

  it("a notice about no case waits as well", async () => {
    const caseId = "CALENDAR-2027";
    const notice: NewMessage = {
      caseId,
      kind: "calendar.missing",
      to: "limin",
      channel: "email",
      locale: "zh-CN",
      params: { year: 2027 },
      at: NIGHT,
      key: "2026-11-30",
    };
    const id = await write(notice);
    await send(id, caseId);
    expect(await read(id, caseId)).toMatchObject({ status: "deferred", dueAt: MORNING });
    vi.setSystemTime(Date.parse(MORNING));
    await ring(caseId);
    await send(id, caseId);
    expect(await read(id, caseId)).toMatchObject({ status: "sent", sentAt: MORNING });
  });

  it("clocks of P1 and acknowledgements are sent, clocks of P2 are not", async () => {
    const urgent = await filed({ safetyFlag: true });
    const usual = await filed();
    const late = (caseId: string): NewMessage => ({
      caseId,
      kind: "clock.breached",
      to: "huangyuanli",
      channel: "email",
      locale: "zh-CN",
      params: { clockId: `${caseId}-c1-respond`, share: 100 },
      at: NIGHT,
      key: "late",
    });
    const [first, second] = [await write(late(urgent)), await write(late(usual))];
    await send(first, urgent);
    await send(second, usual);
    expect((await read(first, urgent)).status).toBe("sent");
    expect((await read(second, usual)).status).toBe("deferred");
    const acknowledgements = (await readCase(usual))!.messages.filter(
      (one) => one.kind === "complaint.acknowledged",
    );
    expect(acknowledgements.map((one) => one.channel).sort()).toEqual(["email", "sms"]);
    for (const { messageId } of acknowledgements) {
      await send(messageId, usual);
      expect((await read(messageId, usual)).status).toBe("sent");
    }
  });
});

describe("the policy", () => {
  const manager = person("yinxue");

  it("is 21:00 to 08:00 until the service manager publishes another, which counts from then on", async () => {
    expect(await viewQuietHours(manager)).toEqual({ version: 0, from: "21:00", to: "08:00" });
    expect(await changeQuietHours(manager, { from: "23:00", to: "07:00" })).toEqual({
      version: 1,
      from: "23:00",
      to: "07:00",
    });
    const id = await write(decided);
    await send(id);
    expect((await read(id)).status).toBe("sent");
    await changeQuietHours(manager, { from: "22:00", to: "23:00", version: 1 });
    const next = await write({ ...decided, key: "next" });
    await send(next);
    expect(await read(next)).toMatchObject({ status: "deferred", dueAt: "2026-12-02T15:00:00.000Z" });
    expect(await viewQuietHours(manager)).toMatchObject({ version: 2 });
  });

  it("said twice is published once, and of two at once the last word counts", async () => {
    await Promise.all(
      ["20:00", "20:30", "22:00"].map((from) => changeQuietHours(manager, { from, to: "08:00" })),
    );
    const { version, from } = await viewQuietHours(manager);
    expect(version).toBe(3);
    expect(await changeQuietHours(manager, { from, to: "08:00" })).toMatchObject({ version: 3 });
    await expect(changeQuietHours(manager, { from, to: "09:00", version: 2 })).rejects.toMatchObject({
      status: 409,
      code: "stale",
    });
  });

  it("is the service manager's alone, and refuses what are no hours, at the field", async () => {
    for (const staffId of ["limin", "lichaoqun", "zhangke"]) {
      await expect(viewQuietHours(person(staffId))).rejects.toMatchObject({ status: 403 });
      await expect(changeQuietHours(person(staffId), { from: "20:00", to: "08:00" })).rejects.toMatchObject({
        status: 403,
      });
    }
    const refused = async (input: unknown) => {
      const error = await changeQuietHours(manager, input).catch((one: unknown) => one);
      expect(error).toMatchObject({ status: 400 });
      return (error as { fields: { path: string; code: string }[] }).fields;
    };
    expect(await refused({ from: "21:00", to: "21:00" })).toEqual([{ path: "to", code: "same_time" }]);
    expect(await refused({ from: "24:00", to: "8:00" })).toEqual([
      { path: "from", code: "time_of_day" },
      { path: "to", code: "time_of_day" },
    ]);
    expect(await refused({ to: 8 })).toEqual([
      { path: "from", code: "required" },
      { path: "to", code: "time_of_day" },
    ]);
    expect(await refused({ from: "21:00", to: "08:00", zone: "UTC" })).toEqual([
      { path: "zone", code: "unknown_field" },
    ]);
    expect((await refused(null)).length).toBeGreaterThan(0);
    expect(await viewQuietHours(manager)).toMatchObject({ version: 0 });
  });
});
