/** Messages about follow-ups: what they say, to whom they may go, and that no hostile word gets out of its place. */
import { describe, expect, test } from "vitest";
import type { CaseFile, Message } from "../../../functions/case/model.ts";
import type { Customer } from "../../../functions/customer/model.ts";
import { type FollowUpMail, judgeFollowUpCustomer } from "../../../functions/message/follow-up-facts.ts";
import { FOLLOW_UP_STAFF_KINDS } from "../../../functions/message/kinds.ts";
import { renderFollowUp } from "../../../functions/message/render.ts";
import { FORBIDDEN_WORDS, partsOf } from "../../../functions/message/sms-rules.ts";
import { WEDNESDAY } from "../../support/reception.ts";

const LINK = "https://care.example/d/abc";
const mail = (change: Partial<FollowUpMail> = {}): FollowUpMail => ({
  kind: "follow-up.assigned",
  caseId: "HF-2026-000001",
  locale: "zh-CN",
  now: WEDNESDAY,
  params: {},
  name: "张云",
  customer: "洁丽雅有限公司",
  assignee: "张云",
  mode: "visit",
  purpose: "续签合同",
  contact: { name: "陈辰", phone: "+8613920000001", email: "chen@customer.example", language: "zh-CN" },
  dueAt: "2026-12-04T10:00:00.000Z",
  step: { kind: "follow-up", dueAt: "2026-12-04T10:00:00.000Z" },
  appointment: { at: "2026-12-04T02:00:00.000Z", place: "双流开发区567号" },
  items: [],
  said: "",
  urls: { case: "https://care.example/cases/HF-2026-000001", link: null, optOut: null },
  ...change,
});

describe("to colleagues", () => {
  test.each(["zh-CN", "en"] as const)(
    "every kind has words of its own, in %s, and no person in its subject",
    (locale) => {
      const subjects = [...FOLLOW_UP_STAFF_KINDS, "step.opened"].map((kind) => {
        const { subject, text, html } = renderFollowUp(mail({ kind, locale }), "email", "", false);
        expect(subject).toContain("HF-2026-000001");
        expect(subject).toContain("洁丽雅有限公司");
        expect(subject).not.toMatch(/陈辰|1392|张云/);
        expect(`${subject}${text}${html}`).not.toMatch(/\{\w+\}|undefined/);
        expect(text).toContain("https://care.example/cases/HF-2026-000001");
        return subject;
      });
      expect(new Set(subjects).size).toBe(subjects.length);
    },
  );

  test("the day before lists what is not ticked and only that", () => {
    const { text } = renderFollowUp(
      mail({ kind: "follow-up.day-before", items: ["plan", "materials"] }),
      "email",
      "",
      false,
    );
    expect(text).toContain("做好访前计划\n备齐相关资料");
    expect(text).not.toMatch(/明确拜访目标|确定拜访时间|熟记相关数据|设计应急预案/);
    expect(renderFollowUp(mail({ kind: "follow-up.day-before" }), "email", "", false).text).toContain(
      "访前准备都已完成",
    );
  });

  test("hostile words stay words", () => {
    const said = '<img src=x onerror="alert(1)">';
    const { html = "" } = renderFollowUp(
      mail({ kind: "follow-up.appointment", said, customer: said }),
      "email",
      "",
      false,
    );
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img");
  });
});

test("what was planned by hand comes with a calendar: when it is due, or when the customer is met", () => {
  const enclosed = (change: Partial<FollowUpMail>) =>
    renderFollowUp(mail(change), "email", "", false).attachments?.[0];
  expect(enclosed({ appointment: null })).toMatchObject({
    name: "HF-2026-000001.ics",
    contentType: "text/calendar; charset=utf-8",
    content: expect.stringContaining("DTSTART:20261204T100000Z"),
  });
  const { content = "" } = enclosed({}) ?? {};
  expect(content).toContain("DTSTART:20261204T020000Z");
  expect(content).toContain("UID:HF-2026-000001-follow-up@careloop");
  expect(content.replaceAll("\r\n ", "")).toContain("洁丽雅有限公司");
  expect(enclosed({ kind: "step.due" })).toBeUndefined();
});

