/** A complaint in the tables: its whole road, one transaction after the other, and what must not happen on it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { verify } from "../../functions/case/chain.ts";
import { acknowledgementSent } from "../../functions/complaint/acknowledged.ts";
import { closing } from "../../functions/complaint/close.ts";
import { drainQueue } from "../../functions/complaint/queue.ts";
import { readAround } from "../../functions/complaint/write.ts";
import { absenceKey, removeAbsence, setActive } from "../../functions/directory/store.ts";
import { handOver } from "../../functions/step/handover.ts";
import {
  answer,
  filed,
  go,
  investigation,
  openOf,
  passTime,
  readOne,
  record,
  sign,
  toCustomer,
} from "../support/complaint.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { bucketOf, entriesOf, kinds, race, refusal } from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());
beforeEach(() => {
  vi.setSystemTime(WEDNESDAY);
});

const state = async (caseId: string) => (await readOne(caseId)).header.complaint;
const later = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);

describe("a complaint that is filed", () => {
  test("exists with its three clocks, their timers, its lookups and its acknowledgement", async () => {
    const caseId = await filed();
    const file = await readOne(caseId);
    expect(caseId).toMatch(/^TS-2026-\d{6}$/);
    expect(file.header).toMatchObject({ process: "complaint", status: "open", phase: "assigning" });
    expect(file.clocks.map((clock) => [clock.kind, clock.minutes, clock.dueAt])).toEqual([
      ["acknowledge", 60, "2026-12-02T03:00:00.000Z"],
      ["resolve", 1440, "2026-12-07T02:00:00.000Z"],
      ["respond", 240, "2026-12-02T07:00:00.000Z"],
    ]);
    expect(file.timers.map((timer) => [timer.kind, timer.dueAt]).sort()).toEqual([
      ["clock", "2026-12-02T03:00:00.000Z"],
      ["clock", "2026-12-02T06:00:00.000Z"],
      ["clock", "2026-12-04T04:00:00.000Z"],
      ["untouched", "2026-12-02T04:00:00.000Z"],
    ]);
    expect(file.messages.map((message) => [message.kind, message.channel, message.to]).sort()).toEqual([
      ["complaint.acknowledged", "email", "customer"],
      ["complaint.acknowledged", "sms", "customer"],
    ]);
    expect(kinds(file)).toEqual(["complaint.received", "clock.started", "clock.started", "clock.started"]);
    expect(verify(file.events, file.payloads, file.header.head)).toBe(true);
    expect(await tables.get("Cases", "WAYBILL#XD202612010017", caseId)).toMatchObject({ category: "damage" });
    expect(JSON.stringify(file.header)).not.toContain("周明");
  });
});

describe("the happy path", () => {
  test("goes from the handler through the notice and the customer to a satisfied follow-up", async () => {
    const caseId = await filed();
    const step = await go(caseId);
    expect(step).toMatchObject({ kind: "investigate", complaintRound: 1, dueAt: "2026-12-07T02:00:00.000Z" });
    const { assignee, assignmentReason } = await state(caseId);
    expect(step?.assignees).toEqual([assignee]);
    expect(assignmentReason).toMatchObject({ cause: "received", staffId: assignee, fitting: 3 });

    later(30);
    await answer(caseId, "investigate", "done", { data: investigation() });
    const notice = await go(caseId);
    expect(notice).toMatchObject({ kind: "approval", chain: "notice", assignees: ["yinxue"] });
    expect((await readOne(caseId)).header.phase).toBe("approving");
    await sign(caseId, "approve");
    const confirm = await go(caseId);
    expect(confirm).toMatchObject({ kind: "customer-confirm", assignees: ["customer"] });
    const sent = await readOne(caseId);
    expect(sent.header.phase).toBe("confirming");
    expect(sent.clocks.filter((clock) => clock.kind !== "acknowledge").map((clock) => clock.status)).toEqual([
      "met",
      "met",
    ]);
    expect(sent.messages.filter((message) => message.kind === "complaint.notice")).toHaveLength(2);

    expect(await answer(caseId, "customer-confirm", "confirm", { data: { csat: 4 } })).toMatchObject({
      outcome: "confirmed",
      undoUntil: null,
    });
    const followUp = await go(caseId);
    expect(followUp?.kind).toBe("follow-up");
    expect(followUp?.assignees).not.toContain(assignee);
    expect((await readOne(caseId)).header.phase).toBe("following-up");
    later(1);
    await answer(caseId, "follow-up", "done", { data: record() });
    expect((await readOne(caseId)).header.status).toBe("open");
    expect(await go(caseId)).toBeNull();

    const file = await readOne(caseId);
    expect(file.header).toMatchObject({ status: "closed", phase: "closed", outcome: "satisfied" });
    expect(file.header.complaint).toMatchObject({ csat: 5, confirmedAnswer: "confirmed", reopenCount: 0 });
    expect(file.header.complaint.stretches.every((stretch) => stretch.to !== null)).toBe(true);
    expect(verify(file.events, file.payloads, file.header.head)).toBe(true);
    expect(file.messages.filter((message) => message.kind === "complaint.closed")).toHaveLength(2);
    expect(await go(caseId)).toBeNull();
    expect((await readOne(caseId)).header.seq).toBe(file.header.seq);
  });
});

async function confirmed(caseId: string): Promise<void> {
  await go(caseId);
  await toCustomer(caseId);
  await answer(caseId, "customer-confirm", "confirm");
  await go(caseId);
}

describe("what fails comes back one level up", () => {
  test("the customer disagrees, twice; then the manager decides, and his reason closes the case", async () => {
    const caseId = await filed();
    await go(caseId);
    await toCustomer(caseId);
    const first = (await readOne(caseId)).clocks;
    await answer(caseId, "customer-confirm", "disagree", { comment: "毛巾还是湿的" });
    const again = await go(caseId);
    expect(again).toMatchObject({ kind: "investigate", complaintRound: 2, assignees: ["lichaoqun"] });
    const reopened = await readOne(caseId);
    expect(reopened.header.complaint).toMatchObject({
      level: 1,
      reopenCount: 1,
      round: 2,
      assignee: "lichaoqun",
    });
    expect(reopened.clocks.filter((clock) => clock.round === 1)).toEqual(first);
    expect(
      reopened.clocks
        .filter((clock) => clock.round === 2)
        .map((clock) => clock.kind)
        .sort(),
    ).toEqual(["resolve", "respond"]);
    const event = reopened.events.find((one) => one.kind === "complaint.reopened");
    expect(reopened.payloads.get(event?.seq ?? 0)?.data).toEqual({
      reason: "disagreed",
      level: 1,
      round: 2,
      comment: "毛巾还是湿的",
    });

    await toCustomer(caseId);
    // A lead who handled it may not speak for the customer.
    expect(
      await refusal(
        answer(caseId, "customer-confirm", "confirm", { by: "lichaoqun", comment: "客户来电认可" }),
      ),
    ).toBe("403 not_assignee");
    await answer(caseId, "customer-confirm", "confirm");
    await go(caseId);
    later(1);
    await answer(caseId, "follow-up", "done", { data: record({ satisfaction: 2 }) });
    const second = await go(caseId);
    expect(second).toMatchObject({ kind: "investigate", complaintRound: 3, assignees: ["yinxue"] });

    // 尹雪 handles it now: nobody approves their own, so the notice goes one level up.
    await answer(caseId, "investigate", "done", { data: investigation() });
    expect(await go(caseId)).toMatchObject({ kind: "approval", assignees: ["zhangke"] });
    await sign(caseId, "approve");
    await go(caseId);
    await answer(caseId, "customer-confirm", "disagree", { comment: "不接受" });
    const decision = await go(caseId);
    expect(decision).toMatchObject({ kind: "manager-decision", assignees: ["zhangke"] });
    expect((await readOne(caseId)).header).toMatchObject({ status: "open", phase: "deciding" });
    expect(await refusal(answer(caseId, "manager-decision", "close"))).toBe(
      "400 invalid comment:reason_required",
    );
    await answer(caseId, "manager-decision", "close", { comment: "已全额赔付，客户要求超出合同" });
    expect(await go(caseId)).toBeNull();
    expect((await readOne(caseId)).header).toMatchObject({ status: "closed", outcome: "manager-closed" });
  });

  test("nobody answers the notice in time: the follow-up asks all the same", async () => {
    const caseId = await filed();
    await go(caseId);
    const step = await toCustomer(caseId);
    await passTime(caseId, Date.parse(step?.dueAt ?? "") + 60_000);
    const file = await readOne(caseId);
    expect(file.steps.at(-1)).toMatchObject({ kind: "customer-confirm", status: "done", outcome: "expired" });
    expect(await go(caseId)).toMatchObject({ kind: "follow-up" });
  });

  test("three vain contacts on two dates end the follow-up as unreachable", async () => {
    const caseId = await filed();
    await confirmed(caseId);
    const vain = () => ({ at: new Date().toISOString(), channel: "phone", result: "no_answer" });
    later(10);
    expect((await answer(caseId, "follow-up", "attempt", { data: vain() })).outcome).toBeNull();
    later(10);
    // The same half-day counts once.
    expect((await answer(caseId, "follow-up", "attempt", { data: vain() })).outcome).toBeNull();
    vi.setSystemTime(Date.parse("2026-12-02T15:00:00+08:00"));
    expect((await answer(caseId, "follow-up", "attempt", { data: vain() })).outcome).toBeNull();
    vi.setSystemTime(Date.parse("2026-12-03T09:30:00+08:00"));
    expect((await answer(caseId, "follow-up", "attempt", { data: vain() })).outcome).toBe("unreachable");
    expect(await go(caseId)).toMatchObject({ kind: "investigate", complaintRound: 2 });
    expect((await state(caseId)).reopenCount).toBe(1);
  });
});

describe("a compensation above the handler's limit", () => {
  const paying = (amount: number) => investigation({ type: "compensation", amount });

  test("draws the responding department's budget: set aside, signed by two, promised", async () => {
    const caseId = await filed();
    await go(caseId);
    const before = await bucketOf(tables, "customer_service");
    await answer(caseId, "investigate", "done", { data: paying(200_000) });
    expect((await bucketOf(tables, "customer_service")).reserved).toBe(before.reserved + 200_000);
    expect(await go(caseId)).toMatchObject({
      kind: "approval",
      chain: "compensation",
      stage: "dept_manager",
      assignees: ["shuaizhong"],
      round: 2,
    });
    await sign(caseId, "approve");
    expect(await go(caseId)).toMatchObject({ stage: "general_manager", assignees: ["zhangke"] });
    await sign(caseId, "approve");
    expect(await go(caseId)).toMatchObject({ chain: "notice", stage: "notice", round: 3 });
    const after = await bucketOf(tables, "customer_service");
    expect(after.reserved).toBe(before.reserved);
    expect(after.committed).toBe(before.committed + 200_000);
    expect(kinds(await readOne(caseId))).toContain("compensation.approved");
    // The notice comes back; what is proposed then takes the place of what was promised.
    await sign(caseId, "return", "请改措辞");
    await go(caseId);
    await answer(caseId, "investigate", "done", { data: paying(120_000) });
    const changed = await bucketOf(tables, "customer_service");
    expect(changed.committed).toBe(before.committed);
    expect(changed.reserved).toBe(before.reserved + 120_000);
    expect(await entriesOf(tables, caseId, "customer_service")).toEqual([
      "commit",
      "release",
      "reserve",
      "reserve",
    ]);
  });

  test("rejected, the money goes back and the handler proposes anew in the same round", async () => {
    const caseId = await filed();
    await go(caseId);
    const before = await bucketOf(tables, "customer_service");
    await answer(caseId, "investigate", "done", { data: paying(200_000) });
    await go(caseId);
    await sign(caseId, "reject", "先查清责任");
    expect(await go(caseId)).toMatchObject({ kind: "investigate", complaintRound: 1 });
    expect(await bucketOf(tables, "customer_service")).toEqual(before);
    expect((await readOne(caseId)).header).toMatchObject({ held: 0, buckets: [] });
  });

  test("up to the limit needs nobody's signature but the notice's, and no budget", async () => {
    const caseId = await filed();
    await go(caseId);
    const before = await bucketOf(tables, "customer_service");
    await answer(caseId, "investigate", "done", { data: paying(50_000) });
    expect(await go(caseId)).toMatchObject({ chain: "notice" });
    expect(await bucketOf(tables, "customer_service")).toEqual(before);
  });

  test("beyond what is left is refused, and nothing is recorded", async () => {
    const caseId = await filed();
    await go(caseId);
    const { seq } = (await readOne(caseId)).header;
    const call = answer(caseId, "investigate", "done", { data: paying(900_000_000) });
    expect(await refusal(call)).toBe("409 budget_exceeded");
    expect((await readOne(caseId)).header.seq).toBe(seq);
  });
});

describe("who handles it", () => {
  test("three cases at once go to three people", async () => {
    const cases = await Promise.all([filed(), filed(), filed()]);
    await Promise.all(cases.map((caseId) => go(caseId)));
    const handlers = await Promise.all(cases.map(async (caseId) => (await state(caseId)).assignee));
    expect(new Set(handlers).size).toBe(3);
  });

  test("a handler hands it to another department, where nobody has the skill: somebody has to choose", async () => {
    const caseId = await filed();
    await go(caseId);
    await answer(caseId, "investigate", "hand-over", {
      comment: "运输部的责任",
      data: { toDepartment: "transport" },
    });
    expect(await go(caseId)).toMatchObject({ kind: "assign", assignees: ["limin"] });
    expect((await readOne(caseId)).header.phase).toBe("assigning");
    expect(await refusal(answer(caseId, "assign", "assign", { data: { toStaffId: "gaofeng" } }))).toBe(
      "400 invalid comment:reason_required",
    );
    await answer(caseId, "assign", "assign", { comment: "请他处理", data: { toStaffId: "gaofeng" } });
    expect(await go(caseId)).toMatchObject({ kind: "investigate", assignees: ["gaofeng"] });
    expect((await state(caseId)).assignmentReason).toMatchObject({ rule: "manual", by: "limin" });
  });

  test("a transfer keeps the step: another seat, the old one void", async () => {
    const caseId = await filed();
    const step = await go(caseId);
    const from = step?.assignees[0] ?? "";
    const to = ["zhangyun", "zengqun", "tangli"].find((one) => one !== from) ?? "";
    const moved = await answer(caseId, "investigate", "transfer", {
      comment: "他熟悉这条线路",
      data: { toStaffId: to },
    });
    expect(moved).toMatchObject({ outcome: null, effectiveAt: null });
    const file = await readOne(caseId);
    expect(await openOf(caseId, "investigate")).toMatchObject({ stepId: step?.stepId, assignees: [to] });
    expect(file.seats.map((seat) => [seat.staffId, seat.status]).sort()).toEqual(
      [
        [from, "void"],
        [to, "open"],
      ].sort(),
    );
    expect(file.header.complaint.assignmentReason).toMatchObject({ rule: "manual", cause: "transferred" });
    expect(await refusal(answer(caseId, "investigate", "done", { by: from, data: investigation() }))).toBe(
      "403 not_assignee",
    );
  });

  test("who did nothing by half of the time to respond loses it to somebody else, once", async () => {
    const caseId = await filed();
    const step = await go(caseId);
    const first = step?.assignees[0];
    await passTime(caseId, Date.parse("2026-12-02T13:01:00+08:00"));
    const second = await go(caseId);
    expect(second?.kind).toBe("investigate");
    expect(second?.assignees[0]).not.toBe(first);
    expect((await state(caseId)).assignmentReason).toMatchObject({ cause: "untouched" });
    await passTime(caseId, Date.parse("2026-12-02T18:00:00+08:00"));
    expect((await openOf(caseId, "investigate")).assignees).toEqual(second?.assignees);
  });
});

describe("the ladder", () => {
  test("tells the handler, then one post up after the other, once each", async () => {
    const caseId = await filed();
    await go(caseId);
    await passTime(caseId, Date.parse("2026-12-02T13:30:00+08:00"));
    await go(caseId);
    await passTime(caseId, Date.parse("2026-12-09T18:00:00+08:00"));
    const file = await readOne(caseId);
    const told = file.messages
      .filter((message) => message.kind.startsWith("clock.") && message.params.clock === "respond")
      .map((message) => [message.kind, message.to]);
    const { assignee } = file.header.complaint;
    expect(told.slice(0, 5).sort()).toEqual(
      [
        ["clock.warned", assignee],
        ["clock.breached", assignee],
        ["clock.climbed", "lichaoqun"],
        ["clock.climbed", "yinxue"],
        ["clock.climbed", "zhangke"],
      ].sort(),
    );
    expect(file.clocks.find((clock) => clock.kind === "respond")).toMatchObject({
      status: "breached",
      breachedAt: "2026-12-02T07:00:00.000Z",
    });
    expect(kinds(file).filter((kind) => kind === "clock.climbed")).toHaveLength(6);
  });
});

describe("who is there", () => {
  const away = (staffId: string, from = "2026-12-02", to = "2026-12-02") =>
    tables.put("Directory", {
      ...absenceKey(`away-${staffId}`),
      v: 1,
      absenceId: `away-${staffId}`,
      staffId,
      from,
      to,
      reason: "出差",
      createdBy: staffId,
      createdAt: "2026-12-01T00:00:00.000Z",
    });
  const back = (staffId: string) => removeAbsence(`away-${staffId}`, []);
  const AGENTS = ["zhangyun", "zengqun", "tangli"];

  test("nobody who is away gets a case; while all are, somebody is asked, until one is back", async () => {
    await Promise.all(AGENTS.map((staffId) => away(staffId)));
    try {
      const caseId = await filed();
      const step = await go(caseId);
      expect(step).toMatchObject({ kind: "assign", assignees: ["limin"], dueAt: "2026-12-02T03:00:00.000Z" });
      expect(
        await refusal(answer(caseId, "assign", "assign", { comment: "给她", data: { toStaffId: "tangli" } })),
      ).toBe("400 invalid data.toStaffId:absent");
      expect(await drainQueue()).not.toContain(caseId);
      await back("tangli");
      expect(await drainQueue()).toContain(caseId);
      expect(await drainQueue()).not.toContain(caseId);
      expect(await go(caseId)).toMatchObject({ kind: "investigate", assignees: ["tangli"] });
      expect((await state(caseId)).assignmentReason).toMatchObject({ cause: "queue" });
    } finally {
      await Promise.all(AGENTS.map(back));
    }
  });

  test("absences end with their day: at midnight the case is given out by itself", async () => {
    await Promise.all(AGENTS.map((staffId) => away(staffId)));
    try {
      const caseId = await filed();
      await go(caseId);
      await passTime(caseId, Date.parse("2026-12-03T00:00:01+08:00"));
      expect(await go(caseId)).toMatchObject({ kind: "investigate" });
    } finally {
      await Promise.all(AGENTS.map(back));
    }
  });

  test("a case that comes back to a handler who is away goes to somebody else", async () => {
    const caseId = await filed();
    const first = (await go(caseId))?.assignees[0] ?? "";
    await answer(caseId, "investigate", "done", { data: investigation() });
    await go(caseId);
    await sign(caseId, "return", "请改措辞");
    await away(first);
    try {
      const again = await go(caseId);
      expect(again).toMatchObject({ kind: "investigate", complaintRound: 1 });
      expect(again?.assignees[0]).not.toBe(first);
      expect((await state(caseId)).assignmentReason).toMatchObject({ cause: "absent" });
    } finally {
      await back(first);
    }
  });

  test("whoever leaves hands on what he had: the handler's case to whoever fits, a follow-up to another agent", async () => {
    const caseId = await filed();
    const first = (await go(caseId))?.assignees[0] ?? "";
    await setActive(first, false);
    try {
      const handed = await handOver(person("yinxue"), person(first));
      const mine = handed.find((one) => one.caseId === caseId);
      expect(AGENTS.filter((one) => one !== first)).toContain(mine?.to);
      const next = await go(caseId);
      expect(next).toMatchObject({ kind: "investigate" });
      expect(next?.assignees[0]).not.toBe(first);
      expect(kinds(await readOne(caseId))).toContain("step.voided");
    } finally {
      await setActive(first, true);
    }
  });
});

describe("what comes twice, late or at once", () => {
  test("the rules asked at the same time assign once and open one step", async () => {
    const caseId = await filed();
    await Promise.all([go(caseId), go(caseId), go(caseId)]);
    const file = await readOne(caseId);
    expect(kinds(file).filter((kind) => kind === "complaint.assigned")).toHaveLength(1);
    expect(kinds(file).filter((kind) => kind === "step.opened")).toHaveLength(1);
    expect(file.messages.filter((message) => message.kind === "complaint.assigned")).toHaveLength(1);
  });

  test("the customer answers twice at the same instant: one answer counts, the other is told so", async () => {
    const caseId = await filed();
    await go(caseId);
    await toCustomer(caseId);
    const answers = await race([
      answer(caseId, "customer-confirm", "confirm"),
      answer(caseId, "customer-confirm", "disagree", { comment: "不认可" }),
    ]);
    expect(answers).toEqual({ ok: 1, "409 already_decided": 1 });
    const file = await readOne(caseId);
    expect(file.votes.filter((vote) => vote.by === "customer")).toHaveLength(1);
  });

  test("nobody else answers for the customer but a lead who did not handle it, and he says so", async () => {
    const caseId = await filed();
    await go(caseId);
    await toCustomer(caseId);
    const { assignee } = await state(caseId);
    expect(
      await refusal(answer(caseId, "customer-confirm", "confirm", { by: assignee ?? "", comment: "认可" })),
    ).toBe("403 not_assignee");
    expect(await refusal(answer(caseId, "customer-confirm", "confirm", { by: "lichaoqun" }))).toBe(
      "400 invalid comment:reason_required",
    );
    await answer(caseId, "customer-confirm", "confirm", { by: "lichaoqun", comment: "客户来电认可" });
    const file = await readOne(caseId);
    const event = file.events.find((one) => one.kind === "customer.confirmed");
    expect(event?.by).toBe("lichaoqun");
  });

  test("a step is not answered with what is not its choice, nor by who does not hold it", async () => {
    const caseId = await filed();
    await go(caseId);
    const seen = (await readOne(caseId)).header.seq;
    for (const [by, choice, told] of [
      ["limin", "done", "403 not_assignee"],
      [undefined, "approve", "400 invalid choice:choice"],
      [undefined, "hand-over", "400 invalid comment:reason_required"],
    ] as const)
      expect(await refusal(answer(caseId, "investigate", choice, by ? { by } : {}))).toBe(told);
    expect(
      await refusal(answer(caseId, "investigate", "done", { data: investigation({ noticeText: " " }) })),
    ).toContain("data.disposition.noticeText");
    expect((await readOne(caseId)).header.seq).toBe(seen);
  });

  test("an acknowledgement that went out meets its clock once, whichever channel was first", async () => {
    const caseId = await filed();
    later(1);
    await Promise.all([acknowledgementSent(caseId), acknowledgementSent(caseId)]);
    const file = await readOne(caseId);
    expect(file.clocks.find((clock) => clock.kind === "acknowledge")).toMatchObject({ status: "met" });
    expect(kinds(file).filter((kind) => kind === "clock.met")).toHaveLength(1);
    expect(file.timers.filter((timer) => timer.kind === "clock" && timer.pending)).toHaveLength(2);
  });

  test("goods that are sent again come before the notice", async () => {
    const caseId = await filed();
    await go(caseId);
    await answer(caseId, "investigate", "done", { data: investigation({ type: "redo" }) });
    expect(await go(caseId)).toMatchObject({ kind: "exchange" });
    await answer(caseId, "exchange", "done", { data: { waybillNo: "XD202612020001", note: "加固包装" } });
    expect(await go(caseId)).toMatchObject({ kind: "approval", chain: "notice" });
  });

  test("nothing closes that the rules do not close", async () => {
    const caseId = await filed();
    await go(caseId);
    const file = await readOne(caseId);
    const around = await readAround();
    expect(() => closing(file, around, Date.now())).toThrow(/is not to be closed: wait/);
  });
});
