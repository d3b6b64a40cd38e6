/** What a year's schedule changes, what is doubtful about it, and which year is missing when. */
import { describe, expect, test } from "vitest";
import { differences, doubtsOf, missingYears, mondayOf } from "../../../functions/calendar/year-rules.ts";
import { defaultCalendar, withYears, type YearCalendar } from "../../../functions/shared/calendar/index.ts";

const year2027 = (change: Partial<YearCalendar> = {}): YearCalendar => ({
  year: 2027,
  status: "official",
  notice: "国办发明电〔2026〕9号",
  daysOff: [
    ...["2027-01-01", "2027-01-02", "2027-01-03"],
    ...["2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11"],
    ...["2027-04-03", "2027-04-04", "2027-04-05"],
    ...["2027-05-01", "2027-05-02", "2027-05-03", "2027-05-04", "2027-05-05"],
    ...["2027-06-09", "2027-09-15"],
    ...["2027-10-01", "2027-10-02", "2027-10-03", "2027-10-04", "2027-10-05", "2027-10-06", "2027-10-07"],
  ],
  workingWeekends: ["2027-02-20", "2027-05-08", "2027-09-26", "2027-10-09"],
  ...change,
});

describe("differences to the provisional year", () => {
  test("are the days that work in one calendar only, in order", () => {
    const changes = differences(defaultCalendar, withYears(defaultCalendar, [year2027()]), 2027);
    expect(changes).toEqual([
      { date: "2027-02-11", was: "workday", is: "holiday" },
      { date: "2027-02-20", was: "weekend", is: "adjusted" },
      { date: "2027-05-05", was: "workday", is: "holiday" },
      { date: "2027-05-08", was: "weekend", is: "adjusted" },
      { date: "2027-09-26", was: "weekend", is: "adjusted" },
      { date: "2027-10-06", was: "workday", is: "holiday" },
      { date: "2027-10-07", was: "workday", is: "holiday" },
      { date: "2027-10-09", was: "weekend", is: "adjusted" },
    ]);
  });

  test("reach into the December before", () => {
    const early = year2027({ daysOff: [...year2027().daysOff, "2026-12-31"] });
    expect(differences(defaultCalendar, withYears(defaultCalendar, [early]), 2027)[0]).toEqual({
      date: "2026-12-31",
      was: "workday",
      is: "holiday",
    });
  });
});

describe("doubts", () => {
  test("none about a schedule that moves days and takes none", () => {
    expect(doubtsOf(year2027())).toEqual({ forgotten: [], daysMore: 0 });
    for (const year of [2024, 2025, 2026])
      expect(doubtsOf(defaultCalendar.years.get(year)!).forgotten).toEqual([]);
    expect(doubtsOf(defaultCalendar.years.get(2026)!).daysMore).toBe(0);
    expect(doubtsOf(defaultCalendar.years.get(2025)!).daysMore).toBe(0);
  });

  test("a statutory day that was forgotten, and working weekends that were", () => {
    const forgotten = year2027({ daysOff: year2027().daysOff.filter((date) => date !== "2027-06-09") });
    expect(doubtsOf(forgotten)).toEqual({ forgotten: ["2027-06-09"], daysMore: 1 });
    expect(doubtsOf(year2027({ workingWeekends: [] }))).toEqual({ forgotten: [], daysMore: -4 });
  });
});

describe("a missing year", () => {
  test.each([
    ["2026-11-14", []],
    ["2026-11-15", [2027]],
    ["2026-12-31", [2027]],
    ["2027-01-01", [2027]],
    ["2027-11-15", [2027, 2028]],
  ])("on %s", (today, missing) => {
    expect(missingYears(defaultCalendar, today)).toEqual(missing);
  });

  test("is none once it is entered", () => {
    expect(missingYears(withYears(defaultCalendar, [year2027()]), "2026-11-20")).toEqual([]);
  });

  test.each([
    ["2026-11-23", "2026-11-23"],
    ["2026-11-29", "2026-11-23"],
    ["2026-11-30", "2026-11-30"],
    ["2027-01-01", "2026-12-28"],
  ])("the week of %s begins on %s", (date, monday) => {
    expect(mondayOf(date)).toBe(monday);
  });
});
