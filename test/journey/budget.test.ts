/** Budgets over HTTP: buckets of three periods, soft control, transfers and top-ups, the statement, tax. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, idempotencyKey, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

/** Of this department nobody else asks for anything, on a day on which nobody else comes. */
const DEPARTMENT = "warehouse";
const DAYS = 200;

let finance: Client;
let generalManager: Client;
let requester: Client;
let day: string;
let month: string;
let quarter: string;
let year: string;

beforeAll(async () => {
  [finance, generalManager, requester] = await Promise.all([
    site.as("wanghui"),
    site.as("zhangke"),
    site.as("chenyao"),
  ]);
  day = new Date((await site.now()) + 8 * 3_600_000 + DAYS * 86_400_000).toISOString().slice(0, 10);
  month = day.slice(0, 7);
  year = day.slice(0, 4);
  quarter = `${year}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
});

const pathOf = (period: string, department = DEPARTMENT) => `/api/budgets/${department}/${period}`;
const bucket = async (period: string, department = DEPARTMENT, category = "hospitality") => {
  const answer = await finance.get(`${pathOf(period, department)}?category=${category}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const newBucket = (more: Record<string, unknown>) => ({
  department: DEPARTMENT,
  period: quarter,
  category: "hospitality",
  allotted: 1_000_000,
  control: "hard",
  ...more,
});

/** Asks for a reception that this department pays. */
const ask = async (budgetAmount: number, more: Record<string, unknown> = {}) =>
  requester.post(
    "/api/receptions",
    receptionFor(
      await site.now(),
      { costDepartment: DEPARTMENT, budgetAmount, excessReason: "用车", visitingOrg: "仓储客户", ...more },
      DAYS,
    ),
  );

/** The open step of a case is decided by its assignee, and time passes until that can no longer be undone. */
async function decide(caseId: string, choice: string, comment = ""): Promise<void> {
  const view = (await finance.get(`/api/cases/${caseId}`)).body;
  const step = view.steps.find((one: { status: string }) => one.status === "open");
  const by = await site.as(step.assignees[0].staffId);
  const answer = await by.post(`/api/steps/${step.stepId}`, { choice, comment });
  expect(answer.status, answer.text).toBe(200);
  await site.advance({ advance: "PT3M" });
}

type Entry = {
  entryId: string;
  at: string;
  kind: string;
  caseId: string | null;
  by: { staffId: string; name: string } | null;
  allotted: number;
  reserved: number;
  committed: number;
  spent: number;
  balance: number;
};
const columns = ["allotted", "reserved", "committed", "spent"] as const;

/** All entries of a bucket, page by page. */
async function statement(period: string, limit = 100, department = DEPARTMENT): Promise<Entry[]> {
  const found: Entry[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const answer = await finance.get(`${pathOf(period, department)}/entries?limit=${limit}${query}`);
    expect(answer.status, answer.text).toBe(200);
    found.push(...answer.body.items);
    cursor = answer.body.next;
  } while (cursor);
  return found;
}

/** The books are right: the columns' sums are the bucket, each balance follows from the one before, the last is available. */
async function sound(period: string, department = DEPARTMENT): Promise<void> {
  const entries = await statement(period, 100, department);
  const now = await bucket(period, department);
  for (const column of columns)
    expect(
      entries.reduce((sum, entry) => sum + entry[column], 0),
      `${period} ${column}`,
    ).toBe(now[column]);
  let balance = 0;
  for (const entry of entries) {
    balance += entry.allotted - entry.reserved - entry.committed - entry.spent;
    expect(entry.balance).toBe(balance);
  }
  expect(balance).toBe(now.available);
  expect(entries.map((entry) => entry.at)).toEqual(entries.map((entry) => entry.at).toSorted());
  expect(new Set(entries.map((entry) => entry.entryId)).size).toBe(entries.length);
}

describe("a new bucket", () => {
  test("begins with one entry, its allotment", async () => {
    const key = idempotencyKey();
    for (const attempt of [1, 2]) {
      const answer = await finance.post("/api/budgets", newBucket({}), { "idempotency-key": key });
      expect(answer.status, `${attempt} ${answer.text}`).toBe(201);
      expect(answer.body).toMatchObject({ period: quarter, allotted: 1_000_000, available: 1_000_000 });
    }
    expect(
      (await finance.post("/api/budgets", newBucket({ period: year, allotted: 1_200_000 }))).status,
    ).toBe(201);
    expect(await statement(quarter)).toMatchObject([
      {
        kind: "allot",
        allotted: 1_000_000,
        reserved: 0,
        balance: 1_000_000,
        caseId: null,
        by: { staffId: "wanghui" },
      },
    ]);
    expect(await bucket(year)).toMatchObject({ control: "hard", reserved: 0, available: 1_200_000 });
  });

  test("is steered by calls that keys make one", async () => {
    const key = { "idempotency-key": idempotencyKey() };
    const answers = [
      await finance.send("PATCH", pathOf(year), { control: "hard" }, key),
      await finance.send("PATCH", pathOf(year), { control: "soft" }, key),
      await finance.put("/api/tax/2037", { revenue: 1, preOpening: false }, key),
      await finance.put("/api/tax/2037", { revenue: 2, preOpening: false }, key),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [200, undefined],
      [409, "idempotency_mismatch"],
      [200, undefined],
      [409, "idempotency_mismatch"],
    ]);
  });

  test("exists once", async () => {
    const answer = await finance.post("/api/budgets", newBucket({}));
    expect([answer.status, answer.body.code]).toEqual([409, "exists"]);
  });

  test("of another category stands beside it", async () => {
    const gift = newBucket({ category: "gift", allotted: 5 });
    expect((await finance.post("/api/budgets", gift)).status).toBe(201);
    expect(await bucket(quarter, DEPARTMENT, "gift")).toMatchObject({ category: "gift", allotted: 5 });
    expect((await bucket(quarter)).allotted).toBe(1_000_000);
  });

  test.each([
    [{ period: "2027-13" }, "period"],
    [{ period: "2027-Q5" }, "period"],
    [{ period: "27" }, "period"],
    [{ department: "kitchen" }, "department"],
    [{ category: "cars" }, "category"],
    [{ control: "loose" }, "control"],
    [{ allotted: 1.5 }, "allotted"],
    [{ allotted: -1 }, "allotted"],
    [{ allotted: 2 ** 53 }, "allotted"],
    [{ colour: "red" }, "colour"],
  ])("with %o is refused at that field", async (more, path) => {
    const answer = await finance.post("/api/budgets", newBucket({ period: "2031", ...more }));
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((one: { path: string }) => one.path)).toEqual([path]);
    expect((await finance.get(pathOf("2031"))).status).toBe(404);
  });
});

