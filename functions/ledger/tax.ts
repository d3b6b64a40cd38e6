/** A year's revenue and hospitality in the Ledger table: `TAX#<year>` / `REVENUE`, `ACTUAL` (contracts/budget.md §6). */
import type { Actor } from "../directory/model.ts";
import { now, stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { forbidden, invalid, notFound } from "../shared/errors.ts";
import { getItems, transact, type Write } from "../shared/table.ts";
import { fieldErrors } from "../shared/validate.ts";
import { keepsBooks } from "./buckets.ts";
import { revenueSchema } from "./schema.ts";
import { type TaxPosition, type TaxYear, taxPosition } from "./tax-rules.ts";

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

/** Seen by `finance` and `general_manager`. */
export const maySeeTax = (actor: Actor): boolean =>
  keepsBooks(actor) || actor.roles.includes("general_manager");

/** `year` as it stands in an address. Throws 404 for what is none. */
function yearOf(year: string): number {
  if (!/^20\d\d$/.test(year)) throw notFound();
  return Number(year);
}

/** Where a year stands. Throws 403 `not_allowed`, 404. */
export async function viewTax(actor: Actor, year: string): Promise<TaxPosition> {
  if (!maySeeTax(actor)) throw forbidden("not_allowed");
  return taxPosition(await readTax(yearOf(year)));
}

/** Finance sets the revenue of a year. Throws 403 `not_allowed`, 404, 400 by field. */
export async function setRevenue(actor: Actor, year: string, input: unknown): Promise<TaxPosition> {
  if (!keepsBooks(actor)) throw forbidden("not_allowed");
  const number = yearOf(year);
  const parsed = revenueSchema.safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  await transact([
    {
      label: "revenue",
      Put: {
        TableName: table(),
        Item: { ...taxKey(number, "REVENUE"), v: 1, ...parsed.data, at: stamp(now()), by: actor.staffId },
      },
    },
  ]);
  return taxPosition(await readTax(number));
}
