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
    ["receipt", "zh-CN", "您已同意：洁丽雅有限公司 2 人接待 ¥5,000"],
    ["nudge", "zh-CN", "催办，请审批：洁丽雅有限公司 2 人接待 ¥5,000，今天 18:00 前"],
    ["cc", "zh-CN", "抄送给您：洁丽雅有限公司 2 人接待 ¥5,000"],
    ["revoked", "zh-CN", "已撤销，请停止准备：洁丽雅有限公司 2 人接待 ¥5,000"],
    ["settlement", "zh-CN", "请结算：洁丽雅有限公司 2 人接待 ¥5,000，12月18日 9:00 前"],
    ["request, change", "zh-CN", "请审批：调剂给财务部的预算 ¥5,000，今天 18:00 前"],
    ["request, settlement", "zh-CN", "请审批：洁丽雅有限公司接待结算 ¥5,000，今天 18:00 前"],
    ["returned, settlement", "zh-CN", "请修改后重新提交：洁丽雅有限公司接待结算 ¥5,000"],
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
      // Who asks for money does not speak of guests.
      if (facts.topic === "change")
        expect(`${subject}${text}`).not.toMatch(/来客|客人|接待申请|guest|receive/i);
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

  it("a signer: what stands out, the standard, the tax, in whose place, every budget", () => {
    const { text, html = "" } = email(samples["request-judged"]!);
    for (const line of [
      "您代李敏审批，请在今天 18:00 前决定",
      "需要留意\n按接待标准测算为 ¥3,000，超出 ¥2,000。\n30 天内第 4 次接待同一客户，规定不超过 3 次。",
      "标准：C 级标准 ¥3,000.00，申请 ¥5,000.00",
      "税前扣除：这笔有 ¥2,000.00 不能扣除（2026 年已可扣除 ¥12,000.00，算上这笔 ¥15,000.00）",
      "已签：帅钟（代罗强）（部门经理审批）12月1日 14:05 同意",
      "财务部2026年第4季度还剩 ¥90,000.00",
    ])
      expect(text).toContain(line);
    expect(html).toMatch(/超出 ¥2,000。<br ?\/?>30 天内/);
  });

  it("a budget change: from where, to where, why", () => {
    const { text } = email(samples["request, change"]!);
    expect(text).toContain("王慧申请运输部2026年12月接待预算调剂到财务部2026年12月接待预算");
    for (const line of [
      "转出：运输部2026年12月接待预算",
      "转入：财务部2026年12月接待预算",
      "原因：年底来访增多",
    ])
      expect(text).toContain(line);
    expect(text).toContain("之后：调整预算，通知王慧和财务部");
    expect(email(samples["approved, change"]!).text).toContain("预算已经调整，可以使用。");
  });

  it("a settlement above the approval: both amounts, the excess and why", () => {
    const { text } = email(samples["request, settlement"]!);
    for (const line of [
      "批准金额：¥4,000.00",
      "实际：公司承担 ¥5,000.00，超出 ¥1,000.00",
      "来客临时多住一晚",
    ])
      expect(text).toContain(line);
    expect(email(samples["rejected, settlement"]!).text).toContain("/settlement");
  });

  it("those who had signed: each field, old and new", () => {
    const { text } = email(samples.changed!);
    expect(text).toContain("申请金额：¥5,000.00 → ¥4,200.00");
    expect(text).toContain("接待级别：C 级 → B 级");
    expect(text).toContain("陪同人员：（未填） → 曾群");
    expect(text).not.toContain("13800000002");
    const change = email(samples["changed, change"]!).text;
    expect(change).toContain("金额：¥2,000.00 → ¥1,500.00");
    expect(change).toMatch(/转入的预算：财务部2026年12月.* → 运输部2026年12月/);
    const later = email(samples["changed-later"]!).text;
    expect(later).toContain("“主管总经理审批”及以后的审批作废");
    expect(later).toContain("审批从“主管总经理审批”重新开始");
    expect(email({ ...samples.changed!, changes: [] }).text).toContain("改动的内容已依法删除。");
  });

  it("the requester: the reason of a refusal, or that none was given", () => {
    expect(email(samples.rejected!).text).toContain("张科的原因\n会议室用公司的，用车减半。");
    const silent = sample({ ...samples.rejected!, refusal: { ...samples.rejected!.refusal!, comment: "" } });
    expect(email(silent).text).toContain("没有写原因");
  });
});

describe("SMS", () => {
  const topics = LOCALES.flatMap((locale) =>
    (["reception", "change", "settlement"] as const).map((topic) => ({ locale, topic })),
  );
  it.each(topics)("$locale, $topic: signature first, case code, one part, no link", ({ locale, topic }) => {
    for (const outcome of ["approved", "rejected", "expired"]) {
      for (const amount of [100, 500_000, 99_999_999_99]) {
        const { text, html } = render(
          { ...samples.approved!, locale, topic, outcome, amount },
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