describe("who may do what", () => {
  test.each([
    ["wanghui", 200, 200],
    ["zhangke", 200, 200],
    ["luoqiang", 200, 403],
    ["yinxue", 403, 403],
    ["chenyao", 403, 403],
    ["weijun", 403, 403],
  ])("%s sees transport %i and marketing %i, bucket and statement", async (staffId, own, other) => {
    const client = await site.as(staffId);
    for (const tail of ["", "/entries"]) {
      expect((await client.get(pathOf(month, "transport") + tail)).status).toBe(own);
      expect((await client.get(pathOf(month, "marketing") + tail)).status).toBe(other);
    }
    expect((await client.get(pathOf("2099", "marketing"))).status).toBe(other === 200 ? 404 : 403);
  });

  test.each(["zhangke", "luoqiang", "chenyao"])("%s keeps no books", async (staffId) => {
    const client = await site.as(staffId);
    expect((await client.post("/api/budgets", newBucket({ department: "transport" }))).status).toBe(403);
    expect((await client.post("/api/budgets", {})).status).toBe(403);
    const patch = await client.send("PATCH", pathOf(month, "transport"), { control: "soft" });
    expect([patch.status, patch.body.code]).toEqual([403, "not_allowed"]);
    expect((await bucket(month, "transport")).control).toBe("hard");
  });

  test("without a session nothing is told", async () => {
    expect((await site.visitor().get(pathOf(month))).status).toBe(401);
    expect((await site.visitor().post("/api/budgets", newBucket({}))).status).toBe(401);
  });
});

