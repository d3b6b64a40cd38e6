/** A case for the tests of mails: 陈瑶 asks to receive two guests of 洁丽雅, 帅钟 has signed, 张科 is asked. */
import type { MailFacts } from "../../../functions/message/facts.ts";

export const NOW = Date.parse("2026-12-02T15:00:00+08:00");

export const sample = (changes: Partial<MailFacts> = {}): MailFacts => ({
  now: NOW,
  locale: "zh-CN",
  kind: "approval.request",
  params: {},
  caseId: "JD-2026-000041",
  topic: "reception",
  title: "洁丽雅有限公司",
  recipient: "张科",
  reader: "signer",
  requester: "陈瑶",
  department: "customer_service",
  content: {
    visitingOrg: "洁丽雅有限公司",
    guestsMale: 1,
    guestsFemale: 1,
    companions: [{ name: "曾群", phone: "+8613800000002" }],
    arrivalDate: "2026-12-07",
    arriveAt: "2026-12-07T09:00:00+08:00",
    plannedLeaveAt: "2026-12-08T09:00:00+08:00",
    level: "C",
    budgetAmount: 500000,
    excessReason: "用车 ¥1,400、会议室 ¥600",
    costDepartment: "finance",
  },
  summary: null,
  change: null,
  settlement: null,
  people: 2,
  amount: 500000,
  buckets: [{ department: "finance", period: "2026-12", available: 1860000 }],
  findings: [],
  standard: null,
  tax: null,
  outcome: null,
  step: {
    kind: "approval",
    stage: "general_manager",
    dueAt: "2026-12-02T10:00:00.000Z",
    waiting: ["张科"],
    standingInFor: null,
  },
  signed: [
    { name: "帅钟", stage: "dept_manager", choice: "approve", at: "2026-12-01T06:05:00.000Z", comment: "" },
  ],
  refusal: null,
  own: null,
  undoUntil: null,
  said: null,
  later: [],
  changes: [],
  restartStage: null,
  complaint: null,
  urls: {
    case: "https://careloop.example/cases/JD-2026-000041",
    edit: "https://careloop.example/receptions/JD-2026-000041/edit",
    settle: "https://careloop.example/receptions/JD-2026-000041/settlement",
    link: `https://careloop.example/d/${"k".repeat(43)}`,
  },
  ...changes,
});

const refusal = {
  name: "张科",
  stage: "general_manager",
  choice: "reject",
  at: "2026-12-02T06:40:00.000Z",
  comment: "会议室用公司的，用车减半。",
};

