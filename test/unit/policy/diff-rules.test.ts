import fc from "fast-check";
import { expect, test } from "vitest";
import { changesBetween } from "../../../functions/policy/diff-rules.ts";
import { compareRoutes } from "../../../functions/policy/dry-run-rules.ts";
import { RECEPTION_POLICY, STANDARDS_POLICY } from "../../../functions/policy/shipped.ts";

const [manager, director, finance] = RECEPTION_POLICY.stages;

test("a field that changed has its path, what it was and what it is", () => {
  expect(changesBetween(RECEPTION_POLICY, { ...RECEPTION_POLICY, undoSeconds: 60 })).toEqual([
    { path: "undoSeconds", from: RECEPTION_POLICY.undoSeconds, to: 60 },
  ]);
});

test("stages are matched by name, not by place", () => {
  const board = { ...director!, stage: "board" };
  const { limit: _limit, ...unlimited } = director!;
  const stages = [manager!, board, { ...unlimited, when: { amountAbove: 50_000 } }];
  expect(changesBetween(RECEPTION_POLICY, { ...RECEPTION_POLICY, stages })).toEqual([
    { path: "stages.general_manager.when.amountAbove", from: 100_000, to: 50_000 },
    { path: "stages.general_manager.limit", from: 500_000, to: null },
    { path: "stages.finance", from: finance, to: null },
    { path: "stages.board", from: null, to: board },
  ]);
});

test("another order of the stages is a change of its own", () => {
  const stages = [manager!, finance!, director!];
  expect(changesBetween(RECEPTION_POLICY, { ...RECEPTION_POLICY, stages })).toEqual([
    {
      path: "stages",
      from: ["dept_manager", "general_manager", "finance"],
      to: ["dept_manager", "finance", "general_manager"],
    },
  ]);
});

test("conditions of another shape and plain lists are one field", () => {
  const changed = { ...director!, when: [{ levels: ["A"] }, { overBudget: true }] };
  expect(changesBetween(director, changed)).toEqual([
    { path: "when", from: director?.when, to: changed.when },
  ]);
  expect(changesBetween({ levels: ["A"] }, { levels: ["A", "B"] })).toEqual([
    { path: "levels", from: ["A"], to: ["A", "B"] },
  ]);
});

test("hotels are matched by name, too", () => {
  const hotels = [{ ...STANDARDS_POLICY.hotels[0]!, star: 4 }];
  expect(changesBetween(STANDARDS_POLICY, { ...STANDARDS_POLICY, hotels })).toEqual([
    { path: "hotels.金叶.star", from: 3, to: 4 },
  ]);
  expect(changesBetween({ hotels: [] }, { hotels })).toEqual([
    { path: "hotels.金叶", from: null, to: hotels[0] },
  ]);
});

test("what is the same has no changes, what is not has some; back is the way there", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(changesBetween(a, structuredClone(a))).toEqual([]);
      const there = changesBetween({ a }, { a: b });
      const back = changesBetween({ a: b }, { a });
      expect(back.length).toBe(there.length);
      expect(new Set(back.map((one) => one.path))).toEqual(new Set(there.map((one) => one.path)));
    }),
  );
});

test("a dry run names the cases whose stages differ, and counts all", () => {
  const facts = (amount: number) => ({
    amount,
    people: 2,
    department: "finance" as const,
    costDepartment: "finance" as const,
    requester: "chenyao",
  });
  const committee = {
    stage: "committee",
    when: { amountAbove: 400_000 },
    signers: { role: "committee" as const },
    mode: "n-of-m" as const,
    need: 2,
    due: "PT8H",
  };
  const draft = { ...RECEPTION_POLICY, stages: [...RECEPTION_POLICY.stages, committee] };
  const judged = (caseId: string, amount: number) => ({
    caseId,
    before: { policy: RECEPTION_POLICY, facts: facts(amount) },
    after: { policy: draft, facts: facts(amount) },
  });
  expect(compareRoutes([judged("JD-1", 80_000), judged("JD-2", 450_000)])).toEqual({
    cases: 2,
    changed: [
      {
        caseId: "JD-2",
        before: ["dept_manager", "general_manager"],
        after: ["dept_manager", "general_manager", "committee"],
      },
    ],
  });
});
