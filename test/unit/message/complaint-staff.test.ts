import { describe, expect, it } from "vitest";
import type { ComplaintMail } from "../../../functions/message/complaint-facts.ts";
import type { MailFacts } from "../../../functions/message/facts.ts";
import { render } from "../../../functions/message/render.ts";
import { sample } from "./sample.ts";

const complaint: ComplaintMail = {
  about: "investigate",
  category: "damage",
  priority: "P2",
  level: 0,
  paused: false,
  organisation: "洁丽雅有限公司",
  waybillNo: "XD202612010017",
  description: "12 箱毛巾到货时外箱破损，3 箱受潮。",
  remedySought: "赔偿受潮货物并说明原因",
  handler: "张云",
  assignment: "新的投诉：在岗、会处理货损的 3 人里，张云手上最少（2 件）。",
  clock: null,
  investigation: null,
  disposition: null,
  note: null,
};

const proposed: ComplaintMail = {
  ...complaint,
  about: "compensation",
  investigation: {
    cause: "中转站淋雨",
    facts: "卸车时",
    responsibility: "运输部",
    immediateAction: "已道歉",
    corrective: "加盖雨布",
    preventive: "雨天检查",
  },
  disposition: { type: "compensation", amount: 80_000, noticeText: "我们赔偿 800 元。\n请您确认。" },
};

const facts = (kind: MailFacts["kind"], change: Partial<MailFacts> = {}, about: ComplaintMail = complaint) =>
  sample({
    kind,
    caseId: "TS-2026-000123",
    recipient: "张云",
    content: null,
    title: "damage",
    complaint: about,
    ...change,
    step: {
      kind: "investigate",
      stage: "investigate",
      dueAt: "2026-12-04T01:10:00.000Z",
      waiting: ["张云"],
      standingInFor: null,
      ...change.step,
    },
    urls: {
      ...sample().urls,
      case: "https://careloop.example/cases/TS-2026-000123",
      link: null,
      ...change.urls,
    },
  });

const clock = { kind: "respond" as const, dueAt: "2026-12-02T06:00:00.000Z" };
const late = { ...complaint, clock };
const link = { ...sample().urls, link: `https://careloop.example/d/${"k".repeat(43)}` };
const note = { by: "李敏", text: "先不要向客户提责任方\n等回单" };

const samples = {
  assigned: facts("complaint.assigned"),
  "assigned, paused": facts("complaint.assigned", {}, { ...complaint, paused: true, assignment: "" }),
  opened: facts("step.opened"),
  "follow-up": facts("step.opened", {}, { ...complaint, about: "follow-up" }),
  reminded: facts("step.reminded"),
  "reminded, late": facts("step.reminded", {
    step: { ...sample().step!, dueAt: "2026-12-02T06:00:00.000Z" },
  }),
  warned: facts(
    "clock.warned",
    {},
    { ...complaint, clock: { kind: "resolve", dueAt: "2026-12-04T01:10:00.000Z" } },
  ),
  breached: facts("clock.breached", {}, late),
  climbed: facts("clock.climbed", { recipient: "李超群" }, late),
  mentioned: facts("note.mentioned", {}, { ...complaint, note }),
  "mentioned, erased": facts(
    "note.mentioned",
    {},
    { ...complaint, note: null, description: "", remedySought: "" },
  ),
  compensation: facts("approval.request", { urls: link, recipient: "帅钟" }, proposed),
  notice: facts("approval.request", { urls: link, recipient: "尹雪" }, { ...proposed, about: "notice" }),
  receipt: facts(
    "vote.receipt",
    {
      urls: link,
      own: {
        name: "尹雪",
        stage: "notice",
        choice: "approve",
        at: "2026-12-02T06:05:00.000Z",
        comment: "好",
      },
    },
    { ...proposed, about: "notice" },
  ),
  escalated: facts("step.escalated", { recipient: "张科" }, proposed),
};

const LOCALES = ["zh-CN", "en"] as const;
const every = Object.entries(samples).flatMap(([name, one]) =>
  LOCALES.map((locale) => ({ name: `${name} ${locale}`, one: { ...one, locale } })),
);

describe("mails to colleagues about a complaint", () => {
  it.each([
    ["assigned", "zh-CN", "请处理：货损投诉，洁丽雅有限公司，周五 9:10 前"],
    ["assigned", "en", "Please handle: Damage, 洁丽雅有限公司, by Fri 9:10"],
    ["assigned, paused", "zh-CN", "请处理：货损投诉，洁丽雅有限公司"],
    ["opened", "zh-CN", "请调查：货损投诉，洁丽雅有限公司，周五 9:10 前"],
    ["follow-up", "zh-CN", "请回访：货损投诉，洁丽雅有限公司，周五 9:10 前"],
    ["reminded, late", "zh-CN", "已到期，请调查：货损投诉，洁丽雅有限公司"],
    ["warned", "zh-CN", "快到期：货损投诉，洁丽雅有限公司，办结周五 9:10 前"],
    ["breached", "zh-CN", "已超时：货损投诉，洁丽雅有限公司，首次联系"],
    ["climbed", "zh-CN", "超时上报，请督办：货损投诉，洁丽雅有限公司，张云处理"],
    ["mentioned", "en", "Please see the note: Damage, 洁丽雅有限公司"],
    ["compensation", "zh-CN", "请审批赔偿：货损投诉，洁丽雅有限公司，周五 9:10 前"],
    ["notice", "zh-CN", "请审批处理通知：货损投诉，洁丽雅有限公司，周五 9:10 前"],
  ] as const)("%s %s: the subject says who must do what by when", (name, locale, subject) => {
    expect(render({ ...samples[name], locale }, "email", "讯达物流").subject).toBe(subject);
  });

  it.each(every)("$name has all its words and one address", ({ one }) => {
    const { subject, text, html = "" } = render(one, "email", "讯达物流");
    for (const part of [subject, text, html]) {
      expect(part).not.toMatch(/\{\w+\}|undefined|null|NaN|\[object/);
      expect(part).not.toBe("");
    }
    expect(subject).not.toMatch(/[\r\n]|叶三|1380000/);
    expect(new Set(html.match(/https:[^"<]+/g)).size).toBe(1);
    expect(text).toContain("TS-2026-000123");
    expect(text.includes("/d/")).toBe(one.urls.link !== null);
  });

  it("a signer reads the amount, the budget or the whole notice", () => {
    const money = render(samples.compensation, "email", "").text;
    expect(money).toContain("¥800.00");
    expect(money).toContain("还剩");
    const notice = render(samples.notice, "email", "").text;
    expect(notice).toContain("请您确认。");
    expect(notice).not.toContain("还剩");
  });

  it("a note is marked as internal, and escapes what was typed", () => {
    const { html, text } = render(
      { ...samples.mentioned, complaint: { ...complaint, note: { by: "李敏", text: "<b>x</b> {name}" } } },
      "email",
      "",
    );
    expect(text).toContain("客户看不到");
    expect(html).toContain("&lt;b>x&lt;/b> {name}");
  });

  it("why this person is said in the mail that gives him the case", () => {
    expect(render(samples.assigned, "email", "").text).toContain("张云手上最少（2 件）");
  });
});
