/** The record of a customer: how complete it is, whether it has gone stale, and what follows from a change. Pure. */
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { shanghaiDate, stamp, toApi } from "../shared/clock.ts";
import type { FieldError } from "../shared/errors.ts";
import { type CadencePolicy, firstContact, replanned } from "./cadence-rules.ts";
import type {
  Contact,
  Customer,
  CustomerFields,
  CustomerView,
  MessageChannel,
  OptOut,
  PerChannel,
} from "./model.ts";
import { normalisedName } from "./rules.ts";

/** What should be known of every customer; each counts the same. */
const WANTED: ((of: CustomerFields) => boolean)[] = [
  (of) => of.aliases.length > 0,
  (of) => of.address !== null,
  (of) => of.companyType !== null,
  (of) => of.owner !== null,
  (of) => of.nextDueOn !== null || of.noNextReason !== null,
  (of) => of.contacts.length > 0,
  (of) => of.contacts.some((one) => one.email !== null),
  // Somebody to turn to when the first is not there.
  (of) => of.contacts.length > 1,
];

export const completenessOf = (of: CustomerFields): number =>
  Math.round((WANTED.filter((known) => known(of)).length / WANTED.length) * 100) / 100;

export function viewOf(customer: Customer): CustomerView {
  const { createdAt: _c, updatedAt: _u, updatedBy: _b, optOuts: _o, ...shown } = customer;
  return {
    ...shown,
    lastContactAt: customer.lastContactAt === null ? null : toApi(customer.lastContactAt),
    completeness: completenessOf(customer),
  };
}

/** A profile that nobody has touched and a customer whom nobody has spoken to for so long is stale (每日及时更新，避免遗漏). */
export const STALE_DAYS = 90;

/** When the last of both was. */
export const touchedAt = (of: Pick<Customer, "updatedAt" | "lastContactAt">): string =>
  of.lastContactAt !== null && of.lastContactAt > of.updatedAt ? of.lastContactAt : of.updatedAt;

/** Whoever was touched before this instant is stale at `at`. */
export const staleBefore = (at: number): string => stamp(at - STALE_DAYS * 86_400_000);

export const isStale = (of: Pick<Customer, "updatedAt" | "lastContactAt">, at: number): boolean =>
  touchedAt(of) < staleBefore(at);

/** By what a search finds him: his names without what people write differently. */
export const searchText = (of: Pick<CustomerFields, "name" | "aliases">): string =>
  [...new Set([of.name, ...of.aliases].map(normalisedName))].join("\n");

export const isFound = (of: Pick<CustomerFields, "name" | "aliases">, q: string): boolean => {
  const wanted = normalisedName(q);
  return wanted === "" || searchText(of).includes(wanted);
};

/** Aliases once each, and none that says the same as the name. */
export function tidyAliases(name: string, aliases: readonly string[]): string[] {
  const seen = new Set([normalisedName(name)]);
  return aliases.filter((alias) => {
    const key = normalisedName(alias);
    return !seen.has(key) && seen.add(key);
  });
}

// ---- entering and changing

/** What rules need to know of the world around a change. */
export type Around = { calendar: WorkingCalendar; policy: CadencePolicy; at: number; by: string | null };

export type NewFields = Omit<CustomerFields, "nextDueOn" | "noNextReason"> & { nextDueOn: string | null };

export function newCustomer(customerId: string, fields: NewFields, around: Around): Customer {
  const { calendar, policy, at, by } = around;
  return {
    ...fields,
    customerId,
    version: 1,
    aliases: tidyAliases(fields.name, fields.aliases),
    nextDueOn: fields.nextDueOn ?? firstContact(calendar, policy, shanghaiDate(at)).plannedOn,
    noNextReason: null,
    lastContactAt: null,
    lastContactSource: null,
    createdAt: stamp(at),
    updatedAt: stamp(at),
    updatedBy: by,
    optOuts: [],
  };
}

export type Changes = Partial<CustomerFields>;

const same = (a: unknown, b: unknown): boolean => {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same((a as never)[key], (b as never)[key]));
};

export { same as sameValue };

/** Only these are the register's to set. */
const KEPT_BY_REGISTER = ["tier", "creditGrade", "owner"] as const;

/** Whether a change touches what an owner may not change. */
export const needsRegister = (customer: Customer, changes: Changes): boolean =>
  KEPT_BY_REGISTER.some((name) => changes[name] !== undefined && changes[name] !== customer[name]);

/** What is wrong with a change beside its form. */
export function changeProblems(customer: Customer, changes: Changes): FieldError[] {
  if (changes.nextDueOn !== null || customer.nextDueOn === null) return [];
  return changes.noNextReason ? [] : [{ path: "noNextReason", code: "reason_required" }];
}

