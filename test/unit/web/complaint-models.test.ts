import { describe, expect, test } from "vitest";
import type { ClockView } from "../../../functions/complaint/clock-rules.ts";
import { clockView, pauseClock, resumeClock, startClock } from "../../../functions/complaint/clock-rules.ts";
import { COMPLAINT_POLICY } from "../../../functions/policy/shipped.ts";
import { defaultCalendar } from "../../../functions/shared/calendar/index.ts";
import { invalid } from "../../../functions/shared/errors.ts";
import {
  complaintTitle,
  isDesk,
  mayEnterAnswer,
  mayNudge,
  mayPause,
  mayReopen,
  mentionsIn,
  works,
} from "../../../functions/web/models/complaint.ts";
import {
  boardPath,
  filePath,
  filterOf,
  ofView,
  searchOf,
  statsOf,
} from "../../../functions/web/models/complaint-board.ts";
import { clockDays, clockRounds, pressing, workTime } from "../../../functions/web/models/complaint-clock.ts";
import { attemptsOn, failedOn } from "../../../functions/web/models/complaint-follow-up.ts";
import {
  actOf,
  followUpDefaults,
  formProblems,
  triageOf,
  typedOf,
} from "../../../functions/web/models/complaint-forms.ts";
import { complaintSentence, complaintStations } from "../../../functions/web/models/complaint-road.ts";
import { folded, talkOf } from "../../../functions/web/models/complaint-talk.ts";
import { complaintTimeline } from "../../../functions/web/models/complaint-timeline.ts";
import * as c from "../../support/complaint-view.ts";
import { NOW } from "../../support/fixtures.ts";

const zh = c.as("agent");

describe("who may do what", () => {
  test("the handler and the desk work on an open case; others read and nudge", () => {
    const view = c.view();
    expect(works(view, c.as("agent", c.HANDLER))).toBe(true);
    expect(works(view, c.as("agent"))).toBe(false);
    expect(works(view, c.as("complaint_admin"))).toBe(true);
    expect(works(c.closed, c.as("complaint_admin"))).toBe(false);
    expect(isDesk(c.as("callcenter_lead"))).toBe(true);
    expect(isDesk(c.as("records_admin"))).toBe(false);
    expect(mayNudge(view, c.as("agent"))).toBe(true);
    expect(mayNudge(view, c.as("agent", c.HANDLER))).toBe(false);
  });

  test("the customer is asked once at a time", () => {
    const desk = c.as("complaint_admin");
    expect(mayPause(c.view(), desk)).toBe(true);
    expect(mayPause(c.view({ paused: true }), desk)).toBe(false);
  });

  test("a lead who did not handle it enters an answer given by phone", () => {
    expect(mayEnterAnswer(c.confirming, c.as("callcenter_lead"))?.stepId).toBe("TS-2026-000123-s3");
    expect(mayEnterAnswer(c.confirming, c.as("complaint_admin"))).toBeNull();
    expect(mayEnterAnswer(c.confirming, c.as("callcenter_lead", c.HANDLER))).toBeNull();
    expect(mayEnterAnswer(c.view(), c.as("callcenter_lead"))).toBeNull();
  });

  test("the desk opens a case again for 15 days, a merged one never", () => {
    const desk = c.as("service_manager");
    expect(mayReopen(c.closed, desk)).toBe(true);
    expect(mayReopen(c.closed, c.as("agent"))).toBe(false);
    expect(mayReopen({ ...c.closed, mergedInto: "TS-2026-000001" }, desk)).toBe(false);
    expect(mayReopen({ ...c.closed, closedAt: "2026-11-01T10:00:00+08:00" }, desk)).toBe(false);
  });

  test("a note calls whom it names and who is chosen, each once", () => {
    const people = [
      { staffId: "a", name: "张云", active: true },
      { staffId: "b", name: "李敏", active: true },
      { staffId: "g", name: "何静", active: false },
    ];
    expect(mentionsIn("@张云 请看，@何静", "b", people)).toEqual(["b", "a"]);
    expect(mentionsIn("@张云", "a", people)).toEqual(["a"]);
    expect(mentionsIn("没有", "", people)).toEqual([]);
  });
});

