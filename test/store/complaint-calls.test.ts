/** Calls on a complaint beside its steps, on the tables: who may, what is written, what a race leaves. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { verify } from "../../functions/case/chain.ts";
import { clockViews } from "../../functions/complaint/clock-view.ts";
import { mergeComplaint } from "../../functions/complaint/merge.ts";
import { messageToCustomer } from "../../functions/complaint/message.ts";
import { noteOnComplaint } from "../../functions/complaint/note.ts";
import { nudgeComplaint } from "../../functions/complaint/nudge.ts";
import { pauseComplaint, resumeComplaint } from "../../functions/complaint/pause.ts";
import { exportRegister, readRegister, registerCsv } from "../../functions/complaint/register.ts";
import { readRegisterQuery } from "../../functions/complaint/register-rules.ts";
import { reopenComplaint } from "../../functions/complaint/reopen.ts";
import { triageComplaint } from "../../functions/complaint/triage.ts";
import { contractView, viewComplaint } from "../../functions/complaint/view.ts";
import { defaultCalendar } from "../../functions/shared/calendar/index.ts";
import { now } from "../../functions/shared/clock.ts";
import {
  answer,
  filed,
  go,
  investigation,
  openOf,
  readOne,
  record,
  sign,
  toCustomer,
} from "../support/complaint.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { bucketOf, kinds, race, refusal, refused } from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());
beforeEach(() => {
  vi.setSystemTime(WEDNESDAY);
});

let phones = 0;
/** A case of somebody's own, with a handler. */
async function opened(change: Record<string, unknown> = {}, by: string | null = "huangyuanli") {
  phones += 1;
  const caseId = await filed(
    { complainantPhone: `+86137${20_000_000 + phones}`, waybillNo: `XD${phones}`, ...change },
    by,
  );
  await go(caseId);
  const handler = (await readOne(caseId)).header.complaint.assignee!;
  return { caseId, handler };
}
const STRANGERS = ["wanghui", "pengtao", "songna", "weijun", "xielei", "chenyao", "hejing"];

const views = async (caseId: string) => clockViews((await readOne(caseId)).clocks, defaultCalendar, now());
const told = async (caseId: string, kind: string) =>
  (await readOne(caseId)).messages
    .filter((one) => one.kind === kind)
    .map((one) => `${one.to} ${one.channel}`);

describe("who may", () => {
  const WORK = [
    ["triage", (by: string, caseId: string) => triageComplaint(person(by), caseId, {})],
    ["message", (by: string, caseId: string) => messageToCustomer(person(by), caseId, {})],
    ["pause", (by: string, caseId: string) => pauseComplaint(person(by), caseId, {})],
    ["resume", (by: string, caseId: string) => resumeComplaint(person(by), caseId, { x: 1 })],
  ] as const;

  test.each(WORK)(
    "%s: handler and desk; whoever only reads is told so; strangers find nothing",
    async (_, call) => {
      // Filed by somebody of no special role, so that he reads it for that alone.
      const { caseId, handler } = await opened({}, "chenyao");
      for (const by of [handler, "limin", "lichaoqun", "huangyuanli", "yinxue"]) {
        const { status } = await refused(call(by, caseId));
        expect([by, status === 403 || status === 404]).toEqual([by, false]);
      }
      for (const by of ["chenyao", "liuyanli", "zhangke", "shuaizhong"])
        expect([by, await refusal(call(by, caseId))]).toEqual([by, "403 not_allowed"]);
      const others = ["zhangyun", "zengqun", "tangli"].filter((one) => one !== handler);
      for (const by of [...STRANGERS.filter((one) => one !== "chenyao"), "luoqiang", ...others])
        expect([by, await refusal(call(by, caseId))]).toEqual([by, "404 not_found"]);
    },
  );

  test.each([
    ["merge", (by: string, caseId: string) => mergeComplaint(person(by), caseId, {})],
    ["reopen", (by: string, caseId: string) => reopenComplaint(person(by), caseId, {})],
  ] as const)("%s: the desk alone", async (_, call) => {
    const { caseId, handler } = await opened({}, "chenyao");
    for (const by of [handler, "chenyao", "liuyanli", "zhangke", "shuaizhong"])
      expect([by, await refusal(call(by, caseId))]).toEqual([by, "403 not_allowed"]);
    for (const by of ["wanghui", "luoqiang"])
      expect([by, await refusal(call(by, caseId))]).toEqual([by, "404 not_found"]);
    for (const by of ["limin", "lichaoqun", "huangyuanli", "yinxue"])
      expect([400, 409]).toContain((await refused(call(by, caseId))).status);
  });

  test("notes and nudges: whoever may read", async () => {
    const { caseId, handler } = await opened({}, "chenyao");
    for (const by of [handler, "chenyao", "liuyanli", "zhangke", "shuaizhong", "limin"])
      expect((await noteOnComplaint(person(by), caseId, { text: by })).noteId).toContain(caseId);
    for (const by of ["wanghui", "luoqiang", "songna"]) {
      expect(await refusal(noteOnComplaint(person(by), caseId, { text: by }))).toBe("404 not_found");
      expect(await refusal(nudgeComplaint(person(by), caseId, {}))).toBe("404 not_found");
    }
    expect((await viewComplaint(person("zhangke"), caseId, "zh-CN")).notes).toHaveLength(6);
  });

  test("the person who has left may do nothing", async () => {
    const { caseId } = await opened();
    const gone = { ...person("limin"), active: false };
    expect(await refusal(viewComplaint(gone, caseId, "zh-CN"))).toBe("404 not_found");
  });
});

