/**
 * An import in the table: its record, the plan that a check leaves, and the one item that says what is being entered now
 * (docs/decisions/0011-importing-customers.md). Keys: docs/access-patterns.md.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import type { PostForm } from "../file/bucket.ts";
import { env } from "../shared/env.ts";
import { inParallel } from "../shared/parallel.ts";
import { getItem, type Item, type Key, queryAll, transact, type Write } from "../shared/table.ts";
import type { Problem } from "./import-rules.ts";
import type { HandleChanges, Known } from "./items.ts";
import type { Customer } from "./model.ts";

export const customersTable = (): string => env("CUSTOMERS_TABLE");

/** There while an import is being entered, and only then: whoever changes a customer checks that it is not. */
export const CURRENT_KEY = { pk: "IMPORT", sk: "CURRENT" };

/**
 * `applying`: nobody may write, and nothing is written yet; over at `until` (epoch ms) should whoever applies be gone.
 * `applied`: decided. Whatever of it is not written yet will be, and counts as written.
 */
export type Current = {
  importId: string;
  checkId: string;
  state: "applying" | "applied";
  until: number;
};

export const toCurrent = (item: Item | null | undefined): Current | null =>
  item
    ? {
        importId: String(item.importId),
        checkId: String(item.checkId),
        state: item.state === "applied" ? "applied" : "applying",
        until: Number(item.until),
      }
    : null;

export const readCurrent = async (): Promise<Current | null> =>
  toCurrent(await getItem(customersTable(), CURRENT_KEY));

// ---- the record

export type Counts = { rows: number; create: number; update: number; unchanged: number };

export type ImportRecord = {
  importId: string;
  name: string;
  contentType: string;
  size: number;
  by: string;
  at: string;
  status: "waiting" | "checked" | "applied";
  /** For pages without script: where the file goes, good for a quarter of an hour. */
  form?: PostForm;
  check?: Counts & {
    checkId: string;
    at: string;
    problems: number;
    /** What was read: the object's version. */
    etag: string;
    encoding: string;
  };
  appliedAt?: string;
  appliedBy?: string;
};

export const recordKey = (importId: string) => ({ pk: `IMPORT#${importId}`, sk: "RECORD" });

export async function readRecord(importId: string): Promise<ImportRecord | null> {
  const item = await getItem(customersTable(), recordKey(importId));
  if (!item) return null;
  const { pk: _pk, sk: _sk, v: _v, ...record } = item;
  return record as ImportRecord;
}

/** `checkId`: the check that the record has so far, null for none, undefined for a record that must be new. */
export const recordWrite = (record: ImportRecord, checkId?: string | null): Write => ({
  label: "record",
  Put: {
    TableName: customersTable(),
    Item: { ...recordKey(record.importId), v: 1, ...record },
    ...(checkId === undefined
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : {
          ConditionExpression:
            checkId === null
              ? "attribute_exists(pk) AND attribute_not_exists(#check) AND #status <> :applied"
              : "#check.checkId = :check AND #status <> :applied",
          ExpressionAttributeNames: { "#check": "check", "#status": "status" },
          ExpressionAttributeValues: {
            ":applied": "applied",
            ...(checkId === null ? {} : { ":check": checkId }),
          },
        }),
  },
});

// ---- the plan

/** One customer of the plan: what he was (version 0: nobody), what he will be, and what becomes of his names. */
export type PlanRow = {
  before: number;
  customer: Customer;
  owned: string[];
  put: string[];
  drop: string[];
  /** The same of the phones and addresses of his people. */
  handles: HandleChanges;
};

/** Letters of JSON in a part: packed it is below an item's limit of 400 KB whatever stands in it. */
const PART_LENGTH = 100_000;
/** A plan that nobody entered is of no use the next day; one that is being entered is needed until it is done. */
const PLAN_SECONDS = 30 * 86_400;

const two = (n: number): string => String(n).padStart(4, "0");
const partKey = (importId: string, checkId: string, part: number): Key => ({
  pk: `IMPORT#${importId}`,
  sk: `PLAN#${checkId}#${two(part)}`,
});
const laneKey = (importId: string, checkId: string, part: number): Key => ({
  pk: `IMPORT#${importId}`,
  sk: `LANE#${checkId}#${two(part)}`,
});
const problemsKey = (importId: string, checkId: string): Key => ({
  pk: `IMPORT#${importId}`,
  sk: `PROBLEMS#${checkId}`,
});

