/** Comment, copy, nudge, revoke and decisions in a row, over HTTP and inbox (contracts/approvals.md §5, §7). */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, idempotencyKey, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

let liuyanli: Client;
let shuaizhong: Client;
beforeAll(async () => {
  // A requester of this file's own: what she leaves unsettled blocks no other journey.
  liuyanli = await site.as("liuyanli");
  shuaizhong = await site.as("shuaizhong");
});

/** A small request that waits for 帅钟. */
async function submitted(days = 12): Promise<{ caseId: string; stepId: string; contentHash: string }> {
  const change = { costDepartment: "management", budgetAmount: 80_000 };
  const content = receptionFor(await site.now(), change, days);
  const { body } = await liuyanli.post("/api/receptions", content);
  await site.pause();
  const view = (await liuyanli.get(`/api/cases/${body.caseId}`)).body;
  return { caseId: body.caseId, stepId: view.steps[0].stepId, contentHash: view.contentHash };
}

const eventsOf = async (caseId: string): Promise<{ kind: string; by: unknown; data?: unknown }[]> =>
  (await liuyanli.get(`/api/cases/${caseId}`)).body.events;

async function bucket() {
  const month = (receptionFor(await site.now()).arrivalDate as string).slice(0, 7);
  return (await (await site.as("wanghui")).get(`/api/budgets/management/${month}`)).body;
}

test("whoever sees the case comments; the same key says it once", async () => {
  const { caseId } = await submitted();
  const key = { "idempotency-key": idempotencyKey() };
  const say = () => shuaizhong.post(`/api/cases/${caseId}/comments`, { text: "用车请单列" }, key);
  const [first, second] = [await say(), await say()];
  expect([first.status, second.status, first.text]).toEqual([201, 201, second.text]);
  const said = (await eventsOf(caseId)).filter((event) => event.kind === "comment.added");
  expect(said).toMatchObject([{ by: { staffId: "shuaizhong", name: "帅钟" }, data: { text: "用车请单列" } }]);
  const stranger = await site.as("zhangyun");
  expect((await stranger.post(`/api/cases/${caseId}/comments`, { text: "看看" })).status).toBe(404);
  const empty = await liuyanli.post(`/api/cases/${caseId}/comments`, { text: "" });
  expect([empty.status, empty.body.errors[0].path]).toEqual([400, "text"]);
});

test("people on copy get a mail without a decision link, read and comment, and cannot decide", async () => {
  const { caseId, stepId } = await submitted();
  const songna = await site.as("songna");
  expect((await songna.get(`/api/cases/${caseId}`)).status).toBe(404);
  const copied = await liuyanli.post(`/api/cases/${caseId}/cc`, { staffIds: ["songna"], comment: "请接站" });
  expect([copied.status, copied.body]).toEqual([200, { caseId }]);
  await site.pause();
  const [mail] = await site.inbox({ to: "songna@xunda.example", caseId, kind: "case.cc" });
  expect(mail?.text).toContain("请接站");
  expect(mail?.links.some((link) => link.includes("/d/"))).toBe(false);
  expect((await songna.get(`/api/cases/${caseId}`)).status).toBe(200);
  expect((await songna.post(`/api/cases/${caseId}/comments`, { text: "收到" })).status).toBe(201);
  expect((await songna.post(`/api/steps/${stepId}`, { choice: "approve" })).body.code).toBe("not_assignee");
  expect((await songna.post(`/api/cases/${caseId}/cc`, { staffIds: ["weijun"] })).status).toBe(403);
});

test("a nudge carries the same link, and comes again only after four hours", async () => {
  const { caseId } = await submitted();
  expect((await liuyanli.post(`/api/cases/${caseId}/nudge`)).status).toBe(200);
  await site.pause();
  const address = "shuaizhong@xunda.example";
  expect(await site.link(caseId, address, "step.nudge")).toBe(await site.link(caseId, address));
  const soon = await liuyanli.post(`/api/cases/${caseId}/nudge`);
  expect([soon.status, soon.body.code]).toEqual([429, "too_soon"]);
  expect(Number(soon.headers.get("retry-after"))).toBeGreaterThan(3 * 3600);
  expect((await shuaizhong.post(`/api/cases/${caseId}/nudge`)).body.code).toBe("not_allowed");
  await site.advance({ advance: "PT4H" });
  expect((await (await site.as("yinxue")).post(`/api/cases/${caseId}/nudge`)).status).toBe(200);
});

