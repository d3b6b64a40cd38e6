/** What a preview says is what a submission does: route, standard, findings, tax and budget, as a client sees them. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

let chenyao: Client;
let wanghui: Client;
beforeAll(async () => {
  [chenyao, wanghui] = await Promise.all([site.as("chenyao"), site.as("wanghui")]);
});

let guests = 0;
/** Of a guest who comes once; nothing of it stands out, and the department manager alone signs. */
const quiet = async (change: Record<string, unknown> = {}, days = 12) =>
  receptionFor(
    await site.now(),
    {
      visitingOrg: `预览来客${++guests}`,
      budgetAmount: 80_000,
      hostLeaders: [],
      excessReason: undefined,
      costDepartment: "marketing",
      ...change,
    },
    days,
  );
const preview = async (body: unknown, by = chenyao) => by.post("/api/receptions/preview", body);
const kinds = (of: { findings: { kind: string }[] }) => of.findings.map((one) => one.kind);
async function submit(body: unknown, by = chenyao): Promise<string> {
  const answer = await by.post("/api/receptions", body);
  expect(answer.status, answer.text).toBe(201);
  await site.settle();
  return answer.body.caseId;
}
const caseOf = async (caseId: string, by = chenyao) => (await by.get(`/api/cases/${caseId}`)).body;
const who = (route: {
  stages: { stage: string; signers: { staffId: string; rules: string[] }[]; rules: string[] }[];
}) =>
  route.stages.map(({ stage, signers, rules }) => [
    stage,
    signers.map(({ staffId, rules: why }) => [staffId, why]),
    rules,
  ]);

test("the plan's example: the standard is ¥3,000, the excess is explained, the route is the one that follows", async () => {
  const body = await quiet({ budgetAmount: 500_000, excessReason: "用车 ¥1,400、会议室 ¥600" });
  const before = (await wanghui.get(`/api/budgets/marketing/${String(body.arrivalDate).slice(0, 7)}`)).body;

  const seen = await preview(body);

  expect(seen.status, seen.text).toBe(200);
  expect(seen.body.standards).toMatchObject({ version: 1, amount: 300_000, companionsMax: 3 });
  expect(
    seen.body.standards.lines.map((line: { item: string; amount: number }) => [line.item, line.amount]),
  ).toEqual([
    ["meal", 120_000],
    ["lodging", 60_000],
    ["allowance", 120_000],
    ["gift", 0],
  ]);
  expect(seen.body.findings).toMatchObject([
    {
      kind: "over_standard",
      text: "申请 ¥5,000，按接待标准测算为 ¥3,000，超出 ¥2,000。",
      evidence: [{ path: "budgetAmount", value: 500_000, limit: 300_000 }],
    },
  ]);
  expect(seen.body.budget).toEqual([
    {
      department: "marketing",
      period: String(body.arrivalDate).slice(0, 7),
      category: "hospitality",
      control: "hard",
      available: before.available,
      availableAfter: before.available - 500_000,
    },
  ]);
  expect(seen.body.tax).toMatchObject({ nonDeductibleOfThis: 200_000 });
  expect((await wanghui.get(`/api/budgets/marketing/${String(body.arrivalDate).slice(0, 7)}`)).body).toEqual(
    before,
  );

  const caseId = await submit(body);
  const made = await caseOf(caseId);
  expect(made.standards).toEqual(seen.body.standards);
  expect(kinds(made)).toEqual(kinds(seen.body));
  expect(made.tax).toEqual(seen.body.tax);
  expect(made.budget[0]).toMatchObject({
    available: before.available - 500_000,
    availableAfter: before.available - 500_000,
  });
  const { body: route } = await chenyao.get(`/api/cases/${caseId}/route`);
  expect(who(route)).toEqual(who(seen.body));
  expect(route.policy).toEqual(seen.body.policy);
  const raised = made.events.filter((event: { kind: string }) => event.kind === "finding.raised");
  expect(raised).toMatchObject([{ by: null, via: "system", data: { kind: "over_standard" } }]);
});

