/** Who gets in, what is refused, and that a refusal leaves nothing behind (contracts/README.md). */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, idempotencyKey, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

let chenyao: Client;
let caseId: string;

beforeAll(async () => {
  chenyao = await site.as("chenyao");
  caseId = (await chenyao.post("/api/receptions", receptionFor(await site.now()))).body.caseId;
  await site.settle();
});

const casesOf = async (client: Client) => (await client.page("/")).text.match(/JD-\d{4}-\d{6}/g)?.length ?? 0;

describe("access", () => {
  test("a visitor gets sign-in for pages and 401 for the API", async () => {
    const page = await site.visitor().page("/");
    expect([page.status, page.headers.get("location")]).toEqual([303, "/signin"]);
    for (const path of ["/api/tasks", `/api/cases/${caseId}`, "/api/budgets/finance/2026-12"])
      expect((await site.visitor().get(path)).status, path).toBe(401);
  });

  test.each([
    ["chenyao", 200],
    ["shuaizhong", 200],
    ["zhangke", 200],
    ["wanghui", 200],
    ["yinxue", 200],
    ["luoqiang", 404],
    ["zhangyun", 404],
    ["songna", 404],
    ["weijun", 404],
  ])("the case is shown to %s with %i", async (staffId, status) => {
    const client = await site.as(staffId);
    expect((await client.get(`/api/cases/${caseId}`)).status).toBe(status);
    expect((await client.page(`/cases/${caseId}`)).status).toBe(status);
  });

  test("an unknown case is 404 like a foreign one", async () => {
    const stranger = await site.as("luoqiang");
    const [foreign, unknown] = await Promise.all([
      stranger.get(`/api/cases/${caseId}`),
      stranger.get("/api/cases/JD-2026-999999"),
    ]);
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(foreign.text).toBe(unknown.text);
  });

  test.each([
    ["wanghui", "customer_service", 200],
    ["zhangke", "transport", 200],
    ["shuaizhong", "customer_service", 200],
    ["shuaizhong", "transport", 403],
    ["chenyao", "customer_service", 403],
  ])("the budget of %s: %s with %i", async (staffId, department, status) => {
    const month = new Date((await site.now()) + 8 * 3_600_000).toISOString().slice(0, 7);
    const client = await site.as(staffId);
    expect((await client.get(`/api/budgets/${department}/${month}`)).status).toBe(status);
  });

  test("a bucket that does not exist is 404", async () => {
    expect((await (await site.as("wanghui")).get("/api/budgets/finance/1999-01")).status).toBe(404);
  });

  test("a JSON write with a session but without X-CareLoop is refused", async () => {
    const content = receptionFor(await site.now());
    const answer = await chenyao.call("POST", "/api/receptions", {
      body: JSON.stringify(content),
      headers: { "content-type": "application/json", accept: "application/json" },
    });
    expect([answer.status, answer.body.code]).toEqual([403, "csrf"]);
  });

  test("host and driver may not ask for a reception", async () => {
    const content = receptionFor(await site.now());
    for (const staffId of ["songna", "weijun"])
      expect((await (await site.as(staffId)).post("/api/receptions", content)).status).toBe(403);
  });

  test("only the assignee decides; a colleague who sees the case gets 403", async () => {
    const { steps } = (await chenyao.get(`/api/cases/${caseId}`)).body;
    const open = steps.find((step: { status: string }) => step.status === "open");
    const answer = await chenyao.post(`/api/steps/${open.stepId}`, {
      choice: "approve",
      comment: "",
      data: {},
    });
    expect([answer.status, answer.body.code]).toEqual([403, "not_assignee"]);
    const stranger = await site.as("luoqiang");
    expect(
      (await stranger.post(`/api/steps/${open.stepId}`, { choice: "approve", comment: "", data: {} })).status,
    ).toBe(404);
    const broken = { body: "{", headers: { "content-type": "application/json", "x-careloop": "1" } };
    for (const [method, path] of [
      ["PUT", `/api/receptions/${caseId}`],
      ["POST", `/api/steps/${open.stepId}`],
      ["POST", `/api/cases/${caseId}/withdraw`],
      ["POST", `/api/cases/${caseId}/attachments`],
    ] as const)
      expect((await stranger.call(method, path, broken)).status, path).toBe(404);
    expect((await (await site.as("zhangke")).post(`/api/cases/${caseId}/withdraw`)).body).toMatchObject({
      code: "not_requester",
    });
  });
});

