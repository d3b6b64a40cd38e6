/**
 * A workbook of one sheet (Office Open XML) that a spreadsheet cannot be tricked with: text is written as text and,
 * where it begins like a formula, with an apostrophe before it, as in CSV: it stays harmless when it is copied or saved
 * in another format. Numbers stay numbers.
 */
import writeExcelFile, { type SheetData } from "write-excel-file/node";

export const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** The longest text that a cell takes. */
const MAX_TEXT = 32_767;
/** How long a name of a sheet may be, and what it may not hold. */
const MAX_NAME = 31;
const NOT_IN_NAME = /[\\/?*[\]:']/g;

// What XML 1.0 has no way to write.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const MIN_WIDTH = 8;
const MAX_WIDTH = 50;

export type XlsxCell = string | number | null;

/** `rows`: the first is the heading. */
export async function xlsx(sheetName: string, rows: readonly (readonly XlsxCell[])[]): Promise<Buffer> {
  const [heading = []] = rows;
  const data: SheetData = rows.map((row, index) =>
    row.map((cell) => {
      if (cell === null) return null;
      if (typeof cell === "number") return { value: cell, type: Number };
      return { value: plainText(cell), type: String, ...(index === 0 ? { fontWeight: "bold" } : {}) };
    }),
  );
  const sheet = sheetName.replace(NOT_IN_NAME, " ").slice(0, MAX_NAME).trim() || "1";
  const columns = heading.map((_, column) => ({ width: widthOf(rows.map((row) => row[column] ?? null)) }));
  return writeExcelFile(data, { sheet, columns, stickyRowsCount: 1 }).toBuffer();
}

/**
 * Text that is neither a formula nor anything that XML or Excel refuses. The library counts texts in a plain object: a
 * name that every object has (`constructor`) would be found there before it was put in, so it gets a blank behind it.
 */
function plainText(text: string): string {
  const shown = text.toWellFormed().replace(NOT_IN_XML, "");
  const safe = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(shown) ? `'${shown}` : shown;
  return safe in {} ? `${safe} ` : safe.slice(0, MAX_TEXT).toWellFormed();
}

/** Wide enough for most of a column's cells; a Chinese character takes the room of two letters. */
function widthOf(cells: XlsxCell[]): number {
  const lengths = cells.map((cell) => String(cell ?? "").replace(/[^\x20-\x7e]/g, "  ").length + 2);
  return Math.min(Math.max(MIN_WIDTH, ...lengths), MAX_WIDTH);
}
