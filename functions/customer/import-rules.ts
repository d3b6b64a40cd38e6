/**
 * What a table of customers says, row by row: every problem of every row, and what the rows make of the customers that
 * are there (contracts/follow-ups.md "Customers"). Pure; how bytes become rows is import-read.ts.
 */
import type { Locale } from "../directory/model.ts";
import { CONTROL_IN_LINE, isDate, isEmail, isPhone } from "../shared/plain.ts";
import type { PlanRow } from "./import-store.ts";
import { handleChanges, type Known, nameChanges, namesOf } from "./items.ts";
import { type Contact, CREDIT_GRADES, type Customer, TIERS, type Tier } from "./model.ts";
import { type Around, changed, contactsAfter, newCustomer } from "./record-rules.ts";
import { aliasKey, isCustomerId, MAX } from "./rules.ts";

export const COLUMNS = [
  "customerId",
  "name",
  "aliases",
  "address",
  "tier",
  "creditGrade",
  "owner",
  "contactName",
  "contactPhone",
  "contactEmail",
  "language",
  "nextDueOn",
] as const;
export type Column = (typeof COLUMNS)[number];
export const REQUIRED: readonly Column[] = ["customerId", "name", "tier", "contactName", "contactPhone"];

export const MAX_ROWS = 20_000;

