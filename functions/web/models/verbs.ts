/** What a page needs to offer the verbs of a step beside approve, reject and return. Pure. */
import type { CaseView, StepView } from "../../case/view.ts";
import type { Person } from "../../directory/model.ts";

export type Colleague = Pick<Person, "staffId" | "name" | "department">;

/** Whom a transfer or an added signature may name: active, not signing this step, not the requester. By name. */
export const colleaguesOf = (view: CaseView, step: StepView, people: Person[]): Colleague[] =>
  people
    .filter(
      (one) =>
        one.active &&
        one.staffId !== view.createdBy.staffId &&
        !step.assignees.some((assignee) => assignee.staffId === one.staffId),
    )
    .map(({ staffId, name, department }) => ({ staffId, name, department }))
    .sort((a, b) => a.name.localeCompare(b.name, "zh-CN"));

/** The stages before a step that are approved: those that a return may go back to. */
export function earlierStages(view: CaseView, step: StepView): string[] {
  const stages = view.route.stages.map((one) => one.stage);
  return view.route.stages
    .slice(0, Math.max(stages.indexOf(step.stage), 0))
    .filter((one) => one.state === "done")
    .map((one) => one.stage);
}

/** Whether another signer can be put in here: one person signs, and nobody put him in. */
export const mayAdd = (step: StepView): boolean => step.mode === "single" && step.addedBy === undefined;
