/** Summaries of follow-ups on the tables: counted, written, handed in, signed, frozen; and the monthly mails. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { handler as nextStage } from "../../functions/approval/next-stage.ts";
import type { Message } from "../../functions/case/model.ts";
import { readCase } from "../../functions/case/store.ts";
import { forgetCalendar } from "../../functions/directory/calendar.ts";
import { viewCustomerReport } from "../../functions/report/customers.ts";
import { handler as monthly } from "../../functions/report/follow-up-monthly.ts";
import { summaryCsv, viewSummary, writeSummary } from "../../functions/report/summaries.ts";
import { handler as ended } from "../../functions/report/summary-ended.ts";
import { submitSummary } from "../../functions/report/summary-submit.ts";
import { env } from "../../functions/shared/env.ts";
import { queryAll } from "../../functions/shared/table.ts";
import { actOnStep } from "../../functions/step/act.ts";
import { handler as openStep } from "../../functions/step/open.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { attempt, refusal } from "../support/flow.ts";
import { answer, callRecord, go, planned } from "../support/follow-up.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
beforeEach(async () => {
  vi.setSystemTime(WEDNESDAY);
  forgetCalendar();
  await tables.reset();
});
afterAll(() => tables.stop());

const at = (instant: string) => vi.setSystemTime(Date.parse(instant));
const limin = person("limin");
const yinxue = person("yinxue");
const zhangke = person("zhangke");
const zhangyun = person("zhangyun");

const MONTH = { period: "2026-12", campaign: null };
const december = (actor = limin) => viewSummary(actor, MONTH);

/** One that was recorded, and reviewed unless it is left. */
async function recorded(customerId: string, record: object = {}, { review = true } = {}): Promise<string> {
  const { caseId } = await planned({ customerId });
  await answer(caseId, "follow-up", "done", { data: callRecord({ ...record }) });
  await go(caseId);
  if (review) await answer(caseId, "review", "accept");
  return caseId;
}

/** Five planned: two done, one to be reviewed, one missed, one whose time has not come. */
async function smallMonth(): Promise<void> {
  await recorded("C0001", {
    satisfaction: 2,
    issueFound: true,
    issueCategory: "delay",
    verbatim: "晚了两天",
    newNeeds: "要夜间配送",
  });
  await recorded("C0002", { satisfaction: 5, verbatim: "" });
  await recorded("C0003", { satisfaction: 1 }, { review: false });
  await planned({ customerId: "C0004" });
  await planned({ customerId: "C0005", dueAt: Date.parse("2026-12-30T18:00:00+08:00") });
  at("2026-12-07T10:00:00+08:00");
}

/** What the workflow does until a signer is asked. */
async function ask(caseId: string): Promise<string> {
  const asked = await nextStage({ v: 1, caseId, revision: 1, endedStep: null, reason: null });
  if (asked.next !== "step") throw new Error(`Nobody is asked: ${asked.outcome}`);
  await openStep({ v: 1, caseId, revision: 1, step: asked.step, token: "token-s", attempt: attempt() });
  return asked.step.stepId;
}

/** How the chain ends once the undo window is over. */
async function outcomeOf(caseId: string): Promise<string> {
  vi.setSystemTime(Date.now() + 3_600_000);
  const asked = await nextStage({ v: 1, caseId, revision: 1, endedStep: null, reason: "decided" });
  return asked.next === "done" ? asked.outcome : asked.next;
}

type Signed = "approved" | "rejected" | "returned" | "expired";
async function sign(caseId: string, by = yinxue, choice = "approve", comment = ""): Promise<void> {
  const stepId = await ask(caseId);
  await actOnStep(by, stepId, { choice, comment });
  const outcome = (await outcomeOf(caseId)) as Signed;
  await ended({ v: 1, caseId, revision: 1, outcome });
}

const submit = async (actor = limin) => (await submitSummary(actor, { period: "2026-12" })).body.caseId;
const messagesOf = async (caseId: string): Promise<Message[]> => (await readCase(caseId))?.messages ?? [];

