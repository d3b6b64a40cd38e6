/** One customer: read, entered, changed, opted out (contracts/follow-ups.md "Customers"). */
import { workingCalendar } from "../directory/calendar.ts";
import type { Actor } from "../directory/model.ts";
import { readPeople } from "../directory/store.ts";
import { now } from "../shared/clock.ts";
import { conflict, type FieldError, forbidden, invalid, notFound, Refusal } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { early } from "../shared/table.ts";
import { changesCustomer, keepsCustomers, optsOutFor, seesCustomer } from "./access.ts";
import { currentCadence } from "./cadence-store.ts";
import { namesOf } from "./items.ts";
import type { Customer, CustomerView } from "./model.ts";
import {
  type Around,
  type Changes,
  changed,
  changeProblems,
  contactsAfter,
  needsRegister,
  newCustomer,
  optedOut,
  sameValue,
  unsuppressed,
  viewOf,
} from "./record-rules.ts";
import { changeCustomer, checkVersion, loadCustomer, numberFor, readCustomer } from "./record-store.ts";
import { isCustomerId } from "./rules.ts";
import { type Change, DERIVED, readChange, readEntry, readOptOut } from "./schema.ts";

export type Options = { idempotencyKey?: string };

/** A customer whom this person may see. Throws 404. */
export async function visibleCustomer(actor: Actor, customerId: string): Promise<Customer> {
  const customer = isCustomerId(customerId) ? await readCustomer(customerId) : null;
  if (!customer || !seesCustomer(actor, customer)) throw notFound();
  return customer;
}

export const viewCustomer = async (actor: Actor, customerId: string): Promise<CustomerView> =>
  viewOf(await visibleCustomer(actor, customerId));

/** The names that a body asks for, before anybody knows whether it is one: so that they can be read beside the rest. */
function namesIn(input: unknown): string[] {
  if (typeof input !== "object" || input === null) return [];
  const { name, aliases } = input as { name?: unknown; aliases?: unknown };
  return [name, ...(Array.isArray(aliases) ? aliases.slice(0, 20) : [])].filter(
    (one): one is string => typeof one === "string" && one.trim() !== "" && one.length <= 200,
  );
}

const around = async (): Promise<Pick<Around, "calendar" | "policy">> => {
  const [calendar, { policy }] = await Promise.all([workingCalendar(), currentCadence()]);
  return { calendar, policy };
};

/** Whether somebody who works here has this id. */
async function ownerProblems(owner: string | null | undefined): Promise<FieldError[]> {
  if (owner === null || owner === undefined) return [];
  const person = (await readPeople([owner])).get(owner);
  return person?.active ? [] : [{ path: "owner", code: "nobody" }];
}

const ownerIn = (input: unknown): string | null => {
  const owner = typeof input === "object" && input !== null && "owner" in input ? input.owner : null;
  return typeof owner === "string" && owner !== "" && owner.length <= 60 ? owner : null;
};

/** `POST /api/customers`. Throws 403, 400, 409 `customer_exists`. */
export async function enterCustomer(
  actor: Actor,
  input: unknown,
  options: Options = {},
): Promise<Answer<{ customerId: string }>> {
  if (!keepsCustomers(actor)) throw forbidden("not_allowed");
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: "POST /api/customers",
    body: input,
  });
  return once(key, async (extra) => {
    const { customerId: given, contacts, ...fields } = readEntry(input);
    const at = now();
    const customerId =
      given ?? numberFor(`${options.idempotencyKey ?? crypto.randomUUID()}|${actor.staffId}`);
    const names = namesOf(fields);
    const [problems, world, loaded] = await Promise.all([
      ownerProblems(fields.owner),
      around(),
      early(loadCustomer(customerId, names)),
    ]);
    if (problems.length > 0) throw invalid(...problems);
    const customer = newCustomer(
      customerId,
      { ...fields, contacts: contacts.map(unsuppressed) },
      { ...world, at, by: actor.staffId },
    );
    const answer = { status: 201, body: { customerId } };
    return changeCustomer(customerId, names, Promise.resolve(loaded), (known) => {
      if (known) throw conflict("customer_exists");
      return { customer, result: answer, extra: extra(answer) };
    });
  });
}

