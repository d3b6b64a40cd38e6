/** Files of customers: every problem of every row is named with its place, and what is right makes a plan. */
import fc from "fast-check";
import { strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { DEFAULT_CADENCE } from "../../../functions/customer/cadence-rules.ts";
import { readTable } from "../../../functions/customer/import-read.ts";
import { COLUMNS, type Problem, planOf, readLines, rowOf } from "../../../functions/customer/import-rules.ts";
import type { Known } from "../../../functions/customer/items.ts";
import { aliasKey } from "../../../functions/customer/rules.ts";
import { defaultCalendar as calendar } from "../../../functions/shared/calendar/index.ts";
import { toCsv } from "../../../functions/shared/csv.ts";
import { xlsx } from "../../../functions/shared/xlsx.ts";

const STAFF = new Set(["zhangyun"]);
const AT = Date.parse("2026-12-02T02:00:00Z");
const around = { calendar, policy: DEFAULT_CADENCE, at: AT, by: "liuyanli" };
const HEADER =
  "customerId,name,aliases,address,tier,creditGrade,owner,contactName,contactPhone,contactEmail,language,nextDueOn";
const GOOD = "C1,甲公司,甲;甲有限,成都,A,B,zhangyun,王,+8613800000001,w@a.example,zh-CN,2026-12-07";

async function check(bytes: Uint8Array | string, encoding: "utf-8" | "gb18030" = "utf-8") {
  const read = await readTable(typeof bytes === "string" ? strToU8(bytes) : bytes, encoding);
  return "sheet" in read
    ? readLines(read.sheet, STAFF)
    : { lines: [], problems: [read.problem], rows: read.rows };
}
const brief = (problems: Problem[]) => problems.map(({ row, column, code }) => `${row} ${column} ${code}`);

describe("CSV", () => {
  test("of the contract is read", async () => {
    const { lines, problems, rows } = await check(`${HEADER}\r\n${GOOD}\r\n`);
    expect(problems).toEqual([]);
    expect(rows).toBe(1);
    expect(lines).toEqual([
      {
        row: 2,
        customerId: "C1",
        name: "甲公司",
        aliases: ["甲", "甲有限"],
        address: "成都",
        tier: "A",
        creditGrade: "B",
        owner: "zhangyun",
        contactName: "王",
        contactPhone: "+8613800000001",
        contactEmail: "w@a.example",
        language: "zh-CN",
        nextDueOn: "2026-12-07",
      },
    ]);
  });

  test("needs only five columns, in any order, with a mark of UTF-8, and empty lines keep their numbers", async () => {
    const text =
      "\ufefftier,customerId,name,contactPhone,contactName\n\nb,C1,甲,13800000001,王\n,,,,\nA,C2,乙,bad,\n";
    const { lines, problems, rows } = await check(text);
    expect(rows).toBe(2);
    expect(lines).toMatchObject([{ row: 3, tier: "B", language: null, nextDueOn: null }]);
    expect(brief(problems)).toEqual(["5 contactName required", "5 contactPhone invalid"]);
  });

  test("names every problem of every row", async () => {
    const rows = [
      "C1,甲,,,A,,,王,13800000001,,,",
      "C1,,,,X,E,nobody,王,12,not-a-mail,fr,2026-02-30",
      '=1+1,"=HYPERLINK(""x"")",,@cmd,A,,,王,+8613800000001,,,',
      "C3,乙,-乙,,A,,,王,-1+2,,,",
      "C4,丙,,,A,,,王,13800000001,,,,beside",
    ];
    const { problems, lines } = await check([HEADER, ...rows].join("\n"));
    expect(brief(problems)).toEqual([
      "3 name required",
      "3 tier invalid",
      "3 creditGrade invalid",
      "3 owner invalid",
      "3 contactPhone invalid",
      "3 contactEmail invalid",
      "3 language invalid",
      "3 nextDueOn invalid",
      "3 customerId duplicate_id",
      "4 customerId formula",
      "4 name formula",
      "4 address formula",
      "5 aliases formula",
      "5 contactPhone formula",
      "6 null unknown_column",
    ]);
    expect(lines.map(({ row }) => row)).toEqual([2]);
  });

  test("names columns that are missing, unknown or there twice", async () => {
    const { problems, lines } = await check("customerId,name,name,tier,phone\nC1,甲,甲,A,1\n");
    expect(brief(problems)).toEqual([
      "1 contactName missing_column",
      "1 contactPhone missing_column",
      "1 phone unknown_column",
      "1 name invalid",
    ]);
    expect(lines).toEqual([]);
  });

  test("without anything in it lacks its columns", async () => {
    expect(brief((await check("\n")).problems)).toHaveLength(5);
  });

  // 甲公司 in GB 18030.
  const gbk = Uint8Array.from([
    ...strToU8(`${HEADER}\nC1,`),
    ...[0xbc, 0xd7, 0xb9, 0xab, 0xcb, 0xbe],
    ...strToU8(",,,A,,,W,13800000001,,,\n"),
  ]);
  test("in another encoding than it was told is refused, and read when told", async () => {
    expect(brief((await check(gbk)).problems)).toEqual(["0 null encoding"]);
    expect((await check(gbk, "gb18030")).lines).toMatchObject([{ name: "甲公司" }]);
    expect(brief((await check(`${HEADER}\n${GOOD}\n`, "gb18030")).problems)).toEqual(["0 null encoding"]);
    expect(brief((await check(Uint8Array.from([0xff, 0xfe, 0x63, 0]))).problems)).toEqual([
      "0 null encoding",
    ]);
  });

  test.each([
    ["bytes of nothing", Uint8Array.from([0, 1, 2, 3, 0])],
    ["an old workbook", Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1])],
    ["a broken archive", Uint8Array.from([0x50, 0x4b, 3, 4, 9, 9, 9])],
    ["an archive of something else", zipSync({ "a.txt": strToU8("x") })],
  ])("%s is unreadable", async (_, bytes) => {
    expect(brief((await check(bytes)).problems)).toEqual(["0 null unreadable"]);
  });

  test("with a quote that never ends is unreadable, with the row", async () => {
    const { problems } = await check(`${HEADER}\n${GOOD}\nC2,"乙,,,A\n`);
    expect(problems).toMatchObject([{ code: "unreadable" }]);
  });

  test("of a hundred thousand rows is said to be too long", async () => {
    const text = `${HEADER}\n${Array.from({ length: 100_000 }, (_, n) => `C${n},甲${n},,,A,,,王,13800000001,,,`).join("\n")}`;
    const { problems, rows } = await check(text);
    expect(brief(problems)).toEqual(["0 null too_many_rows"]);
    expect(rows).toBe(100_000);
  });

  test("of any bytes is read or refused, without a fault", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { problems } = await check(bytes);
        expect(problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("workbooks", () => {
  const rows = (more: (string | number | null)[][] = []) => [
    [...COLUMNS],
    ["C1", "甲公司", "甲", null, "A", null, null, "王", 13_800_000_001, null, "en", "2026-12-07"],
    ...more,
  ];
  /** A sheet as other programs write it. */
  async function withSheet(change: (xml: string) => string): Promise<Uint8Array> {
    const parts = unzipSync(await xlsx("s", rows()));
    const path = Object.keys(parts).find((name) => name.startsWith("xl/worksheets/sheet"))!;
    parts[path] = strToU8(change(new TextDecoder().decode(parts[path])));
    return zipSync(parts);
  }

  test("are read with numbers as they are written", async () => {
    const { lines, problems } = await check(await xlsx("客户", rows()));
    expect(problems).toEqual([]);
    expect(lines).toMatchObject([{ customerId: "C1", contactPhone: "13800000001", language: "en" }]);
  });

  test("with merged cells and formulas are refused at their places", async () => {
    const merged = await withSheet((xml) =>
      xml.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="B2:C2"/></mergeCells>'),
    );
    expect(brief((await check(merged)).problems)).toEqual(["2 name merged_cells"]);
    const computed = await withSheet((xml) =>
      xml.replace(/<c r="B2"[^>]*>.*?<\/c>/, '<c r="B2" t="str"><f>A2&amp;"x"</f><v>C1x</v></c>'),
    );
    expect(brief((await check(computed)).problems)).toEqual(["2 name formula"]);
  });

  test("of a hundred thousand rows are counted and not read", async () => {
    const row = (n: number) => `<row r="${n}"><c r="A${n}" t="inlineStr"><is><t>C${n}</t></is></c></row>`;
    const long = await withSheet((xml) =>
      xml.replace(
        "</sheetData>",
        `${Array.from({ length: 100_000 }, (_, n) => row(n + 3)).join("")}</sheetData>`,
      ),
    );
    const { problems, rows: found } = await check(long);
    expect(brief(problems)).toEqual(["0 null too_many_rows"]);
    expect(found).toBe(100_001);
  });

  test("that claim to unpack to more than any table are refused", async () => {
    const parts = {
      ...unzipSync(await xlsx("s", rows())),
      "xl/worksheets/more.xml": new Uint8Array(125_000_000),
    };
    const bomb = zipSync(parts, { level: 1 });
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(brief((await check(bomb)).problems)).toEqual(["0 null unreadable"]);
  }, 60_000);
});

describe("a plan", () => {
  const line = async (row = GOOD) => (await check(`${HEADER}\n${row}`)).lines;

  test("enters, changes and leaves alone; what a file leaves empty stays", async () => {
    const created = planOf(await line(), new Map(), new Map(), around);
    expect(created).toMatchObject({ create: 1, update: 0, unchanged: 0 });
    const [row] = created.rows;
    expect(row).toMatchObject({ before: 0, customer: { version: 1, nextDueOn: "2026-12-07" } });
    expect(row?.put).toEqual(["甲公司", "甲", "甲有限"].map((name) => aliasKey(name).pk));
    const known = new Map<string, Known>([["C1", { customer: row!.customer, owned: row!.owned }]]);
    const again = planOf(await line(), known, new Map(), around);
    expect(again).toMatchObject({ rows: [], create: 0, update: 0, unchanged: 1 });
    const sparse = await line("C1,甲公司,,,B,,,王,+8613800000001,,,");
    const updated = planOf(sparse, known, new Map(), around);
    expect(updated.rows).toMatchObject([
      { before: 1, customer: { version: 2, tier: "B", address: "成都", owner: "zhangyun" } },
    ]);
  });

  test("gives a name to the first who has it", async () => {
    const two = (await check(`${HEADER}\nC1,甲,,,A,,,王,13800000001,,,\nC2,甲,,,A,,,李,13800000002,,,`))
      .lines;
    const { rows } = planOf(two, new Map(), new Map(), around);
    expect(rows.map(({ put }) => put.length)).toEqual([1, 0]);
    const taken = planOf(two, new Map(), new Map([[aliasKey("甲").pk, "C9"]]), around);
    expect(taken.rows.map(({ put }) => put.length)).toEqual([0, 0]);
  });

  test("what was exported is read in again and changes nothing, in both formats", async () => {
    const nasty = await line(
      'C1,甲公司,"a, b;c""d",成都,A,B,zhangyun,王,+8613800000001,w@a.example,en,2026-12-07',
    );
    const [row] = planOf(nasty, new Map(), new Map(), around).rows;
    const customer = { ...row!.customer, name: "-甲 =公司", address: "@成都" };
    const known = new Map<string, Known>([["C1", { customer, owned: row!.owned }]]);
    const headings = Object.fromEntries(COLUMNS.map((column) => [column, column]));
    const csv = toCsv(headings, [rowOf(customer)], { forSpreadsheets: true });
    const exported = rowOf(customer);
    const book = await xlsx("s", [[...COLUMNS], COLUMNS.map((column) => exported[column])]);
    for (const file of [strToU8(csv), book]) {
      const { lines, problems } = await check(file);
      expect(problems).toEqual([]);
      expect(planOf(lines, known, new Map(), around)).toMatchObject({ rows: [], unchanged: 1 });
    }
  });
});
