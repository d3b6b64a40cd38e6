/** Error codes to sentences, from the typed catalogues. */
import type { Locale } from "../../directory/model.ts";
import type { FieldError } from "../errors.ts";
import { errors as enErrors } from "./en/errors.ts";
import { en } from "./en.ts";
import { errors as zhErrors } from "./zh-CN/errors.ts";
import { zhCN } from "./zh-CN.ts";

export type Catalogue = typeof zhCN;

/** The catalogue of a language. */
export const catalogue = (locale: Locale): Catalogue => (locale === "en" ? en : zhCN);

/** `{name}` in a text is replaced by the parameter of that name. */
export function fill(text: string, params: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

// Not by way of the catalogue: a function without pages then carries none of their texts.
const errorsIn = (locale: Locale) => (locale === "en" ? enErrors : zhErrors);

/** The sentence of a refusal's code. */
export function refusalMessage(code: string, locale: Locale): string {
  const { refusals } = errorsIn(locale);
  return Object.hasOwn(refusals, code) ? refusals[code as keyof typeof refusals] : refusals.internal;
}

/** The sentence at one field. */
export function fieldMessage(field: FieldError, locale: Locale): string {
  const { fields } = errorsIn(locale);
  const text = Object.hasOwn(fields, field.code) ? fields[field.code as keyof typeof fields] : fields.invalid;
  return fill(text, field.params);
}
