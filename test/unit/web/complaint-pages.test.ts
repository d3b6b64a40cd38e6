import { describe, expect, test } from "vitest";
import { clockView, startClock } from "../../../functions/complaint/clock-rules.ts";
import type { Locale, Role } from "../../../functions/directory/model.ts";
import { COMPLAINT_POLICY } from "../../../functions/policy/shipped.ts";
import { defaultCalendar } from "../../../functions/shared/calendar/index.ts";
import { statsOf } from "../../../functions/web/models/complaint-board.ts";
import type { StepForm } from "../../../functions/web/models/complaint-forms.ts";
import { complaintBoardPage } from "../../../functions/web/pages/complaint-board.tsx";
import { complaintPage, outgoingPage } from "../../../functions/web/pages/complaint-case.tsx";
import { complaintStepPage } from "../../../functions/web/pages/complaint-step.tsx";
import { receiptPage } from "../../../functions/web/pages/decided.tsx";
import { decisionPage } from "../../../functions/web/pages/decision.tsx";
import { homePage } from "../../../functions/web/pages/home.tsx";
import { tasksPage } from "../../../functions/web/pages/tasks.tsx";
import { workflowPage } from "../../../functions/web/pages/workflow.tsx";
import * as c from "../../support/complaint-view.ts";
import { NOW, person } from "../../support/fixtures.ts";

const LOCALES: Locale[] = ["zh-CN", "en"];
const clocks = (["acknowledge", "respond", "resolve"] as const).map((kind) =>
  clockView(
    startClock(
      {
        caseId: c.CASE,
        kind,
        round: 1,
        priority: "P2",
        level: 0,
        startedAt: Date.parse("2026-12-01T16:10:00+08:00"),
      },
      COMPLAINT_POLICY,
      defaultCalendar,
    ),
    defaultCalendar,
    NOW,
  ),
);
const mates = [
  { staffId: "zhangyun", name: "张云", department: "customer_service", active: true },
  { staffId: "limin", name: "李敏", department: "customer_service", active: true },
  { staffId: "tangli", name: "唐丽", department: "customer_service", active: true },
];
const templates = [{ templateId: "t1", title: "已收到", text: "您好，已收到。" }];

const shown = (role: Role, locale: Locale, view = c.view(), more = {}, staffId?: string) =>
  complaintPage(c.as(role, staffId, locale), { view, clocks, mates, templates, told: null, ...more });

