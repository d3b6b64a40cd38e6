/** The monthly mail: when it goes, what it carries, how it reads. */
import { describe, expect, test } from "vitest";
import { renderNotice } from "../../../functions/message/notices.ts";
import { type ComplaintReport, reportOf } from "../../../functions/report/complaint-rules.ts";
import { figuresFrom, isFirstWorkingDay, paramsOf } from "../../../functions/report/mail-rules.ts";
import { defaultCalendar } from "../../../functions/shared/calendar/index.ts";
import { person } from "../../support/fixtures.ts";

const report: ComplaintReport = {
  ...reportOf("2026-11", [], []),
  received: 12,
  closed: 9,
  reopened: 2,
  reopenRate: 0.1667,
  byCategory: { damage: 7, delay: 5 },
  clocks: {
    acknowledge: { met: 12, breached: 0, rate: 1 },
    respond: { met: 10, breached: 2, rate: 0.8333 },
    resolve: { met: 0, breached: 0, rate: null },
  },
  csat: { answers: 8, average: 4.25 },
  compensation: { cases: 3, amount: 123_400 },
};

describe("the first working day", () => {
  test.each([
    ["2026-12-01", true],
    ["2026-12-02", false],
    // 1 to 3 October are holidays, and so are the days after them; the first day at work is the 8th.
    ["2026-10-01", false],
    ["2026-10-08", true],
    ["2026-10-09", false],
    // A Sunday, then New Year of 2027, which is a Friday.
    ["2026-11-01", false],
    ["2026-11-02", true],
    ["2027-01-01", false],
    ["2027-01-04", true],
  ])("%s: %s", (day, expected) => expect(isFirstWorkingDay(defaultCalendar, day)).toBe(expected));

  test("there is exactly one in every month", () => {
    for (let month = 1; month <= 12; month++) {
      const days = Array.from(
        { length: 28 },
        (_, n) => `2026-${String(month).padStart(2, "0")}-${String(n + 1).padStart(2, "0")}`,
      );
      expect(days.filter((day) => isFirstWorkingDay(defaultCalendar, day))).toHaveLength(1);
    }
  });
});

describe("the figures", () => {
  test("travel as numbers under short names, and come back", () => {
    const params = paramsOf(report);
    expect(Object.values(params).every((one) => typeof one === "number" || one === "2026-11")).toBe(true);
    expect(figuresFrom(params)).toEqual({
      period: "2026-11",
      received: 12,
      closed: 9,
      reopened: 2,
      reopenRate: 0.1667,
      csat: { answers: 8, average: 4.25 },
      compensation: { cases: 3, amount: 123_400 },
      byCategory: [
        ["damage", 7],
        ["delay", 5],
      ],
      clocks: [
        ["acknowledge", report.clocks.acknowledge],
        ["respond", report.clocks.respond],
        ["resolve", report.clocks.resolve],
      ],
      trend: report.trend.map(({ period, received, closed }) => ({ period, received, closed })),
    });
  });

  test("of a month without cases are zeros", () => {
    const figures = figuresFrom(paramsOf(reportOf("2026-11", [], [])));
    expect(figures).toMatchObject({ received: 0, reopenRate: null, csat: { answers: 0, average: null } });
    expect(figures.trend).toHaveLength(12);
  });
});

describe("the mail", () => {
  const mailOf = (locale: "zh-CN" | "en") =>
    renderNotice(
      { kind: "report.complaints", params: paramsOf(report), locale },
      person("yinxue", "尹雪", "service_manager"),
      { baseUrl: "https://care.example", tasks: [], now: 0 },
    );

  test.each(["zh-CN", "en"] as const)("says it all in %s", (locale) => {
    const { subject, text, html, attachments } = mailOf(locale);
    expect(subject).toContain("12");
    for (const part of [text, html ?? ""]) {
      expect(part).toContain("https://care.example/reports/complaints?period=2026-11");
      expect(part).toContain("¥1,234.00");
      expect(part).toContain("83.3%");
      expect(part).not.toContain("undefined");
      expect(part).not.toMatch(/\{\w+\}/);
    }
    expect(attachments).toHaveLength(1);
    expect(attachments?.[0]?.content).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(attachments?.[0]?.content).toContain("aria-label=");
  });

  test("both languages differ", () => {
    expect(mailOf("zh-CN").subject).toBe("2026年11月投诉统计：受理 12 件，办结 9 件");
    expect(mailOf("en").subject).toBe("Complaints in November 2026: 12 received, 9 closed");
  });
});