test("a preview refuses what a submission refuses, in the reader's language, and leaves nothing behind", async () => {
  const silent = await quiet({ budgetAmount: 500_000 });
  const english = { "accept-language": "en" };
  const refused = await chenyao.post("/api/receptions/preview", silent, english);
  expect(refused.status).toBe(400);
  expect(refused.body.errors).toMatchObject([{ path: "excessReason", code: "reason_required" }]);
  expect((await chenyao.post("/api/receptions", silent, english)).body).toEqual(refused.body);
  expect((await preview({ ...silent, guestsTotal: 2 })).body.errors[0].path).toBe("guestsTotal");
  for (const staffId of ["weijun", "songna"])
    expect((await preview(await quiet(), await site.as(staffId))).body.code).toBe("not_allowed");
  expect((await preview(await quiet(), site.visitor())).status).toBe(401);
  const words = await chenyao.post("/api/receptions/preview", { ...silent, excessReason: "car" }, english);
  expect(words.body.findings[0].text).toBe(
    "¥5,000 is asked for; the standard comes to ¥3,000, so it is ¥2,000 above.",
  );
});

test("findings are for the requester, the signers and finance; who else sees the case does not see them", async () => {
  const caseId = await submit(await quiet({ budgetAmount: 400_000, excessReason: "用车" }));
  for (const staffId of ["chenyao", "shuaizhong", "zhangke", "wanghui"])
    expect(kinds(await caseOf(caseId, await site.as(staffId))), staffId).toEqual(["over_standard"]);
  for (const staffId of ["pengtao", "yinxue"]) {
    const seen = await caseOf(caseId, await site.as(staffId));
    expect(kinds(seen), staffId).toEqual([]);
    expect(JSON.stringify(seen.events)).not.toContain("over_standard");
  }
});

test("whoever attends in a higher post signs, whatever the amount", async () => {
  const body = await quiet({ hostLeaders: ["gm"] });
  const seen = (await preview(body)).body;
  expect(kinds(seen)).toEqual(["claimant_below_attendee"]);
  expect(who(seen)).toEqual([
    ["dept_manager", [["shuaizhong", []]], ["always"]],
    ["general_manager", [["zhangke", []]], ["attendee"]],
  ]);
  expect(seen.trace.find((line: { rule: string }) => line.rule === "attendee").text).not.toBe("");
  expect(who((await caseOf(await submit(body))).route)).toEqual(who(seen));
});

