/**
 * Enters an import: all of it or nothing (docs/decisions/0011-importing-customers.md). Writers are held back, the plan is
 * compared with what is there, one conditional write decides, and only then is anything written. Whatever ends that
 * early, readers see the whole import from the decision on, and the next one who writes finishes it.
 */
import type { Actor } from "../directory/model.ts";
import { now, stamp } from "../shared/clock.ts";
import { busy, conflict, forbidden, notFound } from "../shared/errors.ts";
import { inParallel } from "../shared/parallel.ts";
import { refuseFields } from "../shared/plain.ts";
import { ConditionFailed, getItems, transact, type Write } from "../shared/table.ts";
import { keepsCustomers } from "./access.ts";
import {
  CURRENT_KEY,
  type Current,
  customersTable,
  doneIn,
  doneWrite,
  type ImportRecord,
  type PlanRow,
  readCurrent,
  readPlan,
  readRecord,
  recordKey,
} from "./import-store.ts";
import { aliasItem, customerItem, customerKey, handleWrites } from "./items.ts";

export type Applied = { created: number; updated: number; unchanged: number };

/** Longer than any comparison takes; a call that dies before it decides keeps others waiting no longer than this. */
const LEASE_MS = 60_000;
/** A plan is for the day on which it was made: later, days that it counts from are over. */
const PLAN_LIVES_MS = 24 * 3_600_000;
/** How long a call that somebody waits for writes at a plan. */
const ANSWER_WITHIN_MS = 5_000;
/** Rows that a call writes before it answers; with more it would only get in the stream's way. */
const MOST_ANSWERED_WHOLE = 500;
const AT_ONCE = 8;
/** Operations of a transaction. */
const MOST_WRITES = 100;

/**
 * `POST /api/customer-imports/{importId}/apply`. Throws 403, 404, 409 `not_checked`, `has_problems`, `already_applied`,
 * `stale` where a customer has changed since the check, 503 while another import is being entered.
 */
export async function applyImport(actor: Actor, importId: string, input: unknown): Promise<Applied> {
  if (!keepsCustomers(actor)) throw forbidden("not_allowed");
  const record = await readRecord(importId);
  if (!record) throw notFound();
  refuseFields(input);
  await finishImport();
  // What was finished just now may have been this one.
  const fresh = (await readRecord(importId)) ?? record;
  if (fresh.status === "applied") throw conflict("already_applied");
  const { check } = fresh;
  if (!check || Date.parse(check.at) + PLAN_LIVES_MS < now()) throw conflict("not_checked");
  if (check.problems > 0) throw conflict("has_problems");
  const current = await holdBack(importId, check.checkId);
  try {
    const plan = await readPlan(current);
    if (!(await isAsPlanned(plan.flat()))) throw conflict("stale");
    await decide(current, fresh, actor);
  } catch (error) {
    await letGo(current, "applying");
    throw error;
  }
  // It is decided: a large one, and whatever goes wrong from here on, is the stream's (import-finish.ts).
  if (check.rows <= MOST_ANSWERED_WHOLE) await finish(current, ANSWER_WITHIN_MS).catch(() => false);
  return { created: check.create, updated: check.update, unchanged: check.unchanged };
}

