/** Open steps by a newly published year: any opening, any length, any year, any moment. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REPLAN_FLOOR, replanStep } from "../../../functions/calendar/replan-rules.ts";
import type { Step } from "../../../functions/case/model.ts";
import { addDays, dayOfDate, isWeekend } from "../../../functions/shared/calendar/dates.ts";
import {
  addWorkingTime,
  countWorkingMinutes,
  defaultCalendar,
  type Segment,
  withYears,
} from "../../../functions/shared/calendar/index.ts";
import { stamp } from "../../../functions/shared/clock.ts";
import { planLadder } from "../../../functions/step/rules.ts";

const ms = (text: string) => Date.parse(`${text}+08:00`);

function opened(at: number, minutes: number): Step {
  const { dueAt, trace, provisional, ladder } = planLadder(defaultCalendar, at, minutes);
  const step = { openedAt: stamp(at), dueAt: stamp(dueAt), dueTrace: trace, provisional, ladder };
  return step as unknown as Step;
}

const published = (daysOff: string[], workingWeekends: string[] = []) =>
  withYears(defaultCalendar, [{ year: 2027, status: "official", notice: "通知", daysOff, workingWeekends }]);

const minutesIn = (step: Step): number =>
  (step.dueTrace as Segment[]).reduce((sum, segment) => sum + segment.minutes, 0);

describe("a step that waits over New Year", () => {
  // Thursday 31 December, 17:00: one hour that day, seven in 2027.
  const step = opened(ms("2026-12-31T17:00:00"), 480);

  test("is due on the working weekend that the notice made, with a trace that says so", () => {
    expect(step.provisional).toBe(true);
    expect(step.dueAt).toBe(stamp(ms("2027-01-04T17:00:00")));
    const moved = replanStep(step, {
      calendar: published(["2027-01-01"], ["2027-01-03"]),
      next: 0,
      at: ms("2026-12-31T17:30:00"),
    });
    expect(moved.dueAt).toBe(stamp(ms("2027-01-03T17:00:00")));
    expect(moved.provisional).toBe(false);
    expect(minutesIn(moved)).toBe(480);
    expect(moved.ladder.map((rung) => rung.at)).toEqual(
      [ms("2027-01-03T12:00:00"), ms("2027-01-03T17:00:00")]
        .concat(ms("2027-01-04T17:00:00"), ms("2027-01-05T17:00:00"), ms("2027-01-14T17:00:00"))
        .map(stamp),
    );
  });

  test("that is due already stays due; what has not rung goes by the new year", () => {
    const at = ms("2027-01-04T17:30:00");
    const moved = replanStep(step, { calendar: published(["2027-01-01", "2027-01-05"]), next: 2, at });
    expect([moved.dueAt, moved.dueTrace, moved.provisional]).toEqual([step.dueAt, step.dueTrace, true]);
    expect(moved.ladder.slice(0, 2)).toEqual(step.ladder.slice(0, 2));
    expect(moved.ladder[2]?.at).toBe(stamp(ms("2027-01-06T17:00:00")));
  });

  test("never comes nearer than four working hours", () => {
    const at = ms("2027-01-03T14:00:00");
    const moved = replanStep(step, { calendar: published(["2027-01-01"], ["2027-01-02"]), next: 0, at });
    expect(moved.dueAt).toBe(stamp(ms("2027-01-04T14:00:00")));
    expect(minutesIn(moved)).toBe(
      countWorkingMinutes(published(["2027-01-01"], ["2027-01-02"]), ms("2026-12-31T17:00:00"), at) +
        REPLAN_FLOOR,
    );
  });

  test("counted for a reason of its own is left alone", () => {
    const own = { ...step, dueTrace: [], ladder: [] };
    expect(replanStep(own, { calendar: published([]), next: 0, at: ms("2026-12-31T17:30:00") })).toBe(own);
  });
});

const START = dayOfDate("2026-12-20");
const dateIn2027 = fc.integer({ min: 0, max: 89 }).map((day) => addDays("2027-01-01", day));
const schedule = fc
  .record({
    off: fc.uniqueArray(dateIn2027, { maxLength: 20 }),
    work: fc.uniqueArray(dateIn2027, { maxLength: 10 }),
  })
  .map(({ off, work }) =>
    published(off.sort(), work.filter((date) => isWeekend(dayOfDate(date)) && !off.includes(date)).sort()),
  );
const any = fc.record({
  openedAt: fc.integer({ min: 0, max: 40 * 1440 }).map((minute) => (START * 1440 + minute) * 60_000),
  minutes: fc.constantFrom(60, 480, 960, 1440, 2400),
  later: fc.integer({ min: 0, max: 20 * 1440 }).map((minute) => minute * 60_000),
  calendars: fc.array(schedule, { minLength: 1, maxLength: 3 }),
  next: fc.integer({ min: 0, max: 4 }),
});

test("no working time is lost or invented, nothing comes nearer than the floor, and twice is once", () => {
  fc.assert(
    fc.property(any, ({ openedAt, minutes, later, calendars, next }) => {
      let step = opened(openedAt, minutes);
      for (const calendar of calendars) {
        const at = openedAt + later;
        const moved = replanStep(step, { calendar, next, at });
        expect(replanStep(moved, { calendar, next, at: at + 60_000 })).toBe(moved);
        const due = Date.parse(step.dueAt);
        const floor = addWorkingTime(
          calendar,
          openedAt,
          countWorkingMinutes(calendar, openedAt, at) + REPLAN_FLOOR,
        ).dueAt;
        if (due <= at) expect(moved.dueAt).toBe(step.dueAt);
        else if (moved.dueAt !== step.dueAt) expect(Date.parse(moved.dueAt)).toBeGreaterThanOrEqual(floor);
        if (due > at) {
          const counted = minutesIn(moved);
          expect(addWorkingTime(calendar, openedAt, counted).dueAt).toBe(Date.parse(moved.dueAt));
          expect(counted).toBeGreaterThanOrEqual(minutesIn(step));
        }
        const kept = moved.ladder.slice(0, next);
        expect(kept).toEqual(step.ladder.slice(0, next));
        for (const [index, rung] of moved.ladder.entries())
          if (index >= next && rung.at !== step.ladder[index]?.at && rung.share === undefined)
            expect(Date.parse(rung.at)).toBeGreaterThanOrEqual(floor);
        step = moved;
      }
    }),
  );
});
