/**
 * What of a year's hospitality the tax office lets a firm deduct (企业所得税法实施条例第四十三条): 60 % of what was
 * spent, at most 5 ‰ of the year's revenue. Before a firm opens there is no revenue and 60 % count alone
 * (国家税务总局公告2012年第15号第五条). Pure; integer fen, rounded down.
 */
import type { TaxView } from "../case/view.ts";

/** `revenue` null: nobody has set it, so nothing can be said about the year. `actual`: what was spent so far. */
export type TaxYear = { year: number; revenue: number | null; preOpening: boolean; actual: number };

/** The JSON of `GET /api/tax/{year}` (contracts/budget.md §6). */
export type TaxPosition = {
  year: number;
  revenue: number | null;
  preOpening: boolean;
  actual: number;
  sixtyPercent: number;
  revenueCap: number | null;
  deductible: number | null;
  nonDeductible: number | null;
  method: "lower_of_60_percent_and_5_per_mille" | "60_percent_before_opening";
  source: string;
};

export const SOURCE = "企业所得税法实施条例第四十三条";
export const SOURCE_BEFORE_OPENING = "国家税务总局公告2012年第15号第五条";

/** ⌊fen × parts ÷ whole⌋, exact where the product passes 2^53. */
const share = (fen: number, parts: number, whole: number): number =>
  Number((BigInt(fen) * BigInt(parts)) / BigInt(whole));

/** Where the year stands. */
export function taxPosition(year: TaxYear): TaxPosition {
  const { revenue, preOpening, actual } = year;
  const sixtyPercent = share(actual, 60, 100);
  const revenueCap = revenue === null ? null : share(revenue, 5, 1000);
  const deductible =
    revenueCap === null ? null : preOpening ? sixtyPercent : Math.min(sixtyPercent, revenueCap);
  return {
    year: year.year,
    revenue,
    preOpening,
    actual,
    sixtyPercent,
    revenueCap,
    deductible,
    nonDeductible: deductible === null ? null : actual - deductible,
    method: preOpening ? "60_percent_before_opening" : "lower_of_60_percent_and_5_per_mille",
    source: preOpening ? SOURCE_BEFORE_OPENING : SOURCE,
  };
}

/** What spending `amount` would do to the year; null where the year has no revenue. */
export function taxEffect(year: TaxYear, amount: number): TaxView | null {
  const before = taxPosition(year).deductible;
  const after = taxPosition({ ...year, actual: year.actual + amount }).deductible;
  if (before === null || after === null) return null;
  return {
    year: year.year,
    deductibleBefore: before,
    deductibleAfter: after,
    nonDeductibleOfThis: amount - (after - before),
  };
}
