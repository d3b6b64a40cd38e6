import { describe, expect, it } from "vitest";
import {
  addWorkingTime,
  countWorkingMinutes,
  defaultCalendar,
  subtractWorkingTime,
  toIso,
  type WorkingCalendar,
  withYears,
  type YearCalendar,
} from "../../../functions/shared/calendar/index.ts";

/** `2026-09-30 17:00` in Shanghai. */
const at = (text: string): number => Date.parse(`${text.replace(" ", "T")}+08:00`);
const due = (from: string, minutes: number): string =>
  toIso(addWorkingTime(defaultCalendar, at(from), minutes).dueAt)
    .slice(0, 16)
    .replace("T", " ");
const back = (to: string, minutes: number): string =>
  toIso(subtractWorkingTime(defaultCalendar, at(to), minutes).at)
    .slice(0, 16)
    .replace("T", " ");
/** A trace in short: `from to minutes reason`. */
const short = (trace: { from: string; to: string; minutes: number; reason: string }[]): string[] =>
  trace.map(({ from, to, minutes, reason }) =>
    [from.slice(5, 16), to.slice(5, 16), minutes, reason].join(" "),
  );

describe("adding working time", () => {
  it.each([
    ["inside one interval", "2026-09-28 09:00", 60, "2026-09-28 10:00"],
    ["across lunch", "2026-09-28 11:00", 120, "2026-09-28 14:00"],
    ["to the end of the morning exactly", "2026-09-28 09:00", 180, "2026-09-28 12:00"],
    ["to the end of the day exactly", "2026-09-28 09:00", 480, "2026-09-28 18:00"],
    ["one minute more", "2026-09-28 09:00", 481, "2026-09-29 09:01"],
    ["from lunch", "2026-09-28 12:30", 15, "2026-09-28 13:15"],
    ["from before opening", "2026-09-28 07:00", 60, "2026-09-28 10:00"],
    ["from closing time", "2026-09-28 18:00", 60, "2026-09-29 10:00"],
    ["from the start of lunch", "2026-09-28 12:00", 60, "2026-09-28 14:00"],
    ["from the night", "2026-09-28 22:15", 60, "2026-09-29 10:00"],
    ["from a Sunday", "2026-09-13 10:00", 30, "2026-09-14 09:30"],
    ["across a weekend", "2026-09-11 17:00", 120, "2026-09-14 10:00"],
    ["on a working Saturday", "2026-10-10 09:30", 60, "2026-10-10 10:30"],
    ["into a working Sunday", "2026-09-18 17:00", 120, "2026-09-20 10:00"],
    ["over National Day 2026", "2026-09-30 17:00", 480, "2026-10-08 17:00"],
    ["over National Day 2026 and through its working Saturday", "2026-09-30 09:00", 2400, "2026-10-12 18:00"],
    ["over the Spring Festival from its working Saturday", "2026-02-14 17:30", 60, "2026-02-24 09:30"],
    ["from inside the Spring Festival", "2026-02-18 10:00", 1, "2026-02-24 09:01"],
    ["over the provisional Spring Festival 2027", "2027-02-04 17:00", 120, "2027-02-11 10:00"],
    ["over New Year 2027", "2026-12-31 17:00", 120, "2027-01-04 10:00"],
  ])("%s", (_case, from, minutes, expected) => expect(due(from, minutes)).toBe(expected));

  it("keeps the milliseconds", () => {
    const from = at("2026-09-28 11:59:59.999");
    expect(addWorkingTime(defaultCalendar, from, 1).dueAt).toBe(at("2026-09-28 13:00:59.999"));
  });

  it("is due at once after zero minutes, even at night", () => {
    const from = at("2026-09-28 22:15");
    expect(addWorkingTime(defaultCalendar, from, 0)).toEqual({ dueAt: from, provisional: false, trace: [] });
  });

  it("explains itself from start to due", () => {
    expect(addWorkingTime(defaultCalendar, at("2026-09-28 11:30"), 60)).toEqual({
      dueAt: at("2026-09-28 13:30"),
      provisional: false,
      trace: [
        { from: "2026-09-28T11:30:00+08:00", to: "2026-09-28T12:00:00+08:00", minutes: 30, reason: "open" },
        { from: "2026-09-28T12:00:00+08:00", to: "2026-09-28T13:00:00+08:00", minutes: 0, reason: "lunch" },
        { from: "2026-09-28T13:00:00+08:00", to: "2026-09-28T13:30:00+08:00", minutes: 30, reason: "open" },
      ],
    });
  });

  it("tells working weekends, holidays, weekends and nights apart in the trace", () => {
    const { trace, provisional } = addWorkingTime(defaultCalendar, at("2026-10-09 17:00"), 600);
    expect(short(trace)).toEqual([
      "10-09T17:00 10-09T18:00 60 open",
      "10-09T18:00 10-10T09:00 0 night",
      "10-10T09:00 10-10T12:00 180 adjusted-open",
      "10-10T12:00 10-10T13:00 0 lunch",
      "10-10T13:00 10-10T18:00 300 adjusted-open",
      "10-10T18:00 10-11T00:00 0 night",
      "10-11T00:00 10-12T00:00 0 weekend",
      "10-12T00:00 10-12T09:00 0 night",
      "10-12T09:00 10-12T10:00 60 open",
    ]);
    expect(provisional).toBe(false);
    expect(short(addWorkingTime(defaultCalendar, at("2026-09-30 18:00"), 1).trace)).toEqual([
      "09-30T18:00 10-01T00:00 0 night",
      "10-01T00:00 10-08T00:00 0 holiday",
      "10-08T00:00 10-08T09:00 0 night",
      "10-08T09:00 10-08T09:01 1 open",
    ]);
  });

  it("marks what a provisional year contributed, and only that", () => {
    const { trace, provisional } = addWorkingTime(defaultCalendar, at("2026-12-31 17:00"), 61);
    expect(provisional).toBe(true);
    expect(trace.map((segment) => [segment.from.slice(0, 16), segment.reason, segment.provisional])).toEqual([
      ["2026-12-31T17:00", "open", undefined],
      ["2026-12-31T18:00", "night", undefined],
      ["2027-01-01T00:00", "holiday", true],
      ["2027-01-02T00:00", "weekend", true],
      ["2027-01-04T00:00", "night", true],
      ["2027-01-04T09:00", "open", true],
    ]);
    expect(addWorkingTime(defaultCalendar, at("2026-12-31 17:00"), 60).provisional).toBe(false);
  });

  it("does not let a provisional holiday hide in an official one", () => {
    const eve: YearCalendar = {
      year: 2026,
      status: "official",
      notice: "a notice",
      daysOff: ["2026-12-31"],
      workingWeekends: [],
    };
    const { trace } = addWorkingTime(withYears(defaultCalendar, [eve]), at("2026-12-31 09:00"), 1);
    expect(trace.slice(0, 2)).toEqual([
      { from: "2026-12-31T09:00:00+08:00", to: "2027-01-01T00:00:00+08:00", minutes: 0, reason: "holiday" },
      {
        from: "2027-01-01T00:00:00+08:00",
        to: "2027-01-02T00:00:00+08:00",
        minutes: 0,
        reason: "holiday",
        provisional: true,
      },
    ]);
  });

  it("follows other hours", () => {
    const shifts: WorkingCalendar = {
      ...defaultCalendar,
      hours: [
        ["00:00", "06:00"],
        ["06:00", "08:00"],
        ["20:00", "24:00"],
      ],
    };
    expect(addWorkingTime(shifts, at("2026-09-28 05:00"), 240)).toEqual({
      dueAt: at("2026-09-28 21:00"),
      provisional: false,
      trace: [
        { from: "2026-09-28T05:00:00+08:00", to: "2026-09-28T08:00:00+08:00", minutes: 180, reason: "open" },
        { from: "2026-09-28T08:00:00+08:00", to: "2026-09-28T20:00:00+08:00", minutes: 0, reason: "lunch" },
        { from: "2026-09-28T20:00:00+08:00", to: "2026-09-28T21:00:00+08:00", minutes: 60, reason: "open" },
      ],
    });
    // Open over midnight: one segment, and Tuesday 00:00 is the end of Monday.
    expect(addWorkingTime(shifts, at("2026-09-28 21:00"), 180).dueAt).toBe(at("2026-09-29 00:00"));
    expect(short(addWorkingTime(shifts, at("2026-09-28 21:00"), 240).trace)).toEqual([
      "09-28T21:00 09-29T01:00 240 open",
    ]);
  });

  it.each([
    ["none", []],
    [
      "overlapping",
      [
        ["09:00", "12:00"],
        ["11:00", "18:00"],
      ],
    ],
    ["backwards", [["12:00", "09:00"]]],
    ["empty", [["09:00", "09:00"]]],
    ["malformed", [["9:00", "12:00"]]],
    ["beyond the day", [["09:00", "24:30"]]],
  ] as [string, WorkingCalendar["hours"]][])("refuses hours that are %s", (_case, hours) => {
    expect(() => addWorkingTime({ ...defaultCalendar, hours }, at("2026-09-28 09:00"), 1)).toThrow(
      RangeError,
    );
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d minutes", (minutes) => {
    expect(() => addWorkingTime(defaultCalendar, at("2026-09-28 09:00"), minutes)).toThrow(RangeError);
    expect(() => subtractWorkingTime(defaultCalendar, at("2026-09-28 09:00"), minutes)).toThrow(RangeError);
  });

  it("refuses what is no instant", () => {
    expect(() => addWorkingTime(defaultCalendar, Number.NaN, 1)).toThrow(RangeError);
    expect(() => subtractWorkingTime(defaultCalendar, 0.5, 1)).toThrow(RangeError);
    expect(() => countWorkingMinutes(defaultCalendar, 0, Number.NaN)).toThrow(RangeError);
  });

  it("refuses to leave 2020–2100", () => {
    const outOfRange = expect.objectContaining({ code: "calendar_out_of_range" });
    expect(() => addWorkingTime(defaultCalendar, at("2100-12-31 17:00"), 61)).toThrow(outOfRange);
    expect(() => addWorkingTime(defaultCalendar, at("2019-12-31 17:00"), 1)).toThrow(outOfRange);
    expect(() => subtractWorkingTime(defaultCalendar, at("2020-01-02 09:30"), 31)).toThrow(outOfRange);
    expect(() =>
      countWorkingMinutes(defaultCalendar, at("2100-12-31 17:00"), at("2101-01-01 09:00")),
    ).toThrow(outOfRange);
  });

  it("keeps the sum of its trace over 10,000 working hours", () => {
    const from = at("2026-09-28 09:00");
    const { trace } = addWorkingTime(defaultCalendar, from, 600_000);
    expect(trace.reduce((sum, { minutes }) => sum + minutes, 0)).toBe(600_000);
  });
});

