/** The ledger on DynamoDB: many at once, some twice, some cut off. Whatever happens, the books are right. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createBucket, setControl } from "../../functions/ledger/buckets.ts";
import { handler as check } from "../../functions/ledger/check.ts";
import { existingBuckets } from "../../functions/ledger/read.ts";
import { type BucketId, differencesOf } from "../../functions/ledger/rules.ts";
import {
  bucketPk,
  type Entry,
  entryWrites,
  isBudgetFailure,
  readBuckets,
  readLedger,
} from "../../functions/ledger/store.ts";
import { setRevenue } from "../../functions/ledger/tax.ts";
import { readTax, taxSpentWrite } from "../../functions/ledger/tax-year.ts";
import { ConditionFailed, pause, transact } from "../../functions/shared/table.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { refusal } from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());

let years = 2030;
/** Month, quarter and year of a department in a year that no other test uses. */
async function newBuckets(control: "hard" | "soft", allotted: [number, number, number]): Promise<BucketId[]> {
  const year = String(years++);
  const ids = [`${year}-02`, `${year}-Q1`, year].map((period) => ({
    department: "transport",
    period,
    category: "hospitality",
  }));
  for (const [index, id] of ids.entries())
    await createBucket(person("wanghui"), { ...id, control, allotted: allotted[index] });
  return ids;
}

type Outcome = "done" | "refused" | "known";

/** One booking. `known`: it is there already. */
async function book(...entries: Entry[]): Promise<Outcome> {
  try {
    await transact(entryWrites(...entries));
    return "done";
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (error.labels.some((label) => label.startsWith("ledger.entry"))) return "known";
    if (isBudgetFailure(error)) return "refused";
    throw error;
  }
}

/** What becomes of one request, from its reservation to its end. */
type Script = {
  amount: number;
  adjust: number[];
  end: "release" | "expire" | "revoke" | "settle" | "settle-more" | "open" | "transfer";
  /** For each booking in turn: delivered so often at the same time. */
  times: number[];
  /** For each booking in turn: whether whoever sent it died before he heard the answer, and another began anew. */
  cut: boolean[];
};

const script: fc.Arbitrary<Script> = fc.record({
  amount: fc.integer({ min: 1, max: 60_000 }),
  adjust: fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 2 }),
  end: fc.constantFrom("release", "expire", "revoke", "settle", "settle-more", "open", "transfer"),
  times: fc.array(fc.constantFrom(1, 1, 1, 2, 3), { minLength: 6, maxLength: 6 }),
  cut: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
});

/** Plays a script; tells how often each booking was newly made. */
async function play(ids: BucketId[], other: BucketId, caseId: string, of: Script, made: Map<string, number>) {
  let turn = 0;
  const go = async (
    ...parts: Pick<Entry, "kind" | "amount" | "round" | "buckets" | "held" | "committed">[]
  ) => {
    const entries = parts.map((part): Entry => ({ ...part, caseId, by: null, at: WEDNESDAY + turn }));
    const index = turn++;
    const sendAll = () => Promise.all(Array.from({ length: of.times[index] ?? 1 }, () => book(...entries)));
    let outcomes = await sendAll();
    const done = outcomes.filter((one) => one === "done").length;
    if (of.cut[index]) outcomes = [...outcomes, ...(await sendAll())];
    const again = outcomes.filter((one) => one === "done").length - done;
    const key = entries.map((one) => `${caseId}-${one.kind}-${one.round}`).join("+");
    made.set(key, (made.get(key) ?? 0) + done + again);
    return outcomes.includes("done");
  };
  if (of.end === "transfer") {
    const from = [ids[0]!];
    if (!(await go({ kind: "hold", amount: of.amount, round: 1, buckets: from }))) return;
    if (of.amount % 2 === 0)
      return void (await go({ kind: "unhold", amount: of.amount, round: 1, buckets: from }));
    await go(
      { kind: "unhold", amount: of.amount, round: 1, buckets: from },
      { kind: "transfer-out", amount: of.amount, round: 1, buckets: from },
      { kind: "transfer-in", amount: of.amount, round: 1, buckets: [other] },
    );
    return;
  }
  let held = of.amount;
  if (!(await go({ kind: "reserve", amount: held, round: 1, buckets: ids }))) return;
  for (const [index, next] of of.adjust.entries())
    if (next !== held && (await go({ kind: "adjust", amount: next - held, round: index + 2, buckets: ids })))
      held = next;
  if (of.end === "open") return;
  if (of.end === "release" || of.end === "expire")
    return void (await go({ kind: of.end, amount: held, round: 1, buckets: ids }));
  await go({ kind: "commit", amount: held, round: 1, buckets: ids });
  if (of.end === "revoke")
    return void (await go({ kind: "release", amount: held, round: 1, buckets: ids, held: "committed" }));
  const charged = of.end === "settle" ? Math.ceil(held / 2) : held + 1_000;
  const committed = Math.min(charged, held);
  await go(
    { kind: "settle", amount: charged, round: 1, buckets: ids, committed },
    { kind: "release", amount: held - committed, round: 1, buckets: ids, held: "committed" },
  );
}