const pack = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value));
const unpack = <T>(bytes: unknown): T => JSON.parse(gunzipSync(bytes as Uint8Array).toString("utf8")) as T;

/** The rows in parts that fit an item each. */
function partsOf(rows: readonly PlanRow[]): PlanRow[][] {
  const parts: PlanRow[][] = [];
  let length = PART_LENGTH;
  for (const row of rows) {
    const size = JSON.stringify(row).length;
    if (length + size > PART_LENGTH) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(row);
    length += size;
  }
  return parts;
}

/** Problems that a page shows; a client is answered all of them. */
export const SHOWN_PROBLEMS = 500;

/** Keeps what a check found. Nobody but its import reads it. `at` epoch ms. */
export async function putPlan(
  importId: string,
  checkId: string,
  found: { rows: readonly PlanRow[]; problems: readonly Problem[] },
  at: number,
): Promise<void> {
  const expiresAt = Math.floor(at / 1000) + PLAN_SECONDS;
  const items = [
    ...partsOf(found.rows).map((rows, part) => ({
      ...partKey(importId, checkId, part),
      rows: pack(rows),
    })),
    { ...problemsKey(importId, checkId), problems: pack(found.problems.slice(0, SHOWN_PROBLEMS)) },
  ];
  await inParallel(items, 8, (item) =>
    transact([{ label: "plan", Put: { TableName: customersTable(), Item: { ...item, v: 1, expiresAt } } }]),
  );
}

export async function readProblems(importId: string, checkId: string): Promise<Problem[]> {
  const item = await getItem(customersTable(), problemsKey(importId, checkId));
  return item ? unpack<Problem[]>(item.problems) : [];
}

type PlanOf = Pick<Current, "importId" | "checkId">;

/** The parts of a plan in their order. */
export async function readPlan({ importId, checkId }: PlanOf): Promise<PlanRow[][]> {
  const items = await queryAll({
    TableName: customersTable(),
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :plan)",
    ExpressionAttributeValues: { ":pk": `IMPORT#${importId}`, ":plan": `PLAN#${checkId}#` },
    ConsistentRead: true,
  });
  return items.map((item) => unpack<PlanRow[]>(item.rows));
}

/** A plan never changes, so an execution environment keeps the last one that it looked something up in. */
let kept: { checkId: string; plan: Promise<Map<string, PlanRow>> } | null = null;

/** What a decided import makes of its customers, by their numbers. */
export function planned(current: PlanOf): Promise<Map<string, PlanRow>> {
  if (kept?.checkId === current.checkId) return kept.plan;
  const plan = readPlan(current).then(
    (parts) => new Map(parts.flat().map((row) => [row.customer.customerId, row] as const)),
  );
  const mine = { checkId: current.checkId, plan };
  kept = mine;
  plan.catch(() => {
    if (kept === mine) kept = null;
  });
  return plan;
}

export async function plannedCustomer(current: PlanOf, customerId: string): Promise<Known | null> {
  const row = (await planned(current)).get(customerId);
  return row ? { customer: row.customer, owned: row.owned } : null;
}

// ---- how far it is written

/** How many rows of a part are written. */
export async function doneIn({ importId, checkId }: PlanOf, part: number): Promise<number> {
  const item = await getItem(customersTable(), laneKey(importId, checkId, part));
  return Number(item?.done ?? 0);
}

/** Moves on in a part: whoever writes the same rows a second time fails by it. */
export const doneWrite = ({ importId, checkId }: PlanOf, part: number, from: number, to: number): Write => ({
  label: "done",
  Update: {
    TableName: customersTable(),
    Key: laneKey(importId, checkId, part),
    UpdateExpression: "SET done = :to, v = :v",
    ConditionExpression: from === 0 ? "attribute_not_exists(done)" : "done = :from",
    ExpressionAttributeValues: { ":to": to, ":v": 1, ...(from === 0 ? {} : { ":from": from }) },
  },
});
