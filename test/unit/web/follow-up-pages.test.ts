import { describe, expect, test } from "vitest";
import type { Locale } from "../../../functions/directory/model.ts";
import { defaultCalendar } from "../../../functions/shared/calendar/index.ts";
import { followUpSentence, followUpStations, wishOf } from "../../../functions/web/models/follow-up.ts";
import {
  askedOf,
  daysOf,
  type Planned,
  rangeOf,
  turns,
} from "../../../functions/web/models/follow-up-calendar.ts";
import {
  actOf,
  bodyOf,
  formProblems,
  recordDefaults,
  typedOf,
} from "../../../functions/web/models/follow-up-forms.ts";
import { filterOf, listPath } from "../../../functions/web/models/follow-up-list.ts";
import { followUpTimeline } from "../../../functions/web/models/follow-up-timeline.ts";
import { casePath } from "../../../functions/web/models/paths.ts";
import { taskPath, taskTitle } from "../../../functions/web/models/tasks.ts";
import { followUpCalendarPage } from "../../../functions/web/pages/follow-up-calendar.tsx";
import { followUpPage } from "../../../functions/web/pages/follow-up-case.tsx";
import { followUpListPage, followUpPlanPage } from "../../../functions/web/pages/follow-up-list.tsx";
import { followUpStepPage } from "../../../functions/web/pages/follow-up-step.tsx";
import { NOW } from "../../support/fixtures.ts";
import * as f from "../../support/follow-up-view.ts";

const LOCALES: Locale[] = ["zh-CN", "en"];
const known = {
  address: "双流",
  companyType: "毛巾公司",
  frequency: { count: 1, unit: "month" },
  nextOn: "2027-01-04",
};

const shown = (r: ReturnType<typeof f.as>, view = f.view(), more = {}) =>
  followUpPage(r, { view, name: f.nameOf, told: null, ...more });

const stepShown = (r: ReturnType<typeof f.as>, view = f.view(), more = {}) => {
  const step = view.steps.find((one) => one.status === "open")!;
  return followUpStepPage(r, {
    view,
    step: { ...step, kind: step.kind as "follow-up" },
    choice: "",
    typed: {},
    defaults: recordDefaults(view, known, NOW),
    problems: [],
    mates: [{ staffId: "tangli", name: "唐丽", department: "customer_service", load: 3, away: true }],
    failed: 1,
    key: "k",
    ...more,
  });
};