/** One of each kind, as it would be sent. */
export const samples: Record<string, MailFacts> = {
  request: sample(),
  "request-first": sample({
    recipient: "帅钟",
    signed: [],
    later: [{ stage: "general_manager", names: ["张科"] }],
    step: { ...sample().step!, stage: "dept_manager", standingInFor: "李敏" },
  }),
  remind: sample({ kind: "step.remind" }),
  "remind-late": sample({ kind: "step.remind", now: Date.parse("2026-12-02T18:00:00+08:00") }),
  "remind-revise": sample({
    kind: "step.remind",
    reader: "requester",
    recipient: "陈瑶",
    step: { ...sample().step!, kind: "revise", stage: "revise" },
    refusal: { ...refusal, choice: "return" },
  }),
  escalated: sample({
    kind: "step.escalated",
    reader: "superior",
    recipient: "周毅",
    now: Date.parse("2026-12-03T18:00:00+08:00"),
  }),
  approved: sample({
    kind: "case.decision",
    reader: "requester",
    recipient: "陈瑶",
    outcome: "approved",
    signed: [
      ...sample().signed,
      {
        name: "张科",
        stage: "general_manager",
        choice: "approve",
        at: "2026-12-02T06:40:00.000Z",
        comment: "",
      },
    ],
  }),
  finance: sample({ kind: "case.decision", reader: "finance", recipient: "何静", outcome: "approved" }),
  rejected: sample({
    kind: "case.decision",
    reader: "requester",
    recipient: "陈瑶",
    outcome: "rejected",
    refusal,
  }),
  changed: sample({
    kind: "case.changed",
    changes: [
      { path: "budgetAmount", from: 500000, to: 420000 },
      { path: "plannedLeaveAt", from: "2026-12-08T09:00:00+08:00", to: "2026-12-09T10:30:00+08:00" },
      { path: "level", from: "C", to: "B" },
      { path: "companions", from: [], to: [{ name: "曾群", phone: "+8613800000002" }] },
      { path: "exchangeContent", from: "参观公司内部环境与配送环节", to: "参观、洽谈来年合同" },
      { path: "needFlowers", from: false, to: true },
    ],
  }),
  "changed, change": sample({
    kind: "case.changed",
    changes: [
      {
        path: "to",
        from: { department: "finance", period: "2026-12", category: "hospitality" },
        to: { department: "transport", period: "2026-12", category: "gift" },
      },
      { path: "amount", from: 200_000, to: 150_000 },
    ],
  }),
  "changed-later": sample({
    kind: "case.changed",
    changes: [{ path: "budgetAmount", from: 500000, to: 420000 }],
    restartStage: "general_manager",
  }),
  returned: sample({
    kind: "case.returned",
    reader: "requester",
    recipient: "陈瑶",
    step: { ...sample().step!, kind: "revise", stage: "revise", dueAt: "2026-12-03T07:00:00.000Z" },
    refusal: { ...refusal, choice: "return" },
  }),
  withdrawn: sample({ kind: "case.withdrawn" }),
  expired: sample({ kind: "case.expired" }),
  "expired-own": sample({ kind: "case.expired", reader: "requester", recipient: "陈瑶" }),
  "request-judged": sample({
    findings: ["按接待标准测算为 ¥3,000，超出 ¥2,000。", "30 天内第 4 次接待同一客户，规定不超过 3 次。"],
    standard: 300000,
    tax: { year: 2026, deductibleBefore: 1200000, deductibleAfter: 1500000, nonDeductibleOfThis: 200000 },
    step: { ...sample().step!, standingInFor: "李敏" },
    signed: [{ ...sample().signed[0]!, for: "罗强" }],
    buckets: [...sample().buckets, { department: "finance", period: "2026-Q4", available: 9000000 }],
  }),
  nudge: sample({ kind: "step.nudge", said: { name: "陈瑶", text: "" } }),
  receipt: sample({
    kind: "vote.receipt",
    own: {
      name: "张科",
      stage: "general_manager",
      choice: "approve",
      at: "2026-12-02T06:58:00.000Z",
      comment: "同意，按实结算。",
    },
    undoUntil: "2026-12-02T07:00:00.000Z",
  }),
  "receipt-final": sample({
    kind: "vote.receipt",
    own: { ...refusal, choice: "transfer", to: "罗强", comment: "我在出差" },
  }),
  cc: sample({ kind: "case.cc", recipient: "李敏", said: { name: "陈瑶", text: "请知悉" } }),
  revoked: sample({ kind: "case.revoked", said: { name: "陈瑶", text: "客人行程取消" } }),
  settlement: sample({
    kind: "settlement.request",
    reader: "requester",
    recipient: "陈瑶",
    step: { ...sample().step!, kind: "settlement", stage: "settlement", dueAt: "2026-12-18T01:00:00.000Z" },
  }),
  "settlement-reminder": sample({
    kind: "settlement.reminder",
    reader: "requester",
    recipient: "陈瑶",
    step: { ...sample().step!, kind: "settlement", stage: "settlement", dueAt: "2026-12-18T01:00:00.000Z" },
  }),
};

const change: Partial<MailFacts> = {
  topic: "change",
  caseId: "YS-2026-000003",
  title: "运输部2026年12月接待预算调剂到财务部2026年12月接待预算",
  requester: "王慧",
  department: "finance",
  content: null,
  change: {
    kind: "transfer",
    from: { department: "transport", period: "2026-12", category: "hospitality" },
    to: { department: "finance", period: "2026-12", category: "hospitality" },
    amount: 500000,
    reason: "年底来访增多",
  },
  people: 0,
  buckets: [{ department: "transport", period: "2026-12", available: 5500000 }],
  signed: [],
};

const again: Partial<MailFacts> = {
  topic: "settlement",
  amount: 500000,
  settlement: {
    approved: 400000,
    charged: 500000,
    data: { guestsTotal: 2, companionsTotal: 1, place: "金叶", overReason: "来客临时多住一晚" },
  },
  findings: ["同一天在同一地点有 2 笔餐费，合计 ¥3,200。"],
};

/** The kinds that a budget change, and a settlement that is approved again, send. */
const of = (topic: string, more: Partial<MailFacts>, names: string[]): [string, MailFacts][] =>
  names.map((name) => [`${name}, ${topic}`, { ...samples[name]!, ...more }]);
Object.assign(
  samples,
  Object.fromEntries([
    ...of("change", change, [
      ...["request", "remind", "remind-late", "remind-revise", "escalated", "nudge", "receipt", "cc"],
      ...["approved", "finance", "rejected", "returned", "withdrawn", "expired", "expired-own"],
    ]),
    ...of("settlement", again, [
      "request",
      "remind",
      "escalated",
      "receipt",
      "approved",
      "finance",
      "rejected",
    ]),
    ...of("settlement", { ...again, step: null }, ["returned"]),
  ]),
);
