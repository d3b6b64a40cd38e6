import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { handler as nextStage } from "../../functions/approval/next-stage.ts";
import type { Timer } from "../../functions/case/model.ts";
import { policyKey } from "../../functions/directory/store.ts";
import { RECEPTION_POLICY } from "../../functions/policy/shipped.ts";
import { handler as remind } from "../../functions/step/remind.ts";
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
  read,
  refusal,
  rungsOf,
  sound,
} from "../support/flow.ts";
import { WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());
beforeEach(() => {
  vi.setSystemTime(WEDNESDAY);
});

/** Fires the pending timer of a case at its instant, as often at once as said. */
async function fire(caseId: string, times = 1): Promise<Timer> {
  const timer = rungsOf(await read(caseId)).find((one) => one.pending);
  if (!timer) throw new Error("No timer is pending");
  vi.setSystemTime(timer.dueAt);
  const input = { v: 1 as const, caseId, timerId: timer.timerId };
  await Promise.all(Array.from({ length: times }, () => remind(input)));
  return timer;
}
const told = async (caseId: string, kind: string) =>
  (await read(caseId)).messages
    .filter((message) => message.kind === kind)
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
    .map((message) => message.to);

describe("the rungs of a step that nobody decides", () => {
  test("reminders to the signer, escalations up the posts, expiry: each once, each fired five times at once", async () => {
    const before = await bucketOf(tables);
    const { caseId, stepId } = await opened();

    const rungs: string[] = [];
    for (let rung = 0; rung < 5; rung += 1) rungs.push((await fire(caseId, 5)).dueAt);

    expect(rungs).toEqual([
      "2026-12-02T07:00:00.000Z",
      "2026-12-03T02:00:00.000Z",
      "2026-12-04T02:00:00.000Z",
      "2026-12-07T02:00:00.000Z",
      "2026-12-16T02:00:00.000Z",
    ]);
    expect(await told(caseId, "step.remind")).toEqual(["shuaizhong", "shuaizhong"]);
    expect(await told(caseId, "step.escalated")).toEqual(["zhangke", "yinxue"]);
    const file = await sound(tables, caseId);
    expect(kinds(file).slice(-5)).toEqual([
      "step.reminded",
      "step.reminded",
      "step.escalated",
      "step.escalated",
      "step.expired",
    ]);
    expect(file.steps).toMatchObject([
      {
        stepId,
        status: "done",
        outcome: "expired",
        assignees: ["shuaizhong"],
        endedAt: "2026-12-16T02:00:00.000Z",
      },
    ]);
    expect(rungsOf(file)).toHaveLength(5);
    expect(await tables.get("Cases", `C#${caseId}`, `WORK#${stepId}-resume`)).toMatchObject({
      pending: "work",
    });
    expect(await refusal(act("shuaizhong", stepId, "approve", "补签"))).toBe("409 already_decided");

    expect(await next(caseId)).toEqual({ outcome: "expired" });
    await Promise.all([1, 2, 3].map(() => finish(caseId, 1, "expired")));
    const closed = await sound(tables, caseId);
    expect(closed.header).toMatchObject({ status: "closed", outcome: "expired" });
    expect(kinds(closed).filter((kind) => kind === "case.expired")).toHaveLength(1);
    expect((await told(caseId, "case.expired")).sort()).toEqual(["chenyao", "shuaizhong"]);
    expect(await entriesOf(tables, caseId)).toEqual(["expire", "reserve"]);
    expect(await bucketOf(tables)).toEqual(before);
  });

  test("a decided step is never reminded", async () => {
    const { caseId, stepId } = await opened();
    const [timer] = rungsOf(await read(caseId));
    await act("shuaizhong", stepId, "approve");
    const before = await read(caseId);
    vi.setSystemTime(timer!.dueAt);
    await remind({ v: 1, caseId, timerId: timer!.timerId });
    expect(await read(caseId)).toEqual(before);
  });

  test("a decision and an alarm at the same instant: either it was reminded or it was not, never half", async () => {
    for (let round = 0; round < 4; round += 1) {
      vi.setSystemTime(WEDNESDAY);
      const { caseId, stepId } = await opened();
      const [timer] = rungsOf(await read(caseId));
      vi.setSystemTime(timer!.dueAt);
      await Promise.all([
        act("shuaizhong", stepId, "approve"),
        remind({ v: 1, caseId, timerId: timer!.timerId }),
      ]);
      const file = await sound(tables, caseId);
      const reminded = kinds(file).includes("step.reminded");
      expect(await told(caseId, "step.remind")).toHaveLength(reminded ? 1 : 0);
      expect(file.steps[0]).toMatchObject({ status: "done", outcome: "approved" });
    }
  });

  test("only those of a committee who have not voted are reminded", async () => {
    const document = {
      ...RECEPTION_POLICY,
      stages: [
        {
          stage: "committee",
          when: {},
          signers: { role: "committee" },
          mode: "n-of-m",
          need: 2,
          due: "PT8H",
        },
      ],
    };
    await tables.put("Directory", {
      ...policyKey("reception", 2),
      v: 1,
      policyId: "reception",
      version: 2,
      document,
    });
    const { caseId, stepId } = await opened();
    await tables.put("Directory", {
      ...policyKey("reception", 3),
      v: 1,
      policyId: "reception",
      version: 3,
      document: RECEPTION_POLICY,
    });
    await act("xielei", stepId, "approve");
    await fire(caseId);
    expect((await told(caseId, "step.remind")).sort()).toEqual(["daiwen", "gaofeng"]);
  });

  test("an alarm that comes early asks for another one and tells nobody", async () => {
    const { caseId } = await opened();
    const [timer] = rungsOf(await read(caseId));
    vi.setSystemTime(Date.parse(timer!.dueAt) - 1);
    await remind({ v: 1, caseId, timerId: timer!.timerId });
    const after = await read(caseId);
    expect(rungsOf(after)).toEqual([{ ...timer, arms: 1 }]);
    expect(after.messages.map((message) => message.kind)).toEqual(["approval.request"]);
  });

  test("a timer that is no longer there, or a case that never was", async () => {
    const { caseId } = await opened();
    const before = await read(caseId);
    await remind({ v: 1, caseId, timerId: `${caseId}-1-1-r9` });
    expect(await read(caseId)).toEqual(before);
  });

  test("a stray timer of a decided step stops being pending, so nobody looks for it again", async () => {
    const { caseId, stepId } = await opened();
    const [timer] = rungsOf(await read(caseId));
    await act("shuaizhong", stepId, "approve");
    await tables.put("Cases", { pk: `C#${caseId}`, sk: `TIMER#${timer!.timerId}`, ...timer });
    await remind({ v: 1, caseId, timerId: timer!.timerId });
    expect((await sound(tables, caseId)).messages.map((message) => message.kind)).toEqual([
      "approval.request",
      "vote.receipt",
    ]);
  });
});

