import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { taxEffect, taxPosition } from "../../../functions/ledger/tax-rules.ts";

const fen = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const year = (more: Partial<Parameters<typeof taxPosition>[0]> = {}) => ({
  year: 2026,
  revenue: 1_200_000_000,
  preOpening: false,
  actual: 0,
  ...more,
});

describe("the tax position (企业所得税法实施条例第四十三条)", () => {
  test("takes the lower of 60 % of what was spent and 5 ‰ of the revenue", () => {
    // Spent ¥86,300, revenue ¥12,800,000: 60 % are ¥51,780, 5 ‰ are ¥64,000.
    expect(taxPosition(year({ actual: 8_630_000, revenue: 1_280_000_000 }))).toMatchObject({
      sixtyPercent: 5_178_000,
      revenueCap: 6_400_000,
      deductible: 5_178_000,
      nonDeductible: 3_452_000,
      source: "企业所得税法实施条例第四十三条",
    });
    // Spent ¥150,000: 60 % are ¥90,000, and 5 ‰ of ¥12,000,000 are ¥60,000.
    expect(taxPosition(year({ actual: 15_000_000 }))).toMatchObject({
      sixtyPercent: 9_000_000,
      revenueCap: 6_000_000,
      deductible: 6_000_000,
      nonDeductible: 9_000_000,
    });
  });

  test("rounds down to the fen", () => {
    expect(taxPosition(year({ actual: 1, revenue: 199 }))).toMatchObject({
      sixtyPercent: 0,
      revenueCap: 0,
      deductible: 0,
      nonDeductible: 1,
    });
    expect(taxPosition(year({ actual: 5, revenue: 1_399 }))).toMatchObject({
      sixtyPercent: 3,
      revenueCap: 6,
    });
  });

  test("before opening takes 60 % alone", () => {
    expect(taxPosition(year({ actual: 1_000, revenue: 0, preOpening: true }))).toMatchObject({
      revenueCap: 0,
      deductible: 600,
      method: "60_percent_before_opening",
    });
  });

  test("of a year without revenue says nothing", () => {
    expect(taxPosition(year({ actual: 1_000, revenue: null }))).toMatchObject({
      revenue: null,
      revenueCap: null,
      deductible: null,
      nonDeductible: null,
    });
    expect(taxEffect(year({ revenue: null }), 5)).toBeNull();
  });

  test("is exact and within its two limits for any amounts", () => {
    fc.assert(
      fc.property(fen, fen, fc.boolean(), (actual, revenue, preOpening) => {
        const { sixtyPercent, revenueCap, deductible, nonDeductible } = taxPosition(
          year({ actual, revenue, preOpening }),
        );
        expect(BigInt(sixtyPercent)).toBe((BigInt(actual) * 60n) / 100n);
        expect(BigInt(revenueCap!)).toBe((BigInt(revenue) * 5n) / 1000n);
        expect(deductible).toBe(preOpening ? sixtyPercent : Math.min(sixtyPercent, revenueCap!));
        expect(deductible! + nonDeductible!).toBe(actual);
      }),
    );
  });

  test("the effects of amounts spent one after another add up, and more spent never deducts less", () => {
    const small = fc.integer({ min: 1, max: 5_000_000 });
    fc.assert(
      fc.property(
        fc.array(small, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 2_000_000_000 }),
        (amounts, revenue) => {
          let at = year({ revenue });
          let lost = 0;
          for (const amount of amounts) {
            const effect = taxEffect(at, amount)!;
            expect(effect.deductibleAfter).toBeGreaterThanOrEqual(effect.deductibleBefore);
            expect(effect.nonDeductibleOfThis).toBe(
              amount - (effect.deductibleAfter - effect.deductibleBefore),
            );
            expect(effect.deductibleBefore).toBe(taxPosition(at).deductible);
            lost += effect.nonDeductibleOfThis;
            at = { ...at, actual: at.actual + amount };
          }
          expect(lost).toBe(taxPosition(at).nonDeductible);
        },
      ),
    );
  });
});
