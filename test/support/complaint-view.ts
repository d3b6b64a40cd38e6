/** A complaint as its pages get it: TS-2026-000123, on Wednesday 2026-12-02 at 15:00 in Shanghai. */
import type { EventView, StepView } from "../../functions/case/view.ts";
import type { RegisterLine } from "../../functions/complaint/register-rules.ts";
import type { ComplaintView } from "../../functions/complaint/view.ts";
import type { Locale, Role } from "../../functions/directory/model.ts";
import type { Reader } from "../../functions/web/models/view.ts";
import { HASH, person, reader } from "./fixtures.ts";

export const CASE = "TS-2026-000123";
export const HANDLER = "zhangyun";

const NAMES: Record<string, string> = {
  zhangyun: "张云",
  limin: "李敏",
  huangyuanli: "黄远利",
  shuaizhong: "帅钟",
  yinxue: "尹雪",
  customer: "customer",
};
export const nameOf = (staffId: string): string => NAMES[staffId] ?? staffId;
const who = (staffId: string) => ({ staffId, name: nameOf(staffId) });

/** Somebody of this role who reads; by default nobody of the case. */
export const as = (role: Role, staffId = "tangli", locale: Locale = "zh-CN"): Reader => ({
  ...reader(person(staffId, nameOf(staffId), role), locale, { path: `/complaints/${CASE}` }),
  csrf: "token",
});

export const content = {
  channel: "web",
  complainantName: "叶三",
  complainantPhone: "+8613800001234",
  complainantEmail: "ye.san@jieliya.example",
  organisation: "洁丽雅有限公司",
  waybillNo: "XD202612010017",
  occurredAt: "2026-12-01T15:30:00+08:00",
  category: "damage",
  description: "12 箱毛巾到货时外箱破损，3 箱受潮。\n请尽快处理",
  remedySought: "赔偿受潮货物并说明原因",
};

export const event = (
  seq: number,
  kind: string,
  by: string | null = null,
  data?: Record<string, unknown>,
  at = `2026-12-01T16:${String(10 + seq).padStart(2, "0")}:00+08:00`,
): EventView => ({
  seq,
  at,
  kind,
  by: by === null ? null : by === "customer" ? { customer: "叶三" } : who(by),
  via: by === null ? "system" : "login",
  ...(data === undefined ? {} : { data }),
});

export const step = (
  n: number,
  kind: string,
  assignee: string,
  change: Partial<StepView> = {},
): StepView => ({
  stepId: `${CASE}-s${n}`,
  kind,
  stage: kind,
  status: "open",
  outcome: null,
  assignees: [who(assignee)],
  mode: "single",
  need: 1,
  openedAt: "2026-12-01T16:30:00+08:00",
  dueAt: "2026-12-04T09:10:00+08:00",
  provisional: false,
  endedAt: null,
  round: 1,
  alsoStages: [],
  effectiveAt: null,
  undoUntil: null,
  votes: [],
  ...change,
});

const REASON = {
  rule: "least_load",
  cause: "received",
  staffId: HANDLER,
  fitting: 3,
  load: 2,
  candidates: [],
};

const START: EventView[] = [
  event(1, "complaint.received", "customer"),
  event(2, "clock.started", null, { kind: "acknowledge" }, "2026-12-01T16:11:00+08:00"),
  event(3, "clock.started", null, { kind: "respond" }, "2026-12-01T16:11:00+08:00"),
  event(4, "clock.started", null, { kind: "resolve" }, "2026-12-01T16:11:00+08:00"),
  event(5, "message.sent", null, { kind: "complaint.acknowledged" }),
  event(6, "complaint.assigned", null, { assignee: HANDLER, reason: REASON }),
  { ...event(7, "step.opened", null, { kind: "investigate" }), stepId: `${CASE}-s1` },
];

/** Under investigation by 张云. `dueAt`: of the open step. */
export const view = (
  change: Partial<ComplaintView> = {},
  dueAt = "2026-12-04T09:10:00+08:00",
): ComplaintView => ({
  caseId: CASE,
  process: "complaint",
  status: "open",
  phase: "investigating",
  outcome: null,
  title: "洁丽雅有限公司",
  createdBy: who("customer"),
  createdAt: "2026-12-01T16:10:00+08:00",
  department: "customer_service",
  revision: 1,
  content,
  contentHash: HASH,
  chainValid: true,
  amount: 0,
  steps: [step(1, "investigate", HANDLER, { dueAt })],
  budget: [],
  route: { policy: { policyId: "complaint", version: 1 }, trace: [], stages: [] },
  findings: [],
  standards: null,
  tax: null,
  settlement: null,
  receptionListId: null,
  cc: [],
  attachments: [
    {
      attachmentId: "a1",
      name: "外箱.jpg",
      contentType: "image/jpeg",
      size: 420_000,
      by: who("customer"),
      at: "2026-12-01T16:12:00+08:00",
      internal: false,
    },
  ],
  messages: [
    {
      id: "m1",
      kind: "complaint.acknowledged",
      channel: "email",
      to: who("customer"),
      status: "sent",
      sentAt: "2026-12-01T16:14:00+08:00",
      deferredUntil: null,
      reason: null,
    },
    {
      id: "m2",
      kind: "clock.warned",
      channel: "email",
      to: who(HANDLER),
      status: "deferred",
      sentAt: null,
      deferredUntil: "2026-12-03T09:00:00+08:00",
      reason: null,
    },
  ],
  events: START,
  category: "damage",
  subCategory: null,
  severity: "major",
  urgency: "high",
  safetyFlag: false,
  priority: "P2",
  paused: false,
  level: 0,
  reopenCount: 0,
  round: 1,
  csat: null,
  receivedAt: "2026-12-01T16:10:00+08:00",
  respondingDept: "customer_service",
  assignee: who(HANDLER),
  assignmentReason: {
    rule: "least_load",
    text: "新的投诉：在岗、会处理货损的 3 人里，张云手上最少（2 件）。",
    candidates: [
      { staffId: HANDLER, skilled: true, present: true, load: 2 },
      { staffId: "tangli", skilled: true, present: false, load: 0 },
    ],
  },
  stretches: [
    {
      department: "customer_service",
      assignee: who(HANDLER),
      from: "2026-12-01T16:16:00+08:00",
      to: null,
      workingMinutes: 404,
    },
  ],
  notes: [],
  conversation: [],
  investigation: null,
  disposition: null,
  claimId: null,
  repeatOf: null,
  followUpId: null,
  mergedInto: null,
  merged: [],
  possibleDuplicates: ["TS-2026-000099"],
  dossier: null,
  closedAt: null,
  ...change,
});

