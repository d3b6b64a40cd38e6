/** A follow-up as its pages get it: HF-2026-000012, on Wednesday 2026-12-02 at 15:00 in Shanghai. */
import type { EventView } from "../../functions/case/view.ts";
import type { Locale, Role } from "../../functions/directory/model.ts";
import type { CallRecord, VisitRecord } from "../../functions/follow-up/schema.ts";
import type { FollowUpView } from "../../functions/follow-up/view.ts";
import type { Reader } from "../../functions/web/models/view.ts";
import { HASH, person, reader } from "./fixtures.ts";

export const CASE = "HF-2026-000012";
export const ASSIGNEE = "zhangyun";
export const LEAD = "huangyuanli";

const NAMES: Record<string, string> = {
  zhangyun: "张云",
  huangyuanli: "黄远利",
  limin: "李敏",
  tangli: "唐丽",
};
export const nameOf = (staffId: string): string => NAMES[staffId] ?? staffId;
const who = (staffId: string) => ({ staffId, name: nameOf(staffId) });

/** Somebody of this role who reads; by default nobody of the case. */
export const as = (role: Role, staffId = "tangli", locale: Locale = "zh-CN"): Reader => ({
  ...reader(person(staffId, nameOf(staffId), role), locale, { path: `/follow-ups/${CASE}` }),
  csrf: "token",
});

export const event = (
  seq: number,
  kind: string,
  by: EventView["by"] | string = null,
  data?: Record<string, unknown>,
): EventView => ({
  seq,
  at: `2026-12-01T16:${String(10 + seq).padStart(2, "0")}:00+08:00`,
  kind,
  by: typeof by === "string" ? who(by) : by,
  via: by === null ? "system" : "login",
  ...(data === undefined ? {} : { data }),
});

type Step = FollowUpView["steps"][number];
export const step = (n: number, kind: string, assignee: string, change: Partial<Step> = {}): Step => ({
  stepId: `${CASE}-s${n}`,
  kind,
  stage: kind,
  status: "open",
  outcome: null,
  assignees: [who(assignee)],
  mode: "single",
  need: 1,
  openedAt: "2026-12-01T16:12:00+08:00",
  dueAt: "2026-12-03T18:00:00+08:00",
  provisional: false,
  endedAt: null,
  round: 1,
  alsoStages: [],
  effectiveAt: null,
  undoUntil: null,
  votes: [],
  ...change,
});

export const callRecord: CallRecord = {
  attempts: [{ at: "2026-12-02T10:05:00+08:00", channel: "phone", result: "reached", note: "" }],
  contactName: "叶三",
  satisfaction: 4,
  issueFound: false,
  verbatim: "处理及时，希望以后包装加固。",
  newNeeds: "",
  suggestion: "包装加固",
  needsComplaint: false,
  nextFollowUpOn: "2027-01-11",
};

export const visitRecord: VisitRecord = {
  customerName: "洁丽雅有限公司",
  customerAddress: "成都市双流开发区567号",
  visitors: ["张云", "唐丽"],
  visitDate: "2026-12-02",
  frequency: { count: 2, unit: "month" },
  filledAt: "2026-12-02T11:40:00+08:00",
  materialsUsed: "客户负责人阅读了所带去的资料",
  purpose: "让本公司对洁丽雅有限公司进行物流配送",
  companyOverview: "优异",
  companyType: "毛巾公司",
  siteAreaSqm: 2234,
  registeredCapitalCny10k: 54,
  employeeCount: 275,
  contactName: "叶三",
  contactPhone: "+8613800001234",
  businessScope: "经营毛巾浴巾等各类产品",
  qualityRequirements: "防潮、按时到货",
  agreedIntent: "同意将配送作业让我公司完成",
  customerFeedback: "良好",
  nextVisitPlan: { none: true, reason: "客户迁址" },
  issueFound: true,
  issueCategory: "delay",
  verbatim: "",
  newNeeds: "",
  suggestion: "",
  needsComplaint: false,
};

/** A call by 张云, due tomorrow, that nobody has tried yet. */
export const view = (change: Partial<FollowUpView> = {}): FollowUpView => ({
  caseId: CASE,
  process: "follow-up",
  status: "open",
  phase: "planned",
  outcome: null,
  title: "洁丽雅有限公司",
  createdBy: null,
  createdAt: "2026-12-01T16:11:00+08:00",
  department: "customer_service",
  revision: 1,
  content: {
    customerId: "C0001",
    customerName: "洁丽雅有限公司",
    mode: "call",
    purpose: "了解到货情况",
    questions: ["包装满意吗？"],
    contact: { name: "叶三", phone: "+8613800001234", email: null, language: "zh-CN" },
  },
  contentHash: HASH,
  chainValid: true,
  amount: 0,
  budget: [],
  route: { policy: { policyId: "complaint", version: 1 }, trace: [], stages: [] },
  findings: [],
  standards: null,
  tax: null,
  settlement: null,
  receptionListId: null,
  cc: [],
  attachments: [],
  customerId: "C0001",
  customerName: "洁丽雅有限公司",
  mode: "call",
  sourceType: "cadence",
  sourceId: null,
  plannedOn: "2026-12-01",
  dueAt: "2026-12-03T18:00:00+08:00",
  assignee: who(ASSIGNEE),
  assignmentReason: {
    rule: "least_load",
    text: "有这项技能且在岗的同事中，张云手上的待办最少。",
    candidates: [
      { staffId: "zhangyun", skilled: true, present: true, load: 2 },
      { staffId: "tangli", skilled: false, present: false, load: 5 },
    ],
  },
  appointment: null,
  prepChecklist: [],
  attempts: [],
  record: null,
  complaintId: null,
  missed: false,
  missedAt: null,
  reason: null,
  steps: [step(1, "follow-up", ASSIGNEE)],
  messages: [],
  events: [
    event(1, "follow-up.planned", null),
    event(2, "follow-up.assigned", null, { assignee: "zhangyun", rule: "least_load" }),
  ],
  ...change,
});

const TITLES = {
  goal: "明确拜访目标",
  plan: "做好访前计划",
  time: "确定拜访时间",
  materials: "备齐相关资料",
  figures: "熟记相关数据",
  contingency: "设计应急预案",
};

export const visiting = (change: Partial<FollowUpView> = {}): FollowUpView =>
  view({
    mode: "visit",
    prepChecklist: Object.entries(TITLES).map(([item, title], index) => ({
      item: item as "goal",
      title,
      done: index === 0,
      at: index === 0 ? "2026-12-02T09:00:00+08:00" : null,
    })),
    ...change,
  });

/** Recorded by 张云, with the lead. */
export const reviewing = (change: Partial<FollowUpView> = {}): FollowUpView =>
  view({
    phase: "reviewing",
    record: callRecord,
    attempts: callRecord.attempts,
    steps: [
      step(1, "follow-up", ASSIGNEE, {
        status: "done",
        outcome: "done",
        endedAt: "2026-12-02T10:20:00+08:00",
        decidedBy: who(ASSIGNEE),
      }),
      step(2, "review", LEAD),
    ],
    events: [...view().events, event(3, "follow-up.recorded", ASSIGNEE, { record: callRecord })],
    ...change,
  });

export const closed = (change: Partial<FollowUpView> = {}): FollowUpView =>
  reviewing({
    status: "closed",
    phase: "closed",
    outcome: "recorded",
    steps: reviewing().steps.map((one) => ({
      ...one,
      status: "done" as const,
      endedAt: "2026-12-02T11:00:00+08:00",
    })),
    ...change,
  });
