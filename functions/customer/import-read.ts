/**
 * The bytes of an uploaded table as rows of text: CSV in UTF-8 or GB 18030, or the first sheet of a workbook. What the
 * libraries read over (formulas, merged cells) is looked for in the sheet itself; what would unpack to more than any table
 * of customers is not unpacked. Knows nothing of customers.
 */
import { CsvError, parse } from "csv-parse/sync";
import { unzipSync } from "fflate";
import { readSheet } from "read-excel-file/universal";
import type { Encoding } from "./encodings.ts";
import { MAX_ROWS, type Problem, type Sheet } from "./import-rules.ts";

export type Read = { sheet: Sheet } | { rows: number; problem: Problem };

/** A workbook of the longest table with the longest cells stays below this unpacked. */
const MAX_UNPACKED = 120_000_000;

const fault = (code: Problem["code"], row = 0, rows = 0): Read => ({
  rows,
  problem: { row, column: null, code },
});

const startsWith = (bytes: Uint8Array, ...signature: number[]): boolean =>
  signature.every((byte, index) => bytes[index] === byte);

/** ZIP, and so a workbook. */
const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, 0x50, 0x4b);
/** The old format of Excel, and encrypted workbooks. */
const isOle = (bytes: Uint8Array): boolean => startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0);

/** `encoding` is of CSV; a workbook says its own. */
export async function readTable(bytes: Uint8Array, encoding: Encoding): Promise<Read> {
  if (isOle(bytes)) return fault("unreadable");
  return isZip(bytes) ? readWorkbook(bytes) : readCsv(bytes, encoding);
}

// ---- CSV

function decode(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Text that was told to be GB 18030 and is UTF-8 all the same would be read as other characters, without a fault: text of
 * several bytes a character that is valid UTF-8 is that, nearly for sure.
 */
function textOf(bytes: Uint8Array, encoding: Encoding): string | null {
  const text = decode(bytes, encoding);
  if (text === null || encoding === "utf-8") return text;
  const isAscii = bytes.every((byte) => byte < 0x80);
  return isAscii || decode(bytes, "utf-8") === null ? text : null;
}

function readCsv(bytes: Uint8Array, encoding: Encoding): Read {
  const text = textOf(bytes, encoding);
  if (text === null) return fault("encoding");
  if (text.includes("\0")) return fault("unreadable");
  let rows: string[][];
  try {
    rows = parse(text, {
      bom: true,
      relax_column_count: true,
      // One more than may be, and the header: enough to see that there are too many.
      skip_empty_lines: false,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return fault("unreadable", Number(error.records ?? 0) + 1);
  }
  return sheetOf(rows, []);
}

function sheetOf(all: readonly (readonly string[])[], problems: Problem[]): Read {
  const [header = [], ...rest] = all;
  const rows = rest.flatMap((cells, index) =>
    cells.some((cell) => cell.trim() !== "") ? [{ row: index + 2, cells: [...cells] }] : [],
  );
  if (rows.length > MAX_ROWS) return fault("too_many_rows", 0, rows.length);
  return { sheet: { header: lastFilled(header), rows, problems } };
}

/** A header without the empty cells behind it. */
function lastFilled(header: readonly string[]): string[] {
  const last = header.findLastIndex((cell) => cell.trim() !== "");
  return header.slice(0, last + 1);
}

// ---- workbooks

const attribute = (element: string, name: string): string | null =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(element)?.[1] ?? null;

/** Where the first sheet is, by the workbook's own list. */
function firstSheet(text: (name: string) => string | null): string | null {
  const [sheet] = /<(?:\w+:)?sheet\b[^>]*>/.exec(text("xl/workbook.xml") ?? "") ?? [];
  const id = sheet ? attribute(sheet, "(?:\\w+:)?id") : null;
  const relations = text("xl/_rels/workbook.xml.rels") ?? "";
  for (const [element] of relations.matchAll(/<(?:\w+:)?Relationship\b[^>]*>/g)) {
    const target = attribute(element, "Target");
    if (id !== null && target !== null && attribute(element, "Id") === id)
      return target.startsWith("/") ? target.slice(1) : `xl/${target}`;
  }
  return null;
}

async function readWorkbook(bytes: Uint8Array): Promise<Read> {
  let parts: Record<string, Uint8Array>;
  let unpacked = 0;
  try {
    parts = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!/^xl\/(workbook\.xml|_rels\/|worksheets\/[^/]+$|sharedStrings\.xml)/.test(name)) return false;
        unpacked += originalSize;
        return unpacked <= MAX_UNPACKED;
      },
    });
  } catch {
    return fault("unreadable");
  }
  if (unpacked > MAX_UNPACKED) return fault("unreadable");
  const text = (name: string): string | null => {
    const part = parts[name];
    return part ? new TextDecoder().decode(part) : null;
  };
  const path = firstSheet(text);
  const xml = path === null ? null : text(path);
  if (xml === null) return fault("unreadable");
  const seen = lookInto(xml);
  // Counted before it is read: a file of a hundred thousand rows is not worth the memory.
  if (seen.rows - 1 > MAX_ROWS) return fault("too_many_rows", 0, seen.rows - 1);
  try {
    const data = await readSheet(Uint8Array.from(bytes).buffer, { parseNumber: (number) => number });
    const all = data.map((cells) => cells.map(cellText));
    const [header = []] = all;
    const problems = [
      ...seen.formulas.map(
        ({ row, column }): Problem => ({
          row,
          column: header[column]?.trim() || null,
          code: "formula",
        }),
      ),
      ...seen.merged.map(
        ({ row, column }): Problem => ({
          row,
          column: header[column]?.trim() || null,
          code: "merged_cells",
        }),
      ),
    ];
    return sheetOf(all, problems);
  } catch {
    return fault("unreadable");
  }
}

/** Numbers as they are written in the file; days as days. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? "" : cell.toISOString().slice(0, 10);
  return String(cell);
}

type Place = { row: number; column: number };

/** `AB12`: row 12, column 27 (from 0). */
function placeOf(reference: string): Place | null {
  const [, letters, row] = /^([A-Z]{1,3})(\d{1,7})/.exec(reference) ?? [];
  if (!letters) return null;
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { row: Number(row), column };
}

/** Rows that say something, cells that are computed, and ranges that are merged. */
function lookInto(xml: string): { rows: number; formulas: Place[]; merged: Place[] } {
  let rows = 0;
  const formulas: Place[] = [];
  for (const [, content = ""] of xml.matchAll(/<(?:\w+:)?row\b[^>]*[^/]>(.*?)<\/(?:\w+:)?row>/gs)) {
    if (!/<(?:\w+:)?(?:v|is|f)\b/.test(content)) continue;
    rows += 1;
    if (!/<(?:\w+:)?f\b/.test(content)) continue;
    for (const [, attributes = "", inside = ""] of content.matchAll(
      /<(?:\w+:)?c\b([^>]*[^/])>(.*?)<\/(?:\w+:)?c>/gs,
    )) {
      const place = placeOf(attribute(attributes, "r") ?? "");
      if (place && /<(?:\w+:)?f\b/.test(inside)) formulas.push(place);
    }
  }
  const merged = [...xml.matchAll(/<(?:\w+:)?mergeCell\b[^>]*>/g)].flatMap(
    ([element]) => placeOf(attribute(element, "ref") ?? "") ?? [],
  );
  return { rows, formulas, merged };
}
