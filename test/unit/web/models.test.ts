import { describe, expect, test } from "vitest";
import type { CaseView } from "../../../functions/case/view.ts";
import { workflowTexts } from "../../../functions/shared/i18n/sections/workflow.ts";
import { nextAfter, shortRoad, summaryLines, unusual } from "../../../functions/web/models/decision.ts";
import { factGroups } from "../../../functions/web/models/facts.ts";
import { sentence, stations, stopsOf, used } from "../../../functions/web/models/road.ts";
import { greeting, groupTasks } from "../../../functions/web/models/tasks.ts";
import { isolate } from "../../../functions/web/models/text.ts";
import { timeline } from "../../../functions/web/models/timeline.ts";
import { asksForReceptions, localPath, seesBudgets } from "../../../functions/web/models/view.ts";
import { draw, here, spoken } from "../../../functions/web/models/workflow.ts";
import chain from "../../../workflows/approval-chain.asl.json" with { type: "json" };
import budgetChange from "../../../workflows/budget-change.asl.json" with { type: "json" };
import reception from "../../../workflows/reception.asl.json" with { type: "json" };
import * as f from "../../support/fixtures.ts";

const zh = f.reader(f.zhangKe);
const en = f.reader(f.zhangKe, "en");

describe("the road", () => {
  const road = (view = f.waiting, r = zh) => stations(view, r).map((one) => [one.title, one.who, one.state]);
  test("shows who signed, who is asked and what comes", () => {
    expect(road()).toEqual([
      ["提交", "陈瑶", "done"],
      ["部门经理", "帅钟", "done"],
      ["主管总经理", "张科", "now"],
      ["占用预算", "", "next"],
      ["结算", "陈瑶", "next"],
    ]);
    expect(stations(f.approved, zh).at(-2)).toMatchObject({ state: "done", at: "2026-12-02T14:50:04+08:00" });
  });
  test("after a return everything is signed again", () => {
    expect(road(f.returned)).toEqual([
      ["提交", "陈瑶", "done"],
      ["修改", "陈瑶", "now"],
      ["部门经理", "帅钟", "next"],
      ["主管总经理", "张科", "next"],
      ["占用预算", "", "next"],
      ["结算", "陈瑶", "next"],
    ]);
  });
  test("ends where it was rejected", () => {
    expect(road(f.rejected).at(-1)).toEqual(["已驳回", "张科", "done"]);
  });
  test("one line of the decision page holds four and calls the reader 您", () => {
    expect(shortRoad(f.waiting, f.zhangKe, zh).map((one) => [one.title, one.who])).toEqual([
      ["陈瑶", "已提交"],
      ["帅钟", "已同意"],
      ["您", "待审批"],
      ["财务部", "占用预算"],
    ]);
    const long = {
      ...f.waiting,
      route: {
        ...f.waiting.route,
        stages: [
          ...f.waiting.route.stages,
          { ...f.waiting.route.stages[1]!, stage: "finance", state: "next" as const },
        ],
      },
    };
    expect(shortRoad(long, f.zhangKe, zh)).toHaveLength(4);
  });
});

describe("the sentence", () => {
  test.each([
    [
      "waiting",
      f.waiting,
      "现在等张科审批，今天 18:00 前，还剩 3 个工作小时",
      "Waiting for 张科 to approve, by 18:00 today, 3 working hours left",
    ],
    ["returned", f.returned, "现在等陈瑶修改后重新提交，明天 14:50 前，还剩 7.5 个工作小时", null],
    [
      "approved",
      f.approved,
      "已批准，预算已占用；客人12月7日 9:00 到",
      "Approved, the budget is committed; the guests arrive 7 Dec, 9:00",
    ],
    ["rejected", f.rejected, "已驳回，预算已退还", null],
    ["between steps", { ...f.waiting, steps: [f.managerStep] }, "正在通知下一位审批人，请稍候刷新", null],
  ] as [string, CaseView, string, string | null][])("%s", (_, view, chinese, english) => {
    expect(sentence(view, zh).text).toBe(chinese);
    if (english) expect(sentence(view, en).text).toBe(english);
  });
  test("is red only when broken", () => {
    const late = { ...f.waiting, steps: [{ ...f.directorStep, dueAt: "2026-12-02T14:20:00+08:00" }] };
    expect(sentence(late, zh)).toMatchObject({
      late: true,
      text: "现在等张科审批，应在今天 14:20 前，已超时 40 分钟",
    });
    expect(sentence(f.waiting, zh).late).toBe(false);
  });
});

