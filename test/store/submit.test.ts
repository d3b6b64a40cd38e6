import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { submitReception } from "../../functions/reception/submit.ts";
import { withdrawReception } from "../../functions/reception/withdraw.ts";
import { hashOf } from "../../functions/shared/ids.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { bucketOf, entriesOf, kinds, next, race, refusal, refused, sound } from "../support/flow.ts";
import { form, person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());

const chenyao = person("chenyao");

describe("a submitted request", () => {
  test("is case, reservation and work to start its workflow, in one go", async () => {
    const before = await bucketOf(tables);

    const answer = await submitReception(chenyao, form());

    const { caseId } = answer.body;
    expect(answer).toEqual({ status: 201, body: { caseId: expect.stringMatching(/^JD-2026-\d{6}$/) } });
    const file = await sound(tables, caseId);
    expect(file.header).toMatchObject({
      status: "open",
      phase: "approval",
      outcome: null,
      createdBy: "chenyao",
      revision: 1,
      contentHash: hashOf(form()),
      policy: { policyId: "reception", version: 1 },
    });
    expect(file.content).toEqual(form());
    expect(kinds(file)).toEqual(["case.submitted", "budget.reserved", "finding.raised", "finding.raised"]);
    expect(await tables.get("Cases", `C#${caseId}`, `WORK#${caseId}-1`)).toMatchObject({
      kind: "start",
      pending: "work",
      revision: 1,
    });
    expect(await bucketOf(tables)).toMatchObject({
      reserved: before.reserved + 500_000,
      available: before.available - 500_000,
    });
    expect(await entriesOf(tables, caseId)).toEqual(["reserve"]);
  });

  test("above what the bucket has is refused with both numbers and leaves nothing", async () => {
    const before = [
      await tables.count("Cases"),
      await tables.count("Ledger"),
      await tables.count("Idempotency"),
    ];
    const { available } = await bucketOf(tables);

    const refusal = await refused(
      submitReception(chenyao, form({ budgetAmount: available + 1 }), { idempotencyKey: "too-much" }),
    );

    expect(refusal).toMatchObject({
      status: 409,
      code: "budget_exceeded",
      data: { available, needed: available + 1 },
    });
    expect([
      await tables.count("Cases"),
      await tables.count("Ledger"),
      await tables.count("Idempotency"),
    ]).toEqual(before);
    expect((await bucketOf(tables)).available).toBe(available);
  });

  test("exactly what the bucket has is taken", async () => {
    const { available } = await bucketOf(tables, "marketing");
    await submitReception(chenyao, form({ budgetAmount: available, costDepartment: "marketing" }));
    expect((await bucketOf(tables, "marketing")).available).toBe(0);
  });

  test("under soft control the bucket goes below nothing", async () => {
    const pk = "B#transport#2026-12#hospitality";
    await tables.put("Ledger", { ...(await tables.get("Ledger", pk, "BUCKET")), control: "soft" });
    const { available } = await bucketOf(tables, "transport");
    await submitReception(chenyao, form({ budgetAmount: available + 1, costDepartment: "transport" }));
    expect((await bucketOf(tables, "transport")).available).toBe(-1);
  });

  test("for a month without a bucket is refused", async () => {
    const later = {
      arrivalDate: "2028-01-10",
      departAt: "2028-01-10T08:00:00+08:00",
      arriveAt: "2028-01-10T09:00:00+08:00",
      plannedLeaveAt: "2028-01-11T09:00:00+08:00",
    };
    expect(await refusal(submitReception(chenyao, form(later)))).toBe("409 no_budget");
  });

  test("of a driver is refused before anything is looked at", async () => {
    expect(await refusal(submitReception(person("weijun"), {}))).toBe("403 not_allowed");
  });

  test("with mistakes is refused with each of them and takes no case code", async () => {
    const counter = await tables.get("Cases", "COUNTER#JD#2026", "COUNTER");
    expect(await refusal(submitReception(chenyao, form({ level: undefined, guestsMale: -1 })))).toBe(
      "400 invalid guestsMale:at_least level:choose",
    );
    expect(await tables.get("Cases", "COUNTER#JD#2026", "COUNTER")).toEqual(counter);
  });
});

