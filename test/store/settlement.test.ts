/** What a visit cost, in the tables: one transaction, the ledger, the year, the registry, and nothing half done. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { CaseFile } from "../../functions/case/model.ts";
import { changeCase, pkOf } from "../../functions/case/store.ts";
import { handler as excess } from "../../functions/reception/excess.ts";
import { saveList } from "../../functions/reception/list.ts";
import { settleReception, submitSettlementStep } from "../../functions/reception/settle.ts";
import { SETTLEMENT_KINDS } from "../../functions/reception/settlement-findings.ts";
import { handler as visited } from "../../functions/reception/visited.ts";
import { withdrawReception } from "../../functions/reception/withdraw.ts";
import { handler as openStep } from "../../functions/step/open.ts";
import { runTimer } from "../../functions/step/run-timer.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import {
  attempt,
  bucketOf,
  entriesOf,
  finish,
  kinds,
  race,
  read,
  refusal,
  refused,
  sound,
  submit,
} from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";
import { invoice, meal, settlement } from "../support/settlement.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());
beforeEach(() => {
  vi.setSystemTime(WEDNESDAY);
});

const chenyao = person("chenyao");
const AFTER_THE_VISIT = Date.parse("2026-12-08T09:00:00+08:00");
/** ¥800 approved; 5 % more is ¥840. */
const APPROVED = 80_000;
const costing = (amount: number, change: Parameters<typeof settlement>[0] = {}) =>
  settlement({ lines: [meal({ item: "transport", amount })], ...change });

const yearSpent = async (): Promise<number> =>
  ((await tables.get("Ledger", "TAX#2026", "ACTUAL"))?.actual as number | undefined) ?? 0;

/** What the workflow does once the guests have left. */
async function open(caseId: string, token = "token-s"): Promise<string> {
  const asked = await visited({ v: 1, caseId, revision: 1 });
  if (asked.next !== "settlement") throw new Error(`Nothing to settle: ${asked.next}`);
  const { stepId } = await openStep({
    v: 1,
    caseId,
    revision: 1,
    step: asked.step,
    token,
    attempt: attempt(),
  });
  return stepId;
}

/** An approved request whose guests have left. */
async function toSettle(changes: Record<string, unknown> = {}, by = "chenyao") {
  vi.setSystemTime(WEDNESDAY);
  const caseId = await submit(changes, by);
  await finish(caseId, 1, "approved");
  vi.setSystemTime(AFTER_THE_VISIT);
  return { caseId, stepId: await open(caseId) };
}

/** What its settlement raised, without what the request had. */
const foundIn = ({ header }: CaseFile) =>
  header.findings.filter(({ kind }) => (SETTLEMENT_KINDS as readonly string[]).includes(kind));

const money = ({ header }: CaseFile) => [
  header.held,
  header.facts.amount,
  header.round,
  header.settlement?.charged,
];

describe("after the visit", () => {
  test("the workflow waits until the guests leave, then the requester has a step and is told once", async () => {
    const caseId = await submit();
    expect(await finish(caseId, 1, "approved")).toEqual({
      outcome: "approved",
      leaveAt: new Date(AFTER_THE_VISIT).toISOString(),
    });
    expect(await finish(caseId, 1, "approved")).toMatchObject({ outcome: "approved" });
    vi.setSystemTime(AFTER_THE_VISIT);
    const stepId = await open(caseId);
    expect(await open(caseId, "token-newer")).toBe(stepId);
    const file = await sound(tables, caseId);
    expect(file.header).toMatchObject({ phase: "settlement", outcome: "approved", status: "open" });
    const [step] = file.steps;
    expect(step).toMatchObject({ kind: "settlement", assignees: ["chenyao"], ladder: [], status: "open" });
    expect(step?.dueAt).toBe(new Date(AFTER_THE_VISIT + 10 * 86_400_000).toISOString());
    expect(kinds(file).slice(-2)).toEqual(["step.opened", "settlement.opened"]);
    expect(file.messages.filter((one) => one.kind === "settlement.request")).toHaveLength(1);
    expect(await tables.get("Cases", pkOf(caseId), `TIMER#${stepId}-day1`)).toMatchObject({
      kind: "daily",
      dueAt: "2026-12-09T01:00:00.000Z",
    });
  });

  test("he is reminded at nine of every later working day, not at the weekend", async () => {
    const { caseId, stepId } = await toSettle();
    const reminders: string[] = [];
    for (let n = 1; n <= 5; n += 1) {
      const timer = await tables.get("Cases", pkOf(caseId), `TIMER#${stepId}-day${n}`);
      vi.setSystemTime(Date.parse(timer?.dueAt as string));
      await runTimer({ v: 1, caseId, timerId: timer?.timerId as string });
      await runTimer({ v: 1, caseId, timerId: timer?.timerId as string });
      reminders.push(timer?.dueAt as string);
    }
    expect(reminders.map((at) => at.slice(0, 16))).toEqual([
      "2026-12-09T01:00",
      "2026-12-10T01:00",
      "2026-12-11T01:00",
      "2026-12-14T01:00",
      "2026-12-15T01:00",
    ]);
    const file = await read(caseId);
    expect(file.messages.filter((one) => one.kind === "settlement.reminder")).toHaveLength(5);
    await settleReception(chenyao, caseId, costing(1));
    await sound(tables, caseId);
  });

  test("revoked meanwhile: there is nothing to do", async () => {
    const caseId = await submit();
    await finish(caseId, 1, "approved");
    await changeCase(caseId, () => ({
      result: null,
      header: { status: "closed", phase: "closed", outcome: "revoked" },
      events: [{ kind: "case.revoked", by: "chenyao", via: "login" }],
    }));
    expect(await visited({ v: 1, caseId, revision: 1 })).toEqual({ next: "done" });
  });
});

