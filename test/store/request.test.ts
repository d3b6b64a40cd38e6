/** A request is judged when it is handed in: what is found, who therefore signs, and which budgets it draws from. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { putSeat } from "../../functions/case/store.ts";
import { aliasKey } from "../../functions/customer/rules.ts";
import { findCustomer, visitsOf } from "../../functions/customer/store.ts";
import { policyKey } from "../../functions/directory/store.ts";
import { RECEPTION_POLICY, STANDARDS_POLICY } from "../../functions/policy/shipped.ts";
import { editReception } from "../../functions/reception/edit.ts";
import { previewReception } from "../../functions/reception/preview.ts";
import { submitReception } from "../../functions/reception/submit.ts";
import { withdrawReception } from "../../functions/reception/withdraw.ts";
import { stamp } from "../../functions/shared/clock.ts";
import { transact } from "../../functions/shared/table.ts";
import { caseFile, seatOf, stepOf } from "../support/case-file.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { bucketOf, read, refusal, refused, sound } from "../support/flow.ts";
import { form, person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
beforeEach(() => vi.setSystemTime(WEDNESDAY));
afterAll(() => tables.stop());

const chenyao = person("chenyao");
let guests = 0;
/** Within the standard, with nobody of a higher post, of a guest who comes once: nothing to be found. */
const quiet = (changes: Record<string, unknown> = {}) =>
  form({
    budgetAmount: 80_000,
    hostLeaders: [],
    excessReason: undefined,
    visitingOrg: `来客${++guests}`,
    ...changes,
  });
const submit = async (changes: Record<string, unknown> = {}, by = "chenyao") =>
  (await submitReception(person(by), quiet(changes))).body.caseId;
const header = async (caseId: string) => (await read(caseId)).header;
const kindsOf = async (caseId: string) => (await header(caseId)).findings.map((one) => one.kind);
const on = (day: string) => ({
  arrivalDate: day,
  departAt: `${day}T07:50:00+08:00`,
  arriveAt: `${day}T09:00:00+08:00`,
  plannedLeaveAt: `${day}T18:00:00+08:00`,
});

async function putBucket(period: string, department: string, allotted: number, control = "hard") {
  const id = { department, period, category: "hospitality" };
  const pk = `B#${department}#${period}#hospitality`;
  const sums = { reserved: 0, committed: 0, spent: 0 };
  await tables.put("Ledger", {
    pk,
    sk: "BUCKET",
    v: 1,
    ...id,
    control,
    allotted,
    ...sums,
    available: allotted,
  });
  const entry = { entryId: "allot", kind: "allot", caseId: null, by: null, allotted, ...sums };
  await tables.put("Ledger", { pk, sk: "X#allot", v: 1, at: stamp(WEDNESDAY), ...entry });
}

