import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mayApprove, ownLimit, stepLimits } from "../../../functions/approval/limit-rules.ts";
import type {
  ApprovalFacts,
  ApprovalPolicy,
  RouteStage,
  Rule,
  StagePolicy,
} from "../../../functions/approval/model.ts";
import { applies, planRoute, postUp } from "../../../functions/approval/rules.ts";
import { DEPARTMENTS, type Person } from "../../../functions/directory/model.ts";
import { RECEPTION_POLICY } from "../../../functions/policy/shipped.ts";
import { PEOPLE } from "../../../local/demo/data.ts";
import { person, WEDNESDAY } from "../../support/reception.ts";

const facts = (changes: Partial<ApprovalFacts> = {}): ApprovalFacts => ({
  amount: 100_000,
  people: 3,
  level: "C",
  department: "customer_service",
  costDepartment: "finance",
  requester: "chenyao",
  ...changes,
});

/** Stage → who signs, for the default policy unless told otherwise. */
const route = (
  changes: Partial<ApprovalFacts> = {},
  staff: Person[] = PEOPLE,
  policy: ApprovalPolicy = RECEPTION_POLICY,
): RouteStage[] => planRoute(policy, facts(changes), { people: staff, absences: [] }, WEDNESDAY);
const signers = (stage: RouteStage | undefined) => stage?.signers.map((one) => one.staffId);
const names = (stages: RouteStage[]) => stages.map((one) => one.stage);

const without = (...ids: string[]): Person[] =>
  PEOPLE.map((one) => (ids.includes(one.staffId) ? { ...one, active: false } : one));

const withStage = (stage: StagePolicy): ApprovalPolicy => ({ ...RECEPTION_POLICY, stages: [stage] });
const committee: StagePolicy = {
  stage: "committee",
  when: {},
  signers: { role: "committee" },
  mode: "n-of-m",
  need: 2,
  due: "PT8H",
};

describe("the default policy", () => {
  test.each([
    [1, ["dept_manager"]],
    [100_000, ["dept_manager"]],
    [100_001, ["dept_manager", "general_manager"]],
    [500_000, ["dept_manager", "general_manager"]],
    [500_001, ["dept_manager", "general_manager", "finance"]],
    [Number.MAX_SAFE_INTEGER, ["dept_manager", "general_manager", "finance"]],
  ])("an amount of %i fen is signed by %j", (amount, stages) => {
    expect(names(route({ amount }))).toEqual(stages);
  });

  test("a larger amount never has fewer stages, and the stages keep their order", () => {
    const all = RECEPTION_POLICY.stages.map((stage) => stage.stage);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000 }), fc.nat(2_000_000), (amount, more) => {
        const smaller = names(route({ amount }));
        const larger = names(route({ amount: amount + more }));
        expect(larger.slice(0, smaller.length)).toEqual(smaller);
        expect(all.filter((stage) => larger.includes(stage))).toEqual(larger);
      }),
    );
  });

  test("the manager of the requester's department signs first, whatever department pays", () => {
    for (const costDepartment of DEPARTMENTS) {
      expect(signers(route({ department: "transport", requester: "weijun", costDepartment })[0])).toEqual([
        "luoqiang",
      ]);
      expect(signers(route({ costDepartment })[0])).toEqual(["shuaizhong"]);
    }
  });

  test("any one of finance signs above five thousand yuan, within eight working hours", () => {
    const stage = route({ amount: 500_001 })[2];
    expect(stage).toMatchObject({ mode: "any-sign", need: 1, dueMinutes: 480, limit: null });
    expect(signers(stage)).toEqual(["wanghui", "zhaomin"]);
  });

  test("each stage says why it exists", () => {
    expect(route({ amount: 500_001 }).map((stage) => stage.rules)).toEqual([
      ["always"],
      ["amount"],
      ["amount"],
    ]);
  });
});