describe("to the customer", () => {
  test("the mail about an appointment has its link, a reminder without one has none", () => {
    const asks = renderFollowUp(
      mail({ kind: "follow-up.appointment", name: "陈辰", urls: { case: "", link: LINK, optOut: null } }),
      "email",
      "",
      true,
    );
    expect(asks.text).toContain(LINK);
    expect(asks.text).toContain("双流开发区567号");
    expect(asks.subject).not.toMatch(/陈辰|洁丽雅/);
    const reminds = renderFollowUp(
      mail({ kind: "follow-up.customer-reminder", name: "陈辰" }),
      "email",
      "",
      true,
    );
    expect(`${reminds.text}${reminds.html}`).not.toMatch(/\/d\/|href=""/);
  });

  test("a mail says how to get no more of its kind, in its text and for his mail program", () => {
    const optOut = "https://care.example/o/email.C1.k.s";
    const urls = { case: "", link: LINK, optOut };
    const { text, html, unsubscribe } = renderFollowUp(
      mail({ kind: "follow-up.appointment", urls }),
      "email",
      "",
      true,
    );
    expect(unsubscribe).toBe(optOut);
    expect(text).toContain(`不想再收到这类邮件\n${optOut}`);
    expect(html).toContain(`href="${optOut}"`);
  });

  test.each(["zh-CN", "en"] as const)(
    "an SMS has code and signature, no link, no forbidden word, two parts at most, in %s",
    (locale) => {
      for (const kind of ["follow-up.appointment", "follow-up.customer-reminder"]) {
        const { text } = renderFollowUp(
          mail({ kind, locale, urls: { case: "", link: LINK, optOut: null } }),
          "sms",
          "讯达物流",
          true,
        );
        expect(text).toMatch(/^【讯达物流】/);
        expect(text).toContain("HF-2026-000001");
        expect(text).not.toMatch(/https?:|\/d\//);
        for (const word of FORBIDDEN_WORDS) expect(text).not.toContain(word);
        expect(partsOf(text)).toBeLessThanOrEqual(2);
      }
    },
  );
});

describe("whether it may go", () => {
  const contact = mail().contact!;
  const file = (change: Record<string, unknown> = {}, step: Record<string, unknown> = {}): CaseFile =>
    ({
      header: {
        status: "open",
        followUp: { appointment: { n: 1, stepId: "s1", status: "proposed", at: "" } },
        ...change,
      },
      content: { contact },
      steps: [{ stepId: "s1", status: "open", ...step }],
    }) as unknown as CaseFile;
  const message = (kind: string, channel: "email" | "sms" = "email") =>
    ({ kind, channel, stepId: "s1", to: "customer" }) as unknown as Message;
  const known = (change: object = {}): Customer =>
    ({
      contacts: [
        {
          ...contact,
          consent: { email: true, sms: true },
          suppressed: { email: false, sms: false },
          ...change,
        },
      ],
    }) as unknown as Customer;
  const ASK = message("follow-up.appointment");
  const REMIND = message("follow-up.customer-reminder");

  test("to his own address, while it is true", () => {
    expect(judgeFollowUpCustomer(ASK, file(), known())).toEqual({
      go: true,
      address: "chen@customer.example",
    });
    expect(judgeFollowUpCustomer(message("follow-up.appointment", "sms"), file(), known())).toEqual({
      go: true,
      address: "+8613920000001",
    });
    expect(judgeFollowUpCustomer(ASK, file({ status: "closed" }), known())).toMatchObject({
      reason: "step_ended",
    });
    expect(judgeFollowUpCustomer(ASK, file({}, { status: "done" }), known())).toMatchObject({
      reason: "step_ended",
    });
    expect(judgeFollowUpCustomer(REMIND, file({}, { status: "done" }), known())).toMatchObject({ go: true });
    const moved = { followUp: { appointment: { n: 2, stepId: "s2", status: "proposed", at: "" } } };
    expect(judgeFollowUpCustomer(REMIND, file(moved), known())).toMatchObject({ reason: "step_ended" });
  });

  test("not to whom has opted out, nor without his consent, nor once it is erased", () => {
    const out = known({ suppressed: { email: true, sms: false } });
    expect(judgeFollowUpCustomer(ASK, file(), out)).toMatchObject({
      status: "suppressed",
      reason: "opted_out",
    });
    expect(judgeFollowUpCustomer(message("follow-up.appointment", "sms"), file(), out)).toMatchObject({
      go: true,
    });
    const other = { ...contact, phone: "+8613920000009", email: null };
    const renamed = { ...file(), content: { contact: other } } as unknown as CaseFile;
    const sms = message("follow-up.appointment", "sms");
    expect(judgeFollowUpCustomer(sms, renamed, known())).toMatchObject({ go: true });
    const company = known({ suppressed: { email: false, sms: true } });
    expect(judgeFollowUpCustomer(sms, renamed, company)).toMatchObject({ reason: "opted_out" });
    const silent = known({ consent: { email: false, sms: false } });
    expect(judgeFollowUpCustomer(REMIND, file(), silent)).toMatchObject({ reason: "no_consent" });
    expect(judgeFollowUpCustomer(ASK, file(), silent)).toMatchObject({ reason: "no_consent" });
    expect(judgeFollowUpCustomer(ASK, { ...file(), content: null }, known())).toMatchObject({
      reason: "erased",
    });
  });
});
