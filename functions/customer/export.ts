/** Customers as a table: the columns of an import, so that what was exported can be changed and read in again. */
import type { Actor } from "../directory/model.ts";
import { toCsv } from "../shared/csv.ts";
import { xlsx } from "../shared/xlsx.ts";
import { COLUMNS, rowOf } from "./import-rules.ts";
import { allCustomers, type Filter } from "./list.ts";

const headings: Record<string, string> = Object.fromEntries(COLUMNS.map((column) => [column, column]));

/** Throws 403, 400 `too_many_rows`. */
export async function customersCsv(actor: Actor, filter: Filter): Promise<string> {
  const customers = await allCustomers(actor, filter);
  return toCsv(headings, customers.map(rowOf), { forSpreadsheets: true });
}

export async function customersXlsx(actor: Actor, filter: Filter): Promise<Buffer> {
  const customers = await allCustomers(actor, filter);
  const rows = customers.map((customer) => {
    const row = rowOf(customer);
    return COLUMNS.map((column) => row[column]);
  });
  return xlsx("customers", [[...COLUMNS], ...rows]);
}