describe("grading", () => {
  test("a late clock stays late; the new minutes count from the same start", async () => {
    const { caseId, handler } = await opened({ severity: "critical", urgency: "high" });
    vi.setSystemTime(WEDNESDAY + 90 * MINUTE);
    await triageComplaint(person(handler), caseId, {
      severity: "minor",
      urgency: "low",
      reason: "核实后不严重",
    });
    const [, respond, resolve] = await views(caseId);
    // Sixty minutes were over by then.
    expect(respond).toMatchObject({ priority: "P1", status: "breached", minutes: 60 });
    expect(resolve).toMatchObject({ priority: "P4", status: "running", minutes: 2400 });
    expect((await openOf(caseId, "investigate")).dueAt).toBe((await readOne(caseId)).header.dueAt);
    expect(kinds(await readOne(caseId))).toContain("clock.breached");
  });

  test("another category is found by the duplicates to come", async () => {
    const { caseId } = await opened({ complainantPhone: "+8613700000077", waybillNo: "A1" });
    await triageComplaint(person("limin"), caseId, { category: "delay", reason: "是晚到" });
    const again = await filed({ complainantPhone: "+8613700000077", waybillNo: "A2", category: "delay" });
    const view = await viewComplaint(person("limin"), again, "zh-CN");
    expect(view.possibleDuplicates).toEqual([caseId]);
    expect((await viewComplaint(person("shuaizhong"), again, "zh-CN")).possibleDuplicates).toEqual([]);
  });
});

describe("what goes to the customer", () => {
  test("an e-mail and a text message, or the text message alone", async () => {
    const { caseId, handler } = await opened();
    const { messageId } = await messageToCustomer(person(handler), caseId, { text: "您好", confirm: true });
    expect(await told(caseId, "complaint.message")).toEqual(["customer email", "customer sms"]);
    const file = await readOne(caseId);
    expect(file.messages.find((one) => one.messageId === messageId)?.channel).toBe("email");
    expect(JSON.stringify(file.messages)).not.toContain("您好");
    const bare = await opened({ complainantEmail: undefined });
    const sms = await messageToCustomer(person("limin"), bare.caseId, { text: "您好", confirm: true });
    expect(await told(bare.caseId, "complaint.message")).toEqual(["customer sms"]);
    expect((await readOne(bare.caseId)).messages.some((one) => one.messageId === sms.messageId)).toBe(true);
  });

  test("two at once are two messages, and one first answer", async () => {
    const { caseId, handler } = await opened();
    const send = (text: string) => messageToCustomer(person(handler), caseId, { text, confirm: true });
    expect((await race([send("一"), send("二")])).ok).toBe(2);
    const file = await readOne(caseId);
    expect(kinds(file).filter((kind) => kind === "message.sent")).toHaveLength(2);
    expect(kinds(file).filter((kind) => kind === "clock.met")).toHaveLength(1);
    expect(verify(file.events, file.payloads, file.header.head)).toBe(true);
  });
});

