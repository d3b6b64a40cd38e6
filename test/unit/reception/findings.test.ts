import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STANDARDS_POLICY } from "../../../functions/policy/shipped.ts";
import { assess, type Request } from "../../../functions/reception/facts.ts";
import { attendeeStages, higherLeaders, visitNumber } from "../../../functions/reception/findings.ts";
import { HOST_LEADERS, receptionSchema } from "../../../functions/reception/schema.ts";
import { findingText } from "../../../functions/shared/i18n/sections/findings.ts";
import { form, person, WEDNESDAY } from "../../support/reception.ts";

const bucket = (changes = {}) => ({
  department: "finance",
  period: "2026-12",
  category: "hospitality",
  control: "hard" as const,
  allotted: 6_000_000,
  reserved: 0,
  committed: 0,
  spent: 0,
  available: 6_000_000,
  ...changes,
});

/** A quiet request: nothing stands out. */
const QUIET = { budgetAmount: 300_000, hostLeaders: [], excessReason: undefined };
function judged(changes: Record<string, unknown> = {}, more: Partial<Request> = {}): Request {
  const at = more.at ?? WEDNESDAY;
  const needed = { excessReason: "用车", ...(at > WEDNESDAY ? { retroactiveReason: "临时来访" } : {}) };
  return {
    content: receptionSchema(at).parse(form({ ...QUIET, ...needed, ...changes })),
    requester: person("chenyao"),
    at,
    table: { policyId: "standards", version: 1, document: STANDARDS_POLICY },
    buckets: [bucket()],
    creditGrade: null,
    visits: [],
    unsettled: [],
    ...more,
  };
}
const found = (...of: Parameters<typeof judged>) => assess(judged(...of)).findings;
const kinds = (...of: Parameters<typeof judged>) => found(...of).map((one) => one.kind);
const facts = (...of: Parameters<typeof judged>) => assess(judged(...of)).facts;
const text = (...of: Parameters<typeof judged>) => found(...of).map((one) => findingText(one, "zh-CN"));

test("nothing is found in a request within the standard, in time and within the budget", () => {
  expect(found()).toEqual([]);
  expect(facts()).toEqual({
    amount: 300_000,
    people: 3,
    level: "C",
    department: "customer_service",
    costDepartment: "finance",
    requester: "chenyao",
  });
});

describe("samples of the plan", () => {
  test("5000元以内 for two guests and one companion has no basis: ¥2,000 above the standard", () => {
    expect(text({ budgetAmount: 500_000 })).toEqual(["申请 ¥5,000，按接待标准测算为 ¥3,000，超出 ¥2,000。"]);
    expect(facts({ budgetAmount: 500_000 }).overStandard).toBe(true);
  });

  test("a budget without basis and a level that was never ticked are refused", () => {
    const parsed = receptionSchema(WEDNESDAY, () => true).safeParse(
      form({ level: undefined, excessReason: undefined }),
    );
    expect(parsed.error?.issues.map((one) => one.path[0])).toContain("level");
    const unexplained = receptionSchema(WEDNESDAY, () => true).safeParse(form({ excessReason: undefined }));
    expect(unexplained.error?.issues.map((one) => [one.path[0], one.message])).toEqual([
      ["excessReason", "reason_required"],
    ]);
  });

  test("a signature given a year after the visit is told with both times", () => {
    const evidence = [
      { path: "arriveAt", value: "2013-05-05T09:00:00+08:00" },
      { path: "approvedAt", value: "2014-05-06T09:00:00+08:00" },
    ];
    expect(findingText({ kind: "retroactive", evidence }, "zh-CN")).toBe(
      "先接待后签字：客人 2013年5月5日 9:00 已到，2014年5月6日 9:00 才签批。",
    );
  });
});

