/** A complaint's road without a workflow engine: what Step Functions would call, called by hand. */
import { vi } from "vitest";
import { handler as nextStage } from "../../functions/approval/next-stage.ts";
import type { Step } from "../../functions/case/model.ts";
import { actOnComplaint } from "../../functions/complaint/act.ts";
import { type Next, handler as next } from "../../functions/complaint/next.ts";
import { openComplaint, readIntakeBasis } from "../../functions/complaint/open-case.ts";
import { readComplaint } from "../../functions/complaint/schema.ts";
import { type ComplaintCase, isComplaint } from "../../functions/complaint/write.ts";
import { now } from "../../functions/shared/clock.ts";
import type { Decision } from "../../functions/step/model.ts";
import { handler as openStep } from "../../functions/step/open.ts";
import { runTimer } from "../../functions/step/run-timer.ts";
import { attempt, decide, read } from "./flow.ts";
import { person } from "./reception.ts";

export const complaint = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  channel: "hotline",
  complainantName: "周明",
  complainantPhone: "+8613900000001",
  complainantEmail: "zhou@jieliya.example",
  organisation: "洁丽雅有限公司",
  waybillNo: "XD202612010017",
  category: "damage",
  description: "三件毛巾外箱破损，里面受潮。",
  severity: "major",
  urgency: "medium",
  ...change,
});

/** A filed complaint; by 黄远利 unless said otherwise, null: without a session. */
export async function filed(
  change: Record<string, unknown> = {},
  by: string | null = "huangyuanli",
): Promise<string> {
  const basis = await readIntakeBasis();
  const input = complaint(by === null ? { channel: "web", ...change } : change);
  const read = readComplaint(input, { staff: by !== null, locale: "zh-CN" }, basis.policy.document);
  const { body } = await openComplaint({ complaint: read, by: by === null ? null : person(by), basis });
  return body.caseId;
}

export async function readOne(caseId: string): Promise<ComplaintCase> {
  const file = await read(caseId);
  if (!isComplaint(file)) throw new Error(`${caseId} is no complaint`);
  return file;
}

let tokens = 0;

/**
 * What the workflow does until it waits: for people (the step), or for nothing any more (null). A chain is asked for its
 * first signature.
 */
export async function go(caseId: string, chain: ChainEnd | null = null): Promise<Step | null> {
  const { revision } = (await readOne(caseId)).header;
  const asked: Next = await next({ v: 1, caseId, revision, chain });
  if (asked.next === "done") return null;
  if (asked.next === "chain") return goChain(caseId, asked.round);
  if (asked.next === "claim") throw new Error("The claim's own workflow opens it");
  await openStep({
    v: 1,
    caseId,
    revision,
    step: asked.step,
    token: `token-c${++tokens}`,
    attempt: attempt(),
  });
  return stepOf(caseId, asked.step.stepId);
}
type ChainEnd = { round: number; outcome: "approved" | "rejected" | "returned" | "expired" | "superseded" };

async function goChain(caseId: string, round: number): Promise<Step | null> {
  const { revision } = (await readOne(caseId)).header;
  const asked = await nextStage({ v: 1, caseId, revision, endedStep: null, reason: null });
  if (asked.next === "done") return go(caseId, { round, outcome: asked.outcome });
  await openStep({
    v: 1,
    caseId,
    revision,
    step: asked.step,
    token: `token-c${++tokens}`,
    attempt: attempt(),
  });
  return stepOf(caseId, asked.step.stepId);
}

const stepOf = async (caseId: string, stepId: string): Promise<Step> => {
  const step = (await readOne(caseId)).steps.find((one) => one.stepId === stepId);
  if (!step) throw new Error(`No step ${stepId}`);
  return step;
};

/** The one open step, which is of this kind. */
export async function openOf(caseId: string, kind: string): Promise<Step> {
  const open = (await readOne(caseId)).steps.filter((step) => step.status === "open");
  const [step] = open;
  if (!step || open.length > 1 || step.kind !== kind)
    throw new Error(`Open is ${open.map((one) => one.kind).join()}, not ${kind}`);
  return step;
}

/** Somebody answers the open step of a kind; the holder himself unless said otherwise. */
export async function answer(
  caseId: string,
  kind: string,
  choice: string,
  { by, comment = "", data = {} }: { by?: string; comment?: string; data?: unknown } = {},
): Promise<Decision> {
  const step = await openOf(caseId, kind);
  const who = by ?? step.assignees[0] ?? "";
  return actOnComplaint(
    who === "customer" ? "customer" : person(who),
    step.stepId,
    { choice, comment, data },
    { door: { via: who === "customer" ? "link" : "login" } },
  );
}

export const investigation = (
  disposition: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Record<string, unknown> => ({
  investigation: {
    cause: "装卸时淋雨",
    facts: "12 月 1 日卸车时下雨，没有盖雨布。",
    responsibility: "装卸班组",
    immediateAction: "已换包装",
    corrective: "补发三件",
    preventive: "雨天备雨布",
  },
  disposition: { type: "apology", noticeText: "我们为此道歉，三件毛巾本周补发。", ...disposition },
  ...more,
});

export const record = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  attempts: [{ at: new Date(now()).toISOString(), channel: "phone", result: "reached", note: "" }],
  contactName: "周明",
  satisfaction: 5,
  issueFound: false,
  needsComplaint: false,
  ...change,
});

/** Signs the open approval, past its undo window. */
export async function sign(caseId: string, choice: string, comment = ""): Promise<void> {
  const step = await openOf(caseId, "approval");
  await decide(step.assignees[0] ?? "", step.stepId, choice, comment);
}

/** From an open investigation to the customer's step. */
export async function toCustomer(caseId: string, data = investigation()): Promise<Step | null> {
  await answer(caseId, "investigate", "done", { data });
  await go(caseId);
  await sign(caseId, "approve");
  return go(caseId);
}

/** Lets the timers of a case ring that are due until an instant (epoch ms), each at its own. */
export async function passTime(caseId: string, until: number): Promise<void> {
  for (;;) {
    const due = (await readOne(caseId)).timers
      .filter((timer) => timer.pending && Date.parse(timer.dueAt) <= until)
      .sort((a, b) => a.dueAt.localeCompare(b.dueAt));
    const [timer] = due;
    if (!timer) break;
    vi.setSystemTime(Math.max(now(), Date.parse(timer.dueAt)));
    await runTimer({ v: 1, caseId, timerId: timer.timerId });
  }
  vi.setSystemTime(until);
}
