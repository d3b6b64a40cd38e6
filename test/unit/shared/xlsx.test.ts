/** A workbook is what a spreadsheet opens, and nothing in it is a formula. */
import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { strFromU8, unzipSync } from "fflate";
import { expect, test } from "vitest";
import { type XlsxCell, xlsx } from "../../../functions/shared/xlsx.ts";

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  isArray: (name) => ["row", "c", "si"].includes(name),
  trimValues: false,
  parseTagValue: false,
  processEntities: true,
});
const textOf = (node: unknown): string =>
  typeof node === "string" ? node : String((node as { "#text"?: string } | undefined)?.["#text"] ?? "");

/** The cells as a spreadsheet would read them. */
async function read(rows: XlsxCell[][], name = "投诉") {
  const files = unzipSync(await xlsx(name, rows));
  const part = (path: string) => strFromU8(files[path]!);
  const sheet = part("xl/worksheets/sheet1.xml");
  const strings = files["xl/sharedStrings.xml"]
    ? (parser.parse(part("xl/sharedStrings.xml")).sst.si as { t: unknown }[])
    : [];
  const read = (parser.parse(sheet).worksheet.sheetData.row ?? []) as { c?: Record<string, unknown>[] }[];
  const cells = read.map((row) =>
    (row.c ?? []).map((cell) => {
      if (cell.t === "s") return textOf(strings[Number(textOf(cell.v))]?.t);
      if (cell.t === "inlineStr") return textOf((cell.is as { t: unknown }).t);
      return cell.v === undefined ? null : Number(textOf(cell.v));
    }),
  );
  return { sheet, workbook: part("xl/workbook.xml"), cells };
}

test("text and numbers come back as they went in", async () => {
  const rows = [
    ["caseId", "件数", "x"],
    ["TS-2026-000001", 3, null],
    ["<b>&amp; \u202e顺丰", -1.5, "a\nb"],
  ];
  const { cells } = await read(rows);
  expect(cells[0]).toEqual(rows[0]);
  expect(cells[1]!.slice(0, 2)).toEqual(rows[1]!.slice(0, 2));
  expect(cells[2]).toEqual(rows[2]);
});

test("what begins like a formula gets an apostrophe; numbers do not", async () => {
  const evil = ["=1+1", "+SUM(A1)", "-2", "@cmd", "\t=1", "＝1+1", "＠x"];
  const { cells, sheet } = await read([evil, [-2, 3]]);
  expect(cells[0]).toEqual(evil.map((text) => `'${text}`));
  expect(cells[1]).toEqual([-2, 3]);
  expect(sheet).not.toContain("<f");
});

test("names that every object has are texts like any other", async () => {
  const names = ["constructor", "toString", "valueOf", "__proto__", "hasOwnProperty"];
  const { cells } = await read([names]);
  expect(cells[0]!.map((text) => String(text).trim())).toEqual(names);
});

test("any text at all makes a workbook that can be read", async () => {
  const text = fc.string({ unit: "binary", maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), text, async (row, name) => {
      const { cells, sheet } = await read([row], name);
      expect(cells[0]).toHaveLength(row.length);
      expect(sheet).not.toContain("<f");
    }),
    { numRuns: 30 },
  );
});

test("no text is longer than a cell takes, and names of sheets are short and plain", async () => {
  const { cells, workbook } = await read([["长".repeat(40_000)]], `2026/12 [投诉]: ${"x".repeat(40)}`);
  expect(String(cells[0]![0])).toHaveLength(32_767);
  expect(/name="([^"]*)"/.exec(workbook)?.[1]).toMatch(/^2026 12 {2}投诉 {2,}x+$/);
});
