/**
 * The settlement between the page and the schema: what people typed, kept as typed, and the documents that the use cases
 * take. Blank rows are left out; nothing typed is ever lost. Pure.
 */
import type { CaseView } from "../../case/view.ts";
import type { ListPerson } from "../../reception/list.ts";
import { isWithin } from "../../reception/settlement-rules.ts";
import { MAX_ROWS } from "../../reception/settlement-schema.ts";
import type { FieldError } from "../../shared/errors.ts";
import { money } from "../../shared/i18n/format.ts";
import { fieldMessage } from "../../shared/i18n/messages.ts";
import type { SettlementTexts } from "../../shared/i18n/sections/settlement.ts";
import { parseYuan, yuanText } from "../../shared/money.ts";
import type { Problem } from "./reception-form.ts";
import { num, str } from "./text.ts";
import type { Reader } from "./view.ts";

const TEXT = [
  "guestsTotal",
  "companionsTotal",
  "place",
  "purpose",
  "guestRelation",
  "personalShare",
  "overReason",
] as const;
export type TextInput = (typeof TEXT)[number];

/** The lists of the page with the inputs of a row. */
export const ROWS = {
  lines: ["item", "amount", "on", "place", "people", "invoiceNo"],
  invoices: ["no", "amount", "issuedOn", "seller", "attachmentId"],
  people: ["unit", "name", "post"],
} as const;
export type ListName = keyof typeof ROWS;
const LISTS = Object.keys(ROWS) as ListName[];
const MAX: Record<ListName, number> = { lines: MAX_ROWS, invoices: MAX_ROWS, people: 200 };

export type Row = Record<string, string>;
export type Values = { text: Record<TextInput, string> } & Record<ListName, Row[]>;

export const blankRow = (list: ListName): Row => Object.fromEntries(ROWS[list].map((leaf) => [leaf, ""]));

// What a row is filled in with before anybody typed.
const PRESET: Partial<Record<ListName, string>> = { lines: "item" };
const isBlank = (list: ListName, row: Row): boolean =>
  ROWS[list].every((leaf) => leaf === PRESET[list] || (row[leaf] ?? "").trim() === "");

/** The posted form as typed. */
export function readForm(form: URLSearchParams): Values {
  const text = Object.fromEntries(TEXT.map((name) => [name, form.get(name) ?? ""])) as Values["text"];
  const rows = (list: ListName): Row[] => {
    const numbers = new Set<number>();
    for (const key of form.keys()) {
      const [head, row = "", leaf = ""] = key.split(".");
      if (head === list && /^\d{1,3}$/.test(row) && (ROWS[list] as readonly string[]).includes(leaf))
        numbers.add(Number(row));
    }
    return [...numbers]
      .sort((a, b) => a - b)
      .slice(0, MAX[list])
      .map((row) =>
        Object.fromEntries(ROWS[list].map((leaf) => [leaf, form.get(`${list}.${row}.${leaf}`) ?? ""])),
      );
  };
  return { text, lines: rows("lines"), invoices: rows("invoices"), people: rows("people") };
}

/** The form after a press of "add" (value: the list) or "remove" (value: list and row). */
export function pressed(values: Values, form: URLSearchParams): Values {
  const add = LISTS.find((list) => list === form.get("add"));
  if (add && values[add].length < MAX[add]) return { ...values, [add]: [...values[add], blankRow(add)] };
  const [list, row] = (form.get("remove") ?? "").split(".");
  const from = LISTS.find((one) => one === list);
  if (from) return { ...values, [from]: values[from].filter((_, index) => String(index) !== row) };
  return values;
}

/** Undefined when nothing was typed, NaN when it is no number: the schema has a message for each. */
function whole(text: string): number | undefined {
  const plain = text.normalize("NFKC").trim();
  if (plain === "") return undefined;
  return /^\d{1,15}$/.test(plain) ? Number(plain) : Number.NaN;
}
function yuan(text: string): number | undefined {
  if (text.trim() === "") return undefined;
  return parseYuan(text) ?? Number.NaN;
}
const given = (key: string, value: unknown): Record<string, unknown> =>
  value === undefined || value === "" ? {} : { [key]: value };

const filled = (list: ListName, values: Values): Row[] => values[list].filter((row) => !isBlank(list, row));
const trimmed = (row: Row, leaf: string): string => (row[leaf] ?? "").trim();

/** The settlement that the schema checks; the list's id is added where there is one. */
export function toInput(values: Values, receptionListId: string | null): Record<string, unknown> {
  const t = (name: TextInput): string => values.text[name].trim();
  return {
    ...given("guestsTotal", whole(t("guestsTotal"))),
    ...given("companionsTotal", whole(t("companionsTotal"))),
    place: t("place"),
    purpose: values.text.purpose.replace(/\r\n?/g, "\n").trim(),
    guestRelation: t("guestRelation"),
    ...given("receptionListId", receptionListId ?? undefined),
    ...given("personalShare", yuan(t("personalShare"))),
    ...given("overReason", values.text.overReason.replace(/\r\n?/g, "\n").trim()),
    lines: filled("lines", values).map((row) => ({
      item: trimmed(row, "item"),
      ...given("amount", yuan(trimmed(row, "amount"))),
      on: trimmed(row, "on"),
      place: trimmed(row, "place"),
      ...given("people", whole(trimmed(row, "people"))),
      ...given("invoiceNo", trimmed(row, "invoiceNo")),
    })),
    invoices: filled("invoices", values).map((row) => ({
      no: trimmed(row, "no"),
      ...given("amount", yuan(trimmed(row, "amount"))),
      issuedOn: trimmed(row, "issuedOn"),
      seller: trimmed(row, "seller"),
      ...given("attachmentId", trimmed(row, "attachmentId")),
    })),
  };
}