describe("pausing", () => {
  test("of two at once one asks; the clocks stop once and go on with what was left", async () => {
    const { caseId, handler } = await opened();
    const ask = (question: string) => pauseComplaint(person(handler), caseId, { question });
    const count = await race([ask("哪几箱?"), ask("哪几件?")]);
    expect(count.ok).toBe(1);
    const [, respond, resolve] = await views(caseId);
    expect(respond?.status).toBe("met");
    expect(resolve).toMatchObject({ status: "paused", dueAt: null, remainingMinutes: 1440 });
    const file = await readOne(caseId);
    expect(file.header.complaint.paused).toBe(true);
    expect(
      file.timers.filter((one) => one.kind === "clock" && one.pending && one.clockId.endsWith("resolve")),
    ).toEqual([]);
    vi.setSystemTime(WEDNESDAY + 3 * DAY);
    await resumeComplaint(person("limin"), caseId, undefined);
    const [, , running] = await views(caseId);
    expect(running).toMatchObject({ status: "running", remainingMinutes: 1440 });
    expect(running?.pauses).toHaveLength(1);
    expect((await openOf(caseId, "investigate")).dueAt).toBe((await readOne(caseId)).header.dueAt);
    expect(await refusal(resumeComplaint(person("limin"), caseId, {}))).toBe("409 not_paused");
    expect(
      (await readOne(caseId)).timers.filter(
        (one) => one.kind === "clock" && one.pending && one.clockId.endsWith("resolve"),
      ),
    ).toHaveLength(1);
  });

  test("an acknowledgement is not stopped by it", async () => {
    const { caseId, handler } = await opened();
    await pauseComplaint(person(handler), caseId, { question: "哪几箱?" });
    const [acknowledge] = await views(caseId);
    expect(acknowledge).toMatchObject({ kind: "acknowledge", status: "running", pauses: [] });
  });
});

describe("merging", () => {
  test("this one closes, the other goes on with its clocks and shows the parts of both", async () => {
    const first = await opened({ description: "第一次说" });
    const second = await opened({ description: "又说了一次" });
    await noteOnComplaint(person("limin"), second.caseId, { text: "同一票货" });
    const before = await views(first.caseId);
    expect(
      await mergeComplaint(person("limin"), second.caseId, { into: first.caseId, reason: "同一票货" }),
    ).toEqual({ caseId: second.caseId, mergedInto: first.caseId });
    const gone = await readOne(second.caseId);
    expect(gone.header).toMatchObject({ status: "closed", phase: "closed", outcome: "merged" });
    expect(gone.steps.every((step) => step.status !== "open")).toBe(true);
    expect(kinds(gone)).toContain("complaint.merged");
    expect(await told(second.caseId, "complaint.closed")).toEqual([]);
    expect(await views(first.caseId)).toEqual(before);
    const view = await viewComplaint(person(first.handler), first.caseId, "zh-CN");
    expect(view.notes).toMatchObject([{ text: "同一票货", caseId: second.caseId }]);
    expect(view.merged).toMatchObject([
      { caseId: second.caseId, content: { description: "又说了一次" }, conversation: [] },
    ]);
    expect(view.events.at(-1)).toMatchObject({ kind: "complaint.merged", data: { from: second.caseId } });
    const merged = await viewComplaint(person("limin"), second.caseId, "zh-CN");
    expect(merged.mergedInto).toBe(first.caseId);
    for (const file of [gone, await readOne(first.caseId)])
      expect(verify(file.events, file.payloads, file.header.head)).toBe(true);
    // Its execution finds nothing more to do.
    expect(await go(second.caseId)).toBeNull();
  });

  test("what was merged into what is merged comes along", async () => {
    const [a, b, c] = [await opened(), await opened(), await opened()];
    await noteOnComplaint(person("limin"), a.caseId, { text: "甲" });
    await mergeComplaint(person("limin"), a.caseId, { into: b.caseId, reason: "同" });
    await mergeComplaint(person("limin"), b.caseId, { into: c.caseId, reason: "同" });
    const view = await viewComplaint(person("limin"), c.caseId, "zh-CN");
    expect(view.merged.map((one) => one.caseId)).toEqual([b.caseId, a.caseId]);
    expect(view.notes.map((one) => one.text)).toEqual(["甲"]);
  });

  test("into itself, into nothing, into what is closed: refused; of a circle one half happens", async () => {
    const [a, b] = [await opened(), await opened()];
    const merge = (from: string, into: string, reason = "同") =>
      mergeComplaint(person("limin"), from, { into, reason });
    expect(await refusal(merge(a.caseId, a.caseId))).toBe("400 invalid into:choose");
    expect(await refusal(merge(a.caseId, "TS-2026-999999"))).toBe("400 invalid into:choose");
    expect(await refusal(merge(a.caseId, "JD-2026-000001"))).toBe("400 invalid into:invalid");
    expect(await refusal(merge(a.caseId, b.caseId, " "))).toBe("400 invalid reason:reason_required");
    const count = await race([merge(a.caseId, b.caseId), merge(b.caseId, a.caseId)]);
    expect(count.ok).toBe(1);
    const closed = [a, b].map(async (one) => (await readOne(one.caseId)).header.status);
    expect((await Promise.all(closed)).sort()).toEqual(["closed", "open"]);
    const [gone] = (await readOne(a.caseId)).header.status === "closed" ? [a, b] : [b, a];
    const third = await opened();
    expect(await refusal(merge(third.caseId, gone!.caseId))).toBe("409 wrong_phase");
    expect(await refusal(merge(gone!.caseId, third.caseId))).toBe("409 wrong_phase");
    expect(await refusal(reopenComplaint(person("limin"), gone!.caseId, { reason: "错了" }))).toBe(
      "409 wrong_phase",
    );
  });

  test("money set aside for a compensation goes back", async () => {
    const [a, b] = [await opened(), await opened()];
    const before = await bucketOf(tables, "customer_service", "2026-12");
    await answer(a.caseId, "investigate", "done", {
      data: investigation({ type: "compensation", amount: 80_000 }),
    });
    await go(a.caseId);
    expect((await bucketOf(tables, "customer_service", "2026-12")).reserved).toBe(before.reserved + 80_000);
    await mergeComplaint(person("limin"), a.caseId, { into: b.caseId, reason: "同" });
    expect(await bucketOf(tables, "customer_service", "2026-12")).toMatchObject({
      reserved: before.reserved,
      available: before.available,
    });
  });
});

