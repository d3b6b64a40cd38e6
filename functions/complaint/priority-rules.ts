/** What is how urgent (contracts/complaints.md "Intake and the customer's page"). Pure. */
import { type ComplaintPolicy, type ComplaintState, PRIORITIES, type Priority } from "./model.ts";

/** What a priority follows from. */
export type Grading = Pick<
  ComplaintState,
  "severity" | "urgency" | "safetyFlag" | "fromPublic" | "triaged" | "override"
>;

/**
 * In this order: what a person set with a reason; danger to people; severity × urgency, of which the values of a public
 * form reach `publicCap` at most until a person has triaged.
 */
export function priorityOf(grading: Grading, policy: ComplaintPolicy): Priority {
  if (grading.override !== null) return grading.override;
  if (grading.safetyFlag) return policy.safety;
  const priority = policy.matrix[grading.severity][grading.urgency];
  const isCapped = grading.fromPublic && !grading.triaged;
  return isCapped && isAbove(priority, policy.publicCap) ? policy.publicCap : priority;
}

/** Whether `a` is more pressing than `b`. */
export const isAbove = (a: Priority, b: Priority): boolean => PRIORITIES.indexOf(a) < PRIORITIES.indexOf(b);

/** Any part of it; what is absent stays. */
export type Triage = Partial<
  Pick<ComplaintState, "category" | "severity" | "urgency" | "safetyFlag" | "priority"> & {
    subCategory: string;
  }
>;

export type Triaged = {
  state: ComplaintState;
  changes: { path: keyof Triage; from: unknown; to: unknown }[];
};

/**
 * The case after a person's triage, and what that changed. The newest word counts: a `priority` overrides the matrix
 * until severity, urgency or danger are set anew without one. A new category drops the old subcategory.
 */
export function triage(state: ComplaintState, asked: Triage, policy: ComplaintPolicy): Triaged {
  const { priority, ...values } = asked;
  const regraded = ["severity", "urgency", "safetyFlag"].some((path) => path in values);
  const moved = values.category !== undefined && values.category !== state.category;
  const next: ComplaintState = {
    ...state,
    ...values,
    subCategory: values.subCategory ?? (moved ? null : state.subCategory),
    triaged: true,
    override: priority ?? (regraded ? null : state.override),
  };
  next.priority = priorityOf(next, policy);
  const paths = ["category", "subCategory", "severity", "urgency", "safetyFlag", "priority"] as const;
  return {
    state: next,
    changes: paths
      .filter((path) => next[path] !== state[path])
      .map((path) => ({ path, from: state[path], to: next[path] })),
  };
}
