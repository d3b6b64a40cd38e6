/** A case for the tests of mails: 陈瑶 asks to receive two guests of 洁丽雅, 帅钟 has signed, 张科 is asked. */
import type { MailFacts } from "../../../functions/message/facts.ts";

export const NOW = Date.parse("2026-12-02T15:00:00+08:00");

export const sample = (changes: Partial<MailFacts> = {}): MailFacts => ({
  now: NOW,
  locale: "zh-CN",
  kind: "approval.request",
  params: {},
  caseId: "JD-2026-000041",
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
  people: 2,
  amount: 500000,
  bucket: { department: "finance", period: "2026-12", available: 1860000 },
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
};
