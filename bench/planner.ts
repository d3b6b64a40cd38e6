/**
 * What a run of the planner costs when the register grows and what is due does not: `node bench/planner.ts [sizes…]`. On
 * DynamoDB Local, with the planner's own code; capacity as the tables report it.
 */
import { execFileSync } from "node:child_process";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { DEFAULT_CADENCE } from "../functions/customer/cadence-rules.ts";
import { customerItem } from "../functions/customer/items.ts";
import { newCustomer } from "../functions/customer/record-rules.ts";
import { nextPage } from "../functions/planner/plan.ts";
import { beginRun } from "../functions/planner/runs.ts";
import { dueCustomers, PAGE, readJob } from "../functions/planner/store.ts";
import { defaultCalendar } from "../functions/shared/calendar/index.ts";
import { PEOPLE } from "../local/demo/data.ts";
import { dynamo } from "../local/dynamodb/client.ts";
import { startTables, type TestTables } from "../test/support/dynamodb.ts";

/** Customers who are due, whatever the size of the register. */
const DUE = 200;
const SIZES = [1_000, 100_000, 1_000_000];
const BATCH = 25;
const AT_ONCE = 8;
/** Of the database, whose tables are larger than in any test. */
const MEMORY_MB = 3072;

type Cost = {
  customers: number;
  due: number;
  /** Finding who is due: read units, calls and time. */
  find: { readUnits: number; calls: number; ms: number };
  /** A whole run, the cases that it makes included, and the run after it, which finds them made. */
  run: { readUnits: number; writeUnits: number; ms: number; created: number };
  again: { readUnits: number; writeUnits: number; ms: number; created: number };
};

type Used = { readUnits: number; writeUnits: number; calls: number };
let used: Used = { readUnits: 0, writeUnits: 0, calls: 0 };

type Capacity = { CapacityUnits?: number; ReadCapacityUnits?: number; WriteCapacityUnits?: number };
type Sent = { constructor: { name: string }; input: Record<string, unknown> };

/** Every call of the functions asks for what it consumed. */
function meter(): void {
  const original = DynamoDBDocumentClient.prototype.send as (command: Sent) => Promise<object>;
  DynamoDBDocumentClient.prototype.send = async function (this: DynamoDBDocumentClient, command: Sent) {
    command.input.ReturnConsumedCapacity = "TOTAL";
    const answer = (await original.call(this, command)) as { ConsumedCapacity?: Capacity | Capacity[] };
    const writes = /^(Transact|Update)/.test(command.constructor.name);
    used.calls += 1;
    for (const one of [answer.ConsumedCapacity ?? []].flat()) {
      const units = one.CapacityUnits ?? 0;
      if (writes) used.writeUnits += units;
      else used.readUnits += units;
    }
    return answer;
  } as never;
}

async function measured<T>(work: () => Promise<T>): Promise<{ used: Used; ms: number; value: T }> {
  used = { readUnits: 0, writeUnits: 0, calls: 0 };
  const began = performance.now();
  const value = await work();
  return { used, ms: Math.round(performance.now() - began), value };
}

/** Writes customers number `from` up to `to`; the first `DUE` of all are due. */
async function fill(tables: TestTables, from: number, to: number): Promise<void> {
  const agents = PEOPLE.filter((person) => person.role === "agent").map((person) => person.staffId);
  const now = Date.now();
  const item = (n: number) =>
    customerItem(
      newCustomer(
        `B${String(n).padStart(7, "0")}`,
        {
          name: `第${n}号客户有限公司`,
          aliases: [],
          address: "成都市双流区航空港",
          companyType: "制造",
          tier: "C",
          creditGrade: "C",
          // A quarter has nobody who looks after them.
          owner: n % 4 === 0 ? null : agents[n % agents.length]!,
          contacts: [],
          nextDueOn: n < DUE ? "2020-06-01" : `2099-0${1 + (n % 9)}-15`,
        },
        { calendar: defaultCalendar, policy: DEFAULT_CADENCE, at: now, by: null },
      ),
      [],
    );
  let next = from;
  async function write(): Promise<void> {
    while (next < to) {
      const first = next;
      next = Math.min(to, next + BATCH);
      await dynamo(tables.url, "BatchWriteItem", {
        RequestItems: {
          Customers: Array.from({ length: next - first }, (_, index) => ({
            PutRequest: { Item: marshall(item(first + index), { removeUndefinedValues: true }) },
          })),
        },
      });
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, write));
}

async function findAll(): Promise<number> {
  let found = 0;
  let place: { shard: number; key: Record<string, unknown> | null } | null = { shard: 0, key: null };
  while (place) {
    const { customers, next }: Awaited<ReturnType<typeof dueCustomers>> = await dueCustomers(
      "2020-12-31",
      place,
    );
    found += customers.length;
    place = next && "due" in next ? next.due : null;
  }
  return found;
}

async function costOf(customers: number): Promise<Cost> {
  const tables = await startTables(MEMORY_MB);
  try {
    await fill(tables, 0, customers);
    const run = async () => {
      const { jobId } = await beginRun("limin");
      while (!(await nextPage(jobId)));
      return (await readJob(jobId))?.created ?? 0;
    };
    // The first calls of a process load code and open connections.
    await findAll();
    const find = await measured(findAll);
    const first = await measured(run);
    const second = await measured(run);
    const of = ({ used: { readUnits, writeUnits }, ms, value }: typeof first) => ({
      readUnits,
      writeUnits,
      ms,
      created: value,
    });
    return {
      customers,
      due: find.value,
      find: { readUnits: find.used.readUnits, calls: find.used.calls, ms: find.ms },
      run: of(first),
      again: of(second),
    };
  } finally {
    await tables.stop();
  }
}

/** The cost at each size, each in a process of its own: the functions keep their connection to one database. */
export function planner(sizes: readonly number[] = SIZES): { page: number; sizes: Cost[] } {
  const costs = sizes.map((size): Cost => {
    const output = execFileSync(process.execPath, [import.meta.filename, "--one", String(size)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    return JSON.parse(output) as Cost;
  });
  return { page: PAGE, sizes: costs };
}

if (import.meta.main) {
  const [first, size] = process.argv.slice(2);
  if (first === "--one") {
    meter();
    process.stdout.write(JSON.stringify(await costOf(Number(size))));
  } else {
    const sizes = process.argv.slice(2).map(Number);
    process.stdout.write(`${JSON.stringify(planner(sizes.length > 0 ? sizes : SIZES), null, 2)}\n`);
  }
}
