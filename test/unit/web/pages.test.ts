import vm from "node:vm";
import { describe, expect, test } from "vitest";
import type { Locale } from "../../../functions/directory/model.ts";
import { Refusal } from "../../../functions/shared/errors.ts";
import { ASSETS } from "../../../functions/web/assets/index.ts";
import { SCRIPT_PATH, STYLE_PATH } from "../../../functions/web/assets/paths.ts";
import { script } from "../../../functions/web/assets/script.ts";
import { blankForm, fromContent } from "../../../functions/web/models/reception-form.ts";
import { budgetForbiddenPage, budgetPage } from "../../../functions/web/pages/budget.tsx";
import { casePage } from "../../../functions/web/pages/case.tsx";
import {
  decidedPage,
  expiredPage,
  freshPage,
  receiptPage,
  voidPage,
  wrongPersonPage,
} from "../../../functions/web/pages/decided.tsx";
import { decisionPage } from "../../../functions/web/pages/decision.tsx";
import { errorPage, unknownLinkPage } from "../../../functions/web/pages/error.tsx";
import { homePage } from "../../../functions/web/pages/home.tsx";
import { receptionFormPage } from "../../../functions/web/pages/reception-form.tsx";
import { signInPage } from "../../../functions/web/pages/sign-in.tsx";
import { batchPage, tasksPage } from "../../../functions/web/pages/tasks.tsx";
import { workflowPage } from "../../../functions/web/pages/workflow.tsx";
import * as f from "../../support/fixtures.ts";

const decision = (l: Locale, more = {}) =>
  decisionPage(f.reader(null, l, { path: "/d/x" }), {
    view: f.waiting,
    step: f.directorStep,
    viewer: f.zhangKe,
    action: "/d/x",
    hidden: { nonce: "nonce-1" },
    staff: false,
    verbs: {
      colleagues: [{ staffId: "wanghui", name: "王慧", department: "finance" }],
      earlier: ["dept_manager"],
      mayAdd: true,
      code: null,
    },
    ...more,
  });
const form = (l: Locale, more = {}) => {
  const r = f.reader(f.chenYao, l);
  return receptionFormPage(r, {
    values: blankForm(r),
    problems: [],
    key: "key-1",
    preview: null,
    budget: null,
    planned: [],
    cap: 500_000,
    ...more,
  });
};
const link = (step = f.directorStep, view = f.waiting) => ({
  view,
  step,
  viewer: f.zhangKe,
  staff: false,
  mine: step.votes[0] ?? null,
});

