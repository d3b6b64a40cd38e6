/** What a follow-up waits for, from the case as it is; and until when. Pure. */
import type { CaseStatus, Step } from "../case/model.ts";
import type { FollowUpState, Phase, StepKind } from "./model.ts";
import { STEP_KINDS } from "./model.ts";

/** A step that people answer as the workflow goes on; an appointment stands beside it. */
export const isMainStep = (step: Pick<Step, "kind">): boolean =>
  (STEP_KINDS as readonly string[]).includes(step.kind);

export type Folded = {
  status: CaseStatus;
  steps: Pick<Step, "stepId" | "kind" | "status" | "outcome">[];
};

export type Standing =
  | { need: "wait"; stepId: string }
  | { need: "open"; kind: StepKind }
  | { need: "nothing" };

/**
 * What comes next. The answers themselves close the case (act.ts): a step that ended and left it open leads to another.
 */
export function standing({ status, steps }: Folded): Standing {
  if (status === "closed") return { need: "nothing" };
  const main = steps.filter(isMainStep);
  const open = main.find((step) => step.status === "open");
  if (open) return { need: "wait", stepId: open.stepId };
  const last = main.findLast((step) => step.status === "done");
  if (last?.kind !== "follow-up") return { need: "open", kind: "follow-up" };
  return { need: "open", kind: last.outcome === "unreachable" ? "new-contact" : "review" };
}

/** Whether a record is still wanted: not while one is under review, nor once the case is closed. */
export const isWanted = (phase: string): boolean =>
  (["planned", "confirmed"] satisfies Phase[] as readonly string[]).includes(phase);

type Due = { phase: string; dueAt: string };

/** Past its due time and not recorded. `at`: epoch ms. */
export const isMissed = ({ phase, dueAt }: Due, at: number): boolean =>
  isWanted(phase) && Date.parse(dueAt) <= at;

/** When it was first due and not recorded; stays once it was. Table stamp. */
export const missedAtOf = (
  of: Due & { followUp: Pick<FollowUpState, "missedAt"> },
  at: number,
): string | null => of.followUp.missedAt ?? (isMissed(of, at) ? of.dueAt : null);

/** Nobody has done anything about it yet, so that a contact that came by itself makes it needless. */
export const isUntouched = (of: { phase: string; followUp: FollowUpState }): boolean =>
  of.phase === "planned" &&
  of.followUp.sourceType === "cadence" &&
  !of.followUp.attempted &&
  of.followUp.recordedAt === null &&
  of.followUp.appointment === null;
