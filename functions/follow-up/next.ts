/** Lambda `follow-up-next`: the step that a follow-up waits for, or that it is done. Changes nothing. */
import { loadsOf } from "../case/lists.ts";
import type { CaseFile, Step } from "../case/model.ts";
import { readCase } from "../case/store.ts";
import type { Staff } from "../complaint/assign-rules.ts";
import { roster } from "../directory/store.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import type { StepPlan } from "../step/open.ts";
import { stepIdOf } from "../step/rules.ts";
import type { StepKind } from "./model.ts";
import { isMainStep, standing } from "./next-rules.ts";
import { leadFor } from "./people-rules.ts";
import { type FollowUpCase, isFollowUp } from "./write.ts";

export type NextInput = { v: 1; caseId: string; revision: number };
export type Next = { next: "step"; step: StepPlan } | { next: "done"; outcome: string | null };

/** Working minutes that a lead has for a new contact or a review. */
const LEADS_DUE = 960;

export async function handler({ caseId, revision }: NextInput): Promise<Next> {
  const file = await readCase(caseId);
  if (!isFollowUp(file) || file.header.revision !== revision)
    return { next: "done", outcome: file?.header.outcome ?? null };
  const stands = standing({ status: file.header.status, steps: file.steps });
  if (stands.need === "nothing") return { next: "done", outcome: file.header.outcome };
  if (stands.need === "wait") return { next: "step", step: again(file, stands.stepId) };
  return { next: "step", step: await planned(file, stands.kind) };
}

/** The step for whoever is to do it. */
async function planned(file: FollowUpCase, kind: StepKind): Promise<StepPlan> {
  const { caseId, revision, followUp: state, dueAt } = file.header;
  const main = file.steps.filter(isMainStep);
  const ordinal = main.length + 1;
  const own = kind === "follow-up";
  const never = kind === "review" && state.author !== null ? [state.author] : [];
  const signer = own ? state.assignee : leadFor(state.mode, caseId, await readStaff(), never);
  if (signer === null) throw new Error(`Nobody is left for step ${kind} of case ${caseId}`);
  return {
    ...plain(kind, ordinal, signer),
    stepId: stepIdOf(caseId, revision, ordinal),
    ...(own
      ? // Late ones climb by the case's own alarms; who got it first knows by his mail or his digest.
        { dueMinutes: 0, dueAt, silent: main.length === 0 }
      : { dueMinutes: LEADS_DUE, ladder: "reminders" }),
  };
}

/** A step that is there, asked for again: `open` only takes over the newer token. */
function again(file: CaseFile, stepId: string): StepPlan {
  const step = file.steps.find((one): one is Step => one.stepId === stepId);
  if (!step) throw new Error(`Case ${file.header.caseId} has no step ${stepId}`);
  return { ...plain(step.kind as StepKind, step.ordinal, step.assignees[0] ?? ""), stepId, dueMinutes: 0 };
}

const plain = (kind: StepKind, ordinal: number, signer: string) => ({
  ordinal,
  round: 1,
  kind,
  stage: kind,
  alsoStages: [],
  mode: "single" as const,
  need: 1,
  limit: null,
  limitPerHead: null,
  signers: [{ staffId: signer, rules: ["always" as const] }],
});

async function readStaff(): Promise<Staff> {
  const day = shanghaiDate(now());
  const { people, absences } = await roster(day);
  const active = people.filter((person) => person.active).map((person) => person.staffId);
  return { people, absences, day, loads: await loadsOf(active), lastAssigned: {} };
}