describe("subtracting working time", () => {
  it.each([
    ["inside one interval", "2026-09-28 10:00", 60, "2026-09-28 09:00"],
    ["across lunch", "2026-09-28 14:00", 120, "2026-09-28 11:00"],
    ["from lunch", "2026-09-28 12:30", 60, "2026-09-28 11:00"],
    ["from a Sunday", "2026-09-13 10:00", 60, "2026-09-11 17:00"],
    ["from midnight", "2026-09-29 00:00", 60, "2026-09-28 17:00"],
    ["from the very end of the range", "2101-01-01 00:00", 60, "2100-12-31 17:00"],
    ["back to an opening exactly", "2026-09-14 18:00", 480, "2026-09-14 09:00"],
    ["over National Day 2026", "2026-10-08 10:00", 120, "2026-09-30 17:00"],
    ["over a working Sunday", "2026-09-21 10:00", 480, "2026-09-20 10:00"],
  ])("%s", (_case, to, minutes, expected) => expect(back(to, minutes)).toBe(expected));

  it("explains itself forward", () => {
    const { at: start, trace } = subtractWorkingTime(defaultCalendar, at("2026-09-28 13:30"), 60);
    expect(start).toBe(at("2026-09-28 11:30"));
    expect(short(trace)).toEqual([
      "09-28T11:30 09-28T12:00 30 open",
      "09-28T12:00 09-28T13:00 0 lunch",
      "09-28T13:00 09-28T13:30 30 open",
    ]);
  });

  it("covers the idle time after the last closing", () => {
    expect(short(subtractWorkingTime(defaultCalendar, at("2026-09-13 10:00"), 60).trace)).toEqual([
      "09-11T17:00 09-11T18:00 60 open",
      "09-11T18:00 09-12T00:00 0 night",
      "09-12T00:00 09-13T10:00 0 weekend",
    ]);
  });

  it("marks a provisional year", () => {
    expect(subtractWorkingTime(defaultCalendar, at("2027-01-04 09:30"), 60).provisional).toBe(true);
    expect(subtractWorkingTime(defaultCalendar, at("2026-12-31 09:30"), 60).provisional).toBe(false);
  });
});

describe("counting working minutes", () => {
  it.each([
    ["a whole day", "2026-09-28 00:00", "2026-09-29 00:00", 480],
    ["a lunch", "2026-09-28 12:00", "2026-09-28 13:00", 0],
    ["a week with a weekend", "2026-09-07 00:00", "2026-09-14 00:00", 2400],
    ["National Day 2026", "2026-10-01 00:00", "2026-10-08 00:00", 0],
    ["the week of the working Saturday", "2026-10-05 00:00", "2026-10-12 00:00", 1440],
    ["seconds", "2026-09-28 11:59:30", "2026-09-28 13:00:15", 0.75],
    ["nothing", "2026-09-28 10:00", "2026-09-28 10:00", 0],
    ["backwards", "2026-09-28 14:00", "2026-09-28 11:00", -120],
    ["nothing, backwards", "2026-09-28 13:00", "2026-09-28 12:00", 0],
  ])("%s", (_case, from, to, minutes) => {
    expect(countWorkingMinutes(defaultCalendar, at(from), at(to))).toBe(minutes);
  });
});
