/**
 * Lambda `approval-next-stage`: policy and case in, the next step or the outcome of the chain out. Reads the header
 * first, so that a withdrawal or an edit always wins (MECHANICS §3.1).
 */
import type { CaseFile } from "../case/model.ts";
import { changeCase, readCase } from "../case/store.ts";
import { readPolicy, roster } from "../directory/store.ts";
import { addWorkingTime, type WorkingCalendar } from "../shared/calendar/index.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import type { StepPlan } from "../step/open.ts";
import { EXPIRES_AFTER } from "../step/rules.ts";
import { endStep } from "../step/store.ts";
import { chainPolicy } from "./chain-policy.ts";
import { type Ending, judge } from "./chain-rules.ts";

export type NextStageInput = {
  v: 1;
  caseId: string;
  revision: number;
  endedStep: string | null;
  reason: "decided" | "timeout" | "superseded" | null;
};

export type NextStage =
  | { next: "step"; step: StepPlan; timeoutSeconds: number }
  | { next: "done"; outcome: Ending | "superseded" };

/** The step's own ladder ends it; the hard timeout of the state lies an hour later (DESIGN §3.5). */
const GRACE_SECONDS = 3600;

export async function handler(input: NextStageInput): Promise<NextStage> {
  if (input.reason === "timeout" && input.endedStep) await expire(input.caseId, input.endedStep);
  const at = now();
  const [file, staff] = await Promise.all([readCase(input.caseId), roster(shanghaiDate(at))]);
  if (!file || file.header.revision !== input.revision || file.header.status !== "open")
    return { next: "done", outcome: "superseded" };
  const { policyId, version } = file.header.policy;
  const { document } = await readPolicy(policyId, version);
  const decision = judge(file, chainPolicy(file.header, document), staff, at);
  if (decision.next === "done") return decision;
  return {
    ...decision,
    timeoutSeconds: Math.ceil((endOf(file, decision.step, staff.calendar, at) - at) / 1000) + GRACE_SECONDS,
  };
}

/** When a step is over for certain: at its expiry, or when the undo window of its decision closes. */
function endOf(file: CaseFile, plan: StepPlan, calendar: WorkingCalendar, at: number): number {
  const step = file.steps.find((one) => one.stepId === plan.stepId);
  const expiry = addWorkingTime(calendar, at, EXPIRES_AFTER).dueAt;
  return Math.max(expiry, step?.effectiveAt ? Date.parse(step.effectiveAt) : 0);
}

/** The hard timeout: a recorded outcome is honoured; a step that is still open and past its expiry ends as expired. */
async function expire(caseId: string, stepId: string): Promise<void> {
  await changeCase(caseId, (file, at) => {
    const step = file.steps.find((one) => one.stepId === stepId);
    const expiry = step?.ladder.at(-1)?.at;
    if (step?.status !== "open" || !expiry || Date.parse(expiry) > at) return { result: null, events: [] };
    return {
      result: null,
      events: [{ kind: "step.expired", by: null, via: "system", stepId }],
      writes: endStep(file, step, { status: "done", outcome: "expired", at }),
    };
  });
}
