/** What a line, a phone number, an e-mail address and a date are, for the schemas and for what reads tables without them. Pure. */
import { invalid } from "./errors.ts";

// C0 and C1 control characters, line and paragraph separators: never part of a one-line field.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const CONTROL_IN_LINE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Digits with the usual separators, 7 to 15 digits. */
export function isPhone(value: string): boolean {
  const digits = value.replace(/\D/g, "").length;
  return /^\+?[\d ()-]+$/.test(value) && digits >= 7 && digits <= 15;
}

export const isEmail = (value: string): boolean =>
  /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/.test(value) && value.length <= 254;

/** A calendar date `YYYY-MM-DD` that exists. */
export function isDate(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const ms = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value);
}

/** Refuses a body where a call takes no fields: nothing or an empty object will do. Throws 400. */
export function refuseFields(input: unknown): void {
  if (input === undefined) return;
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw invalid({ path: "", code: "invalid" });
  const found = Object.keys(input);
  if (found.length > 0) throw invalid(...found.map((path) => ({ path, code: "unknown_field" })));
}