describe("bad input", () => {
  const cases: [string, Record<string, unknown>, string, string][] = [
    ["no level", { level: undefined }, "level", "choose"],
    ["no guests", { guestsMale: 0, guestsFemale: 0 }, "guestsMale", "guests"],
    ["negative amount", { budgetAmount: -1 }, "budgetAmount", "amount"],
    ["fraction of a fen", { budgetAmount: 100.5 }, "budgetAmount", "amount"],
    [
      "over the cap without a reason",
      { budgetAmount: 500_001, excessReason: undefined },
      "excessReason",
      "reason_required",
    ],
    ["too long", { toPlace: "长".repeat(101) }, "toPlace", "too_long"],
    ["newline in one line", { fromPlace: "双流\r\nBcc: x@y.example" }, "fromPlace", "control_characters"],
    ["NUL", { roomType: "标准\u0000间" }, "roomType", "control_characters"],
    ["unknown field", { guestsTotal: 2 }, "guestsTotal", "unknown_field"],
    ["derived cap", { budgetCap: 1 }, "budgetCap", "unknown_field"],
    ["missing text of other", { pickupPlace: "other" }, "pickupPlaceText", "required"],
  ];

  test.each(cases)("%s is refused at its field and stores nothing", async (_name, change, path, code) => {
    const before = await casesOf(chenyao);
    const answer = await chenyao.post("/api/receptions", receptionFor(await site.now(), change));
    expect(answer.status).toBe(400);
    const found = answer.body.errors.find((error: { path: string }) => error.path === path);
    expect(found, answer.text).toMatchObject({ code });
    expect(found.message).toMatch(/[\u4e00-\u9fff]/);
    const english = await chenyao.post("/api/receptions", receptionFor(await site.now(), change), {
      "accept-language": "en",
    });
    expect(english.body.errors.find((error: { path: string }) => error.path === path).message).not.toMatch(
      /[\u4e00-\u9fff]/,
    );
    expect(await casesOf(chenyao)).toBe(before);
  });

  test("leaving before arriving, arriving on another day", async () => {
    const content = receptionFor(await site.now());
    const swapped = await chenyao.post("/api/receptions", { ...content, plannedLeaveAt: content.departAt });
    expect(swapped.body.errors).toMatchObject([{ path: "plannedLeaveAt" }]);
    const otherDay = await chenyao.post("/api/receptions", {
      ...content,
      arrivalDate: String(content.plannedLeaveAt).slice(0, 10),
    });
    expect(otherDay.body.errors).toMatchObject([{ path: "arriveAt" }]);
  });

  test("wrong content type 415, not JSON 400, 2 MB 413, wrong method 405", async () => {
    const headers = { "x-careloop": "1", accept: "application/json" };
    const post = (body: string, type: string) =>
      chenyao.call("POST", "/api/receptions", { body, headers: { ...headers, "content-type": type } });
    expect((await post("level=A", "text/plain")).status).toBe(415);
    expect((await post("{", "application/json")).status).toBe(400);
    expect((await post(JSON.stringify({ x: "y".repeat(2_000_000) }), "application/json")).status).toBe(413);
    expect((await chenyao.call("DELETE", "/api/receptions", { headers })).status).toBe(405);
    expect((await chenyao.get("/api/nothing-here")).status).toBe(404);
  });

  test("HTML is shown as text on every page and in every mail", async () => {
    const evil = `<img src=x onerror=alert(1)>"'&`;
    const answer = await chenyao.post(
      "/api/receptions",
      receptionFor(await site.now(), { visitingOrg: evil, exchangeContent: evil }),
    );
    await site.settle();
    const id = answer.body.caseId;
    const link = await site.link(id, "shuaizhong@xunda.example");
    const pages = [
      (await chenyao.page(`/cases/${id}`)).text,
      (await chenyao.page("/")).text,
      (await site.visitor().page(link)).text,
      ...(await site.inbox({ caseId: id })).map((mail) => mail.html),
    ];
    for (const page of pages) expect(page).not.toContain("<img src=x");
    expect(pages[0]).toContain("&lt;img src=x");
  });
});

describe("pressing twice", () => {
  test("the same key makes one case; another body is refused", async () => {
    const content = receptionFor(await site.now());
    const key = idempotencyKey();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => chenyao.post("/api/receptions", content, { "idempotency-key": key })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(answers.map((answer) => answer.body.caseId)).size).toBe(1);
    const other = await chenyao.post(
      "/api/receptions",
      { ...content, roomCount: 3 },
      { "idempotency-key": key },
    );
    expect([other.status, other.body.code]).toEqual([409, "idempotency_mismatch"]);
  });
});
