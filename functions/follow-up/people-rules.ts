/** Whose the steps of a follow-up are, and who is told when it is late. Pure. */
import { holderOf, isPresent, type Staff } from "../complaint/assign-rules.ts";
import type { Person, Role } from "../directory/model.ts";
import type { AssignmentReason, Mode } from "./model.ts";

/** The posts that answer for the contacts of a mode, the lead first; those after him only while he is away. */
const POSTS: Record<Mode, readonly Role[]> = {
  call: ["callcenter_lead", "aftersales_lead", "complaint_admin", "service_manager", "general_manager"],
  visit: ["aftersales_lead", "callcenter_lead", "complaint_admin", "service_manager", "general_manager"],
};

const without = (staff: Staff, staffIds: readonly string[]): Staff => ({
  ...staff,
  people: staff.people.filter((person) => !staffIds.includes(person.staffId)),
});

/** The lead of a mode, or who stands in for him. Never one of `never`; null only where nobody else is there at all. */
export const leadFor = (
  mode: Mode,
  caseId: string,
  staff: Staff,
  never: readonly string[] = [],
): string | null => holderOf(POSTS[mode], [], caseId, without(staff, never));

/** Who is told of a late one at each rung: the assignee, the lead, the manager. */
export function toldAt(
  rung: 0 | 1 | 2,
  of: { caseId: string; mode: Mode; assignee: string },
  staff: Staff,
): Person | null {
  const staffId =
    rung === 0
      ? of.assignee
      : rung === 1
        ? leadFor(of.mode, of.caseId, staff)
        : holderOf(["service_manager", "general_manager"], [], of.caseId, staff);
  return staff.people.find((person) => person.staffId === staffId && person.active) ?? null;
}

/** The reason where somebody chose. `day`: of the planned contact. */
export function chosenBy(by: string, staffId: string, staff: Staff): AssignmentReason {
  return {
    rule: "manual",
    by,
    candidates: [
      { staffId, skilled: true, present: isPresent(staffId, staff), load: staff.loads[staffId] ?? 0 },
    ],
  };
}
