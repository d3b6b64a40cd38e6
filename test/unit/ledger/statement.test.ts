import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyTo, deltasOf, ENTRY_KINDS, newBucket } from "../../../functions/ledger/rules.ts";
import { cursorOf, pageOf, withBalances } from "../../../functions/ledger/statement-rules.ts";
import { toCsv } from "../../../functions/shared/csv.ts";

const empty = newBucket({ department: "finance", period: "2026", category: "hospitality" }, "soft");
/** Few instants, so that several entries share one. */
const entries = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...ENTRY_KINDS),
      amount: fc.integer({ min: 1, max: 1_000_000 }),
      second: fc.integer({ min: 10, max: 15 }),
    }),
    { maxLength: 40 },
  )
  .map((list) =>
    list
      .map(({ kind, amount, second }, index) => ({
        ...deltasOf(kind, amount),
        at: `2026-12-07T01:00:${second}.000Z`,
        entryId: `JD-2026-${String(index).padStart(6, "0")}-${kind}-1`,
      }))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.entryId < b.entryId ? -1 : 1)),
  );

describe("a statement", () => {
  test("shows after each entry what was available, and at the end what is", () => {
    fc.assert(
      fc.property(entries, (list) => {
        let bucket = empty;
        for (const entry of withBalances(list)) {
          bucket = applyTo(bucket, entry);
          expect(entry.balance).toBe(bucket.available);
        }
      }),
    );
  });

  test("is whole whatever the pages, and each page is right where it stands", () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 12 }), (list, limit) => {
        const whole = withBalances(list);
        const found: typeof whole = [];
        let cursor: string | undefined;
        do {
          const page = pageOf(whole, cursor, limit)!;
          expect(page.items.length).toBeLessThanOrEqual(limit);
          found.push(...page.items);
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
        expect(found).toEqual(whole);
      }),
    );
  });

  test("gives the next page as it would have been, whatever was booked meanwhile", () => {
    fc.assert(
      fc.property(entries, entries, fc.integer({ min: 1, max: 5 }), (list, more, limit) => {
        const before = withBalances(list);
        const first = pageOf(before, undefined, limit)!;
        fc.pre(first.next !== null);
        const later = more.map((entry) => ({ ...entry, at: `2027${entry.at.slice(4)}` }));
        const next = pageOf(withBalances([...list, ...later]), first.next!, limit)!;
        expect(next.items.slice(0, before.length - limit)).toEqual(before.slice(limit, 2 * limit));
      }),
    );
  });

  test("knows a cursor that is none", () => {
    for (const cursor of ["", "x", "W10", "e30", Buffer.from("[1,2]").toString("base64url")])
      expect(pageOf([], cursor, 1), cursor).toBeNull();
    expect(pageOf([], cursorOf({ at: "a", entryId: "b" }), 1)).toEqual({ items: [], next: null });
  });
});

describe("CSV", () => {
  test("lets numbers through and disarms what a spreadsheet would run", () => {
    const text = toCsv({ who: "Who", fen: "Fen" }, [
      { who: "=HYPERLINK(1)", fen: -5 },
      { who: "@x", fen: 0 },
      { who: '阿"姨,王', fen: null },
    ]);
    expect(text).toBe(`Who,Fen\r\n'=HYPERLINK(1),-5\r\n'@x,0\r\n"阿""姨,王",\r\n`);
    expect(toCsv({ who: "Who" }, [], { forSpreadsheets: true })).toBe("\ufeffWho\r\n");
  });
});