/** Every page in both languages: no key of the catalogue, no empty parameter, no foreign form target. */
function isWhole(html: string): void {
  // The script fills in {percent}.
  expect(html).not.toMatch(/\{(?!percent)\w+\}|undefined|\[object|NaN/);
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
  expect(ids).toEqual([...new Set(ids)]);
}

describe.each(LOCALES)("the page of a complaint in %s", (locale) => {
  test.each([
    ["investigated by its handler", "agent", c.view(), c.HANDLER],
    ["seen by the desk", "complaint_admin", c.spoken, undefined],
    ["with money asked for", "service_manager", c.compensating, undefined],
    ["with the customer", "callcenter_lead", c.confirming, undefined],
    ["in its second round", "complaint_admin", c.reopened, undefined],
    ["closed", "service_manager", c.closed, undefined],
    ["paused", "complaint_admin", c.view({ paused: true }), undefined],
    ["erased by law", "complaint_admin", c.view({ content: null }), undefined],
  ] as const)("%s", (_name, role, view, staffId) => {
    isWhole(shown(role, locale, view, {}, staffId));
  });
});

describe("a note and a message are never taken for each other", () => {
  const html = shown("complaint_admin", "zh-CN", c.spoken);

  test("each has a form, a colour and a button of its own", () => {
    const forms = [...html.matchAll(/<form class="(inner|outer)" method="post" action="([^"]+)"/g)].map(
      (match) => [match[1], match[2]?.split("/").at(-1)],
    );
    expect(forms).toEqual([
      ["inner", "notes"],
      ["outer", "messages"],
      ["outer", "pause"],
    ]);
    expect(html).toContain("存为内部备注");
    expect(html).not.toMatch(/<form class="inner"[^>]*messages/);
  });

  test("what was written keeps its colour, and a note says that the customer does not see it", () => {
    const articles = [...html.matchAll(/<article class="([^"]+)">.*?<\/svg><b>([^<]+)</g)].map((match) => [
      match[1],
      match[2]?.split("：")[0],
    ]);
    expect(articles).toContainEqual(["inner", "内部备注，客户看不到"]);
    expect(articles.filter(([look]) => look === "outer").map(([, title]) => title)).toEqual([
      "发给客户",
      "问客户",
      "处理通知，发给客户",
    ]);
  });

  test("the button to the customer leads to a preview of exactly what he gets, with where it goes", () => {
    expect(html).not.toContain('value="send"');
    const preview = outgoingPage(c.as("complaint_admin"), {
      view: c.view(),
      form: "messages",
      text: "您好\n<b>已查清</b>",
      key: "k1",
    });
    isWhole(preview);
    expect(preview).toContain("您好</bdi><br/><bdi>&lt;b>已查清&lt;/b>");
    expect(preview).toContain("邮件 ye.san@jieliya.example，短信 138 0000 1234");
    expect(preview).toContain('value="send"');
    expect(preview).toContain('name="key" value="k1"');
  });

  test("whoever only reads writes notes and nothing to the customer", () => {
    const read = shown("dept_manager", "zh-CN");
    expect(read).toContain("/notes");
    expect(read).not.toContain("/messages");
    expect(read).not.toContain("/triage");
    expect(read).toContain("/nudge");
  });
});

describe("what the page offers", () => {
  test("the handler’s way to his form; nothing of the desk", () => {
    const html = shown("agent", "zh-CN", c.view(), {}, c.HANDLER);
    expect(html).toContain(`href="/complaints/${c.CASE}/steps/${c.CASE}-s1"`);
    expect(html).toContain("填写调查结果");
    expect(html).not.toContain("/merge");
    expect(html).not.toContain("/nudge");
  });

  test("the desk merges a duplicate with two presses, a closed case is opened again", () => {
    expect(shown("complaint_admin", "zh-CN")).toContain("并入 TS-2026-000099");
    const asked = shown("complaint_admin", "zh-CN", c.view(), {
      written: { form: "merge", typed: { into: "TS-2026-000099" }, problems: [] },
    });
    expect(asked).toMatch(/<details class="why" name="act" open id="form-merge">/);
    expect(asked).toContain('value="TS-2026-000099"');
    const closed = shown("complaint_admin", "zh-CN", c.closed);
    expect(closed).toContain("/reopen");
    expect(closed).toContain(`/api/cases/${c.CASE}/dossier`);
    expect(closed).not.toContain("/messages");
  });

  test("a refused form keeps what was typed, with the problem at its field", () => {
    const html = shown("complaint_admin", "zh-CN", c.view(), {
      written: {
        form: "messages",
        typed: { text: "写到一半" },
        problems: [{ input: "text", label: "x", message: "最多 4000 个字" }],
      },
    });
    expect(html).toMatch(
      /aria-invalid="true" aria-describedby="messages-text-e messages-text-h"[^>]*>写到一半</,
    );
    expect(html).toContain("最多 4000 个字");
  });

  test("hostile text stays text", () => {
    const html = shown("complaint_admin", "zh-CN", {
      ...c.spoken,
      content: { ...c.content, description: `<script>alert(1)</script>\u202e"x"`, organisation: "=1+1" },
    });
    expect(html).not.toContain("<script>alert");
    expect(html).toContain("&lt;script>alert(1)&lt;/script>");
  });
});

const candidates = mates.map((one) => ({
  ...one,
  skills: ["damage"],
  load: 2,
  away: one.staffId === "limin",
}));
const form = (kind: StepForm, locale: Locale, more = {}) =>
  complaintStepPage(c.as("agent", c.HANDLER, locale), {
    view: kind === "manager-decision" ? c.reopened : c.view(),
    step: { ...c.step(1, kind, c.HANDLER), kind },
    choice: "",
    typed: {},
    defaults: { date: "2026-12-02", time: "15:00", channel: "phone", contactName: "叶三" },
    problems: [],
    candidates,
    limit: 50_000,
    key: "k",
    ...more,
  });

