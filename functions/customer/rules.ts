/** When two names are the same customer, and what a customer's number may be. Pure. */

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
  contacts: 20,
} as const;

/** Stands in addresses and file names, so letters, digits and a few marks. */
export const isCustomerId = (id: string): boolean =>
  id.length <= MAX.customerId && /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(id);
