import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyTo,
  type Bucket,
  type Deltas,
  deltasOf,
  differencesOf,
  ENTRY_KINDS,
  entryIdOf,
  isPeriod,
  periodsOf,
  sumOf,
  takes,
} from "../../../functions/ledger/rules.ts";

const empty: Bucket = {
  department: "finance",
  period: "2026-12",
  category: "hospitality",
  control: "hard",
  allotted: 0,
  reserved: 0,
  committed: 0,
  spent: 0,
  available: 0,
};
const amount = fc.integer({ min: 1, max: 9_000_000_000 });
const entry = fc.record({
  kind: fc.constantFrom(...ENTRY_KINDS),
  amount,
  held: fc.constantFrom<"reserved" | "committed">("reserved", "committed"),
  sign: fc.constantFrom(1, -1),
});
const columns = ["allotted", "reserved", "committed", "spent"] as const;

describe("a bucket", () => {
  test("after any entries: available = allotted − reserved − committed − spent, and the columns are the sums", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const deltas: Deltas[] = entries.map((one) =>
          deltasOf(one.kind, one.kind === "adjust" ? one.sign * one.amount : one.amount, one.held),
        );
        const bucket = deltas.reduce(applyTo, empty);
        expect(bucket.available).toBe(bucket.allotted - bucket.reserved - bucket.committed - bucket.spent);
        for (const column of columns)
          expect(bucket[column]).toBe(deltas.reduce((sum, one) => sum + one[column], 0));
      }),
    );
  });

  test("an entry takes exactly what available loses", () => {
    fc.assert(
      fc.property(entry, ({ kind, amount: size, held }) => {
        const deltas = deltasOf(kind, size, held);
        expect(applyTo(empty, deltas).available).toBe(0 - takes(deltas));
      }),
    );
  });

  test("a request that is reserved and then released, expired or committed and released leaves no trace", () => {
    fc.assert(
      fc.property(amount, amount, (allotted, size) => {
        const start = applyTo(empty, deltasOf("allot", allotted));
        const reserved = applyTo(start, deltasOf("reserve", size));
        expect(applyTo(reserved, deltasOf("release", size))).toEqual(start);
        expect(applyTo(reserved, deltasOf("expire", size))).toEqual(start);
        const committed = applyTo(reserved, deltasOf("commit", size));
        expect(committed.available).toBe(reserved.available);
        expect(applyTo(committed, deltasOf("release", size, "committed"))).toEqual(start);
      }),
    );
  });

  test("what a settlement spent above what was committed for it comes out of available", () => {
    fc.assert(
      fc.property(amount, amount, (approved, charged) => {
        const held = [
          deltasOf("allot", 2 * (approved + charged)),
          deltasOf("reserve", approved),
          deltasOf("commit", approved),
        ];
        const bucket = held.reduce(applyTo, empty);
        const committed = Math.min(approved, charged);
        const settled = applyTo(bucket, deltasOf("settle", charged, "committed", committed));
        const left = applyTo(settled, deltasOf("release", approved - committed, "committed"));
        expect(left).toMatchObject({ reserved: 0, committed: 0, spent: charged });
        expect(left.available).toBe(left.allotted - charged);
      }),
    );
  });

  test("a transfer moves allotment and nothing else; one that is not approved leaves no trace", () => {
    fc.assert(
      fc.property(amount, amount, (allotted, size) => {
        const from = applyTo(empty, deltasOf("allot", allotted));
        const held = applyTo(from, deltasOf("hold", size));
        expect(held.available).toBe(from.available - size);
        expect(applyTo(held, deltasOf("unhold", size))).toEqual(from);
        const applied = sumOf([deltasOf("unhold", size), deltasOf("transfer-out", size)]);
        // What was held is what goes, so that nothing can come between.
        expect(takes(applied)).toBe(0);
        expect(applyTo(held, applied)).toEqual({
          ...from,
          allotted: allotted - size,
          available: allotted - size,
        });
        expect(applyTo(empty, deltasOf("transfer-in", size))).toMatchObject({
          allotted: size,
          available: size,
        });
        expect(deltasOf("top-up", size)).toEqual(deltasOf("transfer-in", size));
      }),
    );
  });

  test("is right where its entries say so, and is named column by column where they do not", () => {
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 20 }),
        fc.constantFrom(...columns),
        amount,
        (entries, one, wrong) => {
          const deltas = entries.map(({ kind, amount: size, held }) => deltasOf(kind, size, held));
          const bucket = deltas.reduce(applyTo, empty);
          expect(differencesOf(bucket, deltas)).toEqual([]);
          expect(differencesOf({ ...bucket, [one]: bucket[one] + wrong }, deltas)).toEqual([
            { column: one, balance: bucket[one] + wrong, entries: bucket[one] },
          ]);
        },
      ),
    );
  });

  test("each kind moves its own columns", () => {
    expect(deltasOf("allot", 5)).toEqual({ allotted: 5, reserved: 0, committed: 0, spent: 0 });
    expect(deltasOf("reserve", 5)).toEqual({ allotted: 0, reserved: 5, committed: 0, spent: 0 });
    expect(deltasOf("adjust", -5)).toEqual({ allotted: 0, reserved: -5, committed: 0, spent: 0 });
    expect(deltasOf("commit", 5)).toEqual({ allotted: 0, reserved: -5, committed: 5, spent: 0 });
    expect(deltasOf("release", 5)).toEqual({ allotted: 0, reserved: -5, committed: 0, spent: 0 });
    expect(deltasOf("release", 5, "committed")).toEqual({
      allotted: 0,
      reserved: 0,
      committed: -5,
      spent: 0,
    });
    expect(deltasOf("expire", 5)).toEqual({ allotted: 0, reserved: -5, committed: 0, spent: 0 });
  });
});

test("an entry's id is made from case, kind and round, so the same thing twice is one entry", () => {
  expect(entryIdOf("JD-2026-000001", "adjust", 2)).toBe("JD-2026-000001-adjust-2");
});

test("a day draws from its month, quarter and year, and these are periods", () => {
  expect(periodsOf("2026-12-07")).toEqual(["2026-12", "2026-Q4", "2026"]);
  expect(periodsOf("2027-01-31")).toEqual(["2027-01", "2027-Q1", "2027"]);
  expect(["2026-03", "2026-04", "2026-09", "2026-10"].map((month) => periodsOf(`${month}-01`)[1])).toEqual([
    "2026-Q1",
    "2026-Q2",
    "2026-Q3",
    "2026-Q4",
  ]);
  for (const period of periodsOf("2026-12-07")) expect(isPeriod(period)).toBe(true);
  for (const text of ["", "26", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "2026-1", "2026-12-07", "1999"])
    expect(isPeriod(text), text).toBe(false);
});
