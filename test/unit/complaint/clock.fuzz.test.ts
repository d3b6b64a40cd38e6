/**
 * Clocks against a counter that looks at every single minute. Whatever happens to a clock, in whatever order, the working
 * minutes between its start and its due time, less its pauses, are its minutes.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clockView,
  meetClock,
  pauseClock,
  remainingMinutes,
  replanClock,
  reprioritise,
  resumeClock,
  ringClock,
  spentMinutes,
  startClock,
} from "../../../functions/complaint/clock-rules.ts";
import { type Clock, PRIORITIES } from "../../../functions/complaint/model.ts";
import { COMPLAINT_POLICY as POLICY } from "../../../functions/policy/shipped.ts";
import {
  dateOf,
  dayKind,
  defaultCalendar,
  type WorkingCalendar,
  withYears,
} from "../../../functions/shared/calendar/index.ts";
import { COMPLAINT_ID } from "./sample.ts";

const MINUTE = 60_000;
const at = (instant: string) => Date.parse(instant);

/** 2026 is published, 2027 is not: edits of that year are what happens. */
const FROM = at("2026-12-21T00:00:00+08:00");

type Edit = { daysOff: string[]; workingWeekends: string[] };
const edited = ({ daysOff, workingWeekends }: Edit): WorkingCalendar =>
  withYears(defaultCalendar, [
    { year: 2027, status: "official", notice: "国办发明电", daysOff, workingWeekends },
  ]);

const JANUARY = Array.from({ length: 20 }, (_, day) => `2027-01-${String(day + 1).padStart(2, "0")}`);
const isWeekend = (date: string) => [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
const edits = fc.record({
  daysOff: fc.subarray(JANUARY.filter((date) => !isWeekend(date))),
  workingWeekends: fc.subarray(JANUARY.filter(isWeekend)),
});

type Op =
  | { op: "pause" | "resume" | "meet" | "ring" }
  | { op: "priority"; priority: (typeof PRIORITIES)[number] }
  | { op: "edit"; edit: Edit };
const ops: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ op: "pause" } as Op) },
  { weight: 4, arbitrary: fc.constant({ op: "resume" } as Op) },
  { weight: 1, arbitrary: fc.constant({ op: "meet" } as Op) },
  { weight: 2, arbitrary: fc.constant({ op: "ring" } as Op) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...PRIORITIES).map((priority): Op => ({ op: "priority", priority })),
  },
  { weight: 2, arbitrary: edits.map((edit): Op => ({ op: "edit", edit })) },
);

/** What happened to a clock: each thing so many minutes after the one before. */
const lives = fc.record({
  startsAt: fc.integer({ min: 0, max: 20 * 1440 }),
  kind: fc.constantFrom("respond" as const, "resolve" as const, "acknowledge" as const),
  priority: fc.constantFrom(...PRIORITIES),
  happens: fc.array(fc.tuple(fc.integer({ min: 0, max: 1500 }), ops), { maxLength: 12 }),
});
type Life = typeof lives extends fc.Arbitrary<infer T> ? T : never;

/** Lives a life; `see` is shown the clock after each event, with what it was before. */
function live(
  life: Life,
  see: (clock: Clock, now: number, calendar: WorkingCalendar, before: Clock, op: Op) => void,
) {
  let now = FROM + life.startsAt * MINUTE;
  let calendar: WorkingCalendar = defaultCalendar;
  const { kind, priority } = life;
  const start = { caseId: COMPLAINT_ID, kind, round: 1, priority, level: 0 as const, startedAt: now };
  let clock = startClock(start, POLICY, calendar);
  see(clock, now, calendar, clock, { op: "ring" });
  for (const [later, op] of life.happens) {
    now += later * MINUTE;
    const before = clock;
    if (op.op === "pause") clock = pauseClock(clock, calendar, now);
    if (op.op === "resume") clock = resumeClock(clock, calendar, now);
    if (op.op === "meet") clock = meetClock(clock, calendar, now);
    if (op.op === "priority") clock = reprioritise(clock, op.priority, POLICY, calendar, now);
    if (op.op === "ring") clock = ringClock(clock, 100, now)?.clock ?? clock;
    if (op.op === "edit") {
      calendar = edited(op.edit);
      clock = replanClock(clock, POLICY, calendar, now);
    }
    see(clock, now, calendar, before, op);
  }
}

/** Working minutes between two instants outside the pauses, one minute after the other. */
function naive(calendar: WorkingCalendar, from: number, to: number, pauses: Clock["pauses"]): number {
  let sum = 0;
  const kinds = new Map<string, readonly (readonly [string, string])[]>();
  for (let minute = from; minute < to; minute += MINUTE) {
    const date = dateOf(minute);
    if (!kinds.has(date)) kinds.set(date, dayKind(calendar, date).intervals);
    const time = new Date(minute + 8 * 3_600_000).toISOString().slice(11, 16);
    const isOpen = kinds.get(date)?.some(([opens, closes]) => opens <= time && time < closes);
    const isPaused = pauses.some(
      (pause) => at(pause.from) <= minute && (pause.to === null || minute < at(pause.to)),
    );
    if (isOpen && !isPaused) sum++;
  }
  return sum;
}