describe("a reception draws from month, quarter and year", () => {
  test("and each of them moves with it: reserved, committed", async () => {
    const before = await Promise.all([month, quarter, year].map((period) => bucket(period)));
    const { body } = await ask(400_000);
    for (const [index, period] of [month, quarter, year].entries())
      expect(await bucket(period)).toMatchObject({
        reserved: before[index].reserved + 400_000,
        available: before[index].available - 400_000,
      });
    const view = (await finance.get(`/api/cases/${body.caseId}`)).body;
    expect(view.budget.map((one: { period: string }) => one.period)).toEqual([month, quarter, year]);
    await site.settle();
    await decide(body.caseId, "approve");
    await decide(body.caseId, "approve");
    for (const [index, period] of [month, quarter, year].entries()) {
      expect(await bucket(period)).toMatchObject({
        reserved: before[index].reserved,
        committed: before[index].committed + 400_000,
      });
      await sound(period);
    }
    // The gift bucket of the quarter has nothing to do with it.
    expect((await bucket(quarter, DEPARTMENT, "gift")).available).toBe(5);
  });

  test("the tightest decides, and what it refuses is taken from none", async () => {
    const before = await Promise.all([month, quarter, year].map((period) => bucket(period)));
    const refused = await ask(before[1].available + 1);
    expect([refused.status, refused.body.code]).toEqual([409, "budget_exceeded"]);
    expect(refused.body).toMatchObject({ available: before[1].available, needed: before[1].available + 1 });
    expect(await Promise.all([month, quarter, year].map((period) => bucket(period)))).toEqual(before);
  });

  test("what is withdrawn is back in all of them", async () => {
    const before = await Promise.all([month, quarter, year].map((period) => bucket(period)));
    const { body } = await ask(90_000);
    expect((await requester.post(`/api/cases/${body.caseId}/withdraw`)).status).toBe(200);
    expect(await Promise.all([month, quarter, year].map((period) => bucket(period)))).toEqual(before);
    for (const period of [month, quarter, year]) {
      const kinds = (await statement(period))
        .filter((one) => one.caseId === body.caseId)
        .map((one) => one.kind);
      expect(kinds).toEqual(["reserve", "release"]);
      await sound(period);
    }
    await site.settle();
  });

  test("under soft control more is allowed, found and climbs", async () => {
    for (const period of [quarter, year])
      expect((await finance.send("PATCH", pathOf(period), { control: "soft" })).body.control).toBe("soft");
    const over = (await bucket(quarter)).available + 10_000;
    const asked = await ask(over);
    expect(asked.status, asked.text).toBe(201);
    expect((await bucket(quarter)).available).toBe(-10_000);
    await site.settle();
    const view = (await finance.get(`/api/cases/${asked.body.caseId}`)).body;
    expect(view.findings.map((one: { kind: string }) => one.kind)).toContain("over_budget");
    const plain = over > 500_000 ? 3 : 2;
    const added = view.route.stages.filter((one: { rules: string[] }) => one.rules.includes("over_budget"));
    expect(added.length).toBe(1);
    expect(view.route.stages.length).toBeGreaterThanOrEqual(plain);
    expect((await requester.post(`/api/cases/${asked.body.caseId}/withdraw`)).status).toBe(200);
    await sound(quarter);
    for (const period of [quarter, year]) await finance.send("PATCH", pathOf(period), { control: "hard" });
    await site.settle();
  });
});

const at = (department: string, period = month, category = "hospitality") => ({
  department,
  period,
  category,
});
const transfer = (amount: number, more: Record<string, unknown> = {}) => ({
  kind: "transfer",
  from: at(DEPARTMENT),
  to: at("transport"),
  amount,
  reason: "旺季接待",
  ...more,
});