describe("a submission", () => {
  test("keeps the standard, its findings and what the chain is judged by; each finding is a line of the timeline", async () => {
    const { body } = await submitReception(chenyao, form({ hostLeaders: ["gm"] }));
    const file = await sound(tables, body.caseId);
    expect(file.header.standards).toMatchObject({ version: 1, amount: 300_000, companionsMax: 3 });
    expect(file.header.facts).toMatchObject({
      creditGrade: "A",
      overStandard: true,
      attendees: ["general_manager"],
    });
    expect(file.header.findings.map((one) => one.kind)).toEqual(["over_standard", "claimant_below_attendee"]);
    const raised = file.events.filter((event) => event.kind === "finding.raised");
    expect(raised.map((event) => file.payloads.get(event.seq)?.data)).toEqual(
      file.header.findings.map(({ kind, evidence }) => ({ kind, evidence })),
    );
    expect(file.timers).toEqual([
      expect.objectContaining({
        kind: "reservation",
        pending: "timer",
        dueAt: stamp(WEDNESDAY + 30 * 86_400_000),
      }),
    ]);
  });

  test("of the plan's sample: ¥5,000 for two guests without a basis needs the reason, and a level", async () => {
    expect(await refusal(submitReception(chenyao, form({ excessReason: undefined })))).toBe(
      "400 invalid excessReason:reason_required",
    );
    expect(await refusal(submitReception(chenyao, form({ level: undefined })))).toBe(
      "400 invalid level:choose",
    );
    expect(await refusal(submitReception(chenyao, quiet({ budgetAmount: 300_001 })))).toBe(
      "400 invalid excessReason:reason_required",
    );
    expect(await kindsOf(await submit({ budgetAmount: 300_000 }))).toEqual([]);
  });

  test("of the plan's sample: after the visit it needs a reason and climbs one stage", async () => {
    vi.setSystemTime(Date.parse("2026-12-10T10:00:00+08:00"));
    expect(await refusal(submitReception(chenyao, quiet()))).toBe(
      "400 invalid retroactiveReason:reason_required",
    );
    const caseId = await submit({ retroactiveReason: "临时来访" });
    expect(await header(caseId)).toMatchObject({
      facts: { retroactive: true },
      findings: [
        {
          kind: "retroactive",
          evidence: expect.arrayContaining([{ path: "late", value: true }]),
        },
      ],
    });
  });

  test("with every mistake at once says all of them, the missing reason too, and never breaks on odd dates", async () => {
    const input = form({ plannedLeaveAt: "soon", excessReason: undefined, budgetAmount: 600_000 });
    expect(await refusal(submitReception(chenyao, input))).toBe(
      "400 invalid plannedLeaveAt:instant excessReason:reason_required",
    );
    for (const day of ["0000-01-01", "0001-01-01", "9999-12-31"])
      expect(await refusal(submitReception(chenyao, quiet({ ...on(day), retroactiveReason: "补" })))).toBe(
        "409 no_budget",
      );
    for (const input of [null, [], "x", { visitingOrg: "x".repeat(5000), costDepartment: "x".repeat(5000) }])
      expect(await refusal(submitReception(chenyao, input))).toMatch(/^400 /);
  });
});

describe("every bucket of the day", () => {
  beforeAll(async () => {
    await putBucket("2027-Q1", "transport", 1_000_000);
    await putBucket("2027", "transport", 150_000);
  });
  const transport = { costDepartment: "transport", ...on("2027-01-11") };
  const sums = async () =>
    Promise.all(
      ["2027-01", "2027-Q1", "2027"].map(
        async (period) => (await bucketOf(tables, "transport", period)).reserved,
      ),
    );

  test("is drawn from, moves with an edit and gets everything back", async () => {
    const before = await sums();
    const caseId = await submit(transport);
    expect((await header(caseId)).buckets.map((one) => one.period)).toEqual(["2027-01", "2027-Q1", "2027"]);
    expect(await sums()).toEqual(before.map((sum) => sum + 80_000));

    await editReception(chenyao, caseId, quiet({ ...transport, budgetAmount: 100_000 }));
    expect(await sums()).toEqual(before.map((sum) => sum + 100_000));
    const february = { ...transport, ...on("2027-02-08"), budgetAmount: 100_000 };
    await editReception(chenyao, caseId, quiet(february));
    expect(await sums()).toEqual([before[0], before[1]! + 100_000, before[2]! + 100_000]);
    await editReception(chenyao, caseId, quiet({ budgetAmount: 100_000 }));
    expect(await sums()).toEqual(before);
    await withdrawReception(chenyao, caseId);
    await sound(tables, caseId);
  });

  test("must have enough: the year's alone refuses, with what it has", async () => {
    const before = await sums();
    const refusal = await refused(
      submitReception(chenyao, quiet({ ...transport, budgetAmount: 150_001, excessReason: "大" })),
    );
    expect(refusal).toMatchObject({ code: "budget_exceeded", data: { available: 150_000, needed: 150_001 } });
    expect(await sums()).toEqual(before);
  });

  test("under soft control it goes below nothing, is told so, and climbs", async () => {
    await putBucket("2027-Q2", "warehouse", 50_000, "soft");
    const warehouse = { costDepartment: "warehouse", ...on("2027-04-12") };
    const caseId = await submit(warehouse);
    expect(await header(caseId)).toMatchObject({
      facts: { overBudget: true },
      findings: [
        { kind: "over_budget", evidence: [{ path: "warehouse/2027-Q2", value: 80_000, limit: 50_000 }] },
      ],
    });
    // What it holds itself does not count against it.
    await editReception(chenyao, caseId, quiet({ ...warehouse, budgetAmount: 50_000 }));
    expect((await header(caseId)).facts.overBudget).toBeUndefined();
    expect(await kindsOf(caseId)).toEqual([]);
  });
});

