/** Who settles a claim, and by when. Pure. */

import { startClock } from "../complaint/clock-rules.ts";
import type { Clock, ComplaintPolicy } from "../complaint/model.ts";
import type { Absence, Person, Role } from "../directory/model.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import type { ClaimState } from "./model.ts";

/** Should every claims officer be away or gone, the posts that keep the desk: no case is without an owner. */
const POSTS: readonly Role[] = ["claims_officer", "complaint_admin", "service_manager"];

export type ClaimStaff = {
  people: Person[];
  absences: Absence[];
  /** `YYYY-MM-DD`. */
  day: string;
  /** Open steps by staff id. */
  loads: Record<string, number>;
};

/**
 * The claims officer who is there and has the least to do, the first by id of those with equally little; of the next
 * post where there is none. Only where nobody of any post is there, somebody who is away.
 */
export function claimSeat({ people, absences, day, loads }: ClaimStaff): string | null {
  const away = new Set(absences.filter((one) => one.from <= day && day <= one.to).map((one) => one.staffId));
  const holders = (role: Role) => people.filter((person) => person.active && person.roles.includes(role));
  const load = (person: Person) => loads[person.staffId] ?? 0;
  const least = (among: Person[]) =>
    among.toSorted((a, b) => load(a) - load(b) || a.staffId.localeCompare(b.staffId))[0]?.staffId;
  for (const role of POSTS) {
    const found = least(holders(role).filter((person) => !away.has(person.staffId)));
    if (found !== undefined) return found;
  }
  return POSTS.flatMap((role) => least(holders(role)) ?? [])[0] ?? null;
}

/** The claim's own clock: the time of its policy, no ladder, because its step reminds. */
export function claimClock(
  of: { claimId: string; state: ClaimState; at: number },
  policy: ComplaintPolicy,
  calendar: WorkingCalendar,
): Clock {
  const { claimId, state, at } = of;
  const { priority } = state;
  const clocks = { ...policy.clocks, [priority]: { ...policy.clocks[priority], resolve: policy.due.claim } };
  const start = {
    caseId: claimId,
    kind: "resolve" as const,
    round: 1,
    priority,
    level: 0 as const,
    startedAt: at,
  };
  return startClock(start, { ...policy, clocks, ladder: [] }, calendar);
}
