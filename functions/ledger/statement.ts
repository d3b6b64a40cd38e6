/** The statement of a bucket: every entry with the balance after it, oldest first (contracts/budget.md §2). */
import type { Page, Paging } from "../case/lists.ts";
import type { BudgetView, Who } from "../case/view.ts";
import type { Actor } from "../directory/model.ts";
import { readPeople } from "../directory/store.ts";
import { toApi } from "../shared/clock.ts";
import { toCsv } from "../shared/csv.ts";
import { forbidden, invalid, notFound } from "../shared/errors.ts";
import { maySeeBudget } from "./read.ts";
import { type BucketId, bucketView, type EntryKind } from "./rules.ts";
import { type Balanced, pageOf, withBalances } from "./statement-rules.ts";
import { type EntryItem, readLedger } from "./store.ts";

export type EntryView = {
  entryId: string;
  /** ISO with +08:00. */
  at: string;
  kind: EntryKind;
  caseId: string | null;
  by: Who | null;
  /** Signed changes (fen), and `available` after them. */
  allotted: number;
  reserved: number;
  committed: number;
  spent: number;
  balance: number;
};

const MAX_LIMIT = 100;

async function ledgerFor(actor: Actor, id: BucketId) {
  if (!maySeeBudget(actor, id.department)) throw forbidden("not_allowed");
  const ledger = await readLedger(id);
  if (!ledger) throw notFound();
  return { bucket: ledger.bucket, entries: withBalances(ledger.entries) };
}

async function toViews(entries: Balanced<EntryItem>[]): Promise<EntryView[]> {
  const people = await readPeople(entries.flatMap((entry) => entry.by ?? []));
  return entries.map((entry) => ({
    entryId: entry.entryId,
    at: toApi(entry.at),
    kind: entry.kind,
    caseId: entry.caseId,
    by: entry.by === null ? null : { staffId: entry.by, name: people.get(entry.by)?.name ?? entry.by },
    allotted: entry.allotted,
    reserved: entry.reserved,
    committed: entry.committed,
    spent: entry.spent,
    balance: entry.balance,
  }));
}

/** One page. Throws 403 `not_allowed`, 404, 400 for `cursor` and `limit`. */
export async function readEntries(actor: Actor, id: BucketId, paging: Paging): Promise<Page<EntryView>> {
  const { entries } = await ledgerFor(actor, id);
  const limit = paging.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid({ path: "limit", code: "at_most", params: { max: MAX_LIMIT } });
  const page = pageOf(entries, paging.cursor, limit);
  if (!page) throw invalid({ path: "cursor", code: "invalid" });
  return { items: await toViews(page.items), next: page.next };
}

/** The bucket with every entry. Throws 403 `not_allowed`, 404. */
export async function readStatement(
  actor: Actor,
  id: BucketId,
): Promise<{ bucket: BudgetView; entries: EntryView[] }> {
  const { bucket, entries } = await ledgerFor(actor, id);
  return { bucket: bucketView(bucket), entries: await toViews(entries) };
}

const COLUMNS = [
  "entryId",
  "at",
  "kind",
  "caseId",
  "by",
  "allotted",
  "reserved",
  "committed",
  "spent",
  "balance",
];

/** All entries as CSV, with the names and units of the JSON. */
export const entriesCsv = (entries: EntryView[]): string =>
  toCsv(
    Object.fromEntries(COLUMNS.map((name) => [name, name])),
    entries.map((entry) => ({ ...entry, by: entry.by?.name ?? null })),
  );
