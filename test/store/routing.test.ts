/** Steps as the routing opens them, on the tables: substitutes, shared steps, added signers, stages that open again. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { handler as nextStage } from "../../functions/approval/next-stage.ts";
import { viewCase } from "../../functions/case/read.ts";
import type { Absence } from "../../functions/directory/model.ts";
import { absenceKey } from "../../functions/directory/store.ts";
import { actOnStep } from "../../functions/step/act.ts";
import { handler as openStep } from "../../functions/step/open.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { attempt, nextStep, opened, read, refusal, sound, stepNow, submit } from "../support/flow.ts";
import { form, person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());
beforeEach(async () => {
  await tables.reset();
  vi.setSystemTime(WEDNESDAY);
});

async function away(staffId: string, substituteId?: string, from = "2026-12-02", to = from): Promise<void> {
  const absence: Absence = {
    absenceId: `away-${staffId}`,
    staffId,
    from,
    to,
    ...(substituteId === undefined ? {} : { substituteId }),
    reason: "",
    createdBy: staffId,
    createdAt: "2026-12-01T00:00:00.000Z",
  };
  await tables.put("Directory", { ...absenceKey(absence.absenceId), v: 1, ...absence });
}

/** Somebody acts, and the time in which he could take it back passes. */
async function act(
  by: string,
  stepId: string,
  choice: string,
  data: Record<string, string> = {},
): Promise<void> {
  await actOnStep(person(by), stepId, { choice, comment: "请看", data });
  vi.setSystemTime(Date.now() + 3_600_000);
}

const eventsOf = async (caseId: string, kind: string) =>
  (await viewCase(person("yinxue"), caseId, "zh-CN")).events
    .filter((event) => event.kind === kind)
    .map((event) => event.data);
const routeOf = async (caseId: string, locale: "zh-CN" | "en" = "zh-CN") =>
  (await viewCase(person("yinxue"), caseId, locale)).route;

describe("a substitute", () => {
  test("gets the seat, the mail and the line in the timeline, and may see the case", async () => {
    await away("shuaizhong", "luoqiang");
    const { caseId, stepId } = await opened();
    const file = await sound(tables, caseId);
    expect(file.seats).toMatchObject([{ staffId: "luoqiang", for: "shuaizhong", rules: ["substitute"] }]);
    expect(file.messages.map((message) => message.to)).toEqual(["luoqiang"]);
    expect(await eventsOf(caseId, "step.substituted")).toEqual([
      { stage: "dept_manager", by: "luoqiang", for: "shuaizhong" },
    ]);
    expect((await viewCase(person("luoqiang"), caseId, "zh-CN")).steps[0]).toMatchObject({
      stepId,
      assignees: [{ staffId: "luoqiang", for: { staffId: "shuaizhong", name: "帅钟" } }],
    });
  });

  test("counts on the day a step opens; a later absence changes nothing", async () => {
    const { caseId } = await opened({ budgetAmount: 200_000 });
    await away("shuaizhong", "luoqiang");
    expect((await read(caseId)).steps[0]?.assignees).toEqual(["shuaizhong"]);
  });

  test("who will sign later sees the case before his step opens", async () => {
    const caseId = await submit({ budgetAmount: 200_000 });
    expect(await refusal(viewCase(person("pengtao"), caseId, "zh-CN"))).toBe("404 not_found");
    await away("zhangke", "pengtao", "2026-12-02", "2026-12-10");
    expect((await viewCase(person("pengtao"), caseId, "zh-CN")).caseId).toBe(caseId);
  });

  test("twenty of them in one step are one transaction", async () => {
    const caseId = await submit();
    const asked = await nextStage({ v: 1, caseId, revision: 1, endedStep: null, reason: null });
    if (asked.next !== "step") throw new Error("No step");
    const ids = Array.from({ length: 20 }, (_, index) => `signer-${index}`);
    await Promise.all(
      ids.map((staffId) =>
        tables.put("Directory", { pk: "STAFF", sk: staffId, v: 1, ...person("daiwen"), staffId }),
      ),
    );
    const signers = ids.map((staffId) => ({ staffId, for: "daiwen", rules: ["substitute" as const] }));
    const step = { ...asked.step, mode: "all-sign" as const, need: 20, signers };
    await openStep({ v: 1, caseId, revision: 1, step, token: "t", attempt: attempt() });
    expect((await sound(tables, caseId)).seats).toHaveLength(20);
  });
});

