/** The daily digest (contracts/follow-ups.md "Reminders, calendar"): what it tells, in which order, and to whom. Pure. */
import type { Seat } from "../case/model.ts";
import type { Absence, Person } from "../directory/model.ts";
import { shanghaiDate } from "../shared/clock.ts";

export type Due = Pick<Seat, "stepId" | "caseId" | "kind" | "title" | "dueAt">;
export type DueGroups = { overdue: Due[]; today: Due[]; later: Due[] };

/** Overdue, due today in Shanghai, later; in each the most urgent first. */
export function dueGroups(tasks: readonly Due[], now: number): DueGroups {
  const today = shanghaiDate(now);
  const groups: DueGroups = { overdue: [], today: [], later: [] };
  for (const task of [...tasks].sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt))) {
    if (Date.parse(task.dueAt) <= now) groups.overdue.push(task);
    else groups[shanghaiDate(task.dueAt) === today ? "today" : "later"].push(task);
  }
  return groups;
}

/** Who is at work on a day (`YYYY-MM-DD`). */
export const atWork = (staff: readonly Person[], away: readonly Absence[], day: string): Person[] =>
  staff.filter(
    (person) =>
      person.active &&
      !away.some((one) => one.staffId === person.staffId && one.from <= day && day <= one.to),
  );

/** What stands for the case of a day's digests. */
export const digestId = (day: string): string => `DIGEST-${day}`;
