/** The running balance of a bucket and pages of it (contracts/budget.md §2). Pure. */
import { type Deltas, takes } from "./rules.ts";

/** An entry with `available` as it was after it. */
export type Balanced<T> = T & { balance: number };

/** Entries in the order of their time → each with its balance. */
export function withBalances<T extends Deltas>(entries: T[]): Balanced<T>[] {
  let balance = 0;
  return entries.map((entry) => {
    balance -= takes(entry);
    return { ...entry, balance };
  });
}

type Placed = { at: string; entryId: string };

/** Where a page ended: the place of its last entry, which is there for good, so that later entries shift no page. */
export const cursorOf = ({ at, entryId }: Placed): string =>
  Buffer.from(JSON.stringify([at, entryId])).toString("base64url");

/** Null where it is no cursor of ours. */
function placeOf(cursor: string): Placed | null {
  try {
    const [at, entryId, ...rest]: unknown[] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return typeof at === "string" && typeof entryId === "string" && rest.length === 0
      ? { at, entryId }
      : null;
  } catch {
    return null;
  }
}

/** The entries after a cursor, at most `limit`. Null for a cursor that is none. */
export function pageOf<T extends Placed>(
  entries: T[],
  cursor: string | undefined,
  limit: number,
): { items: T[]; next: string | null } | null {
  const after = cursor === undefined ? null : placeOf(cursor);
  if (cursor !== undefined && !after) return null;
  const rest = after
    ? entries.filter(
        (entry) => entry.at > after.at || (entry.at === after.at && entry.entryId > after.entryId),
      )
    : entries;
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last && rest.length > items.length ? cursorOf(last) : null };
}