describe("the timeline", () => {
  const texts = (view = f.waiting, r = zh) => timeline(view, r).map((one) => one.text);
  test("is newest first and says what happened", () => {
    expect(texts()).toEqual([
      "提醒张科",
      "请张科审批，今天 18:00 前",
      "帅钟同意",
      "陈瑶添加了附件邀请函.pdf",
      "请帅钟审批，昨天 18:00 前",
      "预留预算 ¥5,000.00",
      "陈瑶提交了申请，金额 ¥5,000.00",
    ]);
    expect(timeline(f.waiting, zh)[2]?.notes).toEqual([
      "通过邮件链接",
      "说明：洁丽雅正在评估配送合同，同意。用车请按实结算。",
    ]);
  });
  test("an edit names the fields, old and new", () => {
    expect(timeline(f.edited, zh)[2]).toMatchObject({
      text: "陈瑶改了申请，已有的签字作废",
      notes: ["申请金额：¥5,000.00 改为 ¥4,000.00", "酒店：金叶 删去"],
    });
    expect(texts(f.edited)[0]).toBe("预留改为 ¥4,000.00");
    expect(texts(f.edited).at(-1)).toBe("陈瑶提交了申请，金额 ¥5,000.00");
  });
  test("escalations name who was told", () => {
    const view = {
      ...f.waiting,
      events: [
        f.event(1, "step.escalated", f.waiting.createdAt, {
          stepId: f.directorStep.stepId,
          data: { to: ["s-zhangke"] },
        }),
      ],
    };
    expect(texts(view)).toEqual(["超时，报告张科"]);
  });
});

describe("the decision", () => {
  test("says who, how much, how long", () => {
    expect(summaryLines(f.waiting, zh)).toEqual([
      "来客 2 人，陪同 1 人，C 级（普通级）",
      "12月7日（周一）到，8日走，住 1 晚",
    ]);
    expect(summaryLines({ ...f.waiting, content: null }, zh)).toEqual(["内容已依法删除"]);
  });
  test("says what is unusual", () => {
    const over: CaseView = {
      ...f.waiting,
      content: { ...f.content, budgetAmount: 760_000, retroactiveReason: "周末到访" },
      findings: [
        f.finding("retroactive", "补办申请。", [{ path: "late", value: true }]),
        f.finding("over_cap", "超出上限。", [{ path: "budgetAmount", value: 760_000, limit: 500_000 }]),
        f.finding("same_guest_too_often", "90 天内第 4 次接待同一客户。"),
        f.finding("over_standard", "超出标准。", [{ path: "budgetAmount", value: 760_000, limit: 300_000 }]),
      ],
    };
    expect(unusual(over, zh)).toEqual([
      { bold: "比 C 级标准高 ¥4,600", rest: "（标准 ¥3,000）。", said: "" },
      { bold: "比单次上限高 ¥2,600", rest: "（上限 ¥5,000）。", said: "说明：用车 ¥1,400、会议室 ¥600" },
      { bold: "客人已到，补办的申请", rest: "，并且超过补办期限。", said: "说明：周末到访" },
      { bold: "", rest: "90 天内第 4 次接待同一客户。", said: "" },
    ]);
    // What the requester explains is shown even where the reader may not see why it was asked for.
    expect(unusual(f.waiting, zh)).toEqual([{ bold: "", rest: "", said: "说明：用车 ¥1,400、会议室 ¥600" }]);
    expect(unusual({ ...f.waiting, content: { ...f.content, excessReason: undefined } }, zh)).toEqual([]);
  });
  test("sets off what comes next", () => {
    const titles = (view: typeof f.waiting, step: (typeof f.waiting.steps)[number]) =>
      nextAfter(view, step, step.votes[0]!, zh).map((one) => one.title);
    expect(titles(f.waiting, f.managerStep)).toEqual([
      "您同意了 ¥5,000.00",
      "请张科审批",
      "占用预算",
      "通知陈瑶和财务部",
      "接待洁丽雅有限公司",
      "陈瑶按实结算",
    ]);
    expect(titles(f.approved, f.approved.steps[1]!)).toEqual([
      "您同意了 ¥5,000.00",
      "占用预算",
      "通知陈瑶和财务部",
      "接待洁丽雅有限公司",
      "陈瑶按实结算",
    ]);
    expect(titles(f.rejected, f.rejected.steps[1]!)).toEqual([
      "您驳回了申请",
      "退还预算 ¥5,000.00",
      "通知陈瑶",
      "申请结束",
    ]);
    expect(titles(f.returned, f.returned.steps[1]!)).toEqual(["您退回了申请", "请陈瑶修改"]);
  });
});

test("the facts are grouped as on the paper form", () => {
  const groups = factGroups(f.content, zh);
  expect(groups.map((one) => one.mark)).toEqual(["A", "B", "C", "(1)", "(2)", "(3)", "(4)", "(5)"]);
  const lines = Object.fromEntries(
    groups.flatMap((one) => one.facts.map((fact) => [fact.label, fact.lines.join(" / ")])),
  );
  expect(lines).toMatchObject({
    来客: "2 人（1 男 1 女）",
    行程: "12月7日（周一）7:50 从双流出发，9:00 到郫县",
    离开: "12月8日（周二）9:00",
    安排: "机场或火车站 / 接待人员 / 备欢迎牌",
    酒店: "金叶、二类、三星",
    房间: "标准间 2 间，住 1 晚",
    出面领导: "部门经理",
    申请金额: "¥5,000.00",
  });
});