/** A case with a satisfied customer. */
async function closed(change: Record<string, unknown> = {}): Promise<string> {
  const { caseId } = await opened(change);
  await toCustomer(caseId);
  await answer(caseId, "customer-confirm", "confirm", { data: { csat: 5 } });
  await go(caseId);
  await answer(caseId, "follow-up", "done", { data: record() });
  await go(caseId);
  expect((await readOne(caseId)).header).toMatchObject({ status: "closed", outcome: "satisfied" });
  return caseId;
}

describe("opening again", () => {
  test("one level up with clocks of its own; within fifteen days and twice at most", async () => {
    const caseId = await closed();
    expect(await refusal(reopenComplaint(person("limin"), caseId, {}))).toBe(
      "400 invalid reason:reason_required",
    );
    await reopenComplaint(person("limin"), caseId, { reason: "客户来电,又受潮了" });
    const step = await go(caseId);
    expect(step).toMatchObject({ kind: "investigate", assignees: ["lichaoqun"], complaintRound: 2 });
    const view = await viewComplaint(person("limin"), caseId, "zh-CN");
    expect(view).toMatchObject({ status: "open", outcome: null, level: 1, reopenCount: 1, closedAt: null });
    expect(view.events.find((one) => one.kind === "complaint.reopened")?.data).toMatchObject({
      reason: "requested",
      level: 1,
      comment: "客户来电,又受潮了",
    });
    expect((await views(caseId)).map((one) => [one.round, one.kind])).toEqual([
      [1, "acknowledge"],
      [1, "respond"],
      [1, "resolve"],
      [2, "respond"],
      [2, "resolve"],
    ]);
    expect(await refusal(reopenComplaint(person("limin"), caseId, { reason: "再来" }))).toBe(
      "409 wrong_phase",
    );
  });

  test("not after fifteen days; of two at once one", async () => {
    const caseId = await closed();
    const again = () => reopenComplaint(person("limin"), caseId, { reason: "再看" });
    const closedAt = now();
    vi.setSystemTime(closedAt + 15 * DAY + 1);
    expect(await refusal(again())).toBe("409 reopen_window_over");
    vi.setSystemTime(closedAt + 15 * DAY);
    expect((await race([again(), again()])).ok).toBe(1);
    expect((await readOne(caseId)).header.complaint.reopenCount).toBe(1);
  });
});