describe("one person for two stages", () => {
  test("signs once; the route lists both, and one approval ends the chain", async () => {
    const { caseId, stepId } = await opened({ budgetAmount: 300_000 }, "shuaizhong");
    expect(await stepNow(stepId)).toMatchObject({
      stage: "dept_manager",
      alsoStages: ["general_manager"],
      assignees: ["zhangke"],
    });
    expect(await eventsOf(caseId, "stage.merged")).toEqual([
      { stage: "general_manager", into: "dept_manager", rule: "same_signer" },
    ]);
    const { stages, trace } = await routeOf(caseId);
    expect(stages).toMatchObject([
      { stage: "dept_manager", state: "now", signers: [{ staffId: "zhangke", rules: ["self"] }] },
      { stage: "general_manager", state: "now", signers: [{ staffId: "zhangke", rules: ["same_signer"] }] },
    ]);
    expect(trace.map((line) => line.text)).toEqual([
      "每份申请都要经过这一级",
      "申请人帅钟不签自己的申请，由张科签",
      "金额 ¥3,000 超过 ¥1,000",
      "张科在“部门经理审批”一步里一并审批：金额 ¥3,000 在本人权限 ¥5,000 以内",
    ]);
    expect((await routeOf(caseId, "en")).trace[3]).toMatchObject({
      stage: "general_manager",
      rule: "same_signer",
      facts: { signer: "zhangke", into: "dept_manager", amount: 300_000, limit: 500_000 },
      text: expect.stringContaining("¥3,000 is within their own limit of ¥5,000"),
    });
    await act("zhangke", stepId, "approve");
    expect((await routeOf(caseId)).stages.map((stage) => stage.state)).toEqual(["done", "done"]);
    expect(await nextStage({ v: 1, caseId, revision: 1, endedStep: null, reason: null })).toEqual({
      next: "done",
      outcome: "approved",
    });
  });
});

describe("people whom somebody names", () => {
  test("before: the added person, then the first again, then the next stage", async () => {
    const { caseId, stepId } = await opened({ budgetAmount: 200_000 });
    await act("shuaizhong", stepId, "add-before", { toStaffId: "hejing" });
    expect((await routeOf(caseId)).stages[0]).toMatchObject({
      state: "next",
      signers: [{ staffId: "hejing", rules: ["added"] }],
    });
    const added = await nextStep(caseId);
    expect(await stepNow(added)).toMatchObject({
      stage: "dept_manager",
      assignees: ["hejing"],
      addedBy: "shuaizhong",
    });
    expect((await routeOf(caseId)).trace.find((line) => line.rule === "added")).toMatchObject({
      text: "帅钟请何静加签",
      facts: { by: "shuaizhong", signer: "hejing" },
    });
    await act("hejing", added, "approve");
    const again = await nextStep(caseId);
    expect(await stepNow(again)).toMatchObject({ stage: "dept_manager", assignees: ["shuaizhong"] });
    await act("shuaizhong", again, "approve");
    expect(await stepNow(await nextStep(caseId))).toMatchObject({
      stage: "general_manager",
      assignees: ["zhangke"],
    });
    await sound(tables, caseId);
  });

  test("after: the route shows both signatures once both are given", async () => {
    const { caseId, stepId } = await opened({ budgetAmount: 200_000 });
    await act("shuaizhong", stepId, "add-after", { toStaffId: "hejing" });
    await act("hejing", await nextStep(caseId), "approve");
    expect((await routeOf(caseId)).stages[0]).toMatchObject({
      state: "done",
      signers: [{ staffId: "shuaizhong" }, { staffId: "hejing", rules: ["added"] }],
    });
    expect(await stepNow(await nextStep(caseId))).toMatchObject({ stage: "general_manager" });
  });

  test("a stage that was returned to opens again, and says so", async () => {
    const { caseId, stepId } = await opened({ budgetAmount: 200_000 });
    await act("shuaizhong", stepId, "approve");
    await act("zhangke", await nextStep(caseId), "return", { toStage: "dept_manager" });
    const again = await nextStep(caseId);
    expect(await read(caseId)).toMatchObject({ header: { phase: "approval" } });
    expect(await stepNow(again)).toMatchObject({ stage: "dept_manager", assignees: ["shuaizhong"] });
    expect((await routeOf(caseId)).stages).toMatchObject([
      { stage: "dept_manager", state: "now", rules: expect.arrayContaining(["always", "returned"]) },
      { stage: "general_manager", state: "next" },
    ]);
    await act("shuaizhong", again, "approve");
    await act("zhangke", await nextStep(caseId), "approve");
    expect(await nextStage({ v: 1, caseId, revision: 1, endedStep: null, reason: null })).toMatchObject({
      outcome: "approved",
    });
  });
});

