/**
 * Who is due, until when, in which way, and who gets it (contracts/follow-ups.md "Cadence, planner, campaigns"). Days are
 * `YYYY-MM-DD` in Asia/Shanghai. Pure.
 */
import { isPresent, pickHandler, type Staff } from "../complaint/assign-rules.ts";
import { addDays, type CadencePolicy, firstContact } from "../customer/cadence-rules.ts";
import { isTired, wantsNoContact } from "../customer/contact-rules.ts";
import type { ContactChannel, Customer } from "../customer/model.ts";
import type { AssignmentReason, Mode } from "../follow-up/model.ts";
import { dueAtOf, endOf } from "../follow-up/record-rules.ts";
import { dayKind, type WorkingCalendar } from "../shared/calendar/index.ts";
import { shanghaiDate, stamp } from "../shared/clock.ts";
import type { SkipReason } from "./model.ts";

export const isWorkingDay = (calendar: WorkingCalendar, day: string): boolean =>
  dayKind(calendar, day).working;

/**
 * Until which `nextDueOn` customers are due on this day. A day on which nobody works stands for the next one on which
 * somebody does, so on a day off only those are due who were so before it.
 */
export function dueUntil(calendar: WorkingCalendar, day: string): string {
  for (let at = day; ; at = addDays(at, -1)) if (isWorkingDay(calendar, at)) return at;
}

/**
 * Until when a follow-up that is planned on this working day is to be recorded (epoch ms): the window of the tier. Somebody
 * new whom nobody has spoken to is spoken to within the days of the policy, should that be sooner.
 */
export function dueAt(
  calendar: WorkingCalendar,
  policy: CadencePolicy,
  customer: Pick<Customer, "tier" | "createdAt" | "lastContactAt" | "nextDueOn">,
  plannedOn: string,
): number {
  const end = dueAtOf(calendar, plannedOn, policy.tiers[customer.tier].window);
  if (customer.lastContactAt !== null) return end;
  const first = firstContact(calendar, policy, shanghaiDate(customer.createdAt));
  const isFirst = customer.nextDueOn === first.plannedOn && first.dueOn >= plannedOn;
  return isFirst ? Math.min(end, endOf(first.dueOn)) : end;
}

export const modeOf = (channel: ContactChannel): Mode => (channel === "onsite" ? "visit" : "call");

/** Why a customer is passed over today, or null. `contacts`: when he was spoken to (table stamps). `at`: epoch ms. */
export function skipReason(
  customer: Pick<Customer, "contacts">,
  channel: ContactChannel,
  { contacts, policy, at }: { contacts: readonly string[]; policy: CadencePolicy; at: number },
): SkipReason | null {
  if (wantsNoContact(customer, channel)) return "opted-out";
  return isTired(contacts, policy, at) ? "fatigue" : null;
}

export type Choice = { staffId: string; reason: AssignmentReason };

/** The customer's owner, where he is there that day; else null. */
export function ownerChoice(customer: Pick<Customer, "owner">, mode: Mode, staff: Staff): Choice | null {
  const owner = staff.people.find((person) => person.staffId === customer.owner);
  if (!owner || !isPresent(owner.staffId, staff)) return null;
  const { staffId } = owner;
  const candidate = {
    staffId,
    skilled: owner.skills.includes(mode),
    present: true,
    load: staff.loads[staffId] ?? 0,
  };
  return { staffId, reason: { rule: "owner", candidates: [candidate] } };
}

/** Somebody to be found an agent for. `key` decides between agents who are equal in everything. */
export type Waiting = { key: string; mode: Mode; owner: string | null };

/**
 * The agents for customers whose owner is not there, one after the other: each goes to the present agent with the skill who
 * has the least to do by then, among equals to the one who has waited longest. Null where nobody fits. `staff` is the staff
 * with what this gave each of them. `at`: epoch ms.
 */
export function shareOut(
  waiting: readonly Waiting[],
  staff: Staff,
  at: number,
): { choices: (Choice | null)[]; staff: Staff } {
  const agents = staff.people.filter((person) => person.roles.includes("agent"));
  let now: Staff = { ...staff, people: agents };
  const choices = waiting.map(({ key, mode, owner }, index): Choice | null => {
    const search = { caseId: key, cause: "received" as const, skill: mode, department: null, exclude: [] };
    const found = pickHandler(search, now);
    if (!found) return null;
    const { staffId, reason } = found;
    now = given(now, staffId, `${stamp(at)}#${String(index).padStart(6, "0")}`);
    return {
      staffId,
      reason: {
        rule: reason.rule as AssignmentReason["rule"],
        candidates: reason.candidates,
        ...(owner === null ? {} : { instead: owner }),
      },
    };
  });
  return { choices, staff: { ...now, people: staff.people } };
}

/** The staff after one of them got a case; `turn` sorts behind all that came before. */
export const given = (staff: Staff, staffId: string, turn: string): Staff => ({
  ...staff,
  loads: { ...staff.loads, [staffId]: (staff.loads[staffId] ?? 0) + 1 },
  lastAssigned: { ...staff.lastAssigned, [staffId]: turn },
});
