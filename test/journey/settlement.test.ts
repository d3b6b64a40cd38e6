/** What a visit cost, told by a stranger's client: HTTP, the inbox and the virtual clock. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, nonceOf, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

const SHUAI = "shuaizhong@xunda.example";
const DAY = 86_400_000;
/** Asks for receptions that no other journey knows of: what they leave unsettled is no matter here. */
let hejing: Client;
let manager: Client;
let finance: Client;

beforeAll(async () => {
  hejing = await site.as("hejing");
  manager = await site.as("shuaizhong");
  finance = await site.as("wanghui");
  await visitTogether(18);
});

type Line = Record<string, unknown>;
type Visit = { caseId: string; content: Record<string, unknown>; day: string };

/** Time for an undo window to pass, if the policy has one. */
const decided = () => site.advance({ advance: "PT3M" });

async function byLink(caseId: string, email: string, choice: string, comment = ""): Promise<void> {
  const path = await site.link(caseId, email);
  const page = await site.visitor().page(path);
  const answer = await site.visitor().form(path, { nonce: nonceOf(page.text), choice, comment });
  expect(answer.status, answer.text).toBeLessThan(304);
  await decided();
}

/** ¥800, submitted for tomorrow. */
async function submitted(): Promise<Visit> {
  const content = receptionFor(
    await site.now(),
    {
      costDepartment: "customer_service",
      budgetAmount: 80_000,
      excessReason: undefined,
      hostLeaders: undefined,
    },
    1,
  );
  const answer = await hejing.post("/api/receptions", content);
  expect(answer.status, answer.text).toBe(201);
  return { caseId: answer.body.caseId, content, day: String(content.arrivalDate) };
}

/** Approved by the department manager. */
async function approved(visits: Visit[]): Promise<Visit[]> {
  await site.settle();
  for (const { caseId } of visits) {
    const { steps } = (await manager.get(`/api/cases/${caseId}`)).body;
    const answer = await manager.post(`/api/steps/${steps[0].stepId}`, { choice: "approve", comment: "" });
    expect(answer.status, answer.text).toBe(200);
  }
  await decided();
  return visits;
}

const left = ({ content }: Visit) => site.advance({ to: String(content.plannedLeaveAt) });

/** Visits that nobody has settled yet; they all end at the same instant, so that the clock moves once. */
const pool: Visit[] = [];
async function visitTogether(count: number): Promise<void> {
  const visits: Visit[] = [];
  for (let n = 0; n < count; n += 1) visits.push(await submitted());
  pool.push(...(await approved(visits)));
  await left(visits[0]!);
}
function visited(): Visit {
  const visit = pool.pop();
  if (!visit) throw new Error("No visit is left");
  return visit;
}

const meal = (visit: Visit, change: Line = {}): Line => ({
  item: "meal",
  amount: 30_000,
  on: visit.day,
  place: `锦里酒楼 ${visit.caseId}`,
  people: 3,
  ...change,
});

const costs = (visit: Visit, lines: Line[], change: Record<string, unknown> = {}) => ({
  guestsTotal: 2,
  companionsTotal: 1,
  place: "金叶",
  purpose: "参观与洽谈",
  guestRelation: "客户",
  receptionListId: `${visit.caseId}-list`,
  personalShare: 0,
  lines,
  ...change,
});

const settle = (visit: Visit, body: Record<string, unknown>, client = hejing) =>
  client.post(`/api/receptions/${visit.caseId}/settlement`, body);

const PEOPLE = [{ unit: "洁丽雅有限公司", name: "陈辰", post: "总经理" }];
const saveList = (visit: Visit) => hejing.put(`/api/receptions/${visit.caseId}/list`, { people: PEOPLE });

const caseOf = async ({ caseId }: Visit, client = hejing) => (await client.get(`/api/cases/${caseId}`)).body;
const kindsOf = async (visit: Visit): Promise<string[]> =>
  (await caseOf(visit)).events.map((event: { kind: string }) => event.kind);
const bucket = async (visit: Visit) =>
  (await finance.get(`/api/budgets/customer_service/${visit.day.slice(0, 7)}`)).body;
const money = ({ reserved, committed, spent, available }: Record<string, number>) => ({
  reserved,
  committed,
  spent,
  available,
});
const findings = async (
  visit: Visit,
): Promise<{ kind: string; text: string; evidence: { caseId?: string }[] }[]> =>
  (await caseOf(visit)).findings.filter(({ kind }: { kind: string }) => kind !== "same_guest_too_often");

