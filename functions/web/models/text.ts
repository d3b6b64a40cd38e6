/** Small helpers between catalogues and pages. Pure. */
import type { Locale } from "../../directory/model.ts";
import { type Catalogue, fill } from "../../shared/i18n/messages.ts";

/** Letters written from right to left, and the marks that change direction. */
const DIRECTED = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Text of people inside a sentence: kept apart where its direction could turn the words around it. */
export function isolate(text: string): string {
  if (!DIRECTED.test(text)) return text;
  const bare = text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
  return `\u2068${bare}\u2069`;
}

/** `one|many` by `n` (and `{n}` filled in). Languages without plurals give one form only. */
export function count(text: string, n: number, params: Record<string, string | number> = {}): string {
  const [one = "", many] = text.split("|");
  return fill(many === undefined || n === 1 ? one : many, { n, ...params });
}

/** The text of a key that comes from data; the key itself where the catalogue does not know it. */
export function word(table: Record<string, string>, key: string | null | undefined): string {
  if (key === null || key === undefined) return "";
  return Object.hasOwn(table, key) ? table[key]! : key;
}

/** Names in a row, each kept apart. */
export const namesOf = (people: { name: string }[], t: Catalogue, locale: Locale): string => {
  const names = people.map((one) => isolate(one.name));
  return locale === "zh-CN"
    ? names.join(t.words.listSeparator)
    : new Intl.ListFormat("en", { type: people.length > 1 ? "conjunction" : "unit" }).format(names);
};

/** A number as the catalogue's content has it; 0 for what an erased form no longer says. */
export const num = (value: unknown): number => (typeof value === "number" ? value : 0);
export const str = (value: unknown): string => (typeof value === "string" ? value : "");
export const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
