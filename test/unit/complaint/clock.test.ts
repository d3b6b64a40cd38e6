import { describe, expect, test } from "vitest";
import {
  clockView,
  meetClock,
  nextRung,
  pauseClock,
  remainingMinutes,
  replanClock,
  reprioritise,
  resumeClock,
  ringClock,
  shareAt,
  startClock,
} from "../../../functions/complaint/clock-rules.ts";
import type { Clock, ClockKind, Level, Priority } from "../../../functions/complaint/model.ts";
import { COMPLAINT_POLICY as POLICY } from "../../../functions/policy/shipped.ts";
import { defaultCalendar, withYears } from "../../../functions/shared/calendar/index.ts";
import { toApi } from "../../../functions/shared/clock.ts";
import { COMPLAINT_ID } from "./sample.ts";

const ms = (local: string) => Date.parse(`${local}${local.length === 16 ? ":00" : ""}+08:00`);
const local = (at: string | null | undefined) => (at ? toApi(at).slice(0, 16) : at);

function start(at: string, priority: Priority = "P3", kind: ClockKind = "resolve", level: Level = 0): Clock {
  const one = { caseId: COMPLAINT_ID, kind, round: 1, priority, level, startedAt: ms(at) };
  return startClock(one, POLICY, defaultCalendar);
}
const pause = (clock: Clock, at: string) => pauseClock(clock, defaultCalendar, ms(at));
const resume = (clock: Clock, at: string) => resumeClock(clock, defaultCalendar, ms(at));
const meet = (clock: Clock, at: string) => meetClock(clock, defaultCalendar, ms(at));
const regrade = (clock: Clock, priority: Priority, at: string) =>
  reprioritise(clock, priority, POLICY, defaultCalendar, ms(at));

describe("when a clock is due", () => {
  test.each([
    // The mock-up's example: two working days from Tuesday 16:10.
    ["2026-12-01T16:10", "P2", "resolve", "2026-12-03T16:10"],
    // Before the National Day of 2026, with the working weekend of 10 October behind it.
    ["2026-09-30T17:00", "P2", "respond", "2026-10-08T10:00"],
    ["2026-10-09T17:00", "P2", "respond", "2026-10-10T10:00"],
    // Ends exactly at closing time.
    ["2026-12-01T09:00", "P1", "resolve", "2026-12-01T18:00"],
    // New Year's Day 2027 is a Friday; then comes a weekend.
    ["2026-12-31T17:30", "P1", "respond", "2027-01-04T09:30"],
    ["2026-12-05T11:00", "P1", "acknowledge", "2026-12-07T09:15"],
  ] as const)("%s %s %s: %s", (at, priority, kind, due) => {
    expect(local(start(at, priority, kind).dueAt)).toBe(due);
  });

  test("seconds count as clients read them", () => {
    const clock = startClock(
      {
        caseId: COMPLAINT_ID,
        kind: "respond",
        round: 1,
        priority: "P1",
        level: 0,
        startedAt: ms("2026-12-01T10:00:05") + 678,
      },
      POLICY,
      defaultCalendar,
    );
    expect(clock.startedAt).toBe("2026-12-01T02:00:05.000Z");
    expect(clock.dueAt).toBe("2026-12-01T03:00:05.000Z");
  });

  test("counting beyond the published years is provisional", () => {
    expect(start("2026-12-31T17:30", "P1", "respond").provisional).toBe(true);
    expect(start("2026-12-01T10:00", "P1", "respond").provisional).toBe(false);
  });
});