describe("where it is", () => {
  test("the road of a case under investigation", () => {
    expect(complaintStations(c.view(), zh).map((one) => [one.key, one.state])).toEqual([
      ["received", "done"],
      ["assign", "done"],
      ["investigate", "now"],
      ["notice", "next"],
      ["customer-confirm", "next"],
      ["follow-up", "next"],
      ["closed", "next"],
    ]);
    const [received, assigned, now] = complaintStations(c.view(), zh);
    expect(received?.who).toBe("叶三");
    expect(assigned?.who).toBe("张云");
    expect(now).toMatchObject({ title: "调查", who: "张云" });
  });

  test("money above the limit and an exchange have stations of their own", () => {
    const keys = complaintStations(c.compensating, zh).map((one) => `${one.key} ${one.state}`);
    expect(keys).toContain("compensation now");
    const exchange = c.view({
      disposition: { type: "exchange", noticeText: "换货" },
    });
    expect(complaintStations(exchange, zh).map((one) => one.key)).toContain("exchange");
  });

  test("one sentence says who is waited for, late, paused, with the customer, closed", () => {
    expect(complaintSentence(c.view(), zh).text).toBe(
      "现在等张云交调查结果，周五 9:10 前，还剩 11 个工作小时",
    );
    expect(complaintSentence(c.view({ paused: true }), zh).text).toBe(
      "现在等张云交调查结果；在等客户答复，计时暂停",
    );
    expect(complaintSentence(c.confirming, zh).text).toMatch(/^现在等客户答复是否认可，/);
    expect(complaintSentence(c.compensating, zh).text).toMatch(/^现在等帅钟审批赔偿/);
    expect(complaintSentence(c.closed, zh).text).toBe("回访满意，已办结");
    expect(complaintSentence(c.view({}, "2026-12-02T14:00:00+08:00"), zh)).toMatchObject({ late: true });
    expect(complaintSentence(c.view(), c.as("agent", undefined, "en")).text).toBe(
      "Waiting for 张云 to hand in the investigation, by Fri 9:10, 11 working hours left",
    );
  });

  test("after a reopening the road begins anew, the first events stay in the timeline", () => {
    const road = complaintStations(c.reopened, zh);
    expect(road.find((one) => one.state === "now")?.key).toBe("investigate");
    expect(road.find((one) => one.key === "notice")?.state).toBe("next");
  });

  test("the heading is the first sentence, clipped, or the category once it was erased", () => {
    expect(complaintTitle(c.view(), zh)).toBe("12 箱毛巾到货时外箱破损，3 箱受潮");
    const long = c.view({ content: { description: "很".repeat(100) } });
    expect([...complaintTitle(long, zh)]).toHaveLength(40);
    expect(complaintTitle(c.view({ content: null }), zh)).toBe("货损投诉");
    expect(complaintTitle(c.view({ content: null }), c.as("agent", undefined, "en"))).toBe(
      "Complaint about damage",
    );
  });
});

describe("what was written", () => {
  test("inside and to the customer are different kinds, in the order in which they were written", () => {
    const talk = talkOf(c.spoken, zh, c.nameOf);
    expect(talk.map((one) => one.side)).toEqual(["in", "out", "out", "in", "note", "out", "in"]);
    expect(talk.map((one) => one.heading)).toEqual([
      "客户的投诉：叶三",
      "发给客户：叶三",
      "问客户：叶三",
      "客户来信：叶三",
      "内部备注，客户看不到",
      "处理通知，发给客户：叶三",
      "客户不认可：叶三",
    ]);
    expect(talk[4]).toMatchObject({ text: "先不要提责任方", more: ["提到李敏"] });
    expect(talk[5]?.text).toBe("我们赔偿 800 元。");
    expect(talk[6]?.more).toEqual(["电话答复，由黄远利登记"]);
  });

  test("what the system sends is no conversation, and an erased line says so", () => {
    const view = c.view({ events: [c.event(9, "message.sent", null, { kind: "complaint.acknowledged" })] });
    expect(talkOf(view, zh, c.nameOf)).toEqual([]);
    const erased = c.view({ events: [{ ...c.event(9, "note.added", c.HANDLER), erased: true }] });
    expect(talkOf(erased, zh, c.nameOf)[0]).toMatchObject({ side: "note", erased: true });
  });

  test("what was merged into the case stands among its own, and says from where", () => {
    const view = c.view({
      merged: [
        {
          caseId: "TS-2026-000099",
          receivedAt: "2026-12-01T09:00:00+08:00",
          content: { complainantName: "王五", description: "也破了" },
          conversation: [{ at: "2026-12-01T10:00:00+08:00", from: "us", text: "收到" }],
        },
      ],
    });
    const talk = talkOf(view, zh, c.nameOf).filter((one) => one.more.join().includes("TS-2026-000099"));
    expect(talk.map((one) => [one.side, one.text])).toEqual([
      ["in", "也破了"],
      ["out", "收到"],
    ]);
  });

  test("a long talk folds what is old", () => {
    const [first] = talkOf(c.view(), zh, c.nameOf);
    const talk = Array.from({ length: 20 }, (_, index) => ({ ...first!, key: String(index) }));
    expect(folded(talk).shown).toHaveLength(8);
    expect(folded(talk.slice(0, 9)).earlier).toEqual([]);
  });
});

