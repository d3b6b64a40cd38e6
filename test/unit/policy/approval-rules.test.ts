/** What an approval policy may say, and that every refusal names its place (contracts/approvals.md §8). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ApprovalFacts, ApprovalPolicy } from "../../../functions/approval/model.ts";
import { neededStages, planRoute } from "../../../functions/approval/rules.ts";
import { approvalProblems } from "../../../functions/policy/approval-rules.ts";
import { problemsIn } from "../../../functions/policy/kinds.ts";
import {
  BUDGET_CHANGE_POLICY,
  RECEPTION_POLICY,
  STANDARDS_POLICY,
} from "../../../functions/policy/shipped.ts";
import { PEOPLE } from "../../../local/demo/data.ts";
import { WEDNESDAY } from "../../support/reception.ts";

type Loose = Record<string, unknown>;
const policy = (change: Loose = {}): Loose => ({ ...structuredClone(RECEPTION_POLICY), ...change });
/** The policy with one stage more. */
const withStage = (stage: Loose): Loose =>
  policy({ stages: [...RECEPTION_POLICY.stages, { ...COMMITTEE, ...stage }] });
const COMMITTEE = {
  stage: "committee",
  when: { amountAbove: 2_000_000 },
  signers: { role: "committee" },
  mode: "n-of-m",
  need: 2,
  due: "PT8H",
};
const told = (document: unknown) =>
  approvalProblems(document, PEOPLE).map((one) => `${one.path}:${one.code}`);

describe("a policy that may be published", () => {
  test.each([
    ["the default", policy()],
    ["that of budget changes", structuredClone(BUDGET_CHANGE_POLICY)],
    ["a committee, two of three", withStage({})],
    [
      "any of several conditions",
      withStage({ when: [{ levels: ["A"] }, { overBudget: true, departments: ["finance"] }] }),
    ],
    ["people by name", withStage({ signers: { staffIds: ["zhangke", "wanghui"] } })],
    [
      "the manager of the cost department",
      withStage({ signers: { relation: "cost_centre_manager" }, mode: "single", need: undefined }),
    ],
    ["a restart at a stage of its own", policy({ onEdit: "general_manager" })],
    ["a stage that does not say when it is due", withStage({ due: undefined })],
    ["a limit per head, days and minutes", withStage({ limitPerHead: 10_000, due: "P1DT30M" })],
    ["a stage by a Chinese name", withStage({ stage: "法务审批" })],
    ["climbing to a stage", policy({ climbOn: { over_budget: "finance" } })],
    [
      "an always among the conditions",
      policy({ stages: [{ ...RECEPTION_POLICY.stages[0], when: [{ overBudget: true }, {}] }], climbOn: {} }),
    ],
  ])("%s", (_name, document) => {
    expect(told(JSON.parse(JSON.stringify(document)))).toEqual([]);
  });
});

