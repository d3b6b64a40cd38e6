/** What a visit cost: the form, the arithmetic and every detector. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  billOf,
  SETTLEMENT_KINDS,
  settlementFindings,
} from "../../../functions/reception/settlement-findings.ts";
import { chargedOf, closing, isWithin, sumOfLines } from "../../../functions/reception/settlement-rules.ts";
import { settlementSchema } from "../../../functions/reception/settlement-schema.ts";
import { findingText } from "../../../functions/shared/i18n/sections/findings.ts";
import { fieldErrors } from "../../../functions/shared/validate.ts";
import { invoice, known, meal, settlement } from "../../support/settlement.ts";

const problems = (change: Record<string, unknown>): string[] => {
  const all = { ...settlement(), ...change };
  const input = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const parsed = settlementSchema().safeParse(input);
  return parsed.success ? [] : fieldErrors(parsed.error).map(({ path, code }) => `${path}:${code}`);
};

describe("the form", () => {
  test("takes the contract's example", () => {
    expect(
      problems({
        receptionListId: "JD-2026-000001-list",
        overReason: "",
        lines: [meal({ invoiceNo: "51000001" })],
        invoices: [invoice("51000001", { attachmentId: "01ARZ3NDEKTSV4RRFFQ69G5FAV" })],
      }),
    ).toEqual([]);
  });

  test.each(["guestsTotal", "companionsTotal", "place", "purpose", "guestRelation", "lines"])(
    "asks for %s",
    (field) => {
      expect(problems({ [field]: undefined })).toEqual([
        `${field}:${field === "lines" ? "invalid" : "required"}`,
      ]);
    },
  );

  test.each([
    [{ lines: [] }, "lines:required"],
    [{ lines: [meal({ people: undefined })] }, "lines.0.people:required"],
    [{ lines: [{ ...meal(), on: undefined }] }, "lines.0.on:required"],
    [{ lines: [meal({ on: "2026-02-30" })] }, "lines.0.on:date"],
    [{ lines: [meal({ place: " " })] }, "lines.0.place:required"],
    [{ lines: [meal({ amount: 0 })] }, "lines.0.amount:amount"],
    [{ lines: [meal({ amount: -1 })] }, "lines.0.amount:amount"],
    [{ lines: [meal({ amount: 1.5 })] }, "lines.0.amount:amount"],
    [{ lines: [{ ...meal(), item: "drinks" }] }, "lines.0.item:choose"],
    [{ lines: Array.from({ length: 31 }, () => meal()) }, "lines:too_many"],
    [{ invoices: Array.from({ length: 31 }, (_, n) => invoice(String(n))) }, "invoices:too_many"],
    [{ lines: [meal({ amount: Number.MAX_SAFE_INTEGER }), meal()] }, "lines:amount"],
    [{ personalShare: -1 }, "personalShare:at_least"],
    [{ personalShare: 30_001 }, "personalShare:share_above_lines"],
    [{ place: "金叶\r\nBcc: x" }, "place:control_characters"],
    [{ total: 1 }, "total:unknown_field"],
  ])("refuses %j", (change, problem) => {
    expect(problems(change)).toEqual([problem]);
  });

  test("tells every problem at once, also those between the fields of a line", () => {
    expect(
      problems({
        purpose: undefined,
        personalShare: 90_000,
        lines: [meal({ people: undefined, place: undefined as never }), meal({ amount: 0 })],
      }),
    ).toEqual([
      "purpose:required",
      "lines.0.place:required",
      "lines.0.people:required",
      "lines.1.amount:amount",
      "personalShare:share_above_lines",
    ]);
  });

  test("leaves blank what may be blank, and what is no meal needs no heads", () => {
    const parsed = settlementSchema().parse({
      ...settlement(),
      receptionListId: " ",
      lines: [meal({ item: "transport", people: undefined, invoiceNo: "" })],
    });
    expect(parsed.receptionListId).toBeUndefined();
    expect(parsed.lines[0]?.invoiceNo).toBeUndefined();
  });
});

describe("the arithmetic", () => {
  const fen = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

  test("charged is what the lines come to, less what people pay themselves", () => {
    const of = settlement({ lines: [meal(), meal({ amount: 5 })], personalShare: 6 });
    expect([sumOfLines(of), chargedOf(of)]).toEqual([30_005, 29_999]);
  });

  test.each([
    [105_000, 100_000, 5, true],
    [105_001, 100_000, 5, false],
    [100_000, 100_000, 0, true],
    [100_001, 100_000, 0, false],
    [0, 1, 5, true],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, 0, false],
  ])("%i of %i with %i %% is within: %s", (charged, approved, percent, within) => {
    expect(isWithin(charged, approved, percent)).toBe(within);
  });

  test("what is at most approved is always within, and twice a tolerance never lets less through", () => {
    fc.assert(
      fc.property(fen, fen, fc.integer({ min: 0, max: 50 }), (a, b, percent) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(isWithin(low, high, percent)).toBe(true);
        if (isWithin(high, low, percent)) expect(isWithin(high, low, percent * 2)).toBe(true);
      }),
    );
  });

  test("no fen is lost: what was committed is spent or released, what is spent was committed or comes on top", () => {
    fc.assert(
      fc.property(fen, fen, (committed, charged) => {
        const { settled, released, extra } = closing(committed, charged);
        expect(settled + released).toBe(committed);
        expect(settled + extra).toBe(charged);
        expect(Math.min(released, extra)).toBe(0);
        expect(Math.min(settled, released, extra)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("the detectors", () => {
  const kinds = (...of: Parameters<typeof settlementFindings>) =>
    settlementFindings(...of).map(({ kind }) => kind);

  test("find nothing where there is nothing", () => {
    expect(kinds(settlement({ invoices: [invoice("1"), invoice("2")] }), known())).toEqual([]);
  });

  test.each([
    ["at the cap", meal({ amount: 45_000 }), []],
    ["above it", meal({ amount: 45_001 }), [{ path: "lines.0.amount", value: 15_001, limit: 15_000 }]],
  ])("per head: %s", (_, line, evidence) => {
    const found = settlementFindings(settlement({ lines: [line] }), known());
    expect(found.flatMap((one) => (one.kind === "per_head_over_cap" ? one.evidence : []))).toEqual(evidence);
  });

  test("more heads than approved, without whom the meal would be above the cap", () => {
    const of = (line: ReturnType<typeof meal>) => kinds(settlement({ lines: [line] }), known());
    expect(of(meal({ people: 5, amount: 60_000 }))).toEqual(["companion_inflation"]);
    expect(of(meal({ people: 5, amount: 45_000 }))).toEqual([]);
    expect(of(meal({ people: 5, amount: 75_001 }))).toEqual(["per_head_over_cap"]);
    expect(settlementFindings(settlement({ lines: [meal({ people: 5, amount: 60_000 })] }), known())).toEqual(
      [{ kind: "companion_inflation", evidence: [{ path: "lines.0.people", value: 5, limit: 3 }] }],
    );
  });

  test("no table, no finding per head", () => {
    expect(kinds(settlement({ lines: [meal({ amount: 9_999_999 })] }), known({ perHeadCap: null }))).toEqual(
      [],
    );
  });

  test("one dinner on two bills, here or in another case, however the place was typed", () => {
    const lines = [meal(), meal({ place: " 金叶餐厅 ", amount: 20_000 }), meal({ on: "2026-12-08" })];
    expect(settlementFindings(settlement({ lines }), known())).toEqual([
      {
        kind: "split_bill",
        evidence: [
          { path: "lines.0.amount", value: 30_000 },
          { path: "lines.1.amount", value: 20_000 },
        ],
      },
    ]);
    const meals = new Map([[billOf(meal()), [{ caseId: "JD-2026-000002", amount: 700 }]]]);
    expect(settlementFindings(settlement(), known({ meals }))).toEqual([
      {
        kind: "split_bill",
        evidence: [
          { path: "lines.0.amount", value: 30_000 },
          { caseId: "JD-2026-000002", value: 700 },
        ],
      },
    ]);
  });

  test("meal and meal allowance on one day", () => {
    const allowance = (on: string) => meal({ item: "meal_allowance", on, people: undefined });
    expect(kinds(settlement({ lines: [meal(), allowance("2026-12-08")] }), known())).toEqual([]);
    expect(kinds(settlement({ lines: [meal(), allowance("2026-12-07")] }), known())).toEqual([
      "allowance_double",
    ]);
  });

  test.each(["meeting", "office"] as const)("%s at the place of a meal or a bed on that day", (item) => {
    const other = meal({ item, people: undefined });
    const lodging = meal({ item: "lodging", people: undefined });
    expect(kinds(settlement({ lines: [meal(), other] }), known())).toEqual(["relabelled"]);
    expect(kinds(settlement({ lines: [lodging, other] }), known())).toEqual(["relabelled"]);
    expect(kinds(settlement({ lines: [meal(), { ...other, on: "2026-12-08" }] }), known())).toEqual([]);
    expect(kinds(settlement({ lines: [meal(), { ...other, place: "会议中心" }] }), known())).toEqual([]);
  });

  test("an invoice twice here, or in another case; several lines may name one", () => {
    const lines = [meal({ invoiceNo: "1" }), meal({ item: "transport", invoiceNo: "1" })];
    expect(kinds(settlement({ lines, invoices: [invoice("1")] }), known())).toEqual([]);
    const twice = settlement({ invoices: [invoice("a1"), invoice("Ａ1"), invoice("2")] });
    const invoices = new Map([["2", ["JD-2026-000002"]]]);
    expect(settlementFindings(twice, known({ invoices }))).toEqual([
      {
        kind: "duplicate_invoice",
        evidence: [
          { path: "invoices.1.no", value: "Ａ1" },
          { path: "invoices.2.no", caseId: "JD-2026-000002", value: "2" },
        ],
      },
    ]);
  });

  test("without the list of who came", () => {
    expect(kinds(settlement(), known({ hasList: false }))).toEqual(["missing_list"]);
  });

  const anyLine = fc.record({
    item: fc.constantFrom("meal", "meal_allowance", "meeting", "lodging"),
    amount: fc.integer({ min: 1, max: 100_000 }),
    on: fc.constantFrom("2026-12-07", "2026-12-08"),
    place: fc.constantFrom("金叶", "华天"),
    people: fc.integer({ min: 1, max: 6 }),
  });

  test("whatever is handed in: known kinds, evidence for each, places that exist, and a sentence in both languages", () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 8 }), fc.boolean(), (lines, hasList) => {
        for (const found of settlementFindings(settlement({ lines }), known({ hasList }))) {
          expect(SETTLEMENT_KINDS).toContain(found.kind);
          expect(found.evidence.length).toBeGreaterThan(0);
          for (const { path } of found.evidence) {
            const row = /^lines\.(\d+)\./.exec(path ?? "")?.[1];
            if (row !== undefined) expect(Number(row)).toBeLessThan(lines.length);
          }
          for (const locale of ["zh-CN", "en"] as const)
            expect(findingText(found, locale)).not.toMatch(/[{}]|^$/);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("a head fewer never takes a finding per head away", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 2, max: 8 }), (amount, people) => {
        const over = (heads: number) =>
          kinds(settlement({ lines: [meal({ amount, people: heads })] }), known()).includes(
            "per_head_over_cap",
          );
        if (over(people)) expect(over(people - 1)).toBe(true);
      }),
    );
  });
});
