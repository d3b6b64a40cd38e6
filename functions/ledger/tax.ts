/** Who reads and sets what is known of a tax year (contracts/budget.md §6). */
import type { Actor } from "../directory/model.ts";
import { now, stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { forbidden, invalid, notFound } from "../shared/errors.ts";
import { keyed, once } from "../shared/idempotency.ts";
import { early, transact } from "../shared/table.ts";
import { fieldErrors } from "../shared/validate.ts";
import { keepsBooks } from "./buckets.ts";
import { revenueSchema } from "./schema.ts";
import { type TaxPosition, taxPosition } from "./tax-rules.ts";
import { readTax, taxKey } from "./tax-year.ts";

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

/** Finance sets the revenue of a year. Throws 403 `not_allowed`, 404, 400 by field, 409 `idempotency_mismatch`. */
export async function setRevenue(
  actor: Actor,
  year: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<TaxPosition> {
  if (!keepsBooks(actor)) throw forbidden("not_allowed");
  const number = yearOf(year);
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: `PUT tax ${number}`,
    body: input,
  });
  const reading = early(readTax(number));
  const answer = await once<TaxPosition>(key, async (extra) => {
    const parsed = revenueSchema.safeParse(input);
    if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
    const set = { status: 200, body: taxPosition({ ...(await reading), ...parsed.data }) };
    await transact([
      {
        label: "revenue",
        Put: {
          TableName: env("LEDGER_TABLE"),
          Item: { ...taxKey(number, "REVENUE"), v: 1, ...parsed.data, at: stamp(now()), by: actor.staffId },
        },
      },
      ...extra(set),
    ]);
    return set;
  });
  return answer.body;
}