describe("200 at once, some delivered twice and some cut off", () => {
  for (const control of ["hard", "soft"] as const)
    test(`under ${control} control: entries sum to balances, twice is once${control === "hard" ? ", never below zero" : ""}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(script, { minLength: 200, maxLength: 200 }), async (scripts) => {
          const ids = await newBuckets(control, [1_500_000, 1_800_000, 2_000_000]);
          const [other] = await newBuckets("hard", [0, 0, 0]);
          const made = new Map<string, number>();
          let watching = true;
          const watch = (async () => {
            while (watching) {
              for (const { available } of await readBuckets(ids))
                if (control === "hard") expect(available).toBeGreaterThanOrEqual(0);
              await pause(4);
            }
          })();
          await Promise.all(
            scripts.map((one, index) =>
              play(ids, other!, `JD-2030-${String(index).padStart(6, "0")}`, one, made),
            ),
          );
          watching = false;
          await watch;
          expect([...made].filter(([, times]) => times > 1)).toEqual([]);
          const total = { allotted: 0 };
          for (const id of [...ids, other!]) {
            const ledger = await readLedger(id);
            expect(differencesOf(ledger!.bucket, ledger!.entries)).toEqual([]);
            for (const column of ["reserved", "committed", "spent"] as const)
              expect(ledger!.bucket[column], column).toBeGreaterThanOrEqual(0);
            if (control === "hard") expect(ledger!.bucket.available).toBeGreaterThanOrEqual(0);
            if (id === ids[0] || id === other) total.allotted += ledger!.bucket.allotted;
          }
          // What left one budget arrived in the other.
          expect(total.allotted).toBe(1_500_000);
          // Enough was asked for that some of it had to be refused.
          if (control === "hard")
            expect([...made].filter(([key, times]) => key.includes("reserve") && times === 0)).not.toEqual(
              [],
            );
        }),
        { numRuns: 1 },
      );
    }, 240_000);
});

const entry = (buckets: BucketId[], more: Partial<Entry> = {}): Entry => ({
  buckets,
  kind: "reserve",
  caseId: "JD-2030-000001",
  round: 1,
  amount: 100,
  by: null,
  at: WEDNESDAY,
  ...more,
});

describe("entries of one transaction", () => {
  test("that meet in a bucket move it once: from a month to another of the same year", async () => {
    const [month, quarter, year] = await newBuckets("hard", [500, 500, 500]);
    await book(entry([month!, quarter!, year!], { amount: 300 }));
    const outcome = await book(
      entry([month!, quarter!, year!], { kind: "adjust", round: 2, amount: -300 }),
      entry([quarter!, year!], { kind: "adjust", round: 2, amount: 400 }),
    );
    expect(outcome).toBe("done");
    const kinds = async (id: BucketId) =>
      (await readLedger(id))!.entries
        .map((one) => `${one.kind} ${one.reserved}`)
        .filter((one) => !one.startsWith("allot"));
    expect(await kinds(month!)).toEqual(["adjust -300", "reserve 300"]);
    expect(await kinds(year!)).toEqual(["adjust 100", "reserve 300"]);
    expect((await readLedger(year!))!.bucket).toMatchObject({ reserved: 400, available: 100 });
  });

  test("that cancel each other out are none", () => {
    const id = { department: "finance", period: "2026", category: "hospitality" };
    const adjust = entry([id], { kind: "adjust", round: 2, amount: 5 });
    expect(entryWrites(adjust, { ...adjust, amount: -5 })).toEqual([]);
  });

  test("of which one does not fit change nothing", async () => {
    const [month, quarter, year] = await newBuckets("hard", [500, 90, 500]);
    expect(await book(entry([month!, quarter!, year!]))).toBe("refused");
    for (const id of [month!, quarter!, year!]) expect((await readLedger(id))!.entries).toHaveLength(1);
  });

  test("are whole numbers that stay whole: a soft bucket takes no more than 2^53−1", async () => {
    const [month] = await newBuckets("soft", [0, 0, 0]);
    const most = Number.MAX_SAFE_INTEGER;
    expect(await book(entry([month!], { amount: most }))).toBe("done");
    expect(await book(entry([month!], { amount: 1, round: 2 }))).toBe("refused");
    expect((await readLedger(month!))!.bucket).toMatchObject({ reserved: most, available: -most });
  });
});

describe("the buckets of a day", () => {
  test("are those that exist, the shortest period first", async () => {
    const ids = await newBuckets("hard", [1, 2, 3]);
    const day = `${ids[2]!.period}-02-28`;
    expect((await existingBuckets("transport", day, "hospitality")).map((one) => one.period)).toEqual(
      ids.map((id) => id.period),
    );
    expect(await existingBuckets("transport", day, "gift")).toEqual([]);
    expect(
      (await existingBuckets("transport", `${ids[2]!.period}-03-01`, "hospitality")).map((one) => one.period),
    ).toEqual([ids[1]!.period, ids[2]!.period]);
  });
});

describe("a key that is sent again", () => {
  test("gives the answer of the first call, whatever was set since", async () => {
    const finance = person("wanghui");
    const key = { idempotencyKey: "again" };
    const [id] = (await newBuckets("hard", [1_000, 2_000, 3_000])) as [BucketId];
    const soft = await setControl(finance, id, { control: "soft" }, key);
    expect(soft).toMatchObject({ ...id, control: "soft", allotted: 1_000, available: 1_000 });
    await setControl(finance, id, { control: "hard" });
    expect(await setControl(finance, id, { control: "soft" }, key)).toEqual(soft);
    expect(await readBuckets([id])).toMatchObject([{ control: "hard" }]);
    expect(await refusal(setControl(finance, id, { control: "hard" }, key))).toBe("409 idempotency_mismatch");
    expect(await refusal(setControl(finance, { ...id, period: "1999" }, { control: "hard" }))).toBe(
      "404 not_found",
    );

    const year = String(years++);
    const set = await setRevenue(finance, year, { revenue: 12_345_678 }, key);
    expect(set).toMatchObject({ revenue: 12_345_678, revenueCap: 61_728, preOpening: false });
    await setRevenue(finance, year, { revenue: 1, preOpening: true });
    expect(await setRevenue(finance, year, { revenue: 12_345_678 }, key)).toEqual(set);
    expect(await readTax(Number(year))).toMatchObject({ revenue: 1, preOpening: true });
    expect(await refusal(setRevenue(finance, year, { revenue: 2 }, key))).toBe("409 idempotency_mismatch");
  });
});

describe("the daily check", () => {
  test("finds the books right, and the one bucket that is not", async () => {
    const [month] = await newBuckets("hard", [500, 500, 500]);
    const right = await check();
    expect(right.off).toBe(0);
    expect(right.checked).toBeGreaterThan(72);
    const item = await tables.get("Ledger", bucketPk(month!), "BUCKET");
    await tables.put("Ledger", { ...item, spent: 1 });
    expect(await check()).toEqual({ ...right, off: 1 });
    await tables.put("Ledger", item!);
    expect((await check()).off).toBe(0);
  });
});

test("what a year spent on hospitality is a sum that settlements add to", async () => {
  expect(await readTax(2031)).toEqual({ year: 2031, revenue: null, preOpening: false, actual: 0 });
  await Promise.all(Array.from({ length: 20 }, () => transact([taxSpentWrite(2031, 7)])));
  expect((await readTax(2031)).actual).toBe(140);
  expect((await readTax(2026)).revenue).toBe(1_200_000_000);
});
