import { describe, expect, test } from "vitest";
import { type SmsTemplate, smsTemplates } from "../../../functions/message/sms-templates.ts";
import { dated, shortMoney } from "../../../functions/shared/i18n/format.ts";
import { mailTopics } from "../../../functions/shared/i18n/sections/mail-topics.ts";
import { LONGEST, smsProblems } from "../../checks/sms.ts";

const SIGNATURE = "讯达物流";
const template = (text: string, change: Partial<SmsTemplate> = {}): SmsTemplate => ({
  templateId: "complaint.notice.zh-CN",
  kind: "complaint.notice",
  language: "zh-CN",
  text,
  variables: [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name))],
  ...change,
});
const english = template("{caseId}", { templateId: "complaint.notice.en", language: "en" });
const problemsOf = (text: string, change: Partial<SmsTemplate> = {}) =>
  smsProblems([template(text, change), english], SIGNATURE);

test("what is registered is as carriers want it, with the longest signature that a stage may have", () => {
  expect(smsProblems(smsTemplates(), "签".repeat(12))).toEqual([]);
});

test("no variable is longer than the check takes it to be", () => {
  const topics = (["zh-CN", "en"] as const).flatMap((locale) => {
    const { reception, change, settlement } = mailTopics(locale);
    return [reception, change, settlement].map((one) => one.sms);
  });
  expect(Math.max(...topics.map((word) => word.length))).toBeLessThanOrEqual(LONGEST.sms!.length);
  expect(shortMoney(Number.MAX_SAFE_INTEGER).length).toBeLessThanOrEqual(LONGEST.amount!.length);
  for (const locale of ["zh-CN", "en"] as const)
    for (let month = 1; month <= 12; month += 1) {
      const at = `2027-${String(month).padStart(2, "0")}-28T23:59:00+08:00`;
      expect(dated(at, "2026-12-31T12:00:00+08:00", locale).length).toBeLessThanOrEqual(
        LONGEST.respondDueAt!.length,
      );
    }
});

describe("the check names", () => {
  test("nothing where all is well", () => {
    expect(problemsOf("您的投诉{caseId}有了处理方案：{address}")).toEqual([]);
  });

  test.each([
    ["请填问卷{caseId}", {}, /carriers refuse 问卷/],
    ["{caseId}请回复确认，退订回T", {}, /carriers refuse 回复确认, 退订/],
    ["{caseId} Customer SURVEY with a Discount", {}, /carriers refuse survey, discount/],
    ["请看https://evil.cn/{caseId}", {}, /link of its own/],
    ["请看www.xunda.cn {caseId}", {}, /link of its own/],
    ["请看xunda.com {caseId}", {}, /link of its own/],
    ["{address}或{address}", {}, /stands twice/],
    ["【别人】{caseId}", {}, /signature/],
    ["您好{name}", {}, /nobody knows how long \{name\}/],
    ["您好{caseId}", { variables: [] }, /\{caseId\} is not among/],
    ["您好", { variables: ["caseId"] }, /\{caseId\} stands nowhere/],
    ["长".repeat(129), {}, /3 parts .*\(135 characters\)/],
    ["{address}".padEnd(9 + 97, "长"), {}, /3 parts/],
  ])("%s", (text, change, problem) => {
    const problems = problemsOf(text, change);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join("\n")).toMatch(problem);
    expect(problems.every((one) => one.startsWith("complaint.notice.zh-CN: "))).toBe(true);
  });

  test("a text of 134 characters is two parts still", () => {
    expect(problemsOf("长".repeat(128))).toEqual([]);
  });

  test("what is said in one language alone, and what is registered twice", () => {
    expect(smsProblems([english], SIGNATURE)).toEqual(["complaint.notice has no zh-CN"]);
    const one = template("{caseId}");
    expect(smsProblems([one], SIGNATURE)).toEqual(["complaint.notice has no en"]);
    expect(smsProblems([one, one, english], SIGNATURE)).toContain(
      "complaint.notice.zh-CN is registered twice",
    );
  });
});
