/** Cases and people as the pages get them: the plan's own example, on Wednesday 2026-12-02 at 15:00 in Shanghai. */
import type {
  BudgetEffect,
  BudgetView,
  CaseLine,
  CaseView,
  DecisionView,
  EventView,
  FindingView,
  StepView,
  TaskView,
  VoteView,
} from "../../functions/case/view.ts";
import type { Department, Locale, Person, Role } from "../../functions/directory/model.ts";
import { type Reader, readerOf } from "../../functions/web/models/view.ts";

export const NOW = Date.parse("2026-12-02T15:00:00+08:00");
export const HASH = `7c4190ae${"0".repeat(56)}`;

export const person = (
  staffId: string,
  name: string,
  role: Role,
  department: Department = "customer_service",
): Person => ({
  staffId,
  name,
  email: `${staffId}@example.com`,
  phone: "+8613800000000",
  role,
  roles: [role],
  department,
  locale: "zh-CN",
  active: true,
  skills: [],
});

export const chenYao = person("s-chenyao", "陈瑶", "reception_lead");
export const shuaiZhong = person("s-shuaizhong", "帅钟", "dept_manager");
export const zhangKe = person("s-zhangke", "张科", "general_manager", "management");
export const finance = person("s-fin", "周岚", "finance", "finance");

const who = ({ staffId, name }: Person) => ({ staffId, name });

export const content = {
  visitingOrg: "洁丽雅有限公司",
  guestsMale: 1,
  guestsFemale: 1,
  guestContactName: "陈辰",
  guestContactPhone: "+8613800000001",
  companions: [{ name: "曾群", phone: "+8613800000002" }],
  arrivalDate: "2026-12-07",
  fromPlace: "双流",
  toPlace: "郫县",
  departAt: "2026-12-07T07:50:00+08:00",
  arriveAt: "2026-12-07T09:00:00+08:00",
  plannedLeaveAt: "2026-12-08T09:00:00+08:00",
  level: "C",
  allowancePerPersonDay: 30_000,
  pickupPlace: "airport_or_rail",
  greeters: ["staff"],
  needFlowers: false,
  needWelcomeSign: true,
  hotelClass: "2",
  hotelStar: 3,
  hotelName: "金叶",
  roomType: "标准间",
  roomCount: 2,
  lodgingPayer: "company_all",
  diningPayer: "company_all",
  hostLeaders: ["dept_mgr"],
  budgetAmount: 500_000,
  excessReason: "用车 ¥1,400、会议室 ¥600",
  costDepartment: "finance",
  exchangeContent: "参观公司内部环境与配送环节",
};

export const bucket: BudgetView = {
  department: "finance",
  period: "2026-12",
  category: "hospitality",
  control: "hard",
  allotted: 6_000_000,
  reserved: 600_000,
  committed: 1_200_000,
  spent: 2_340_000,
  available: 1_860_000,
};
export const effect: BudgetEffect = { ...bucket, availableAfter: 1_860_000 };

export const vote = (
  by: Person,
  choice: string,
  at: string,
  comment = "",
  more: Partial<VoteView> = {},
): VoteView => ({
  by: who(by),
  choice,
  at,
  via: "link",
  contentHash: HASH,
  comment,
  ...more,
});

export const step = (more: Partial<StepView> & Pick<StepView, "stepId" | "stage">): StepView => ({
  kind: "approval",
  status: "open",
  outcome: null,
  assignees: [],
  mode: "single",
  need: 1,
  openedAt: "2026-12-01T14:05:00+08:00",
  dueAt: "2026-12-02T18:00:00+08:00",
  provisional: false,
  endedAt: null,
  round: 1,
  alsoStages: [],
  effectiveAt: null,
  undoUntil: null,
  votes: [],
  ...more,
});

export const event = (seq: number, kind: string, at: string, more: Partial<EventView> = {}): EventView => ({
  seq,
  at,
  kind,
  by: null,
  via: "system",
  ...more,
});

export const finding = (
  kind: FindingView["kind"],
  text: string,
  evidence: FindingView["evidence"] = [],
): FindingView => ({ kind, text, evidence, at: "2026-12-01T10:20:00+08:00" });

export const managerStep = step({
  stepId: "JD-2026-000041-r1-1",
  stage: "dept_manager",
  status: "done",
  outcome: "approved",
  assignees: [who(shuaiZhong)],
  openedAt: "2026-12-01T10:20:00+08:00",
  dueAt: "2026-12-01T18:00:00+08:00",
  endedAt: "2026-12-01T14:05:00+08:00",
  votes: [
    vote(
      shuaiZhong,
      "approve",
      "2026-12-01T14:05:00+08:00",
      "洁丽雅正在评估配送合同，同意。用车请按实结算。",
    ),
  ],
});
export const directorStep = step({
  stepId: "JD-2026-000041-r1-2",
  stage: "general_manager",
  assignees: [who(zhangKe)],
});