describe("the timeline", () => {
  test("every event is a sentence, clocks of one instant are one line", () => {
    const lines = complaintTimeline(c.spoken, zh, c.nameOf);
    const texts = lines.map((one) => one.text);
    expect(texts).toContain("叶三提交投诉");
    expect(texts).toContain("开始计时：回执、首次联系、办结");
    expect(texts).toContain("分派给张云");
    expect(texts).toContain("李敏改了分级");
    expect(texts.filter((text) => text.includes("{"))).toEqual([]);
    const assigned = lines.find((one) => one.text === "分派给张云");
    expect(assigned?.notes[0]).toContain("张云手上最少（2 件）");
    const graded = lines.find((one) => one.text === "李敏改了分级");
    expect(graded?.notes).toEqual(["优先级：P3 一般 改为 P2 紧急", "说明：客户周五铺货"]);
  });

  test("in English too", () => {
    const lines = complaintTimeline(c.spoken, c.as("agent", undefined, "en"), c.nameOf);
    expect(lines.map((one) => one.text).join()).not.toMatch(/[\u4e00-\u9fff]{5,}|\{\w+\}/);
  });
});

describe("why it is due then", () => {
  const start = (at: string) =>
    startClock(
      {
        caseId: "TS-2026-000123",
        kind: "resolve",
        round: 1,
        priority: "P2",
        level: 0,
        startedAt: Date.parse(at),
      },
      COMPLAINT_POLICY,
      defaultCalendar,
    );
  const shown = (clock: ReturnType<typeof start>): ClockView => clockView(clock, defaultCalendar, NOW);

  test("day by day, with what was used, what is to come, and the pause", () => {
    const paused = resumeClock(
      pauseClock(
        start("2026-12-01T16:10:00+08:00"),
        defaultCalendar,
        Date.parse("2026-12-02T10:30:00+08:00"),
      ),
      defaultCalendar,
      Date.parse("2026-12-02T11:30:00+08:00"),
    );
    const days = clockDays(shown(paused), zh);
    expect(days.map((one) => [one.day, one.date])).toEqual([
      ["周二", "12-01"],
      ["周三", "12-02"],
      ["周四", "12-03"],
    ]);
    expect(days.map((one) => one.minutes)).toEqual([110, 420, 430]);
    expect(days.at(-1)?.sum).toBe(960);
    expect(days[0]?.notes).toEqual(["16:10 收到，起计"]);
    expect(days[1]?.notes).toEqual(["10:30 至 11:30 等客户答复，暂停", "现在 15:00，已用 5:50"]);
    expect(days[2]?.notes).toEqual(["17:10 到期"]);
    expect(days[1]?.parts.map((part) => part.look)).toEqual([
      "f-held",
      "f-this",
      "f-held",
      "f-held",
      "f-kept",
      "f-now",
    ]);
    for (const day of days)
      for (const part of day.parts) {
        expect(part.from).toBeGreaterThanOrEqual(0);
        expect(part.from + part.width).toBeLessThanOrEqual(101.3);
      }
  });

  test("a weekend is one row, and a count that begins on it says so", () => {
    const days = clockDays(shown(start("2026-12-05T10:00:00+08:00")), zh);
    expect(days[0]).toMatchObject({ day: "周六", minutes: 0 });
    expect(days[0]?.notes).toEqual(["10:00 收到，下一个工作时间起计"]);
    expect(days.map((one) => one.minutes).reduce((a, b) => a + b, 0)).toBe(960);
  });

  test("New Year’s Day does not count and is named", () => {
    const days = clockDays(shown(start("2026-12-31T16:00:00+08:00")), zh);
    expect(days.find((one) => one.date.startsWith("01-01"))?.notes[0]).toBe("节假日，不计");
  });

  test("what presses is the clock that is not met and due first", () => {
    const view = (kind: ClockView["kind"], change: Partial<ClockView> = {}): ClockView => ({
      ...shown(start("2026-12-02T09:00:00+08:00")),
      kind,
      clockId: kind,
      ...change,
    });
    const met = view("acknowledge", { metAt: "2026-12-02T09:01:00+08:00" });
    const respond = view("respond", { dueAt: "2026-12-02T11:00:00+08:00" });
    const resolve = view("resolve");
    expect(pressing([met, resolve, respond])?.kind).toBe("respond");
    expect(pressing([met, resolve, { ...respond, dueAt: null }])?.kind).toBe("resolve");
    expect(pressing([met])?.kind).toBe("acknowledge");
    expect(pressing([])).toBeNull();
    expect(clockRounds([resolve, { ...met, round: 2 }]).map((one) => one.round)).toEqual([2, 1]);
  });

  test("working time in words", () => {
    expect([45, 60, 640, -75].map((minutes) => workTime(minutes, zh))).toEqual([
      "45 分钟",
      "1 小时",
      "10 小时 40 分",
      "1 小时 15 分",
    ]);
  });
});

