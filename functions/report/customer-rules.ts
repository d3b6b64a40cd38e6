/**
 * The monthly report of customers (客户分析报告, contracts/follow-ups.md "Reports"): how many there are, who was spoken to, and
 * whom nobody spoke to. Counted from the register as it is, page by page. Pure. Shares of 1 have 4 decimals.
 */

import { type Customer, TIERS, type Tier } from "../customer/model.ts";
import { completenessOf, isStale } from "../customer/record-rules.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { monthOf, rate } from "./complaint-rules.ts";

export type CustomerCounts = {
  customers: number;
  /** Entered in the month. */
  added: number;
  /** Last spoken to in the month. */
  contacted: number;
  /** Of all, who were spoken to in the month. */
  contactRate: number | null;
  /** Due before today and not spoken to since. */
  overdue: number;
  /** Neither changed nor spoken to for as long as the register allows. */
  stale: number;
  /** With a reason for no next contact. */
  none: number;
};

export type CustomerReport = CustomerCounts & {
  period: string;
  /** Nobody looks after them. */
  withoutOwner: number;
  /** Average share of what should be known that is known. */
  completeness: number | null;
  byTier: (CustomerCounts & { tier: Tier })[];
  byOwner: (CustomerCounts & { staffId: string })[];
};

type Tally = Omit<CustomerCounts, "contactRate">;
const NOTHING: Tally = { customers: 0, added: 0, contacted: 0, overdue: 0, stale: 0, none: 0 };

/** What is counted so far. */
export type Counting = {
  all: Tally;
  withoutOwner: number;
  known: number;
  tiers: Map<Tier, Tally>;
  owners: Map<string, Tally>;
};

export const nothingCounted = (): Counting => ({
  all: NOTHING,
  withoutOwner: 0,
  known: 0,
  tiers: new Map(),
  owners: new Map(),
});

const plus = (a: Tally = NOTHING, b: Tally): Tally => ({
  customers: a.customers + b.customers,
  added: a.added + b.added,
  contacted: a.contacted + b.contacted,
  overdue: a.overdue + b.overdue,
  stale: a.stale + b.stale,
  none: a.none + b.none,
});

const one = (is: boolean): number => (is ? 1 : 0);

/** Counts one more customer. `at`: epoch ms. */
export function count(counting: Counting, customer: Customer, period: string, at: number): Counting {
  const { createdAt, lastContactAt, nextDueOn, noNextReason, owner, tier } = customer;
  const own: Tally = {
    customers: 1,
    added: one(monthOf(createdAt) === period),
    contacted: one(lastContactAt !== null && monthOf(lastContactAt) === period),
    overdue: one(nextDueOn !== null && nextDueOn < shanghaiDate(at)),
    stale: one(isStale(customer, at)),
    none: one(nextDueOn === null && noNextReason !== null),
  };
  const { tiers, owners } = counting;
  tiers.set(tier, plus(tiers.get(tier), own));
  if (owner !== null) owners.set(owner, plus(owners.get(owner), own));
  return {
    ...counting,
    all: plus(counting.all, own),
    withoutOwner: counting.withoutOwner + one(owner === null),
    known: counting.known + completenessOf(customer),
  };
}

const shared = (tally: Tally): CustomerCounts => ({
  ...tally,
  contactRate: rate(tally.contacted, tally.customers),
});

/** The report; every tier is there, owners with the most customers first. */
export const customerReportOf = (period: string, counting: Counting): CustomerReport => ({
  period,
  ...shared(counting.all),
  withoutOwner: counting.withoutOwner,
  completeness:
    counting.all.customers === 0 ? null : Math.round((counting.known / counting.all.customers) * 100) / 100,
  byTier: TIERS.map((tier) => ({ tier, ...shared(counting.tiers.get(tier) ?? NOTHING) })),
  byOwner: [...counting.owners]
    .map(([staffId, tally]) => ({ staffId, ...shared(tally) }))
    .sort((a, b) => b.customers - a.customers || (a.staffId < b.staffId ? -1 : 1)),
});
