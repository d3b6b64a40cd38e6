import { describe, expect, it } from "vitest";
import type { Absence } from "../../../functions/directory/model.ts";
import { atWork, type Due, dueGroups } from "../../../functions/message/digest-rules.ts";
import { renderNotice } from "../../../functions/message/notices.ts";
import { person } from "../../support/reception.ts";

const NOW = Date.parse("2026-12-02T08:00:00+08:00");
const task = (caseId: string, dueAt: string, change: Partial<Due> = {}): Due => ({
  stepId: `${caseId}-1-1`,
  caseId,
  kind: "follow-up",
  title: "洁丽雅有限公司",
  dueAt: new Date(`${dueAt}+08:00`).toISOString(),
  ...change,
});
const TASKS = [
  task("HF-2026-000003", "2026-12-05T18:00:00"),
  task("HF-2026-000002", "2026-12-02T18:00:00"),
  task("TS-2026-000001", "2026-12-01T15:00:00", { kind: "investigate", title: "恒通纸业 <b>&" }),
  task("JD-2026-000009", "2026-12-02T09:30:00", { kind: "approval", title: "万代" }),
];
const digest = (locale: "zh-CN" | "en", tasks: Due[] = TASKS) =>
  renderNotice({ kind: "digest.daily", params: {}, locale }, person("zhangyun"), {
    baseUrl: "https://care.example",
    tasks,
    now: NOW,
  });

describe("the digest", () => {
  it("puts what is overdue first, then today's, then the rest, each by urgency", () => {
    const { overdue, today, later } = dueGroups(TASKS, NOW);
    expect([overdue, today, later].map((group) => group.map((one) => one.caseId))).toEqual([
      ["TS-2026-000001"],
      ["JD-2026-000009", "HF-2026-000002"],
      ["HF-2026-000003"],
    ]);
    const edge = dueGroups([task("HF-2026-000004", "2026-12-02T08:00:00")], NOW);
    expect(edge.overdue).toHaveLength(1);
    expect(dueGroups([task("HF-2026-000005", "2026-12-03T00:00:00")], NOW).later).toHaveLength(1);
    expect(dueGroups([task("HF-2026-000005", "2026-12-02T23:59:59")], NOW).today).toHaveLength(1);
  });

  it("names customers and case codes in that order, in HTML and in text, without any link of a decision", () => {
    const { subject, text, html = "" } = digest("zh-CN");
    expect(subject).toBe("今日待办：超时 1 件，今天到期 2 件，以后 1 件");
    for (const part of [text, html]) {
      const places = TASKS.map((one) => part.indexOf(one.caseId));
      expect(Math.min(...places)).toBeGreaterThan(0);
      const order = ["TS-2026-000001", "JD-2026-000009", "HF-2026-000002", "HF-2026-000003"];
      expect(order.map((caseId) => part.indexOf(caseId))).toEqual(places.toSorted((a, b) => a - b));
      expect(part).toContain("回访客户：洁丽雅有限公司");
      expect(part).toContain("已超时（1）");
      expect(part).toContain("https://care.example/");
      expect(part).not.toMatch(/\/d\/|\{\w+\}|undefined/);
    }
    expect(html).toContain("恒通纸业 &lt;b>&amp;");
    expect(digest("en").subject).toBe("Today: 1 overdue, 2 due today, 1 later");
    expect(digest("en").text).toContain("Call the customer: 洁丽雅有限公司");
  });

  it("leaves out groups that are empty, and names forty of many", () => {
    const many = Array.from({ length: 45 }, (_, n) => task(`HF-2026-0001${n + 10}`, "2026-12-02T18:00:00"));
    const { text } = digest("zh-CN", many);
    expect(text).not.toContain("已超时");
    expect(text.match(/HF-2026-\d{6}/g)).toHaveLength(40);
    expect(text).toContain("还有 5 件");
  });

  it("encloses a calendar with an event for each", () => {
    const { attachments = [] } = digest("zh-CN");
    expect(attachments).toMatchObject([
      { name: "tasks-2026-12-02.ics", contentType: "text/calendar; charset=utf-8" },
    ]);
    const calendar = attachments[0]?.content ?? "";
    expect(calendar.match(/^BEGIN:VEVENT\r$/gm)).toHaveLength(4);
    expect(calendar).toContain("UID:HF-2026-000002-follow-up@careloop\r\n");
    expect(calendar).toContain("DTSTART:20261202T100000Z\r\n");
    expect(calendar).toContain("SUMMARY:回访客户：洁丽雅有限公司\r\nDESCRIPTION:HF-2026-000002\r\n");
    expect(calendar).not.toContain("/d/");
  });

  it("asks for what it does not know by name too", () => {
    expect(
      digest("zh-CN", [task("HF-2026-000001", "2026-12-02T18:00:00", { kind: "constructor" })]).text,
    ).toContain("办理：洁丽雅有限公司");
  });
});

describe("who and what", () => {
  it("goes to those who are active and there that day", () => {
    const away = (staffId: string, from: string, to: string) => ({ staffId, from, to }) as Absence;
    const staff = [
      person("zhangyun"),
      person("limin"),
      person("liuyanli"),
      { ...person("yinxue"), active: false },
    ];
    const absences = [
      away("limin", "2026-12-01", "2026-12-02"),
      away("liuyanli", "2026-12-03", "2026-12-04"),
    ];
    expect(atWork(staff, absences, "2026-12-02").map((one) => one.staffId)).toEqual(["zhangyun", "liuyanli"]);
  });
});
