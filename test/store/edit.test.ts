import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { handler as nextStage } from "../../functions/approval/next-stage.ts";
import { editBudgetChange } from "../../functions/budget-change/edit.ts";
import { submitBudgetChange } from "../../functions/budget-change/submit.ts";
import { viewCase } from "../../functions/case/read.ts";
import { policyKey } from "../../functions/directory/store.ts";
import { readBuckets } from "../../functions/ledger/store.ts";
import { RECEPTION_POLICY } from "../../functions/policy/shipped.ts";
import { editReception } from "../../functions/reception/edit.ts";
import { withdrawReception } from "../../functions/reception/withdraw.ts";
import { hashOf } from "../../functions/shared/ids.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import {
  act,
  bucketOf,
  decide,
  entriesOf,
  finish,
  kinds,
  next,
  nextStep,
  opened,
  race,
  read,
  refusal,
  refused,
  sound,
  stepNow,
  submit,
} from "../support/flow.ts";
import { form, person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());

const chenyao = person("chenyao");
const edit = (caseId: string, changes: Record<string, unknown>, options = {}) =>
  editReception(chenyao, caseId, form({ budgetAmount: 80_000, ...changes }), options);

describe("an edit in approval", () => {
  test("voids steps, votes and links, adjusts the reservation and starts the chain anew", async () => {
    const { caseId, stepId } = await opened({ budgetAmount: 300_000 });
    await act("shuaizhong", stepId, "approve");
    const second = await nextStep(caseId);
    const before = await bucketOf(tables);

    const answer = await edit(caseId, { budgetAmount: 200_000, roomCount: 1 });

    const content = form({ budgetAmount: 200_000, roomCount: 1 });
    expect(answer).toEqual({
      caseId,
      contentHash: hashOf(content),
      changes: [
        { path: "budgetAmount", from: 300_000, to: 200_000 },
        { path: "roomCount", from: 2, to: 1 },
      ],
      restartStage: "dept_manager",
    });
    const file = await sound(tables, caseId);
    expect(file.header).toMatchObject({
      revision: 2,
      phase: "approval",
      contentHash: hashOf(content),
      facts: { amount: 200_000 },
    });
    expect(file.content).toEqual(content);
    expect(file.steps.map((step) => [step.stepId, step.status, step.outcome])).toEqual([
      [stepId, "done", "approved"],
      [second, "void", null],
    ]);
    expect(file.votes.map((vote) => vote.void)).toEqual([true]);
    expect(kinds(file).slice(-4)).toEqual([
      "case.edited",
      "step.voided",
      "budget.adjusted",
      "finding.raised",
    ]);
    expect(file.payloads.get(file.header.contentSeq)?.data.changes).toEqual(answer.changes);
    expect(
      file.messages
        .filter((one) => one.kind === "case.changed")
        .map((one) => one.to)
        .sort(),
    ).toEqual(["shuaizhong", "zhangke"]);
    expect(await bucketOf(tables)).toMatchObject({
      reserved: before.reserved - 100_000,
      available: before.available + 100_000,
    });
    expect(await tables.get("Cases", `C#${caseId}`, `WORK#${caseId}-2`)).toMatchObject({
      kind: "start",
      pending: "work",
    });
    expect(await refusal(act("zhangke", second, "approve"))).toBe("409 stale");
    expect(await nextStage({ v: 1, caseId, revision: 1, endedStep: second, reason: "decided" })).toEqual({
      next: "done",
      outcome: "superseded",
    });
    expect(await nextStep(caseId)).toBe(`${caseId}-2-1`);
  });

  test("begins again where the policy says: approvals before it stay, and a return may still go back to them", async () => {
    const publish = (version: number, onEdit: string) =>
      tables.put("Directory", {
        ...policyKey("reception", version),
        v: 1,
        policyId: "reception",
        version,
        document: { ...RECEPTION_POLICY, onEdit },
      });
    await publish(2, "general_manager");
    try {
      const { caseId, stepId } = await opened({ budgetAmount: 300_000 });
      expect((await edit(caseId, { budgetAmount: 290_000 })).restartStage).toBe("dept_manager");
      const first = await nextStep(caseId);
      await decide("shuaizhong", first, "approve");
      const second = await nextStep(caseId);

      expect((await edit(caseId, { budgetAmount: 280_000 })).restartStage).toBe("general_manager");
      const file = await sound(tables, caseId);
      expect(file.header.kept).toEqual([first]);
      expect(file.votes.map((vote) => vote.void ?? false)).toEqual([false]);
      expect(
        [stepId, first, second].map((id) => file.steps.find((one) => one.stepId === id)?.status),
      ).toEqual(["void", "done", "void"]);
      const third = await nextStep(caseId);
      expect(await stepNow(third)).toMatchObject({ stage: "general_manager", alsoStages: [] });
      const view = await viewCase(chenyao, caseId, "zh-CN");
      expect(view.route.stages.map((one) => [one.stage, one.state])).toEqual([
        ["dept_manager", "done"],
        ["general_manager", "now"],
      ]);

      const back = await act("zhangke", third, "return", "再看", { toStage: "dept_manager" });
      expect(back.outcome).toBe("returned");
      vi.setSystemTime(Date.now() + 180_000);
      expect(await stepNow(await nextStep(caseId))).toMatchObject({ stage: "dept_manager" });
      expect((await read(caseId)).votes.find((vote) => vote.stepId === first)?.void).toBe(true);
    } finally {
      await publish(3, "first");
      vi.setSystemTime(WEDNESDAY);
    }
  });

  test("without a change voids nothing and writes nothing", async () => {
    const { caseId } = await opened();
    const before = await read(caseId);

    const answer = await edit(caseId, {});

    expect(answer).toMatchObject({ contentHash: before.header.contentHash, changes: [] });
    expect(await read(caseId)).toEqual(before);
  });

  test("that changes no amount moves no money", async () => {
    const { caseId } = await opened();
    const before = await bucketOf(tables);
    expect((await edit(caseId, { roomCount: 5 })).changes).toHaveLength(1);
    expect(await bucketOf(tables)).toEqual(before);
    expect(kinds(await sound(tables, caseId))).not.toContain("budget.adjusted");
    expect(await entriesOf(tables, caseId)).toEqual(["reserve"]);
  });

  test("to another department or month moves the whole amount between the buckets", async () => {
    const caseId = await submit();
    const [from, to] = [await bucketOf(tables), await bucketOf(tables, "transport", "2027-01")];
    await edit(caseId, {
      budgetAmount: 90_000,
      costDepartment: "transport",
      arrivalDate: "2027-01-11",
      departAt: "2027-01-11T07:50:00+08:00",
      arriveAt: "2027-01-11T09:00:00+08:00",
      plannedLeaveAt: "2027-01-12T09:00:00+08:00",
    });
    expect((await bucketOf(tables)).reserved).toBe(from.reserved - 80_000);
    expect((await bucketOf(tables, "transport", "2027-01")).reserved).toBe(to.reserved + 90_000);
    await withdrawReception(chenyao, caseId);
    expect(await bucketOf(tables, "transport", "2027-01")).toEqual(to);
    expect((await sound(tables, caseId)).header.outcome).toBe("withdrawn");
  });

  test("beyond the budget is refused with what is there and what more is needed, and changes nothing", async () => {
    const { caseId } = await opened({ costDepartment: "marketing" });
    const { available } = await bucketOf(tables, "marketing");
    const before = await read(caseId);

    const same = await refused(
      edit(caseId, { budgetAmount: 80_000 + available + 1, costDepartment: "marketing" }),
    );
    expect(same).toMatchObject({ code: "budget_exceeded", data: { available, needed: available + 1 } });
    const other = await bucketOf(tables, "warehouse");
    const moved = await refused(
      edit(caseId, { budgetAmount: other.available + 1, costDepartment: "warehouse" }),
    );
    expect(moved).toMatchObject({
      code: "budget_exceeded",
      data: { available: other.available, needed: other.available + 1 },
    });

    expect(await read(caseId)).toEqual(before);
    expect((await bucketOf(tables, "marketing")).available).toBe(available);
    expect(await bucketOf(tables, "warehouse")).toEqual(other);
    await edit(caseId, { budgetAmount: 80_000 + available, costDepartment: "marketing" });
    expect((await bucketOf(tables, "marketing")).available).toBe(0);
    await withdrawReception(chenyao, caseId);
  });

  test("to a month without budget is refused", async () => {
    const caseId = await submit();
    const later = {
      arrivalDate: "2028-01-10",
      departAt: "2028-01-10T08:00:00+08:00",
      arriveAt: "2028-01-10T09:00:00+08:00",
      plannedLeaveAt: "2028-01-11T09:00:00+08:00",
    };
    expect(await refusal(edit(caseId, later))).toBe("409 no_budget");
  });

  test("only by the requester, only on the content that he saw, with every mistake named", async () => {
    const { caseId } = await opened();
    const { contentHash } = (await read(caseId)).header;
    expect(await refusal(editReception(person("shuaizhong"), caseId, form()))).toBe("403 not_requester");
    expect(await refusal(editReception(person("zhangyun"), caseId, form()))).toBe("404 not_found");
    expect(await refusal(edit(caseId, { roomCount: 9 }, { ifMatch: `"${"0".repeat(64)}"` }))).toBe(
      "409 stale",
    );
    expect(await refusal(edit(caseId, { level: "D" }))).toBe("400 invalid level:choose");
    expect((await edit(caseId, { roomCount: 9 }, { ifMatch: `"${contentHash}"` })).changes).toHaveLength(1);
  });

  test("with one key is one edit, also ten times at once", async () => {
    const { caseId } = await opened();
    const count = await race(
      Array.from({ length: 5 }, () => edit(caseId, { roomCount: 7 }, { idempotencyKey: "edit" })),
    );
    expect(count).toEqual({ ok: 5 });
    expect((await sound(tables, caseId)).header.revision).toBe(2);
  });

  test("again and again: each revision has its own entries and they add up", async () => {
    const caseId = await submit();
    const before = await bucketOf(tables);
    for (const budgetAmount of [90_000, 10_000, 500_000, 80_000]) await edit(caseId, { budgetAmount });
    const file = await sound(tables, caseId);
    expect(file.header.revision).toBe(5);
    expect(await bucketOf(tables)).toEqual(before);
    expect(await entriesOf(tables, caseId)).toEqual(["adjust", "adjust", "adjust", "adjust", "reserve"]);
  });
});