/** The people of the reception list as typed. */
export const toList = (values: Values): ListPerson[] =>
  filled("people", values).map((row) => ({
    unit: trimmed(row, "unit"),
    name: trimmed(row, "name"),
    post: trimmed(row, "post"),
  }));

const yuanOf = (value: unknown): string => (typeof value === "number" ? yuanText(value) : "");
const asText = (value: unknown): string => (typeof value === "number" ? String(value) : str(value));

/** What was handed in before, else what the approved request lets expect. */
export function defaultsOf(view: CaseView, list: ListPerson[] | null, relation: string): Values {
  const { content: c, settlement } = view;
  const people = (list ?? [{ unit: str(c?.visitingOrg), name: str(c?.guestContactName), post: "" }]).map(
    (one): Row => ({ ...one }),
  );
  if (settlement?.data) return { ...fromSettlement(settlement.data), people };
  const companions = Array.isArray(c?.companions) ? c.companions.length : 0;
  const guests = num(c?.guestsMale) + num(c?.guestsFemale);
  return {
    text: {
      guestsTotal: String(guests),
      companionsTotal: String(companions),
      place: str(c?.hotelName) || str(c?.toPlace),
      purpose: str(c?.exchangeContent),
      guestRelation: relation,
      personalShare: "0.00",
      overReason: "",
    },
    lines: [
      { ...blankRow("lines"), item: "meal", on: str(c?.arrivalDate), people: String(guests + companions) },
    ],
    invoices: [blankRow("invoices")],
    people,
  };
}

function fromSettlement(data: Record<string, unknown>): Omit<Values, "people"> {
  const rows = (list: "lines" | "invoices"): Row[] =>
    (Array.isArray(data[list]) ? (data[list] as Record<string, unknown>[]) : []).map((one) =>
      Object.fromEntries(
        ROWS[list].map((leaf) => [leaf, leaf === "amount" ? yuanOf(one.amount) : asText(one[leaf])]),
      ),
    );
  return {
    text: Object.fromEntries(
      TEXT.map((name) => [name, name === "personalShare" ? yuanOf(data[name]) : asText(data[name])]),
    ) as Values["text"],
    lines: rows("lines"),
    invoices: rows("invoices"),
  };
}

export type Totals = { lines: number; share: number; charged: number; difference: number; within: boolean };

/** What the form adds up to, from whatever is filled in so far (fen). */
export function totalsOf(values: Values, approved: number, percent: number): Totals {
  const lines = values.lines.reduce((sum, row) => sum + (parseYuan(row.amount ?? "") ?? 0), 0);
  const share = parseYuan(values.text.personalShare) ?? 0;
  const charged = Math.max(0, lines - share);
  return {
    lines,
    share,
    charged,
    difference: charged - approved,
    within: isWithin(charged, approved, percent),
  };
}

/** The problems in the order of the page, each with the input that shows it. `list`: of the schema's rows. */
export function problemsOf(
  errors: FieldError[],
  values: Values,
  texts: SettlementTexts,
  r: Reader,
): Problem[] {
  const place = (input: string): number => {
    const [head = "", row = "0"] = input.split(".");
    const order = [...TEXT.slice(0, 5), ...LISTS, ...TEXT.slice(5)] as string[];
    return order.indexOf(head) * 1000 + Number(row || 0);
  };
  const seen = new Set<string>();
  return errors
    .map((error): Problem => {
      const [head = "", index, leaf] = error.path.split(".");
      const list = LISTS.find((one) => one === head);
      const message = messageOf(error, leaf ?? head, r);
      if (list && leaf !== undefined) {
        const row = rowOf(list, Number(index), values);
        const names: Record<string, string> =
          list === "lines" ? texts.line : list === "invoices" ? texts.invoice : texts.person;
        const label = (names[leaf] ?? leaf).replace("{n}", String(row + 1));
        return { input: `${list}.${row}.${leaf}`, label, message };
      }
      const label = (texts.fields as Record<string, string>)[head] ?? head;
      // A list as a whole is told at its first row.
      const input = list ? `${list}.0.${ROWS[list][list === "lines" ? 1 : 0]}` : head;
      return { input, label, message };
    })
    .filter(({ input }) => !seen.has(input) && seen.add(input))
    .sort((a, b) => place(a.input) - place(b.input));
}

/** Rows that were left out do not count for the schema. */
function rowOf(list: ListName, index: number, values: Values): number {
  const rows = values[list].flatMap((row, at) => (isBlank(list, row) ? [] : [at]));
  return rows[index] ?? index;
}

const MONEY = new Set(["amount", "personalShare"]);

/** Money fields speak of yuan: the schema counts in fen. */
function messageOf(error: FieldError, leaf: string, r: Reader): string {
  const { form } = r.t.web;
  if (MONEY.has(leaf) && error.code === "number") return form.moneyField;
  if (MONEY.has(leaf) && error.code === "at_most")
    return form.moneyMax.replace("{max}", money(num(Number(error.params?.max))));
  return fieldMessage(error, r.locale);
}