describe("forms become the bodies of calls", () => {
  const typed = (text: string) => typedOf(new URLSearchParams(text));

  test("an investigation, with an amount only where something is paid", () => {
    const form =
      "cause=a&facts=b&responsibility=c&immediateAction=d&corrective=e&preventive=f&noticeText=g&amount=800";
    expect(actOf("investigate", "done", typed(`${form}&type=compensation&claim=yes`)).data).toEqual({
      investigation: {
        cause: "a",
        facts: "b",
        responsibility: "c",
        immediateAction: "d",
        corrective: "e",
        preventive: "f",
      },
      disposition: { type: "compensation", noticeText: "g", amount: 80_000 },
      claim: true,
    });
    expect(actOf("investigate", "done", typed(`${form}&type=apology`)).data.disposition).toEqual({
      type: "apology",
      noticeText: "g",
    });
  });

  test("hand-over, transfer and assignment name their target alone", () => {
    const all = typed("toDepartment=transport&toStaffId=s1&comment=请接手&cause=x");
    expect(actOf("investigate", "hand-over", all)).toEqual({
      choice: "hand-over",
      comment: "请接手",
      data: { toDepartment: "transport" },
    });
    expect(actOf("investigate", "transfer", all).data).toEqual({ toStaffId: "s1" });
    expect(actOf("assign", "assign", all).data).toEqual({ toStaffId: "s1" });
  });

  test("a contact and a record", () => {
    const called = "date=2026-12-10&time=10:05&channel=phone";
    expect(actOf("follow-up", "attempt", typed(`${called}&result=no_answer&note=`)).data).toEqual({
      at: "2026-12-10T10:05:00+08:00",
      channel: "phone",
      result: "no_answer",
    });
    expect(
      actOf(
        "follow-up",
        "done",
        typed(
          `${called}&contactName=叶三&satisfaction=4&issueFound=no&issueCategory=delay&needsComplaint=no`,
        ),
      ).data,
    ).toEqual({
      attempts: [{ at: "2026-12-10T10:05:00+08:00", channel: "phone", result: "reached", note: "" }],
      contactName: "叶三",
      satisfaction: 4,
      issueFound: false,
      needsComplaint: false,
    });
    expect(followUpDefaults(c.view(), NOW)).toMatchObject({
      contactName: "叶三",
      date: "2026-12-02",
      time: "15:00",
    });
  });

  test("what a customer said on the phone: a mark goes with agreeing alone", () => {
    expect(actOf("customer-confirm", "confirm", typed("csat=5&comment=认可")).data).toEqual({ csat: 5 });
    expect(actOf("customer-confirm", "disagree", typed("csat=5&comment=不行")).data).toEqual({});
  });

  test("a grading sends what differs, a subcategory by its word or as it was written", () => {
    const form = typed(
      "category=damage&subCategory=受潮&severity=critical&urgency=high&priority=&reason=复核",
    );
    expect(triageOf(form, c.view(), zh)).toEqual({
      subCategory: "wet",
      severity: "critical",
      reason: "复核",
    });
    expect(triageOf({ ...form, subCategory: "虫蛀", safetyFlag: "yes" }, c.view(), zh)).toMatchObject({
      subCategory: "虫蛀",
      safetyFlag: true,
    });
  });

  test("problems stand at their fields, once, with a label", () => {
    const { fields } = invalid(
      { path: "data.investigation.cause", code: "required" },
      { path: "data.disposition.amount", code: "required" },
      { path: "data.attempts.0.at", code: "in_the_future" },
      { path: "data.attempts", code: "not_reached" },
      { path: "comment", code: "reason_required" },
    );
    const problems = formProblems(fields, zh);
    expect(problems.map((one) => one.input)).toEqual(["cause", "amount", "date", "comment"]);
    for (const one of problems) {
      expect(one.label).not.toBe("");
      expect(one.message).not.toBe("");
    }
  });

  test("failed contacts count by half-days", () => {
    const view = c.view({
      events: ["09:30", "10:30", "14:00"].map((time, index) => ({
        ...c.event(20 + index, "follow-up.attempted", c.HANDLER, {
          attempt: { at: `2026-12-10T${time}:00+08:00`, channel: "phone", result: "no_answer", note: "" },
        }),
        stepId: "s9",
      })),
    });
    expect(failedOn(attemptsOn(view, "s9"))).toBe(2);
    expect(attemptsOn(view, "other")).toEqual([]);
  });
});