/** No key of the catalogue, no empty parameter, no id twice. */
function isWhole(html: string): void {
  expect(html).not.toMatch(/\{(?!percent)\w+\}|undefined|\[object|NaN/);
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
  expect(ids).toEqual([...new Set(ids)]);
}

const unreachable = f.view({
  steps: [
    f.step(1, "follow-up", f.ASSIGNEE, { status: "done", outcome: "unreachable" }),
    f.step(2, "new-contact", f.LEAD),
  ],
});

describe.each(LOCALES)("every page in %s is whole", (locale) => {
  const agent = f.as("agent", f.ASSIGNEE, locale);
  const lead = f.as("callcenter_lead", f.LEAD, locale);
  test.each([
    ["planned", f.view()],
    [
      "a visit",
      f.visiting({ appointment: { at: "2026-12-04T10:00:00+08:00", place: "双流", status: "proposed" } }),
    ],
    ["overdue", f.view({ missed: true, missedAt: "2026-12-02T10:00:00+08:00" })],
    ["in review", f.reviewing()],
    ["of a visit in review", f.reviewing({ mode: "visit", record: f.visitRecord })],
    ["closed", f.closed()],
    [
      "cancelled",
      f.view({ status: "closed", phase: "closed", outcome: "cancelled", reason: "contacted", steps: [] }),
    ],
    [
      "erased",
      f.view({ content: null, events: [{ ...f.event(1, "follow-up.recorded", f.ASSIGNEE), erased: true }] }),
    ],
  ])("the case, %s", (_name, view) => {
    isWhole(shown(agent, view));
    isWhole(shown(lead, view));
  });

  test("the steps", () => {
    isWhole(stepShown(agent));
    isWhole(stepShown(agent, f.visiting()));
    isWhole(stepShown(lead, f.reviewing()));
    isWhole(stepShown(lead, unreachable));
    isWhole(
      stepShown(agent, f.view(), {
        choice: "attempt",
        typed: { date: "2026-12-03" },
        problems: [{ input: "date", label: "x", message: "y" }],
      }),
    );
  });

  test("list, planning and calendar", () => {
    const line: Planned = {
      caseId: f.CASE,
      customerId: "C0001",
      customerName: "洁丽雅",
      plannedOn: "2026-12-02",
      dueAt: "2026-12-03T18:00:00+08:00",
      assignee: { staffId: "zhangyun", name: "张云" },
      mode: "call",
      phase: "planned",
      status: "open",
      outcome: null,
      missed: true,
      appointmentAt: null,
    };
    isWhole(
      followUpListPage(lead, {
        lines: [line],
        next: "c",
        paged: true,
        filter: { status: "open" },
        everything: true,
        people: [{ staffId: "zhangyun", name: "张云" }],
        mayPlan: true,
      }),
    );
    isWhole(
      followUpListPage(agent, {
        lines: [],
        next: null,
        paged: false,
        filter: {},
        everything: false,
        people: [],
        mayPlan: true,
        problem: "x",
      }),
    );
    const plan = {
      typed: { mode: "call" },
      problems: [],
      existing: f.CASE,
      message: "x",
      tired: true,
      mates: [],
      key: "k",
      search: null,
    };
    isWhole(followUpPlanPage(lead, { ...plan, customer: { customerId: "C0001", name: "洁丽雅" } }));
    isWhole(followUpPlanPage(lead, { ...plan, customer: null, search: { q: "x", found: [] } }));
    for (const view of ["month", "week"] as const) {
      const asked = { view, whose: "team" as const, day: "2026-12-02" };
      const days = daysOf(asked, [line], { calendar: defaultCalendar, today: "2026-12-02" });
      const html = followUpCalendarPage(lead, {
        asked,
        days,
        today: "2026-12-02",
        everything: true,
        tooMany: true,
      });
      isWhole(html);
      expect(html).toContain(`/follow-ups/${f.CASE}`);
    }
  });
});

describe("what a case offers to whom", () => {
  test("whoever does it calls, books and prepares; others read", () => {
    const mine = shown(f.as("agent", f.ASSIGNEE), f.visiting());
    expect(mine).toContain(`href="/follow-ups/${f.CASE}/steps/${f.CASE}-s1"`);
    expect(mine).toContain('href="tel:+8613800001234"');
    for (const form of ["appointment", "checklist", "check-in"])
      expect(mine).toContain(`action="/follow-ups/${f.CASE}/${form}"`);
    const other = shown(f.as("records_admin"), f.visiting());
    expect(other).not.toContain('<form method="post" action="/follow-ups');
    expect(other).not.toContain(`/steps/${f.CASE}-s1`);
  });

  test("the desk books and does not prepare; nothing is booked once it is recorded", () => {
    const html = shown(f.as("complaint_admin"), f.visiting());
    expect(html).toContain(`/${f.CASE}/appointment`);
    expect(html).not.toContain(`/${f.CASE}/checklist`);
    expect(shown(f.as("complaint_admin"), f.reviewing())).not.toContain(`/${f.CASE}/appointment"`);
  });

  test("what the customer asked for instead stands in the form", () => {
    const view = f.view({
      appointment: { at: "2026-12-05T14:00:00+08:00", place: "电话", status: "proposed" },
      events: [
        ...f.view().events,
        f.event(
          3,
          "appointment.proposed",
          { customer: "洁丽雅有限公司" },
          { at: "2026-12-05T14:00:00+08:00" },
        ),
      ],
    });
    expect(wishOf(view)).toBe("2026-12-05T14:00:00+08:00");
    const html = shown(f.as("agent", f.ASSIGNEE), view);
    expect(html).toContain("客户想改到");
    expect(html).toContain('value="2026-12-05"');
    expect(followUpTimeline(view, f.as("agent"), f.nameOf)[0]?.text).toContain("洁丽雅有限公司想改到");
    expect(
      wishOf({ ...view, events: [...view.events, f.event(4, "appointment.moved", "zhangyun", { at: "x" })] }),
    ).toBeNull();
  });

  test("why this person, and overdue is said", () => {
    const html = shown(f.as("agent"), f.view({ missed: true, missedAt: "2026-12-02T10:00:00+08:00" }));
    expect(html).toContain("张云手上的待办最少");
    expect(html).toContain("没有这项技能");
    expect(html).toContain("已逾期");
  });
});

describe("where it is", () => {
  const r = f.as("agent");
  const road = (view: ReturnType<typeof f.view>) =>
    followUpStations(view, r).map(({ key, state }) => `${key} ${state}`);
  test("stations", () => {
    expect(road(f.view())).toEqual(["planned done", "follow-up now", "review next", "closed next"]);
    expect(road(f.reviewing())).toEqual(["planned done", "follow-up done", "review now", "closed next"]);
    expect(road(unreachable)).toEqual([
      "planned done",
      "follow-up done",
      "new-contact now",
      "review next",
      "closed next",
    ]);
    expect(road(f.closed())).toEqual(["planned done", "follow-up done", "review done", "closed done"]);
  });
  test("a sentence", () => {
    expect(followUpSentence(f.view(), r)).toMatchObject({ late: false, open: true });
    expect(followUpSentence(f.view(), r).text).toMatch(/^现在等张云联系客户，明天 18:00 前，还剩/);
    expect(followUpSentence(f.view({ dueAt: "2026-12-02T14:00:00+08:00" }), r)).toMatchObject({ late: true });
    expect(followUpSentence(f.reviewing(), r).text).toContain("黄远利审核");
  });
  test("tasks and codes lead here", () => {
    expect(casePath(f.CASE)).toBe(`/follow-ups/${f.CASE}`);
    const task = {
      stepId: `${f.CASE}-s1`,
      caseId: f.CASE,
      process: "follow-up",
      stage: "",
      title: "洁丽雅",
      openedAt: "",
      dueAt: "",
    };
    for (const kind of ["follow-up", "new-contact", "review"])
      expect(taskPath({ ...task, kind })).toBe(`/follow-ups/${f.CASE}/steps/${f.CASE}-s1`);
    expect(taskTitle({ ...task, kind: "review" }, r)).toBe("审核回访记录：洁丽雅");
  });
});

describe("forms", () => {
  test("a record begins with the customer and now, and with what was returned", () => {
    const begin = recordDefaults(f.visiting(), known, NOW);
    expect(begin).toMatchObject({
      customerAddress: "双流",
      visitors: "张云",
      visitDate: "2026-12-02",
      filledTime: "15:00",
      nextOn: "2027-01-04",
      contactPhone: "+8613800001234",
    });
    const again = recordDefaults(f.visiting({ record: f.visitRecord }), known, NOW);
    expect(again).toMatchObject({
      visitors: "张云\n唐丽",
      count: "2",
      next: "none",
      noNextReason: "客户迁址",
      issueFound: "yes",
      employeeCount: "275",
    });
  });

  test("what a form posts of a record is what it was", () => {
    const { attempts: _attempts, ...call } = f.callRecord;
    const typed = { ...recordDefaults(f.reviewing(), known, NOW), date: "" };
    const { newNeeds: _needs, ...kept } = call;
    expect(actOf("call", "done", typed)).toEqual({ choice: "done", comment: "", data: kept });
    const visit = actOf("visit", "done", recordDefaults(f.visiting({ record: f.visitRecord }), known, NOW));
    const { verbatim: _v, newNeeds: _n, suggestion: _s, ...rest } = f.visitRecord;
    expect(visit.data).toEqual(rest);
  });

  test("none planned has a reason, whatever date is left over", () => {
    expect(
      actOf("call", "done", { next: "none", nextOn: "2027-01-11", noNextReason: "停业" }).data,
    ).toMatchObject({ nextFollowUpOn: null, noNextReason: "停业" });
    expect(
      actOf("call", "done", { next: "date", nextOn: "2027-01-11", noNextReason: "停业" }).data,
    ).not.toHaveProperty("noNextReason");
    expect(actOf("visit", "done", { next: "none", noNextReason: "停业" }).data).toMatchObject({
      nextVisitPlan: { none: true, reason: "停业" },
    });
  });

  test("calls on the case", () => {
    expect(
      bodyOf("appointment", { date: "2026-12-03", time: "9:30", place: "双流", reason: "", scope: "this" }),
    ).toEqual({ at: "2026-12-03T09:30:00+08:00", place: "双流", scope: "this" });
    const typed = typedOf(
      new URLSearchParams([
        ["done", "goal"],
        ["done", "plan"],
      ]),
    );
    expect(bodyOf("checklist", typed)).toEqual({ done: ["goal", "plan"] });
    expect(bodyOf("checklist", {})).toEqual({ done: [] });
    expect(bodyOf("check-in", { date: "2026-12-03", time: "09:30", note: "" })).toEqual({
      at: "2026-12-03T09:30:00+08:00",
      note: "",
    });
  });

  test("problems stand at the field that was typed in", () => {
    const r = f.as("agent");
    const at = (path: string, typed = {}) => formProblems([{ path, code: "required" }], typed, r)[0]?.input;
    expect(at("data.nextVisitPlan", { next: "none" })).toBe("noNextReason");
    expect(at("data.nextFollowUpOn", { next: "date" })).toBe("nextOn");
    expect(at("data.attempts.0.at")).toBe("date");
    expect(at("data.frequency.count")).toBe("count");
    expect(at("data.filledAt")).toBe("filledDate");
    const labelled = formProblems(
      ["data.agreedIntent", "at", "data.visitors", "comment", "dueOn"].map((path) => ({
        path,
        code: "required",
      })),
      {},
      r,
    );
    expect(labelled.every(({ label }) => label !== "")).toBe(true);
  });
});

describe("list and calendar", () => {
  test("filters keep to their address", () => {
    expect(listPath(filterOf(new URLSearchParams("assignee=zhangyun&missed=true")))).toBe(
      "/follow-ups?assignee=zhangyun&missed=true",
    );
    expect(listPath(filterOf(new URLSearchParams("status=")))).toBe("/follow-ups?status=");
    expect(listPath(filterOf(new URLSearchParams()))).toBe("/follow-ups");
  });

  test("a month is whole weeks; turning it never skips one", () => {
    const asked = askedOf(new URLSearchParams("day=2027-01-31"), "2026-12-02");
    expect(rangeOf(asked)).toEqual({ from: "2026-12-28", to: "2027-01-31" });
    expect(turns(asked)).toEqual({ before: "2026-12-01", after: "2027-02-01" });
    expect(askedOf(new URLSearchParams("day=2027-02-30&view=year&whose=x"), "2026-12-02")).toEqual({
      view: "month",
      whose: "mine",
      day: "2026-12-02",
    });
    expect(rangeOf({ ...asked, view: "week", day: "2026-12-06" })).toEqual({
      from: "2026-11-30",
      to: "2026-12-06",
    });
  });

  test("an appointment stands on its own day, by its time; days off are known", () => {
    const line = (caseId: string, plannedOn: string, appointmentAt: string | null): Planned => ({
      caseId,
      customerId: "",
      customerName: caseId,
      plannedOn,
      dueAt: "",
      assignee: { staffId: "a", name: "a" },
      mode: "call",
      phase: "planned",
      status: "open",
      outcome: null,
      missed: false,
      appointmentAt,
    });
    const days = daysOf(
      { view: "week", whose: "mine", day: "2026-12-02" },
      [
        line("a", "2026-12-03", null),
        line("b", "2026-11-20", "2026-12-03T15:00:00+08:00"),
        line("c", "2026-12-03", "2026-12-03T09:00:00+08:00"),
      ],
      { calendar: defaultCalendar, today: "2026-12-02" },
    );
    expect(days[3]?.items.map(({ caseId }) => caseId)).toEqual(["c", "b", "a"]);
    expect(days.map(({ working }) => working)).toEqual([true, true, true, true, true, false, false]);
    expect(days.filter(({ today }) => today).map(({ date }) => date)).toEqual(["2026-12-02"]);
  });
});

describe("the timeline", () => {
  const told = (locale: Locale, ...more: ReturnType<typeof f.event>[]): string[] => {
    const steps = [f.step(1, "follow-up", f.ASSIGNEE), f.step(2, "appointment", "customer")];
    const view = f.view({ steps, events: more });
    return followUpTimeline(view, f.as("agent", f.ASSIGNEE, locale), f.nameOf).map(({ text }) => text);
  };
  const on = (n: number, one: ReturnType<typeof f.event>) => ({ ...one, stepId: `${f.CASE}-s${n}` });

  test("says of a reminder who was reminded of what, and of a rung who was told", () => {
    const events = [
      on(1, f.event(1, "step.reminded", null, { rung: 1, to: [f.ASSIGNEE] })),
      on(2, f.event(2, "step.reminded", null, { to: [f.ASSIGNEE, "customer"] })),
      on(1, f.event(3, "step.escalated", null, { rung: 2, to: [f.LEAD] })),
      on(1, f.event(4, "step.escalated", null, { rung: 3, to: [] })),
    ];
    expect(told("zh-CN", ...events)).toEqual([
      "超时没有联系客户",
      "超时没有联系客户，报告黄远利",
      "前一天提醒张云、洁丽雅有限公司",
      "提醒张云联系客户",
    ]);
    expect(told("en", ...events)[3]).toBe("张云 reminded: contact the customer");
  });

  test("does not tell a press twice, and keeps what was said with it", () => {
    const decided = (seq: number, choice: string, comment: string) =>
      on(1, f.event(seq, "step.decided", f.LEAD, { choice, comment }));
    expect(
      told(
        "zh-CN",
        decided(1, "accept", ""),
        f.event(2, "follow-up.reviewed", f.LEAD, {}),
        decided(3, "return", "请补充"),
        f.event(4, "follow-up.returned", f.LEAD, { comment: "请补充" }),
        decided(5, "accept", "写得很好"),
      ),
    ).toEqual(["黄远利：通过", "黄远利退回了记录", "黄远利审核通过"]);
  });
});