describe("a pause", () => {
  test("over a night and a weekend adds nothing but its working time", () => {
    const paused = pause(start("2026-12-04T10:00", "P1"), "2026-12-04T16:00");
    expect(paused).toMatchObject({ status: "paused", dueAt: null });
    expect(remainingMinutes(paused, defaultCalendar, ms("2026-12-07T09:00"))).toBe(180);
    const on = resume(paused, "2026-12-07T10:00");
    // Two hours of Friday and one of Monday were lost: Monday 11:00 becomes 14:00.
    expect(local(start("2026-12-04T10:00", "P1").dueAt)).toBe("2026-12-07T10:00");
    expect(local(on.dueAt)).toBe("2026-12-07T14:00");
    expect(on.trace.map(({ minutes, reason }) => [reason, minutes])).toEqual([
      ["open", 120],
      ["lunch", 0],
      ["open", 180],
      ["paused", 0],
      ["open", 120],
      ["lunch", 0],
      ["open", 60],
    ]);
  });

  test("twice does nothing, nor does resuming what runs", () => {
    const paused = pause(start("2026-12-01T10:00"), "2026-12-01T11:00");
    expect(pause(paused, "2026-12-01T11:30")).toBe(paused);
    const running = start("2026-12-01T10:00");
    expect(resume(running, "2026-12-01T11:30")).toBe(running);
  });

  test("never stops the acknowledgement", () => {
    const clock = start("2026-12-01T10:00", "P3", "acknowledge");
    expect(pause(clock, "2026-12-01T10:10")).toBe(clock);
  });

  test("comes too late for a breach, whether or not a timer came by", () => {
    const late = pause(start("2026-12-01T10:00", "P1", "respond"), "2026-12-01T15:00");
    expect(late).toMatchObject({ status: "breached" });
    expect(local(late.dueAt)).toBe("2026-12-01T11:00");
    expect(local(late.breachedAt)).toBe("2026-12-01T11:00");
    // The rungs above stop, and go on after it.
    expect(late.rungs.map(({ share, at }) => [share, local(at)])).toEqual([
      [75, "2026-12-01T10:45"],
      [100, "2026-12-01T11:00"],
      [125, "2026-12-01T11:15"],
      [150, "2026-12-01T11:30"],
      [175, "2026-12-01T11:45"],
    ]);
    const early = pause(start("2026-12-01T10:00", "P1", "respond"), "2026-12-01T11:05");
    expect(early.rungs.map(({ at }) => local(at)).slice(2)).toEqual([null, null, null]);
    expect(
      resume(early, "2026-12-01T14:05")
        .rungs.map(({ at }) => local(at))
        .slice(2),
    ).toEqual(["2026-12-01T14:15", "2026-12-01T14:30", "2026-12-01T14:45"]);
    expect(resume(early, "2026-12-01T14:05").status).toBe("breached");
  });

  test("that lasts is shown up to now", () => {
    const paused = pause(start("2026-12-01T10:00"), "2026-12-01T11:00");
    const view = clockView(paused, defaultCalendar, ms("2026-12-01T17:00"));
    expect(view).toMatchObject({ status: "paused", dueAt: null, remainingMinutes: 1380 });
    expect(view.trace.at(-1)).toEqual({
      from: "2026-12-01T11:00:00+08:00",
      to: "2026-12-01T17:00:00+08:00",
      minutes: 0,
      reason: "paused",
      provisional: false,
    });
  });
});

describe("a new priority", () => {
  test("counts from the same start with the same pauses", () => {
    const clock = resume(pause(start("2026-12-01T10:00", "P3"), "2026-12-01T11:00"), "2026-12-01T15:00");
    const raised = regrade(clock, "P1", "2026-12-01T16:00");
    // 480 minutes with the three working hours of the pause: Tuesday 10:00 + 11 working hours.
    expect(local(raised.dueAt)).toBe("2026-12-02T14:00");
    expect(raised).toMatchObject({ priority: "P1", minutes: 480, status: "running" });
    expect(raised.earlier).toMatchObject([{ dueAt: clock.dueAt, reason: "priority" }]);
    expect(regrade(raised, "P3", "2026-12-01T16:00").dueAt).toBe(clock.dueAt);
  });

  test("may find that it is late already, since now", () => {
    const late = regrade(start("2026-12-01T09:00", "P4", "respond"), "P1", "2026-12-01T14:00");
    expect(late.status).toBe("breached");
    expect(local(late.dueAt)).toBe("2026-12-01T10:00");
    expect(local(late.breachedAt)).toBe("2026-12-01T14:00");
  });

  test("in a pause too", () => {
    const paused = pause(start("2026-12-01T09:00", "P4", "respond"), "2026-12-01T14:00");
    const late = regrade(paused, "P1", "2026-12-01T15:00");
    expect(late).toMatchObject({ status: "breached", dueAt: "2026-12-01T02:00:00.000Z" });
  });

  test("leaves a breach a breach, and what was met as it was", () => {
    const late = pause(start("2026-12-01T09:00", "P1", "respond"), "2026-12-01T14:00");
    expect(regrade(late, "P4", "2026-12-01T14:05")).toBe(late);
    expect(regrade(start("2026-12-01T09:00", "P1", "respond"), "P4", "2026-12-01T14:05")).toMatchObject({
      status: "breached",
      breachedAt: late.breachedAt,
      priority: "P1",
    });
    const met = meet(start("2026-12-01T09:00"), "2026-12-01T09:30");
    expect(regrade(met, "P1", "2026-12-01T14:05")).toBe(met);
  });
});

describe("met", () => {
  test("in time, at the last instant, and late", () => {
    const clock = start("2026-12-01T09:00", "P1", "respond");
    expect(meet(clock, "2026-12-01T09:30")).toMatchObject({ status: "met", breachedAt: null });
    expect(meet(clock, "2026-12-01T10:00")).toMatchObject({ status: "met" });
    const late = meet(clock, "2026-12-01T10:30");
    expect(late).toMatchObject({ status: "breached", breachedAt: clock.dueAt });
    expect(local(late.metAt)).toBe("2026-12-01T10:30");
    expect(remainingMinutes(late, defaultCalendar, ms("2026-12-05T10:30"))).toBe(-30);
    expect(meet(late, "2026-12-01T11:30")).toBe(late);
    expect(nextRung(late)).toBeNull();
  });

  test("ends a pause", () => {
    const met = meet(pause(start("2026-12-01T09:00"), "2026-12-01T10:00"), "2026-12-01T11:00");
    expect(met.status).toBe("met");
    expect(met.pauses).toMatchObject([{ to: met.metAt }]);
  });
});