describe("races", () => {
  /** What a step's outcome leads to, as the workflow would carry it on. */
  async function carryOn(caseId: string): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) {
      const { header } = await read(caseId);
      if (header.status === "closed" || header.outcome !== null) return;
      const found = await next(caseId);
      if ("outcome" in found) await finish(caseId, header.revision, found.outcome);
      else await act("shuaizhong", found.stepId, "approve");
    }
  }

  test.each([0, 1, 2, 3, 4, 5])(
    "decide, edit and withdraw at the same instant (round %i): one history, one outcome, the money adds up",
    async (round) => {
      const before = await bucketOf(tables, "customer_service");
      const paid = { costDepartment: "customer_service" };
      const { caseId, stepId } = await opened(paid);

      const calls = [
        act("shuaizhong", stepId, round % 2 === 0 ? "approve" : "reject", "好"),
        edit(caseId, { ...paid, budgetAmount: 70_000 + round }),
        ...(round < 4 ? [withdrawReception(chenyao, caseId)] : []),
      ];
      const results = await Promise.allSettled(calls);
      for (const result of results)
        if (result.status === "rejected")
          expect(["stale", "already_decided", "wrong_phase"]).toContain(result.reason.code);
      await sound(tables, caseId);
      await carryOn(caseId);

      const file = await sound(tables, caseId);
      const after = await bucketOf(tables, "customer_service");
      const { outcome, facts } = file.header;
      if (round < 4) expect(outcome).toBe("withdrawn");
      expect(after.committed - before.committed).toBe(outcome === "approved" ? facts.amount : 0);
      expect(after.reserved).toBe(before.reserved);
    },
  );

  test("the last approval's commit and a withdrawal at the same instant: exactly one of them", async () => {
    for (let round = 0; round < 6; round += 1) {
      const before = await bucketOf(tables, "customer_service");
      const { caseId, stepId } = await opened({ costDepartment: "customer_service" });
      await act("shuaizhong", stepId, "approve");

      const [committed, withdrawn] = await Promise.allSettled([
        finish(caseId, 1, "approved"),
        withdrawReception(chenyao, caseId),
      ]);

      const file = await sound(tables, caseId);
      const after = await bucketOf(tables, "customer_service");
      expect(committed).toMatchObject({ status: "fulfilled", value: { outcome: file.header.outcome } });
      expect(withdrawn.status).toBe(file.header.outcome === "withdrawn" ? "fulfilled" : "rejected");
      expect(after.committed - before.committed).toBe(file.header.outcome === "approved" ? 80_000 : 0);
      expect(after.reserved).toBe(before.reserved);
    }
  });

  test("five different edits at once: all that succeed are one history, the last one counts", async () => {
    const before = await bucketOf(tables, "customer_service");
    const { caseId } = await opened({ costDepartment: "customer_service" });
    const count = await race(
      [1, 2, 3, 4, 5].map((rooms) =>
        edit(caseId, {
          costDepartment: "customer_service",
          roomCount: 10 + rooms,
          budgetAmount: 80_000 + rooms,
        }),
      ),
    );
    expect((count.ok ?? 0) + (count["503 busy"] ?? 0)).toBe(5);
    const file = await sound(tables, caseId);
    expect(file.header.revision).toBe(1 + (count.ok ?? 0));
    expect((await bucketOf(tables, "customer_service")).reserved).toBe(
      before.reserved + file.header.facts.amount,
    );
  });
});