const PAGES: Record<string, (l: Locale) => string> = {
  "sign-in": (l) => signInPage(f.reader(null, l), "/cases/JD-2026-000041", "failed"),
  home: (l) =>
    homePage(f.reader(f.zhangKe, l), {
      tasks: { items: [f.task(), f.task({ stepId: "x", dueAt: "2026-12-01T18:00:00+08:00" })], next: null },
      cases: {
        items: [f.line(), f.line({ status: "closed", phase: "closed", outcome: "rejected" })],
        next: "c",
      },
      budgets: [f.bucket],
      paged: true,
    }),
  "empty home": (l) =>
    homePage(f.reader(f.chenYao, l), {
      tasks: { items: [], next: null },
      cases: { items: [], next: null },
      budgets: [],
      paged: false,
    }),
  form: (l) => form(l),
  edit: (l) =>
    form(l, {
      values: fromContent(f.content),
      edit: {
        caseId: "JD-2026-000041",
        contentHash: f.HASH,
        phase: "returned",
        returned: { name: "张科", comment: "请改" },
      },
    }),
  "waiting case": (l) => casePage(f.reader(f.zhangKe, l), f.waiting, "created"),
  "returned case": (l) => casePage(f.reader(f.chenYao, l), f.returned, null),
  "edited case": (l) => casePage(f.reader(f.chenYao, l), f.edited, "saved"),
  "rejected case": (l) => casePage(f.reader(f.chenYao, l), f.rejected, null),
  "erased case": (l) =>
    casePage(
      f.reader(f.chenYao, l),
      { ...f.rejected, content: null, events: f.rejected.events.map((one) => ({ ...one, erased: true })) },
      null,
    ),
  "approved case": (l) => casePage(f.reader(f.chenYao, l), f.approved, "nudged"),
  "case of a budget change": (l) => casePage(f.reader(f.zhangKe, l), f.change, null),
  "case approved again": (l) =>
    casePage(f.reader(f.shuaiZhong, l), { ...f.again, ...f.judged, cc: [f.finance] }, null, {
      people: [f.chenYao, f.finance],
      administers: true,
      failed: { form: "cc", message: "请选择", typed: { staffIds: "", comment: "请知悉" } },
    }),
  workflow: (l) => workflowPage(f.reader(f.chenYao, l), f.approved),
  "workflow of a budget change": (l) => workflowPage(f.reader(f.zhangKe, l), f.change),
  decision: (l) => decision(l),
  "decision with findings": (l) => decision(l, { view: { ...f.waiting, ...f.judged } }),
  "decision after an edit": (l) =>
    decision(l, { view: f.edited, step: f.edited.steps[2]!, viewer: f.shuaiZhong }),
  "decision on a budget change": (l) => decision(l, { view: f.change }),
  "decision on a settlement": (l) =>
    decision(l, { view: f.again, step: f.again.steps[3]!, viewer: f.shuaiZhong }),
  tasks: (l) =>
    tasksPage(f.reader(f.zhangKe, l), {
      items: [
        f.waitingDecision({ facts: { ...f.waitingDecision().facts, findings: f.judged.findings } }),
        f.waitingDecision({ stepId: "x", process: "budget-change", batchable: false }),
      ],
      next: "c",
      others: [f.task({ process: "follow-up", kind: "follow-up", stage: "follow-up" })],
      filter: { process: "", overdue: false },
    }),
  "no decisions, other steps": (l) =>
    tasksPage(f.reader(f.zhangKe, l), {
      ...{ items: [], next: null, filter: { process: "", overdue: false } },
      others: [f.task({ process: "follow-up", kind: "follow-up", stage: "follow-up" })],
    }),
  "no tasks": (l) =>
    tasksPage(f.reader(f.zhangKe, l), {
      items: [],
      next: null,
      others: [],
      filter: { process: "", overdue: false },
    }),
  "approved at once": (l) =>
    batchPage(
      f.reader(f.zhangKe, l),
      [f.waitingDecision()],
      [
        { stepId: f.directorStep.stepId, status: 200 },
        { stepId: "gone", status: 409, code: "already_decided" },
      ],
    ),
  "stale decision": (l) =>
    decision(l, {
      staff: true,
      kept: { choice: "reject", comment: "太贵" },
      refused: { code: "stale", message: "" },
    }),
  receipt: (l) =>
    receiptPage(f.reader(null, l), {
      ...link(f.approved.steps[1]!, f.approved),
      mine: f.approved.steps[1]!.votes[0]!,
    }),
  decided: (l) => decidedPage(f.reader(null, l), link(f.managerStep)),
  "expired step": (l) =>
    decidedPage(f.reader(null, l), link({ ...f.directorStep, status: "done", outcome: "expired" })),
  void: (l) => voidPage(f.reader(null, l), link(f.edited.steps[1]!, f.edited)),
  "expired link": (l) => expiredPage(f.reader(null, l), link(), "/d/x", "nonce-1"),
  "fresh link": (l) => freshPage(f.reader(null, l), f.zhangKe),
  "wrong person": (l) => wrongPersonPage(f.reader(f.chenYao, l)),
  "unknown link": (l) => unknownLinkPage(f.reader(null, l)),
  budget: (l) =>
    budgetPage(f.reader(f.finance, l), {
      department: "finance",
      period: "2026-12",
      bucket: f.bucket,
      departments: ["finance"],
      periods: ["2026-12"],
      all: [f.bucket, { ...f.bucket, department: "transport" }],
      asks: true,
      keepsBooks: true,
      seesTax: true,
    }),
  "no budget": (l) =>
    budgetPage(f.reader(f.finance, l), {
      department: "finance",
      period: "2027-12",
      bucket: null,
      departments: ["finance"],
      periods: ["2027-12"],
      all: [],
      asks: false,
      keepsBooks: false,
      seesTax: false,
    }),
  "budget of others": (l) => budgetForbiddenPage(f.reader(f.chenYao, l)),
  ...Object.fromEntries(
    [400, 401, 403, 404, 409, 410, 500, 503].map((status) => [
      String(status),
      (l: Locale) =>
        errorPage(
          f.reader(f.chenYao, l),
          new Refusal(status, status === 503 ? "busy" : "internal"),
          "/cases/x",
        ),
    ]),
  ),
};