/** What was sent of that which follows by itself must be what is there. */
function derivedProblems(change: Change, customer: Customer): FieldError[] {
  const view: Record<string, unknown> = viewOf(customer);
  const sent: Record<string, unknown> = change;
  return DERIVED.filter((name) => sent[name] !== undefined && !sameValue(sent[name], view[name])).map(
    (path) => ({ path, code: "derived" }),
  );
}

/**
 * `PUT /api/customers/{customerId}` with `version`; what is left out stays. Throws 404, 403 where it is not the caller's to
 * change, 400, 409 `stale`.
 */
export async function putCustomer(
  actor: Actor,
  customerId: string,
  input: unknown,
  options: Options = {},
): Promise<CustomerView> {
  if (!isCustomerId(customerId)) throw notFound();
  const route = `PUT /api/customers/${customerId}`;
  const key = keyed(options.idempotencyKey, { staffId: actor.staffId, route, body: input });
  const names = namesIn(input);
  const [first, world, nobody] = await Promise.all([
    loadCustomer(customerId, names),
    around(),
    ownerProblems(ownerIn(input)),
  ]);
  const there = first.known?.customer;
  if (!there || !seesCustomer(actor, there)) throw notFound();
  if (!changesCustomer(actor, there)) throw forbidden("not_allowed");
  const { body } = await once<CustomerView>(key, async (extra) => {
    const change = readChange(input);
    return changeCustomer(customerId, names, Promise.resolve(first), (known) => {
      if (!known || !seesCustomer(actor, known)) throw notFound();
      if (!changesCustomer(actor, known)) throw forbidden("not_allowed");
      checkVersion(known, change.version);
      const { changes, problems } = changesIn(change, known);
      if (needsRegister(known, changes) && !keepsCustomers(actor)) throw forbidden("not_allowed");
      const wrong = [
        ...problems,
        ...derivedProblems(change, known),
        // Who owned him and left since may stay on record.
        ...(changes.owner === known.owner ? [] : nobody),
        ...changeProblems(known, changes),
      ];
      if (wrong.length > 0) throw invalid(...wrong);
      const at = now();
      const after = changed(known, changes, { ...world, at, by: actor.staffId });
      const answer = { status: 200, body: viewOf(after ?? known) };
      return { customer: after, result: answer, extra: extra(answer) };
    });
  });
  return body;
}

function changesIn(change: Change, known: Customer): { changes: Changes; problems: FieldError[] } {
  const { name, aliases, address, companyType, tier, creditGrade, owner, nextDueOn } = change;
  const { contacts, problems } = contactsAfter(change.contacts ?? known.contacts, known.contacts);
  const noNextReason = change.noNextReason ?? undefined;
  const changes: Changes = {
    ...(name === undefined ? {} : { name }),
    ...(aliases === undefined ? {} : { aliases }),
    ...(address === undefined ? {} : { address }),
    ...(companyType === undefined ? {} : { companyType }),
    ...(tier === undefined ? {} : { tier }),
    ...(creditGrade === undefined ? {} : { creditGrade }),
    ...(owner === undefined ? {} : { owner }),
    ...(nextDueOn === undefined ? {} : { nextDueOn }),
    ...(noNextReason === undefined ? {} : { noNextReason }),
    contacts,
  };
  return { changes, problems };
}

/** `POST …/opt-outs`. A second time is the same as once. Throws 404, 400. */
export async function optOutCustomer(
  actor: Actor,
  customerId: string,
  input: unknown,
): Promise<{ customerId: string; channel: string }> {
  await visibleCustomer(actor, customerId);
  const out = readOptOut(input);
  return optOut(customerId, out, (customer) => {
    if (!customer || !optsOutFor(actor, customer)) throw notFound();
    return actor.staffId;
  });
}

/** The same by the customer's own link. Throws 404 where there is no such customer any more. */
export const optOutByLink = (customerId: string, channel: "email" | "sms", reason: string) =>
  optOut(customerId, { channel, reason }, (customer) => {
    if (!customer) throw notFound();
    return null;
  });

const optOut = (
  customerId: string,
  out: { channel: "email" | "sms"; reason: string },
  by: (customer: Customer | null) => string | null,
): Promise<{ customerId: string; channel: string }> =>
  changeCustomer(customerId, [], null, (known) => {
    const who = by(known);
    if (!known) throw new Refusal(404, "not_found");
    const after = optedOut(known, out, { at: now(), by: who });
    return { customer: after, result: { customerId, channel: out.channel }, extra: [] };
  });