describe("the figures of a month", () => {
  test("count records once they were reviewed", async () => {
    await smallMonth();
    expect(await december()).toMatchObject({
      period: "2026-12",
      scope: "month",
      planned: 5,
      done: 2,
      late: 0,
      missed: 1,
      unreachable: 0,
      unreviewed: 1,
      coverageRate: 0.4,
      target: 0.8,
      avgSatisfaction: 3.5,
      issuesByCategory: [{ category: "delay", count: 1 }],
      demands: [{ text: "要夜间配送" }],
      comparedWithPrevious: { period: "2026-11", planned: 0, coverageRate: null },
      conclusions: "",
      actions: [],
      status: "draft",
      author: null,
    });
  });

  test("are nobody's but the desk's and the general manager's", async () => {
    expect(await refusal(december(zhangyun))).toBe("403 not_allowed");
    expect(await december(zhangke)).toMatchObject({ planned: 0, coverageRate: null, avgSatisfaction: null });
  });

  test.each([
    [{ period: "2026-13", campaign: null }, 400],
    [{ period: "2026-12", campaign: "HD-20261202-0a1b2c3d" }, 400],
    [{ period: null, campaign: "HD-20261202-0a1b2c3d" }, 404],
  ])("%j is refused", async (asked, status) => {
    await expect(viewSummary(limin, asked)).rejects.toMatchObject({ status });
  });

  test("travel as a table that no spreadsheet is tricked by", async () => {
    await recorded("C0001", { newNeeds: "=1+1" });
    const csv = await summaryCsv(await december());
    expect(csv).toContain("total,2026-12,coverageRate,1\r\n");
    expect(csv).toContain("'=1+1");
  });
});

describe("what people write", () => {
  const TEXT = {
    conclusions: "延误要管",
    actions: [{ owner: "limin", dueOn: "2027-01-15", text: "换承运商" }],
  };

  test("is kept, and the later of two who write at the same time is told", async () => {
    const first = await writeSummary(limin, MONTH, { ...TEXT, version: 0 });
    expect(first).toMatchObject({ ...TEXT, version: 1, status: "draft" });
    expect(await refusal(writeSummary(yinxue, MONTH, { ...TEXT, version: 0 }))).toBe("409 stale");
    expect(await writeSummary(yinxue, MONTH, { ...TEXT, conclusions: "新" })).toMatchObject({ version: 2 });
  });

  test("is refused field by field, and nothing is kept", async () => {
    const wrong = { conclusions: "x", actions: [{ owner: "nobody", dueOn: "2027-01-15", text: "x" }] };
    await expect(writeSummary(limin, MONTH, wrong)).rejects.toMatchObject({
      status: 400,
      fields: [{ path: "actions.0.owner", code: "choose" }],
    });
    await expect(
      writeSummary(limin, MONTH, { conclusions: 1, actions: [{ owner: "limin", dueOn: "x", text: "" }] }),
    ).rejects.toMatchObject({ status: 400 });
    expect((await december()).version).toBe(0);
  });
});