/** Waits for 张科, the second of two stages. */
export const waiting: CaseView = {
  caseId: "JD-2026-000041",
  process: "reception",
  status: "open",
  phase: "approval",
  outcome: null,
  title: "洁丽雅有限公司",
  createdBy: who(chenYao),
  createdAt: "2026-12-01T10:20:00+08:00",
  department: "customer_service",
  revision: 1,
  content,
  contentHash: HASH,
  chainValid: true,
  amount: 500_000,
  steps: [managerStep, directorStep],
  budget: [effect],
  route: {
    policy: { policyId: "reception", version: 1 },
    trace: [],
    stages: [
      {
        stage: "dept_manager",
        mode: "single",
        need: 1,
        state: "done",
        signers: [{ ...who(shuaiZhong), rules: [] }],
        rules: ["always"],
        dueAt: "2026-12-01T18:00:00+08:00",
        decidedAt: "2026-12-01T14:05:00+08:00",
      },
      {
        stage: "general_manager",
        mode: "single",
        need: 1,
        state: "now",
        signers: [{ ...who(zhangKe), rules: [] }],
        rules: ["amount"],
        dueAt: "2026-12-02T18:00:00+08:00",
      },
    ],
  },
  findings: [],
  standards: null,
  tax: null,
  settlement: null,
  receptionListId: null,
  cc: [],
  attachments: [
    {
      attachmentId: "a1",
      name: "邀请函.pdf",
      contentType: "application/pdf",
      size: 310_000,
      by: who(chenYao),
      at: "2026-12-01T10:30:00+08:00",
    },
  ],
  messages: [
    {
      id: "m1",
      kind: "approval.request",
      channel: "email",
      to: who(shuaiZhong),
      status: "sent",
      sentAt: "2026-12-01T10:20:08+08:00",
      deferredUntil: null,
    },
    {
      id: "m2",
      kind: "approval.request",
      channel: "email",
      to: who(zhangKe),
      status: "sent",
      sentAt: "2026-12-01T14:05:08+08:00",
      deferredUntil: null,
    },
    {
      id: "m3",
      kind: "step.remind",
      channel: "email",
      to: who(zhangKe),
      status: "pending",
      sentAt: null,
      deferredUntil: null,
    },
  ],
  events: [
    event(1, "case.submitted", "2026-12-01T10:20:00+08:00", { by: who(chenYao), via: "login" }),
    event(2, "budget.reserved", "2026-12-01T10:20:00+08:00", {
      by: who(chenYao),
      via: "login",
      data: { amount: 500_000 },
    }),
    event(3, "step.opened", "2026-12-01T10:20:05+08:00", { stepId: managerStep.stepId }),
    event(4, "attachment.added", "2026-12-01T10:30:00+08:00", {
      by: who(chenYao),
      via: "login",
      data: { name: "邀请函.pdf" },
    }),
    event(5, "vote.approved", "2026-12-01T14:05:00+08:00", {
      by: who(shuaiZhong),
      via: "link",
      stepId: managerStep.stepId,
    }),
    event(6, "step.opened", "2026-12-01T14:05:05+08:00", { stepId: directorStep.stepId }),
    event(7, "step.reminded", "2026-12-02T10:00:00+08:00", { stepId: directorStep.stepId }),
  ],
};

const [managerStage, directorStage] = waiting.route.stages;

/** What a judged request shows beside itself. */
export const judged: Pick<CaseView, "findings" | "standards" | "tax"> = {
  findings: [
    finding("over_standard", "按接待标准测算为 ¥3,000，超出 ¥2,000。", [
      { path: "budgetAmount", value: 500_000, limit: 300_000 },
    ]),
    finding("same_guest_too_often", "30 天内第 4 次接待同一客户，规定不超过 3 次。"),
  ],
  standards: {
    version: 1,
    amount: 300_000,
    lines: [
      { item: "meal", unit: 10_000, units: 12, amount: 120_000 },
      { item: "lodging", unit: 30_000, units: 2, amount: 60_000 },
      { item: "allowance", unit: 30_000, units: 4, amount: 120_000 },
      { item: "gift", unit: 0, units: 2, amount: 0 },
    ],
    companionsMax: 3,
  },
  tax: { year: 2026, deductibleBefore: 1_200_000, deductibleAfter: 1_500_000, nonDeductibleOfThis: 200_000 },
};