describe("a settlement", () => {
  test.each([
    ["under the approved amount", 70_000, ["commit", "release", "reserve", "settle"]],
    ["of the approved amount", APPROVED, ["commit", "reserve", "settle"]],
    ["within the tolerance", 84_000, ["commit", "reserve", "settle"]],
    ["of nothing, because people paid it themselves", 0, ["commit", "release", "reserve"]],
  ])("%s closes the case", async (_, charged, entries) => {
    const { caseId, stepId } = await toSettle();
    const before = await bucketOf(tables);
    const year = await yearSpent();
    const data = charged === 0 ? costing(500, { personalShare: 500 }) : costing(charged);
    expect(await settleReception(chenyao, caseId, data)).toEqual({
      caseId,
      approved: APPROVED,
      charged,
      result: "settled",
    });
    const file = await sound(tables, caseId);
    expect(file.header).toMatchObject({ status: "closed", phase: "closed", outcome: "settled", held: 0 });
    expect(file.steps).toMatchObject([{ stepId, status: "done", outcome: "done" }]);
    expect(kinds(file).filter((kind) => kind.startsWith("settlement"))).toEqual([
      "settlement.opened",
      "settlement.submitted",
      "settlement.settled",
    ]);
    const after = await bucketOf(tables);
    expect(after.committed).toBe(before.committed - APPROVED);
    expect(after.spent).toBe(before.spent + charged);
    expect(after.available).toBe(before.available + APPROVED - charged);
    expect(await entriesOf(tables, caseId)).toEqual(entries);
    expect(await yearSpent()).toBe(year + charged);
    expect(await visited({ v: 1, caseId, revision: 1 })).toEqual({ next: "done" });
  });

  test("by its step answers as a decision with what it led to, and a second time with who and when", async () => {
    const { caseId, stepId } = await toSettle();
    const hand = () => submitSettlementStep(chenyao, stepId, { choice: "submit", data: costing(1) });
    expect(await hand()).toEqual({
      stepId,
      outcome: "done",
      effectiveAt: "2026-12-08T09:00:00+08:00",
      undoUntil: null,
      caseId,
      approved: APPROVED,
      charged: 1,
      result: "settled",
    });
    const again = await refused(hand());
    expect([again.status, again.code, again.data.by]).toEqual([
      409,
      "already_decided",
      { staffId: "chenyao", name: "陈瑶" },
    ]);
    expect(await refusal(settleReception(chenyao, caseId, costing(1)))).toBe("409 wrong_phase");
  });

  test("is the requester's alone, after the visit, and whole", async () => {
    const caseId = await submit();
    expect(await refusal(settleReception(chenyao, caseId, costing(1)))).toBe("409 wrong_phase");
    await finish(caseId, 1, "approved");
    expect(await refusal(settleReception(chenyao, caseId, {}))).toBe("409 wrong_phase");
    vi.setSystemTime(AFTER_THE_VISIT);
    const stepId = await open(caseId);
    const before = await read(caseId);
    expect(await refusal(settleReception(person("shuaizhong"), caseId, {}))).toBe("403 not_requester");
    expect(await refusal(settleReception(person("luoqiang"), caseId, {}))).toBe("404 not_found");
    expect(await refusal(settleReception(chenyao, caseId, { ...costing(1), place: undefined, sum: 1 }))).toBe(
      "400 invalid place:required sum:unknown_field",
    );
    const bad = { choice: "submit", data: costing(0), extra: 1 };
    expect(await refusal(submitSettlementStep(chenyao, stepId, bad))).toBe("400 invalid extra:unknown_field");
    expect(await refusal(submitSettlementStep(chenyao, stepId, { ...bad, extra: undefined }))).toMatch(
      /unknown_field|data.lines.0.amount:amount/,
    );
    expect(await refusal(submitSettlementStep(person("wanghui"), stepId, {}))).toBe("403 not_assignee");
    expect(
      await refusal(
        submitSettlementStep(chenyao, stepId, { choice: "submit", data: costing(1), contentHash: "0" }),
      ),
    ).toBe("409 stale");
    const unknown = costing(1, { invoices: [invoice("1", { attachmentId: "nowhere" })] });
    expect(await refusal(settleReception(chenyao, caseId, unknown))).toBe(
      "400 invalid invoices.0.attachmentId:choose",
    );
    expect((await read(caseId)).header.seq).toBe(before.header.seq);
  });

  test("with a key gives the same answer, pressed twice at once settles once", async () => {
    const { caseId } = await toSettle();
    const year = await yearSpent();
    const key = { idempotencyKey: "settle-1" };
    const all = await Promise.all([1, 2, 3].map(() => settleReception(chenyao, caseId, costing(100), key)));
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(await yearSpent()).toBe(year + 100);
    const { caseId: other } = await toSettle();
    const count = await race([1, 2, 3].map(() => settleReception(chenyao, other, costing(100))));
    expect(count).toEqual({ ok: 1, "409 wrong_phase": 2 });
    expect(await yearSpent()).toBe(year + 200);
    await bucketOf(tables);
  });

  test("within the tolerance but above the commitment needs what the budget has left", async () => {
    const changes = { costDepartment: "warehouse" };
    const { caseId } = await toSettle(changes);
    const { available } = await bucketOf(tables, "warehouse");
    vi.setSystemTime(WEDNESDAY);
    await submit({ ...changes, budgetAmount: available - 3_999, excessReason: "全部" });
    vi.setSystemTime(AFTER_THE_VISIT);
    const refusedCall = await refused(settleReception(chenyao, caseId, costing(84_000)));
    expect([refusedCall.code, refusedCall.data]).toEqual([
      "budget_exceeded",
      { available: 3_999, needed: 4_000 },
    ]);
    expect((await sound(tables, caseId)).header.phase).toBe("settlement");
    expect((await settleReception(chenyao, caseId, costing(83_999))).result).toBe("settled");
    expect((await bucketOf(tables, "warehouse")).available).toBe(0);
  });
});

