/**
 * How often a customer is called on (contracts/follow-ups.md "Cadence"): the policy, the interval of a tier, and the day
 * on which the next contact is due. Days are `YYYY-MM-DD` of Asia/Shanghai. Pure.
 */
import { dayKind, type WorkingCalendar } from "../shared/calendar/index.ts";
import { shanghaiDate } from "../shared/clock.ts";
import type { ContactChannel, Tier } from "./model.ts";

/** Days of a unit. */
export const UNIT_DAYS = { week: 7, month: 30, quarter: 91, year: 365 } as const;
export type CadenceUnit = keyof typeof UNIT_DAYS;

export type TierCadence = {
  /** So many contacts in a unit. */
  count: number;
  unit: CadenceUnit;
  /** Working days that there are for one. */
  window: number;
  channel: ContactChannel;
};

export type CadencePolicy = {
  tiers: Record<Tier, TierCadence>;
  /** A new customer is spoken to within so many days (the plan: 应在一周内与客户进行沟通). */
  firstContactDays: number;
  /** No customer is contacted more often than this, whatever asks for it. */
  fatigue: { contacts: number; days: number };
  /** Share of what is planned, 0–1. */
  coverageTarget: number;
};

/** The figures of the contract: version 1, as it is shipped (policy/shipped.ts). */
export const DEFAULT_CADENCE: CadencePolicy = {
  tiers: {
    A: { count: 2, unit: "month", window: 3, channel: "onsite" },
    B: { count: 1, unit: "month", window: 3, channel: "phone" },
    C: { count: 1, unit: "quarter", window: 5, channel: "phone" },
    D: { count: 1, unit: "year", window: 5, channel: "email" },
  },
  firstContactDays: 7,
  fatigue: { contacts: 3, days: 7 },
  coverageTarget: 0.8,
};

const DAY_MS = 86_400_000;

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** Days between two contacts, rounded down. */
export const intervalDays = ({ count, unit }: Pick<TierCadence, "count" | "unit">): number =>
  Math.floor(UNIT_DAYS[unit] / count);

/** The day itself if people work on it, else the next on which they do. Throws 400 `calendar_out_of_range`. */
export function workingDayFrom(calendar: WorkingCalendar, day: string): string {
  for (let at = day; ; at = addDays(at, 1)) if (dayKind(calendar, at).working) return at;
}

/** When somebody who was contacted on this day is due again. */
export const dueAfter = (
  calendar: WorkingCalendar,
  policy: CadencePolicy,
  tier: Tier,
  contactOn: string,
): string => workingDayFrom(calendar, addDays(contactOn, intervalDays(policy.tiers[tier])));

/**
 * The first contact with a customer who was entered on this day: planned for the next working day, due by the last
 * working day within the days of the policy. Where a holiday fills all of these, both are the first working day after it.
 */
export function firstContact(
  calendar: WorkingCalendar,
  policy: Pick<CadencePolicy, "firstContactDays">,
  enteredOn: string,
): { plannedOn: string; dueOn: string } {
  const plannedOn = workingDayFrom(calendar, addDays(enteredOn, 1));
  let dueOn = addDays(enteredOn, policy.firstContactDays);
  while (dueOn > plannedOn && !dayKind(calendar, dueOn).working) dueOn = addDays(dueOn, -1);
  if (dueOn < plannedOn) dueOn = plannedOn;
  return { plannedOn, dueOn };
}

/** What re-planning looks at. */
export type Planned = { tier: Tier; lastContactAt: string | null; nextDueOn: string | null };

/**
 * The next day of a customer who moves to another tier: counted anew from his last contact. One whom nobody has spoken to
 * yet is still owed the first contact: a new tier may bring it nearer, never put it off.
 */
export function replanned(
  calendar: WorkingCalendar,
  policy: CadencePolicy,
  of: Planned,
  tier: Tier,
  today: string,
): string {
  if (of.lastContactAt !== null) return dueAfter(calendar, policy, tier, shanghaiDate(of.lastContactAt));
  const counted = dueAfter(calendar, policy, tier, today);
  return of.nextDueOn !== null && of.nextDueOn < counted ? of.nextDueOn : counted;
}
