import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addWorkingTime,
  countWorkingMinutes,
  defaultCalendar,
  type Segment,
  subtractWorkingTime,
  toIso,
} from "../../../functions/shared/calendar/index.ts";

// Whole seconds, so that a trace's texts say all; official and provisional years, with the border between them.
const instants = fc
  .integer({ min: Date.UTC(2024, 0, 1) / 1000, max: Date.UTC(2031, 0, 1) / 1000 })
  .map((seconds) => seconds * 1000);
const minutes = fc.integer({ min: 0, max: 6000 });
const spanMinutes = fc.integer({ min: 1, max: 6000 });
const add = (from: number, span: number) => addWorkingTime(defaultCalendar, from, span).dueAt;
const subtract = (to: number, span: number) => subtractWorkingTime(defaultCalendar, to, span).at;
const count = (from: number, to: number) => countWorkingMinutes(defaultCalendar, from, to);
const property = <T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  check: (...values: T) => void,
  numRuns = 300,
) =>
  fc.assert(
    // An assertion's own answer is not a verdict: only its exception is.
    fc.property(...arbitraries, (...values: T) => {
      check(...values);
    }),
    { numRuns },
  );

function expectCover(trace: Segment[], from: number, to: number, total: number) {
  expect(trace[0]?.from).toBe(toIso(from));
  expect(trace.at(-1)?.to).toBe(toIso(to));
  trace.slice(1).forEach((segment, index) => {
    expect(segment.from).toBe(trace[index]?.to);
  });
  for (const segment of trace) {
    const length = (Date.parse(segment.to) - Date.parse(segment.from)) / 60_000;
    expect(length).toBeGreaterThan(0);
    expect(segment.minutes).toBe(segment.reason.endsWith("open") ? length : 0);
  }
  // Seconds are sixtieths of a minute, which binary fractions only come near to.
  expect(trace.reduce((sum, segment) => sum + segment.minutes, 0)).toBeCloseTo(total, 6);
}

describe("working time", () => {
  it("counts what was added", () =>
    property([instants, minutes], (from, span) => expect(count(from, add(from, span))).toBe(span)));

  it("counts what was subtracted", () =>
    property([instants, minutes], (to, span) => expect(count(subtract(to, span), to)).toBe(span)));

  it("subtracts what was added, up to idle time", () =>
    property([instants, spanMinutes], (from, span) => {
      const start = subtract(add(from, span), span);
      expect(start).toBeGreaterThanOrEqual(from);
      expect(count(from, start)).toBe(0);
    }));

  it("adds what was subtracted, up to idle time", () =>
    property([instants, spanMinutes], (to, span) => {
      const end = add(subtract(to, span), span);
      expect(end).toBeLessThanOrEqual(to);
      expect(count(end, to)).toBe(0);
    }));

  it("adds a and then b as a + b", () =>
    property([instants, minutes, spanMinutes], (from, a, b) =>
      expect(add(add(from, a), b)).toBe(add(from, a + b)),
    ));

  it("is due no earlier for a later start or more minutes", () =>
    property([instants, instants, minutes, minutes], (a, b, span, more) => {
      const [early, late] = a < b ? [a, b] : [b, a];
      expect(add(early, span)).toBeLessThanOrEqual(add(late, span));
      expect(add(a, span)).toBeLessThanOrEqual(add(a, span + more));
    }));

  it("is counted piece by piece", () =>
    property(
      [instants, instants, instants],
      (a, b, c) => expect(count(a, b) + count(b, c)).toBeCloseTo(count(a, c), 6),
      20,
    ));

  it("ends while people work: the minute before counts", () =>
    property([instants, spanMinutes], (from, span) => {
      const dueAt = add(from, span);
      expect(count(dueAt - 60_000, dueAt)).toBeGreaterThan(0);
    }));

  it("has a trace without gap or overlap that sums to the minutes", () =>
    property([instants, spanMinutes], (instant, span) => {
      const forward = addWorkingTime(defaultCalendar, instant, span);
      expectCover(forward.trace, instant, forward.dueAt, span);
      const backward = subtractWorkingTime(defaultCalendar, instant, span);
      expectCover(backward.trace, backward.at, instant, span);
    }));

  it("says provisional exactly if the span touches 2027 or later", () =>
    property([instants, spanMinutes], (from, span) => {
      const { dueAt, provisional } = addWorkingTime(defaultCalendar, from, span);
      expect(provisional).toBe(dueAt > Date.parse("2027-01-01T00:00:00+08:00"));
    }));
});
