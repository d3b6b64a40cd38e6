/** The arithmetic of a settlement (contracts/budget.md §4). Pure; integer fen, exact up to 2^53−1. */
import type { Settlement } from "./settlement-schema.ts";

export const sumOfLines = ({ lines }: Pick<Settlement, "lines">): number =>
  lines.reduce((sum, line) => sum + line.amount, 0);

/** What the firm pays: Σ lines less what people pay themselves. */
export const chargedOf = (settlement: Pick<Settlement, "lines" | "personalShare">): number =>
  sumOfLines(settlement) - settlement.personalShare;

/** charged × 100 ≤ approved × (100 + percent), also where the products pass 2^53. */
export const isWithin = (charged: number, approved: number, percent: number): boolean =>
  BigInt(charged) * 100n <= BigInt(approved) * BigInt(100 + percent);

/**
 * What closing the books on `charged` does with what was committed: `settled` of it is spent, the rest `released`, and
 * what it does not cover, `extra`, comes out of what the budget has left.
 */
export function closing(
  committed: number,
  charged: number,
): { settled: number; released: number; extra: number } {
  const settled = Math.min(committed, charged);
  return { settled, released: committed - settled, extra: charged - settled };
}
