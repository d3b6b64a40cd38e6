/** Contacts with a customer in the table: whose a complaint is, when he was spoken to, and what follows from it. */
import { workingCalendar } from "../directory/calendar.ts";
import { env } from "../shared/env.ts";
import { getItems, queryAll, type Write } from "../shared/table.ts";
import { currentCadence } from "./cadence-store.ts";
import { contacted, type Reached } from "./contact-rules.ts";
import { customerKey, toKnown } from "./items.ts";
import type { Customer } from "./model.ts";
import { changeCustomer } from "./record-store.ts";
import { aliasKey, emailHandle, isCustomerId, normalisedName, phoneHandle } from "./rules.ts";

const table = () => env("CUSTOMERS_TABLE");

/** Contacts older than the longest span that a policy counts are of no use. */
const KEPT_SECONDS = 400 * 86_400;

/** Keeps one contact beside the customer's record; written twice it is one. */
export const contactWrite = (customerId: string, { at, process, caseId }: Reached): Write => ({
  label: "contact",
  Put: {
    TableName: table(),
    Item: {
      pk: customerKey(customerId).pk,
      sk: `CONTACT#${at}#${caseId}`,
      v: 1,
      at,
      process,
      caseId,
      expiresAt: Math.floor(Date.parse(at) / 1000) + KEPT_SECONDS,
    },
  },
});

/** When a customer was spoken to after this instant (table stamps), by any process. */
export async function contactsSince(customerId: string, since: string): Promise<string[]> {
  const items = await queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :since AND :end",
    ExpressionAttributeValues: {
      ":pk": customerKey(customerId).pk,
      ":since": `CONTACT#${since}`,
      ":end": "CONTACT#~",
    },
    ConsistentRead: true,
  });
  return items.map((item) => String(item.at)).filter((at) => at > since);
}

/**
 * Notes a contact: the customer was spoken to, and is due again an interval later. The same contact twice, or one that is
 * older than the last, moves no date. Resolves with whether the customer is there at all. Throws 503 `busy`.
 */
export async function noteContact(customerId: string, reached: Reached): Promise<boolean> {
  const [calendar, { policy }] = await Promise.all([workingCalendar(), currentCadence()]);
  return changeCustomer<boolean>(customerId, [], null, (known) =>
    known
      ? {
          customer: contacted(known, reached, { calendar, policy }),
          result: true,
          extra: [contactWrite(customerId, reached)],
        }
      : { customer: null, result: false, extra: [] },
  );
}

/** What somebody said of himself, as far as he did. */
export type Said = {
  customerId?: string | undefined;
  names: readonly (string | undefined)[];
  phone?: string | undefined;
  email?: string | undefined;
};

/**
 * The customers whom this is about: the one of the number, else the one of a name or alias, else those whose person has the
 * phone or the e-mail address. Nobody where nothing fits.
 */
export async function customersBy({ customerId, names, phone, email }: Said): Promise<string[]> {
  const known = (names.filter((name) => name !== undefined && normalisedName(name) !== "") as string[]).map(
    (name) => aliasKey(name),
  );
  const number = customerId !== undefined && isCustomerId(customerId) ? [customerKey(customerId)] : [];
  const wanted = new Map([...number, ...known].map((key) => [key.pk, key]));
  const items = wanted.size === 0 ? [] : await getItems(table(), [...wanted.values()]);
  const found = (pk: string | undefined) => items.find((item) => item.pk === pk);
  const byNumber = found(number[0]?.pk);
  if (byNumber) return [toKnown(byNumber).customer.customerId];
  for (const { pk } of known) {
    const alias = found(pk);
    if (alias) return [String(alias.customerId)];
  }
  const handles = [
    ...(phone === undefined ? [] : [phoneHandle(phone)]),
    ...(email === undefined ? [] : [emailHandle(email)]),
  ];
  const ids = await Promise.all(handles.map(ofHandle));
  return [...new Set(ids.flat())].sort();
}

/** More customers than this have nobody in common: the number is a switchboard's. */
const MOST = 20;

async function ofHandle(pk: string): Promise<string[]> {
  const items = await queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": pk },
    ConsistentRead: true,
  });
  return items.length > MOST ? [] : items.map((item) => String(item.sk));
}

/** These customers as they are now, by number; who is not there is left out. */
export async function readCustomers(customerIds: readonly string[]): Promise<Map<string, Customer>> {
  const found = new Map<string, Customer>();
  const unique = [...new Set(customerIds)];
  for (let at = 0; at < unique.length; at += 100) {
    const items = await getItems(table(), unique.slice(at, at + 100).map(customerKey));
    for (const item of items) {
      const { customer } = toKnown(item);
      found.set(customer.customerId, customer);
    }
  }
  return found;
}
