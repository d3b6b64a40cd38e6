import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkCode,
  day,
  deadline,
  exact,
  fileSize,
  listOf,
  money,
  month,
  plainMoney,
  shortMoney,
  span,
  timeLeft,
  timeLeftUntil,
  when,
  workingSpan,
} from "../../../functions/shared/i18n/format.ts";
import { moneyParts, parseYuan, yuanText } from "../../../functions/shared/money.ts";

/** Wednesday. */
const NOW = "2026-12-02T15:00:00+08:00";
const at = (text: string) => `${text}:00+08:00`;

describe("money", () => {
  test("is exact up to the largest amount", () => {
    expect(money(123_400)).toBe("¥1,234.00");
    expect(money(5)).toBe("¥0.05");
    expect(money(-250_050)).toBe("−¥2,500.50");
    expect(money(Number.MAX_SAFE_INTEGER)).toBe("¥90,071,992,547,409.91");
    expect(moneyParts(100)).toEqual({ sign: "", yuan: "1", cents: "00" });
  });
  test("is short where there are no fen", () => {
    expect(shortMoney(500_000)).toBe("¥5,000");
    expect(shortMoney(500_050)).toBe("¥5,000.50");
    expect(plainMoney(3_540_000)).toBe("35,400");
  });
  test.each([
    ["5,000.00", 500_000],
    ["5000", 500_000],
    [" ¥5,000 ", 500_000],
    ["￥５，０００．５", 500_050],
    ["5000元", 500_000],
    ["0.01", 1],
    ["300.10", 30_010],
    ["300.100", 30_010],
    ["5000.", 500_000],
    ["90,071,992,547,409.91", Number.MAX_SAFE_INTEGER],
  ])("%s is read as %d fen", (text, fen) => expect(parseYuan(text)).toBe(fen));
  test.each([
    "",
    "abc",
    "-5",
    "1.005",
    "1.001",
    "5,00",
    "50,00.00",
    "1e5",
    "1.2.3",
    "0x10",
    "99,999,999,999,999,999",
    ".5",
  ])("%j is refused", (text) => expect(parseYuan(text)).toBeNull());
  test("what is written is read again", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        (fen) => parseYuan(yuanText(fen)) === fen,
      ),
    );
  });
});

describe("times in words", () => {
  test.each([
    ["2026-12-02T18:00", "今天 18:00", "today 18:00"],
    ["2026-12-01T14:05", "昨天 14:05", "yesterday 14:05"],
    ["2026-12-03T09:05", "明天 9:05", "tomorrow 9:05"],
    ["2026-12-04T09:10", "周五 9:10", "Fri 9:10"],
    ["2026-12-06T09:10", "周日 9:10", "Sun 9:10"],
    ["2026-12-07T09:00", "12月7日 9:00", "7 Dec, 9:00"],
    ["2026-11-30T16:14", "11月30日 16:14", "30 Nov, 16:14"],
    ["2027-01-04T09:00", "2027年1月4日 9:00", "4 Jan 2027, 9:00"],
    ["2026-12-02T00:00", "今天 0:00", "today 0:00"],
  ])("%s", (text, zh, en) => {
    expect(when(at(text), NOW, "zh-CN")).toBe(zh);
    expect(when(at(text), NOW, "en")).toBe(en);
  });
  test("follow Shanghai, whatever the offset they are written in", () => {
    expect(when("2026-12-02T16:30:00.000Z", NOW, "zh-CN")).toBe("明天 0:30");
    expect(exact("2026-12-02T16:30:00.000Z", "en")).toBe("3 December 2026, 0:30");
    expect(exact(at("2026-12-02T18:00"), "zh-CN")).toBe("2026年12月2日 18:00");
  });
  test("deadlines", () => {
    expect(deadline(at("2026-12-02T18:00"), NOW, "zh-CN")).toBe("今天 18:00 前");
    expect(deadline(at("2026-12-02T18:00"), NOW, "en")).toBe("by 18:00 today");
    expect(deadline(at("2026-12-04T09:10"), NOW, "en")).toBe("by Fri 9:10");
    expect(deadline(at("2026-12-09T09:10"), NOW, "en")).toBe("by 9 Dec, 9:10");
  });
  test("days and months", () => {
    expect(day(at("2026-12-07T09:00"), NOW, "zh-CN")).toBe("12月7日（周一）");
    expect(day(at("2026-12-07T09:00"), NOW, "en")).toBe("Mon 7 Dec");
    expect(month("2026-12", "zh-CN")).toBe("2026年12月");
    expect(month("2026-12", "en")).toBe("December 2026");
    expect(month("nonsense", "en")).toBe("nonsense");
  });
  test("what is left", () => {
    expect(timeLeft(at("2026-12-02T18:00"), NOW, "zh-CN")).toEqual({ late: false, text: "还剩 3 小时" });
    expect(timeLeft(at("2026-12-02T14:20"), NOW, "zh-CN")).toEqual({ late: true, text: "超时 40 分钟" });
    expect(timeLeft(at("2026-12-02T14:20"), NOW, "en")).toEqual({ late: true, text: "40 min overdue" });
    expect(timeLeftUntil(at("2026-12-02T18:00"), NOW, "zh-CN").text).toBe("还剩 3 小时（今天 18:00 前）");
    expect(timeLeftUntil(at("2026-12-02T14:20"), NOW, "zh-CN").text).toBe(
      "超时 40 分钟（应在今天 14:20 前）",
    );
    expect(timeLeftUntil(at("2026-12-02T18:00"), NOW, "en").text).toBe("3 hours left (by 18:00 today)");
  });
  test("spans", () => {
    expect(span(90 * 60_000, "zh-CN")).toBe("1 小时 30 分");
    expect(span(90 * 60_000, "en")).toBe("1 hour 30 min");
    expect(span(51 * 3_600_000, "zh-CN")).toBe("2 天 3 小时");
    expect(span(48 * 3_600_000, "en")).toBe("2 days");
    expect(span(24 * 3_600_000 - 60_000, "zh-CN")).toBe("23 小时");
    expect(span(20_000, "zh-CN")).toBe("不到 1 分钟");
    expect(workingSpan(180, "zh-CN")).toBe("3 个工作小时");
    expect(workingSpan(179, "zh-CN")).toBe("2.5 个工作小时");
    expect(workingSpan(60, "en")).toBe("1 working hour");
    expect(workingSpan(25, "en")).toBe("25 working minutes");
  });
});

test("sizes, names and check codes", () => {
  expect(fileSize(310_400)).toBe("310 KB");
  expect(fileSize(4_200_000)).toBe("4.2 MB");
  expect(listOf(["张科", "李敏"], "zh-CN")).toBe("张科、李敏");
  expect(listOf(["Ann", "Bo"], "en")).toBe("Ann and Bo");
  expect(checkCode(`7c4190ae${"f".repeat(56)}`)).toBe("7C41-90AE");
});