describe("a request after the visit began", () => {
  const arrived = Date.parse("2026-12-07T09:00:00+08:00");
  const DAY = 86_400_000;

  test("names arrival, submission and the time limit; within it, it is not late", () => {
    expect(found({}, { at: arrived + DAY })).toMatchObject([
      {
        kind: "retroactive",
        evidence: [
          { path: "arriveAt", value: "2026-12-07T09:00:00+08:00" },
          { path: "submittedAt", value: "2026-12-08T09:00:00+08:00" },
          { path: "deadline", value: "2026-12-09T09:00:00+08:00" },
          { path: "late", value: false },
        ],
      },
    ]);
    expect(facts({}, { at: arrived + DAY }).retroactive).toBe(true);
  });

  test.each([
    [0, [], undefined],
    [1, ["retroactive"], false],
    [2 * DAY, ["retroactive"], false],
    [2 * DAY + 1, ["retroactive"], true],
  ])("%i ms after the arrival: %j, late %s", (after, expected, late) => {
    const of = found({}, { at: arrived + after });
    expect(of.map((one) => one.kind)).toEqual(expected);
    expect(of[0]?.evidence.find((one) => one.path === "late")?.value).toBe(late);
  });
});

describe("money", () => {
  test("above the cap and above the standard are two findings", () => {
    expect(text({ budgetAmount: 600_000 })).toEqual([
      "申请 ¥6,000，按接待标准测算为 ¥3,000，超出 ¥3,000。",
      "申请 ¥6,000，单次上限为 ¥5,000，超出 ¥1,000。",
    ]);
    expect(kinds({ budgetAmount: 500_000 })).not.toContain("over_cap");
  });

  test("a soft budget that is short is told with its numbers, each bucket by itself; a hard one refuses instead", () => {
    const buckets = [
      bucket({ control: "soft", available: 100_000 }),
      bucket({ period: "2026-Q4", control: "soft", available: 300_000 }),
      bucket({ period: "2026", control: "soft", available: -1 }),
    ];
    expect(text({}, { buckets })).toEqual([
      "预算不够：财务部2026年12月可用 ¥1,000，本次要 ¥3,000，差 ¥2,000；财务部2026年可用 −¥0.01，本次要 ¥3,000，差 ¥3,000.01。",
    ]);
    expect(facts({}, { buckets }).overBudget).toBe(true);
    expect(kinds({}, { buckets: [bucket({ available: 1 })] })).toEqual([]);
  });
});

describe("people", () => {
  const companions = (n: number) =>
    Array.from({ length: n }, (_, i) => ({ name: `同事${i}`, phone: "13800000002" }));

  test("more companions than the ratio allows", () => {
    expect(kinds({ companions: companions(3) })).toEqual([]);
    expect(text({ companions: companions(4) })).toEqual(["陪同 4 人，来客 2 人时最多 3 人。"]);
  });

  test.each([
    ["chenyao", ["gm"], ["general_manager"]],
    ["chenyao", ["deputy_gm", "gm"], ["general_manager"]],
    ["chenyao", ["dept_mgr"], ["dept_manager"]],
    ["chenyao", ["marketing_mgr", "gm"], ["dept_manager", "general_manager"]],
    ["shuaizhong", ["dept_mgr"], []],
    ["shuaizhong", ["deputy_gm"], ["general_manager"]],
    ["zhangke", ["gm"], []],
  ])("%s with %j: the stages %j sign for those who attend in a higher post", (staffId, leaders, stages) => {
    const { content } = judged({ hostLeaders: leaders });
    expect(attendeeStages(higherLeaders(content, person(staffId)))).toEqual(stages);
  });

  test("whoever is named by hand has no post that could be compared", () => {
    expect(kinds({ hostLeaders: ["named"], hostLeaderNames: ["李总"] })).toEqual([]);
  });

  test("a higher leader is named", () => {
    expect(text({ hostLeaders: ["gm"] })).toEqual(["出面的总经理职级高于申请人，须由其签批。"]);
  });
});