export const PROBLEM_CODES = [
  "encoding",
  "missing_column",
  "unknown_column",
  "required",
  "invalid",
  "formula",
  "duplicate_id",
  "merged_cells",
  "too_many_rows",
  "unreadable",
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** `row` as in the file, the header is 1; 0 is the file. `column` as the header calls it, null for all of a row. */
export type Problem = { row: number; column: string | null; code: ProblemCode };

/** A file as it was read: the header, then rows with their place in the file; empty ones are left out. */
export type Sheet = {
  header: string[];
  rows: { row: number; cells: string[] }[];
  /** What the reader saw beyond the texts: formulas, merged cells. */
  problems: Problem[];
};

/** A row without problems. Null: the cell is empty or there is no such column, and says nothing. */
export type Line = {
  row: number;
  customerId: string;
  name: string;
  aliases: string[] | null;
  address: string | null;
  tier: Tier;
  creditGrade: Tier | null;
  owner: string | null;
  contactName: string;
  contactPhone: string;
  contactEmail: string | null;
  language: Locale | null;
  nextDueOn: string | null;
};

/** Begins like a formula, full-width too. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/**
 * The text of a cell. What an export had to mark with an apostrophe, because a spreadsheet would have taken it for a
 * formula, is text again; whatever else begins like one is a problem.
 */
function textOf(cell: string): { text: string; isFormula: boolean } {
  const text = cell.trim();
  if (text.startsWith("'") && FORMULA.test(text.slice(1))) return { text: text.slice(1), isFormula: false };
  return { text, isFormula: FORMULA.test(text) };
}

/** 2026-12-07; a spreadsheet may have made 2026/12/7 of it. */
function dayOf(text: string): string {
  const [, year, month = "", day = ""] = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$/.exec(text) ?? [];
  return year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : text;
}

const LANGUAGES: Record<string, Locale> = { zh: "zh-CN", "zh-cn": "zh-CN", en: "en" };
const aliasesOf = (text: string): string[] =>
  text
    .split(/[;；、|]/)
    .map((one) => one.trim())
    .filter(Boolean);

const isLine = (text: string, max: number): boolean =>
  text.length <= max && !CONTROL_IN_LINE.test(text) && text.isWellFormed();

/** Whether a cell that says something says something of its kind. `staff`: who may own a customer. */
const IS_VALID: Record<Column, (text: string, staff: ReadonlySet<string>) => boolean> = {
  customerId: isCustomerId,
  name: (text) => isLine(text, MAX.name),
  aliases: (text) =>
    aliasesOf(text).length <= MAX.aliases && aliasesOf(text).every((one) => isLine(one, MAX.name)),
  address: (text) => isLine(text, MAX.address),
  tier: (text) => (TIERS as readonly string[]).includes(text.toUpperCase()),
  creditGrade: (text) => (CREDIT_GRADES as readonly string[]).includes(text.toUpperCase()),
  owner: (text, staff) => staff.has(text),
  contactName: (text) => isLine(text, MAX.contactName),
  contactPhone: (text) => text.length <= 30 && isPhone(text),
  contactEmail: isEmail,
  language: (text) => Object.hasOwn(LANGUAGES, text.toLowerCase()),
  nextDueOn: (text) => isDate(dayOf(text)),
};

function headerProblems(header: readonly string[]): Problem[] {
  const known = COLUMNS as readonly string[];
  const doubled = header.filter((name, index) => name !== "" && header.indexOf(name) !== index);
  return [
    ...REQUIRED.filter((name) => !header.includes(name)).map(
      (column): Problem => ({ row: 1, column, code: "missing_column" }),
    ),
    ...header
      .filter((name) => name !== "" && !known.includes(name))
      .map((column): Problem => ({ row: 1, column, code: "unknown_column" })),
    ...doubled.map((column): Problem => ({ row: 1, column, code: "invalid" })),
  ];
}

/** The lines of a file and everything that is wrong with it. A row with a problem makes no line. */
export function readLines(
  sheet: Sheet,
  staff: ReadonlySet<string>,
): { lines: Line[]; problems: Problem[]; rows: number } {
  const header = sheet.header.map((name) => textOf(name).text);
  const problems: Problem[] = [...headerProblems(header), ...sheet.problems];
  const rows = sheet.rows.length;
  if (rows > MAX_ROWS)
    return { lines: [], problems: [...problems, { row: 0, column: null, code: "too_many_rows" }], rows };
  const at = new Map(COLUMNS.map((column) => [column, header.indexOf(column)] as const));
  const bad = new Set(sheet.problems.map(({ row }) => row));
  const seen = new Set<string>();
  const lines: Line[] = [];
  for (const { row, cells } of sheet.rows) {
    const before = problems.length;
    const said = {} as Record<Column, string>;
    for (const column of COLUMNS) {
      const index = at.get(column) ?? -1;
      const { text, isFormula } = textOf(index < 0 ? "" : (cells[index] ?? ""));
      said[column] = text;
      // A phone number begins with a plus sign by right.
      const code = problemOf(column, text, isFormula && !(column === "contactPhone" && isPhone(text)), staff);
      // A column that is missing has been named once.
      if (code && !(code === "required" && index < 0)) problems.push({ row, column, code });
    }
    // What stands beside the table belongs to no column.
    if (cells.slice(header.length).some((cell) => cell.trim() !== ""))
      problems.push({ row, column: null, code: "unknown_column" });
    if (isCustomerId(said.customerId)) {
      if (seen.has(said.customerId)) problems.push({ row, column: "customerId", code: "duplicate_id" });
      seen.add(said.customerId);
    }
    if (problems.length === before && !bad.has(row)) lines.push(lineOf(row, said));
  }
  problems.sort((a, b) => a.row - b.row);
  return { lines: REQUIRED.every((name) => header.includes(name)) ? lines : [], problems, rows };
}

function problemOf(
  column: Column,
  text: string,
  isFormula: boolean,
  staff: ReadonlySet<string>,
): ProblemCode | null {
  if (text === "") return REQUIRED.includes(column) ? "required" : null;
  if (isFormula) return "formula";
  return IS_VALID[column](text, staff) ? null : "invalid";
}

const unlessEmpty = (text: string): string | null => (text === "" ? null : text);

const lineOf = (row: number, said: Record<Column, string>): Line => ({
  row,
  customerId: said.customerId,
  name: said.name,
  aliases: said.aliases === "" ? null : aliasesOf(said.aliases),
  address: unlessEmpty(said.address),
  tier: said.tier.toUpperCase() as Tier,
  creditGrade: unlessEmpty(said.creditGrade.toUpperCase()) as Tier | null,
  owner: unlessEmpty(said.owner),
  contactName: said.contactName,
  contactPhone: said.contactPhone,
  contactEmail: unlessEmpty(said.contactEmail),
  language: LANGUAGES[said.language.toLowerCase()] ?? null,
  nextDueOn: said.nextDueOn === "" ? null : dayOf(said.nextDueOn),
});

/** Names that a plan asks about: whom they mean decides whether the customer gets them. */
export const nameKeysOf = (line: Line): string[] =>
  [line.name, ...(line.aliases ?? [])].map((name) => aliasKey(name).pk);

/** The first contact is the one a file speaks of; what it leaves empty stays, and so do the others. */
function contactsOf(line: Line, before: readonly Contact[]): Contact[] {
  const [first, ...others] = before;
  const given = {
    channel: first?.channel ?? ("phone" as const),
    consent: first?.consent ?? { email: true, sms: true },
    name: line.contactName,
    phone: line.contactPhone,
    email: line.contactEmail ?? first?.email ?? null,
    language: line.language ?? first?.language ?? ("zh-CN" as const),
  };
  const { contacts } = contactsAfter([given, ...others], before);
  // Where nothing changed it stays as it is, held back or not.
  return contacts;
}

/** What a line makes of the customer that is there; null where it changes nothing. */
function customerAfter(line: Line, before: Customer | null, around: Around): Customer | null {
  const { customerId, name, tier, nextDueOn } = line;
  if (!before)
    return newCustomer(
      customerId,
      {
        name,
        tier,
        nextDueOn,
        aliases: line.aliases ?? [],
        address: line.address,
        companyType: null,
        creditGrade: line.creditGrade ?? "C",
        owner: line.owner,
        contacts: contactsOf(line, []),
      },
      around,
    );
  const said = {
    aliases: line.aliases,
    address: line.address,
    creditGrade: line.creditGrade,
    owner: line.owner,
  };
  const changes = Object.fromEntries(
    Object.entries({ ...said, nextDueOn }).filter(([, value]) => value !== null),
  );
  return changed(before, { name, tier, contacts: contactsOf(line, before.contacts), ...changes }, around);
}

export type Plan = { rows: PlanRow[]; create: number; update: number; unchanged: number };

/**
 * What the lines of a file make of the customers. `known`: those that are there, by number; `meant`: whom names mean, by
 * key. Of two customers that a file gives the same name the first gets it.
 */
export function planOf(
  lines: readonly Line[],
  known: ReadonlyMap<string, Known>,
  meant: ReadonlyMap<string, string>,
  around: Around,
): Plan {
  const taken = new Map(meant);
  const rows: PlanRow[] = [];
  let create = 0;
  let unchanged = 0;
  for (const line of lines) {
    const before = known.get(line.customerId) ?? null;
    const customer = customerAfter(line, before?.customer ?? null, around);
    if (!customer) {
      unchanged += 1;
      continue;
    }
    if (!before) create += 1;
    const names = nameChanges(before, customer, taken);
    for (const pk of names.owned) taken.set(pk, customer.customerId);
    const handles = handleChanges(before?.customer ?? null, customer);
    rows.push({ before: before?.customer.version ?? 0, customer, ...names, handles });
  }
  return { rows, create, update: rows.length - create, unchanged };
}

/** A customer as a row of an export, which an import takes again. */
export function rowOf(customer: Customer): Record<Column, string> {
  const [first] = customer.contacts;
  return {
    customerId: customer.customerId,
    name: customer.name,
    aliases: namesOf(customer).slice(1).join(";"),
    address: customer.address ?? "",
    tier: customer.tier,
    creditGrade: customer.creditGrade,
    owner: customer.owner ?? "",
    contactName: first?.name ?? "",
    contactPhone: first?.phone ?? "",
    contactEmail: first?.email ?? "",
    language: first?.language ?? "",
    nextDueOn: customer.nextDueOn ?? "",
  };
}
