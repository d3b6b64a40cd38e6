/** Reading the official notice: as it is written, as it is typed, and everything that is no date of the year. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDates, readNotice, writeDates } from "../../../functions/calendar/notice-rules.ts";
import { addDays } from "../../../functions/shared/calendar/dates.ts";
import { defaultCalendar } from "../../../functions/shared/calendar/index.ts";

/** 国办发明电〔2025〕7号, as it was published on 2025-11-04. */
const NOTICE_2026 = `国务院办公厅关于2026年
部分节假日安排的通知
国办发明电〔2025〕7号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
　　一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
　　二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
　　三、清明节：4月4日（周六）至6日（周一）放假，共3天。
　　四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
　　五、端午节：6月19日（周五）至21日（周日）放假，共3天。
　　六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
　　七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置。
国务院办公厅
2025年11月4日`;

describe("a whole notice", () => {
  test("says what the built-in year of 2026 says", () => {
    const { daysOff, workingWeekends, problems } = readNotice(NOTICE_2026, 2026);
    const built = defaultCalendar.years.get(2026)!;
    expect(problems).toEqual([]);
    expect(daysOff).toEqual(built.daysOff);
    expect(workingWeekends).toEqual(built.workingWeekends);
  });

  test("of another year is found out by its weekdays", () => {
    const { problems } = readNotice(NOTICE_2026, 2027);
    expect(problems[0]).toEqual({ code: "other_weekday", params: { value: "1月1日(周四)至3日(周六)" } });
  });

  test("may begin in the December before: 2023 by 国办发明电〔2022〕16号", () => {
    const text =
      "一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。\n二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。";
    expect(readNotice(text, 2023)).toEqual({
      daysOff: [
        ...["2022-12-31", "2023-01-01", "2023-01-02"],
        ...Array.from({ length: 7 }, (_, index) => addDays("2023-01-21", index)),
      ],
      workingWeekends: ["2023-01-28", "2023-01-29"],
      problems: [],
    });
  });

  test("without 放假 and 上班 says nothing", () => {
    expect(readNotice("2026年11月4日 关于1月1日的会议", 2026)).toEqual({
      daysOff: [],
      workingWeekends: [],
      problems: [],
    });
  });
});

describe("a list of dates", () => {
  test.each([
    ["2027-01-01..2027-01-03", ["2027-01-01", "2027-01-02", "2027-01-03"]],
    ["1月1日至3日", ["2027-01-01", "2027-01-02", "2027-01-03"]],
    ["１月１日～３日", ["2027-01-01", "2027-01-02", "2027-01-03"]],
    ["2027年1月1日（周五）至3日（周日）", ["2027-01-01", "2027-01-02", "2027-01-03"]],
    ["2027-01-01 - 2027-01-02", ["2027-01-01", "2027-01-02"]],
    ["1/1、1/3\n5-4", ["2027-01-01", "2027-01-03", "2027-05-04"]],
    ["12月31日至1月1日", []],
    ["2026-12-31..2027-01-01", ["2026-12-31", "2027-01-01"]],
    ["1月3日，1月1日，1月3日", ["2027-01-01", "2027-01-03"]],
    ["", []],
  ])("%s", (text, dates) => {
    expect(readDates(text, 2027).dates).toEqual(dates);
  });

  test.each([
    ["2月30日", "no_such_date", "2月30日"],
    ["13-01", "no_such_date", "13-01"],
    ["2028-01-01", "other_year", "2028-01-01"],
    ["2026-11-30", "other_year", "2026-11-30"],
    ["1月4日（周日）", "other_weekday", "1月4日(周日)"],
    ["1月3日至1日", "no_such_range", "1月3日至1日"],
    ["1月1日至3月1日", "no_such_range", "1月1日至3月1日"],
    ["77", "no_such_date", "77"],
    ["1月", "no_such_date", "1"],
  ])("%s is refused: %s", (text, code, value) => {
    const { dates, problems } = readDates(text, 2027);
    expect(dates).toEqual([]);
    expect(problems[0]).toMatchObject({ code, params: { value } });
  });
});

const someDates = fc
  .uniqueArray(fc.integer({ min: -31, max: 364 }), { maxLength: 60 })
  .map((days) => days.map((day) => addDays("2027-01-01", day)).sort());

test("what is written can be read: every set of dates of a year and the December before", () => {
  fc.assert(
    fc.property(someDates, (dates) => {
      expect(readDates(writeDates(dates), 2027)).toEqual({ dates, problems: [] });
    }),
  );
});

test("no text makes it throw, and whatever is read belongs to the year", () => {
  const letters = fc.constantFrom(..."0123456789年月日至到、。（）周一四〈〉-/.~ \n放假上班共天a\u202e");
  const words = fc.array(letters, { maxLength: 60 }).map((list) => list.join(""));
  fc.assert(
    fc.property(words, (text) => {
      const notice = readNotice(text, 2027);
      for (const date of [...readDates(text, 2027).dates, ...notice.daysOff, ...notice.workingWeekends])
        expect(date).toMatch(/^(2027-\d\d|2026-12)-\d\d$/);
    }),
  );
});
