/** Circles and chains of substitutes (contracts/approvals.md §7). Pure. */
import type { Absence } from "./model.ts";

const overlap = (a: Absence, b: Absence): boolean => a.from <= b.to && b.from <= a.to;

/**
 * Why an absence may not be entered beside the others, or null. `delegation_cycle`: somebody would end up standing in
 * for himself. `delegation_chain`: the substitute is away then, or the person is a substitute himself then.
 */
export function clashOf(absence: Absence, others: Absence[]): "delegation_cycle" | "delegation_chain" | null {
  const meanwhile = others.filter((other) => overlap(absence, other));
  if (leadsBack(absence.staffId, absence.substituteId, meanwhile, new Set())) return "delegation_cycle";
  const substituteIsAway = meanwhile.some((other) => other.staffId === absence.substituteId);
  const standsIn = meanwhile.some((other) => other.substituteId === absence.staffId);
  return substituteIsAway || standsIn ? "delegation_chain" : null;
}

function leadsBack(
  person: string,
  substitute: string | undefined,
  absences: Absence[],
  seen: Set<string>,
): boolean {
  if (substitute === undefined || seen.has(substitute)) return false;
  if (substitute === person) return true;
  seen.add(substitute);
  return absences
    .filter((one) => one.staffId === substitute)
    .some((one) => leadsBack(person, one.substituteId, absences, seen));
}
