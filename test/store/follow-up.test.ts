/** A follow-up is planned, recorded and reviewed once, whatever comes twice, late or at the same time. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { verify } from "../../functions/case/chain.ts";
import { changeCase } from "../../functions/case/store.ts";
import { changeCustomer } from "../../functions/customer/record-store.ts";
import { setActive } from "../../functions/directory/store.ts";
import { actOnFollowUp, recordFollowUp } from "../../functions/follow-up/act.ts";
import { bookAppointment } from "../../functions/follow-up/appointment.ts";
import { answerAppointment, openAppointmentLink } from "../../functions/follow-up/appointment-answer.ts";
import { cancelFollowUp } from "../../functions/follow-up/cancel.ts";
import { listFollowUps, readListQuery } from "../../functions/follow-up/list.ts";
import { openFollowUpOf } from "../../functions/follow-up/open-mark.ts";
import { planFollowUp } from "../../functions/follow-up/plan.ts";
import { startFollowUp } from "../../functions/follow-up/start.ts";
import { viewFollowUp } from "../../functions/follow-up/view.ts";
import { checkIn, tickChecklist } from "../../functions/follow-up/visit.ts";
import { now, toApi } from "../../functions/shared/clock.ts";
import { handOver } from "../../functions/step/handover.ts";
import { linkFor, linkKeys } from "../../functions/step/links.ts";
import { runTimer } from "../../functions/step/run-timer.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { race, read, refusal } from "../support/flow.ts";
import {
  answer,
  callRecord,
  contact,
  customer,
  go,
  plan,
  planned,
  readFollowUp,
  ring,
  visitRecord,
} from "../support/follow-up.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());
beforeEach(async () => {
  vi.setSystemTime(WEDNESDAY);
  await tables.reset();
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const owner = person("zhangyun");
const lead = person("huangyuanli");
const visitLead = person("lichaoqun");
const kindsOf = async (caseId: string) => (await readFollowUp(caseId)).events.map((one) => one.kind);
const messagesOf = async (caseId: string) =>
  (await readFollowUp(caseId)).messages.map(({ kind, channel, to }) => `${kind} ${channel} ${to}`).sort();

describe("planning", () => {
  test("a key is one case, however often and from how many hands at once", async () => {
    const one = plan({ key: "C0001|2026-12-02" });
    const made = await Promise.all([startFollowUp(one), startFollowUp(one), startFollowUp(one)]);
    made.push(await startFollowUp(one));
    expect(new Set(made.map(({ caseId }) => caseId)).size).toBe(1);
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    const [{ caseId = "" } = {}] = made;
    const file = await readFollowUp(caseId);
    expect(caseId).toMatch(/^HF-2026-\d{6}$/);
    expect(await kindsOf(caseId)).toEqual(["follow-up.planned", "follow-up.assigned"]);
    expect(verify(file.events, file.payloads, file.header.head)).toBe(true);
    expect(await openFollowUpOf("C0001")).toBe(caseId);
    expect(JSON.stringify(file.header)).not.toMatch(/陈辰|13920000001|contact1@/);
  });

  test("of two plans for one customer the second is told which is there; afterwards its key is free", async () => {
    const results = await race([startFollowUp(plan()), startFollowUp(plan()), startFollowUp(plan())]);
    expect(results).toEqual({ ok: 1, "409 already_planned": 2 });
    const open = await openFollowUpOf("C0001");
    await expect(startFollowUp(plan())).rejects.toMatchObject({ data: { caseId: open } });
    expect(await refusal(startFollowUp(plan({ customerId: "C9999" })))).toBe("404 not_found");
    expect(await refusal(startFollowUp(plan({ customerId: "C0002", assignee: "nobody" })))).toContain(
      "assignee:choose",
    );
  });

  test("by hand: the assignee hears at once; defaults follow the customer's tier and owner", async () => {
    const input = { customerId: "C0001", mode: "call" };
    const { status, body } = await planFollowUp(lead, input);
    expect(status).toBe(201);
    const { header } = await readFollowUp(body.caseId);
    // Tier A: three working days, the first of them today.
    expect(toApi(header.dueAt)).toBe("2026-12-04T18:00:00+08:00");
    expect(header.followUp).toMatchObject({
      assignee: "zhangyun",
      plannedOn: "2026-12-02",
      sourceType: "cadence",
    });
    expect(await messagesOf(body.caseId)).toEqual(["follow-up.assigned email zhangyun"]);
    expect((await go(body.caseId))?.dueAt).toBe(header.dueAt);
    // No second mail for the step that it opens with.
    expect(await messagesOf(body.caseId)).toHaveLength(1);
    expect(await refusal(planFollowUp(owner, input))).toBe("409 already_planned");
  });

  test("by hand: who may, which days, how often", async () => {
    const input = { customerId: "C0001", mode: "call" };
    expect(await refusal(planFollowUp(person("songna"), input))).toBe("403 not_allowed");
    expect(await refusal(planFollowUp(person("zengqun"), input))).toBe("404 not_found");
    expect(await refusal(planFollowUp(owner, { ...input, plannedOn: "2026-12-01" }))).toContain(
      "plannedOn:in_the_past",
    );
    expect(
      await refusal(planFollowUp(owner, { ...input, plannedOn: "2026-12-05", dueOn: "2026-12-04" })),
    ).toContain("dueOn:to_before_from");
    expect(await refusal(planFollowUp(owner, { ...input, extra: 1 }))).toContain("extra:unknown_field");
    expect(await refusal(planFollowUp(owner, { mode: "walk" }))).toMatch(/customerId:required.*mode:choose/);
    // Three contacts within a week are enough.
    for (const day of [1, 2, 3]) {
      vi.setSystemTime(WEDNESDAY + day * HOUR);
      const { caseId } = await planned({ key: `tired|${day}` });
      await answer(caseId, "follow-up", "done", { data: callRecord() });
    }
    expect(await refusal(planFollowUp(owner, input))).toBe("409 too_many_contacts");
    const { body } = await planFollowUp(owner, { ...input, overrideReason: "客户要求当天回电" });
    expect(body.caseId).toMatch(/^HF-/);
  });

  test("the same call sent again makes nothing more", async () => {
    const input = { customerId: "C0001", mode: "visit" };
    const twice = await Promise.all([
      planFollowUp(owner, input, { idempotencyKey: "k1" }),
      planFollowUp(owner, input, { idempotencyKey: "k1" }),
    ]);
    expect(new Set(twice.map(({ body }) => body.caseId)).size).toBe(1);
    expect(await planFollowUp(owner, input, { idempotencyKey: "k1" })).toEqual(twice[0]);
    expect(await refusal(planFollowUp(owner, { ...input, mode: "call" }, { idempotencyKey: "k1" }))).toBe(
      "409 idempotency_mismatch",
    );
  });
});

describe("the record", () => {
  test("changes the case and its customer together, and waits for the lead", async () => {
    const { caseId, stepId } = await planned();
    const before = await customer();
    expect(await recordFollowUp(owner, caseId, callRecord())).toEqual({ caseId, nextDueOn: "2027-01-11" });
    const after = await customer();
    expect(after).toMatchObject({
      nextDueOn: "2027-01-11",
      noNextReason: null,
      lastContactAt: new Date(WEDNESDAY).toISOString(),
      lastContactSource: { process: "follow-up", caseId },
      version: before.version + 1,
    });
    expect(await openFollowUpOf("C0001")).toBeNull();
    const file = await readFollowUp(caseId);
    expect(file.header).toMatchObject({ phase: "reviewing", status: "open", outcome: null });
    expect(file.steps.find((one) => one.stepId === stepId)?.outcome).toBe("done");
    expect(await refusal(recordFollowUp(owner, caseId, callRecord()))).toBe("409 already_decided");
    const review = await go(caseId);
    expect(review).toMatchObject({ kind: "review", assignees: ["huangyuanli"] });
    await answer(caseId, "review", "accept");
    expect((await readFollowUp(caseId)).header).toMatchObject({
      status: "closed",
      phase: "closed",
      outcome: "recorded",
    });
    expect(await go(caseId)).toBeNull();
    expect((await kindsOf(caseId)).slice(-3)).toEqual([
      "step.decided",
      "follow-up.reviewed",
      "follow-up.closed",
    ]);
    expect(
      verify((await read(caseId)).events, (await read(caseId)).payloads, (await read(caseId)).header.head),
    ).toBe(true);
  });

  test("of several at once one counts; the same key gives the same answer", async () => {
    const { caseId, stepId } = await planned();
    const call = (idempotencyKey: string) => recordFollowUp(owner, caseId, callRecord(), { idempotencyKey });
    expect(await race([call("a"), call("b"), call("c")])).toEqual({ ok: 1, "409 already_decided": 2 });
    const file = await readFollowUp(caseId);
    expect(file.votes.filter((one) => one.stepId === stepId)).toHaveLength(1);
    expect(file.events.filter((one) => one.kind === "follow-up.recorded")).toHaveLength(1);
    expect((await customer()).nextDueOn).toBe("2027-01-11");
  });

  test("meets a change of the customer at the same time: both are kept", async () => {
    const { caseId } = await planned();
    const rename = changeCustomer("C0001", [], null, (known) => ({
      customer: known && { ...known, address: "成都市武侯区1号", version: known.version + 1 },
      result: null,
      extra: [],
    }));
    await Promise.all([rename, recordFollowUp(owner, caseId, callRecord())]);
    expect(await customer()).toMatchObject({ address: "成都市武侯区1号", nextDueOn: "2027-01-11" });
  });

  test("a next day on a weekend moves to the next working day; a reasoned none stays none", async () => {
    const first = await planned();
    const moved = await recordFollowUp(owner, first.caseId, callRecord({ nextFollowUpOn: "2027-01-09" }));
    expect(moved.nextDueOn).toBe("2027-01-11");
    const second = await planned({ customerId: "C0004" });
    const none = callRecord({ nextFollowUpOn: null, noNextReason: "客户停业" });
    expect(await recordFollowUp(owner, second.caseId, none)).toMatchObject({ nextDueOn: null });
    expect(await customer("C0004")).toMatchObject({ nextDueOn: null, noNextReason: "客户停业" });
  });

  test("refuses what is missing or impossible, and changes nothing", async () => {
    const { caseId } = await planned();
    const before = await read(caseId);
    const wrong: [Record<string, unknown>, string][] = [
      [{ nextFollowUpOn: undefined }, "nextFollowUpOn:next_required"],
      [{ nextFollowUpOn: null }, "nextFollowUpOn:next_required"],
      [{ nextFollowUpOn: "2026-12-02" }, "nextFollowUpOn:in_the_past"],
      [{ attempts: [] }, "attempts:not_reached"],
      [{ attempts: [contact("no_answer")] }, "attempts:not_reached"],
      [{ attempts: [contact("reached", now() + HOUR)] }, "attempts.0.at:in_the_future"],
      [{ attempts: [contact("reached", now() - DAY)] }, "attempts.0.at:before_opening"],
      [{ satisfaction: 6 }, "satisfaction:at_most"],
      [{ issueFound: true }, "issueCategory:required"],
      [{ needsComplaint: true, verbatim: "" }, "verbatim:required"],
      [{ contactName: "叶三\n" }, "contactName:control_characters"],
      [{ attachments: ["none"] }, "attachments.0:not_uploaded"],
      [{ other: 1 }, "other:unknown_field"],
    ];
    for (const [change, code] of wrong)
      expect(await refusal(recordFollowUp(owner, caseId, callRecord(change)))).toContain(code);
    expect(
      await refusal(
        actOnFollowUp(owner, before.steps[0]!.stepId, { choice: "done", data: callRecord({ attempts: [] }) }),
      ),
    ).toContain("data.attempts:not_reached");
    expect(await refusal(recordFollowUp(visitLead, caseId, callRecord()))).toBe("403 not_assignee");
    expect(await refusal(recordFollowUp(person("zengqun"), caseId, callRecord()))).toBe("404 not_found");
    expect((await read(caseId)).header).toEqual(before.header);
  });

  test("a visit needs every field of its form, and is not of a day to come", async () => {
    const { caseId } = await planned({ mode: "visit" });
    for (const field of Object.keys(visitRecord())) {
      const { [field]: _left, ...rest } = visitRecord();
      const code = field === "nextVisitPlan" ? "nextVisitPlan:next_required" : `${field}:required`;
      expect(await refusal(recordFollowUp(owner, caseId, rest))).toContain(code);
    }
    expect(await refusal(recordFollowUp(owner, caseId, visitRecord({ visitDate: "2026-12-03" })))).toContain(
      "visitDate:in_the_future",
    );
    expect(
      await refusal(recordFollowUp(owner, caseId, visitRecord({ filledAt: toApi(now() + HOUR) }))),
    ).toContain("filledAt:in_the_future");
    expect(
      await refusal(recordFollowUp(owner, caseId, visitRecord({ nextVisitPlan: { dueOn: "2026-12-02" } }))),
    ).toContain("nextVisitPlan.dueOn:in_the_past");
    expect(
      await refusal(recordFollowUp(owner, caseId, visitRecord({ nextVisitPlan: { none: true } }))),
    ).toContain("next_required");
    const done = await recordFollowUp(
      owner,
      caseId,
      visitRecord({ nextVisitPlan: { none: true, reason: "签约前不再拜访" } }),
    );
    expect(done.nextDueOn).toBeNull();
    expect(await go(caseId)).toMatchObject({ kind: "review", assignees: ["lichaoqun"] });
  });

  test("that asks for a complaint opens one, linked both ways, once", async () => {
    const { caseId } = await planned();
    const asks = callRecord({
      needsComplaint: true,
      issueFound: true,
      issueCategory: "damage",
      verbatim: "外箱破了。",
    });
    await race([1, 2, 3].map(() => recordFollowUp(owner, caseId, asks)));
    const { complaintId } = (await readFollowUp(caseId)).header.followUp;
    const complaint = await read(complaintId ?? "");
    expect(complaint.header).toMatchObject({
      process: "complaint",
      customerId: "C0001",
      createdBy: "zhangyun",
      complaint: { category: "damage", followUpId: caseId },
    });
    expect(complaint.content).toMatchObject({
      channel: "followup_call",
      description: "外箱破了。",
      complainantName: "叶三",
    });
    expect(await kindsOf(caseId)).toContain("complaint.opened");
    // Returned and recorded again it is the same matter.
    await go(caseId);
    await answer(caseId, "review", "return", { comment: "请补充" });
    await go(caseId);
    await recordFollowUp(owner, caseId, asks);
    expect((await readFollowUp(caseId)).header.followUp.complaintId).toBe(complaintId);
    expect(await tables.get("Cases", "COUNTER#TS#2026", "COUNTER")).not.toBeNull();
    expect((await kindsOf(caseId)).filter((kind) => kind === "complaint.opened")).toHaveLength(1);
  });
});

describe("the review", () => {
  test("a return opens the follow-up again with what was tried; the author never reviews himself", async () => {
    const { caseId } = await planned({ assignee: "huangyuanli" });
    await recordFollowUp(lead, caseId, callRecord());
    const review = await go(caseId);
    expect(review?.assignees).not.toContain("huangyuanli");
    const reviewer = review?.assignees[0] ?? "";
    expect(await refusal(answer(caseId, "review", "return", { by: reviewer }))).toContain(
      "comment:reason_required",
    );
    expect(await refusal(answer(caseId, "review", "accept", { by: "huangyuanli" }))).toBe("403 not_assignee");
    expect(await refusal(answer(caseId, "review", "done", { by: reviewer }))).toContain("choice:choice");
    await answer(caseId, "review", "return", { by: reviewer, comment: "客户的原话呢？" });
    expect((await readFollowUp(caseId)).header.phase).toBe("planned");
    expect(await openFollowUpOf("C0001")).toBe(caseId);
    expect(await go(caseId)).toMatchObject({ kind: "follow-up", assignees: ["huangyuanli"] });
    // Who has to write it again is asked by mail.
    expect(await messagesOf(caseId)).toContain("step.opened email huangyuanli");
    await recordFollowUp(lead, caseId, callRecord({ attempts: [], satisfaction: 3 }));
    const view = await viewFollowUp(lead, caseId, "zh-CN");
    expect(view.attempts).toHaveLength(1);
    expect(view.record).toMatchObject({ satisfaction: 3 });
    await go(caseId);
    await answer(caseId, "review", "accept");
    expect((await readFollowUp(caseId)).header.outcome).toBe("recorded");
  });

  test("another plan that came meanwhile is not disturbed by a return", async () => {
    const { caseId } = await planned();
    await recordFollowUp(owner, caseId, callRecord());
    const other = await startFollowUp(plan());
    await go(caseId);
    await answer(caseId, "review", "return", { comment: "请补充" });
    expect(await openFollowUpOf("C0001")).toBe(other.caseId);
    await go(caseId);
    await recordFollowUp(owner, caseId, callRecord());
    expect(await openFollowUpOf("C0001")).toBe(other.caseId);
  });
});

describe("nobody is reached", () => {
  const failAt = async (caseId: string, iso: string, result = "no_answer") => {
    vi.setSystemTime(Date.parse(iso));
    return answer(caseId, "follow-up", "attempt", { data: contact(result) });
  };

  test("three half-days on two dates ask the lead for somebody else to call; then it goes on", async () => {
    const { caseId } = await planned();
    await failAt(caseId, "2026-12-02T10:05:00+08:00");
    await failAt(caseId, "2026-12-02T11:30:00+08:00");
    await failAt(caseId, "2026-12-02T14:00:00+08:00", "refused");
    expect(await failAt(caseId, "2026-12-02T15:00:00+08:00", "wrong_number")).toMatchObject({
      outcome: null,
    });
    expect(await failAt(caseId, "2026-12-03T09:10:00+08:00")).toMatchObject({ outcome: "unreachable" });
    expect(await go(caseId)).toMatchObject({ kind: "new-contact", assignees: ["huangyuanli"] });
    expect(await messagesOf(caseId)).toContain("follow-up.new-contact email huangyuanli");
    expect(await refusal(answer(caseId, "new-contact", "retry", { data: { name: "王五" } }))).toContain(
      "data.phone:required",
    );
    await answer(caseId, "new-contact", "retry", { data: { name: "王五", phone: "+8613700000009" } });
    expect(await go(caseId)).toMatchObject({ kind: "follow-up", assignees: ["zhangyun"] });
    expect((await readFollowUp(caseId)).content).toMatchObject({
      contact: { name: "王五", phone: "+8613700000009" },
    });
    // What was tried in vain before does not count towards the new number.
    expect(await failAt(caseId, "2026-12-03T14:10:00+08:00")).toMatchObject({ outcome: null });
    expect((await viewFollowUp(owner, caseId, "zh-CN")).attempts).toHaveLength(6);
  });

  test("giving up closes it, and the customer is due again by his tier", async () => {
    const { caseId } = await planned();
    await failAt(caseId, "2026-12-02T10:05:00+08:00");
    await failAt(caseId, "2026-12-02T14:00:00+08:00");
    await failAt(caseId, "2026-12-03T09:10:00+08:00");
    await go(caseId);
    expect(await refusal(answer(caseId, "new-contact", "give-up"))).toContain("comment:reason_required");
    await answer(caseId, "new-contact", "give-up", { comment: "号码都已停用" });
    expect((await readFollowUp(caseId)).header).toMatchObject({ status: "closed", outcome: "unreachable" });
    // Two a month: fifteen days later.
    expect(await customer()).toMatchObject({ nextDueOn: "2026-12-18", lastContactAt: null });
    expect(await openFollowUpOf("C0001")).toBeNull();
    expect(await go(caseId)).toBeNull();
    expect(
      (await readFollowUp(caseId)).timers.filter((one) => one.pending && one.kind === "overdue"),
    ).toEqual([]);
  });
});

describe("a transfer", () => {
  test("hands the step on: lists, seat and mail follow, the clock goes on", async () => {
    const { caseId, stepId } = await planned();
    const to = (toStaffId: string, comment = "我明天出差") =>
      answer(caseId, "follow-up", "transfer", { comment, data: { toStaffId } });
    expect(await refusal(to("zengqun", ""))).toContain("comment:reason_required");
    expect(await refusal(to("zhangyun"))).toContain("data.toStaffId:choose");
    expect(await refusal(to("nobody"))).toContain("data.toStaffId:choose");
    expect(await to("zengqun")).toMatchObject({ stepId, outcome: null });
    const { header, steps } = await readFollowUp(caseId);
    expect(header.followUp).toMatchObject({
      assignee: "zengqun",
      assignmentReason: { rule: "manual", by: "zhangyun" },
    });
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ status: "open", assignees: ["zengqun"] });
    expect(await messagesOf(caseId)).toEqual(["follow-up.assigned email zengqun"]);
    const listed = async (staffId: string) =>
      (await listFollowUps(person(staffId), {})).items.map((one) => one.caseId);
    expect(await listed("zhangyun")).toEqual([]);
    expect(await listed("zengqun")).toEqual([caseId]);
    // Whose customer it is still reads it; who only had it does not write any more.
    expect(await refusal(recordFollowUp(owner, caseId, callRecord()))).toBe("403 not_assignee");
    await recordFollowUp(person("zengqun"), caseId, callRecord());
  });
});

describe("somebody who no longer works here", () => {
  test("leaves his follow-ups to the agent with the least to do, in their lists too", async () => {
    const { caseId, stepId } = await planned();
    await setActive("zhangyun", false);
    const [handed] = await handOver(person("limin"), owner);
    expect(handed).toMatchObject({ caseId, stepId });
    const { header, steps } = await readFollowUp(caseId);
    const { assignee } = header.followUp;
    expect(["zengqun", "tangli"]).toContain(assignee);
    expect(handed?.to).toBe(assignee);
    expect(steps[0]?.status).toBe("void");
    expect(await go(caseId)).toMatchObject({ kind: "follow-up", status: "open", assignees: [assignee] });
    expect((await listFollowUps(person(assignee), {})).items.map((one) => one.caseId)).toEqual([caseId]);
    expect((await listFollowUps(owner, {})).items).toEqual([]);
    expect(await handOver(person("limin"), owner)).toEqual([]);
  });

  test("and his reviews to the next post, never to the author", async () => {
    const { caseId } = await planned({ assignee: "lichaoqun" });
    await recordFollowUp(visitLead, caseId, callRecord());
    expect((await go(caseId))?.assignees).toEqual(["huangyuanli"]);
    await setActive("huangyuanli", false);
    await handOver(person("limin"), lead);
    expect(await go(caseId)).toMatchObject({ kind: "review", assignees: ["limin"] });
  });
});

describe("an appointment", () => {
  const IN_TIME = "2026-12-04T10:00:00+08:00";
  const linkOf = async (caseId: string) => {
    const file = await readFollowUp(caseId);
    const { stepId } = file.header.followUp.appointment!;
    const { link } = file.seats.find((one) => one.stepId === stepId)!;
    const item = { v: 1 as const, caseId, stepId, staffId: "customer", version: link.version };
    return { item, link: linkFor(await linkKeys(), { ...item, kid: link.kid }) };
  };
  const press = async (
    caseId: string,
    form: Record<string, string>,
    with_?: Awaited<ReturnType<typeof linkOf>>,
  ) => {
    const { link, item } = with_ ?? (await linkOf(caseId));
    const { nonce } = await openAppointmentLink(link, item);
    return answerAppointment(link, item, { nonce, ...form });
  };
  const book = (caseId: string, change: Record<string, unknown> = {}) =>
    bookAppointment(owner, caseId, { at: IN_TIME, place: "双流开发区567号", ...change });

  test("is confirmed once by its link, and its assignee hears it", async () => {
    const { caseId } = await planned({ mode: "visit" });
    expect(await refusal(book(caseId, { at: toApi(now()) }))).toContain("at:in_the_past");
    expect(await refusal(book(caseId, { place: "" }))).toContain("place:required");
    expect(await refusal(bookAppointment(person("zengqun"), caseId, {}))).toBe("404 not_found");
    expect(await refusal(bookAppointment(person("liuyanli"), caseId, {}))).toBe("403 not_allowed");
    await book(caseId);
    expect(await messagesOf(caseId)).toEqual([
      "follow-up.appointment email customer",
      "follow-up.appointment sms customer",
    ]);
    const first = await linkOf(caseId);
    const seen = await readFollowUp(caseId);
    const { state, at, nonce } = await openAppointmentLink(first.link, first.item);
    expect({ state, at }).toEqual({ state: "open", at: IN_TIME });
    expect((await readFollowUp(caseId)).header).toEqual(seen.header);
    expect(await refusal(answerAppointment(first.link, first.item, { nonce: "x", choice: "confirm" }))).toBe(
      "409 stale",
    );
    expect(await refusal(answerAppointment(first.link, first.item, { nonce, choice: "yes" }))).toContain(
      "choice:choice",
    );
    expect(
      await race([1, 2].map(() => answerAppointment(first.link, first.item, { nonce, choice: "confirm" }))),
    ).toMatchObject({ ok: 1 });
    const view = await viewFollowUp(owner, caseId, "zh-CN");
    expect(view).toMatchObject({
      phase: "confirmed",
      appointment: { at: IN_TIME, place: "双流开发区567号", status: "confirmed" },
    });
    expect(view.steps.find((one) => one.kind === "appointment")).toMatchObject({
      outcome: "confirmed",
      assignees: [{ customer: "洁丽雅有限公司" }],
      decidedBy: { customer: "洁丽雅有限公司" },
    });
    expect(await messagesOf(caseId)).toContain("follow-up.appointment email zhangyun");
    expect(await refusal(press(caseId, { choice: "decline" }))).toBe("409 already_decided");
  });

  test("a move needs its reason, voids the old link and is proposed anew", async () => {
    const { caseId } = await planned({ mode: "visit" });
    await book(caseId);
    const old = await linkOf(caseId);
    await press(caseId, { choice: "confirm" }, old);
    expect(await refusal(book(caseId, { at: "2026-12-08T15:00:00+08:00" }))).toContain(
      "reason:reason_required",
    );
    await book(caseId, { at: "2026-12-08T15:00:00+08:00", reason: "客户临时有会" });
    expect((await readFollowUp(caseId)).header).toMatchObject({
      phase: "planned",
      followUp: { appointment: { n: 2, status: "proposed" } },
    });
    expect(await refusal(press(caseId, { choice: "confirm" }, old))).toBe("409 already_decided");
    expect(await kindsOf(caseId)).toContain("appointment.moved");
    const second = await linkOf(caseId);
    await book(caseId, { at: "2026-12-09T15:00:00+08:00", reason: "再改一天" });
    expect((await openAppointmentLink(second.link, second.item)).state).toBe("void");
    expect(await refusal(press(caseId, { choice: "confirm" }, second))).toBe("409 stale");
    await press(caseId, { choice: "confirm" });
  });

  test("the series moves with it where that is asked for", async () => {
    const { caseId } = await planned({ mode: "visit" });
    const before = (await customer()).nextDueOn;
    await book(caseId, { scope: "this" });
    expect((await customer()).nextDueOn).toBe(before);
    await book(caseId, { at: "2026-12-11T10:00:00+08:00", reason: "改到下周", scope: "series" });
    expect(before).toBe("2026-12-03");
    expect((await customer()).nextDueOn).toBe("2026-12-10");
  });

  test("the customer proposes another time, or declines", async () => {
    const { caseId } = await planned({ mode: "visit" });
    await book(caseId);
    expect(await refusal(press(caseId, { choice: "propose-other" }))).toContain("at:required");
    expect(await refusal(press(caseId, { choice: "propose-other", at: "2026-12-02T09:00" }))).toContain(
      "at:in_the_past",
    );
    expect(await refusal(press(caseId, { choice: "propose-other", at: "tomorrow" }))).toContain("at:instant");
    expect(await refusal(press(caseId, { choice: "confirm", at: "2026-12-07T09:30" }))).toContain(
      "at:unknown_field",
    );
    await press(caseId, { choice: "propose-other", at: "2026-12-07T09:30" });
    expect(await viewFollowUp(owner, caseId, "zh-CN")).toMatchObject({
      phase: "planned",
      appointment: { at: "2026-12-07T09:30:00+08:00", status: "proposed" },
    });
    // What he asked for himself needs no reason.
    await book(caseId, { at: "2026-12-07T09:30:00+08:00" });
    await press(caseId, { choice: "decline", comment: "这周不方便" });
    expect((await readFollowUp(caseId)).header.followUp.appointment?.status).toBe("declined");
    expect((await kindsOf(caseId)).filter((kind) => kind.startsWith("appointment."))).toEqual([
      "appointment.proposed",
      "appointment.proposed",
      "appointment.moved",
      "appointment.declined",
    ]);
  });

  test("an old link can be renewed, to the customer's address only", async () => {
    const { caseId } = await planned({ mode: "visit", dueAt: "2026-12-31T18:00:00+08:00" });
    await book(caseId, { at: "2026-12-20T10:00:00+08:00" });
    const old = await linkOf(caseId);
    vi.setSystemTime(WEDNESDAY + 8 * DAY);
    expect((await openAppointmentLink(old.link, old.item)).state).toBe("expired");
    expect(await refusal(press(caseId, { choice: "confirm" }, old))).toBe("410 expired");
    expect(await press(caseId, { choice: "fresh-link" }, old)).toEqual({ fresh: true });
    expect(await refusal(press(caseId, { choice: "confirm" }, old))).toBe("409 stale");
    await press(caseId, { choice: "confirm" });
  });

  test("ends with the record, and both sides are reminded the working day before", async () => {
    const { caseId } = await planned({ mode: "visit", dueAt: "2026-12-31T18:00:00+08:00" });
    // A Monday: reminded on the Friday before.
    await book(caseId, { at: "2026-12-07T10:00:00+08:00" });
    await tickChecklist(owner, caseId, { done: ["goal", "figures"] });
    await ring(caseId, ["day-before"]);
    expect(toApi(now())).toBe("2026-12-04T09:00:00+08:00");
    const { messages } = await readFollowUp(caseId);
    expect(messages.find((one) => one.kind === "follow-up.day-before")).toMatchObject({
      to: "zhangyun",
      params: { items: "plan,time,materials,contingency" },
    });
    expect(await messagesOf(caseId)).toContain("follow-up.customer-reminder email customer");
    vi.setSystemTime(Date.parse("2026-12-07T11:00:00+08:00"));
    await recordFollowUp(owner, caseId, visitRecord());
    expect((await readFollowUp(caseId)).steps.find((one) => one.kind === "appointment")?.status).toBe("void");
  });

  test("nobody is reminded of what was moved", async () => {
    const { caseId } = await planned({ mode: "visit", dueAt: "2026-12-31T18:00:00+08:00" });
    await book(caseId, { at: "2026-12-07T10:00:00+08:00" });
    const [timer] = (await readFollowUp(caseId)).timers.filter((one) => one.kind === "day-before");
    await book(caseId, { at: "2026-12-17T10:00:00+08:00", reason: "改期" });
    vi.setSystemTime(Date.parse("2026-12-04T09:00:00+08:00"));
    await runTimer({ v: 1, caseId, timerId: timer!.timerId });
    expect(
      (await messagesOf(caseId)).filter((one) => one.includes("day-before") || one.includes("reminder")),
    ).toEqual([]);
  });
});

describe("preparing and arriving", () => {
  test("ticks are kept with their time, arrival is not of the future", async () => {
    const { caseId } = await planned({ mode: "visit" });
    await tickChecklist(owner, caseId, { done: ["goal"] });
    vi.setSystemTime(WEDNESDAY + HOUR);
    await tickChecklist(owner, caseId, { done: ["plan", "goal"] });
    const view = await viewFollowUp(owner, caseId, "zh-CN");
    expect(view.prepChecklist.slice(0, 3)).toEqual([
      { item: "goal", title: "明确拜访目标", done: true, at: toApi(WEDNESDAY) },
      { item: "plan", title: "做好访前计划", done: true, at: toApi(WEDNESDAY + HOUR) },
      { item: "time", title: "确定拜访时间", done: false, at: null },
    ]);
    await tickChecklist(owner, caseId, { done: ["plan", "goal"] });
    expect((await kindsOf(caseId)).filter((kind) => kind === "checklist.changed")).toHaveLength(2);
    expect(await refusal(tickChecklist(owner, caseId, { done: ["shoes"] }))).toContain("done.0:choose");
    expect(await refusal(tickChecklist(visitLead, caseId, { done: [] }))).toBe("403 not_assignee");
    expect(await refusal(checkIn(owner, caseId, { at: toApi(now() + HOUR) }))).toContain("at:in_the_future");
    await checkIn(owner, caseId, { at: toApi(now()), note: "前台登记" });
    expect(await kindsOf(caseId)).toContain("visit.checked-in");
    const call = await planned({ customerId: "C0004" });
    expect(await refusal(tickChecklist(owner, call.caseId, { done: ["goal"] }))).toBe("409 wrong_phase");
  });
});

describe("late", () => {
  test("it climbs by the clock: assignee, lead, manager, one message each; missed until it is recorded", async () => {
    const { caseId } = await planned();
    const due = Date.parse((await readFollowUp(caseId)).header.dueAt);
    await ring(caseId, ["overdue"]);
    expect((await messagesOf(caseId)).filter((one) => one.startsWith("step."))).toEqual([
      "step.climbed email huangyuanli",
      "step.climbed email yinxue",
      "step.due email zhangyun",
    ]);
    // Due on a Friday at 18:00: eight working hours later are Monday's 18:00, sixteen Tuesday's.
    expect(toApi(due)).toBe("2026-12-04T18:00:00+08:00");
    expect(
      (await readFollowUp(caseId)).timers
        .filter((one) => one.kind === "overdue")
        .map((one) => toApi(one.dueAt)),
    ).toEqual(["2026-12-04T18:00:00+08:00", "2026-12-07T18:00:00+08:00", "2026-12-08T18:00:00+08:00"]);
    const late = await viewFollowUp(owner, caseId, "zh-CN");
    expect(late).toMatchObject({ missed: true, missedAt: toApi(due), status: "open" });
    for (const { timerId } of (await readFollowUp(caseId)).timers) await runTimer({ v: 1, caseId, timerId });
    expect((await kindsOf(caseId)).filter((kind) => kind === "follow-up.missed")).toHaveLength(1);
    await recordFollowUp(owner, caseId, callRecord());
    expect(await viewFollowUp(owner, caseId, "zh-CN")).toMatchObject({ missed: false, missedAt: toApi(due) });
  });

  test("nothing rings for what was recorded in time", async () => {
    const { caseId } = await planned();
    await recordFollowUp(owner, caseId, callRecord());
    await ring(caseId, ["overdue"]);
    expect((await messagesOf(caseId)).filter((one) => one.startsWith("step."))).toEqual([]);
    expect(await viewFollowUp(owner, caseId, "zh-CN")).toMatchObject({ missed: false, missedAt: null });
  });
});

describe("a real contact", () => {
  test("cancels what nobody has begun with, once", async () => {
    const { caseId } = await planned();
    const results = await Promise.all([1, 2, 3].map(() => cancelFollowUp(caseId, "contacted")));
    expect(results.filter(({ cancelled }) => cancelled)).toHaveLength(1);
    expect(await viewFollowUp(owner, caseId, "zh-CN")).toMatchObject({
      status: "closed",
      outcome: "cancelled",
      reason: "contacted",
      missed: false,
    });
    expect(await messagesOf(caseId)).toEqual(["follow-up.cancelled email zhangyun"]);
    expect(await openFollowUpOf("C0001")).toBeNull();
    expect(await go(caseId)).toBeNull();
    expect(await refusal(recordFollowUp(owner, caseId, callRecord()))).toBe("409 stale");
  });

  test("leaves alone what was tried, agreed on, or asked for by somebody", async () => {
    const tried = await planned();
    await answer(tried.caseId, "follow-up", "attempt", { data: contact("no_answer") });
    const agreed = await planned({ mode: "visit", customerId: "C0004" });
    await bookAppointment(owner, agreed.caseId, { at: "2026-12-04T10:00:00+08:00", place: "公司" });
    const asked = await planned({ customerId: "C0002", sourceType: "campaign", sourceId: "c1" });
    for (const { caseId } of [tried, agreed, asked])
      expect(await cancelFollowUp(caseId, "contacted")).toEqual({ cancelled: false });
  });

  test("and a record at the same instant: one of them wins, and the customer has one history", async () => {
    const { caseId } = await planned();
    const [cancelled, recorded] = await Promise.allSettled([
      cancelFollowUp(caseId, "contacted"),
      recordFollowUp(owner, caseId, callRecord()),
    ]);
    const won = cancelled.status === "fulfilled" && cancelled.value.cancelled;
    expect(recorded.status).toBe(won ? "rejected" : "fulfilled");
    expect((await customer()).lastContactAt === null).toBe(won);
  });
});

describe("reading", () => {
  test("who may see one, and nobody else", async () => {
    const { caseId } = await planned({ assignee: "zengqun" });
    for (const staffId of [
      "zengqun",
      "zhangyun",
      "huangyuanli",
      "lichaoqun",
      "limin",
      "yinxue",
      "liuyanli",
      "zhangke",
    ])
      expect((await viewFollowUp(person(staffId), caseId, "zh-CN")).caseId).toBe(caseId);
    for (const staffId of ["tangli", "chenyao", "wanghui", "songna", "shuaizhong"])
      expect(await refusal(viewFollowUp(person(staffId), caseId, "zh-CN"))).toBe("404 not_found");
  });

  test("lists by planned day, page by page without gap or double, with every filter", async () => {
    const made: string[] = [];
    for (const [index, customerId] of ["C0001", "C0002", "C0003", "C0004", "C0005", "C0006"].entries())
      made.push(
        (
          await startFollowUp(
            plan({
              customerId,
              plannedOn: `2026-12-0${2 + index}`,
              assignee: index % 2 === 0 ? "zhangyun" : "tangli",
              ...(index < 2 ? { sourceType: "campaign" as const, sourceId: "camp1" } : {}),
            }),
          )
        ).caseId,
      );
    const list = async (actor: string, asked: Record<string, string> = {}) =>
      (await listFollowUps(person(actor), readListQuery(new URLSearchParams(asked)))).items.map(
        (one) => one.caseId,
      );
    expect(await list("limin")).toEqual(made);
    expect(await list("zhangyun")).toEqual([made[0], made[2], made[4]]);
    expect(await list("zhangyun", { assignee: "tangli" })).toEqual([]);
    expect(await list("limin", { assignee: "tangli" })).toEqual([made[1], made[3], made[5]]);
    expect(await list("limin", { from: "2026-12-03", to: "2026-12-04" })).toEqual([made[1], made[2]]);
    expect(await list("limin", { customerId: "C0003" })).toEqual([made[2]]);
    expect(await list("tangli", { customerId: "C0003" })).toEqual([]);
    expect(await list("limin", { campaignId: "camp1" })).toEqual([made[0], made[1]]);
    expect(await list("songna")).toEqual([]);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, next } = await listFollowUps(
        person("limin"),
        {},
        { limit: 2, ...(cursor ? { cursor } : {}) },
      );
      paged.push(...items.map((one) => one.caseId));
      cursor = next ?? undefined;
    } while (cursor);
    expect(paged).toEqual(made);
    vi.setSystemTime(WEDNESDAY + 10 * DAY);
    expect(await list("limin", { missed: "true" })).toEqual(made);
    expect(await list("limin", { status: "closed" })).toEqual([]);
    expect(() => readListQuery(new URLSearchParams({ from: "x", status: "odd" }))).toThrow();
    expect(await refusal(listFollowUps(person("limin"), {}, { cursor: "bad" }))).toContain("cursor:invalid");
  });

  test("what was erased by law is missing and breaks nothing", async () => {
    const { caseId } = await planned();
    await recordFollowUp(owner, caseId, callRecord());
    await changeCase(caseId, () => ({
      result: null,
      events: [{ kind: "case.erased", by: null, via: "system" }],
    }));
    const view = await viewFollowUp(owner, caseId, "en");
    expect(view.chainValid).toBe(true);
    expect(view.createdBy).toBeNull();
    expect(view.assignmentReason.text).toBe("张云 looks after this customer.");
  });
});
