/** The editors lose nothing: a document goes into the fields, through a posted form, and comes back the same. */
import { describe, expect, test } from "vitest";
import type { ApprovalPolicy, StagePolicy, When } from "../../../functions/approval/model.ts";
import { approvalProblems } from "../../../functions/policy/approval-rules.ts";
import { problemsIn } from "../../../functions/policy/kinds.ts";
import {
  BUDGET_CHANGE_POLICY,
  RECEPTION_POLICY,
  STANDARDS_POLICY,
} from "../../../functions/policy/shipped.ts";
import type { Standards } from "../../../functions/reception/standards.ts";
import {
  fromPolicy,
  type PolicyValues,
  policyProblems,
  pressedPolicy,
  readPolicyForm,
  toPolicy,
} from "../../../functions/web/models/policy-form.ts";
import { differencesOf, groupsOf } from "../../../functions/web/models/policy-words.ts";
import {
  fromStandards,
  pressedStandards,
  readStandardsForm,
  standardsProblems,
  toStandards,
} from "../../../functions/web/models/standards-form.ts";
import { policyEditPage, standardsEditPage } from "../../../functions/web/pages/policy-edit.tsx";
import { PEOPLE } from "../../../local/demo/data.ts";
import { reader } from "../../support/fixtures.ts";
import { postedFields } from "../../support/posted-fields.ts";
import { person } from "../../support/reception.ts";

const r = reader(person("limin"));
const editing = { policyId: "reception" as const, basedOn: 1, seen: "", problems: [], staff: PEOPLE };

const stage = (change: Partial<StagePolicy>): StagePolicy => ({
  stage: "committee",
  when: { amountAbove: 2_000_050 },
  signers: { role: "committee" },
  mode: "n-of-m",
  need: 2,
  due: "PT8H",
  ...change,
});
const withStage = (change: Partial<StagePolicy>): ApprovalPolicy => ({
  ...RECEPTION_POLICY,
  stages: [...RECEPTION_POLICY.stages, stage(change)],
});
const RICH: When[] = [
  { levels: ["A", "B"], departments: ["marketing", "finance"], overBudget: true },
  { creditGrades: ["C", "D"], retroactive: false, amountAbove: 1 },
];

describe("a policy through its editor", () => {
  const own = { signers: { relation: "cost_centre_manager" as const }, mode: "any-sign" as const };
  test.each<[string, ApprovalPolicy]>([
    ["the default", RECEPTION_POLICY],
    ["that of budget changes", BUDGET_CHANGE_POLICY],
    ["a committee", withStage({})],
    ["conditions of every kind", withStage({ when: RICH })],
    ["people by name", withStage({ signers: { staffIds: ["zhangke", "wanghui"] } })],
    ["a stage with a name of its own", withStage({ stage: "法务审批-1", ...own, need: undefined as never })],
    ["a stage that is due after the usual time", withStage({ due: undefined as never })],
    ["limits", withStage({ limit: 12_345, limitPerHead: 100 })],
    [
      "odd durations",
      {
        ...withStage({ due: "PT1H30M" }),
        reserveFor: "PT36H",
        nudgeEvery: "PT90M",
        blockUnsettledAfter: "PT240H",
      },
    ],
    ["a restart at a stage", { ...RECEPTION_POLICY, onEdit: "general_manager" }],
    ["an administrator by name", { ...RECEPTION_POLICY, administrator: { staffIds: ["yinxue"] } }],
  ])("%s comes back as it was", (_name, policy) => {
    const document = JSON.parse(JSON.stringify(policy));
    const page = policyEditPage(r, editing, fromPolicy(document));
    const back = toPolicy(readPolicyForm(postedFields(page, "/policies/reception/edit")));
    expect(back).toEqual(document);
    expect(approvalProblems(back, PEOPLE)).toEqual([]);
  });

  const values = (): PolicyValues => fromPolicy(withStage({ when: RICH }));
  const press = (name: string, value: string) =>
    toPolicy(pressedPolicy(values(), new URLSearchParams({ [name]: value }))) as unknown as ApprovalPolicy;

  test("its buttons add, remove and move stages and conditions", () => {
    const names = (policy: ApprovalPolicy) => policy.stages.map((one) => one.stage);
    expect(names(press("add", "stages"))).toEqual([
      "dept_manager",
      "general_manager",
      "finance",
      "committee",
      "",
    ]);
    expect(names(press("remove", "stages.1"))).toEqual(["dept_manager", "finance", "committee"]);
    expect(names(press("up", "stages.3"))).toEqual([
      "dept_manager",
      "general_manager",
      "committee",
      "finance",
    ]);
    expect(names(press("up", "stages.0"))).toEqual(names(withStage({})));
    expect(names(press("remove", "stages.99"))).toEqual(names(withStage({})));
    expect(press("remove", "stages.3.when.0").stages[3]?.when).toEqual(RICH[1]);
    expect(press("add", "stages.0.when").stages[0]?.when).toEqual({});
  });

  test("a duration that was changed is written anew", () => {
    const change = values();
    Object.assign(change.text, { reserveFor: "45", nudgeEvery: "0.5" });
    change.stages[0]!.text.due = "1.5";
    const policy = toPolicy(change) as unknown as ApprovalPolicy;
    expect([policy.reserveFor, policy.nudgeEvery, policy.stages[0]?.due]).toEqual([
      "P45D",
      "PT30M",
      "PT1H30M",
    ]);
  });

  test("every problem has an input on the page that says it", () => {
    const wrong = values();
    wrong.text.undoSeconds = "soon";
    wrong.text.reserveFor = "long";
    wrong.text.stepUpAbove = "5,00.0";
    wrong.text["climbOn.over_budget"] = "board";
    wrong.stages[3]!.text.stage = "other";
    wrong.stages[3]!.text.stageText = "next";
    wrong.stages[3]!.text.need = "7";
    wrong.stages[2]!.text.signers = "";
    wrong.stages[1]!.text.signers = "staff";
    wrong.stages[0]!.text.limit = "viel";
    wrong.stages[3]!.whens[1]!.amountAbove = "x";
    wrong.stages[3]!.whens[0]!.levels = ["Z"];
    const problems = policyProblems(approvalProblems(toPolicy(wrong), PEOPLE), wrong, r);
    expect(problems.map((one) => one.input).sort()).toEqual(
      [
        "climbOn.over_budget",
        "reserveFor",
        "stages.0.limit",
        "stages.1.staffIds",
        "stages.2.signers",
        "stages.3.need",
        "stages.3.stageText",
        "stages.3.when.0.levels",
        "stages.3.when.1.amountAbove",
        "stepUpAbove",
        "undoSeconds",
      ].sort(),
    );
    const page = policyEditPage(r, { ...editing, problems }, wrong);
    for (const { input, label } of problems) {
      expect(page, input).toContain(`id="${input.replaceAll(".", "-")}"`);
      expect(label, input).toMatch(/[\u4e00-\u9fff]/);
    }
    expect(page).toContain('value="soon"');
  });
});

