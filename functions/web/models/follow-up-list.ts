/** The list of follow-ups: its filters as an address has them. Pure. */

export const FILTERS = ["assignee", "status", "missed", "from", "to", "customerId", "campaignId"] as const;
export type Filter = Partial<Record<(typeof FILTERS)[number], string>>;

/** Only the filters that are set. `status` is `open` unless another one, or all (blank), is asked for. */
export function filterOf(query: URLSearchParams): Filter {
  const filter: Filter = {};
  for (const name of FILTERS) {
    const value = query.get(name)?.trim();
    if (value) filter[name] = value;
  }
  if (!query.has("status")) filter.status = "open";
  return filter;
}

/** Whether nothing is asked for beside what is open. */
export const isPlain = (filter: Filter): boolean =>
  filter.status === "open" && Object.keys(filter).length === 1;

/** The address of a filter; the default is left out. */
export function listPath(filter: Filter, more: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = filter[name];
    if (value && !(name === "status" && value === "open")) query.set(name, value);
  }
  // All of them, open and closed, has to be said.
  if (!filter.status) query.set("status", "");
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  const text = query.toString();
  return text === "" ? "/follow-ups" : `/follow-ups?${text}`;
}