describe("the board", () => {
  test("filters live in the address; open is the default", () => {
    expect(filterOf(new URLSearchParams("category=damage"))).toEqual({ category: "damage", status: "open" });
    expect(filterOf(new URLSearchParams("status="))).toEqual({});
    expect(boardPath({ status: "open" })).toBe("/complaints");
    expect(boardPath({})).toBe("/complaints?status=");
    expect(boardPath({ status: "open", category: "damage" }, { cursor: "x" })).toBe(
      "/complaints?category=damage&cursor=x",
    );
    expect(filePath({ status: "open", view: "today" }, "csv")).toBe("/api/complaints?status=open&format=csv");
  });

  test("one field finds a code, a phone or a waybill", () => {
    expect(searchOf(" ts-2026-000123 ")).toEqual({ caseId: "TS-2026-000123" });
    expect(searchOf("138 0000 1234")).toEqual({ phone: "13800001234", status: "" });
    expect(searchOf("xd202612010017")).toEqual({ waybillNo: "XD202612010017", status: "" });
  });

  test("counts by person and category; a paused case is neither late nor due", () => {
    const lines = [
      c.line({ overdue: true }),
      c.line({ dueAt: "2026-12-02T18:00:00+08:00" }),
      c.line({ paused: true, dueAt: null }),
      c.line({ assignee: null, category: "delay", reopenCount: 1, phase: "following-up" }),
      c.line({ status: "closed" }),
    ];
    const stats = statsOf(lines, NOW);
    expect(stats).toMatchObject({ open: 4, late: 1, today: 1, paused: 1, followUp: 1, reopened: 1 });
    expect(stats.people).toEqual([{ who: { staffId: c.HANDLER, name: "张云" }, late: 1, today: 1, rest: 1 }]);
    expect(stats.categories).toEqual([
      { category: "damage", open: 3, late: 1 },
      { category: "delay", open: 1, late: 0 },
    ]);
    expect(lines.filter((line) => ofView(line, "paused", NOW))).toHaveLength(1);
  });
});
