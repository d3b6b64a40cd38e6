/**
 * A customer as items of the table: the record with what its indexes need, an item for each name that means him, and one
 * for each phone and address of his people. Pure.
 */
import { env } from "../shared/env.ts";
import type { Item, Write } from "../shared/table.ts";
import type { Customer } from "./model.ts";
import { searchText, touchedAt } from "./record-rules.ts";
import { aliasKey, handlesOf, normalisedName } from "./rules.ts";

export const customerKey = (customerId: string) => ({ pk: `CUSTOMER#${customerId}`, sk: "PROFILE" });

/** The list by name is spread over so many parts, each of which is asked at once. */
export const LIST_SHARDS = 16;
/** So is the index of what is due; as in the Cases table. */
export const DUE_SHARDS = 8;

/** FNV-1a, 32 bits: which part of an index a number falls into. */
function spread(customerId: string, parts: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(customerId)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % parts;
}

/** Where a customer stands in the list: by name, and by number where names are the same. */
export const sortNameOf = (of: Pick<Customer, "customerId" | "name">): string =>
  `${normalisedName(of.name)}#${of.customerId}`;

/** A record as it was read: with the keys of the names that mean this customer and no other. */
export type Known = { customer: Customer; owned: string[] };

/** Sorts behind every day, so that a customer without a next day is still in his owner's list. */
export const NO_DAY = "none";

export function customerItem(customer: Customer, owned: readonly string[]): Item {
  return {
    ...customerKey(customer.customerId),
    v: 1,
    version: customer.version,
    customer,
    owned,
    // What indexes and filters look at; attributes of an index are left out rather than empty.
    ...(customer.owner === null ? {} : { owner: customer.owner }),
    nextDueOn: customer.nextDueOn ?? NO_DAY,
    ...(customer.nextDueOn === null ? {} : { dueShard: spread(customer.customerId, DUE_SHARDS) }),
    listShard: spread(customer.customerId, LIST_SHARDS),
    sortName: sortNameOf(customer),
    search: searchText(customer),
    tier: customer.tier,
    touchedAt: touchedAt(customer),
  };
}

export const toKnown = (item: Item): Known => ({
  customer: item.customer as Customer,
  owned: item.owned as string[],
});

/** Every name of a customer. */
export const namesOf = (of: Pick<Customer, "name" | "aliases">): string[] => [of.name, ...of.aliases];

export const aliasItem = (pk: string, customer: Customer): Item => ({
  pk,
  sk: "ALIAS",
  v: 1,
  customerId: customer.customerId,
  name: customer.name,
  creditGrade: customer.creditGrade,
  tier: customer.tier,
});

/** What becomes of the names of a customer. */
export type NameChanges = {
  /** Keys that mean him afterwards. */
  owned: string[];
  put: string[];
  drop: string[];
};

/**
 * A name means whoever had it first: two firms may be called the same, and a name that another customer has is not taken
 * from him. `meant`: whom the names mean now.
 */
export function nameChanges(
  before: Known | null,
  after: Customer,
  meant: ReadonlyMap<string, string>,
): NameChanges {
  const mine = (pk: string) => before?.owned.includes(pk) === true;
  const keys = [...new Set(namesOf(after).map((name) => aliasKey(name).pk))];
  const owned = keys.filter((pk) => mine(pk) || [undefined, after.customerId].includes(meant.get(pk)));
  const old = before?.customer;
  const isSame = old?.name === after.name && old.creditGrade === after.creditGrade && old.tier === after.tier;
  return {
    owned,
    put: owned.filter((pk) => !isSame || !mine(pk)),
    drop: before?.owned.filter((pk) => !owned.includes(pk)) ?? [],
  };
}

export const handleItem = (pk: string, customerId: string): Item => ({ pk, sk: customerId, v: 1 });

/** What becomes of the phones and addresses by which a customer is found. */
export type HandleChanges = { put: string[]; drop: string[] };

export function handleChanges(
  before: Pick<Customer, "contacts"> | null,
  after: Pick<Customer, "contacts">,
): HandleChanges {
  const [old, kept] = [handlesOf(before?.contacts ?? []), handlesOf(after.contacts)];
  return {
    put: kept.filter((pk) => !old.includes(pk)),
    drop: old.filter((pk) => !kept.includes(pk)),
  };
}

/** Nobody else writes these items: they are the customer's own, and go with his record. */
export function handleWrites(customerId: string, { put, drop }: HandleChanges): Write[] {
  const TableName = env("CUSTOMERS_TABLE");
  return [
    ...put.map((pk): Write => ({ label: "handle", Put: { TableName, Item: handleItem(pk, customerId) } })),
    ...drop.map((pk): Write => ({ label: "handle", Delete: { TableName, Key: { pk, sk: customerId } } })),
  ];
}

/** The writes that make `after` of what is there, each on condition that it is still as it was read. */
export function customerWrites(
  before: Known | null,
  after: Customer,
  meant: ReadonlyMap<string, string>,
): Write[] {
  const TableName = env("CUSTOMERS_TABLE");
  const { owned, put, drop } = nameChanges(before, after, meant);
  return [
    {
      label: "customer",
      Put: {
        TableName,
        Item: customerItem(after, owned),
        ...(before === null
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : {
              ConditionExpression: "version = :seen",
              ExpressionAttributeValues: { ":seen": before.customer.version },
            }),
      },
    },
    ...put.map(
      (pk): Write => ({
        label: "name",
        Put: {
          TableName,
          Item: aliasItem(pk, after),
          ConditionExpression: "attribute_not_exists(pk) OR customerId = :me",
          ExpressionAttributeValues: { ":me": after.customerId },
        },
      }),
    ),
    ...drop.map(
      (pk): Write => ({
        label: "name",
        Delete: {
          TableName,
          Key: { pk, sk: "ALIAS" },
          ConditionExpression: "attribute_not_exists(pk) OR customerId = :me",
          ExpressionAttributeValues: { ":me": after.customerId },
        },
      }),
    ),
    ...handleWrites(after.customerId, handleChanges(before?.customer ?? null, after)),
  ];
}
