/** The register of complaints: the desk sees all, others theirs (contracts/complaints.md "The case"). */
import type { Page, Paging } from "../case/lists.ts";
import { openSeats, readContents } from "../case/lists.ts";
import type { CaseStatus, Header } from "../case/model.ts";
import { BY_PROCESS, pkOf, readHeaders, sk, toClock } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { now } from "../shared/clock.ts";
import { toCsv } from "../shared/csv.ts";
import { env } from "../shared/env.ts";
import { invalid } from "../shared/errors.ts";
import { getItems, type Item, queryAll, queryPage } from "../shared/table.ts";
import { xlsx } from "../shared/xlsx.ts";
import { isTheirs, readsAll } from "./access.ts";
import { clockIdOf } from "./clock-rules.ts";
import { readLike } from "./lookup-store.ts";
import type { Clock } from "./model.ts";
import {
  COLUMNS,
  type ComplaintHeader,
  cellsOf,
  comparePlaces,
  cursorOf,
  isAsked,
  isComplaint,
  lineOf,
  nextOf,
  type Place,
  placeOfCursor,
  type Reading,
  type RegisterLine,
  type RegisterQuery,
} from "./register-rules.ts";

const MAX_LIMIT = 100;
/** Lines of one workbook or CSV. */
const MAX_ROWS = 5000;
const SHARDS = 8;
/** Items of one shard that one request reads. */
const READ_AT_ONCE = 250;
const KEYS_AT_ONCE = 100;

const table = () => env("CASES_TABLE");

/** One page; it may be shorter than asked for and still have a next one. Throws 400 for `cursor` and `limit`. */
export async function readRegister(
  actor: Actor,
  query: RegisterQuery,
  paging: Paging = {},
): Promise<Page<RegisterLine>> {
  const limit = paging.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid({ path: "limit", code: "at_most", params: { max: MAX_LIMIT } });
  const from = paging.cursor === undefined ? null : placeOfCursor(paging.cursor);
  const { items, next } = await readPage(actor, query, from, limit);
  return { items, next: next && cursorOf(next) };
}

/** Every line that is asked for. Throws 400 `too_many_rows` where that is more than a file should hold. */
export async function exportRegister(actor: Actor, query: RegisterQuery): Promise<RegisterLine[]> {
  const lines: RegisterLine[] = [];
  for (let from: Place | null = null; ; ) {
    const { items, next }: { items: RegisterLine[]; next: Place | null } = await readPage(
      actor,
      query,
      from,
      MAX_ROWS,
    );
    lines.push(...items);
    if (lines.length > MAX_ROWS)
      throw invalid({ path: "from", code: "too_many_rows", params: { max: MAX_ROWS } });
    if (next === null) return lines;
    from = next;
  }
}

/** For spreadsheets: text that begins like a formula has an apostrophe before it. */
export const registerCsv = (lines: RegisterLine[]): string =>
  toCsv(
    Object.fromEntries(COLUMNS.map((name) => [name, name])),
    lines.map((line) =>
      Object.fromEntries(cellsOf(line).map((cell, index) => [COLUMNS[index], cell] as const)),
    ),
    { forSpreadsheets: true },
  );

export const registerXlsx = (lines: RegisterLine[]): Promise<Buffer> =>
  xlsx("complaints", [COLUMNS, ...lines.map(cellsOf)]);

// ---- reading

/** Headers first, in one round trip, then what their lines show beside them, in another. */
async function readPage(
  actor: Actor,
  query: RegisterQuery,
  from: Place | null,
  limit: number,
): Promise<{ items: RegisterLine[]; next: Place | null }> {
  const [readings, held, staff] = await Promise.all([
    readingsOf(query, from),
    readsAll(actor) ? [] : openSeats(actor.staffId),
    people(),
  ]);
  const theirs = new Set(held.map((seat) => seat.caseId));
  const isWanted = (header: ComplaintHeader): boolean =>
    isAsked(header, query) && (readsAll(actor) || isTheirs(actor, header, theirs));
  const { items, next } = nextOf(readings, isWanted, limit);
  const [contents, clocks] = await Promise.all([readContents(items), readClocks(items)]);
  const at = now();
  const names = new Map(staff.map((person) => [person.staffId, person.name]));
  const lines = items.map((header) =>
    lineOf(header, {
      content: contents.get(header.caseId),
      clocks: clocks.filter((clock) => clock.caseId === header.caseId),
      nameOf: (staffId) => names.get(staffId) ?? staffId,
      at,
    }),
  );
  const { overdue } = query;
  return { items: lines.filter((line) => overdue === undefined || line.overdue === overdue), next };
}