describe("nobody signs for oneself", () => {
  test("a department manager's request goes to the general manager, by rule self", () => {
    const [stage] = route({ requester: "shuaizhong" });
    expect(stage?.signers).toEqual([{ staffId: "zhangke", name: "张科", rules: ["self"] }]);
  });

  test("the general manager's own stage goes to the administrator, by rule self", () => {
    const stage = route({ requester: "zhangke", department: "management", amount: 200_000 })[1];
    expect(stage?.signers).toEqual([{ staffId: "yinxue", name: "尹雪", rules: ["self"] }]);
  });

  test("where others hold the post too they sign, not the next post up", () => {
    const stage = route({ requester: "wanghui", department: "finance", amount: 600_000 })[2];
    expect(stage?.signers).toEqual([{ staffId: "zhaomin", name: "赵敏", rules: ["self"] }]);
  });

  test("the only person of a post that is no manager's climbs to the general manager", () => {
    const stage = route(
      { requester: "wanghui", department: "finance", amount: 600_000 },
      without("zhaomin"),
    )[2];
    expect(signers(stage)).toEqual(["zhangke"]);
  });

  test("with the general manager away a manager's own stage climbs to the administrator", () => {
    expect(signers(route({ requester: "shuaizhong" }, without("zhangke"))[0])).toEqual(["yinxue"]);
  });

  test("the requester is never a signer, whoever asks and whoever is away", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PEOPLE),
        fc.integer({ min: 1, max: 3_000_000 }),
        fc.subarray(PEOPLE.map((one) => one.staffId)),
        (requester, amount, away) => {
          const staff = without(...away.filter((id) => id !== requester.staffId));
          const stages = route(
            { requester: requester.staffId, department: requester.department, amount },
            staff,
            { ...RECEPTION_POLICY, stages: [...RECEPTION_POLICY.stages, committee] },
          );
          for (const stage of stages) {
            expect(signers(stage)).not.toContain(requester.staffId);
            for (const id of signers(stage) ?? []) expect(away).not.toContain(id);
            if (stage.signers.length > 0) expect(stage.need).toBeLessThanOrEqual(stage.signers.length);
          }
        },
      ),
    );
  });
});

describe("vacant posts", () => {
  test("a department without a manager goes to the administrator, by rule vacant", () => {
    const [stage] = route({ requester: "wanghui", department: "finance" });
    expect(stage?.signers).toEqual([{ staffId: "yinxue", name: "尹雪", rules: ["vacant"] }]);
  });

  test("an inactive holder leaves the post vacant", () => {
    expect(signers(route({}, without("shuaizhong"))[0])).toEqual(["yinxue"]);
  });

  test("without an administrator the general manager takes it, else anybody of finance", () => {
    expect(signers(route({}, without("shuaizhong", "yinxue"))[0])).toEqual(["zhangke"]);
    expect(signers(route({}, without("shuaizhong", "yinxue", "zhangke"))[0])).toEqual(["wanghui", "zhaomin"]);
  });
});

describe("other policies are data alone", () => {
  test("two of the three of the committee", () => {
    const [stage] = route({}, PEOPLE, withStage(committee));
    expect(stage).toMatchObject({ stage: "committee", mode: "n-of-m", need: 2 });
    expect(signers(stage)).toEqual(["xielei", "gaofeng", "daiwen"]);
  });

  test("a committee never waits for more votes than it has members who may sign", () => {
    const [stage] = route({}, without("xielei", "gaofeng"), withStage(committee));
    expect(stage).toMatchObject({ need: 1 });
    expect(signers(stage)).toEqual(["daiwen"]);
  });

  test("all-sign needs everybody; the manager of the paying department is a relation; people by name", () => {
    const all = withStage({ ...committee, mode: "all-sign", need: undefined });
    expect(route({}, PEOPLE, all)[0]?.need).toBe(3);
    const cost = withStage({ ...committee, mode: "single", signers: { relation: "cost_centre_manager" } });
    expect(signers(route({ costDepartment: "marketing" }, PEOPLE, cost)[0])).toEqual(["pengtao"]);
    const named = withStage({ ...committee, mode: "any-sign", signers: { staffIds: ["hejing", "limin"] } });
    expect(signers(route({}, PEOPLE, named)[0])?.sort()).toEqual(["hejing", "limin"]);
  });

  test("all given keys of a condition hold, of several conditions any one", () => {
    const levelA = { levels: ["A"] };
    const large = { amountAbove: 50_000, departments: ["finance" as const] };
    expect(applies(large, facts())).toBe(true);
    expect(applies(large, facts({ costDepartment: "transport" }))).toBe(false);
    expect(applies(large, facts({ amount: 50_000 }))).toBe(false);
    expect(applies([levelA, large], facts())).toBe(true);
    expect(applies([levelA], facts())).toBe(false);
    expect(applies([levelA], facts({ level: "A" }))).toBe(true);
  });
});