describe.each(Object.entries(PAGES))("%s", (_, render) => {
  test.each(["zh-CN", "en"] as const)("in %s", (locale) => {
    const html = render(locale);
    expect(html).toContain(`<html lang="${locale}">`);
    expect(html.match(/<h1[ >]/g)).toHaveLength(1);
    expect(html).toContain('<main id="main"');
    // The policy of the pages: no style attribute, no script but the one file, nothing from elsewhere.
    expect(html).not.toMatch(/ style=|<script(?! src="\/assets\/)| on\w+="|(?:src|href|action)="https?:/);
    // Nothing unfilled, nothing unknown.
    expect(html.replace(/data-\w[\w-]*="[^"]*"/g, "")).not.toMatch(/\{\w+\}|undefined|NaN|\[object/);
    expect(html).not.toContain('<label for=""');
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/ (?:for|aria-labelledby|aria-describedby)="([^"]+)"/g))
      for (const id of target!.split(" ")) expect(ids).toContain(id);
    // Every form of a session carries its token; links carry their nonce. Changing the language needs neither.
    for (const [all, action] of html.matchAll(
      /<form[^>]*method="post"[^>]*action="([^"]+)"[\s\S]*?<\/form>/g,
    ))
      if (action !== "/language") expect(all).toMatch(/name="(csrf|nonce)"/);
    if (locale === "en")
      expect(
        html.replace(/<[^>]*lang="zh-CN"[^>]*>中文/g, "").match(/(?:审批|申请|预算|还剩)/g) ?? [],
      ).toEqual([]);
  });
});

describe("texts of people", () => {
  const evil = '<img src=x onerror="alert(1)">';
  test("are text on every page", () => {
    const view = {
      ...f.waiting,
      title: evil,
      createdBy: { staffId: "s", name: evil },
      content: { ...f.content, visitingOrg: evil, exchangeContent: evil },
    };
    for (const html of [
      casePage(f.reader(f.chenYao), view, null),
      decision("zh-CN", { view }),
      form("zh-CN", { values: fromContent(view.content) }),
    ]) {
      expect(html).not.toContain("<img");
      expect(html).toContain("&lt;img");
    }
  });
});

describe("the decision page", () => {
  test("answers in the order of the principle", () => {
    const html = decision("zh-CN");
    const order = [
      "陈瑶申请接待洁丽雅有限公司",
      "来客 2 人",
      "说明：用车",
      "财务部12月还剩",
      "待审批",
      'value="approve"',
      'value="reject"',
      'value="return"',
    ];
    const places = order.map((text) => html.indexOf(text));
    expect(places.every((place, index) => place > (places[index - 1] ?? 0))).toBe(true);
  });
  test("offers only verbs that the step knows", () => {
    for (const verb of ["转交", "请人先签", "再请人签", "退回到前面一级"])
      expect(decision("zh-CN")).toContain(verb);
    const verbs = { colleagues: [], earlier: [], mayAdd: false, code: null };
    for (const verb of ["请人先签", "再请人签", "退回到前面一级", "验证码"])
      expect(decision("zh-CN", { verbs })).not.toContain(verb);
  });
  test("asks again for a reason, with the form open", () => {
    const html = decision("zh-CN", {
      kept: { choice: "return", comment: "" },
      refused: { code: "reason_required", message: "请写明原因" },
    });
    expect(html).toMatch(/<details class="why" name="why" open>\s*<summary class="btn">退回修改/);
    expect(html).toContain('aria-invalid="true"');
    expect(html).toContain("请写明原因");
  });
});