test("a request after the guests came needs the reason, says how late it is and climbs one stage", async () => {
  const now = await site.now();
  const at = (ms: number) => `${new Date(now + ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
  const arriveAt = at(-60_000);
  const body = await quiet({
    arrivalDate: arriveAt.slice(0, 10),
    departAt: at(-120_000),
    arriveAt,
    plannedLeaveAt: at(3_600_000),
    budgetAmount: 50_000,
  });
  expect((await preview(body)).body.errors).toMatchObject([
    { path: "retroactiveReason", code: "reason_required" },
  ]);
  const late = { ...body, retroactiveReason: "客人临时改期" };
  const seen = (await preview(late)).body;
  const [finding] = seen.findings;
  expect(finding.evidence.map((one: { path: string }) => one.path)).toEqual([
    "arriveAt",
    "submittedAt",
    "deadline",
    "late",
  ]);
  expect(finding.evidence[0].value).toBe(arriveAt);
  expect(finding.evidence[3].value).toBe(false);
  expect(who(seen).map(([stage, , rules]) => [stage, rules])).toEqual([
    ["dept_manager", ["always"]],
    ["general_manager", ["retroactive"]],
  ]);
  expect(who((await caseOf(await submit(late))).route)).toEqual(who(seen));
});

test("a soft budget that is short is drawn all the same, is told and climbs; a hard one refuses", async () => {
  const body = await quiet({ costDepartment: "warehouse" }, 200);
  const [year, month] = String(body.arrivalDate).split("-").map(Number) as [number, number];
  const period = `${year}-Q${Math.ceil(month / 3)}`;
  const bucket = {
    department: "warehouse",
    period,
    category: "hospitality",
    allotted: 50_000,
    control: "soft",
  };
  expect((await wanghui.post("/api/budgets", bucket)).status).toBe(201);

  const seen = (await preview(body)).body;
  expect(seen.findings).toMatchObject([
    { kind: "over_budget", evidence: [{ path: `warehouse/${period}`, value: 80_000, limit: 50_000 }] },
  ]);
  expect(
    seen.budget.map((one: { period: string; availableAfter: number }) => [one.period, one.availableAfter]),
  ).toContainEqual([period, -30_000]);
  expect(who(seen).map(([stage, , rules]) => [stage, rules])).toEqual([
    ["dept_manager", ["always"]],
    ["general_manager", ["over_budget"]],
  ]);
  const caseId = await submit(body);
  expect((await wanghui.get(`/api/budgets/warehouse/${period}`)).body.available).toBe(-30_000);
  expect((await chenyao.post(`/api/cases/${caseId}/withdraw`)).status).toBe(200);

  expect((await wanghui.send("PATCH", `/api/budgets/warehouse/${period}`, { control: "hard" })).status).toBe(
    200,
  );
  const refused = await chenyao.post("/api/receptions", body);
  expect([refused.status, refused.body.code, refused.body.available, refused.body.needed]).toEqual([
    409,
    "budget_exceeded",
    50_000,
    80_000,
  ]);
});

test("the fourth visit of one guest within thirty days is noticed, under whatever name", async () => {
  const names = ["名珂名鞋公司", "名珂", "名珂 名鞋公司"];
  const made: string[] = [];
  for (const [index, visitingOrg] of names.entries())
    made.push(await submit(await quiet({ visitingOrg, costDepartment: "transport" }, 60 + index)));
  const fourth = await quiet({ visitingOrg: "名珂", costDepartment: "transport" }, 80);
  const [finding] = (await preview(fourth)).body.findings;
  expect(finding).toMatchObject({ kind: "same_guest_too_often" });
  expect(finding.evidence.flatMap((one: { caseId?: string }) => one.caseId ?? [])).toEqual(made);
  await chenyao.post(`/api/cases/${made[0]}/withdraw`);
  expect((await preview(fourth)).body.findings).toEqual([]);
  const later = await quiet({ visitingOrg: "名珂", costDepartment: "transport" }, 120);
  expect((await preview(later)).body.findings).toEqual([]);
});

test("an edit is judged anew, and its reservation moves", async () => {
  const body = await quiet({ costDepartment: "transport" });
  const caseId = await submit(body);
  const more = { ...body, budgetAmount: 400_000, hostLeaders: ["deputy_gm"], excessReason: "会议室" };
  const done = await chenyao.put(`/api/receptions/${caseId}`, more);
  expect(done.status, done.text).toBe(200);
  await site.settle();
  const made = await caseOf(caseId);
  expect(kinds(made)).toEqual(["over_standard", "claimant_below_attendee"]);
  expect(made.standards.amount).toBe(300_000);
  expect(made.amount).toBe(400_000);
  const { excessReason: _none, ...silent } = more;
  expect(
    (await chenyao.put(`/api/receptions/${caseId}`, { ...silent, roomCount: 1 })).body.errors[0].path,
  ).toBe("excessReason");
});

describe("who has not settled", () => {
  test("is told in the preview and cannot submit; others can", async () => {
    const tangli = await site.as("tangli");
    const caseId = await submit(await quiet({ costDepartment: "customer_service" }, 2), tangli);
    const shuaizhong = await site.as("shuaizhong");
    const { items } = (await shuaizhong.get("/api/tasks?limit=100")).body;
    const { stepId } = items.find((one: { caseId: string }) => one.caseId === caseId);
    const voted = await shuaizhong.post(`/api/steps/${stepId}`, { choice: "approve", comment: "", data: {} });
    expect(voted.status, voted.text).toBe(200);
    await site.advance({ advance: "PT5M" });
    expect((await caseOf(caseId, tangli)).phase).toBe("approved");

    await site.advance({ advance: "P4D" });
    expect((await caseOf(caseId, tangli)).phase).toBe("settlement");
    expect((await preview(await quiet(), tangli)).body.findings).toEqual([]);

    await site.advance({ advance: "P10D" });
    const seen = (await preview(await quiet(), tangli)).body;
    expect(seen.findings).toMatchObject([{ kind: "unsettled", evidence: [{ caseId }] }]);
    const refused = await tangli.post("/api/receptions", await quiet());
    expect([refused.status, refused.body.code, refused.body.cases]).toEqual([409, "unsettled", [caseId]]);
    expect((await preview(await quiet())).body.findings).toEqual([]);
  });
});
