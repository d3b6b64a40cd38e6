/** Who signs, rule by rule, in the demo company: contracts/approvals.md §3. */
import { describe, expect, test } from "vitest";
import type { ApprovalFacts, ApprovalPolicy, RouteStage } from "../../../functions/approval/model.ts";
import { planRoute } from "../../../functions/approval/rules.ts";
import type { Absence, Person } from "../../../functions/directory/model.ts";
import { RECEPTION_POLICY } from "../../../functions/policy/shipped.ts";
import { PEOPLE } from "../../../local/demo/data.ts";
import { WEDNESDAY } from "../../support/reception.ts";

const away = (staffId: string, substituteId?: string, days = ["2026-12-02", "2026-12-02"]): Absence => ({
  absenceId: `${staffId}-away`,
  staffId,
  from: days[0]!,
  to: days[1]!,
  ...(substituteId === undefined ? {} : { substituteId }),
  reason: "",
  createdBy: staffId,
  createdAt: "2026-12-01T00:00:00.000Z",
});
const LONG = ["2026-12-01", "2026-12-31"];
const without = (...ids: string[]): Person[] =>
  PEOPLE.map((one) => (ids.includes(one.staffId) ? { ...one, active: false } : one));

type Case = Omit<Partial<ApprovalFacts>, "people"> & {
  absences?: Absence[];
  people?: Person[];
  policy?: ApprovalPolicy;
};

function route({
  absences = [],
  people = PEOPLE,
  policy = RECEPTION_POLICY,
  ...facts
}: Case = {}): RouteStage[] {
  const all: ApprovalFacts = {
    amount: 80_000,
    people: 3,
    level: "C",
    department: "customer_service",
    costDepartment: "marketing",
    requester: "chenyao",
    ...facts,
  };
  return planRoute(policy, all, { people, absences }, WEDNESDAY);
}
/** `stage:person<for(rules)`, merged stages with their head. */
const told = (of: Case) =>
  route(of).map((stage) => {
    const signers = stage.signers.map(
      (one) => `${one.staffId}${one.for ? `<${one.for}` : ""}(${one.rules.join(",")})`,
    );
    return `${stage.stage}${stage.mergedInto ? `=${stage.mergedInto}` : ""}: ${signers.join(" ")}`;
  });
const why = (of: Case) => route(of).map((stage) => `${stage.stage}: ${stage.rules.join(",")}`);

describe("self", () => {
  test("a manager's own stage is the general manager's, who signs both of his stages in one step", () => {
    expect(told({ requester: "shuaizhong", amount: 300_000 })).toEqual([
      "dept_manager: zhangke(self)",
      "general_manager=dept_manager: zhangke(same_signer)",
    ]);
  });

  test("above his own limit he signs each", () => {
    expect(told({ requester: "shuaizhong", amount: 500_001 })).toEqual([
      "dept_manager: zhangke(self)",
      "general_manager: zhangke()",
      "finance: wanghui() zhaomin()",
    ]);
  });

  test("the general manager's own stage is the administrator's", () => {
    expect(told({ requester: "zhangke", department: "customer_service", amount: 200_000 })).toEqual([
      "dept_manager: shuaizhong()",
      "general_manager: yinxue(self)",
    ]);
  });

  test("an administrator who asks himself and is alone is signed for by the general manager", () => {
    expect(
      told({ requester: "yinxue", department: "management", amount: 200_000, people: without("zhangke") }),
    ).toEqual([
      "dept_manager: wanghui(vacant,self) zhaomin(vacant,self)",
      "general_manager: wanghui(vacant,self) zhaomin(vacant,self)",
    ]);
    expect(told({ requester: "yinxue", department: "management" })).toEqual([
      "dept_manager: zhangke(vacant,self)",
    ]);
  });
});

describe("substitute", () => {
  test("whoever is away that day is signed for by his substitute", () => {
    expect(told({ absences: [away("shuaizhong", "luoqiang")] })).toEqual([
      "dept_manager: luoqiang<shuaizhong(substitute)",
    ]);
    expect(told({ absences: [away("shuaizhong", "luoqiang", ["2026-12-03", "2026-12-04"])] })).toEqual([
      "dept_manager: shuaizhong()",
    ]);
  });

  test("each stage looks at the day it opens", () => {
    const absences = [away("zhangke", "pengtao", ["2026-12-03", "2026-12-03"])];
    expect(told({ amount: 200_000, absences })).toEqual([
      "dept_manager: shuaizhong()",
      "general_manager: pengtao<zhangke(substitute)",
    ]);
  });

  test("without a substitute the stage climbs one level, and one step serves both", () => {
    expect(told({ amount: 200_000, absences: [away("shuaizhong")] })).toEqual([
      "dept_manager: zhangke<shuaizhong(substitute)",
      "general_manager=dept_manager: zhangke(same_signer)",
    ]);
  });

  test("where others of the post are there they sign", () => {
    expect(told({ amount: 600_000, absences: [away("wanghui", undefined, LONG)] })[2]).toBe(
      "finance: zhaomin()",
    );
    expect(told({ amount: 600_000, absences: [away("wanghui", "hejing", LONG)] })[2]).toBe(
      "finance: zhaomin() hejing<wanghui(substitute)",
    );
    expect(told({ amount: 600_000, absences: [away("wanghui", "zhaomin", LONG)] })[2]).toBe(
      "finance: zhaomin()",
    );
  });

  test("the requester does not stand in on his own request: one post up", () => {
    expect(told({ absences: [away("shuaizhong", "chenyao")] })).toEqual([
      "dept_manager: zhangke<shuaizhong(substitute,self)",
    ]);
  });

  test("a substitute who is away or has left is none", () => {
    const absences = [away("shuaizhong", "luoqiang"), away("luoqiang", "chenyao")];
    expect(told({ absences })).toEqual(["dept_manager: zhangke<shuaizhong(substitute)"]);
    expect(told({ absences: [away("shuaizhong", "luoqiang")], people: without("luoqiang") })).toEqual([
      "dept_manager: zhangke<shuaizhong(substitute)",
    ]);
  });

  test("with everybody above away the administrator keeps it, though he is away himself", () => {
    const absences = [away("shuaizhong"), away("zhangke"), away("yinxue")];
    expect(told({ absences })).toEqual(["dept_manager: yinxue<shuaizhong(substitute)"]);
    expect(told({ absences: [...absences.slice(0, 2), away("yinxue", "limin")] })).toEqual([
      "dept_manager: limin<shuaizhong(substitute)",
    ]);
  });
});