/** Approved by both; the money is committed. */
export const approved: CaseView = {
  ...waiting,
  phase: "approved",
  outcome: "approved",
  steps: [
    managerStep,
    {
      ...directorStep,
      status: "done",
      outcome: "approved",
      endedAt: "2026-12-02T14:50:00+08:00",
      votes: [vote(zhangKe, "approve", "2026-12-02T14:50:00+08:00")],
    },
  ],
  route: {
    ...waiting.route,
    stages: [managerStage!, { ...directorStage!, state: "done", decidedAt: "2026-12-02T14:50:00+08:00" }],
  },
  events: [
    ...waiting.events,
    event(8, "vote.approved", "2026-12-02T14:50:00+08:00", {
      by: who(zhangKe),
      via: "link",
      stepId: directorStep.stepId,
    }),
    event(9, "budget.committed", "2026-12-02T14:50:04+08:00", { data: { amount: 500_000 } }),
  ],
};

/** 张科 returned it; 陈瑶 has to change it. */
export const returned: CaseView = {
  ...waiting,
  phase: "returned",
  steps: [
    managerStep,
    {
      ...directorStep,
      status: "done",
      outcome: "returned",
      endedAt: "2026-12-02T14:50:00+08:00",
      votes: [vote(zhangKe, "return", "2026-12-02T14:50:00+08:00", "请把用车费用单列")],
    },
    step({
      stepId: "JD-2026-000041-r1-3",
      kind: "revise",
      stage: "revise",
      assignees: [who(chenYao)],
      openedAt: "2026-12-02T14:50:05+08:00",
      dueAt: "2026-12-03T14:50:00+08:00",
    }),
  ],
  events: [
    ...waiting.events,
    event(8, "vote.returned", "2026-12-02T14:50:00+08:00", {
      by: who(zhangKe),
      via: "link",
      stepId: directorStep.stepId,
      data: { comment: "请把用车费用单列" },
    }),
  ],
};

/** 张科 rejected it. */
export const rejected: CaseView = {
  ...waiting,
  status: "closed",
  phase: "closed",
  outcome: "rejected",
  steps: [
    managerStep,
    {
      ...directorStep,
      status: "done",
      outcome: "rejected",
      endedAt: "2026-12-02T14:50:00+08:00",
      votes: [vote(zhangKe, "reject", "2026-12-02T14:50:00+08:00", "年底前不再安排")],
    },
  ],
  events: [
    ...waiting.events,
    event(8, "vote.rejected", "2026-12-02T14:50:00+08:00", {
      by: who(zhangKe),
      via: "link",
      stepId: directorStep.stepId,
      data: { comment: "年底前不再安排" },
    }),
    event(9, "budget.released", "2026-12-02T14:50:04+08:00", { data: { amount: 500_000 } }),
  ],
};

/** 陈瑶 changed the amount while 张科 was deciding. */
export const edited: CaseView = {
  ...waiting,
  revision: 2,
  amount: 400_000,
  steps: [
    { ...managerStep, votes: [{ ...managerStep.votes[0]!, void: true }] },
    { ...directorStep, status: "void" },
    step({
      stepId: "JD-2026-000041-r2-1",
      stage: "dept_manager",
      assignees: [who(shuaiZhong)],
      openedAt: "2026-12-02T14:00:00+08:00",
      dueAt: "2026-12-03T14:00:00+08:00",
    }),
  ],
  route: {
    ...waiting.route,
    stages: [
      { ...managerStage!, state: "now", dueAt: "2026-12-03T14:00:00+08:00" },
      { ...directorStage!, state: "next", dueAt: "2026-12-04T14:00:00+08:00" },
    ],
  },
  events: [
    ...waiting.events,
    event(8, "case.edited", "2026-12-02T14:00:00+08:00", {
      by: who(chenYao),
      via: "login",
      data: {
        changes: [
          { path: "budgetAmount", from: 500_000, to: 400_000 },
          { path: "hotelName", from: "金叶", to: null },
        ],
      },
    }),
    event(9, "step.voided", "2026-12-02T14:00:00+08:00", {
      stepId: directorStep.stepId,
      by: who(chenYao),
      via: "login",
    }),
    event(10, "budget.adjusted", "2026-12-02T14:00:00+08:00", {
      by: who(chenYao),
      via: "login",
      data: { from: 500_000, to: 400_000 },
    }),
  ],
};

export const task = (more: Partial<TaskView> = {}): TaskView => ({
  stepId: directorStep.stepId,
  caseId: waiting.caseId,
  process: "reception",
  kind: "approval",
  stage: "general_manager",
  title: waiting.title,
  openedAt: directorStep.openedAt,
  dueAt: directorStep.dueAt,
  ...more,
});

