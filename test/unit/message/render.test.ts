import { describe, expect, it } from "vitest";
import type { MailFacts } from "../../../functions/message/facts.ts";
import { LINK_KINDS } from "../../../functions/message/kinds.ts";
import { render } from "../../../functions/message/render.ts";
import { FORBIDDEN_WORDS, partsOf } from "../../../functions/message/sms-rules.ts";
import { mail as enMail } from "../../../functions/shared/i18n/en/mail.ts";
import { mail as zhMail } from "../../../functions/shared/i18n/zh-CN/mail.ts";
import { sample, samples } from "./sample.ts";

const LOCALES = ["zh-CN", "en"] as const;
const every = Object.entries(samples).flatMap(([name, facts]) =>
  LOCALES.map((locale) => ({ name: `${name} ${locale}`, facts: { ...facts, locale } })),
);
const email = (facts: MailFacts) => render(facts, "email", "讯达物流");

describe("subjects say who must do what by when", () => {
  it.each([
    ["request", "zh-CN", "请审批：洁丽雅有限公司 2 人接待 ¥5,000，今天 18:00 前"],
    ["request", "en", "Please decide by 18:00 today: 洁丽雅有限公司, 2 guests, ¥5,000"],
    ["remind-late", "zh-CN", "已到期，请尽快审批：洁丽雅有限公司 2 人接待 ¥5,000"],
    ["returned", "zh-CN", "请修改后重新提交：洁丽雅有限公司 2 人接待 ¥5,000，明天 15:00 前"],
    ["escalated", "zh-CN", "已超时，请督促：洁丽雅有限公司 2 人接待 ¥5,000，在等张科"],
    ["rejected", "en", "Rejected, please see why: 洁丽雅有限公司, 2 guests, ¥5,000"],
    ["expired-own", "zh-CN", "已过期，请重新申请：洁丽雅有限公司 2 人接待 ¥5,000"],
  ] as const)("%s %s", (name, locale, subject) => {
    expect(email({ ...samples[name]!, locale }).subject).toBe(subject);
  });

  it("keeps the deadline in sight behind a long name and counts one guest", () => {
    const { subject } = email(sample({ title: "某".repeat(100), locale: "en", people: 1 }));
    expect(subject).toBe(`Please decide by 18:00 today: ${"某".repeat(23)}…, 1 guest, ¥5,000`);
  });
});

describe("every mail", () => {
  it.each(every)(
    "$name has all its words, in HTML and in text, and no picture, script or class",
    ({ facts }) => {
      const { subject, text, html = "" } = email(facts);
      for (const part of [subject, text, html]) {
        expect(part).not.toMatch(/\{\w+\}|undefined|null|NaN|\[object/);
        expect(part).not.toBe("");
      }
      expect(subject).not.toMatch(/[\r\n]/);
      expect(html).not.toMatch(/<(img|script|link|style)\b|class=|https?:\/\/(?!careloop\.example)/);
      for (const said of [facts.caseId, "¥5,000.00"]) {
        expect(text).toContain(said);
        expect(html).toContain(said);
      }
      const addresses = new Set(html.match(/https:[^"<]+/g));
      expect(addresses.size).toBe(1);
      expect(text).toContain([...addresses][0]);
    },
  );

  it.each(every)("$name carries the personal link exactly when its reader signs", ({ facts }) => {
    const { text, html = "" } = email(facts);
    const signs = LINK_KINDS.includes(facts.kind) && facts.step?.kind === "approval";
    expect(text.includes("/d/")).toBe(signs);
    expect(html.includes("/d/")).toBe(signs);
  });

  it("escapes what people typed", () => {
    const { html, text } = email(sample({ title: `<b>"x"</b>`, requester: "{name}", content: null }));
    expect(html).toContain("&lt;b>&quot;x&quot;&lt;/b>");
    expect(html).not.toContain("<b>&quot;");
    expect(text).toContain("{name}申请接待");
  });

  it("still says what matters when the content was erased by law", () => {
    const { text } = email(sample({ content: null }));
    expect(text).toContain("来客：2 人");
    expect(text).not.toContain("时间：");
  });
});

describe("what a mail tells", () => {
  it("a signer: guests, dates, money left, who signed, what comes next", () => {
    const { text } = email(sample());
    for (const line of [
      "来客：2 人，陪同 1 人，C 级（普通级）",
      "时间：12月7日（周一）9:00 到，12月8日（周二）9:00 走",
      "预算：同意后，财务部2026年12月还剩 ¥18,600.00",
      "已签：帅钟（部门经理审批）12月1日 14:05 同意",
      "之后：占用预算，通知陈瑶和财务部",
      "打开链接不会作出任何决定。",
    ])
      expect(text).toContain(line);
    expect(email(samples["request-first"]!).text).toContain("之后：张科（主管总经理审批）");
    expect(email(samples["request-first"]!).text).toContain("您代李敏审批。");
  });

  it("those who had signed: each field, old and new", () => {
    const { text } = email(samples.changed!);
    expect(text).toContain("申请金额：¥5,000.00 → ¥4,200.00");
    expect(text).toContain("接待级别：C 级 → B 级");
    expect(text).toContain("陪同人员：（未填） → 曾群");
    expect(text).not.toContain("13800000002");
    expect(email({ ...samples.changed!, changes: [] }).text).toContain("改动的内容已依法删除。");
  });

  it("the requester: the reason of a refusal, or that none was given", () => {
    expect(email(samples.rejected!).text).toContain("张科的原因\n会议室用公司的，用车减半。");
    const silent = sample({ ...samples.rejected!, refusal: { ...samples.rejected!.refusal!, comment: "" } });
    expect(email(silent).text).toContain("没有写原因");
  });
});

describe("SMS", () => {
  it.each(LOCALES)("%s: signature first, case code, one part, no link, no forbidden word", (locale) => {
    for (const outcome of ["approved", "rejected", "expired"]) {
      for (const amount of [100, 500_000, 99_999_999_99]) {
        const { text, html } = render(
          { ...samples.approved!, locale, outcome, amount },
          "sms",
          "【讯达物流】",
        );
        expect(html).toBeUndefined();
        expect(text).toMatch(/^【讯达物流】/);
        expect(text).toContain("JD-2026-000041");
        expect(text).not.toMatch(/https?:|\/d\/|\/cases\/|\{\w+\}/);
        expect(partsOf(text)).toBe(1);
        for (const word of FORBIDDEN_WORDS) expect(text.toLowerCase()).not.toContain(word);
      }
    }
  });
});

describe("the two languages", () => {
  const keys = (value: object, path = ""): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === "object" ? keys(inner, `${path}${key}.`) : [`${path}${key}`],
    );
  const placeholders = (value: object, path = ""): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === "object"
        ? placeholders(inner, `${path}${key}.`)
        : [`${path}${key}: ${[...new Set(String(inner).match(/\{\w+\}/g) ?? [])].sort().join("")}`],
    );

  it("have the same keys and, apart from the subjects' order, the same placeholders", () => {
    expect(keys(enMail)).toEqual(keys(zhMail));
    expect(placeholders(enMail)).toEqual(placeholders(zhMail));
  });
});