describe("a settlement", () => {
  test("under the approved amount closes the case; the rest goes back to the budget", async () => {
    const visit = visited();
    const [request] = await site.inbox({ caseId: visit.caseId, kind: "settlement.request" });
    expect(request).toMatchObject({ to: "hejing@xunda.example", channel: "email" });
    const late = Date.parse(request!.sentAt) - Date.parse(String(visit.content.plannedLeaveAt));
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(60_000);
    const open = await caseOf(visit);
    expect(open).toMatchObject({ phase: "settlement", status: "open", outcome: "approved" });
    const step = open.steps.at(-1);
    expect(step).toMatchObject({ kind: "settlement", status: "open", assignees: [{ staffId: "hejing" }] });
    const { items } = (await hejing.get("/api/tasks")).body;
    expect(items.map((one: { stepId: string }) => one.stepId)).toContain(step.stepId);

    await saveList(visit);
    const before = await bucket(visit);
    const answer = await settle(
      visit,
      costs(visit, [meal(visit), meal(visit, { item: "transport", amount: 20_000 })]),
    );
    expect([answer.status, answer.body]).toEqual([
      200,
      { caseId: visit.caseId, approved: 80_000, charged: 50_000, result: "settled" },
    ]);
    await site.settle();
    const closed = await caseOf(visit);
    expect(closed).toMatchObject({ status: "closed", phase: "closed", outcome: "settled", chainValid: true });
    expect(closed.steps.at(-1)).toMatchObject({ outcome: "done", status: "done" });
    expect(closed.settlement).toMatchObject({ approved: 80_000, charged: 50_000 });
    expect((await kindsOf(visit)).slice(-4)).toEqual([
      "list.saved",
      "settlement.submitted",
      "settlement.settled",
      "budget.released",
    ]);
    expect(money(await bucket(visit))).toEqual({
      reserved: before.reserved,
      committed: before.committed - 80_000,
      spent: before.spent + 50_000,
      available: before.available + 30_000,
    });
    expect(await findings(visit)).toEqual([]);

    const again = await settle(visit, costs(visit, [meal(visit)]));
    expect([again.status, again.body.code]).toEqual([409, "wrong_phase"]);
  });

  test("within the tolerance takes the difference from what the budget has left; by the step it answers as a decision", async () => {
    const visit = visited();
    const before = await bucket(visit);
    const { stepId } = (await caseOf(visit)).steps.at(-1);
    const hand = (client: Client, data: unknown) =>
      client.post(`/api/steps/${stepId}`, { choice: "submit", comment: "", data });
    const data = costs(visit, [meal(visit, { item: "transport", amount: 84_000 })]);
    expect((await hand(await site.as("shuaizhong"), data)).status).toBe(403);
    const wrong = await hand(hejing, {
      ...data,
      purpose: undefined,
      lines: [meal(visit, { people: undefined })],
    });
    expect([wrong.status, wrong.body.errors.map(({ path }: { path: string }) => path).sort()]).toEqual([
      400,
      ["data.lines.0.people", "data.purpose"],
    ]);
    const answer = await hand(hejing, data);
    expect([answer.status, answer.body]).toMatchObject([200, { stepId, outcome: "done", undoUntil: null }]);
    await site.settle();
    expect(money(await bucket(visit))).toEqual({
      reserved: before.reserved,
      committed: before.committed - 80_000,
      spent: before.spent + 84_000,
      available: before.available - 4_000,
    });
    const again = await hand(hejing, data);
    expect([again.status, again.body.code, again.body.by?.staffId]).toEqual([
      409,
      "already_decided",
      "hejing",
    ]);
  });

  test("above it is approved again by whom the charged amount needs, then settled", async () => {
    const visit = visited();
    const before = await bucket(visit);
    const body = costs(visit, [meal(visit, { item: "transport", amount: 120_000 })]);
    const silent = await settle(visit, body);
    expect([silent.status, silent.body.errors]).toMatchObject([
      400,
      [{ path: "overReason", code: "reason_required" }],
    ]);
    const answer = await settle(visit, { ...body, overReason: "客人多留一天" });
    expect(answer.body).toMatchObject({ charged: 120_000, result: "reapproval" });
    await site.settle();
    expect(money(await bucket(visit))).toMatchObject({
      reserved: before.reserved + 40_000,
      committed: before.committed,
    });
    const asked = await caseOf(visit);
    expect(asked.phase).toBe("approval");
    expect(asked.steps.at(-1)).toMatchObject({ kind: "approval", stage: "dept_manager", round: 2 });
    await byLink(visit.caseId, SHUAI, "approve", "情况属实");
    await byLink(visit.caseId, "zhangke@xunda.example", "approve", "同意");
    const closed = await caseOf(visit);
    expect(closed).toMatchObject({ status: "closed", outcome: "settled", chainValid: true });
    expect(await kindsOf(visit)).toEqual(
      expect.arrayContaining(["settlement.submitted", "settlement.reapproval", "settlement.settled"]),
    );
    expect(money(await bucket(visit))).toEqual({
      reserved: before.reserved,
      committed: before.committed - 80_000,
      spent: before.spent + 120_000,
      available: before.available - 40_000,
    });
  });

  test.each(["reject", "return"])(
    "above it and refused (%s): the excess goes back, the settlement opens again",
    async (choice) => {
      const visit = visited();
      const before = await bucket(visit);
      const body = costs(visit, [meal(visit, { item: "transport", amount: 120_000 })], {
        overReason: "客人多留一天",
      });
      await settle(visit, body);
      await site.settle();
      await byLink(visit.caseId, SHUAI, choice, "没有事先说");
      expect(money(await bucket(visit))).toEqual(money(before));
      const open = await caseOf(visit);
      expect(open).toMatchObject({ phase: "settlement", outcome: "approved", status: "open" });
      expect(open.steps.at(-1)).toMatchObject({ kind: "settlement", status: "open" });
      expect(await site.inbox({ caseId: visit.caseId, kind: "settlement.request" })).toHaveLength(1);
      const page = await hejing.page(`/receptions/${visit.caseId}/settlement`);
      expect(page.text).toContain("没有事先说");
      expect(page.text).toContain('value="1,200.00"');
      const answer = await settle(visit, costs(visit, [meal(visit, { item: "transport", amount: 80_000 })]));
      expect(answer.body).toMatchObject({ result: "settled", charged: 80_000 });
      await site.settle();
      expect(await caseOf(visit)).toMatchObject({ outcome: "settled", chainValid: true });
    },
  );

  test("of more than the budget has is refused with both numbers, and nothing changes", async () => {
    const visit = visited();
    const { available } = await bucket(visit);
    const before = (await kindsOf(visit)).length;
    const body = costs(visit, [meal(visit, { item: "other", amount: 80_000 + available + 1 })], {
      overReason: "多",
    });
    const answer = await settle(visit, body);
    expect([answer.status, answer.body]).toMatchObject([
      409,
      { code: "budget_exceeded", available, needed: available + 1 },
    ]);
    expect((await kindsOf(visit)).length).toBe(before);
    expect((await bucket(visit)).available).toBe(available);
    await settle(visit, costs(visit, [meal(visit)]));
  });

  test("is its requester's: signers 403, strangers 404, visitors 401", async () => {
    const visit = visited();
    const body = costs(visit, [meal(visit)]);
    for (const [who, status] of [
      ["shuaizhong", 403],
      ["wanghui", 403],
      ["luoqiang", 404],
    ] as const) {
      const client = await site.as(who);
      expect((await settle(visit, body, client)).status, who).toBe(status);
      expect((await client.put(`/api/receptions/${visit.caseId}/list`, { people: PEOPLE })).status).toBe(
        status,
      );
      expect((await client.page(`/receptions/${visit.caseId}/settlement`)).status).toBe(status);
    }
    expect((await settle(visit, body, site.visitor())).status).toBe(401);
    await settle(visit, body);
  });

  test("with a key is one settlement however often it is sent", async () => {
    const visit = visited();
    const body = costs(visit, [meal(visit)]);
    const key = { "idempotency-key": `settle-${visit.caseId}` };
    const path = `/api/receptions/${visit.caseId}/settlement`;
    const all = await Promise.all([1, 2, 3].map(() => hejing.post(path, body, key)));
    expect(all.map(({ status, text }) => [status, text])).toEqual(Array(3).fill([200, all[0]?.text]));
    expect((await hejing.post(path, { ...body, place: "别处" }, key)).body.code).toBe("idempotency_mismatch");
  });
});

