import { describe, expect, test } from "vitest";
import { judge } from "../../../functions/approval/chain-rules.ts";
import type { CaseFile, Header, Step } from "../../../functions/case/model.ts";
import type { Absence } from "../../../functions/directory/model.ts";
import { RECEPTION_POLICY } from "../../../functions/policy/shipped.ts";
import { PEOPLE } from "../../../local/demo/data.ts";
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

describe("added signatures, returns and the undo window", () => {
  const first = { stage: "dept_manager" } as const;
  const before = { status: "done", outcome: "add-before", added: "hejing" } as const;
  const after = { status: "done", outcome: "add-after", added: "hejing" } as const;
  const byHejing = { assignees: ["hejing"], addedBy: "shuaizhong" };

  test("before: the added person signs the same stage, then it opens again for the first", () => {
    expect(next({ ...first, ...before })).toMatchObject({
      step: {
        ordinal: 2,
        stage: "dept_manager",
        addedBy: "shuaizhong",
        mode: "single",
        limit: null,
        signers: [{ staffId: "hejing", rules: ["added"] }],
      },
    });
    const again = next({ ...first, ...before }, { ...first, ...approved, ...byHejing });
    expect(again).toMatchObject({
      step: { ordinal: 3, stage: "dept_manager", signers: [{ staffId: "shuaizhong", rules: [] }] },
    });
    expect(again).not.toHaveProperty("step.addedBy");
    expect(next({ ...first, ...before }, { ...first, ...approved, ...byHejing }, approved)).toMatchObject({
      step: { ordinal: 4, stage: "general_manager" },
    });
  });

  test("after: the stage is done once the added person approved too", () => {
    expect(next({ ...first, ...after })).toMatchObject({
      step: { ordinal: 2, stage: "dept_manager", addedBy: "shuaizhong", signers: [{ staffId: "hejing" }] },
    });
    expect(next({ ...first, ...after }, { ...first, ...approved, ...byHejing })).toMatchObject({
      step: { ordinal: 3, stage: "general_manager", limit: 500_000 },
    });
  });

  test("who was added is replaced like everybody: by his substitute, or one post up", () => {
    const file = caseFile();
    const steps = [stepOf(file, 1, { ...first, ...before })];
    const away = (substituteId?: string): Absence => ({
      absenceId: "a",
      staffId: "hejing",
      from: "2026-12-02",
      to: "2026-12-02",
      ...(substituteId === undefined ? {} : { substituteId }),
      reason: "",
      createdBy: "hejing",
      createdAt: "",
    });
    const asked = (absence: Absence) =>
      judge({ ...file, steps }, RECEPTION_POLICY, { people: PEOPLE, absences: [absence] }, WEDNESDAY);
    expect(asked(away("limin"))).toMatchObject({
      step: { signers: [{ staffId: "limin", for: "hejing", rules: ["added", "substitute"] }] },
    });
    expect(asked(away())).toMatchObject({
      step: { signers: [{ staffId: "zhangke", for: "hejing", rules: ["added", "substitute"] }] },
    });
  });

  test("a seat for a vacant post stays one when the stage opens again for it", () => {
    const file = caseFile();
    const vacant = stepOf(file, 1, { ...before, assignees: ["yinxue"] });
    const added = stepOf(file, 2, { ...approved, assignees: ["hejing"], addedBy: "yinxue" });
    const seats = [
      seatOf(vacant, "yinxue", { rules: ["vacant"] }),
      seatOf(added, "hejing", { rules: ["added"] }),
    ];
    expect(
      judge({ ...file, steps: [vacant, added], seats }, RECEPTION_POLICY, ROSTER, WEDNESDAY),
    ).toMatchObject({ step: { signers: [{ staffId: "yinxue", rules: ["vacant"] }] } });
  });

  test("one step for two stages: who was added before signs the first, then both open again", () => {
    const both = { alsoStages: ["general_manager"], assignees: ["zhangke"] };
    const added = { ...approved, assignees: ["hejing"], addedBy: "zhangke" };
    expect(next({ ...both, ...before })).toMatchObject({ step: { stage: "dept_manager", alsoStages: [] } });
    expect(next({ ...both, ...before }, added)).toMatchObject({
      step: {
        stage: "dept_manager",
        alsoStages: ["general_manager"],
        limit: 500_000,
        signers: [{ staffId: "zhangke" }],
      },
    });
    expect(next({ ...both, ...after }, added)).toEqual({ next: "done", outcome: "approved" });
  });

  test("a return to a stage opens it again for whoever the policy names, and all later ones", () => {
    const returned = {
      status: "done",
      outcome: "returned",
      stage: "general_manager",
      toStage: "dept_manager",
    } as const;
    expect(next(approved, returned)).toMatchObject({
      step: { ordinal: 3, stage: "dept_manager", signers: [{ staffId: "shuaizhong", rules: ["returned"] }] },
    });
    expect(next(approved, returned, approved)).toMatchObject({
      step: { ordinal: 4, stage: "general_manager", signers: [{ staffId: "zhangke", rules: [] }] },
    });
  });

  test("a return by an added person ends the adding", () => {
    const returned: Partial<Step> = {
      status: "done",
      outcome: "returned",
      assignees: ["hejing"],
      addedBy: "zhangke",
    };
    const asks = { ...before, stage: "general_manager", assignees: ["zhangke"] };
    expect(
      next(approved, asks, { ...returned, stage: "general_manager", toStage: "dept_manager" }),
    ).toMatchObject({
      step: { stage: "dept_manager", signers: [{ staffId: "shuaizhong" }] },
    });
    expect(next(approved, asks, { ...returned, stage: "general_manager" })).toMatchObject({
      step: { kind: "revise" },
    });
  });

  test("a decision that may still be undone is waited for; at its end the chain goes on", () => {
    const until = new Date(WEDNESDAY + 120_000).toISOString();
    for (const outcome of ["approved", "rejected", "returned", "add-after"])
      expect(next({ ...approved, outcome, added: "hejing", effectiveAt: until })).toMatchObject({
        step: { stepId: `${CASE_ID}-1-1` },
      });
    const past = { effectiveAt: new Date(WEDNESDAY).toISOString() };
    expect(next({ ...approved, ...past })).toMatchObject({ step: { stage: "general_manager" } });
  });

  test("void steps never happened; a transferred seat keeps the stage", () => {
    expect(next({ status: "void" })).toMatchObject({ step: { ordinal: 2, stage: "dept_manager" } });
    expect(next({ ...approved, assignees: ["hejing"] })).toMatchObject({
      step: { stage: "general_manager" },
    });
  });
});

