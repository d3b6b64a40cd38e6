/** Lists of customers: found by name and alias, filtered, and written to a file that can be read in again. */
import type { Page, Paging } from "../case/lists.ts";
import type { Actor } from "../directory/model.ts";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { type FieldError, forbidden, invalid } from "../shared/errors.ts";
import { type Item, queryAll, queryChunk } from "../shared/table.ts";
import { seesAllCustomers, seesCustomers } from "./access.ts";
import { planned, readCurrent } from "./import-store.ts";
import { LIST_SHARDS, sortNameOf, toKnown } from "./items.ts";
import { type Customer, type CustomerView, TIERS, type Tier } from "./model.ts";
import { isFound, isStale, staleBefore, viewOf } from "./record-rules.ts";
import { normalisedName } from "./rules.ts";

export type Filter = {
  q: string;
  tier: Tier | null;
  owner: string | null;
  stale: boolean;
};

const MAX_LIMIT = 100;
/** Rows of a file, as many as an import takes. */
export const MAX_EXPORT = 20_000;

/** What is asked for. Throws 400 by field. */
export function readFilter(query: URLSearchParams): Filter {
  const [tier, stale, q] = [query.get("tier") || null, query.get("stale") || null, query.get("q") ?? ""];
  const problems: FieldError[] = [];
  if (tier !== null && !(TIERS as readonly string[]).includes(tier))
    problems.push({ path: "tier", code: "choose" });
  if (stale !== null && stale !== "true" && stale !== "false")
    problems.push({ path: "stale", code: "choose" });
  if (q.length > 100) problems.push({ path: "q", code: "too_long", params: { max: 100 } });
  if (problems.length > 0) throw invalid(...problems);
  return { q, tier: tier as Tier | null, owner: query.get("owner") || null, stale: stale === "true" };
}

/** One page. An agent has his own customers, the most urgent first; the desk has all, by name. Throws 403, 400. */
export async function listCustomers(
  actor: Actor,
  filter: Filter,
  paging: Paging = {},
): Promise<Page<CustomerView>> {
  if (!seesCustomers(actor)) throw forbidden("not_allowed");
  const limit = paging.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid({ path: "limit", code: "at_most", params: { max: MAX_LIMIT } });
  const after = afterOf(paging.cursor);
  const isByName = seesAllCustomers(actor) && filter.owner === null;
  const { items, next } = await (isByName
    ? byName(filter, { after, limit })
    : byOwner(actor, filter, { after, limit }));
  return { items: items.map(viewOf), next: next === null ? null : cursorOf(next) };
}

const cursorOf = (after: string): string => Buffer.from(JSON.stringify([after])).toString("base64url");

function afterOf(cursor: string | undefined): string {
  if (!cursor) return "";
  try {
    const [after] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown[];
    if (typeof after === "string" && after.length <= 400) return after;
  } catch {
    // Not one of ours.
  }
  throw invalid({ path: "cursor", code: "invalid" });
}

type Slice = { after: string; limit: number };
type Found = { items: Customer[]; next: string | null };

/** What an import that is decided, and not written to its end, makes of customers: they are read instead of the items. */
async function overlay(): Promise<Map<string, Customer>> {
  const current = await readCurrent();
  if (current?.state !== "applied") return new Map();
  const plan = await planned(current);
  return new Map([...plan].map(([customerId, row]) => [customerId, row.customer]));
}

function matcher(filter: Filter, at: number): (customer: Customer) => boolean {
  return (customer) =>
    (filter.tier === null || customer.tier === filter.tier) &&
    (filter.owner === null || customer.owner === filter.owner) &&
    (!filter.stale || isStale(customer, at)) &&
    isFound(customer, filter.q);
}

// ---- by owner

const dueKey = (customer: Customer): string => `${customer.nextDueOn ?? "none"}#${customer.customerId}`;

/** All customers of one person: one short collection, read whole. */
async function byOwner(actor: Actor, filter: Filter, { after, limit }: Slice): Promise<Found> {
  const owner = seesAllCustomers(actor) ? filter.owner : actor.staffId;
  // Somebody else's are not his to see, so there are none.
  if (filter.owner !== null && filter.owner !== owner) return { items: [], next: null };
  const [items, over] = await Promise.all([
    queryAll({
      TableName: env("CUSTOMERS_TABLE"),
      IndexName: "byOwner",
      KeyConditionExpression: "#owner = :owner",
      ExpressionAttributeNames: { "#owner": "owner" },
      ExpressionAttributeValues: { ":owner": owner },
    }),
    overlay(),
  ]);
  const matches = matcher({ ...filter, owner }, now());
  const all = [
    ...items.map((item) => toKnown(item).customer).filter((one) => !over.has(one.customerId)),
    ...over.values(),
  ]
    .filter(matches)
    .sort((a, b) => (dueKey(a) < dueKey(b) ? -1 : 1));
  const from = all.filter((one) => dueKey(one) > after);
  const shown = from.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, next: from.length > limit && last ? dueKey(last) : null };
}

