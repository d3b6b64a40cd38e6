/**
 * The form of a complaint between the page and the schema, for customers and for those who write down what a customer
 * says. What was typed goes back to the page whatever was wrong with it. Pure.
 */
import { CATEGORIES, type Category, CHANNELS, SEVERITIES, URGENCIES } from "../../complaint/model.ts";
import type { FieldError } from "../../shared/errors.ts";
import { fieldMessage } from "../../shared/i18n/messages.ts";
import { care } from "../../shared/i18n/sections/care.ts";
import { complaintIntake } from "../../shared/i18n/sections/complaint-intake.ts";
import { complaintWords } from "../../shared/i18n/sections/complaint-words.ts";
import type { Problem } from "./reception-form.ts";
import type { Reader } from "./view.ts";

/** Inputs that are fields of the schema as they stand. */
const PLAIN = [
  "channel",
  "complainantName",
  "complainantPhone",
  "complainantEmail",
  "organisation",
  "waybillNo",
  "occurredAt",
  "category",
  "subCategory",
  "description",
  "remedySought",
  "severity",
  "urgency",
  "locale",
  "repeatOf",
  "customerId",
] as const;
/** What the page adds: a day and a time are asked for apart. */
const OWN = ["occurredOn", "occurredTime", "safetyFlag"] as const;
/** Names of the form that say nothing about the complaint. */
const AROUND = ["key", "csrf", "website"];

type Input = (typeof PLAIN)[number] | (typeof OWN)[number];
export type CareValues = Record<Input, string>;

export const blankCare = (): CareValues =>
  Object.fromEntries([...PLAIN, ...OWN].map((name) => [name, ""])) as CareValues;

/** What a signed-in colleague starts with. */
export const blankStaffCare = (): CareValues => ({
  ...blankCare(),
  channel: "hotline",
  severity: "major",
  urgency: "medium",
});

/** The posted form as typed, with one kind of line end. */
export function readCare(form: URLSearchParams): CareValues {
  const values = blankCare();
  for (const name of Object.keys(values) as Input[])
    values[name] = (form.get(name) ?? "").replace(/\r\n?/g, "\n");
  return values;
}

/** The document that the use case takes. Names that nobody knows stay, so that it refuses them. */
export function toComplaint(values: CareValues, form: URLSearchParams): Record<string, unknown> {
  const known: readonly string[] = [...PLAIN, ...OWN, ...AROUND];
  const strange = [...form.keys()].filter((name) => !known.includes(name));
  const time = values.occurredTime.trim() || "00:00";
  const occurredAt =
    values.occurredAt || (values.occurredOn.trim() ? `${values.occurredOn.trim()}T${time}:00+08:00` : "");
  return {
    ...Object.fromEntries(strange.map((name) => [name, form.get(name)])),
    ...Object.fromEntries(
      PLAIN.filter((name) => values[name].trim() !== "").map((name) => [name, values[name]]),
    ),
    ...(occurredAt === "" ? {} : { occurredAt }),
    ...flag(values.safetyFlag),
  };
}

/** A box that is ticked; what is neither that nor a plain no stays, for the schema to refuse. */
const flag = (text: string): { safetyFlag?: unknown } =>
  text === "" ? {} : { safetyFlag: ["true", "on", "1"].includes(text) || (text === "false" ? false : text) };

/** Which input shows a problem. */
const inputOf = (path: string): string => (path === "occurredAt" ? "occurredOn" : path);

/** The problems of a refusal at the inputs of the page, in the order of the page. */
export function careProblems(
  fields: FieldError[],
  order: typeof PUBLIC_ORDER | typeof STAFF_ORDER,
  r: Reader,
): Problem[] {
  const t = care(r.locale);
  const labels: Record<string, string> = {
    ...t.form,
    ...(order === STAFF_ORDER ? t.staff.fields : {}),
    channel: t.staff.channel,
    occurredOn: t.staff.occurredOn,
    subCategory: t.staff.subCategory,
    severity: t.staff.severity,
    urgency: t.staff.urgency,
    repeatOf: t.staff.repeatOf,
    customerId: t.staff.customerId,
    locale: t.staff.locale,
  };
  return fields
    .map((field) => {
      const input = inputOf(field.path);
      const message = input === "category" ? t.problems.category : fieldMessage(field, r.locale);
      return { input, label: labels[input] ?? input, message };
    })
    .sort((a, b) => place(order, a.input) - place(order, b.input));
}
const place = (order: readonly string[], input: string): number =>
  order.includes(input) ? order.indexOf(input) : order.length;

/** The inputs of the two pages from top to bottom. */
export const PUBLIC_ORDER = [
  "waybillNo",
  "category",
  "description",
  "remedySought",
  "safetyFlag",
  "complainantName",
  "complainantPhone",
  "complainantEmail",
  "organisation",
] as const;
export const STAFF_ORDER = [
  "channel",
  "complainantName",
  "complainantPhone",
  "complainantEmail",
  "organisation",
  "customerId",
  "locale",
  "waybillNo",
  "occurredOn",
  "category",
  "subCategory",
  "description",
  "remedySought",
  "severity",
  "urgency",
  "safetyFlag",
  "repeatOf",
] as const;

type Option = { value: string; label: string };

export const publicCategories = (r: Reader): Option[] =>
  CATEGORIES.map((value) => ({ value, label: complaintIntake(r.locale).publicCategories[value] }));
export const staffCategories = (r: Reader): Option[] =>
  CATEGORIES.map((value) => ({ value, label: complaintWords(r.locale).categories[value] }));
/** Everything but the web, which customers use themselves. */
export const staffChannels = (r: Reader): Option[] =>
  CHANNELS.filter((value) => value !== "web").map((value) => ({
    value,
    label: complaintWords(r.locale).channels[value],
  }));
export const severities = (r: Reader): Option[] =>
  SEVERITIES.map((value) => ({ value, label: complaintWords(r.locale).severities[value] }));
export const urgencies = (r: Reader): Option[] =>
  URGENCIES.map((value) => ({ value, label: complaintWords(r.locale).urgencies[value] }));

export const categoryText = (category: Category, r: Reader): string =>
  complaintIntake(r.locale).publicCategories[category];