describe("the limit of a post", () => {
  const step = { limit: 500_000, limitPerHead: 100_000 };
  const seat = (...rules: Rule[]) => ({ rules });
  const amounts = (amount: number, people = 3) => ({ amount, people });

  test("holds for the chain's last approval only", () => {
    const stages = route({ amount: 300_000 });
    expect(stepLimits(stages, ["dept_manager"])).toEqual({ limit: null, limitPerHead: null });
    expect(stepLimits(stages, ["general_manager"])).toEqual({ limit: 500_000, limitPerHead: null });
    expect(stepLimits(stages, ["dept_manager", "general_manager"]).limit).toBe(500_000);
  });

  test("finance as the last stage may sign any amount", () => {
    expect(stepLimits(route({ amount: 900_000 }), ["finance"]).limit).toBeNull();
  });

  test("refuses what is above it, per case and per head, to the fen", () => {
    expect(mayApprove({ limit: 500_000 }, seat(), amounts(500_000))).toBe(true);
    expect(mayApprove({ limit: 500_000 }, seat(), amounts(500_001))).toBe(false);
    expect(mayApprove(step, seat(), amounts(300_000))).toBe(true);
    expect(mayApprove(step, seat(), amounts(300_001))).toBe(false);
    expect(mayApprove({ limit: null }, seat(), amounts(Number.MAX_SAFE_INTEGER))).toBe(true);
  });

  test("does not bind who signs one level up for the requester; nobody approves for a vacant post", () => {
    expect(mayApprove(step, seat("self"), amounts(900_000))).toBe(true);
    expect(mayApprove(step, seat("vacant"), amounts(1))).toBe(false);
    expect(mayApprove(step, seat("vacant", "self"), amounts(1))).toBe(false);
  });

  test("of a person is the largest of the stages that name his own post", () => {
    const own = (staffId: string) => ownLimit(staffId, RECEPTION_POLICY, PEOPLE);
    expect(own("shuaizhong")).toBe(100_000);
    expect(own("zhangke")).toBe(500_000);
    expect(own("wanghui")).toBeNull();
    expect(own("yinxue")).toBe(0);
  });
});

describe("the next post up", () => {
  test.each([
    ["shuaizhong", 1, ["zhangke"]],
    ["shuaizhong", 2, ["yinxue"]],
    ["shuaizhong", 3, ["yinxue"]],
    ["zhangke", 1, ["yinxue"]],
    ["zhangke", 2, ["yinxue"]],
    ["chenyao", 1, ["shuaizhong"]],
    ["chenyao", 2, ["zhangke"]],
    ["chenyao", 3, ["yinxue"]],
    ["weijun", 1, ["luoqiang"]],
    ["wanghui", 1, ["zhangke"]],
    ["wanghui", 2, ["yinxue"]],
  ])("of %s, %i up: %j", (from, steps, expected) => {
    expect(postUp(person(from), steps, PEOPLE).map((one) => one.staffId)).toEqual(expected);
  });

  test("a vacant post is passed over", () => {
    expect(postUp(person("shuaizhong"), 1, without("zhangke")).map((one) => one.staffId)).toEqual(["yinxue"]);
  });

  test("nobody is his own superior", () => {
    for (const one of PEOPLE)
      for (const steps of [1, 2, 3])
        expect(postUp(one, steps, PEOPLE).map((up) => up.staffId)).not.toContain(one.staffId);
  });
});

test.each([
  [{ creditGrades: ["D"] }, { creditGrade: "D" }],
  [{ overBudget: true }, { overBudget: true }],
  [{ retroactive: true }, { retroactive: true }],
  [{ overBudget: false }, {}],
])("%j holds of a case with %j", (when, of) => {
  expect(applies(when, facts(of))).toBe(true);
  expect(applies([when], facts(of))).toBe(true);
  const other = {
    creditGrade: "A",
    overBudget: "overBudget" in when && !when.overBudget,
    retroactive: false,
  };
  expect(applies(when, facts(other))).toBe(false);
  expect(applies([when, {}], facts(other))).toBe(true);
});