describe("the ladder", () => {
  test("percentages of working time, each once, in order", () => {
    let clock = start("2026-12-31T17:00", "P1", "respond");
    const rang = [];
    for (let rung = nextRung(clock); rung; rung = nextRung(clock)) {
      expect(ringClock(clock, rung.share, Date.parse(rung.at) - 1)).toBeNull();
      const ring = ringClock(clock, rung.share, Date.parse(rung.at));
      expect(ring).not.toBeNull();
      clock = ring?.clock ?? clock;
      expect(ringClock(clock, rung.share, Date.parse(rung.at))).toBeNull();
      rang.push([rung.act, rung.tell, local(rung.at), clock.status]);
    }
    expect(rang).toEqual([
      ["warn", "handler", "2026-12-31T17:45", "running"],
      ["breach", "handler", "2026-12-31T18:00", "breached"],
      ["climb", "aftersales_lead", "2027-01-04T09:15", "breached"],
      ["climb", "service_manager", "2027-01-04T09:30", "breached"],
      ["climb", "general_manager", "2027-01-04T09:45", "breached"],
    ]);
  });

  test("leaves out the levels that have the case already", () => {
    const tells = (level: Level) =>
      start("2026-12-01T10:00", "P2", "resolve", level).rungs.map(({ tell }) => tell);
    expect(tells(1)).toEqual(["handler", "handler", "service_manager", "general_manager"]);
    expect(tells(2)).toEqual(["handler", "handler", "general_manager"]);
    expect(tells(3)).toEqual(["handler", "handler"]);
  });

  test("an acknowledgement that was missed is recorded and told nobody", () => {
    expect(start("2026-12-01T10:00", "P2", "acknowledge").rungs).toMatchObject([
      { share: 100, act: "breach", tell: null },
    ]);
  });

  test("untouched at half of the first response", () => {
    const at = shareAt(start("2026-12-01T11:30", "P2", "respond"), POLICY.untouchedShare, defaultCalendar);
    expect(at).toBe(ms("2026-12-01T13:30"));
  });
});

describe("a year is published", () => {
  const published = (daysOff: string[], workingWeekends: string[] = []) =>
    withYears(defaultCalendar, [
      { year: 2027, status: "official", notice: "国办发明电〔2026〕7号", daysOff, workingWeekends },
    ]);
  const replan = (clock: Clock, calendar: ReturnType<typeof published>, at: string) =>
    replanClock(clock, POLICY, calendar, ms(at));

  test("moves what is due, keeps what was due before, and is provisional no longer", () => {
    const clock = start("2026-12-31T16:00", "P2", "resolve");
    const moved = replan(clock, published(["2027-01-01", "2027-01-04"]), "2026-12-31T17:00");
    expect([local(clock.dueAt), local(moved.dueAt)]).toEqual(["2027-01-05T16:00", "2027-01-06T16:00"]);
    expect(moved.provisional).toBe(false);
    expect(moved.earlier).toMatchObject([{ dueAt: clock.dueAt, reason: "calendar" }]);
    expect(moved.minutes).toBe(960);
  });

  test("never to less than four working hours from now; what that adds is counted", () => {
    // Saturday 2 and Sunday 3 January turn out to be working days.
    const clock = start("2026-12-31T16:00", "P2", "resolve");
    const moved = replan(clock, published(["2027-01-01"], ["2027-01-02", "2027-01-03"]), "2027-01-03T15:00");
    expect(local(moved.dueAt)).toBe("2027-01-04T10:00");
    expect(moved.minutes).toBe(1140);
    expect(moved.trace.reduce((sum, { minutes }) => sum + minutes, 0)).toBe(1140);
  });

  test("a breach stays with its due time, what is met stays as it was", () => {
    const clock = start("2026-12-31T16:00", "P1", "respond");
    const late = replan(clock, published(["2027-01-01", "2027-01-04"]), "2026-12-31T17:30");
    expect(late).toMatchObject({ status: "breached", dueAt: clock.dueAt, earlier: [] });
    const met = meet(clock, "2026-12-31T16:10");
    expect(replan(met, published([]), "2027-01-01T10:00")).toBe(met);
  });

  test("a clock that does not touch it is the same object", () => {
    const clock = start("2026-12-01T10:00", "P1", "respond");
    expect(replan(clock, published(["2027-01-01"]), "2026-12-01T10:10")).toBe(clock);
  });
});
