/** Who signs a reception, over HTTP: each rule of the routing as a stranger's client meets it. */
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Client, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

const people = new Map<string, Client>();
beforeAll(async () => {
  const ids = [
    "huangyuanli",
    "shuaizhong",
    "zhangke",
    "yinxue",
    "pengtao",
    "luoqiang",
    "xielei",
    "daiwen",
    "hejing",
  ];
  for (const id of [...ids, "wanghui"]) people.set(id, await site.as(id));
});
const as = (staffId: string): Client => people.get(staffId)!;

/** Within every standard, paid by the guests themselves, so that only what a test asks for adds a stage. */
const modest = {
  budgetAmount: 30_000,
  excessReason: undefined,
  hostLeaders: [],
  companions: [],
};
const absent: [Client, string][] = [];
afterEach(async () => {
  for (const [who, absenceId] of absent.splice(0))
    await who.call("DELETE", `/api/absences/${absenceId}`, { headers: { "x-careloop": "1" } });
});

async function away(staffId: string, substituteId?: string): Promise<void> {
  const today = new Date((await site.now()) + 8 * 3_600_000).toISOString().slice(0, 10);
  const later = new Date((await site.now()) + 40 * 86_400_000).toISOString().slice(0, 10);
  const body = { from: today, to: later, reason: "出差", ...(substituteId ? { substituteId } : {}) };
  const answer = await as(staffId).post("/api/absences", body);
  expect(answer.status, answer.text).toBe(201);
  absent.push([as(staffId), answer.body.absenceId]);
}

type Stage = {
  stage: string;
  state: string;
  rules: string[];
  signers: { staffId: string; rules: string[] }[];
};

/** Previews, submits and waits for the first step; the route has to be what the preview said. */
async function submit(by: string, change: Record<string, unknown>, days = 12) {
  const content = receptionFor(
    await site.now(),
    { costDepartment: "customer_service", ...modest, ...change },
    days,
  );
  const preview = await as(by).post("/api/receptions/preview", content);
  expect(preview.status, preview.text).toBe(200);
  const answer = await as(by).post("/api/receptions", content);
  expect(answer.status, answer.text).toBe(201);
  await site.settle();
  const caseId = answer.body.caseId as string;
  const shape = (stages: Stage[]) => stages.map(({ stage, rules, signers }) => ({ stage, rules, signers }));
  const route = await routeOf(caseId, by);
  expect(shape(route.stages)).toEqual(shape(preview.body.stages));
  return { caseId, route };
}

const routeOf = async (caseId: string, by = "yinxue") => {
  const answer = await as(by).get(`/api/cases/${caseId}/route`, { "accept-language": "zh-CN" });
  expect(answer.status, answer.text).toBe(200);
  return answer.body as { stages: Stage[]; trace: { stage: string; rule: string; text: string }[] };
};
const viewOf = async (caseId: string) => (await as("yinxue").get(`/api/cases/${caseId}`)).body;
const openStep = async (caseId: string) =>
  (await viewOf(caseId)).steps.find((one: { status: string }) => one.status === "open");

/** Somebody acts signed in; what follows from it has happened when this returns. */
async function act(caseId: string, by: string, choice: string, data: Record<string, string> = {}) {
  const step = await openStep(caseId);
  const answer = await as(by).post(`/api/steps/${step.stepId}`, { choice, comment: "按流程处理", data });
  await site.advance({ advance: "PT3M" });
  return answer;
}
const eventsOf = async (caseId: string, kind: string) =>
  (await viewOf(caseId)).events
    .filter((event: { kind: string }) => event.kind === kind)
    .map((event: { data: unknown }) => event.data);
const stagesOf = (route: { stages: Stage[] }) =>
  route.stages.map((one) => [one.stage, one.signers.map((signer) => [signer.staffId, ...signer.rules])]);