export const line = (more: Partial<CaseLine> = {}): CaseLine => ({
  caseId: waiting.caseId,
  process: "reception",
  title: waiting.title,
  status: "open",
  phase: "approval",
  outcome: null,
  createdAt: waiting.createdAt,
  dueAt: "2026-12-07T09:00:00+08:00",
  amount: 500_000,
  ...more,
});

/** One line of the list of decisions. */
export const waitingDecision = (more: Partial<DecisionView> = {}): DecisionView => ({
  ...task(),
  contentHash: HASH,
  batchable: true,
  facts: {
    visitingOrg: waiting.title,
    amount: 500_000,
    level: "C",
    people: 2,
    requester: who(chenYao),
    availableAfter: 1_860_000,
    findings: [],
  },
  ...more,
});

/** Somebody who reads a page; with a session unless said otherwise. */
export const reader = (actor: Person | null, locale: Locale = "zh-CN", more: Partial<Reader> = {}): Reader =>
  readerOf({ locale, now: NOW, path: "/" }, actor ? { actor, csrf: "token-1" } : null, more);

/** 周岚 asks to move money into the budget of the visit; 张科 decides. */
export const change: CaseView = {
  ...waiting,
  caseId: "YS-2026-000003",
  process: "budget-change",
  title: "运输部2026年12月接待预算调剂到财务部2026年12月接待预算",
  createdBy: who(finance),
  department: "finance",
  amount: 800_000,
  content: {
    kind: "transfer",
    from: { department: "transport", period: "2026-12", category: "hospitality" },
    to: { department: "finance", period: "2026-12", category: "hospitality" },
    amount: 800_000,
    reason: "年底来访增多",
  },
  steps: [directorStep],
  budget: [{ ...effect, department: "transport" }],
  route: { ...waiting.route, trace: [], stages: [waiting.route.stages[1]!] },
  attachments: [],
  messages: [],
  events: [
    event(1, "case.submitted", "2026-12-01T10:20:00+08:00", { by: who(finance), via: "login" }),
    event(2, "budget.reserved", "2026-12-01T10:20:00+08:00", { data: { amount: 800_000 } }),
    event(3, "step.opened", "2026-12-01T14:05:00+08:00", { stepId: directorStep.stepId }),
  ],
};

/** The visit is over and cost ¥6,200 instead of ¥5,000: 帅钟 decides about the settlement. */
export const again: CaseView = {
  ...approved,
  phase: "approval",
  outcome: null,
  amount: 620_000,
  steps: [
    ...approved.steps,
    step({
      stepId: "JD-2026-000041-r1-3",
      kind: "settlement",
      stage: "settlement",
      status: "done",
      outcome: "done",
      assignees: [who(chenYao)],
      endedAt: "2026-12-02T14:52:00+08:00",
    }),
    step({
      stepId: "JD-2026-000041-r1-4",
      stage: "dept_manager",
      assignees: [who(shuaiZhong)],
      round: 2,
      openedAt: "2026-12-02T14:53:00+08:00",
      dueAt: "2026-12-03T14:53:00+08:00",
    }),
  ],
  route: {
    ...waiting.route,
    stages: waiting.route.stages.map(({ decidedAt: _at, ...stage }, index) => ({
      ...stage,
      state: index === 0 ? ("now" as const) : ("next" as const),
      dueAt: "2026-12-03T14:53:00+08:00",
    })),
  },
  findings: [finding("split_bill", "同一天在同一地点有 2 笔餐费，合计 ¥3,200。")],
  settlement: {
    approved: 500_000,
    charged: 620_000,
    at: "2026-12-02T14:52:00+08:00",
    data: {
      guestsTotal: 2,
      companionsTotal: 1,
      place: "金叶",
      purpose: "参观与洽谈",
      guestRelation: "客户",
      personalShare: 30_000,
      overReason: "来客临时多住一晚",
      lines: [
        { item: "meal", amount: 320_000, on: "2026-12-01", place: "金叶餐厅", people: 3 },
        { item: "lodging", amount: 330_000, on: "2026-12-01", place: "金叶" },
      ],
      invoices: [{ no: "51000001", amount: 320_000, issuedOn: "2026-12-01", seller: "金叶餐厅" }],
    },
  },
  events: [
    ...approved.events,
    event(10, "settlement.submitted", "2026-12-02T14:52:00+08:00", {
      by: who(chenYao),
      via: "login",
      data: { approved: 500_000, charged: 620_000 },
    }),
    event(11, "settlement.reapproval", "2026-12-02T14:52:00+08:00", {
      data: { approved: 500_000, charged: 620_000, round: 2 },
    }),
  ],
};