describe("vacant", () => {
  test("goes to the administrator or his substitute, and never shares a step", () => {
    const people = without("shuaizhong", "zhangke");
    expect(told({ amount: 200_000, people })).toEqual([
      "dept_manager: yinxue(vacant)",
      "general_manager: yinxue(vacant)",
    ]);
    expect(told({ people, absences: [away("yinxue", "limin")] })).toEqual([
      "dept_manager: limin<yinxue(vacant,substitute)",
    ]);
  });
});

describe("climbing", () => {
  test("over budget and retroactive add the next stage once, which carries both rules", () => {
    expect(why({ overBudget: true })).toEqual(["dept_manager: always", "general_manager: over_budget"]);
    expect(why({ overBudget: true, retroactive: true })).toEqual([
      "dept_manager: always",
      "general_manager: over_budget,retroactive",
    ]);
    expect(why({ amount: 200_000, retroactive: true })).toEqual([
      "dept_manager: always",
      "general_manager: amount",
      "finance: retroactive",
    ]);
  });

  test("above the last stage there is nothing to add: it signs with the rule beside its own", () => {
    expect(why({ amount: 600_000, overBudget: true })[2]).toBe("finance: amount,over_budget");
  });

  test("over the standard the general manager signs, once", () => {
    expect(why({ overStandard: true })).toEqual(["dept_manager: always", "general_manager: over_standard"]);
    expect(why({ amount: 200_000, overStandard: true })[1]).toBe("general_manager: amount,over_standard");
    expect(why({ retroactive: true, overStandard: true })).toEqual([
      "dept_manager: always",
      "general_manager: retroactive,over_standard",
    ]);
  });

  test("a policy that names the stage gets that stage", () => {
    const policy = { ...RECEPTION_POLICY, climbOn: { retroactive: "finance" } };
    expect(why({ retroactive: true, overBudget: true, policy })).toEqual([
      "dept_manager: always",
      "finance: retroactive",
    ]);
  });
});

describe("attendee", () => {
  test("his stage is added at its own place, or gets the rule where it is there", () => {
    expect(why({ attendees: ["general_manager"] })).toEqual([
      "dept_manager: always",
      "general_manager: attendee",
    ]);
    expect(why({ amount: 600_000, attendees: ["general_manager"] })).toEqual([
      "dept_manager: always",
      "general_manager: amount,attendee",
      "finance: amount",
    ]);
  });

  test("where the policy has none the built-in stage comes after the policy's own", () => {
    const policy = {
      ...RECEPTION_POLICY,
      stages: RECEPTION_POLICY.stages.filter((one) => one.stage === "finance"),
    };
    const all = { amount: 600_000, policy, attendees: ["general_manager", "dept_manager"] };
    expect(told(all)).toEqual([
      "finance: wanghui() zhaomin()",
      "dept_manager: shuaizhong()",
      "general_manager: zhangke()",
    ]);
    expect(route(all)[2]).toMatchObject({ mode: "single", dueMinutes: 480, limit: null });
  });
});

test("a credit grade brings its stage", () => {
  const [first, ...rest] = RECEPTION_POLICY.stages;
  const policy = {
    ...RECEPTION_POLICY,
    stages: [first!, { ...rest[1]!, when: { creditGrades: ["C", "D"] } }],
  };
  expect(why({ policy, creditGrade: "D" })).toEqual(["dept_manager: always", "finance: credit_grade"]);
  expect(why({ policy, creditGrade: "A" })).toEqual(["dept_manager: always"]);
});

test("of several conditions only those that hold are named", () => {
  const [first, second] = RECEPTION_POLICY.stages;
  const when = [{ amountAbove: 100_000 }, { levels: ["A", "B"] }];
  const policy = { ...RECEPTION_POLICY, stages: [first!, { ...second!, when }] };
  expect(why({ policy, level: "A" })[1]).toBe("general_manager: level");
  expect(why({ policy, level: "B", amount: 200_000 })[1]).toBe("general_manager: amount,level");
});