/** Few cases have one waybill, phone or customer: they are found by that; all others by status and due time. */
async function readingsOf(query: RegisterQuery, from: Place | null): Promise<Reading[]> {
  const { waybillNo, phoneHash, customerId } = query;
  if (waybillNo !== undefined || phoneHash !== undefined)
    return [reading(await readLikeHeaders({ waybillNo, phoneHash }), from, null)];
  if (customerId !== undefined) return [reading(await ofCustomer(customerId), from, null)];
  const statuses = (query.status ? [query.status] : (["open", "closed"] as const)).filter(
    (status) => !(from?.status === "closed" && status === "open"),
  );
  return Promise.all(
    statuses.flatMap((status) =>
      Array.from({ length: SHARDS }, (_, shard) => readShard(status, shard, from)),
    ),
  );
}

/** What of these stands behind the place to go on from. */
const reading = (headers: Header[], from: Place | null, readTo: Place | null): Reading => ({
  items: headers.filter(isComplaint).filter((one) => from === null || comparePlaces(one, from) > 0),
  readTo,
});

async function readLikeHeaders(of: { waybillNo?: string; phoneHash?: string }): Promise<Header[]> {
  const ids = (await readLike(of)).map((one) => one.caseId);
  const some = await Promise.all(batches(ids, KEYS_AT_ONCE).map(readHeaders));
  return some.flatMap((headers) => [...headers.values()]);
}

const ofCustomer = async (customerId: string): Promise<Header[]> =>
  (
    await queryAll({
      TableName: table(),
      IndexName: "byCustomer",
      KeyConditionExpression: "customerId = :customer",
      FilterExpression: "#process = :complaint",
      ExpressionAttributeNames: { "#process": "process" },
      ExpressionAttributeValues: { ":customer": customerId, ":complaint": "complaint" },
    })
  ).map(toHeader);

/**
 * Items of one due time have no order of their own in the index: where a page ends among some, all of them are read, so
 * that none is passed over. Steps stand in the same index; only headers have content.
 */
async function readShard(status: CaseStatus, shard: number, from: Place | null): Promise<Reading> {
  const place = from?.status === status ? from : null;
  const input = (condition: string, dueAt: string | undefined) => ({
    TableName: table(),
    IndexName: "byProcess",
    KeyConditionExpression: `#process = :process AND #shard = :shard AND #status = :status${condition}`,
    FilterExpression: "attribute_exists(contentSeq)",
    ExpressionAttributeNames: { "#process": "process", "#shard": "shard", "#status": "status" },
    ExpressionAttributeValues: {
      ":process": "complaint",
      ":shard": shard,
      ":status": status,
      ...(dueAt === undefined ? {} : { ":due": dueAt }),
    },
    ScanIndexForward: status === "open",
  });
  // Where all of a due time were read, only what comes after it is left.
  const isDone = place?.caseId === LAST || place?.caseId === "";
  const after = `${status === "open" ? ">" : "<"}${isDone ? "" : "="}`;
  const beyond = place ? ` AND dueAt ${after} :due` : "";
  const { items, next } = await queryPage(input(beyond, place?.dueAt), {
    limit: READ_AT_ONCE,
    key: BY_PROCESS,
  });
  if (next === null) return reading(items.map(toHeader), from, null);
  const { dueAt } = JSON.parse(Buffer.from(next, "base64url").toString()) as { dueAt: string };
  const tied = await queryAll(input(" AND dueAt = :due", dueAt));
  const all = new Map([...items, ...tied].map((item) => [String(item.caseId), toHeader(item)]));
  return reading([...all.values()], from, { status, dueAt, caseId: status === "open" ? LAST : "" });
}

/** Behind every case code. */
const LAST = "\uffff";

function toHeader(item: Item): Header {
  const { pk: _pk, sk: _sk, ...header } = item;
  return header as unknown as Header;
}

/** The clocks of the present round that can be late, of all these cases. */
async function readClocks(headers: ComplaintHeader[]): Promise<Clock[]> {
  const keys = headers.flatMap(({ caseId, complaint: { round } }) =>
    (["respond", "resolve"] as const).map((kind) => ({
      pk: pkOf(caseId),
      sk: sk.clock(clockIdOf(caseId, round, kind)),
    })),
  );
  const items = await Promise.all(batches(keys, KEYS_AT_ONCE).map((some) => getItems(table(), some)));
  return items.flat().map(toClock);
}

const batches = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