describe("above the tolerance", () => {
  const over = costing(100_000, { overReason: "临时多来一人", invoices: [invoice("77001")] });

  test("it needs a reason, and reserves the excess for a chain of the amount that was charged", async () => {
    const { caseId } = await toSettle();
    const before = await bucketOf(tables);
    expect(await refusal(settleReception(chenyao, caseId, costing(84_001)))).toBe(
      "400 invalid overReason:reason_required",
    );
    expect(await settleReception(chenyao, caseId, over)).toMatchObject({
      approved: APPROVED,
      charged: 100_000,
      result: "reapproval",
    });
    const file = await sound(tables, caseId);
    expect(file.header).toMatchObject({ status: "open", phase: "approval", round: 2 });
    expect(money(file)).toEqual([100_000, 100_000, 2, 100_000]);
    expect(kinds(file).slice(-4)).toEqual([
      "settlement.submitted",
      "finding.raised",
      "settlement.reapproval",
      "budget.adjusted",
    ]);
    const after = await bucketOf(tables);
    expect(after.reserved).toBe(before.reserved + 20_000);
    expect(after.available).toBe(before.available - 20_000);
    expect(await visited({ v: 1, caseId, revision: 1 })).toEqual({ next: "approval", round: 2 });
    expect(await refusal(settleReception(chenyao, caseId, over))).toBe("409 wrong_phase");
    expect(await refusal(withdrawReception(chenyao, caseId, {}))).toBe("409 wrong_phase");
  });

  test("approved: the books are closed on it, once", async () => {
    const { caseId } = await toSettle();
    const [before, year] = [await bucketOf(tables), await yearSpent()];
    await settleReception(chenyao, caseId, over);
    const end = { v: 1 as const, caseId, revision: 1, round: 2, outcome: "approved" };
    expect(await excess(end)).toEqual({ outcome: "settled" });
    expect(await excess(end)).toEqual({ outcome: "superseded" });
    const file = await sound(tables, caseId);
    expect(file.header).toMatchObject({ status: "closed", outcome: "settled", held: 0 });
    expect(kinds(file).slice(-2)).toEqual(["budget.committed", "settlement.settled"]);
    const after = await bucketOf(tables);
    expect([after.reserved, after.committed]).toEqual([before.reserved, before.committed - APPROVED]);
    expect(after.spent).toBe(before.spent + 100_000);
    expect(await yearSpent()).toBe(year + 100_000);
    const decision = file.messages.filter((one) => one.kind === "case.decision" && one.params.round === 2);
    expect(decision.map((one) => [one.to, one.channel]).sort()).toEqual([
      ["chenyao", "email"],
      ["chenyao", "sms"],
      ["wanghui", "email"],
      ["zhaomin", "email"],
    ]);
  });

  test.each(["rejected", "returned", "expired"])(
    "%s: the excess is released, the settlement opens again with what was handed in",
    async (outcome) => {
      const { caseId, stepId } = await toSettle();
      const before = await bucketOf(tables);
      await settleReception(chenyao, caseId, over);
      await excess({ v: 1, caseId, revision: 1, round: 2, outcome });
      expect(await bucketOf(tables)).toEqual(before);
      const second = await open(caseId);
      expect(second).not.toBe(stepId);
      const file = await sound(tables, caseId);
      expect(file.header).toMatchObject({ phase: "settlement", outcome: "approved", status: "open" });
      expect(money(file)).toEqual([APPROVED, APPROVED, 2, 100_000]);
      expect(file.payloads.get(file.header.settlement?.seq ?? 0)?.data.settlement).toEqual(over);
      expect(file.messages.filter((one) => one.kind === "settlement.request")).toHaveLength(1);
      const told = file.messages.filter((one) => one.to === "chenyao" && one.params.round === 2);
      expect(told.map((one) => one.kind)).toEqual(
        outcome === "rejected" ? ["case.decision", "case.decision"] : ["case.returned"],
      );
      // Once more above, then below: every round has entries of its own.
      await settleReception(chenyao, caseId, { ...over, overReason: "再报一次" });
      await excess({ v: 1, caseId, revision: 1, round: 3, outcome: "rejected" });
      await open(caseId);
      expect((await settleReception(chenyao, caseId, costing(70_000))).result).toBe("settled");
      await sound(tables, caseId);
      await bucketOf(tables);
    },
  );

  test("the excess needs the budget, else nothing changes", async () => {
    const { caseId } = await toSettle({ costDepartment: "transport" });
    const { available } = await bucketOf(tables, "transport");
    const huge = costing(APPROVED + available + 1, { overReason: "大", invoices: [invoice("77777")] });
    const refusedCall = await refused(settleReception(chenyao, caseId, huge));
    expect([refusedCall.code, refusedCall.data]).toEqual([
      "budget_exceeded",
      { available, needed: available + 1 },
    ]);
    expect((await sound(tables, caseId)).header.phase).toBe("settlement");
    expect(await tables.get("Ledger", "INVOICE#77777", "USES")).toBeNull();
  });
});

