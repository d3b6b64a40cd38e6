/** A follow-up's road without a workflow engine: what Step Functions would call, called by hand. */
import { vi } from "vitest";
import type { Step } from "../../functions/case/model.ts";
import type { Customer } from "../../functions/customer/model.ts";
import { readCustomer } from "../../functions/customer/record-store.ts";
import { actOnFollowUp } from "../../functions/follow-up/act.ts";
import { type Next, handler as next } from "../../functions/follow-up/next.ts";
import { type FollowUpPlan, startFollowUp } from "../../functions/follow-up/start.ts";
import { type FollowUpCase, isFollowUp } from "../../functions/follow-up/write.ts";
import { now, shanghaiDate, toApi } from "../../functions/shared/clock.ts";
import type { Decision } from "../../functions/step/model.ts";
import { handler as openStep } from "../../functions/step/open.ts";
import { runTimer } from "../../functions/step/run-timer.ts";
import { attempt, read } from "./flow.ts";
import { person } from "./reception.ts";

let keys = 0;

/** A call on 洁丽雅 by 张云, due at the end of the day after next, unless said otherwise. */
export const plan = (change: Partial<FollowUpPlan> = {}): FollowUpPlan => ({
  customerId: "C0001",
  mode: "call",
  sourceType: "cadence",
  sourceId: null,
  plannedOn: shanghaiDate(now()),
  dueAt: Date.parse(`${shanghaiDate(now() + 2 * 86_400_000)}T18:00:00+08:00`),
  assignee: "zhangyun",
  assignmentReason: { rule: "owner", candidates: [] },
  purpose: "",
  by: "system",
  key: `test|${++keys}`,
  ...change,
});

export async function readFollowUp(caseId: string): Promise<FollowUpCase> {
  const file = await read(caseId);
  if (!isFollowUp(file)) throw new Error(`${caseId} is no follow-up`);
  return file;
}

export async function customer(customerId = "C0001"): Promise<Customer> {
  const found = await readCustomer(customerId);
  if (!found) throw new Error(`No customer ${customerId}`);
  return found;
}

let tokens = 0;

/** What the workflow does until it waits for people (the step), or is done (null). */
export async function go(caseId: string): Promise<Step | null> {
  const { revision } = (await readFollowUp(caseId)).header;
  const asked: Next = await next({ v: 1, caseId, revision });
  if (asked.next === "done") return null;
  const { step } = asked;
  await openStep({ v: 1, caseId, revision, step, token: `token-f${++tokens}`, attempt: attempt() });
  const opened = (await readFollowUp(caseId)).steps.find((one) => one.stepId === step.stepId);
  if (!opened) throw new Error(`No step ${step.stepId}`);
  return opened;
}

/** A planned one with its step open. */
export async function planned(
  change: Partial<FollowUpPlan> = {},
): Promise<{ caseId: string; stepId: string }> {
  const { caseId } = await startFollowUp(plan(change));
  const step = await go(caseId);
  return { caseId, stepId: step?.stepId ?? "" };
}

/** Somebody answers the open step of a kind; the holder himself unless said otherwise. */
export async function answer(
  caseId: string,
  kind: string,
  choice: string,
  { by, comment = "", data }: { by?: string; comment?: string; data?: unknown } = {},
): Promise<Decision> {
  const step = (await readFollowUp(caseId)).steps.find((one) => one.status === "open" && one.kind === kind);
  if (!step) throw new Error(`No step ${kind} of ${caseId} is open`);
  return actOnFollowUp(person(by ?? step.assignees[0] ?? ""), step.stepId, {
    choice,
    comment,
    ...(data === undefined ? {} : { data }),
  });
}

export const contact = (result = "reached", at = now()): Record<string, unknown> => ({
  at: toApi(at),
  channel: "phone",
  result,
  note: "",
});

/** As follow-up-record.json. */
export const callRecord = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  attempts: [contact()],
  contactName: "叶三",
  satisfaction: 4,
  issueFound: false,
  verbatim: "处理及时,希望以后包装加固。",
  newNeeds: "",
  suggestion: "包装加固",
  needsComplaint: false,
  nextFollowUpOn: "2027-01-11",
  ...change,
});

/** As visit-record.json, of today. */
export const visitRecord = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  customerName: "洁丽雅有限公司",
  customerAddress: "成都市双流开发区567号",
  visitors: ["张云"],
  visitDate: shanghaiDate(now()),
  frequency: { count: 1, unit: "month" },
  filledAt: toApi(now()),
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
  nextVisitPlan: { dueOn: "2027-01-06" },
  ...change,
});

/** Lets the pending alarms of these kinds ring, each at its own time, up to a moment. */
export async function ring(caseId: string, kinds: string[], until = Number.POSITIVE_INFINITY): Promise<void> {
  const due = (await readFollowUp(caseId)).timers
    .filter((timer) => timer.pending && kinds.includes(timer.kind) && Date.parse(timer.dueAt) <= until)
    .sort((a, b) => a.dueAt.localeCompare(b.dueAt));
  for (const { timerId, dueAt } of due) {
    vi.setSystemTime(Math.max(now(), Date.parse(dueAt)));
    await runTimer({ v: 1, caseId, timerId });
  }
}