describe("the same guest", () => {
  const visits = (...days: string[]) =>
    days.map((visitOn, i) => ({ caseId: `JD-2026-00000${i + 1}`, visitOn }));

  test("a fourth visit within thirty days names the three before", () => {
    const before = visits("2026-11-10", "2026-11-20", "2026-12-01");
    expect(kinds({}, { visits: before.slice(1) })).toEqual([]);
    expect(text({}, { visits: before })).toEqual([
      "30 天内第 4 次接待同一客户，规定不超过 3 次。此前：JD-2026-000001、JD-2026-000002、JD-2026-000003。",
    ]);
  });

  test("of a guest who comes every day the count is told and the last twenty visits are named", () => {
    const daily = Array.from({ length: 400 }, (_, i) => ({
      caseId: `JD-2026-${String(i + 1).padStart(6, "0")}`,
      visitOn: i < 200 ? "2026-11-20" : "2026-12-01",
    }));
    const [finding] = found({}, { visits: daily });
    expect(finding?.evidence[0]).toMatchObject({ value: 401, limit: 3 });
    expect(finding?.evidence.flatMap(({ caseId }) => caseId ?? [])).toEqual(
      daily.slice(-20).map(({ caseId }) => caseId),
    );
  });

  test("thirty days apart are within, thirty-one are not", () => {
    expect(visitNumber(visits("2026-11-07"), "2026-12-07", 30).n).toBe(2);
    expect(visitNumber(visits("2026-11-06"), "2026-12-07", 30).n).toBe(1);
  });

  test("an earlier visit that is asked for last counts too; visits around it that are too far apart do not", () => {
    expect(visitNumber(visits("2026-12-08", "2026-12-09", "2026-12-10"), "2026-12-07", 30).n).toBe(4);
    expect(
      visitNumber(visits("2026-11-12", "2026-11-17", "2026-12-17", "2026-12-27"), "2026-12-07", 30).n,
    ).toBe(3);
    expect(visitNumber(visits("2026-11-08", "2027-01-05"), "2026-12-07", 30).n).toBe(2);
  });

  test("never counts more than there are, at least itself, and one more visit never makes it fewer", () => {
    const day = fc
      .integer({ min: 0, max: 90 })
      .map((n) => new Date(Date.parse("2026-11-01") + n * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(
        fc.array(day, { maxLength: 8 }),
        day,
        day,
        fc.integer({ min: 1, max: 60 }),
        (days, own, extra, within) => {
          const { n, others } = visitNumber(visits(...days), own, within);
          expect(n).toBe(others.length + 1);
          expect(n).toBeLessThanOrEqual(days.length + 1);
          const spread = [own, ...others.map((one) => one.visitOn)].map(
            (one) => Date.parse(one) / 86_400_000,
          );
          expect(Math.max(...spread) - Math.min(...spread)).toBeLessThanOrEqual(within);
          // The fullest of all spans that hold the visit, whatever the order of the visits.
          const at = (one: string) => Date.parse(one) / 86_400_000;
          const spans = Array.from({ length: within + 1 }, (_, back) => at(own) - back).map(
            (start) => days.filter((one) => at(one) >= start && at(one) <= start + within).length,
          );
          expect(n).toBe(1 + Math.max(...spans));
          expect(visitNumber(visits(...days, extra), own, within).n).toBeGreaterThanOrEqual(n);
        },
      ),
    );
  });
});

test("overdue settlements are named", () => {
  expect(text({}, { unsettled: ["JD-2026-000001", "JD-2026-000009"] })).toEqual([
    "有 2 件接待过期没有结算：JD-2026-000001、JD-2026-000009。结算后才能提交新的申请。",
  ]);
});

test("whatever the request, what the chain is judged by agrees with what was found", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 900_000 }),
      fc.subarray(HOST_LEADERS.filter((one) => one !== "named")),
      fc.integer({ min: -200_000, max: 1_000_000 }),
      fc.constantFrom("hard" as const, "soft" as const),
      fc.integer({ min: 0, max: 10 }),
      (budgetAmount, hostLeaders, available, control, days) => {
        const of = judged(
          { budgetAmount, hostLeaders },
          { buckets: [bucket({ control, available })], at: WEDNESDAY + days * 86_400_000 },
        );
        const { facts: told, findings } = assess(of);
        const has = (kind: string) => findings.some((one) => one.kind === kind);
        expect(told.overBudget === true).toBe(has("over_budget"));
        expect(told.overStandard === true).toBe(has("over_standard"));
        expect(told.retroactive === true).toBe(has("retroactive"));
        expect((told.attendees ?? []).length > 0).toBe(has("claimant_below_attendee"));
        for (const one of findings)
          for (const locale of ["zh-CN", "en"] as const)
            expect(findingText(one, locale)).not.toMatch(/\{|undefined|NaN|null/);
      },
    ),
  );
});