describe("the hard timeout of the workflow", () => {
  const timeout = (caseId: string, endedStep: string) =>
    nextStage({ v: 1, caseId, revision: 1, endedStep, reason: "timeout" });

  test("honours an outcome that was recorded", async () => {
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "approve");
    vi.setSystemTime("2026-12-20T00:00:00.000Z");
    expect(await timeout(caseId, stepId)).toEqual({ next: "done", outcome: "approved" });
    expect((await sound(tables, caseId)).steps[0]).toMatchObject({ outcome: "approved" });
  });

  test("asks for the same step again while its time is not over", async () => {
    const { caseId, stepId } = await opened();
    const asked = await timeout(caseId, stepId);
    expect(asked).toMatchObject({ next: "step", step: { stepId, ordinal: 1 } });
  });

  test("records the expiry of a step that nobody watched, once", async () => {
    const { caseId, stepId } = await opened();
    vi.setSystemTime("2026-12-16T02:00:00.000Z");
    const answers = await Promise.all([1, 2, 3].map(() => timeout(caseId, stepId)));
    expect(answers).toEqual(Array(3).fill({ next: "done", outcome: "expired" }));
    const file = await sound(tables, caseId);
    expect(kinds(file).filter((kind) => kind === "step.expired")).toHaveLength(1);
  });

  test("lies an hour behind the step's own expiry", async () => {
    const { caseId, stepId } = await opened();
    await decide("shuaizhong", stepId, "return", "请补充");
    const asked = await nextStage({ v: 1, caseId, revision: 1, endedStep: stepId, reason: "decided" });
    if (asked.next !== "step") throw new Error("No step");
    const revise = await nextStep(caseId);
    const ladder = (await read(caseId)).steps.find((step) => step.stepId === revise)?.ladder;
    const expires = Date.parse(ladder?.at(-1)?.at ?? "");
    expect(Date.now() + asked.timeoutSeconds * 1000).toBe(expires + 3_600_000);
  });
});