describe("the standards through their editor", () => {
  const document = JSON.parse(JSON.stringify(STANDARDS_POLICY)) as Standards;

  test("come back as they were", () => {
    const page = standardsEditPage(r, { ...editing, policyId: "standards" }, fromStandards(document));
    const back = toStandards(readStandardsForm(postedFields(page, "/policies/standards/edit")));
    expect(back).toEqual(document);
    expect(problemsIn("standards", back, PEOPLE)).toEqual([]);
  });

  test("a hotel is added and removed", () => {
    const values = fromStandards(document);
    const added = pressedStandards(values, new URLSearchParams({ add: "hotels" }));
    expect(added.hotels).toHaveLength(2);
    expect(pressedStandards(added, new URLSearchParams({ remove: "hotels.0" })).hotels[0]?.name).toBe("");
  });

  test("every problem has an input on the page that says it", () => {
    const wrong = fromStandards({ ...document, hotels: [...document.hotels, ...document.hotels] });
    for (const path of Object.keys(wrong.text)) if (path !== "companions.enabled") wrong.text[path] = "x";
    wrong.hotels[1] = { name: "", star: "9", cityClass: "", contracted: "" };
    const problems = standardsProblems(problemsIn("standards", toStandards(wrong), PEOPLE), r);
    // 18 cells, 2 further amounts, 7 numbers, a duration, 3 fields of the second hotel.
    expect(problems).toHaveLength(18 + 2 + 7 + 1 + 3);
    const page = standardsEditPage(r, { ...editing, policyId: "standards", problems }, wrong);
    for (const { input, label } of problems) {
      expect(page, input).toContain(`id="${input.replaceAll(".", "-")}"`);
      expect(label, input).toMatch(/[\u4e00-\u9fff]/);
    }
  });
});

describe("a difference in words", () => {
  const groups = (policy: ApprovalPolicy) => groupsOf("reception", policy, r, PEOPLE);

  test("names the stage, the field, and both", () => {
    const after = withStage({ when: RICH });
    after.stages[1] = { ...after.stages[1]!, when: { amountAbove: 50_000 }, due: "PT4H" };
    const found = differencesOf(groups(RECEPTION_POLICY), groups({ ...after, undoSeconds: 30 }));
    expect(found.map((one) => [one.title, one.kind])).toEqual([
      ["主管总经理审批", "changed"],
      ["通用规定", "changed"],
      ["委员会审批", "added"],
    ]);
    expect(found[0]?.rows).toEqual([
      { key: "when", label: "哪些申请要签", from: "金额超过 ¥1,000", to: "金额超过 ¥500" },
      { key: "due", label: "时限", from: "8 个工作小时内", to: "4 个工作小时内" },
    ]);
    expect(found[2]?.rows.find((row) => row.key === "when")?.to).toBe(
      "接待级别为 A、B，并且费用归口为 市场部、财务部，并且超出预算；或者 金额超过 ¥0.01，并且客户信用等级为 C、D，并且不是补办的",
    );
  });

  test("is none where nothing changed or only the writing did", () => {
    const same = { ...RECEPTION_POLICY, reserveFor: "PT720H" };
    expect(differencesOf(groups(RECEPTION_POLICY), groups(same))).toEqual([]);
  });
});