// ---- by name

/** Rounds of one call: each reads up to a megabyte of every part of the list. */
const ROUNDS = 3;

/**
 * The list by name lies in parts that are read at once and merged. Each part answers up to some name; what comes before
 * the least of these is complete and in order.
 */
async function byName(filter: Filter, { after, limit }: Slice): Promise<Found> {
  const at = now();
  const matches = matcher(filter, at);
  const over = await overlay();
  const added = [...over.values()].filter(matches);
  const isPlain = filter.q === "" && filter.tier === null && !filter.stale;
  const items: Customer[] = [];
  let from = after;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const parts = await Promise.all(
      Array.from({ length: LIST_SHARDS }, (_, shard) =>
        queryChunk(listQuery(shard, from, filter, at, isPlain ? limit + 1 : undefined)),
      ),
    );
    const ends = parts.flatMap(({ last }) => (last ? [String(last.sortName)] : []));
    const bound = ends.sort()[0] ?? null;
    const read = parts
      .flatMap((part) => part.items)
      .map((item: Item) => toKnown(item).customer)
      .filter((one) => !over.has(one.customerId));
    items.push(
      ...[...read, ...added]
        .map((one) => ({ one, key: sortNameOf(one) }))
        .filter(({ key }) => key > from && (bound === null || key <= bound))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ one }) => one),
    );
    const last = items[limit - 1];
    if (items.length > limit && last) return { items: items.slice(0, limit), next: sortNameOf(last) };
    if (bound === null) return { items, next: null };
    from = bound;
    if (items.length === limit) break;
  }
  return { items, next: from };
}

function listQuery(shard: number, after: string, filter: Filter, at: number, limit: number | undefined) {
  const q = normalisedName(filter.q);
  const conditions = [
    ...(filter.tier === null ? [] : ["tier = :tier"]),
    ...(filter.stale ? ["touchedAt < :stale"] : []),
    ...(q === "" ? [] : ["contains(#search, :q)"]),
  ];
  return {
    TableName: env("CUSTOMERS_TABLE"),
    IndexName: "byName",
    KeyConditionExpression: "listShard = :shard AND sortName > :after",
    ...(conditions.length === 0 ? {} : { FilterExpression: conditions.join(" AND ") }),
    ...(q === "" ? {} : { ExpressionAttributeNames: { "#search": "search" } }),
    ExpressionAttributeValues: {
      ":shard": shard,
      // An empty text cannot be compared with; this sorts before every name.
      ":after": after === "" ? " " : after,
      ...(filter.tier === null ? {} : { ":tier": filter.tier }),
      ...(filter.stale ? { ":stale": staleBefore(at) } : {}),
      ...(q === "" ? {} : { ":q": q }),
    },
    ...(limit === undefined ? {} : { Limit: limit }),
  };
}

/** Customers of one page of everybody. */
const EVERY = 1000;

/** Everybody in the register, page by page, for what counts them. */
export async function* everyCustomer(): AsyncGenerator<Customer[]> {
  const all: Filter = { q: "", tier: null, owner: null, stale: false };
  let after: string | null = "";
  while (after !== null) {
    const found: Found = await byName(all, { after, limit: EVERY });
    yield found.items;
    after = found.next;
  }
}

/** Everybody whom a list shows, for a file. Throws 403, 400 `too_many_rows`. */
export async function allCustomers(actor: Actor, filter: Filter): Promise<Customer[]> {
  if (!seesCustomers(actor)) throw forbidden("not_allowed");
  const isByName = seesAllCustomers(actor) && filter.owner === null;
  const found: Customer[] = [];
  let after = "";
  for (;;) {
    const slice = { after, limit: MAX_EXPORT + 1 };
    const { items, next } = await (isByName ? byName(filter, slice) : byOwner(actor, filter, slice));
    found.push(...items);
    if (found.length > MAX_EXPORT)
      throw invalid({ path: "format", code: "too_many_rows", params: { max: MAX_EXPORT } });
    if (next === null) return found;
    after = next;
  }
}
