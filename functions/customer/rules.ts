/** When two names are the same customer, by what else he is found, and what his number may be. Pure. */
import { normalisedPhone } from "../message/sms-rules.ts";
import { sha256 } from "../shared/ids.ts";
import type { Contact } from "./model.ts";

/** Key parts of the table are limited; no name is longer than this once it is normalised. */
const LONGEST = 200;

/**
 * A name without what people write differently: width, case, blanks and punctuation. `「洁丽雅」 有限公司` and
 * `洁丽雅有限公司` are one; that 洁丽雅 alone is the same customer is known by an alias (store.ts).
 */
export function normalisedName(name: string): string {
  const wide = name.normalize("NFKC").toLowerCase();
  const bare = wide.replace(/[\s\p{P}\p{S}]/gu, "");
  return (bare === "" ? wide.trim() : bare).slice(0, LONGEST);
}

/** pk = ALIAS#<normalised name>: where the table finds whom a name means. */
export const aliasKey = (name: string) => ({ pk: `ALIAS#${normalisedName(name)}`, sk: "ALIAS" });

/** pk of the items that say whose phone or address this is; sk is the customer's number. Neither is kept in the key. */
export const phoneHandle = (phone: string): string => `HANDLE#${sha256(`phone|${normalisedPhone(phone)}`)}`;
export const emailHandle = (email: string): string =>
  `HANDLE#${sha256(`email|${email.normalize("NFKC").trim().toLowerCase()}`)}`;

/** By what the people of a customer are known: a phone or an address may be that of several customers. */
export const handlesOf = (contacts: readonly Pick<Contact, "phone" | "email">[]): string[] => [
  ...new Set(
    contacts.flatMap(({ phone, email }) => [
      phoneHandle(phone),
      ...(email === null ? [] : [emailHandle(email)]),
    ]),
  ),
];

/** What stands for a customer whom nobody has entered: his name, so that his visits still find each other. */
export const unknownCustomerId = (name: string): string => `name:${normalisedName(name)}`;

/** Longest texts and lists of a record. */
export const MAX = {
  customerId: 40,
  name: 100,
  aliases: 20,
  address: 200,
  companyType: 50,
  contactName: 50,
  // Whatever of him changes at once, it fits a transaction: his names, and what his contacts are found by.
  contacts: 12,
} as const;

/** Stands in addresses and file names, so letters, digits and a few marks. */
export const isCustomerId = (id: string): boolean =>
  id.length <= MAX.customerId && /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(id);