describe("within the undo window", () => {
  test("the chain waits: the same step is asked for, and its newer token is not answered before the end", async () => {
    const { caseId, stepId } = await opened({ budgetAmount: 200_000 });
    await act("shuaizhong", stepId, "approve");
    const item = await tables.get("Cases", `C#${caseId}`, `STEP#${stepId}`);
    const until = new Date(Date.now() + 120_000).toISOString();
    await tables.put("Cases", { ...item, effectiveAt: until, undoUntil: until });
    const work = await tables.get("Cases", `C#${caseId}`, `WORK#${stepId}-resume`);
    if (work) await tables.put("Cases", { ...work, pending: undefined });
    const ask = () => nextStage({ v: 1, caseId, revision: 1, endedStep: stepId, reason: "timeout" });
    const asked = await ask();
    if (asked.next !== "step") throw new Error("No step");
    expect(asked.step.stepId).toBe(stepId);
    expect(asked.timeoutSeconds).toBeGreaterThan(120);
    const open = (token: string, retry: number) =>
      openStep({ v: 1, caseId, revision: 1, step: asked.step, token, attempt: attempt({ retry }) });
    await open("in-window", 1);
    expect(await stepNow(stepId)).toMatchObject({ token: "in-window", status: "done", outcome: "approved" });
    expect((await tables.get("Cases", `C#${caseId}`, `WORK#${stepId}-resume`))?.pending).toBeUndefined();
    vi.setSystemTime(Date.parse(until));
    await open("at-its-end", 2);
    expect(await tables.get("Cases", `C#${caseId}`, `WORK#${stepId}-resume`)).toMatchObject({
      pending: "work",
    });
    expect(await ask()).toMatchObject({ step: { stage: "general_manager" } });
  });
});

test("a request submitted unchanged is routed as its form foretold", async () => {
  await away("zhangke", "pengtao", "2026-12-02", "2026-12-10");
  const content = form({ budgetAmount: 200_000 });
  const caseId = await submit(content);
  const before = await routeOf(caseId);
  expect(
    before.stages.map((stage) => [stage.stage, stage.state, stage.signers.map((one) => one.staffId)]),
  ).toEqual([
    ["dept_manager", "next", ["shuaizhong"]],
    ["general_manager", "next", ["pengtao"]],
  ]);
  await nextStep(caseId);
  const after = await routeOf(caseId);
  expect(after.stages.map(({ state: _state, ...stage }) => stage)).toEqual(
    before.stages.map(({ state: _state, ...stage }) => stage),
  );
  expect(after.trace).toEqual(before.trace);
});