const property = (check: (life: Life) => void, numRuns = 150) =>
  fc.assert(
    fc.property(lives, (life) => {
      check(life);
    }),
    { numRuns },
  );

/** Met or breached clocks keep what they were judged by, even when a calendar is edited afterwards. */
const isJudged = (clock: Clock) => clock.metAt !== null || clock.status === "breached";

describe("a clock with any sequence of pauses, priorities and calendar edits", () => {
  test("is due when its minutes of working time outside the pauses are over", () =>
    property((life) =>
      live(life, (clock, _now, calendar) => {
        if (clock.dueAt === null || isJudged(clock)) return;
        expect(naive(calendar, at(clock.startedAt), at(clock.dueAt), clock.pauses)).toBe(clock.minutes);
        // Not a minute later than that.
        expect(naive(calendar, at(clock.dueAt) - MINUTE, at(clock.dueAt), clock.pauses)).toBe(1);
      }),
    ));

  test("has as much left as the counter says", () =>
    property((life) =>
      live(life, (clock, now, calendar) => {
        if (clock.metAt !== null) return;
        const spent = naive(calendar, at(clock.startedAt), now, clock.pauses);
        expect(spentMinutes(clock, calendar, now)).toBe(spent);
        expect(remainingMinutes(clock, calendar, now)).toBe(clock.minutes - spent);
      }),
    ));

  test("explains itself from start to due without gap or overlap, and the minutes sum up", () =>
    property((life) =>
      live(life, (clock, now, calendar) => {
        const { trace, startedAt, dueAt, minutes } = clockView(clock, calendar, now);
        const end = dueAt === null ? now : at(dueAt);
        if (end > at(startedAt)) {
          expect(at(trace[0]?.from ?? "")).toBe(at(startedAt));
          expect(at(trace.at(-1)?.to ?? "")).toBe(end);
        }
        trace.slice(1).forEach((segment, index) => {
          expect(segment.from).toBe(trace[index]?.to);
        });
        for (const segment of trace) {
          const length = (at(segment.to) - at(segment.from)) / MINUTE;
          expect(length).toBeGreaterThan(0);
          expect(segment.minutes).toBe(segment.reason.endsWith("open") ? length : 0);
        }
        const sum = trace.reduce((total, segment) => total + segment.minutes, 0);
        if (dueAt !== null) expect(sum).toBe(minutes);
        else if (!isJudged(clock)) expect(sum).toBe(spentMinutes(clock, calendar, now));
      }),
    ));

  test("never forgets a breach, and never lets a due time pass in silence", () =>
    property((life) =>
      live(life, (clock, now, calendar, before, op) => {
        if (before.status === "breached")
          expect(clock).toMatchObject({ status: "breached", breachedAt: before.breachedAt });
        if (before.metAt !== null) expect(clock).toBe(before);
        const view = clockView(clock, calendar, now);
        const isLate = view.dueAt !== null && at(view.dueAt) <= now && view.status !== "met";
        if (isLate) expect(view.status).toBe("breached");
        expect(view.status === "paused").toBe(view.dueAt === null);
        if (op.op === "resume" || op.op === "meet") expect(clock.pauses.every(({ to }) => to)).toBe(true);
      }),
    ));

  test("is moved by a published year to no less than four working hours from then", () =>
    property((life) =>
      live(life, (clock, now, calendar, before, op) => {
        if (op.op !== "edit" || clock.dueAt === before.dueAt || clock.dueAt === null) return;
        expect(naive(calendar, now, at(clock.dueAt), [])).toBeGreaterThanOrEqual(POLICY.replanFloor);
        expect(clock.earlier.at(-1)).toMatchObject({ dueAt: before.dueAt, reason: "calendar" });
      }),
    ));

  test("the order of pause and priority does not matter", () => {
    fc.assert(
      fc.property(
        lives,
        fc.constantFrom(...PRIORITIES),
        fc.nat(400),
        fc.nat(2000),
        (life, priority, a, b) => {
          const now = FROM + life.startsAt * MINUTE;
          const one = { ...life, caseId: COMPLAINT_ID, round: 1, level: 0 as const, startedAt: now };
          const clock = startClock({ ...one, kind: "resolve" }, POLICY, defaultCalendar);
          const [from, to] = [now + a * MINUTE, now + (a + b) * MINUTE];
          const held = (c: Clock) => resumeClock(pauseClock(c, defaultCalendar, from), defaultCalendar, to);
          const graded = (c: Clock, when: number) => reprioritise(c, priority, POLICY, defaultCalendar, when);
          const first = held(graded(clock, now));
          const last = graded(held(clock), to);
          // A breach that one order saw coming and the other did not is the only difference there may be.
          if (first.status === "breached" || last.status === "breached") return;
          expect(first.dueAt).toBe(last.dueAt);
          expect(first.trace).toEqual(last.trace);
        },
      ),
      { numRuns: 200 },
    );
  });
});
