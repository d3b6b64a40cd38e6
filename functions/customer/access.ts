/** Who may see a customer and change what of it (contracts/follow-ups.md "Customers"). Deny by default. Pure. */
import { isDesk } from "../case/access.ts";
import type { Actor } from "../directory/model.ts";
import type { Customer } from "./model.ts";

/** Keeps the register: enters, imports, sets tiers, grades and owners. */
export const keepsCustomers = (actor: Actor): boolean =>
  actor.active && actor.roles.includes("records_admin");

/** Reads all of them. */
export const seesAllCustomers = (actor: Actor): boolean =>
  actor.active && (isDesk(actor) || keepsCustomers(actor));

/** Has a list of customers at all: everybody's, or his own. */
export const seesCustomers = (actor: Actor | null): boolean =>
  actor?.active === true && (seesAllCustomers(actor) || actor.roles.includes("agent"));

export const isOwner = (actor: Actor, customer: Pick<Customer, "owner">): boolean =>
  actor.active && customer.owner === actor.staffId;

export const seesCustomer = (actor: Actor, customer: Pick<Customer, "owner">): boolean =>
  seesAllCustomers(actor) || isOwner(actor, customer);

export const changesCustomer = (actor: Actor, customer: Pick<Customer, "owner">): boolean =>
  keepsCustomers(actor) || isOwner(actor, customer);

/** Whoever reads a customer may note that he wants no more messages. */
export const optsOutFor = (actor: Actor, customer: Pick<Customer, "owner">): boolean =>
  seesCustomer(actor, customer);

/** Who sets how often customers are called on. */
export const keepsCadence = (actor: Actor): boolean =>
  actor.active && actor.roles.some((role) => role === "service_manager" || role === "complaint_admin");