describe("the second round", () => {
  const SETTLED = { round: 2, settlement: { seq: 9, approved: 80_000, charged: 600_000 } };
  const asked = (...changes: Partial<Step>[]) => {
    const file = caseFile(SETTLED as Partial<Header>);
    const old = [stepOf(file, 1, approved), stepOf(file, 2, { ...approved, stage: "general_manager" })];
    const settlement = stepOf(file, 3, {
      kind: "settlement",
      stage: "settlement",
      status: "done",
      outcome: "done",
    });
    const steps = changes.map((change, index) => stepOf(file, index + 4, { round: 2, ...change }));
    return judge({ ...file, steps: [...old, settlement, ...steps] }, RECEPTION_POLICY, ROSTER, WEDNESDAY);
  };

  test("asks every stage that the charged amount needs, with numbers of its own", () => {
    expect(asked()).toMatchObject({ step: { stepId: `${CASE_ID}-1-4`, round: 2, stage: "dept_manager" } });
    expect(asked(approved, { ...approved, stage: "general_manager" })).toMatchObject({
      step: { stage: "finance" },
    });
  });

  test("ends with a return, because the visit took place and only its settlement can change", () => {
    expect(asked({ status: "done", outcome: "returned" })).toEqual({ next: "done", outcome: "returned" });
  });
});