describe("a policy that is refused", () => {
  const only = RECEPTION_POLICY.stages[1]!;
  test.each<[string, unknown, string[]]>([
    ["no stage that always applies", policy({ stages: [only], climbOn: {} }), ["stages:always_needed"]],
    ["no stage at all", policy({ stages: [], climbOn: {} }), ["stages:always_needed"]],
    ["more needed than may sign", withStage({ need: 4 }), ["stages.3.need:need_above_signers"]],
    [
      "more needed than are named",
      withStage({ signers: { staffIds: ["zhangke"] }, need: 2 }),
      ["stages.3.need:need_above_signers"],
    ],
    ["nobody needed", withStage({ need: 0 }), ["stages.3.need:at_least"]],
    ["n-of-m without a number", withStage({ need: undefined }), ["stages.3.need:required"]],
    ["a number that means nothing", withStage({ mode: "all-sign" }), ["stages.3.need:need_only_n_of_m"]],
    ["an unknown role", withStage({ signers: { role: "emperor" } }), ["stages.3.signers.role:choose"]],
    [
      "an unknown relation",
      withStage({ signers: { relation: "friend" } }),
      ["stages.3.signers.relation:choose"],
    ],
    [
      "empty signers",
      withStage({ signers: { staffIds: [] } }),
      ["stages.3.signers.staffIds:required", "stages.3.need:need_above_signers"],
    ],
    ["no signers", withStage({ signers: {} }), ["stages.3.signers:choose"]],
    [
      "signers of two kinds",
      withStage({ signers: { role: "committee", staffIds: ["zhangke"] } }),
      ["stages.3.signers.staffIds:unknown_field", "stages.3.need:need_above_signers"],
    ],
    [
      "somebody who is not there",
      withStage({ signers: { staffIds: ["zhangke", "ghost"] }, need: 1 }),
      ["stages.3.signers.staffIds.1:choose"],
    ],
    [
      "a person twice",
      withStage({ signers: { staffIds: ["zhangke", "zhangke"] }, need: 1 }),
      ["stages.3.signers.staffIds:duplicate"],
    ],
    ["a stage twice", withStage({ stage: "finance" }), ["stages.3.stage:duplicate"]],
    ["a name that the system keeps", withStage({ stage: "next" }), ["stages.3.stage:stage_name"]],
    ["a mode that nobody knows", withStage({ mode: "auto", need: undefined }), ["stages.3.mode:choose"]],
    [
      "a stage that approves by itself",
      withStage({ onTimeout: "approve" }),
      ["stages.3.onTimeout:unknown_field"],
    ],
    ["an unknown key", policy({ autoApproveBelow: 10_000 }), ["autoApproveBelow:unknown_field"]],
    [
      "an unknown condition",
      withStage({ when: { amountBelow: 5 } }),
      ["stages.3.when.amountBelow:unknown_field"],
    ],
    ["a condition that never holds", withStage({ when: [] }), ["stages.3.when:required"]],
    ["an empty list of levels", withStage({ when: { levels: [] } }), ["stages.3.when.levels:required"]],
    [
      "an unknown level in an alternative",
      withStage({ when: [{}, { levels: ["Z"] }] }),
      ["stages.3.when.1.levels.0:choose"],
    ],
    ["a fraction of a fen", withStage({ when: { amountAbove: 10.5 } }), ["stages.3.when.amountAbove:number"]],
    ["a negative limit", withStage({ limit: -1 }), ["stages.3.limit:at_least"]],
    ["a negative threshold", policy({ stepUpAbove: -500 }), ["stepUpAbove:at_least"]],
    ["a fraction of a threshold", policy({ batchUpTo: 0.5 }), ["batchUpTo:number"]],
    ["money as text", policy({ batchUpTo: "500" }), ["batchUpTo:number"]],
    ["a duration that cannot be read", policy({ nudgeEvery: "4 hours" }), ["nudgeEvery:duration"]],
    ["a month, which has no one length", policy({ reserveFor: "P1M" }), ["reserveFor:duration"]],
    ["seconds of working time", withStage({ due: "PT30S" }), ["stages.3.due:duration"]],
    ["a stage that is due at once", withStage({ due: "PT0H" }), ["stages.3.due:duration"]],
    ["a stage that is due after it expired", withStage({ due: "P11D" }), ["stages.3.due:duration"]],
    [
      "climbing to a stage that is not there",
      policy({ climbOn: { over_budget: "board" } }),
      ["climbOn.over_budget:unknown_stage"],
    ],
    [
      "climbing for a reason that is not there",
      policy({ climbOn: { rain: "next" } }),
      ["climbOn.rain:unknown_field"],
    ],
    ["an unknown restart", policy({ onEdit: "nowhere" }), ["onEdit:choose"]],
    [
      "an administrator by relation",
      policy({ administrator: { relation: "requester_manager" } }),
      ["administrator:choose"],
    ],
    [
      "an administrator who is not there",
      policy({ administrator: { staffIds: ["ghost"] } }),
      ["administrator.staffIds.0:choose", "administrator:nobody"],
    ],
    ["a missing field", policy({ undoSeconds: undefined }), ["undoSeconds:required"]],
    ["no document", null, [":invalid"]],
    ["a list", [], [":invalid"]],
  ])("%s", (_name, document, problems) => {
    expect(told(document)).toEqual(problems);
  });

  test("tells everything at once", () => {
    const document = policy({
      undoSeconds: -1,
      reserveFor: "soon",
      secret: true,
      stages: [
        { ...COMMITTEE, need: 9 },
        { ...COMMITTEE, due: "later" },
      ],
    });
    expect(told(document).sort()).toEqual(
      [
        "climbOn.over_standard:unknown_stage",
        "reserveFor:duration",
        "secret:unknown_field",
        "stages.0.need:need_above_signers",
        "stages.1.due:duration",
        "stages.1.stage:duplicate",
        "stages:always_needed",
        "undoSeconds:at_least",
      ].sort(),
    );
  });

  test("somebody who left can no longer be named, and counts no longer", () => {
    const staff = PEOPLE.map((one) => (one.staffId === "xielei" ? { ...one, active: false } : one));
    const three = approvalProblems(withStage({ need: 3 }), staff);
    expect(three.map((one) => one.code)).toEqual(["need_above_signers"]);
    expect(three[0]?.params).toEqual({ max: 2 });
  });

  test("nothing that anybody sends makes it break", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(
          Array.isArray(
            approvalProblems(policy({ stages: [a, { ...COMMITTEE, when: b, signers: a }] }), PEOPLE),
          ),
        ).toBe(true);
        expect(Array.isArray(approvalProblems(a, PEOPLE))).toBe(true);
      }),
    );
  });

  test("whatever passes gives every case a stage and every stage a signer", () => {
    const stage = fc.record({
      stage: fc.constantFrom("a", "b", "c"),
      when: fc.constantFrom({}, { amountAbove: 5 }, [], [{ overBudget: true }, {}], { levels: ["A"] }),
      signers: fc.constantFrom(
        { role: "finance" },
        { staffIds: [] },
        { staffIds: ["zhangke"] },
        { role: "nobody" },
      ),
      mode: fc.constantFrom("single", "any-sign", "all-sign", "n-of-m"),
      need: fc.constantFrom(undefined, 0, 1, 2),
      due: fc.constantFrom("PT8H", "P1Y"),
    });
    const facts: ApprovalFacts = {
      amount: 1,
      people: 1,
      department: "transport",
      costDepartment: "transport",
      requester: "chenyao",
    };
    let published = 0;
    fc.assert(
      fc.property(fc.array(stage, { maxLength: 3 }), (stages) => {
        const document = JSON.parse(JSON.stringify(policy({ stages, climbOn: {} })));
        if (approvalProblems(document, PEOPLE).length > 0) return;
        published += 1;
        expect(neededStages(document as ApprovalPolicy, facts).length).toBeGreaterThan(0);
        for (const one of planRoute(
          document as ApprovalPolicy,
          facts,
          { people: PEOPLE, absences: [] },
          WEDNESDAY,
        ))
          expect(one.signers.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
    expect(published).toBeGreaterThan(0);
  });
});

test("the table of standards is checked field by field", () => {
  const problems = (change: Loose) =>
    problemsIn("standards", { ...STANDARDS_POLICY, ...change }, PEOPLE).map(
      (one) => `${one.path}:${one.code}`,
    );
  expect(problems({})).toEqual([]);
  expect(problems({ mealPerHead: { A: -1, B: 1.5 }, retroactiveWithin: "soon", x: 1 })).toEqual([
    "mealPerHead.A:at_least",
    "mealPerHead.B:number",
    "mealPerHead.C:required",
    "retroactiveWithin:invalid",
    "x:unknown_field",
  ]);
});
