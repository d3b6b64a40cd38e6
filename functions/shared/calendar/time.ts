/**
 * Adding, subtracting and counting working time (contracts/complaints.md "Working time and clocks"). Everything is
 * integer milliseconds inside; minutes and ISO texts exist only at the edge.
 */

import { DAY_MS, dateOfDay, dayOf, startOf, toIso } from "./dates.ts";
import { classify } from "./day.ts";
import { parseHours } from "./hours.ts";
import type { Segment, WorkingCalendar } from "./model.ts";

const MINUTE_MS = 60_000;

type Reason = Exclude<Segment["reason"], "paused">;
/** Part of a day, in epoch milliseconds. */
type Span = { from: number; to: number; reason: Reason; provisional: boolean };

/**
 * The instant at which so much working time has passed since `from`.
 *
 * A count that starts outside working time starts at the next opening; one that ends exactly at a closing time ends
 * there. Zero minutes are due at `from` itself. `trace` covers `from` to `dueAt` in order, without gap or overlap;
 * its minutes sum to `minutes`; neighbours of one reason are one segment.
 * @param from epoch milliseconds
 * @param minutes working minutes, 0 or more; fractions are rounded to the millisecond
 * @returns `provisional`: a day of a provisional year was part of the span
 * @throws Refusal 400 `calendar_out_of_range` if the span leaves 2020–2100; RangeError for other arguments.
 */
export function addWorkingTime(
  calendar: WorkingCalendar,
  from: number,
  minutes: number,
): { dueAt: number; provisional: boolean; trace: Segment[] } {
  let left = milliseconds(minutes);
  let at = instant(from);
  const dayOfSpans = spansOfDays(calendar);
  const spans: Span[] = [];
  for (let day = dayOf(from); left > 0; day++) {
    for (const span of dayOfSpans(day)) {
      if (span.to <= at || left === 0) continue;
      const to = isOpen(span) ? Math.min(span.to, at + left) : span.to;
      if (isOpen(span)) left -= to - at;
      spans.push({ ...span, from: at, to });
      at = to;
    }
  }
  return { dueAt: at, ...traceOf(spans) };
}

/**
 * The mirror of `addWorkingTime`: the instant from which so much working time passes until `to`. A count that ends
 * outside working time is taken back from the last closing; one that begins exactly at an opening begins there.
 * `trace` runs forward, from `at` to `to`.
 */
export function subtractWorkingTime(
  calendar: WorkingCalendar,
  to: number,
  minutes: number,
): { at: number; provisional: boolean; trace: Segment[] } {
  let left = milliseconds(minutes);
  let at = instant(to);
  const dayOfSpans = spansOfDays(calendar);
  const spans: Span[] = [];
  // The day of the last millisecond before `to`: at midnight that is the day that ends.
  for (let day = dayOf(to - 1); left > 0; day--) {
    for (const span of dayOfSpans(day).reverse()) {
      if (span.from >= at || left === 0) continue;
      const from = isOpen(span) ? Math.max(span.from, at - left) : span.from;
      if (isOpen(span)) left -= at - from;
      spans.push({ ...span, from, to: at });
      at = from;
    }
  }
  return { at, ...traceOf(spans.reverse()) };
}

/**
 * Working minutes between two instants, exact to the millisecond, hence possibly fractional; negative if `to` lies
 * before `from`.
 * @throws Refusal 400 `calendar_out_of_range` if the span leaves 2020–2100; RangeError for other arguments.
 */
export function countWorkingMinutes(calendar: WorkingCalendar, from: number, to: number): number {
  if (instant(to) < instant(from)) return 0 - countWorkingMinutes(calendar, to, from);
  const dayOfSpans = spansOfDays(calendar);
  let total = 0;
  for (let day = dayOf(from); startOf(day) < to; day++)
    for (const span of dayOfSpans(day))
      if (isOpen(span)) total += Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));
  return total / MINUTE_MS;
}

/** A function that cuts a day into spans, in order, from midnight to midnight. Hours are parsed once per count. */
function spansOfDays(calendar: WorkingCalendar): (day: number) => Span[] {
  const hours = parseHours(calendar.hours);
  return (day) => {
    const { kind, provisional } = classify(calendar, dateOfDay(day), day);
    const midnight = startOf(day);
    if (kind === "weekend" || kind === "holiday")
      return [{ from: midnight, to: midnight + DAY_MS, reason: kind, provisional }];
    const spans: Span[] = [];
    let closed = midnight;
    const close = (until: number, reason: Reason) => {
      if (until > closed) spans.push({ from: closed, to: until, reason, provisional });
    };
    hours.forEach(([opens, closes], index) => {
      close(midnight + opens, index === 0 ? "night" : "lunch");
      const reason = kind === "adjusted" ? "adjusted-open" : "open";
      spans.push({ from: midnight + opens, to: midnight + closes, reason, provisional });
      closed = midnight + closes;
    });
    close(midnight + DAY_MS, "night");
    return spans;
  };
}

const isOpen = (span: Span): boolean => span.reason === "open" || span.reason === "adjusted-open";

function traceOf(spans: Span[]): { provisional: boolean; trace: Segment[] } {
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last?.reason === span.reason && last.provisional === span.provisional) last.to = span.to;
    else merged.push(span);
  }
  const trace = merged.map((span): Segment => {
    const minutes = isOpen(span) ? (span.to - span.from) / MINUTE_MS : 0;
    const segment = { from: toIso(span.from), to: toIso(span.to), minutes, reason: span.reason };
    return span.provisional ? { ...segment, provisional: true } : segment;
  });
  return { provisional: spans.some((span) => span.provisional), trace };
}

function instant(ms: number): number {
  if (!Number.isSafeInteger(ms)) throw new RangeError(`Not an instant in whole milliseconds: ${ms}`);
  return ms;
}

function milliseconds(minutes: number): number {
  const ms = Math.round(minutes * MINUTE_MS);
  if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`Not a working time in minutes: ${minutes}`);
  return ms;
}