describe("the guest", () => {
  test("is known by name and by alias, written this way or that", async () => {
    const found = await Promise.all(["洁丽雅有限公司", "洁丽雅", "洁丽雅 有限公司"].map(findCustomer));
    expect(found.map((one) => one?.customerId)).toEqual(["C0001", "C0001", "C0001"]);
    expect(await findCustomer("无名公司")).toBeNull();
    expect(await tables.get("Customers", aliasKey("洁丽雅").pk, "ALIAS")).toMatchObject({
      creditGrade: "A",
      tier: "A",
    });
  });

  test("comes too often at the fourth visit, aliases counted, those that were taken back not", async () => {
    const visit = (day: string, visitingOrg: string) => submit({ ...on(day), visitingOrg });
    const first = await visit("2027-03-01", "快洁服装制造公司");
    const second = await visit("2027-03-08", "快洁服装");
    const third = await visit("2027-03-15", "快洁 服装");
    expect(await kindsOf(third)).toEqual([]);
    const fourth = await visit("2027-03-31", "快洁服装");
    expect((await header(fourth)).findings).toMatchObject([
      {
        kind: "same_guest_too_often",
        evidence: [
          { path: "visitingOrg", value: 4, limit: 3 },
          { path: "withinDays", value: 30 },
          { caseId: first, value: "2027-03-01" },
          { caseId: second, value: "2027-03-08" },
          { caseId: third, value: "2027-03-15" },
        ],
      },
    ]);
    await withdrawReception(chenyao, second);
    await editReception(
      chenyao,
      fourth,
      quiet({ ...on("2027-03-31"), visitingOrg: "快洁服装", roomCount: 1 }),
    );
    expect(await kindsOf(fourth)).toEqual([]);
    expect(await visitsOf("C0002", "2027-03-01", "2027-03-31")).toHaveLength(3);
  });

  test("whom nobody has entered is found by the name", async () => {
    for (const day of ["2027-05-03", "2027-05-04", "2027-05-05"])
      await submit({ ...on(day), visitingOrg: "新客户" });
    expect(await kindsOf(await submit({ ...on("2027-05-06"), visitingOrg: "「新客户」" }))).toEqual([
      "same_guest_too_often",
    ]);
  });
});

describe("an edit", () => {
  test("judges everything anew and says what was found", async () => {
    const caseId = await submit({ visitingOrg: "洁丽雅" });
    const changed = quiet({
      visitingOrg: "洁丽雅",
      hostLeaders: ["gm"],
      budgetAmount: 400_000,
      excessReason: "用车",
    });
    await editReception(chenyao, caseId, changed);
    const file = await sound(tables, caseId);
    expect(file.header.findings.map((one) => one.kind)).toEqual(["over_standard", "claimant_below_attendee"]);
    expect(file.header.facts).toMatchObject({ overStandard: true, attendees: ["general_manager"] });
    expect(file.events.slice(-2).map((event) => event.kind)).toEqual(["finding.raised", "finding.raised"]);
    const { excessReason: _none, ...silent } = changed;
    expect(await refusal(editReception(chenyao, caseId, silent))).toBe(
      "400 invalid excessReason:reason_required",
    );
  });

  test("is over once the visit took place and its settlement is being approved", async () => {
    const caseId = await submit();
    const stored = await tables.get("Cases", `C#${caseId}`, "HEADER");
    await tables.put("Cases", { ...stored, round: 2 });
    expect(await refusal(editReception(chenyao, caseId, quiet({ roomCount: 1 })))).toBe("409 wrong_phase");
  });
});