describe.each(LOCALES)("forms of steps in %s", (locale) => {
  test.each([
    "assign",
    "investigate",
    "exchange",
    "customer-confirm",
    "follow-up",
    "manager-decision",
  ] as const)("%s", (kind) => {
    const html = form(kind, locale);
    isWhole(html);
    expect(html).toContain(`action="/complaints/${c.CASE}/steps/${c.CASE}-s1"`);
  });
});

describe("forms of steps", () => {
  test("a refused one keeps everything and links to each problem", () => {
    const html = form("investigate", "zh-CN", {
      choice: "done",
      typed: { cause: "写了", type: "compensation" },
      problems: [{ input: "amount", label: "金额（元）", message: "请填写这一项" }],
    });
    expect(html).toContain('href="#amount"');
    expect(html).toContain('id="amount"');
    expect(html).toContain(">写了</textarea>");
    expect(html).toMatch(/value="compensation" checked/);
  });

  test("somebody away or without the skill is marked, and comes last", () => {
    const html = form("assign", "zh-CN", {
      candidates: [...candidates, { ...candidates[0]!, staffId: "x", name: "王五", skills: [] }],
    });
    const options = [...html.matchAll(/<option value="(\w+)"[^>]*>([^<]+)</g)].map((match) => match[2]);
    expect(options.at(-1)).toMatch(/李敏.*不在岗|王五.*没有登记/);
    expect(options[0]).toMatch(/唐丽|张云/);
  });
});

describe.each(LOCALES)("the board in %s", (locale) => {
  const lines = [
    c.line({ overdue: true }),
    c.line({ caseId: "TS-2026-000002", paused: true, dueAt: null, organisation: null }),
    c.line({ caseId: "TS-2026-000003", assignee: null, phase: "assigning", priority: "P1" }),
    c.line({
      caseId: "TS-2026-000004",
      status: "closed",
      outcome: "satisfied",
      closedAt: "2026-12-01T17:00:00+08:00",
    }),
  ];
  const board = {
    lines,
    next: "cursor",
    paged: true,
    filter: { status: "open", category: "damage" },
    stats: statsOf(lines, NOW),
    mates: mates.map((one) => ({ ...one, away: false, handles: true })),
    enters: true,
    everything: true,
    reports: true,
  };

  test("for the desk: counts, filters, files of what is shown, the next page", () => {
    const html = complaintBoardPage(c.as("complaint_admin", undefined, locale), board);
    isWhole(html);
    expect(html).toContain("/api/complaints?status=open&amp;category=damage&amp;format=xlsx");
    expect(html).toContain("/complaints?category=damage&amp;cursor=cursor");
    expect(html).toContain('href="/complaints/TS-2026-000003"');
    expect(html).toContain('href="/reports/complaints"');
  });

  test("for others theirs, and nothing there is said", () => {
    const mine = {
      ...board,
      lines: [],
      next: null,
      paged: false,
      stats: null,
      everything: false,
      reports: false,
    };
    const html = complaintBoardPage(c.as("agent", undefined, locale), {
      ...mine,
      filter: { status: "open" },
    });
    isWhole(html);
    expect(html).not.toContain('class="tally"');
    expect(html).not.toContain('href="/reports/complaints"');
    expect(html).toContain('class="empty"');
  });
});

