import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  counting,
  isFull,
  type Limit,
  markAt,
  partyOf,
  refusedUntil,
} from "../../../functions/care/limit-rules.ts";

const HOUR = 3_600_000;
const limit: Limit = { name: "complaint-phone", times: 5, withinMs: HOUR };
const marks = (...at: number[]): string[] => at.map((one, index) => markAt(one, String(index)));
const T = Date.parse("2026-12-01T10:00:00+08:00");

describe("a sliding window", () => {
  test("has room for so many within the time, and again when the oldest has left", () => {
    const five = marks(T, T + 1, T + 2, T + 3, T + 4);
    expect(refusedUntil(limit, { marks: five.slice(0, 4), lockedUntil: 0 }, T + 10)).toBeNull();
    expect(refusedUntil(limit, { marks: five, lockedUntil: 0 }, T + 10)).toBe(T + HOUR);
    expect(refusedUntil(limit, { marks: five, lockedUntil: 0 }, T + HOUR - 1)).toBe(T + HOUR);
    expect(refusedUntil(limit, { marks: five, lockedUntil: 0 }, T + HOUR)).toBeNull();
  });

  test("counts over the boundary of a clock's hour", () => {
    const late = marks(...[1, 2, 3, 4, 5].map((minute) => T + HOUR - minute * 60_000)).toSorted();
    expect(refusedUntil(limit, { marks: late, lockedUntil: 0 }, T + HOUR + 60_000)).toBe(
      T + HOUR - 300_000 + HOUR,
    );
  });

  test("a limit that was lowered waits for as many as it takes", () => {
    const seven = marks(T, T + 1, T + 2, T + 3, T + 4, T + 5, T + 6);
    expect(refusedUntil(limit, { marks: seven, lockedUntil: 0 }, T + 10)).toBe(T + 2 + HOUR);
  });

  test("that locks is shut for the whole time from its last mark on", () => {
    expect(isFull(limit, marks(T, T, T, T, T + 10), T + 10)).toBe(true);
    expect(isFull(limit, marks(T, T, T, T), T + 10)).toBe(false);
    expect(refusedUntil(limit, { marks: [], lockedUntil: T + HOUR }, T)).toBe(T + HOUR);
    expect(refusedUntil(limit, { marks: [], lockedUntil: T + HOUR }, T + HOUR)).toBeNull();
  });

  test("never lets more than the limit through in any such time, however the calls fall", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 * 60_000 }), { maxLength: 60 }), (gaps) => {
        let at = T;
        let kept: string[] = [];
        const let_through: number[] = [];
        for (const gap of gaps) {
          at += gap;
          if (refusedUntil(limit, { marks: kept, lockedUntil: 0 }, at) !== null) continue;
          kept = [...counting(limit, kept, at), markAt(at, "x")];
          let_through.push(at);
        }
        for (const from of let_through) {
          const within = let_through.filter((one) => one >= from && one < from + HOUR);
          expect(within.length).toBeLessThanOrEqual(limit.times);
        }
      }),
    );
  });
});

describe("whose address it is", () => {
  test.each([
    ["203.0.113.9", "203.0.113.9"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["2001:DB8:0:1::5", "2001:db8:0:1::/64"],
    ["2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["127.0.0.1", null],
    ["127.8.0.1", null],
    ["::1", null],
    ["::ffff:127.0.0.1", null],
    ["not an address", "not an address"],
  ])("%s → %s", (address, party) => expect(partyOf(address)).toBe(party));
});