describe("who has not settled", () => {
  const openSince = async (at: number, changes = {}) => {
    const file = caseFile({ caseId: "JD-2026-000777" });
    const step = stepOf(file, 9, { kind: "settlement", stage: "settlement", assignees: ["tangli"] });
    const seat = seatOf(step, "tangli", {
      kind: "settlement",
      status: "open",
      openedAt: stamp(at),
      ...changes,
    });
    await transact([putSeat(seat)]);
  };
  const tangli = person("tangli");

  test("submits nothing new after ten days, whatever is wrong with it, and the preview says so", async () => {
    await openSince(WEDNESDAY - 10 * 86_400_000);
    expect((await submitReception(tangli, quiet())).status).toBe(201);

    await openSince(WEDNESDAY - 10 * 86_400_000 - 1000);
    for (const input of [quiet(), {}])
      expect(await refused(submitReception(tangli, input))).toMatchObject({
        status: 409,
        code: "unsettled",
        data: { cases: ["JD-2026-000777"] },
      });
    const preview = await previewReception(tangli, quiet(), "zh-CN");
    expect(preview.findings).toMatchObject([
      {
        kind: "unsettled",
        evidence: [{ caseId: "JD-2026-000777" }],
        text: expect.stringContaining("JD-2026-000777"),
      },
    ]);
    expect((await submitReception(chenyao, quiet())).status).toBe(201);
  });

  test("is judged by the newest policy", async () => {
    const document = { ...RECEPTION_POLICY, blockUnsettledAfter: "P30D" };
    const key = policyKey("reception", 2);
    await tables.put("Directory", { ...key, v: 1, policyId: "reception", version: 2, document });
    expect((await submitReception(tangli, quiet())).status).toBe(201);
    await openSince(WEDNESDAY - 40 * 86_400_000, { status: "done" });
    expect((await submitReception(tangli, quiet())).status).toBe(201);
  });
});

describe("a preview", () => {
  test("says what the submission then does, and leaves nothing behind", async () => {
    const input = form({ hostLeaders: ["gm"], costDepartment: "marketing" });
    const before = [await tables.count("Cases"), await tables.count("Ledger")];
    const { available } = await bucketOf(tables, "marketing");

    const preview = await previewReception(chenyao, input, "zh-CN");

    expect([await tables.count("Cases"), await tables.count("Ledger")]).toEqual(before);
    expect(preview.budget).toEqual([
      {
        department: "marketing",
        period: "2026-12",
        category: "hospitality",
        control: "hard",
        available,
        availableAfter: available - 500_000,
      },
    ]);
    expect(preview.stages.map((stage) => stage.stage)).toEqual(["dept_manager", "general_manager"]);
    expect(preview.standards.amount).toBe(300_000);
    expect(preview.tax).toMatchObject({ year: 2026, nonDeductibleOfThis: 200_000 });
    const { body } = await submitReception(chenyao, input);
    const made = await header(body.caseId);
    expect(made.standards).toEqual(preview.standards);
    expect(made.findings.map(({ kind, evidence }) => ({ kind, evidence }))).toEqual(
      preview.findings.map(({ kind, evidence }) => ({ kind, evidence })),
    );
  });

  test("shows a budget that does not suffice, and none where there is none", async () => {
    const { available } = await bucketOf(tables, "marketing");
    const short = quiet({ costDepartment: "marketing", budgetAmount: available + 1, excessReason: "大" });
    expect((await previewReception(chenyao, short, "en")).budget[0]?.availableAfter).toBe(-1);
    expect((await previewReception(chenyao, quiet(on("2029-01-10")), "en")).budget).toEqual([]);
  });

  test("refuses as the submission would", async () => {
    expect(await refusal(previewReception(chenyao, form({ excessReason: undefined }), "en"))).toBe(
      "400 invalid excessReason:reason_required",
    );
    expect(await refusal(previewReception(chenyao, quiet({ guestContactName: "" }), "en"))).toBe(
      "400 invalid guestContactName:required",
    );
    expect(await refusal(previewReception(chenyao, {}, "en"))).toMatch(/^400 invalid visitingOrg:required/);
    for (const staffId of ["weijun", "songna"])
      expect(await refusal(previewReception(person(staffId), {}, "en"))).toBe("403 not_allowed");
  });
});

test("a newer table of standards changes no case that was handed in before", async () => {
  const caseId = await submit({ budgetAmount: 300_000 });
  const document = { ...STANDARDS_POLICY, cap: 200_000, mealPerHead: { A: 0, B: 0, C: 0 } };
  const key = policyKey("standards", 2);
  await tables.put("Directory", { ...key, v: 1, policyId: "standards", version: 2, document });
  expect((await header(caseId)).standards).toMatchObject({ version: 1, amount: 300_000 });
  const later = await submit({ budgetAmount: 201_000, excessReason: "用车" });
  expect((await header(later)).findings.map((one) => one.kind)).toEqual(["over_standard", "over_cap"]);
  expect((await header(later)).standards).toMatchObject({ version: 2, amount: 180_000 });
});