describe("who signs", () => {
  test("self and same_signer: a manager's request is decided by the general manager in one step", async () => {
    const { caseId, route } = await submit("shuaizhong", { budgetAmount: 200_000, excessReason: "用车" });
    expect(stagesOf(route)).toEqual([
      ["dept_manager", [["zhangke", "self"]]],
      ["general_manager", [["zhangke", "same_signer"]]],
    ]);
    expect(route.trace.filter((line) => line.rule === "self")[0]?.text).toContain("帅钟");
    expect(await openStep(caseId)).toMatchObject({ stage: "dept_manager", alsoStages: ["general_manager"] });
    expect(await eventsOf(caseId, "stage.merged")).toMatchObject([
      { rule: "same_signer", stage: "general_manager" },
    ]);
    expect((await act(caseId, "zhangke", "approve")).status).toBe(200);
    expect(await viewOf(caseId)).toMatchObject({ outcome: "approved", phase: "approved" });
  });

  test("substitute: he signs for the absent, and his name stands beside", async () => {
    await away("pengtao", "luoqiang");
    const { caseId, route } = await submit("xielei", {});
    expect(route.stages).toMatchObject([
      {
        stage: "dept_manager",
        signers: [{ staffId: "luoqiang", for: { staffId: "pengtao", name: "彭涛" } }],
      },
    ]);
    expect(await eventsOf(caseId, "step.substituted")).toMatchObject([{ by: "luoqiang", for: "pengtao" }]);
    expect((await act(caseId, "pengtao", "approve")).status).toBe(403);
    expect((await act(caseId, "luoqiang", "approve")).status).toBe(200);
    expect((await viewOf(caseId)).steps[0].votes[0]).toMatchObject({
      by: { staffId: "luoqiang" },
      for: { staffId: "pengtao" },
    });
  });

  test("absent without a substitute: the stage climbs one level", async () => {
    await away("pengtao");
    const { route } = await submit("xielei", {});
    expect(stagesOf(route)).toEqual([["dept_manager", [["zhangke", "substitute"]]]]);
  });

  test("vacant: the administrator may not approve, but hand it to somebody who may", async () => {
    const { caseId, route } = await submit("daiwen", {});
    expect(stagesOf(route)).toEqual([["dept_manager", [["yinxue", "vacant"]]]]);
    const refused = await act(caseId, "yinxue", "approve");
    expect([refused.status, refused.body.code]).toEqual([403, "over_limit"]);
    expect((await act(caseId, "yinxue", "transfer", { toStaffId: "luoqiang" })).status).toBe(200);
    expect((await openStep(caseId)).assignees).toMatchObject([
      { staffId: "luoqiang", for: { staffId: "yinxue" } },
    ]);
    expect((await act(caseId, "luoqiang", "approve")).status).toBe(200);
    expect(await viewOf(caseId)).toMatchObject({ outcome: "approved" });
  });

  test("attendee: the general manager who comes along signs too", async () => {
    const { route } = await submit("huangyuanli", { hostLeaders: ["gm"] });
    expect(route.stages.map((one) => [one.stage, one.rules])).toEqual([
      ["dept_manager", ["always"]],
      ["general_manager", ["attendee"]],
    ]);
  });

  test("over_standard: more than the standard allows needs the general manager", async () => {
    const { route } = await submit("huangyuanli", {
      guestsFemale: 0,
      roomCount: 1,
      budgetAmount: 99_000,
      allowancePerPersonDay: 0,
      lodgingPayer: "guest_all",
      diningPayer: "guest_all",
      excessReason: "会议室",
    });
    expect(route.stages.map((one) => [one.stage, one.rules])).toEqual([
      ["dept_manager", ["always"]],
      ["general_manager", ["over_standard"]],
    ]);
  });

  test("retroactive: a visit that has begun climbs one level", async () => {
    const { route } = await submit("huangyuanli", { retroactiveReason: "临时来访" }, -1);
    expect(route.stages.map((one) => [one.stage, one.rules])).toEqual([
      ["dept_manager", ["always"]],
      ["general_manager", ["retroactive"]],
    ]);
  });
});

describe("people whom a signer names", () => {
  test("added before: he signs, then the stage opens again for the first; the end comes once", async () => {
    const { caseId } = await submit("huangyuanli", {});
    await act(caseId, "shuaizhong", "add-before", { toStaffId: "hejing" });
    expect(await openStep(caseId)).toMatchObject({
      stage: "dept_manager",
      assignees: [{ staffId: "hejing" }],
      addedBy: { staffId: "shuaizhong" },
    });
    expect((await routeOf(caseId)).stages[0]?.signers[0]?.rules).toEqual(["added"]);
    expect((await act(caseId, "hejing", "approve")).status).toBe(200);
    expect((await act(caseId, "shuaizhong", "approve")).status).toBe(200);
    const view = await viewOf(caseId);
    expect(view.steps.map((step: { outcome: string }) => step.outcome)).toEqual([
      "add-before",
      "approved",
      "approved",
    ]);
    expect(view).toMatchObject({ outcome: "approved", chainValid: true });
  });

  test("added after: the chain goes on when he approved too; a rejection of his ends it", async () => {
    const { caseId } = await submit("huangyuanli", {});
    await act(caseId, "shuaizhong", "add-after", { toStaffId: "hejing" });
    expect((await viewOf(caseId)).outcome).toBeNull();
    await act(caseId, "hejing", "reject");
    expect(await viewOf(caseId)).toMatchObject({ outcome: "rejected", status: "closed" });
  });

  test("returned to a stage: it opens again, and the request is approved in the end", async () => {
    const { caseId } = await submit("huangyuanli", { budgetAmount: 200_000, excessReason: "用车" });
    await act(caseId, "shuaizhong", "approve");
    await act(caseId, "zhangke", "return", { toStage: "dept_manager" });
    expect(await openStep(caseId)).toMatchObject({
      stage: "dept_manager",
      assignees: [{ staffId: "shuaizhong" }],
    });
    expect((await viewOf(caseId)).phase).toBe("approval");
    await act(caseId, "shuaizhong", "approve");
    await act(caseId, "zhangke", "approve");
    expect(await viewOf(caseId)).toMatchObject({ outcome: "approved" });
  });
});

test("whoever signs later sees the case and its route; others do not", async () => {
  const { caseId } = await submit("huangyuanli", { budgetAmount: 200_000, excessReason: "用车" });
  expect((await as("zhangke").get(`/api/cases/${caseId}/route`)).status).toBe(200);
  expect((await as("luoqiang").get(`/api/cases/${caseId}/route`)).status).toBe(404);
});