describe("a key for one submission", () => {
  test("gives the same answer again; another body, and only another, is refused", async () => {
    const before = await bucketOf(tables);
    const key = { idempotencyKey: "once" };
    const first = await submitReception(chenyao, form(), key);
    const { companions, ...rest } = form();

    expect(await submitReception(chenyao, form(), key)).toEqual(first);
    expect(await submitReception(chenyao, { companions, ...rest }, key)).toEqual(first);
    expect(await refusal(submitReception(chenyao, form({ roomCount: 3 }), key))).toBe(
      "409 idempotency_mismatch",
    );
    expect((await bucketOf(tables)).reserved).toBe(before.reserved + 500_000);
  });

  test("belongs to one person", async () => {
    const key = { idempotencyKey: "mine" };
    const mine = await submitReception(chenyao, form({ budgetAmount: 1 }), key);
    const hers = await submitReception(person("zhangyun"), form({ budgetAmount: 1 }), key);
    expect(hers.body.caseId).not.toBe(mine.body.caseId);
  });

  test("is forgotten after a day, and is answered even when the visit has begun meanwhile", async () => {
    const key = { idempotencyKey: "a-day" };
    const body = form({
      budgetAmount: 1,
      arrivalDate: "2026-12-02",
      departAt: "2026-12-02T08:00:00+08:00",
      arriveAt: "2026-12-02T12:00:00+08:00",
    });
    const first = await submitReception(chenyao, body, key);
    vi.setSystemTime(WEDNESDAY + 86_399_000);
    const again = await submitReception(chenyao, body, key);
    vi.setSystemTime(WEDNESDAY + 86_400_000);
    const late = await submitReception(chenyao, { ...body, retroactiveReason: "临时来访" }, key);
    vi.setSystemTime(WEDNESDAY);
    expect(again).toEqual(first);
    expect(late.body.caseId).not.toBe(first.body.caseId);
  });

  test.each(["", " ", "a b", "é", "x".repeat(201)])("must be plain text: %j", async (idempotencyKey) => {
    const call = submitReception(chenyao, form({ budgetAmount: 1 }), { idempotencyKey });
    if (idempotencyKey === "") await expect(call).resolves.toMatchObject({ status: 201 });
    else expect(await refusal(call)).toBe("400 invalid Idempotency-Key:invalid");
  });

  test("makes one case of twenty calls at once, also where the budget suffices for one alone", async () => {
    const { available } = await bucketOf(tables, "warehouse");
    const body = form({ budgetAmount: available, costDepartment: "warehouse" });

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => submitReception(chenyao, body, { idempotencyKey: "twenty" })),
    );

    expect(new Set(answers.map((answer) => answer.body.caseId)).size).toBe(1);
    expect(await bucketOf(tables, "warehouse")).toMatchObject({ available: 0, reserved: available });
  });
});

test("a hundred requests at once never overspend a bucket that has room for 37", async () => {
  const { available } = await bucketOf(tables, "management");
  const budgetAmount = Math.floor(available / 37);

  const count = await race(
    Array.from({ length: 100 }, () =>
      submitReception(chenyao, form({ budgetAmount, costDepartment: "management" })),
    ),
  );

  expect(count).toEqual({ ok: 37, "409 budget_exceeded": 63 });
  expect(await bucketOf(tables, "management")).toMatchObject({ reserved: 37 * budgetAmount });
});

test("case codes are never given twice", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      submitReception(chenyao, form({ budgetAmount: 1, costDepartment: "customer_service" })),
    ),
  );
  expect(new Set(answers.map((answer) => answer.body.caseId)).size).toBe(20);
});

describe("a withdrawn request", () => {
  const own = { budgetAmount: 2, costDepartment: "customer_service" };

  test("is closed, its budget is back, its steps are void, its signer is told", async () => {
    const before = await bucketOf(tables, "customer_service");
    const { body } = await submitReception(chenyao, form(own));
    await next(body.caseId);

    const withField = withdrawReception(chenyao, body.caseId, { input: { reason: "x" } });
    expect(await refusal(withField)).toBe("400 invalid reason:unknown_field");
    expect(await withdrawReception(chenyao, body.caseId, { input: {} })).toEqual({ caseId: body.caseId });

    const file = await sound(tables, body.caseId);
    expect(file.header).toMatchObject({ status: "closed", phase: "closed", outcome: "withdrawn" });
    expect(file.steps.map((step) => step.status)).toEqual(["void"]);
    expect(kinds(file).slice(-3)).toEqual(["case.withdrawn", "step.voided", "budget.released"]);
    expect(file.messages.filter((one) => one.kind === "case.withdrawn").map((one) => one.to)).toEqual([
      "shuaizhong",
    ]);
    expect(await bucketOf(tables, "customer_service")).toEqual(before);
    expect(await entriesOf(tables, body.caseId, "customer_service")).toEqual(["release", "reserve"]);
  });

  test("is the requester's alone to withdraw, once, and not found by who may not see it", async () => {
    const { body } = await submitReception(chenyao, form(own));
    expect(await refusal(withdrawReception(person("shuaizhong"), body.caseId))).toBe("403 not_requester");
    expect(await refusal(withdrawReception(person("zhangyun"), body.caseId))).toBe("404 not_found");
    expect(await refusal(withdrawReception(chenyao, "JD-2026-999999"))).toBe("404 not_found");
    await withdrawReception(chenyao, body.caseId);
    expect(await refusal(withdrawReception(chenyao, body.caseId))).toBe("409 wrong_phase");
  });

  test("withdrawn ten times at once gives the money back once; with one key all get the same answer", async () => {
    const before = await bucketOf(tables, "customer_service");
    const one = (await submitReception(chenyao, form(own))).body.caseId;
    const other = (await submitReception(chenyao, form(own))).body.caseId;

    const plain = await race(Array.from({ length: 10 }, () => withdrawReception(chenyao, one)));
    const keyed = await race(
      Array.from({ length: 10 }, () => withdrawReception(chenyao, other, { idempotencyKey: "back" })),
    );

    expect(plain).toEqual({ ok: 1, "409 wrong_phase": 9 });
    expect(keyed).toEqual({ ok: 10 });
    for (const caseId of [one, other]) await sound(tables, caseId);
    expect(await bucketOf(tables, "customer_service")).toEqual(before);
  });
});