/**
 * The customer after a change, or null where it changes nothing. What is left out stays. A new tier plans anew, unless the
 * change itself says when.
 */
export function changed(customer: Customer, changes: Changes, around: Around): Customer | null {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const next: Customer = { ...customer, ...given };
  next.aliases = tidyAliases(next.name, next.aliases);
  const { calendar, policy, at, by } = around;
  const isPlanned = changes.nextDueOn !== undefined && changes.nextDueOn !== customer.nextDueOn;
  if (next.tier !== customer.tier && !isPlanned)
    next.nextDueOn = replanned(calendar, policy, customer, next.tier, shanghaiDate(at));
  // A day and a reason for having none exclude each other.
  if (next.nextDueOn !== null) next.noNextReason = null;
  if (same(next, customer)) return null;
  return { ...next, version: customer.version + 1, updatedAt: stamp(at), updatedBy: by };
}

const NOBODY: PerChannel = { email: false, sms: false };

export type GivenContact = Omit<Contact, "suppressed"> & { suppressed?: PerChannel | undefined };

/** Whom an address or a number belongs to does not change that its owner wants no messages there. */
function suppressedOf(given: GivenContact, before: readonly Contact[]): PerChannel {
  const known = (channel: MessageChannel) => {
    const address = channel === "email" ? "email" : "phone";
    const found = before.find((one) => one[address] !== null && one[address] === given[address]);
    return found?.suppressed[channel] === true && !given.consent[channel];
  };
  return { email: known("email"), sms: known("sms") };
}

/** Contacts as they will be stored; `problems` where somebody sent something else than what follows. */
export function contactsAfter(
  given: readonly GivenContact[],
  before: readonly Contact[],
): { contacts: Contact[]; problems: FieldError[] } {
  const contacts = given.map((one) => ({ ...one, suppressed: suppressedOf(one, before) }));
  const problems = given.flatMap((one, index): FieldError[] =>
    one.suppressed !== undefined && !same(one.suppressed, contacts[index]?.suppressed)
      ? [{ path: `contacts.${index}.suppressed`, code: "derived" }]
      : [],
  );
  return { contacts, problems };
}

export const unsuppressed = (given: GivenContact): Contact => ({ ...given, suppressed: { ...NOBODY } });

/** The last ones tell enough; a record must not grow without end. */
const KEPT_OPT_OUTS = 20;

/**
 * The customer who wants no more planned and reminding messages on a channel, all his contacts; null where that is so
 * already. Consent that is given again later lifts it.
 */
export function optedOut(
  customer: Customer,
  out: { channel: MessageChannel; reason: string },
  { at, by }: Pick<Around, "at" | "by">,
): Customer | null {
  const { channel, reason } = out;
  const isOut = customer.contacts.every((one) => one.suppressed[channel] && !one.consent[channel]);
  if (isOut) return null;
  const entry: OptOut = { channel, reason, at: stamp(at), by };
  return {
    ...customer,
    contacts: customer.contacts.map((one) => ({
      ...one,
      consent: { ...one.consent, [channel]: false },
      suppressed: { ...one.suppressed, [channel]: true },
    })),
    optOuts: [...customer.optOuts, entry].slice(-KEPT_OPT_OUTS),
    version: customer.version + 1,
    updatedAt: stamp(at),
    updatedBy: by,
  };
}

/** Why a mail provider says that an address is not to be written to any more. */
export type Undeliverable = "bounced" | "complained";

/**
 * The customer one of whose addresses takes no mail, or whose owner has called our mail spam: planned and reminding
 * messages to it are held back like after an opt-out, those to his other contacts go on. Null where nobody of his has the
 * address, or where that is so already.
 */
export function unreachable(
  customer: Customer,
  { address, reason }: { address: string; reason: Undeliverable },
  at: number,
): Customer | null {
  const isMeant = (one: Contact) => one.email?.toLowerCase() === address.toLowerCase();
  const isOut = (one: Contact) => one.suppressed.email && !one.consent.email;
  if (!customer.contacts.some((one) => isMeant(one) && !isOut(one))) return null;
  const entry: OptOut = { channel: "email", reason, at: stamp(at), by: null };
  return {
    ...customer,
    contacts: customer.contacts.map((one) =>
      isMeant(one)
        ? {
            ...one,
            consent: { ...one.consent, email: false },
            suppressed: { ...one.suppressed, email: true },
          }
        : one,
    ),
    optOuts: [...customer.optOuts, entry].slice(-KEPT_OPT_OUTS),
    version: customer.version + 1,
    updatedAt: stamp(at),
    updatedBy: null,
  };
}
