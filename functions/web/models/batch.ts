/** The list of waiting decisions and its filters, which live in the address. Pure. */
import type { DecisionView } from "../../case/view.ts";

/** `process` "" means every one. */
export type Filter = { process: string; overdue: boolean };

const NO_FILTER: Filter = { process: "", overdue: false };

/** What a filter shows, the most urgent first. `now`: epoch ms. */
export const filtered = (items: DecisionView[], { process, overdue }: Filter, now: number): DecisionView[] =>
  items
    .filter((one) => (process === "" || one.process === process) && (!overdue || Date.parse(one.dueAt) < now))
    .sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));

export function filterPath({ process, overdue }: Filter): string {
  const query = new URLSearchParams({
    ...(process === "" ? {} : { process }),
    ...(overdue ? { overdue: "1" } : {}),
  }).toString();
  return query === "" ? "/tasks" : `/tasks?${query}`;
}

/** Everything, what is overdue, each process that there is; and the one that is on, should it be another. */
export function shownFilters(items: DecisionView[], on: Filter): Filter[] {
  const processes = [...new Set(items.map((one) => one.process))].sort();
  const offered: Filter[] = [
    NO_FILTER,
    { process: "", overdue: true },
    ...(processes.length > 1 ? processes.map((process) => ({ process, overdue: false })) : []),
  ];
  return offered.some((one) => filterPath(one) === filterPath(on)) ? offered : [...offered, on];
}