describe("until it is handed in", () => {
  test("its requester is reminded at nine of every later working day, and not after it", async () => {
    const [visit] = (await approved([await submitted()])) as [Visit];
    const early = await settle(visit, costs(visit, [meal(visit)]));
    expect([early.status, early.body.code]).toEqual([409, "wrong_phase"]);
    expect((await saveList(visit)).status).toBe(200);
    expect(await site.inbox({ caseId: visit.caseId, kind: "settlement.request" })).toEqual([]);
    const leave = Date.parse(String(visit.content.plannedLeaveAt));
    await site.advance({ to: new Date(leave + 6 * DAY).toISOString() });
    const reminders = await site.inbox({ caseId: visit.caseId, kind: "settlement.reminder" });
    const at = reminders.map((mail) => new Date(Date.parse(mail.sentAt) + 8 * 3_600_000).toISOString());
    expect(at.length).toBeGreaterThanOrEqual(3);
    expect(new Set(at).size).toBe(at.length);
    for (const time of at) {
      expect(time.slice(11, 16)).toBe("09:00");
      expect([0, 6]).not.toContain(new Date(time).getUTCDay());
      expect(Date.parse(time)).toBeGreaterThan(leave + 8 * 3_600_000);
    }
    await settle(visit, costs(visit, [meal(visit)]));
    await site.advance({ advance: "P3D" });
    expect(await site.inbox({ caseId: visit.caseId, kind: "settlement.reminder" })).toHaveLength(at.length);
    expect(await site.inbox({ caseId: visit.caseId, kind: "settlement.request" })).toHaveLength(1);
  });
});

