/** Complaints as the pure rules see them, without a table. */
import type {
  ComplaintFile,
  ComplaintState,
  ComplaintStep,
  StepResult,
} from "../../../functions/complaint/model.ts";
import { stamp } from "../../../functions/shared/clock.ts";

export const COMPLAINT_ID = "TS-2026-000123";

/** Tuesday 1 December 2026, 16:10 in Chengdu: the mock-ups' example. */
export const RECEIVED = Date.parse("2026-12-01T16:10:00+08:00");

export const COMPLAINT = {
  channel: "web",
  complainantName: "叶三",
  complainantPhone: "+8613800001234",
  complainantEmail: "ye.san@jieliya.example",
  organisation: "洁丽雅有限公司",
  waybillNo: "XD202612010017",
  occurredAt: "2026-12-01T15:30:00+08:00",
  category: "damage",
  description: "12 箱毛巾到货时外箱破损,3 箱受潮。",
  remedySought: "赔偿受潮货物并说明原因",
  severity: "major",
  urgency: "high",
  locale: "zh-CN",
};

export const stateOf = (changes: Partial<ComplaintState> = {}): ComplaintState => ({
  priority: "P2",
  severity: "major",
  urgency: "high",
  category: "damage",
  subCategory: null,
  safetyFlag: false,
  fromPublic: true,
  triaged: false,
  override: null,
  level: 0,
  paused: false,
  assignee: null,
  wanted: "received",
  assignmentReason: null,
  respondingDept: "customer_service",
  handlers: [],
  handedOn: false,
  stretches: [],
  reopenCount: 0,
  round: 1,
  chains: [],
  csat: null,
  confirmedAnswer: null,
  waybillNo: "XD202612010017",
  phoneHash: "hash",
  tailSalt: "salt",
  tailHash: "hash",
  ...changes,
});

/** A step that ended; `ordinal` gives its place. */
export const ended = (
  ordinal: number,
  kind: string,
  outcome: string,
  result?: StepResult,
  changes: Partial<ComplaintStep> = {},
): ComplaintStep => ({
  stepId: `${COMPLAINT_ID}-1-${ordinal}`,
  revision: 1,
  ordinal,
  kind,
  status: "done",
  outcome,
  complaintRound: 1,
  ...(result ? { result } : {}),
  ...changes,
});

export const fileOf = (
  state: Partial<ComplaintState> = {},
  steps: ComplaintStep[] = [],
  more: Partial<ComplaintFile> = {},
): ComplaintFile => ({ status: "open", state: stateOf(state), steps, votes: [], ...more });

export const STAMP = stamp(RECEIVED);
