import { describe, expect, it } from "vitest";
import {
  dateOf,
  dayKind,
  defaultCalendar,
  toIso,
  type WorkingCalendar,
  withYears,
  type YearCalendar,
} from "../../../functions/shared/calendar/index.ts";

const HOURS = [
  ["09:00", "12:00"],
  ["13:00", "18:00"],
];
const kindOf = (date: string) => dayKind(defaultCalendar, date).kind;

describe("a day of an official year", () => {
  it("is described with its intervals", () => {
    expect(dayKind(defaultCalendar, "2026-09-30")).toEqual({
      date: "2026-09-30",
      working: true,
      kind: "workday",
      intervals: HOURS,
      provisional: false,
    });
    expect(dayKind(defaultCalendar, "2026-10-01")).toEqual({
      date: "2026-10-01",
      working: false,
      kind: "holiday",
      intervals: [],
      provisional: false,
    });
    expect(dayKind(defaultCalendar, "2026-10-10")).toEqual({
      date: "2026-10-10",
      working: true,
      kind: "adjusted",
      intervals: HOURS,
      provisional: false,
    });
  });

  it.each([
    ["2026-01-02", "holiday"],
    ["2026-01-04", "adjusted"],
    ["2026-02-14", "adjusted"],
    ["2026-02-15", "holiday"],
    ["2026-02-23", "holiday"],
    ["2026-02-24", "workday"],
    ["2026-02-28", "adjusted"],
    ["2026-03-01", "weekend"],
    ["2026-04-06", "holiday"],
    ["2026-04-07", "workday"],
    ["2026-09-20", "adjusted"],
    ["2026-10-08", "workday"],
    ["2026-10-11", "weekend"],
    // 国办发明电〔2020〕1号: the Spring Festival of 2020 was prolonged, so 1 February was not worked after all.
    ["2020-02-01", "holiday"],
    ["2020-02-02", "holiday"],
    ["2020-02-03", "workday"],
    ["2024-06-10", "holiday"],
    ["2024-06-08", "weekend"],
    ["2025-10-08", "holiday"],
  ])("%s is a %s", (date, kind) => expect(kindOf(date)).toBe(kind));

  it("names the notice", () => {
    expect(defaultCalendar.years.get(2026)?.notice).toBe(
      "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号, 2025-11-04）",
    );
  });
});

describe("dates that are refused", () => {
  it.each(["2026-02-30", "2026-2-3", "20260203", "", "2026-13-01"])("%j is no date", (date) => {
    expect(() => dayKind(defaultCalendar, date)).toThrow(
      expect.objectContaining({ code: "invalid", fields: [{ path: "date", code: "date" }] }),
    );
  });

  it.each(["2019-12-31", "2101-01-01"])("%s is out of range", (date) => {
    expect(() => dayKind(defaultCalendar, date)).toThrow(
      expect.objectContaining({ code: "calendar_out_of_range", status: 400 }),
    );
  });

  it("takes the first and the last day of the range", () => {
    expect(kindOf("2020-01-01")).toBe("holiday");
    expect(kindOf("2100-12-31")).toBe("workday");
  });
});

describe("published years", () => {
  const year2027: YearCalendar = {
    year: 2027,
    status: "official",
    notice: "a notice",
    daysOff: ["2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"],
    workingWeekends: ["2026-12-27", "2027-01-09"],
  };
  const published = withYears(defaultCalendar, [year2027]);

  it("replace the provisional year and leave the calendar they came to alone", () => {
    expect(dayKind(published, "2027-01-09")).toMatchObject({ kind: "adjusted", provisional: false });
    expect(dayKind(published, "2027-02-08")).toMatchObject({ kind: "workday", provisional: false });
    expect(dayKind(defaultCalendar, "2027-01-09")).toMatchObject({ kind: "weekend", provisional: true });
  });

  it("may decide days of the December before", () => {
    expect(dayKind(published, "2026-12-31").kind).toBe("holiday");
    expect(dayKind(published, "2026-12-27").kind).toBe("adjusted");
    expect(dayKind(published, "2026-12-30").kind).toBe("workday");
    expect(dayKind(defaultCalendar, "2026-12-31").kind).toBe("workday");
  });

  it("replace an official year, which an amended notice needs", () => {
    const amended = { ...defaultCalendar.years.get(2026)!, daysOff: ["2026-11-11"], workingWeekends: [] };
    expect(dayKind(withYears(defaultCalendar, [amended]), "2026-11-11").kind).toBe("holiday");
    expect(dayKind(withYears(defaultCalendar, [amended]), "2026-10-01").kind).toBe("workday");
  });

  it("are refused with a problem at each wrong entry", () => {
    const wrong = {
      year: 2027,
      status: "draft",
      daysOff: ["2027-01-01", "2027-02-30", "2028-01-01", "2026-11-30", "2027-01-01", "2027-05-01"],
      workingWeekends: ["2027-05-01", "2027-01-08"],
    } as unknown as YearCalendar;
    expect(() => withYears(defaultCalendar, [year2027, wrong])).toThrow(
      expect.objectContaining({
        code: "invalid",
        fields: [
          { path: "1.status", code: "choose" },
          { path: "1.daysOff.1", code: "date" },
          { path: "1.daysOff.2", code: "date" },
          { path: "1.daysOff.3", code: "date" },
          { path: "1.daysOff.4", code: "invalid" },
          { path: "1.workingWeekends.0", code: "invalid" },
          { path: "1.workingWeekends.1", code: "invalid" },
        ],
      }),
    );
  });

  it("must have both lists", () => {
    const bare = { year: 2027, status: "provisional" } as YearCalendar;
    expect(() => withYears(defaultCalendar, [bare])).toThrow(
      expect.objectContaining({
        fields: [
          { path: "0.daysOff", code: "required" },
          { path: "0.workingWeekends", code: "required" },
        ],
      }),
    );
  });

  it("must name their notice and lie in range", () => {
    expect(() => withYears(defaultCalendar, [{ ...year2027, notice: "" }])).toThrow(
      expect.objectContaining({ fields: [{ path: "0.notice", code: "required" }] }),
    );
    expect(() => withYears(defaultCalendar, [{ ...year2027, year: 2101 }])).toThrow(
      expect.objectContaining({ code: "calendar_out_of_range" }),
    );
  });
});

describe("working hours are data", () => {
  it("and show in the intervals of a day", () => {
    const early: WorkingCalendar = { ...defaultCalendar, hours: [["08:30", "17:00"]] };
    expect(dayKind(early, "2026-09-30").intervals).toEqual([["08:30", "17:00"]]);
  });
});

describe("dates and instants of Shanghai", () => {
  it("change at midnight there", () => {
    expect(toIso(Date.UTC(2026, 8, 30, 16))).toBe("2026-10-01T00:00:00+08:00");
    expect(dateOf(Date.UTC(2026, 8, 30, 16))).toBe("2026-10-01");
    expect(dateOf(Date.UTC(2026, 8, 30, 15, 59, 59, 999))).toBe("2026-09-30");
  });

  it("agree with the zone data of the platform in every month of 2020–2100", () => {
    const parts = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "Asia/Shanghai",
      dateStyle: "short",
      timeStyle: "medium",
    });
    for (let month = 0; month < 81 * 12; month++) {
      const ms = Date.UTC(2020, month, 1, 16, 30);
      expect(toIso(ms)).toBe(`${parts.format(ms).replace(" ", "T")}+08:00`);
    }
  });
});