const INVESTIGATION = {
  cause: "中转站淋雨",
  facts: "卸车时没有雨布",
  responsibility: "运输部",
  immediateAction: "已道歉",
  corrective: "加盖雨布",
  preventive: "雨天检查",
};
const DISPOSITION = { type: "compensation" as const, amount: 80_000, noticeText: "我们赔偿 800 元。" };

const investigated = event(20, "complaint.investigated", HANDLER, {
  investigation: INVESTIGATION,
  disposition: DISPOSITION,
  claim: false,
});
const done = step(1, "investigate", HANDLER, { status: "done", outcome: "done", decidedBy: who(HANDLER) });

/** 帅钟 is asked for the compensation. */
export const compensating = view({
  phase: "approving",
  investigation: INVESTIGATION,
  disposition: DISPOSITION,
  steps: [done, step(2, "approval", "shuaizhong", { stage: "compensation", round: 2 })],
  events: [...START, investigated],
});

/** The notice is with the customer. */
export const confirming = view({
  phase: "confirming",
  investigation: INVESTIGATION,
  disposition: DISPOSITION,
  steps: [done, step(3, "customer-confirm", "customer")],
  events: [...START, investigated, event(21, "notice.sent")],
});

/** With everything that people write. */
export const spoken = view({
  events: [
    ...START,
    event(8, "message.sent", HANDLER, { messageId: "m3", text: "您好，已在调查。" }),
    event(9, "clock.paused", HANDLER, { question: "请补拍内包装" }),
    event(10, "customer.answered", "customer", { text: "已上传" }),
    event(11, "clock.resumed"),
    event(12, "note.added", HANDLER, { noteId: "n1", text: "先不要提责任方", mentions: ["limin"] }),
    event(13, "complaint.triaged", "limin", {
      changes: { priority: { from: "P3", to: "P2" } },
      reason: "客户周五铺货",
    }),
    investigated,
    event(21, "notice.sent"),
    event(22, "customer.disagreed", "huangyuanli", { comment: "太少了" }),
    event(23, "clock.breached", null, { kind: "respond" }),
    event(24, "clock.climbed", null, { kind: "respond", tell: "aftersales_lead" }),
    event(25, "follow-up.attempted", HANDLER, { attempt: { result: "no_answer" } }),
    event(26, "follow-up.recorded", HANDLER, { record: { satisfaction: 4 } }),
    event(27, "message.deferred", null, { kind: "clock.warned" }),
    { ...event(28, "step.decided", HANDLER, { outcome: "done" }), stepId: `${CASE}-s1` },
  ],
});

/** One level up, in its second round. */
export const reopened = view({
  level: 1,
  reopenCount: 1,
  round: 2,
  assignee: who("limin"),
  investigation: INVESTIGATION,
  disposition: DISPOSITION,
  steps: [
    done,
    step(3, "customer-confirm", "customer", { status: "done", outcome: "disagreed" }),
    step(4, "investigate", "limin", { openedAt: "2026-12-01T16:40:00+08:00" }),
  ],
  events: [
    ...START,
    investigated,
    event(21, "notice.sent"),
    event(22, "customer.disagreed", "customer", { comment: "太少了" }),
    event(23, "complaint.reopened", null, { reason: "disagreed", level: 1, round: 2 }),
    event(24, "complaint.assigned", null, { assignee: "limin", reason: { ...REASON, staffId: "limin" } }),
  ],
});

export const closed = view({
  status: "closed",
  phase: "closed",
  outcome: "satisfied",
  csat: 5,
  closedAt: "2026-12-01T17:30:00+08:00",
  dossier: { sha256: HASH, retainUntil: "2031-12-01T17:30:00+08:00" },
  investigation: INVESTIGATION,
  disposition: DISPOSITION,
  steps: [done],
  events: [...START, investigated, event(30, "complaint.closed", null, { reason: "satisfied" })],
});

/** A line of the register. */
export const line = (change: Partial<RegisterLine> = {}): RegisterLine => ({
  caseId: CASE,
  receivedAt: "2026-12-01T16:10:00+08:00",
  channel: "web",
  organisation: "洁丽雅有限公司",
  complainantName: "叶三",
  waybillNo: "XD202612010017",
  customerId: null,
  category: "damage",
  subCategory: null,
  severity: "major",
  urgency: "high",
  priority: "P2",
  respondingDept: "customer_service",
  assignee: who(HANDLER),
  status: "open",
  phase: "investigating",
  outcome: null,
  level: 0,
  reopenCount: 0,
  paused: false,
  respondDueAt: "2026-12-02T10:10:00+08:00",
  dueAt: "2026-12-04T09:10:00+08:00",
  overdue: false,
  csat: null,
  repeatOf: null,
  mergedInto: null,
  closedAt: null,
  ...change,
});
