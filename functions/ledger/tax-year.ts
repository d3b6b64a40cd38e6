/** A year's revenue and hospitality in the Ledger table: `TAX#<year>` / `REVENUE`, `ACTUAL` (contracts/budget.md §6). */
import { env } from "../shared/env.ts";
import { getItems, type Write } from "../shared/table.ts";
import type { TaxYear } from "./tax-rules.ts";

const table = () => env("LEDGER_TABLE");

export const taxKey = (year: number, sk: "REVENUE" | "ACTUAL") => ({ pk: `TAX#${year}`, sk });

/** What is known of a year, in one read. */
export async function readTax(year: number): Promise<TaxYear> {
  const items = await getItems(table(), [taxKey(year, "REVENUE"), taxKey(year, "ACTUAL")]);
  const revenue = items.find((item) => item.sk === "REVENUE");
  const actual = items.find((item) => item.sk === "ACTUAL");
  return {
    year,
    revenue: (revenue?.revenue as number | undefined) ?? null,
    preOpening: revenue?.preOpening === true,
    actual: (actual?.actual as number | undefined) ?? 0,
  };
}

/**
 * Adds to what the year spent on hospitality (fen). Belongs into the transaction of the `settle` entries, whose entry
 * ids make it happen once. `year` is the year of the visit's `arrivalDate`.
 */
export const taxSpentWrite = (year: number, amount: number): Write => ({
  label: `tax ${year}`,
  Update: {
    TableName: table(),
    Key: taxKey(year, "ACTUAL"),
    UpdateExpression: "ADD actual :amount",
    ExpressionAttributeValues: { ":amount": amount },
  },
});
