import { describe, expect, test } from "vitest";
import { judge } from "../../../functions/approval/chain-rules.ts";
import type { CaseFile, Step } from "../../../functions/case/model.ts";
import { PEOPLE, RECEPTION_POLICY } from "../../../local/demo/data.ts";
import { CASE_ID, caseFile, seatOf, stepOf } from "../../support/case-file.ts";
import { WEDNESDAY } from "../../support/reception.ts";

/** Where the chain stands after these steps; the example's ¥5,000 need two stages. */
function next(...changes: Partial<Step>[]) {
  const file = caseFile();
  const steps = changes.map((change, index) => stepOf(file, index + 1, change));
  const seats = steps.flatMap((step) => step.assignees.map((id) => seatOf(step, id)));
  return judge({ ...file, steps, seats }, RECEPTION_POLICY, ROSTER, WEDNESDAY);
}
const ROSTER = { people: PEOPLE, absences: [] };
const approved = { status: "done", outcome: "approved" } as const;

describe("where the approval chain stands", () => {
  test("a new request asks the department manager, who is not held to his limit there", () => {
    expect(next()).toEqual({
      next: "step",
      step: {
        stepId: `${CASE_ID}-1-1`,
        ordinal: 1,
        round: 1,
        kind: "approval",
        stage: "dept_manager",
        alsoStages: [],
        mode: "single",
        need: 1,
        dueMinutes: 480,
        limit: null,
        limitPerHead: null,
        signers: [{ staffId: "shuaizhong", rules: [] }],
      },
    });
  });

  test("after an approval the next stage follows, the last with the limit of its post", () => {
    expect(next(approved)).toMatchObject({
      step: {
        stepId: `${CASE_ID}-1-2`,
        ordinal: 2,
        stage: "general_manager",
        limit: 500_000,
        signers: [{ staffId: "zhangke" }],
      },
    });
  });

  test("when every stage approved the chain is done", () => {
    expect(next(approved, { ...approved, stage: "general_manager" })).toEqual({
      next: "done",
      outcome: "approved",
    });
  });

  test.each(["rejected", "expired"] as const)(
    "%s ends the chain, at the first stage or the last",
    (outcome) => {
      expect(next({ status: "done", outcome })).toEqual({ next: "done", outcome });
      expect(next(approved, { status: "done", outcome, stage: "general_manager" })).toEqual({
        next: "done",
        outcome,
      });
    },
  );

  test("an open step is asked for again as it is", () => {
    const again = next({
      assignees: ["xielei", "gaofeng", "daiwen"],
      mode: "n-of-m",
      need: 2,
      stage: "committee",
    });
    expect(again).toMatchObject({
      next: "step",
      step: { stepId: `${CASE_ID}-1-1`, ordinal: 1, stage: "committee", mode: "n-of-m", need: 2 },
    });
  });

  test("a return opens a step of the requester's own to revise", () => {
    expect(next(approved, { status: "done", outcome: "returned", stage: "general_manager" })).toEqual({
      next: "step",
      step: {
        stepId: `${CASE_ID}-1-3`,
        ordinal: 3,
        round: 1,
        kind: "revise",
        stage: "revise",
        alsoStages: [],
        mode: "single",
        need: 1,
        dueMinutes: 480,
        limit: null,
        limitPerHead: null,
        signers: [{ staffId: "chenyao", rules: ["returned"] }],
      },
    });
  });

  test("an open revise step is asked for again, and one that nobody answered expires the request", () => {
    const returned = { status: "done", outcome: "returned" } as const;
    const revise = { kind: "revise", stage: "revise", assignees: ["chenyao"] };
    expect(next(returned, revise)).toMatchObject({ step: { stepId: `${CASE_ID}-1-2`, kind: "revise" } });
    expect(next(returned, { ...revise, status: "done", outcome: "expired" })).toEqual({
      next: "done",
      outcome: "expired",
    });
  });

  test("steps of earlier revisions say nothing: after an edit the chain starts at the first stage", () => {
    const file = caseFile({ revision: 2 });
    const old = [
      stepOf(file, 1, { ...approved, revision: 1 }),
      stepOf(file, 2, { revision: 1, status: "void", stage: "general_manager" }),
    ];
    const revise = stepOf(file, 3, { revision: 1, kind: "revise", status: "done", outcome: "done" });
    const steps: CaseFile["steps"] = [...old, revise];
    expect(judge({ ...file, steps }, RECEPTION_POLICY, ROSTER, WEDNESDAY)).toMatchObject({
      step: { stepId: `${CASE_ID}-2-1`, ordinal: 1, stage: "dept_manager" },
    });
  });

  test("a stage that finds nobody is an engineer's matter, not a silent approval", () => {
    const nobody = PEOPLE.map((one) => ({ ...one, active: false }));
    expect(() => judge(caseFile(), RECEPTION_POLICY, { ...ROSTER, people: nobody }, WEDNESDAY)).toThrow(
      /finds nobody/,
    );
  });
});