describe("a transfer", () => {
  test("holds its amount in the giving budget, and moves it once it is approved", async () => {
    const manager = await site.as("luoqiang");
    const [from, to] = [await bucket(month), await bucket(month, "transport")];
    const asked = await manager.post("/api/budget-changes", transfer(70_000));
    expect(asked.status, asked.text).toBe(201);
    const { caseId } = asked.body;
    expect(caseId).toMatch(/^YS-\d{4}-\d{6}$/);
    expect(await bucket(month)).toMatchObject({
      allotted: from.allotted,
      reserved: from.reserved + 70_000,
      available: from.available - 70_000,
    });
    await site.settle();
    const view = (await manager.get(`/api/cases/${caseId}`)).body;
    expect(view).toMatchObject({
      process: "budget-change",
      phase: "approval",
      status: "open",
      amount: 70_000,
    });
    expect(view.steps).toMatchObject([{ kind: "approval", stage: "general_manager", status: "open" }]);
    expect((await site.inbox({ caseId, kind: "approval.request" })).map((mail) => mail.to)).toEqual([
      "zhangke@xunda.example",
    ]);
    await decide(caseId, "approve");
    expect(await bucket(month)).toMatchObject({
      allotted: from.allotted - 70_000,
      reserved: from.reserved,
      available: from.available - 70_000,
    });
    expect(await bucket(month, "transport")).toMatchObject({
      allotted: to.allotted + 70_000,
      available: to.available + 70_000,
    });
    const closed = (await manager.get(`/api/cases/${caseId}`)).body;
    expect(closed).toMatchObject({ status: "closed", phase: "closed", outcome: "applied", chainValid: true });
    const kinds = async (department: string) =>
      (await statement(month, 100, department)).filter((one) => one.caseId === caseId).map((one) => one.kind);
    expect(await kinds(DEPARTMENT)).toEqual(["hold", "transfer-out", "unhold"]);
    expect(await kinds("transport")).toEqual(["transfer-in"]);
    await sound(month);
    await sound(month, "transport");
    const told = await site.inbox({ caseId, kind: "case.decision" });
    expect(told.map((mail) => mail.to).toSorted()).toContain("luoqiang@xunda.example");
    // The pages of such a case are there for those who have to do with it.
    expect((await manager.page(`/cases/${caseId}`)).status).toBe(200);
    expect((await generalManager.page(`/cases/${caseId}`, "en")).status).toBe(200);
    expect((await site.as("pengtao").then((one) => one.get(`/api/cases/${caseId}`))).status).toBe(404);
  });

  test("that is rejected leaves both budgets as they were", async () => {
    const [from, to] = [await bucket(month), await bucket(month, "transport")];
    const { body } = await finance.post("/api/budget-changes", transfer(30_000));
    await site.settle();
    await decide(body.caseId, "reject", "淡季，不需要");
    expect([await bucket(month), await bucket(month, "transport")]).toEqual([from, to]);
    const view = (await finance.get(`/api/cases/${body.caseId}`)).body;
    expect(view).toMatchObject({ status: "closed", outcome: "rejected" });
    await sound(month);
  });

  test("that is taken back ends its hold at once", async () => {
    const from = await bucket(month);
    const { body } = await finance.post("/api/budget-changes", transfer(30_000));
    await site.settle();
    const other = await generalManager.post(`/api/cases/${body.caseId}/withdraw`);
    expect([other.status, other.body.code]).toEqual([403, "not_requester"]);
    expect((await finance.post(`/api/cases/${body.caseId}/withdraw`)).status).toBe(200);
    expect(await bucket(month)).toEqual(from);
    const again = await finance.post(`/api/cases/${body.caseId}/withdraw`);
    expect([again.status, again.body.code]).toEqual([409, "wrong_phase"]);
    expect((await finance.get(`/api/cases/${body.caseId}`)).body.outcome).toBe("withdrawn");
    await site.settle();
  });

  test("is changed under approval, sent back, changed and submitted again; the hold follows", async () => {
    const from = await bucket(month);
    const { body } = await finance.post("/api/budget-changes", transfer(30_000));
    await site.settle();
    const early = await finance.put(`/api/budget-changes/${body.caseId}`, transfer(20_000));
    expect([early.status, early.body]).toMatchObject([
      200,
      { changes: [{ path: "amount", from: 30_000, to: 20_000 }], restartStage: "general_manager" },
    ]);
    await site.settle();
    const told = await site.inbox({ caseId: body.caseId, kind: "case.changed" });
    expect(told.map((mail) => mail.to)).toEqual(["zhangke@xunda.example"]);
    expect(told[0]?.text).toContain("金额：¥300.00 → ¥200.00");
    await decide(body.caseId, "return", "一半就够");
    expect((await bucket(month)).reserved).toBe(from.reserved + 20_000);
    const tooMuch = await finance.put(`/api/budget-changes/${body.caseId}`, transfer(from.available + 1));
    expect([tooMuch.status, tooMuch.body.code]).toEqual([409, "budget_exceeded"]);
    const saved = await finance.put(`/api/budget-changes/${body.caseId}`, transfer(15_000));
    expect(saved.status, saved.text).toBe(200);
    expect((await bucket(month)).reserved).toBe(from.reserved + 15_000);
    await site.settle();
    await decide(body.caseId, "approve");
    expect(await bucket(month)).toMatchObject({ allotted: from.allotted - 15_000, reserved: from.reserved });
    await sound(month);
  });

  test("of more than there is, is refused and holds nothing", async () => {
    const from = await bucket(month);
    const refused = await finance.post("/api/budget-changes", transfer(from.available + 1));
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: "budget_exceeded",
      available: from.available,
      needed: from.available + 1,
    });
    expect(await bucket(month)).toEqual(from);
  });

  test.each([
    [{ to: null }, "to"],
    [{ amount: 0 }, "amount"],
    [{ amount: 1.5 }, "amount"],
    [{ reason: " " }, "reason"],
    [{ to: at("transport", "2026-00") }, "to.period"],
    [{ kind: "gift" }, "kind"],
    [{ colour: "red" }, "colour"],
  ])("with %o is refused at that field", async (more, path) => {
    const answer = await finance.post("/api/budget-changes", transfer(1_000, more));
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((one: { path: string }) => one.path)).toEqual([path]);
  });

  test("from a budget to itself is refused", async () => {
    const answer = await finance.post("/api/budget-changes", transfer(1_000, { to: at(DEPARTMENT) }));
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path: "from", code: "same_bucket" }]);
  });

  test("into or out of a budget that is not there is refused", async () => {
    for (const more of [
      { to: at("transport", "2039") },
      { from: at("transport", "2039"), to: at(DEPARTMENT) },
    ]) {
      const answer = await finance.post("/api/budget-changes", transfer(1_000, more));
      expect([answer.status, answer.body.code]).toEqual([409, "no_budget"]);
    }
  });

  test.each(["zhangke", "pengtao", "chenyao", "yinxue"])("%s may not ask for it", async (staffId) => {
    const client = await site.as(staffId);
    expect((await client.post("/api/budget-changes", transfer(1_000))).status).toBe(403);
  });
});

