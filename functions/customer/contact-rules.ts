/**
 * What a real contact makes of a customer: when he was last spoken to and when he is due again; whether he is spoken to too
 * often, and whether he wants to be (contracts/follow-ups.md "Cadence"). Instants are table stamps. Pure.
 */
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { shanghaiDate, stamp } from "../shared/clock.ts";
import { type CadencePolicy, dueAfter } from "./cadence-rules.ts";
import type { Contact, ContactChannel, Customer } from "./model.ts";

/** Somebody spoke with the customer: when, and the case that says so. */
export type Reached = { at: string; process: string; caseId: string };

/**
 * The customer after a contact, null where a later one, or this one, is known already. He is due again an interval of his
 * tier after it, also where nobody meant to contact him any more: he came by himself.
 */
export function contacted(
  customer: Customer,
  { at, process, caseId }: Reached,
  { calendar, policy }: { calendar: WorkingCalendar; policy: CadencePolicy },
): Customer | null {
  if (customer.lastContactAt !== null && customer.lastContactAt >= at) return null;
  return {
    ...customer,
    version: customer.version + 1,
    lastContactAt: at,
    lastContactSource: { process, caseId },
    nextDueOn: dueAfter(calendar, policy, customer.tier, shanghaiDate(at)),
    noNextReason: null,
  };
}

const DAY_MS = 86_400_000;

/** Contacts after this instant count towards the cap. `at`: epoch ms. */
export const countedSince = ({ days }: CadencePolicy["fatigue"], at: number): string =>
  stamp(at - days * DAY_MS);

/** Whether one more contact would be too many; `contacts`: when he was spoken to, by any process. */
export const isTired = (
  contacts: readonly string[],
  { fatigue }: Pick<CadencePolicy, "fatigue">,
  at: number,
): boolean => {
  const since = countedSince(fatigue, at);
  return contacts.filter((one) => one > since && one <= stamp(at)).length >= fatigue.contacts;
};

const refuses = (contact: Contact, channel: "email" | "sms"): boolean =>
  contact.suppressed[channel] || !contact.consent[channel];

/**
 * Whether nobody of the customer wants to be contacted in this way: every one of his people has refused the channel, or has
 * opted out of every channel that can be refused.
 */
export function wantsNoContact(of: Pick<Customer, "contacts">, channel: ContactChannel): boolean {
  if (of.contacts.length === 0) return false;
  const isOut = of.contacts.every((one) => one.suppressed.email && one.suppressed.sms);
  const isRefused =
    (channel === "email" || channel === "sms") && of.contacts.every((one) => refuses(one, channel));
  return isOut || isRefused;
}