describe("the registry", () => {
  const found = async (caseId: string) =>
    foundIn(await read(caseId))
      .filter((one) => one.kind !== "missing_list")
      .map(({ kind, evidence }) => [kind, evidence.flatMap((one) => one.caseId ?? [])]);

  test("an invoice, and a dinner, of another case are found there by its name", async () => {
    const one = await toSettle();
    const two = await toSettle();
    const lines = [meal({ place: "锦江" })];
    await settleReception(chenyao, one.caseId, settlement({ lines, invoices: [invoice("88001")] }));
    await settleReception(chenyao, two.caseId, settlement({ lines, invoices: [invoice("88001")] }));
    expect(await found(one.caseId)).toEqual([]);
    expect(await found(two.caseId)).toEqual([
      ["split_bill", [one.caseId]],
      ["duplicate_invoice", [one.caseId]],
    ]);
    const lines2 = kinds(await read(two.caseId));
    expect(lines2.slice(lines2.indexOf("settlement.submitted") + 1, -2)).toEqual(
      Array(3).fill("finding.raised"),
    );
  });

  test("of another department the same dinner is its own", async () => {
    const one = await toSettle();
    const two = await toSettle({ costDepartment: "marketing" }, "xielei");
    const lines = [meal({ place: "望江楼" })];
    await settleReception(chenyao, one.caseId, settlement({ lines }));
    await settleReception(person("xielei"), two.caseId, settlement({ lines }));
    expect(await found(two.caseId)).toEqual([]);
  });

  test("of two at once that name the same invoice the second one sees the first", async () => {
    const cases = [await toSettle(), await toSettle(), await toSettle()];
    await Promise.all(
      cases.map(({ caseId }) =>
        settleReception(chenyao, caseId, costing(10, { invoices: [invoice("88002")] })),
      ),
    );
    const all = await Promise.all(cases.map(({ caseId }) => found(caseId)));
    const named = all.map((one) => one.flatMap(([, others]) => others).length);
    expect(named.sort()).toEqual([0, 1, 2]);
  });

  test("forgets what was refused", async () => {
    const one = await toSettle();
    await settleReception(
      chenyao,
      one.caseId,
      costing(100_000, { overReason: "多", invoices: [invoice("88003")] }),
    );
    await excess({ v: 1, caseId: one.caseId, revision: 1, round: 2, outcome: "rejected" });
    const two = await toSettle();
    await settleReception(chenyao, two.caseId, costing(10, { invoices: [invoice("88003")] }));
    expect(await found(two.caseId)).toEqual([]);
    expect(await found(one.caseId)).toEqual([]);
  });
});