describe("handed in", () => {
  test("it is signed by the manager, archived, and never changes again", async () => {
    await smallMonth();
    await writeSummary(limin, MONTH, {
      conclusions: "延误要管",
      actions: [{ owner: "limin", dueOn: "2027-01-15", text: "换承运商" }],
    });
    const caseId = await submit();
    const stepId = await ask(caseId);
    const file = await readCase(caseId);
    expect(file?.steps.find((step) => step.stepId === stepId)).toMatchObject({
      kind: "approval",
      stage: "service_manager",
      assignees: ["yinxue"],
    });
    expect((await messagesOf(caseId)).map(({ kind, to }) => [kind, to])).toContainEqual([
      "approval.request",
      "yinxue",
    ]);
    expect(await december()).toMatchObject({ status: "approving", author: "limin", done: 2, caseId });
    await expect(writeSummary(limin, MONTH, { conclusions: "x", actions: [] })).rejects.toMatchObject({
      status: 409,
      code: "wrong_phase",
    });
    await expect(submitSummary(limin, { period: "2026-12" })).rejects.toMatchObject({
      status: 409,
      code: "wrong_phase",
    });
    // What is reviewed meanwhile is not what was handed in.
    const third = (await readCase("HF-2026-000003"))!.header.caseId;
    await answer(third, "review", "accept");
    await actOnStep(yinxue, stepId, { choice: "approve", comment: "" });
    expect(await outcomeOf(caseId)).toBe("approved");
    await ended({ v: 1, caseId, revision: 1, outcome: "approved" });
    await ended({ v: 1, caseId, revision: 1, outcome: "approved" });
    const archived = await december();
    expect(archived).toMatchObject({
      status: "archived",
      author: "limin",
      approvedBy: "yinxue",
      done: 2,
      unreviewed: 1,
      avgSatisfaction: 3.5,
      conclusions: "延误要管",
    });
    expect(archived.archivedAt).toMatch(/^2026-12-07T.*\+08:00$/);
    await expect(writeSummary(yinxue, MONTH, { conclusions: "x", actions: [] })).rejects.toMatchObject({
      status: 409,
      code: "wrong_phase",
    });
    expect((await messagesOf(caseId)).filter(({ kind }) => kind === "case.decision")).toMatchObject([
      { to: "limin", params: { outcome: "approved" } },
    ]);
    expect((await readCase(caseId))?.header).toMatchObject({ status: "closed", outcome: "approved" });
  });

  test("by the manager it is signed one level up", async () => {
    const caseId = await submit(yinxue);
    await ask(caseId);
    const [step] = (await readCase(caseId))!.steps;
    expect(step).toMatchObject({ stage: "general_manager", assignees: ["zhangke"] });
  });

  test.each([
    ["return", "returned"],
    ["reject", "rejected"],
  ])("a signer who answers %s makes it a draft again, to be handed in anew", async (choice, outcome) => {
    await recorded("C0001");
    const first = await submit();
    await sign(first, yinxue, choice, "请补充原因");
    expect((await readCase(first))?.header).toMatchObject({ status: "closed", outcome });
    expect(await december()).toMatchObject({ status: "draft", author: null, done: 1 });
    await recorded("C0002");
    const second = await submit();
    expect(second).not.toBe(first);
    expect(await december()).toMatchObject({ status: "approving", done: 2 });
    // The first chain is over: its end, told once more, changes nothing.
    await ended({ v: 1, caseId: first, revision: 1, outcome: outcome as Signed });
    expect(await december()).toMatchObject({ status: "approving", caseId: second });
  });

  test("twice at the same time it is one case", async () => {
    const both = await Promise.allSettled([submit(limin), submit(yinxue)]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const lost = both.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(lost.reason).toMatchObject({ status: 409 });
  });

  test("with the same key it is answered the same", async () => {
    const send = () => submitSummary(limin, { period: "2026-12" }, { idempotencyKey: "k1" });
    expect(await send()).toEqual(await send());
  });

  test("it needs a month or a campaign, and the right to", async () => {
    await expect(submitSummary(zhangyun, { period: "2026-12" })).rejects.toMatchObject({
      status: 403,
      code: "not_allowed",
    });
    await expect(submitSummary(limin, {})).rejects.toMatchObject({ status: 400 });
  });
});

describe("on the first working day of a month", () => {
  const mails = async () => {
    const items = await queryAll({
      TableName: env("CASES_TABLE"),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": "C#REPORT-2026-12" },
    });
    return items.map(({ kind, to }) => `${kind} ${to}`);
  };

  test("the month before is drafted and mailed, once", async () => {
    await smallMonth();
    at("2027-01-04T08:30:00+08:00");
    const first = await monthly();
    expect(first.drafted).toBe(true);
    expect(first.sent).toBeGreaterThan(0);
    expect(await monthly()).toEqual({ drafted: false, sent: 0 });
    expect((await december()).conclusions).toContain("共计划回访 5 次，完成 2 次");
    const sent = await mails();
    expect(sent).toHaveLength(first.sent);
    expect(sent).toEqual(
      expect.arrayContaining([
        "report.follow-ups limin",
        "report.follow-ups yinxue",
        "report.follow-ups zhangke",
        "report.customers zhangke",
        "report.customers liuyanli",
      ]),
    );
    expect(sent).not.toContain("report.follow-ups zhangyun");
  });

  test("and on no other day", async () => {
    at("2027-01-05T08:30:00+08:00");
    expect(await monthly()).toEqual({ drafted: false, sent: 0 });
  });

  test("what somebody wrote before stays", async () => {
    await writeSummary(limin, MONTH, { conclusions: "我的", actions: [] });
    at("2027-01-04T08:30:00+08:00");
    expect((await monthly()).drafted).toBe(false);
    expect((await december()).conclusions).toBe("我的");
  });
});

describe("the report of customers", () => {
  test("counts the register and whom somebody spoke to", async () => {
    await recorded("C0001");
    const report = await viewCustomerReport(zhangke, "2026-12");
    const tiers = report.byTier.reduce((sum, { customers }) => sum + customers, 0);
    expect(tiers).toBe(report.customers);
    expect(report.contacted).toBe(1);
    expect(report.byOwner.find(({ staffId }) => staffId === "zhangyun")).toMatchObject({
      name: "张云",
      contacted: 1,
    });
    expect((await viewCustomerReport(limin, "2026-11")).contacted).toBe(0);
  });

  test("is refused to others, and for what is no month", async () => {
    expect(await refusal(viewCustomerReport(zhangyun, "2026-12"))).toBe("403 not_allowed");
    await expect(viewCustomerReport(limin, "2026")).rejects.toMatchObject({ status: 400 });
  });
});