describe("nudging", () => {
  test("the signer of a notice too; not the customer, not on a closed case", async () => {
    const { caseId } = await opened();
    await answer(caseId, "investigate", "done", { data: investigation() });
    await go(caseId);
    await nudgeComplaint(person("limin"), caseId, {});
    expect(await told(caseId, "step.reminded")).toEqual(["yinxue email"]);
    expect(await refusal(nudgeComplaint(person("limin"), caseId, {}))).toContain("429 too_soon");
    await sign(caseId, "approve");
    await go(caseId);
    expect(await refusal(nudgeComplaint(person("limin"), caseId, {}))).toBe("409 wrong_phase");
  });
});

describe("reading", () => {
  test("the customer is {customer: name} wherever people stand, also where he holds a step", async () => {
    const { caseId } = await opened({ complainantName: "叶<i>三" }, null);
    await toCustomer(caseId);
    await answer(caseId, "customer-confirm", "confirm", { by: "customer", data: { csat: 4 } });
    const view = contractView(await viewComplaint(person("limin"), caseId, "en"));
    const customer = { customer: "叶<i>三" };
    expect(view.createdBy).toEqual(customer);
    const step = view.steps.find((one) => one.kind === "customer-confirm");
    expect(step).toMatchObject({ assignees: [customer], decidedBy: customer, votes: [{ by: customer }] });
    expect(view.events.find((one) => one.kind === "customer.confirmed")?.by).toEqual(customer);
    expect(view.messages.find((one) => one.kind === "complaint.notice")?.to).toEqual(customer);
    expect(view.csat).toBe(4);
    expect(view.steps.filter((one) => one.kind === "approval").map((one) => one.stage)).toEqual(["notice"]);
    expect(view.investigation?.cause).toBe("装卸时淋雨");
    expect(view.disposition).toMatchObject({ type: "apology" });
    expect(view.conversation.at(-1)).toMatchObject({ from: "us", text: expect.stringContaining("补发") });
  });

  test("stretches measure working time", async () => {
    const { caseId, handler } = await opened();
    vi.setSystemTime(WEDNESDAY + 120 * MINUTE);
    const view = await viewComplaint(person("limin"), caseId, "zh-CN");
    expect(view.stretches.at(-1)).toMatchObject({ assignee: { staffId: handler }, to: null });
    expect(view.stretches.reduce((sum, one) => sum + one.workingMinutes, 0)).toBe(120);
  });
});