describe("the largest settlement", () => {
  test("of thirty meals and thirty invoices, each found by every detector, is one transaction", async () => {
    const { caseId } = await toSettle();
    const lines = Array.from({ length: 30 }, (_, n) =>
      meal({ place: `酒楼${n}`, amount: 100, ...(n === 29 ? { amount: 1_000_000, people: 1 } : {}) }),
    );
    lines[0] = meal({ item: "meal_allowance", amount: 1 });
    lines[1] = meal({ item: "office", place: "酒楼2", amount: 1 });
    lines[3] = meal({ place: "酒楼2", amount: 1 });
    lines[4] = meal({ place: "酒楼4", amount: 60_000, people: 6 });
    const invoices = Array.from({ length: 30 }, (_, n) => invoice(n === 1 ? "99000" : `9900${n}`));
    const data = settlement({ lines, invoices, overReason: "多" });
    const key = { idempotencyKey: "largest" };
    expect((await settleReception(chenyao, caseId, data, key)).result).toBe("reapproval");
    expect(foundIn(await read(caseId)).map(({ kind }) => kind)).toEqual([
      "per_head_over_cap",
      "companion_inflation",
      "split_bill",
      "allowance_double",
      "relabelled",
      "duplicate_invoice",
      "missing_list",
    ]);
    await excess({ v: 1, caseId, revision: 1, round: 2, outcome: "rejected" });
    await sound(tables, caseId);
  });
});

describe("the reception list", () => {
  const people = [{ unit: "洁丽雅有限公司", name: "陈辰", post: "总经理" }];

  test("belongs to the requester while the visit is open; named in the settlement it is no finding", async () => {
    const early = await submit();
    expect(await refusal(saveList(chenyao, early, { people }))).toBe("409 wrong_phase");
    const { caseId } = await toSettle();
    expect(await refusal(saveList(person("shuaizhong"), caseId, { people }))).toBe("403 not_requester");
    expect(await refusal(saveList(chenyao, caseId, { people: [{ unit: "a", name: "" }] }))).toBe(
      "400 invalid people.0.name:required people.0.post:required",
    );
    const { receptionListId } = await saveList(chenyao, caseId, { people });
    expect(await saveList(chenyao, caseId, { people: [...people, ...people] })).toEqual({ receptionListId });
    await settleReception(chenyao, caseId, costing(1, { receptionListId }));
    const file = await sound(tables, caseId);
    expect(foundIn(file)).toEqual([]);
    expect(await refusal(saveList(chenyao, caseId, { people }))).toBe("409 wrong_phase");
  });

  test("of another case is as good as none", async () => {
    const { caseId } = await toSettle();
    await settleReception(chenyao, caseId, costing(1, { receptionListId: "JD-2026-999999-list" }));
    expect(foundIn(await read(caseId)).map(({ kind }) => kind)).toEqual(["missing_list"]);
  });
});
