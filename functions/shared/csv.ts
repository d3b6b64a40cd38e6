/**
 * CSV (RFC 4180) that a spreadsheet cannot be tricked with: text that begins like a formula is quoted by an apostrophe,
 * numbers stay numbers, negative ones too.
 */
import { stringify } from "csv-stringify/sync";

/** `columns`: key of the row → heading. `forSpreadsheets`: with the mark by which Excel knows UTF-8. */
export const toCsv = (
  columns: Record<string, string>,
  rows: Record<string, string | number | null>[],
  options: { forSpreadsheets?: boolean } = {},
): string =>
  stringify(rows, {
    header: true,
    columns,
    bom: options.forSpreadsheets === true,
    record_delimiter: "windows",
    escape_formulas: true,
    cast: { number: (value) => ({ value: String(value), escape_formulas: false }) },
  });
