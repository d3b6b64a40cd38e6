/** The figures of a summary, counted by hand and by their properties. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Header } from "../../../functions/case/model.ts";
import {
  countsOf,
  type FollowUpRow,
  figuresFor,
  linesOf,
  scopeBefore,
  stateOf,
} from "../../../functions/report/follow-up-rules.ts";

const row = (n: number, change: Partial<FollowUpRow> = {}): FollowUpRow => ({
  caseId: `HF-2026-${String(n).padStart(6, "0")}`,
  state: "open",
  isLate: false,
  complaintId: null,
  record: null,
  ...change,
});
const done = (
  n: number,
  record: Partial<NonNullable<FollowUpRow["record"]>> = {},
  change = {},
): FollowUpRow =>
  row(n, {
    state: "done",
    record: { satisfaction: null, issue: null, verbatim: "", newNeeds: "", ...record },
    ...change,
  });

/** Nine planned: five done, one of them late; one each missed, unreachable, unreviewed, and still to come. */
const MONTH: FollowUpRow[] = [
  row(9),
  row(8, { state: "unreviewed" }),
  row(7, { state: "unreachable" }),
  row(6, { state: "missed" }),
  done(5, { satisfaction: 2, issue: "delay", verbatim: "又晚了" }, { complaintId: "TS-2026-000004" }),
  done(4, { satisfaction: 4, issue: "damage", verbatim: "箱子破了" }),
  done(
    3,
    { satisfaction: 4, issue: "delay", verbatim: "晚了两天", newNeeds: "要夜间配送" },
    { isLate: true },
  ),
  done(2, { newNeeds: "=HYPERLINK(1)" }),
  done(1, { satisfaction: 5 }),
];

const header = (change: object = {}): Header =>
  ({
    outcome: null,
    phase: "planned",
    status: "open",
    dueAt: "2026-12-04T10:00:00.000Z",
    followUp: {},
    ...change,
  }) as unknown as Header;

describe("where a case stands", () => {
  const before = Date.parse("2026-12-04T09:59:59Z");
  const after = Date.parse("2026-12-04T10:00:00Z");

  test.each([
    [header(), before, "open"],
    [header(), after, "missed"],
    [header({ phase: "confirmed" }), after, "missed"],
    [header({ phase: "reviewing" }), after, "unreviewed"],
    [header({ outcome: "recorded", phase: "closed", status: "closed" }), after, "done"],
    [header({ outcome: "unreachable", phase: "closed", status: "closed" }), after, "unreachable"],
    [header({ outcome: "cancelled", phase: "closed", status: "closed" }), after, null],
    [header({ followUp: undefined }), after, null],
  ])("%#", (of, at, state) => {
    expect(stateOf(of, at)).toBe(state);
  });
});

describe("the figures of a month", () => {
  const figures = figuresFor(MONTH, { target: 0.8, before: null });

  test("are those counted by hand", () => {
    expect(figures).toMatchObject({
      planned: 9,
      done: 5,
      late: 1,
      missed: 1,
      unreachable: 1,
      unreviewed: 1,
      coverageRate: 0.5556,
      target: 0.8,
      avgSatisfaction: 3.75,
    });
  });

  test("put the issue that came up most first, with the words of customers", () => {
    expect(figures.issuesByCategory).toEqual([
      { category: "delay", count: 2 },
      { category: "damage", count: 1 },
    ]);
    expect(figures.topIssues[0]).toEqual({
      category: "delay",
      count: 2,
      cases: [
        { caseId: "HF-2026-000003", text: "晚了两天" },
        { caseId: "HF-2026-000005", text: "又晚了" },
      ],
    });
  });

  test("list demands and complaints by their cases", () => {
    expect(figures.demands.map(({ caseId }) => caseId)).toEqual(["HF-2026-000002", "HF-2026-000003"]);
    expect(figures.newComplaints).toEqual(["TS-2026-000004"]);
  });

  test("of nothing are nothing, not nought per cent", () => {
    expect(countsOf([])).toMatchObject({ planned: 0, done: 0, coverageRate: null, avgSatisfaction: null });
  });
});

describe("whatever was planned", () => {
  const state = fc.constantFrom<FollowUpRow["state"]>("done", "unreviewed", "unreachable", "missed", "open");
  const rows = fc.array(
    fc.record({ state, mark: fc.option(fc.integer({ min: 1, max: 5 })), late: fc.boolean() }),
    { maxLength: 40 },
  );

  test("every case is counted once, shares stay within their bounds, and the order does not matter", () => {
    fc.assert(
      fc.property(rows, (found) => {
        const all = found.map((one, n) =>
          one.state === "done"
            ? done(n, { satisfaction: one.mark }, { isLate: one.late })
            : row(n, { state: one.state }),
        );
        const counted = countsOf(all);
        const open = all.filter((one) => one.state === "open").length;
        expect(counted.done + counted.missed + counted.unreachable + counted.unreviewed + open).toBe(
          counted.planned,
        );
        expect(counted.late).toBeLessThanOrEqual(counted.done);
        if (counted.coverageRate !== null) {
          expect(counted.coverageRate).toBeGreaterThanOrEqual(0);
          expect(counted.coverageRate).toBeLessThanOrEqual(1);
          expect(Math.abs(counted.coverageRate * counted.planned - counted.done)).toBeLessThan(0.01);
        }
        if (counted.avgSatisfaction !== null) {
          expect(counted.avgSatisfaction).toBeGreaterThanOrEqual(1);
          expect(counted.avgSatisfaction).toBeLessThanOrEqual(5);
        }
        const with0 = { target: 0.8, before: null };
        expect(figuresFor(all.toReversed(), with0)).toEqual(figuresFor(all, with0));
      }),
    );
  });
});

test("a month is compared with the one before, a campaign with nothing", () => {
  expect(scopeBefore({ period: "2027-01" })).toEqual({ period: "2026-12" });
  expect(scopeBefore({ campaign: "HD-20261203-0a1b2c3d" })).toBeNull();
});

test("the table holds every figure and what people wrote, people by their names", () => {
  const lines = linesOf(
    {
      ...figuresFor(MONTH, { target: 0.8, before: { period: "2026-11", ...countsOf([]) } }),
      period: "2026-12",
      conclusions: "延误要管",
      actions: [{ owner: "limin", dueOn: "2027-01-15", text: "换承运商" }],
    },
    "2026-12",
    (staffId) => (staffId === "limin" ? "李敏" : staffId),
  );
  const value = (section: string, name: string, measure: string) =>
    lines.find((one) => one.section === section && one.name === name && one.measure === measure)?.value;
  expect(value("total", "2026-12", "coverageRate")).toBe(0.5556);
  expect(value("comparedWithPrevious", "2026-11", "coverageRate")).toBeNull();
  expect(value("issuesByCategory", "delay", "count")).toBe(2);
  expect(value("demands", "HF-2026-000002", "text")).toBe("=HYPERLINK(1)");
  expect(value("actions", "李敏", "2027-01-15")).toBe("换承运商");
  expect(value("conclusions", "2026-12", "text")).toBe("延误要管");
});