describe("revoke", () => {
  test("an approved visit is called off until it begins: budget free, signers and finance told", async () => {
    const before = await bucket();
    const { caseId, stepId } = await submitted();
    const revoke = (by: Client, comment?: string) =>
      by.post(`/api/cases/${caseId}/revoke`, comment === undefined ? {} : { comment });
    expect((await revoke(liuyanli, "改期")).body.code).toBe("wrong_phase");
    await shuaizhong.post(`/api/steps/${stepId}`, { choice: "approve", comment: "", data: {} });
    await site.settle();
    expect((await revoke(shuaizhong, "改期")).body.code).toBe("not_requester");
    expect((await revoke(liuyanli)).body.errors).toMatchObject([
      { path: "comment", code: "reason_required" },
    ]);
    expect((await revoke(liuyanli, "客户改期")).body).toEqual({ caseId });
    await site.pause();
    const { body } = await liuyanli.get(`/api/cases/${caseId}`);
    expect([body.status, body.phase, body.outcome]).toEqual(["closed", "closed", "revoked"]);
    expect(await bucket()).toEqual(before);
    for (const staffId of ["shuaizhong", "wanghui", "zhaomin"]) {
      const told = await site.inbox({ to: `${staffId}@xunda.example`, caseId, kind: "case.revoked" });
      expect(told, staffId).toHaveLength(1);
    }
    expect((await revoke(liuyanli, "再来")).body.code).toBe("wrong_phase");
  });

  test("not once the guests have arrived", async () => {
    const { caseId, stepId } = await submitted(2);
    await shuaizhong.post(`/api/steps/${stepId}`, { choice: "approve", comment: "", data: {} });
    await site.settle();
    const { arriveAt } = (await liuyanli.get(`/api/cases/${caseId}`)).body.content;
    await site.advance({ to: arriveAt });
    const late = await liuyanli.post(`/api/cases/${caseId}/revoke`, { comment: "太晚" });
    expect([late.status, late.body.code]).toEqual([409, "too_late"]);
  });
});

test("waiting decisions come with the facts that matter; in a row nothing is approved by default", async () => {
  const { caseId, stepId, contentHash } = await submitted();
  const { items } = (await shuaizhong.get("/api/tasks?kind=approval&limit=100")).body;
  const task = items.find((one: { stepId: string }) => one.stepId === stepId);
  expect(task).toMatchObject({
    caseId,
    contentHash,
    batchable: false,
    facts: {
      visitingOrg: "洁丽雅有限公司",
      amount: 80_000,
      level: "C",
      people: 3,
      requester: { staffId: "liuyanli", name: "刘艳丽" },
    },
  });
  expect(task.facts.availableAfter).toBe((await bucket()).available);
  const steps = [{ stepId, contentHash }];
  const batch = await shuaizhong.post("/api/tasks/batch", { choice: "approve", steps });
  expect([batch.status, batch.body]).toEqual([
    200,
    { results: [{ stepId, status: 403, code: "not_batchable" }] },
  ]);
  const reject = await shuaizhong.post("/api/tasks/batch", { choice: "reject", steps });
  expect([reject.status, reject.body.errors[0].path]).toEqual([400, "choice"]);
});

test("the administrator lets somebody go: the session ends, and comes to life again", async () => {
  const [admin, weijun] = [await site.as("yinxue"), await site.as("weijun")];
  expect((await weijun.send("PATCH", "/api/people/weijun", { active: false })).status).toBe(403);
  expect((await admin.send("PATCH", "/api/people/weijun", { active: false })).status).toBe(200);
  expect((await weijun.get("/api/tasks")).status).toBe(401);
  const people = (await admin.get("/api/people")).body as { staffId: string; active: boolean }[];
  expect(people.find((one) => one.staffId === "weijun")?.active).toBe(false);
  expect(Object.keys(people[0]!).sort()).toEqual([
    "absence",
    "active",
    "department",
    "email",
    "load",
    "name",
    "role",
    "roles",
    "skills",
    "staffId",
  ]);
  expect((await admin.send("PATCH", "/api/people/weijun", { active: true })).status).toBe(200);
  expect((await weijun.get("/api/tasks")).status).toBe(200);
});