test("tasks are grouped by urgency and the greeting counts them", () => {
  const tasks = [
    f.task({ stepId: "later", dueAt: "2026-12-03T09:00:00+08:00" }),
    f.task({ stepId: "today" }),
    f.task({ stepId: "late", dueAt: "2026-12-02T14:20:00+08:00" }),
  ];
  const groups = groupTasks(tasks, f.NOW);
  expect([groups.overdue, groups.today, groups.later].map((group) => group.map((one) => one.stepId))).toEqual(
    [["late"], ["today"], ["later"]],
  );
  expect(greeting(groups, zh)).toBe("下午好，张科。今天还有 2 件事，最急的已超时 40 分钟。");
  expect(greeting(groupTasks([], f.NOW), zh)).toBe("下午好，张科。现在没有等您处理的事。");
  expect(greeting(groupTasks(tasks.slice(0, 1), f.NOW), en)).toBe(
    "Good afternoon, 张科. Nothing is due today; 1 item comes later.",
  );
});

test("stops and rings", () => {
  expect(stopsOf(f.line())).toEqual({ at: 2, of: 4, closed: false });
  expect(stopsOf(f.line({ phase: "approved", outcome: "approved" }))).toEqual({
    at: 3,
    of: 4,
    closed: false,
  });
  expect(stopsOf(f.line({ phase: "settlement", outcome: "approved" })).at).toBe(4);
  expect(stopsOf(f.line({ process: "budget-change", status: "closed", outcome: "applied" }))).toEqual({
    at: 3,
    of: 3,
    closed: true,
  });
  expect(used("2026-12-02T10:00:00+08:00", "2026-12-02T20:00:00+08:00", f.NOW)).toBe(50);
  expect(used("2026-12-02T10:00:00+08:00", "2026-12-02T12:00:00+08:00", f.NOW)).toBe(100);
});

describe("the drawn workflow", () => {
  test.each([reception, chain])("gives every state a place of its own and loses no line", (asl) => {
    const drawing = draw(asl);
    expect(drawing.nodes.map((node) => node.name).sort()).toEqual(Object.keys(asl.States).sort());
    expect(new Set(drawing.nodes.map((node) => `${node.row}:${node.column}`)).size).toBe(
      drawing.nodes.length,
    );
    for (const node of drawing.nodes)
      for (const next of node.next)
        expect(drawing.edges.some((edge) => edge.from === node && edge.to.name === next.name)).toBe(true);
  });
  test("goes back up where the chain asks again", () => {
    expect(
      draw(chain)
        .edges.filter((edge) => edge.back)
        .map((edge) => edge.from.name),
    ).toEqual(["WaitForTheDecision"]);
  });
  test("knows where a case stands, by states that exist", () => {
    const asked = {
      process: "reception",
      status: "open",
      phase: "approval",
      outcome: null,
      waiting: true,
      rounds: 1,
    };
    const over = { ...asked, status: "closed", phase: "closed", waiting: false };
    const places = [
      ...[asked, { ...asked, waiting: false }, { ...asked, rounds: 2 }],
      ...[
        { ...asked, phase: "approved" },
        { ...asked, phase: "settlement" },
      ],
      ...["rejected", "withdrawn", "settled", "revoked", "expired"].map((outcome) => ({ ...over, outcome })),
    ].map(here);
    for (const place of places) {
      expect(Object.keys(reception.States)).toContain(place.process);
      expect(Object.keys(chain.States)).toContain(place.chain);
    }
    expect(places[0]).toEqual({ process: "HaveTheRequestApproved", chain: "WaitForTheDecision" });
    const change = { ...asked, process: "budget-change" };
    for (const one of [change, { ...over, process: "budget-change", outcome: "applied" }])
      expect(Object.keys(budgetChange.States)).toContain(here(one).process);
  });
  test("every state of the machines that are drawn has its words", () => {
    for (const { states } of [workflowTexts("zh-CN"), workflowTexts("en")])
      expect(Object.keys(states)).toEqual(
        expect.arrayContaining([reception, chain, budgetChange].flatMap((asl) => Object.keys(asl.States))),
      );
  });
  test("names of states read as sentences", () =>
    expect(spoken("WaitForTheDecision")).toBe("Wait for the decision"));
});

test("marks of direction stay with their text", () => {
  expect(isolate("洁丽雅")).toBe("洁丽雅");
  expect(isolate("شركة")).toBe("\u2068شركة\u2069");
  expect(isolate("a\u202eb\u2069c")).toBe("\u2068abc\u2069");
});

test.each([
  ["/cases/JD-2026-000041?told=saved", "/cases/JD-2026-000041?told=saved"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example/", "/"],
  ["/a\r\nset-cookie: x", "/"],
  ["", "/"],
  [null, "/"],
])("a way back of %j leads to %s", (path, expected) => expect(localPath(path)).toBe(expected));

test("who sees what in the navigation", () => {
  expect(seesBudgets(f.chenYao)).toBe(false);
  expect(seesBudgets(f.finance)).toBe(true);
  expect(asksForReceptions(f.chenYao)).toBe(true);
  expect(asksForReceptions(f.person("d", "司机", "driver"))).toBe(false);
  expect(asksForReceptions(null)).toBe(false);
});