describe.each(LOCALES)("signatures about a complaint in %s", (locale) => {
  const signer = person("shuaizhong", "帅钟", "dept_manager");
  const of = (stage: "compensation" | "notice") => {
    const view = {
      ...c.compensating,
      amount: stage === "compensation" ? 80_000 : 0,
      steps: [c.compensating.steps[0]!, c.step(2, "approval", "shuaizhong", { stage, round: 2 })],
    };
    return { view, step: view.steps[1]!, viewer: signer };
  };
  const verbs = { colleagues: [], earlier: [], mayAdd: false, code: null };
  const page = (stage: "compensation" | "notice") =>
    decisionPage(
      { ...c.as("dept_manager", "shuaizhong", locale), csrf: null },
      { ...of(stage), action: "/d/x", hidden: { nonce: "n" }, staff: false, verbs },
    );

  test("money: how much, why; the notice: every word", () => {
    const money = page("compensation");
    isWhole(money);
    expect(money).toContain('class="ask-sum"');
    expect(money).toContain("800");
    expect(money).not.toMatch(/来客|接待|guest|visit/i);
    const notice = page("notice");
    isWhole(notice);
    expect(notice).toContain("我们赔偿 800 元。");
    expect(notice).not.toMatch(/来客|接待|guest|visit/i);
  });

  test("the receipt says what follows", () => {
    for (const choice of ["approve", "return"]) {
      const { view, step } = of("notice");
      const mine = {
        by: { staffId: "shuaizhong", name: "帅钟" },
        choice,
        at: "2026-12-02T14:00:00+08:00",
        via: "link" as const,
        contentHash: view.contentHash,
        comment: "",
      };
      const outcome = choice === "approve" ? "approved" : "returned";
      const done = { ...step, status: "done" as const, outcome, votes: [mine], decidedBy: mine.by };
      const html = receiptPage(c.as("dept_manager", "shuaizhong", locale), {
        view: { ...view, steps: [view.steps[0]!, done] },
        step: done,
        viewer: signer,
        staff: false,
        mine,
      });
      isWhole(html);
      expect(html).toContain(
        choice === "approve"
          ? locale === "en"
            ? "The notice goes to the customer"
            : "处理通知发给客户"
          : locale === "en"
            ? "张云 investigates again"
            : "张云重新调查",
      );
    }
  });

  test("the list of decisions and the home page name them", () => {
    const task = {
      stepId: `${c.CASE}-s2`,
      caseId: c.CASE,
      process: "complaint",
      kind: "approval",
      stage: "notice",
      title: "洁丽雅有限公司",
      openedAt: "2026-12-01T16:30:00+08:00",
      dueAt: "2026-12-02T18:00:00+08:00",
    };
    const reader = c.as("service_manager", undefined, locale);
    const facts = {
      visitingOrg: "洁丽雅有限公司",
      amount: 0,
      level: null,
      people: 0,
      requester: { staffId: "zhangyun", name: "张云" },
      availableAfter: null,
      findings: [],
    };
    const list = tasksPage(reader, {
      items: [{ ...task, contentHash: "h", batchable: false, facts }],
      next: null,
      others: [],
      filter: { process: "", overdue: false },
    });
    isWhole(list);
    const said = locale === "en" ? "Approve the notice: 洁丽雅有限公司" : "审批处理通知：洁丽雅有限公司";
    expect(list).toContain(said);
    const line = {
      caseId: c.CASE,
      process: "complaint",
      title: "洁丽雅有限公司",
      status: "open" as const,
      phase: "following-up",
      outcome: null,
      createdAt: "2026-12-01T16:10:00+08:00",
      dueAt: "2026-12-04T09:10:00+08:00",
      amount: 0,
    };
    const home = homePage(reader, {
      tasks: { items: [task, { ...task, kind: "investigate", stage: "investigate" }], next: null },
      cases: { items: [line], next: null },
      budgets: [],
      paged: false,
    });
    isWhole(home);
    expect(home).toContain(said);
    expect(home).toContain(`href="/complaints/${c.CASE}/steps/${c.CASE}-s2"`);
    expect(home).toContain(`href="/complaints/${c.CASE}"`);
    expect(home).not.toContain("¥0");
  });

  test("the drawn workflow shows where it stands", () => {
    isWhole(workflowPage(c.as("agent", undefined, locale), c.compensating));
    isWhole(workflowPage(c.as("agent", undefined, locale), c.closed));
  });
});
