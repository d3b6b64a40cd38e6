/** Lambda `claim-next`: the step that a claim waits for, or that it is done. */

import { loadsOf } from "../case/lists.ts";
import type { CaseFile, Step } from "../case/model.ts";
import { readCase } from "../case/store.ts";
import { type Around, policyOf, readAround } from "../complaint/write.ts";
import type { StepPlan } from "../step/open.ts";
import { stepIdOf } from "../step/rules.ts";
import { CLAIM_STEP } from "./model.ts";
import { claimSeat } from "./rules.ts";

export type NextInput = { v: 1; caseId: string; revision: number };
export type Next = { next: "step"; step: StepPlan } | { next: "done"; outcome: string | null };

export async function handler({ caseId, revision }: NextInput): Promise<Next> {
  const [file, around] = await Promise.all([readCase(caseId), readAround()]);
  if (!file?.header.claim || file.header.revision !== revision || file.header.status !== "open")
    return { next: "done", outcome: file?.header.outcome ?? null };
  const last = file.steps.findLast((step) => step.kind === CLAIM_STEP);
  // Asked again for a step that is there, `open` only takes over the newer token.
  const signer = last?.assignees[0] ?? (await signerFor(around));
  return { next: "step", step: planOf(file, last, signer, policyOf(file, around).due.claim) };
}

async function signerFor({ staff }: Around): Promise<string> {
  const ids = staff.people.filter((person) => person.active).map((person) => person.staffId);
  const seat = claimSeat({ ...staff, loads: await loadsOf(ids) });
  if (seat === null) throw new Error("Nobody is there to settle claims");
  return seat;
}

function planOf(file: CaseFile, last: Step | undefined, signer: string, dueMinutes: number): StepPlan {
  const { caseId, revision, round } = file.header;
  return {
    stepId: last?.stepId ?? stepIdOf(caseId, revision, 1),
    ordinal: 1,
    round,
    kind: CLAIM_STEP,
    stage: CLAIM_STEP,
    alsoStages: [],
    mode: "single",
    need: 1,
    dueMinutes,
    ladder: "reminders",
    limit: null,
    limitPerHead: null,
    signers: [{ staffId: signer, rules: ["always"] }],
  };
}