describe("the register", () => {
  const list = async (by: string, asked: Record<string, string> = {}, paging = {}) =>
    readRegister(person(by), readRegisterQuery(new URLSearchParams(asked)), paging);
  const ids = async (by: string, asked: Record<string, string> = {}) =>
    (await list(by, asked, { limit: 100 })).items.map((line) => line.caseId);

  test("the desk sees all, others what they entered, handle, are on copy of or answer for", async () => {
    await tables.reset();
    const one = await opened({}, "chenyao");
    const two = await opened({}, null);
    for (const by of ["limin", "lichaoqun", "huangyuanli", "yinxue", "liuyanli", "zhangke", "shuaizhong"])
      expect([by, (await ids(by)).sort()]).toEqual([by, [one.caseId, two.caseId].sort()]);
    expect(await ids("chenyao")).toEqual([one.caseId]);
    expect(await ids(two.handler)).toContain(two.caseId);
    const idle = ["zhangyun", "zengqun", "tangli"].find(
      (who) => ![one, two].some((it) => it.handler === who),
    )!;
    expect(await ids(idle)).toEqual([]);
    for (const by of ["wanghui", "luoqiang", "songna"]) expect([by, await ids(by)]).toEqual([by, []]);
    await noteOnComplaint(person("limin"), two.caseId, { text: "请看", mentions: ["luoqiang"] });
    expect(await ids("luoqiang")).toEqual([two.caseId]);
  });

  test("every filter finds what it names", async () => {
    await tables.reset();
    const one = await opened({
      category: "delay",
      severity: "critical",
      complainantPhone: "+86 137-1111 2222",
      waybillNo: "xd 2026-77",
      customerId: "C0001",
    });
    const two = await opened({ severity: "minor", urgency: "low" });
    const only = [one.caseId];
    expect(await ids("limin", { category: "delay" })).toEqual(only);
    expect(await ids("limin", { priority: "P1" })).toEqual(only);
    expect(await ids("limin", { phone: "13711112222" })).toEqual(only);
    expect(await ids("limin", { waybillNo: "XD202677" })).toEqual(only);
    expect(await ids("limin", { customerId: "C0001" })).toEqual(only);
    expect(await ids("limin", { assignee: one.handler, status: "open" })).toEqual(
      one.handler === two.handler ? [one.caseId, two.caseId] : only,
    );
    expect(await ids("limin", { phase: "investigating" })).toHaveLength(2);
    expect(await ids("limin", { phase: "closed" })).toEqual([]);
    expect(await ids("limin", { department: "transport" })).toEqual([]);
    expect(await ids("limin", { from: "2026-12-02", to: "2026-12-02" })).toHaveLength(2);
    expect(await ids("limin", { from: "2026-12-03" })).toEqual([]);
    expect(await ids("limin", { phone: "13711112222", category: "damage" })).toEqual([]);
    expect(await ids("limin", { overdue: "true" })).toEqual([]);
    vi.setSystemTime(WEDNESDAY + 6 * 60 * MINUTE);
    // P1 is due within the hour, P4 not.
    expect(await ids("limin", { overdue: "true" })).toEqual(only);
    expect(await ids("limin", { overdue: "false" })).toEqual([two.caseId]);
    expect(await ids("wanghui", { waybillNo: "XD202677" })).toEqual([]);
  });

  test("the most urgent first, closed ones after all open ones, page by page without gap or double", async () => {
    await tables.reset();
    const gone = await closed();
    vi.setSystemTime(WEDNESDAY);
    const open = [];
    for (const severity of ["minor", "critical", "major", "minor", "critical"])
      open.push((await opened({ severity })).caseId);
    const all = await ids("limin");
    expect(all).toHaveLength(6);
    expect(all.at(-1)).toBe(gone);
    expect(new Set(all.slice(0, 2))).toEqual(new Set([open[1], open[4]]));
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await list("limin", {}, { limit: 1, ...(cursor ? { cursor } : {}) });
      expect(page.items.length).toBeLessThanOrEqual(1);
      seen.push(...page.items.map((line) => line.caseId));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(seen).toEqual(all);
    expect(await ids("limin", { status: "closed" })).toEqual([gone]);
    expect(await ids("limin", { status: "open" })).toEqual(all.slice(0, 5));
  });

  test("a line says who, since when and until when; a file keeps formulas harmless", async () => {
    await tables.reset();
    const { caseId, handler } = await opened({ complainantName: "=1+1", organisation: "@公司" });
    const [line] = await exportRegister(person("limin"), {});
    expect(line).toMatchObject({
      caseId,
      receivedAt: "2026-12-02T10:00:00+08:00",
      complainantName: "=1+1",
      organisation: "@公司",
      channel: "hotline",
      category: "damage",
      priority: "P3",
      status: "open",
      phase: "investigating",
      outcome: null,
      assignee: { staffId: handler },
      dueAt: "2026-12-07T10:00:00+08:00",
      overdue: false,
    });
    const [heading, row] = registerCsv([line!]).replace("\ufeff", "").split("\r\n");
    expect(heading!.split(",")).toEqual(
      expect.arrayContaining([
        "caseId",
        "receivedAt",
        "organisation",
        "complainantName",
        "category",
        "priority",
        "status",
        "outcome",
      ]),
    );
    expect(row).toContain("'=1+1");
    expect(row).toContain("'@公司");
  });

  test.each([
    [{ status: "shut" }, "status:choose"],
    [{ phase: "lost" }, "phase:choose"],
    [{ priority: "P9" }, "priority:choose"],
    [{ from: "yesterday" }, "from:date"],
    [{ from: "2026-12-02", to: "2026-12-01" }, "to:to_before_from"],
    [{ overdue: "maybe" }, "overdue:choose"],
  ])("%o is refused", async (asked, problem) => {
    expect(await refusal(list("limin", asked))).toBe(`400 invalid ${problem}`);
  });

  test("a made-up cursor and a huge page are refused", async () => {
    expect(await refusal(list("limin", {}, { cursor: "abc" }))).toBe("400 invalid cursor:invalid");
    expect(await refusal(list("limin", {}, { limit: 101 }))).toBe("400 invalid limit:at_most");
  });
});
