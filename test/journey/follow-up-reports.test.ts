/** The summary of a month and of a campaign, from the records to the archive, as a stranger's client sees it. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, nonceOf } from "../support/client.ts";
import { site } from "../support/journey.ts";

let desk: Client;
let register: Client;
let agent: Client;
let manager: Client;
beforeAll(async () => {
  await site.advance({ to: "2026-12-02T09:30:00+08:00" });
  [desk, register, agent, manager] = (await Promise.all(
    ["huangyuanli", "liuyanli", "zhangyun", "yinxue"].map((staffId) => site.as(staffId)),
  )) as [Client, Client, Client, Client];
});

const today = async (): Promise<string> => new Date((await site.now()) + 8 * 3_600_000).toISOString();
const instant = async (): Promise<string> => `${(await today()).slice(0, 19)}+08:00`;

let numbers = 0;
async function customer(): Promise<string> {
  numbers += 1;
  const made = await register.post("/api/customers", {
    name: `总结测试${numbers}公司`,
    tier: "B",
    owner: "zhangyun",
    nextDueOn: "2029-01-08",
    contacts: [{ name: "叶三", phone: `+86137666600${String(numbers).padStart(2, "0")}` }],
  });
  expect(made.status, made.text).toBe(201);
  return made.body.customerId;
}

async function planned(customerId: string, change: object = {}): Promise<string> {
  const made = await desk.post("/api/follow-ups", { customerId, mode: "call", ...change });
  expect(made.status, made.text).toBe(201);
  await site.pause();
  return made.body.caseId;
}

async function recorded(caseId: string, change: object = {}): Promise<void> {
  const answer = await agent.post(`/api/follow-ups/${caseId}/record`, {
    attempts: [{ at: await instant(), channel: "phone", result: "reached", note: "" }],
    contactName: "叶三",
    satisfaction: 4,
    issueFound: false,
    verbatim: "=1+1",
    newNeeds: "",
    suggestion: "",
    needsComplaint: false,
    nextFollowUpOn: "2029-01-08",
    ...change,
  });
  expect(answer.status, answer.text).toBe(200);
  await site.pause();
}

async function reviewed(caseId: string): Promise<void> {
  const { steps } = (await desk.get(`/api/cases/${caseId}`)).body;
  const { stepId } = steps.find((one: { kind: string }) => one.kind === "review");
  const answer = await desk.post(`/api/steps/${stepId}`, { choice: "accept" });
  expect(answer.status, answer.text).toBe(200);
  await site.pause();
}

const SUMMARY = "/api/reports/follow-ups";
const sent = async (kind: string) =>
  (await site.inbox({ kind, caseId: "REPORT-2026-12" })).map((mail) => mail.to).toSorted();
const december = async (client = desk) => (await client.get(`${SUMMARY}?period=2026-12`)).body;

describe("a month", () => {
  let closing: string;
  let waiting: string;

  test("counts what was reviewed, and what was not yet as that", async () => {
    const before = await december();
    closing = await planned(await customer());
    await recorded(closing, {
      satisfaction: 2,
      issueFound: true,
      issueCategory: "delay",
      newNeeds: "要夜间配送",
    });
    await reviewed(closing);
    waiting = await planned(await customer());
    await recorded(waiting, { satisfaction: 5 });
    await planned(await customer(), { plannedOn: "2027-02-03" });
    const after = await december();
    expect(after).toMatchObject({
      period: "2026-12",
      scope: "month",
      planned: before.planned + 2,
      done: before.done + 1,
      late: 0,
      unreviewed: before.unreviewed + 1,
      target: 0.8,
      avgSatisfaction: 2,
      issuesByCategory: [{ category: "delay", count: 1 }],
      demands: [{ caseId: closing, text: "要夜间配送" }],
      newComplaints: [],
      comparedWithPrevious: { period: "2026-11", done: 0, coverageRate: 0 },
      status: "draft",
      author: null,
      approvedBy: null,
      archivedAt: null,
    });
    expect(after.coverageRate).toBe(Math.round((after.done / after.planned) * 10_000) / 10_000);
  });

  test("is read by desk and management, as JSON, CSV and XLSX, and no cell of it is a formula", async () => {
    const csv = await desk.get(`${SUMMARY}?period=2026-12&format=csv`);
    expect(csv.headers.get("content-type")).toContain("text/csv");
    expect(csv.headers.get("content-disposition")).toContain("follow-ups-2026-12.csv");
    expect(csv.text).not.toMatch(/(^|[,"\n])=1\+1/);
    const xlsx = await desk.get(`${SUMMARY}?period=2026-12&format=xlsx`);
    expect(xlsx.text.slice(0, 2)).toBe("PK");
    expect((await (await site.as("zhangke")).get(`${SUMMARY}?period=2026-12`)).status).toBe(200);
    expect((await agent.get(`${SUMMARY}?period=2026-12`)).body.code).toBe("not_allowed");
    expect((await site.visitor().get(`${SUMMARY}?period=2026-12`)).status).toBe(401);
    expect((await desk.get(`${SUMMARY}?period=2026-13`)).body.errors[0].path).toBe("period");
    expect((await desk.get(`${SUMMARY}?period=2026-12&format=pdf`)).body.errors[0].path).toBe("format");
    expect((await desk.get(`${SUMMARY}?campaign=nobody`)).status).toBe(404);
  });

  test("is drafted at half past eight on the first working day after it, and mailed", async () => {
    await reviewed(waiting);
    // New Year's Day is a Friday; the holiday lasts until Sunday.
    await site.advance({ to: "2027-01-04T08:29:00+08:00" });
    expect(await sent("report.follow-ups")).toEqual([]);
    await site.advance({ to: "2027-01-04T08:31:00+08:00" });
    const { conclusions, status } = await december();
    expect(status).toBe("draft");
    expect(conclusions).not.toBe("");
    const readers = await sent("report.follow-ups");
    expect(readers).toEqual(expect.arrayContaining(["yinxue@xunda.example", "zhangke@xunda.example"]));
    expect(readers).toEqual([...new Set(readers)]);
    expect(await sent("report.customers")).toContain("liuyanli@xunda.example");
    await site.advance({ to: "2027-01-05T09:00:00+08:00" });
    expect(await sent("report.follow-ups")).toEqual(readers);
  });

  test("is edited, handed in, signed by link and archived; then nothing of it changes", async () => {
    const text = {
      conclusions: "送货不及时是主要问题。",
      actions: [{ owner: "lichaoqun", dueOn: "2027-01-29", text: "夜间配送试点" }],
    };
    const put = (body: unknown) => desk.put(`${SUMMARY}?period=2026-12`, body);
    expect(
      (await put({ ...text, actions: [{ ...text.actions[0], owner: "nobody" }] })).body.errors[0],
    ).toMatchObject({ path: "actions.0.owner" });
    expect((await put(text)).body).toMatchObject({ ...text, status: "draft" });
    expect((await agent.post(`${SUMMARY}/submit`, { period: "2026-12" })).status).toBe(403);
    const handed = await desk.post(`${SUMMARY}/submit`, { period: "2026-12" });
    expect(handed, handed.text).toMatchObject({ status: 201, body: { status: "approving" } });
    await site.pause();
    const { caseId } = handed.body;
    expect(await december()).toMatchObject({ status: "approving", author: "huangyuanli" });
    expect((await put(text)).status).toBe(409);
    expect((await desk.post(`${SUMMARY}/submit`, { period: "2026-12" })).status).toBe(409);
    const link = await site.link(caseId, "yinxue@xunda.example");
    const page = await site.visitor().page(link);
    expect(page.text).toContain("送货不及时是主要问题。");
    const signed = await site
      .visitor()
      .form(link, { nonce: nonceOf(page.text), choice: "approve" }, { accept: "application/json" });
    expect(signed.status, signed.text).toBe(200);
    await site.settle();
    const archived = await december(manager);
    expect(archived).toMatchObject({
      status: "archived",
      author: "huangyuanli",
      approvedBy: "yinxue",
      done: expect.any(Number),
      ...text,
    });
    expect(archived.archivedAt).toMatch(/\+08:00$/);
    expect((await put(text)).body.code).toBe("wrong_phase");
    // One planned for that month after all: the archive stays as it was signed.
    const { planned: frozen } = archived;
    await site.advance({ advance: "P1D" });
    expect((await december()).planned).toBe(frozen);
  });

  test("handed in by the manager herself it is signed one level up", async () => {
    const handed = await manager.post(`${SUMMARY}/submit`, { period: "2027-01" });
    expect(handed.status, handed.text).toBe(201);
    await site.pause();
    const [step] = (await manager.get(`/api/cases/${handed.body.caseId}`)).body.steps;
    expect(step.assignees).toMatchObject([{ staffId: "zhangke" }]);
    const own = await manager.post(`/api/steps/${step.stepId}`, { choice: "approve" });
    expect(own.status).toBe(403);
    await (await site.as("zhangke")).post(`/api/steps/${step.stepId}`, {
      choice: "return",
      comment: "请补充结论",
    });
    await site.settle();
    expect((await manager.get(`${SUMMARY}?period=2027-01`)).body).toMatchObject({
      status: "draft",
      author: null,
    });
  });
});

test("a campaign has a summary of its own", async () => {
  const customers = [await customer(), await customer()];
  const day = (await today()).slice(0, 10);
  const made = await desk.post("/api/campaigns", {
    name: "年度满意度",
    customerIds: customers,
    channel: "phone",
    questions: ["装卸是否及时？"],
    plannedOn: day,
    dueOn: day,
  });
  expect(made.status, made.text).toBe(201);
  const { campaignId } = made.body;
  expect((await desk.post(`/api/campaigns/${campaignId}/generate`, {})).status).toBe(202);
  await site.settle();
  const { items } = (await desk.get(`/api/follow-ups?campaignId=${campaignId}`)).body;
  expect(items).toHaveLength(2);
  const mine = items.find((one: { assignee: { staffId: string } }) => one.assignee.staffId === "zhangyun");
  await recorded(mine.caseId);
  await reviewed(mine.caseId);
  expect((await desk.get(`${SUMMARY}?campaign=${campaignId}`)).body).toMatchObject({
    scope: "campaign",
    period: null,
    planned: 2,
    done: 1,
    coverageRate: 0.5,
    comparedWithPrevious: null,
  });
  expect((await desk.post(`${SUMMARY}/submit`, { campaign: campaignId })).status).toBe(201);
});

test("the register is counted for a month", async () => {
  const report = await manager.get("/api/reports/customers?period=2026-12");
  expect(report.body).toMatchObject({ period: "2026-12" });
  expect((await agent.get("/api/reports/customers?period=2026-12")).status).toBe(403);
  expect((await manager.get("/api/reports/customers?period=December")).status).toBe(400);
});
