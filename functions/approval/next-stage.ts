/**
 * Lambda `approval-next-stage`: policy and case in, the next step or the outcome of the chain out. Reads the header
 * first, so that a withdrawal or an edit always wins (MECHANICS §3.1).
 */
import type { CaseFile, Step } from "../case/model.ts";
import { changeCase, readCase } from "../case/store.ts";
import type { Person } from "../directory/model.ts";
import { people, readPolicy } from "../directory/store.ts";
import { addWorkingTime, defaultCalendar } from "../shared/calendar/index.ts";
import { now } from "../shared/clock.ts";
import type { StepPlan } from "../step/open.ts";
import { EXPIRES_AFTER, stepIdOf } from "../step/rules.ts";
import { endStep } from "../step/store.ts";
import type { ApprovalPolicy, RouteStage } from "./model.ts";
import { lastLimit, planRoute } from "./rules.ts";

export type NextStageInput = {
  v: 1;
  caseId: string;
  revision: number;
  endedStep: string | null;
  reason: "decided" | "timeout" | "superseded" | null;
};

export type NextStage =
  | { next: "step"; step: StepPlan; timeoutSeconds: number }
  | { next: "done"; outcome: "approved" | "rejected" | "expired" | "superseded" };

/** The step's own ladder ends it; the hard timeout of the state lies an hour later (DESIGN §3.5). */
const GRACE_SECONDS = 3600;

export async function handler(input: NextStageInput): Promise<NextStage> {
  if (input.reason === "timeout" && input.endedStep) await expire(input.caseId, input.endedStep);
  const [file, staff] = await Promise.all([readCase(input.caseId), people()]);
  if (!file || file.header.revision !== input.revision || file.header.status !== "open")
    return { next: "done", outcome: "superseded" };
  const { policyId, version } = file.header.policy;
  const { document } = await readPolicy(policyId, version);
  const decision = judge(file, document, staff);
  if (decision.next === "done") return decision;
  const end = addWorkingTime(defaultCalendar, now(), EXPIRES_AFTER).dueAt;
  return { ...decision, timeoutSeconds: Math.ceil((end - now()) / 1000) + GRACE_SECONDS };
}

/**
 * Where the chain of the current revision stands. Pure. An open step is asked for again as it is: its `open` only
 * takes over the newer token.
 */
export function judge(
  file: CaseFile,
  policy: ApprovalPolicy,
  staff: Person[],
): { next: "step"; step: StepPlan } | Extract<NextStage, { next: "done" }> {
  const { header } = file;
  const steps = file.steps.filter((step) => step.revision === header.revision);
  const last = steps.at(-1);
  if (last && last.status !== "void") {
    if (last.status === "open") return { next: "step", step: planOf(file, last) };
    if (last.outcome === "rejected" || last.outcome === "expired")
      return { next: "done", outcome: last.outcome };
    if (last.outcome === "returned") return { next: "step", step: revision(header, steps.length + 1) };
  }
  const approved = new Set(steps.filter((step) => step.outcome === "approved").map((step) => step.stage));
  const route = planRoute(policy, header.facts, staff);
  const stage = route.find((one) => !approved.has(one.stage));
  if (!stage) return { next: "done", outcome: "approved" };
  if (stage.signers.length === 0)
    throw new Error(`Stage ${stage.stage} of the policy finds nobody who may sign`);
  return {
    next: "step",
    step: { ...approval(header, steps.length + 1, stage), limit: lastLimit(route, stage) },
  };
}

function approval(header: CaseFile["header"], ordinal: number, stage: RouteStage): Omit<StepPlan, "limit"> {
  return {
    stepId: stepIdOf(header.caseId, header.revision, ordinal),
    ordinal,
    round: header.round,
    kind: "approval",
    stage: stage.stage,
    alsoStages: [],
    mode: stage.mode,
    need: stage.need,
    dueMinutes: stage.dueMinutes,
    signers: stage.signers.map(({ staffId, for: instead, rules }) => ({
      staffId,
      ...(instead === undefined ? {} : { for: instead }),
      rules,
    })),
  };
}

/** The requester's own step after a return; it has the clock of an approval stage (contracts/README.md). */
const REVISE_MINUTES = 8 * 60;

function revision(header: CaseFile["header"], ordinal: number): StepPlan {
  return {
    stepId: stepIdOf(header.caseId, header.revision, ordinal),
    ordinal,
    round: header.round,
    kind: "revise",
    stage: "revise",
    alsoStages: [],
    mode: "single",
    need: 1,
    dueMinutes: REVISE_MINUTES,
    limit: null,
    signers: [{ staffId: header.createdBy, rules: ["returned"] }],
  };
}

function planOf(file: CaseFile, step: Step): StepPlan {
  return {
    stepId: step.stepId,
    ordinal: step.ordinal,
    round: step.round,
    kind: step.kind as StepPlan["kind"],
    stage: step.stage,
    alsoStages: step.alsoStages,
    ...(step.addedBy === undefined ? {} : { addedBy: step.addedBy }),
    mode: step.mode,
    need: step.need,
    dueMinutes: 0,
    limit: step.limit,
    signers: file.seats
      .filter((seat) => seat.stepId === step.stepId)
      .map((seat) => ({ staffId: seat.staffId, rules: seat.rules })),
  };
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