describe("what auditors look for", () => {
  const raised = async (lines: (visit: Visit) => Line[], more: Record<string, unknown> = {}) => {
    const visit = visited();
    await saveList(visit);
    const answer = await settle(visit, costs(visit, lines(visit), more));
    expect(answer.body, answer.text).toMatchObject({ result: "settled" });
    const found = await findings(visit);
    for (const { text } of found) expect(text).not.toMatch(/[{}]/);
    const events = await kindsOf(visit);
    if (found.length > 0) expect(events).toContain("finding.raised");
    return found.map(({ kind }) => kind);
  };

  test("a meal above the cap per head", async () => {
    expect(await raised((visit) => [meal(visit, { amount: 45_001 })])).toEqual(["per_head_over_cap"]);
  });

  test("heads added to come below it", async () => {
    expect(await raised((visit) => [meal(visit, { amount: 60_000, people: 5 })])).toEqual([
      "companion_inflation",
    ]);
  });

  test("one dinner on two bills", async () => {
    expect(await raised((visit) => [meal(visit), meal(visit, { amount: 10_000 })])).toEqual(["split_bill"]);
  });

  test("meal and meal allowance on one day", async () => {
    expect(
      await raised((visit) => [
        meal(visit),
        meal(visit, { item: "meal_allowance", amount: 10_000, place: "—" }),
      ]),
    ).toEqual(["allowance_double"]);
  });

  test("a dinner called a meeting", async () => {
    expect(await raised((visit) => [meal(visit), meal(visit, { item: "meeting", amount: 10_000 })])).toEqual([
      "relabelled",
    ]);
  });

  test("no list of who came", async () => {
    expect(await raised((visit) => [meal(visit)], { receptionListId: undefined })).toEqual(["missing_list"]);
  });

  test("an invoice of another case, named in the finding and hidden from those it does not concern", async () => {
    const invoices = (visit: Visit) => [
      { no: "51000001", amount: 30_000, issuedOn: visit.day, seller: "锦里酒楼" },
    ];
    const first = visited();
    const second = visited();
    for (const visit of [first, second]) {
      await saveList(visit);
      await settle(
        visit,
        costs(visit, [meal(visit, { invoiceNo: "51000001" })], { invoices: invoices(visit) }),
      );
    }
    expect(await findings(first)).toEqual([]);
    const [found] = await findings(second);
    expect(found).toMatchObject({ kind: "duplicate_invoice" });
    expect(found?.evidence.map((one) => one.caseId)).toEqual([first.caseId]);
    expect(found?.text).toContain(first.caseId);
  });
});

describe("the reception list", () => {
  test("prints who came, what it cost and a line to sign on; names are escaped", async () => {
    const visit = visited();
    const path = `/receptions/${visit.caseId}/list`;
    const people = [...PEOPLE, { unit: "<b>甲</b>", name: "李四", post: "经理" }];
    const saved = await hejing.put(`/api${path}`, { people });
    expect(saved.status).toBe(200);
    expect(saved.body.receptionListId).toEqual(expect.any(String));
    const bad = await hejing.put(`/api${path}`, { people: [{ unit: "甲", name: "a\nb", post: "c" }] });
    expect([bad.status, bad.body.errors[0].path]).toEqual([400, "people.0.name"]);
    const body = costs(visit, [meal(visit)], { receptionListId: saved.body.receptionListId });
    await settle(visit, body);
    const page = await hejing.page(path);
    for (const text of ["接待清单", "陈辰", "总经理", "餐费", "300", "负责人签字", "&lt;b>甲"])
      expect(page.text).toContain(text);
    expect((await hejing.page(path, "en")).text).toContain("Signature of the person in charge");
    expect((await (await site.as("shuaizhong")).page(path)).status).toBe(200);
    expect((await (await site.as("luoqiang")).page(path)).status).toBe(404);
    expect((await hejing.put(`/api${path}`, { people })).body.code).toBe("wrong_phase");
  });
});