describe("a top-up or transfer that its requester changes", () => {
  const finance = person("wanghui");
  const bucket = (department: string) => ({ department, period: "2026-12", category: "hospitality" });
  const transfer = (amount: number) => ({
    kind: "transfer",
    from: bucket("marketing"),
    to: bucket("transport"),
    amount,
    reason: "旺季",
  });
  const held = async () => (await readBuckets([bucket("marketing")]))[0]?.reserved;

  test("in approval: its step is void, its signer is told, the hold follows", async () => {
    const { body } = await submitBudgetChange(finance, transfer(200_000));
    const { caseId } = body;
    const first = await nextStep(caseId);
    const before = (await held())!;

    const answer = await editBudgetChange(finance, caseId, transfer(150_000), { idempotencyKey: "less" });
    expect(answer).toMatchObject({
      caseId,
      changes: [{ path: "amount", from: 200_000, to: 150_000 }],
      restartStage: "general_manager",
    });
    expect(await editBudgetChange(finance, caseId, transfer(150_000), { idempotencyKey: "less" })).toEqual(
      answer,
    );
    const file = await read(caseId);
    expect(file.header).toMatchObject({ phase: "approval", revision: 2, held: 150_000 });
    expect(await held()).toBe(before - 50_000);
    expect(kinds(file).slice(-3)).toEqual(["case.edited", "step.voided", "budget.adjusted"]);
    expect(file.messages.filter((one) => one.kind === "case.changed").map((one) => one.to)).toEqual([
      "zhangke",
    ]);
    expect(await refusal(act("zhangke", first, "approve"))).toBe("409 stale");
    // Unchanged, nothing happens.
    expect((await editBudgetChange(finance, caseId, transfer(150_000))).changes).toEqual([]);
    expect((await read(caseId)).header.revision).toBe(2);
    expect((await stepNow(await nextStep(caseId))).status).toBe("open");
  });

  test("after a return: who returned it is told, and a decision ends it", async () => {
    const { body } = await submitBudgetChange(finance, transfer(70_000));
    const { caseId } = body;
    await decide("zhangke", await nextStep(caseId), "return", "太多");
    await nextStep(caseId);
    await editBudgetChange(finance, caseId, transfer(60_000));
    const file = await read(caseId);
    expect(kinds(file)).toContain("case.resubmitted");
    expect(file.messages.filter((one) => one.kind === "case.changed").map((one) => one.to)).toEqual([
      "zhangke",
    ]);
    expect((await stepNow(await nextStep(caseId))).stage).toBe("general_manager");
  });
});