describe("a top-up", () => {
  test("is allotted once it is approved, asked for once however often it is sent", async () => {
    const before = await bucket(quarter);
    const key = { "idempotency-key": idempotencyKey() };
    const input = { kind: "top-up", to: at(DEPARTMENT, quarter), amount: 250_000, reason: "追加" };
    const first = await finance.post("/api/budget-changes", input, key);
    const second = await finance.post("/api/budget-changes", input, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(await bucket(quarter)).toEqual(before);
    await site.settle();
    await decide(first.body.caseId, "approve");
    expect(await bucket(quarter)).toMatchObject({
      allotted: before.allotted + 250_000,
      available: before.available + 250_000,
    });
    const own = (await statement(quarter)).filter((one) => one.caseId === first.body.caseId);
    expect(own).toMatchObject([{ kind: "top-up", allotted: 250_000, reserved: 0 }]);
    await sound(quarter);
  });

  test("that is rejected changes nothing but its own case", async () => {
    const before = await bucket(quarter);
    const input = { kind: "top-up", to: at(DEPARTMENT, quarter), amount: 1, reason: "追加" };
    const { body } = await finance.post("/api/budget-changes", input);
    await site.settle();
    await decide(body.caseId, "reject", "不需要");
    expect(await bucket(quarter)).toEqual(before);
    expect((await finance.get(`/api/cases/${body.caseId}`)).body).toMatchObject({
      status: "closed",
      outcome: "rejected",
    });
  });
});

describe("the statement", () => {
  test("is the same in pages of any size", async () => {
    const whole = await statement(month);
    expect(whole.length).toBeGreaterThan(6);
    for (const limit of [1, 2, 5]) expect(await statement(month, limit)).toEqual(whole);
    await sound(month);
  });

  test("refuses what is no cursor and no limit", async () => {
    for (const query of ["cursor=x", "cursor=W10", "limit=0", "limit=101", "limit=two"]) {
      const answer = await finance.get(`${pathOf(month)}/entries?${query}`);
      expect(answer.status, query).toBe(400);
      expect(answer.body.errors[0].path).toBe(query.split("=")[0]);
    }
  });

  test("is whole as CSV, with the figures of the JSON", async () => {
    const answer = await finance.get(`${pathOf(month)}/entries`, { accept: "text/csv" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("text/csv");
    const [head, ...lines] = answer.text.trimEnd().split("\r\n");
    expect(head).toBe("entryId,at,kind,caseId,by,allotted,reserved,committed,spent,balance");
    const whole = await statement(month);
    expect(lines).toEqual(
      whole.map((one) =>
        [
          one.entryId,
          one.at,
          one.kind,
          one.caseId ?? "",
          one.by?.name ?? "",
          ...columns.map((column) => one[column]),
          one.balance,
        ].join(","),
      ),
    );
    expect((await requester.get(`${pathOf(month)}/entries`, { accept: "text/csv" })).status).toBe(403);
  });
});

describe("the tax position", () => {
  test("is there for this year and the next, and follows the revenue that finance sets", async () => {
    const thisYear = new Date((await site.now()) + 8 * 3_600_000).getUTCFullYear();
    for (const one of [thisYear, thisYear + 1]) {
      const { status, body } = await generalManager.get(`/api/tax/${one}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ year: one, revenue: expect.any(Number), revenueCap: expect.any(Number) });
      expect(body.sixtyPercent).toBe(Math.floor((body.actual * 60) / 100));
      expect(body.revenueCap).toBe(Math.floor((body.revenue * 5) / 1000));
      expect(body.deductible).toBe(Math.min(body.sixtyPercent, body.revenueCap));
      expect(body.source).toContain("第四十三条");
    }
  });

  test("of a year without revenue says so", async () => {
    expect((await finance.get("/api/tax/2035")).body).toMatchObject({ revenue: null, deductible: null });
    const set = await finance.put("/api/tax/2035", { revenue: 12_345_678, preOpening: false });
    expect(set.status, set.text).toBe(200);
    expect((await finance.get("/api/tax/2035")).body).toMatchObject({
      revenue: 12_345_678,
      revenueCap: 61_728,
    });
    await finance.put("/api/tax/2035", { revenue: 0, preOpening: true });
    expect((await finance.get("/api/tax/2035")).body).toMatchObject({ preOpening: true, deductible: 0 });
  });

  test("is for finance and the general manager; finance alone sets the revenue", async () => {
    for (const staffId of ["luoqiang", "chenyao", "yinxue"])
      expect((await (await site.as(staffId)).get("/api/tax/2026")).status).toBe(403);
    expect((await generalManager.put("/api/tax/2036", { revenue: 1, preOpening: false })).status).toBe(403);
    for (const body of [{ revenue: -1 }, { revenue: 1.5 }, {}, { revenue: 1, colour: "red" }])
      expect((await finance.put("/api/tax/2036", body)).status).toBe(400);
    expect((await finance.get("/api/tax/next")).status).toBe(404);
  });
});
