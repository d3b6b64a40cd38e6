import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyTo,
  type Bucket,
  type Deltas,
  deltasOf,
  type EntryKind,
  entryIdOf,
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
  kind: fc.constantFrom<EntryKind>("allot", "reserve", "adjust", "commit", "release", "expire"),
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