describe("the reception form", () => {
  test("links each problem to its input and keeps what was typed", () => {
    const values = fromContent({ ...f.content, guestContactName: "" });
    const html = form("zh-CN", {
      values,
      problems: [{ input: "guestContactName", label: "来客联系人", message: "请填写这一项" }],
    });
    expect(html).toContain('<a href="#guestContactName">来客联系人：请填写这一项</a>');
    expect(html).toMatch(
      /id="guestContactName" name="guestContactName" aria-invalid="true" aria-describedby="guestContactName-e"/,
    );
    expect(html).toContain('value="洁丽雅有限公司"');
    expect(html).toContain("<title>有 1 处要改：新建接待申请 · 闭环</title>");
  });
  test("has an input for every field of the schema", () => {
    const html = form("en", { values: fromContent({ ...f.content, hotelName: "x" }) });
    const inputs = [
      "arriveTime",
      "departTime",
      "leaveDate",
      "leaveTime",
      "hotelNameText",
      ...Object.keys(f.content),
    ].filter((name) => !["companions", "departAt", "arriveAt", "plannedLeaveAt"].includes(name));
    for (const name of [
      ...inputs,
      "greeterNames",
      "hostLeaderNames",
      "pickupPlaceText",
      "hotelClassText",
      "cityClass",
      "amountPerPersonDay",
      "diningPayerText",
      "retroactiveReason",
      "companions.0.name",
      "companions.0.phone",
    ])
      expect(html).toContain(`name="${name}"`);
  });
  test("Enter computes and never submits", () => {
    expect(/<button[^>]*>/.exec(form("zh-CN").split('<form class="cols"')[1]!)?.[0]).toContain(
      'value="preview"',
    );
  });
});

describe("buttons of a case", () => {
  test("are for those who may press them", () => {
    const requester = casePage(f.reader(f.chenYao), f.waiting, null);
    expect(requester).toContain("/JD-2026-000041/withdraw");
    expect(requester).toContain("/receptions/JD-2026-000041/edit");
    expect(requester).not.toContain("去审批");
    const signer = casePage(f.reader(f.zhangKe), f.waiting, null);
    expect(signer).toContain(`/cases/JD-2026-000041/steps/${f.directorStep.stepId}`);
    expect(signer).not.toContain("/withdraw");
    expect(requester).toContain("催办张科");
    expect(signer).not.toContain("/nudge");
    expect(casePage(f.reader(f.shuaiZhong), f.waiting, null, { people: [], administers: true })).toContain(
      "催办张科",
    );
    expect(casePage(f.reader(f.chenYao), f.approved, null)).toContain("/JD-2026-000041/revoke");
    expect(casePage(f.reader(f.zhangKe), f.approved, null)).not.toContain("/revoke");
    const stranger = casePage(f.reader(f.finance), f.waiting, null);
    expect(stranger).toContain("/JD-2026-000041/comments");
    expect(stranger).not.toMatch(/JD-2026-000041\/(cc|nudge|revoke|withdraw)"/);
    // The visit has taken place: what is asked for again is its settlement.
    const again = casePage(f.reader(f.chenYao), f.again, null);
    expect(again).not.toMatch(/\/withdraw"|\/edit"/);
    const closed = casePage(f.reader(f.chenYao), f.rejected, null);
    expect(closed).not.toContain("/withdraw");
    expect(closed).not.toContain("添加附件");
  });
});

describe("assets", () => {
  test("carry the hash of their content in their names", () => {
    expect(ASSETS.map((one) => one.path)).toEqual([
      expect.stringMatching(/^\/assets\/careloop-[0-9a-f]{12}\.css$/),
      expect.stringMatching(/\.js$/),
      expect.stringMatching(/\.svg$/),
    ]);
    expect(ASSETS[0]?.body).toContain(":root");
    expect(decision("zh-CN")).toContain(STYLE_PATH);
    expect(decision("zh-CN")).toContain(SCRIPT_PATH);
  });
  test("the script is one that browsers can read, and small", () => {
    expect(() => new vm.Script(script)).not.toThrow();
    expect(script.length).toBeLessThan(16_000);
  });
});