/** Nobody writes a customer from here on. Throws 503 where somebody else's import is being entered. */
async function holdBack(importId: string, checkId: string): Promise<Current> {
  const current: Current = { importId, checkId, state: "applying", until: now() + LEASE_MS };
  try {
    await transact([
      {
        label: "import",
        Put: {
          TableName: customersTable(),
          Item: { ...CURRENT_KEY, v: 1, ...current },
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
    ]);
  } catch (error) {
    throw error instanceof ConditionFailed ? busy() : error;
  }
  return current;
}

/** Whether every customer and every name is as it was when the plan was made. */
async function isAsPlanned(rows: readonly PlanRow[]): Promise<boolean> {
  const versions = new Map(rows.map((row) => [customerKey(row.customer.customerId).pk, row.before] as const));
  const names = new Map(rows.flatMap((row) => row.put.map((pk) => [pk, row.customer.customerId] as const)));
  const keys = [
    ...[...versions.keys()].map((pk) => ({ pk, sk: "PROFILE" })),
    ...[...names.keys()].map((pk) => ({ pk, sk: "ALIAS" })),
  ];
  const found = new Map<string, number>();
  let namesAreFree = true;
  for (const item of await getItems(customersTable(), keys)) {
    if (item.sk === "PROFILE") found.set(String(item.pk), Number(item.version));
    else if (item.customerId !== names.get(String(item.pk))) namesAreFree = false;
  }
  return namesAreFree && [...versions].every(([pk, before]) => (found.get(pk) ?? 0) === before);
}

const isMine = (current: Current, state: Current["state"]) => ({
  ConditionExpression: "importId = :import AND checkId = :check AND #state = :state AND #until = :until",
  ExpressionAttributeNames: { "#state": "state", "#until": "until" },
  ExpressionAttributeValues: {
    ":import": current.importId,
    ":check": current.checkId,
    ":state": state,
    ":until": current.until,
  },
});

/** The one write that decides. Throws 503 where this call took longer than it was given. */
async function decide(current: Current, record: ImportRecord, actor: Actor): Promise<void> {
  const mine = isMine(current, "applying");
  try {
    await transact([
      {
        label: "import",
        Update: {
          TableName: customersTable(),
          Key: CURRENT_KEY,
          UpdateExpression: "SET #state = :applied",
          ...mine,
          ExpressionAttributeValues: { ...mine.ExpressionAttributeValues, ":applied": "applied" },
        },
      },
      {
        label: "record",
        Update: {
          TableName: customersTable(),
          Key: recordKey(record.importId),
          UpdateExpression: "SET #status = :applied, appliedAt = :at, appliedBy = :by",
          ConditionExpression: "#check.checkId = :check AND #status = :checked",
          ExpressionAttributeNames: { "#status": "status", "#check": "check" },
          ExpressionAttributeValues: {
            ":applied": "applied",
            ":checked": "checked",
            ":check": current.checkId,
            ":at": stamp(now()),
            ":by": actor.staffId,
          },
        },
      },
    ]);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    throw error.labels.includes("import") ? busy() : conflict("stale");
  }
}

/** Others may write again. */
async function letGo(current: Current, state: Current["state"]): Promise<void> {
  try {
    await transact([
      {
        label: "import",
        Delete: { TableName: customersTable(), Key: CURRENT_KEY, ...isMine(current, state) },
      },
    ]);
  } catch (error) {
    // Somebody else has done it.
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

/**
 * Ends what another call left: a decided import is written to its end, one that nobody decided in its time is dropped.
 * Throws 503 while one is being compared, or where writing it takes longer than `withinMs`.
 */
export async function finishImport(withinMs = ANSWER_WITHIN_MS): Promise<void> {
  const current = await readCurrent();
  if (!current) return;
  if (current.state === "applied") {
    if (!(await finish(current, withinMs))) throw busy();
  } else if (current.until > now()) throw busy();
  else await letGo(current, "applying");
}

/** Writes a decided import for so long; whether it came to its end. */
async function finish(current: Current, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  const parts = await readPlan(current);
  let isWhole = true;
  await inParallel(parts, AT_ONCE, async (rows, part) => {
    isWhole = (await writePart(current, part, rows, until)) && isWhole;
  });
  if (isWhole) await letGo({ ...current, state: "applied" }, "applied");
  return isWhole;
}

/** Writes a part from where it stands. Several may do so at once: each row is written by one of them. */
async function writePart(
  current: Current,
  part: number,
  rows: readonly PlanRow[],
  until: number,
): Promise<boolean> {
  let done = await doneIn(current, part);
  let known = false;
  while (done < rows.length) {
    if (performance.now() > until) return false;
    const { writes, to } = nextWrites(rows, done);
    try {
      await transact([doneWrite(current, part, done, to), ...writes]);
      done = to;
      known = false;
    } catch (error) {
      // Another writer is at this part: it stands wherever that one got to.
      const isTaken = error instanceof Error && error.name === "Busy";
      if (!isTaken && (!(error instanceof ConditionFailed) || known)) throw error;
      const stands = await doneIn(current, part);
      // Where it stood still although it was refused, this import is not what the table holds.
      known = !isTaken && stands === done;
      done = stands;
    }
  }
  return true;
}

/** As many rows as a transaction takes, from this one on. */
function nextWrites(rows: readonly PlanRow[], from: number): { writes: Write[]; to: number } {
  const writes: Write[] = [];
  let to = from;
  for (const row of rows.slice(from)) {
    const more = rowWrites(row);
    if (writes.length + more.length + 1 > MOST_WRITES) break;
    writes.push(...more);
    to += 1;
  }
  return { writes, to };
}

/** Nobody else writes customers meanwhile, and `doneWrite` keeps a latecomer out: no conditions of their own. */
function rowWrites({ customer, owned, put, drop, handles }: PlanRow): Write[] {
  const TableName = customersTable();
  return [
    { label: "customer", Put: { TableName, Item: customerItem(customer, owned) } },
    ...put.map((pk): Write => ({ label: "name", Put: { TableName, Item: aliasItem(pk, customer) } })),
    ...drop.map((pk): Write => ({ label: "name", Delete: { TableName, Key: { pk, sk: "ALIAS" } } })),
    ...handleWrites(customer.customerId, handles),
  ];
}
