/**
 * Field types shared by all forms. Every zod issue's message is one of our error codes (i18n `errors.fields`),
 * so that page, API and tests speak of the same thing in both languages.
 */
import * as z from "zod";
import type { FieldError } from "./errors.ts";
import { CONTROL_IN_LINE, isDate, isPhone } from "./plain.ts";

export { refuseFields } from "./plain.ts";

// In longer text a newline and a tab are fine.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_IN_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** Limits and parameters of a code travel behind a colon: `too_long:100`. */
const tooLong = (max: number) => `too_long:${max}`;

const trimmed = z.string({ error: (issue) => (issue.input === undefined ? "required" : "invalid") });

/** One line of text, 1 to `max` characters after trimming. */
export const line = (max: number) =>
  trimmed
    .refine((value) => !CONTROL_IN_LINE.test(value), { error: "control_characters", abort: true })
    .trim()
    .min(1, { error: "required" })
    .max(max, { error: tooLong(max) });

/** Text of several lines, 1 to `max` characters after trimming. */
export const text = (max: number) =>
  trimmed
    .refine((value) => !CONTROL_IN_TEXT.test(value), { error: "control_characters", abort: true })
    .trim()
    .min(1, { error: "required" })
    .max(max, { error: tooLong(max) });

/** Text that may be blank, where another rule says when it must not be. */
export const reason = (max: number) =>
  trimmed
    .refine((value) => !CONTROL_IN_TEXT.test(value), { error: "control_characters", abort: true })
    .trim()
    .max(max, { error: tooLong(max) });

export const list = <T extends z.ZodType>(item: T, max: number) =>
  z.array(item, { error: "invalid" }).max(max, { error: `too_many:${max}` });

export const wholeNumber = (min: number, max: number) =>
  z
    .number({ error: (issue) => (issue.input === undefined ? "required" : "number") })
    .int({ error: "number" })
    .min(min, { error: `at_least:${min}` })
    .max(max, { error: `at_most:${max}` });

/** Integer fen, above 0 and at most 2^53−1. */
export const amount = () =>
  z
    .number({ error: (issue) => (issue.input === undefined ? "required" : "amount") })
    .int({ error: "amount" })
    .positive({ error: "amount" })
    .max(Number.MAX_SAFE_INTEGER, { error: "amount" });

/** A calendar date `YYYY-MM-DD` that exists. */
export const date = () =>
  trimmed.refine((value) => isDate(value), { error: (issue) => (issue.input === "" ? "required" : "date") });

/** ISO 8601 with offset; kept as written. */
export const instant = () =>
  trimmed.refine(
    (value) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
      isDate(value.slice(0, 10)) &&
      !Number.isNaN(Date.parse(value)),
    { error: (issue) => (issue.input === "" ? "required" : "instant") },
  );

/** A phone number: digits with the usual separators, 7 to 15 digits, kept as written. */
export const phone = () => line(30).refine(isPhone, { error: "phone" });

/**
 * Our field errors of a zod error, the first of each field: a page shows one message at a field. Unknown keys get a path
 * each; codes may carry a parameter behind a colon.
 */
export function fieldErrors(error: z.ZodError): FieldError[] {
  const found: FieldError[] = [];
  for (const issue of error.issues) {
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys)
        found.push({ path: [...issue.path, key].join("."), code: "unknown_field" });
      continue;
    }
    const [code = "invalid", parameter] = issue.message.split(":");
    const name = code.startsWith("too_") || code === "at_most" ? "max" : "min";
    found.push({
      path: issue.path.join("."),
      code: /^[a-z_]+$/.test(code) ? code : "invalid",
      ...(parameter === undefined ? {} : { params: { [name]: parameter } }),
    });
  }
  return found.filter(({ path }, index) => found.findIndex((one) => one.path === path) === index);
}
