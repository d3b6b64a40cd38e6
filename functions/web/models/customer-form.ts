/** The form of a customer between what people type and what the use cases take: typed values are kept. Pure. */
import { CONTACT_CHANNELS, type CustomerView } from "../../customer/model.ts";
import { MAX } from "../../customer/rules.ts";
import type { FieldError } from "../../shared/errors.ts";
import { fieldMessage, fill } from "../../shared/i18n/messages.ts";
import { customerTexts } from "../../shared/i18n/sections/customers.ts";
import { rowsOf } from "./form-values.ts";
import type { Problem } from "./reception-form.ts";
import type { Reader } from "./view.ts";

const TEXTS = [
  "customerId",
  "name",
  "aliases",
  "address",
  "companyType",
  "tier",
  "creditGrade",
  "owner",
  "nextDueOn",
  "noNextReason",
] as const;
const CONTACT_TEXTS = ["name", "phone", "email", "language", "channel"] as const;

export type ContactValues = Record<(typeof CONTACT_TEXTS)[number], string> & { consent: string[] };
export type CustomerValues = { text: Record<(typeof TEXTS)[number], string>; contacts: ContactValues[] };

export const blankContact = (): ContactValues => ({
  name: "",
  phone: "",
  email: "",
  language: "zh-CN",
  channel: CONTACT_CHANNELS[0],
  consent: ["email", "sms"],
});

export function blankValues(): CustomerValues {
  const text = Object.fromEntries(TEXTS.map((name) => [name, ""])) as CustomerValues["text"];
  return { text: { ...text, creditGrade: "C" }, contacts: [] };
}

export const valuesOf = (view: CustomerView): CustomerValues => ({
  text: {
    customerId: view.customerId,
    name: view.name,
    aliases: view.aliases.join("\n"),
    address: view.address ?? "",
    companyType: view.companyType ?? "",
    tier: view.tier,
    creditGrade: view.creditGrade,
    owner: view.owner ?? "",
    nextDueOn: view.nextDueOn ?? "",
    noNextReason: view.noNextReason ?? "",
  },
  contacts: view.contacts.map((one) => ({
    name: one.name,
    phone: one.phone,
    email: one.email ?? "",
    language: one.language,
    channel: one.channel,
    consent: (["email", "sms"] as const).filter((channel) => one.consent[channel]),
  })),
});

/** The posted form as typed; a contact of whom nothing was typed is none. */
export function readCustomerForm(form: URLSearchParams): CustomerValues {
  const get = (name: string) => form.get(name) ?? "";
  return {
    text: Object.fromEntries(TEXTS.map((name) => [name, get(name)])) as CustomerValues["text"],
    contacts: rowsOf(form, "contacts", MAX.contacts)
      .map((row) => ({
        ...(Object.fromEntries(CONTACT_TEXTS.map((name) => [name, get(`contacts.${row}.${name}`)])) as Record<
          (typeof CONTACT_TEXTS)[number],
          string
        >),
        consent: form.getAll(`contacts.${row}.consent`),
      }))
      .filter((one) => [one.name, one.phone, one.email].some((typed) => typed.trim() !== "")),
  };
}

const orNull = (typed: string): string | null => (typed.trim() === "" ? null : typed);

/** What the use cases take. `version` null: a new customer. `keeps`: whether tier, grade and owner are the reader's. */
export function toCustomerInput(values: CustomerValues, version: number | null, keeps: boolean): object {
  const { text, contacts } = values;
  const aliases = text.aliases
    .split(/[\r\n]+/)
    .map((one) => one.trim())
    .filter(Boolean);
  return {
    ...(version === null
      ? text.customerId.trim() === ""
        ? {}
        : { customerId: text.customerId.trim() }
      : { version, ...(text.nextDueOn === "" ? { noNextReason: orNull(text.noNextReason) } : {}) }),
    name: text.name,
    aliases,
    address: orNull(text.address),
    companyType: orNull(text.companyType),
    ...(keeps ? { tier: text.tier, creditGrade: text.creditGrade, owner: orNull(text.owner) } : {}),
    nextDueOn: orNull(text.nextDueOn),
    contacts: contacts.map((one) => ({
      name: one.name,
      phone: one.phone,
      email: orNull(one.email),
      language: one.language,
      channel: one.channel,
      consent: { email: one.consent.includes("email"), sms: one.consent.includes("sms") },
    })),
  };
}

/** Problems at the inputs that show them. */
export function customerProblems(errors: readonly FieldError[], r: Reader): Problem[] {
  const t = customerTexts(r.locale);
  const labels: Record<string, string> = {
    name: t.name,
    customerId: t.customerId,
    aliases: t.aliases,
    address: t.address,
    companyType: t.companyType,
    tier: t.tier,
    creditGrade: t.grade,
    owner: t.owner,
    nextDueOn: t.next,
    noNextReason: t.noNextReason,
    phone: t.phone,
    email: t.email,
    language: t.language,
    channel: t.channel,
    contacts: t.contacts,
  };
  const found = errors.map((error): Problem => {
    const [root = "", row, leaf] = error.path.split(".");
    // What is wrong with the list as a whole is shown where the first of it begins.
    const input = root === "contacts" ? `contacts.${row ?? 0}.${leaf ?? "name"}` : root;
    const label =
      root === "contacts"
        ? `${fill(t.contact, { n: Number(row ?? 0) + 1 })} · ${leaf === "name" || !leaf ? t.contactName : (labels[leaf] ?? leaf)}`
        : (labels[root] ?? root);
    return { input, label, message: fieldMessage(error, r.locale) };
  });
  return found.filter(({ input }, index) => found.findIndex((one) => one.input === input) === index);
}
