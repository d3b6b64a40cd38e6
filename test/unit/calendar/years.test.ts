import { readFileSync } from "node:fs";
import chineseDays from "chinese-days";
import { describe, expect, it } from "vitest";
import { dayOfDate, isWeekend } from "../../../functions/shared/calendar/dates.ts";
import { dayKind, defaultCalendar } from "../../../functions/shared/calendar/index.ts";
import { LUNAR_TABLE, lunarDays } from "../../../functions/shared/calendar/lunar.ts";
import { provisionalYear } from "../../../functions/shared/calendar/statutory.ts";
import {
  agreedYear,
  daysOfYear,
  lunarTable,
  works,
  yearModule,
} from "../../../functions/shared/calendar/tools/generate.ts";
import {
  fromChineseDays,
  fromHolidayCalendar,
  fromTyme,
} from "../../../functions/shared/calendar/tools/libraries.ts";

const OFFICIAL = [2020, 2021, 2022, 2023, 2024, 2025, 2026];
const weekdaysOff = (year: number) =>
  daysOfYear(year)
    .filter((date) => !isWeekend(dayOfDate(date)) && !dayKind(defaultCalendar, date).working)
    .map((date) => date.slice(5));

describe("the committed official years", () => {
  it("are these", () => expect([...defaultCalendar.years.keys()]).toEqual(OFFICIAL));

  it.each(OFFICIAL)("%i agrees with both libraries day by day", (year) => {
    for (const schedule of [fromChineseDays(year), fromHolidayCalendar(year)]) {
      const different = daysOfYear(year).filter(
        (date) => dayKind(defaultCalendar, date).working !== works(schedule, date),
      );
      expect({ library: schedule.library, different }).toEqual({ library: schedule.library, different: [] });
    }
  });

  it.each(OFFICIAL)("%i is what the generator writes", (year) => {
    const file = new URL(`../../../functions/shared/calendar/years/${year}.ts`, import.meta.url);
    const committed = readFileSync(file, "utf8");
    const notice = /notice: "([^"]+)"/.exec(committed)?.[1];
    expect(notice).toMatch(/^国办发明电〔20\d\d〕\d+号, 20\d\d-\d\d-\d\d/);
    expect(yearModule(notice!, agreedYear(year))).toBe(committed);
  });

  it("have the weekdays off and working weekends of the notice for 2026", () => {
    expect(weekdaysOff(2026)).toEqual([
      ...["01-01", "01-02"],
      ...["02-16", "02-17", "02-18", "02-19", "02-20", "02-23"],
      "04-06",
      ...["05-01", "05-04", "05-05"],
      "06-19",
      "09-25",
      ...["10-01", "10-02", "10-05", "10-06", "10-07"],
    ]);
    expect(daysOfYear(2026).filter((date) => dayKind(defaultCalendar, date).kind === "adjusted")).toEqual([
      "2026-01-04",
      "2026-02-14",
      "2026-02-28",
      "2026-05-09",
      "2026-09-20",
      "2026-10-10",
    ]);
  });

  it("are not generated for a year that the libraries do not know", () => {
    expect(() => agreedYear(2027)).toThrow("chinese-days has no data for 2027");
  });
});

describe("a provisional year", () => {
  it("2027 has exactly these weekdays off and no working weekend", () => {
    expect(weekdaysOff(2027)).toEqual([
      "01-01",
      ...["02-05", "02-08", "02-09", "02-10"],
      "04-05",
      ...["05-03", "05-04"],
      "06-09",
      "09-15",
      ...["10-01", "10-04", "10-05"],
    ]);
    expect(provisionalYear(2027).workingWeekends).toEqual([]);
  });

  it("calls a statutory day on a weekend a holiday and any other weekend day a weekend", () => {
    expect(dayKind(defaultCalendar, "2027-02-06")).toMatchObject({ kind: "holiday", provisional: true });
    expect(dayKind(defaultCalendar, "2027-02-13")).toMatchObject({ kind: "weekend", provisional: true });
  });

  it("moves New Year 2028 from Saturday to Monday", () => {
    expect(weekdaysOff(2028).slice(0, 1)).toEqual(["01-03"]);
  });

  it("moves one of two statutory days that fall on one date", () => {
    // 中秋 is on Wednesday 1 October 2031, and on 3 October 2028 when 1 October is a Sunday.
    expect(weekdaysOff(2031).filter((date) => date > "09")).toEqual(["10-01", "10-02", "10-03", "10-06"]);
    expect(weekdaysOff(2028).filter((date) => date > "09")).toEqual(["10-02", "10-03", "10-04", "10-05"]);
  });

  it("before 2025 has neither 除夕 nor 2 May", () => {
    const bare = { ...defaultCalendar, years: new Map() };
    // 除夕 is 9 February 2024 (Friday) and 4 May 2024 a Saturday; 除夕 is 28 January 2025 (Tuesday).
    expect(dayKind(bare, "2024-02-09").working).toBe(true);
    expect(dayKind(bare, "2024-05-02").working).toBe(true);
    expect(dayKind(bare, "2024-05-01").working).toBe(false);
    expect(dayKind(bare, "2025-01-28").working).toBe(false);
    expect(dayKind(bare, "2025-05-02").working).toBe(false);
  });

  it.each([2019, 2101])("%i is out of range", (year) => {
    expect(() => provisionalYear(year)).toThrow(expect.objectContaining({ code: "calendar_out_of_range" }));
  });

  it("gives each statutory day a weekday of its own", () => {
    for (let year = 2020; year <= 2100; year++) {
      const off = provisionalYear(year).daysOff.filter((date) => !isWeekend(dayOfDate(date)));
      expect({ year, days: off.length }).toEqual({ year, days: year < 2025 ? 11 : 13 });
    }
  });
});

describe("the lunar table", () => {
  it("is what tyme4ts computes", () => expect(lunarTable()).toBe(LUNAR_TABLE));

  it.each([2020, 2027, 2033, 2057, 2100])("is read at the right row for %i", (year) => {
    expect(lunarDays(year)).toEqual(fromTyme(year));
  });

  it("has the days of the almanac", () => {
    expect(lunarDays(2020)).toEqual({
      newYear: "2020-01-25",
      qingming: "2020-04-04",
      duanwu: "2020-06-25",
      zhongqiu: "2020-10-01",
    });
    expect(lunarDays(2026)).toEqual({
      newYear: "2026-02-17",
      qingming: "2026-04-05",
      duanwu: "2026-06-19",
      zhongqiu: "2026-09-25",
    });
    // Node's Intl calendar says 7 February.
    expect(lunarDays(2027).newYear).toBe("2027-02-06");
  });

  it("agrees with a second library", () => {
    // chinese-days ends its solar terms with the formula of the 21st century, which is a day early in 2100.
    for (let year = 2020; year <= 2099; year++) {
      const solar = (lunar: string) => chineseDays.getSolarDateFromLunar(`${year}-${lunar}`).date;
      expect(lunarDays(year)).toEqual({
        newYear: solar("01-01"),
        qingming: chineseDays.getSolarTermDate(year, 4, "pure_brightness"),
        duanwu: solar("05-05"),
        zhongqiu: solar("08-15"),
      });
    }
  });
});
