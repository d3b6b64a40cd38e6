/** The policies that people publish themselves, and what each must be (contracts/approvals.md §8). */
import type { Actor, Person } from "../directory/model.ts";
import { STANDARDS, standardsSchema } from "../reception/standards.ts";
import type { FieldError } from "../shared/errors.ts";
import { fieldErrors } from "../shared/validate.ts";
import { keepsPolicies } from "./access.ts";
import { approvalProblems } from "./approval-rules.ts";
import { complaintProblems } from "./complaint-rules.ts";

/** Policies of an approval chain are named as their process. */
export const CHAINS = ["reception", "budget-change"] as const;
export type ChainId = (typeof CHAINS)[number];
export const COMPLAINT = "complaint";
export const POLICIES = [...CHAINS, STANDARDS, COMPLAINT] as const;
export type PolicyId = (typeof POLICIES)[number];

/** A complaint is judged step by step, by what people find: no draft can send past ones again. */
export const isTried = (id: PolicyId): boolean => id !== COMPLAINT;

export const isPolicyId = (id: string): id is PolicyId => (POLICIES as readonly string[]).includes(id);
export const isChainId = (id: string): id is ChainId => (CHAINS as readonly string[]).includes(id);

/** Every problem of a document, by its path from the document's root. `staff`: who may be named. */
export function problemsIn(policyId: PolicyId, document: unknown, staff: Person[]): FieldError[] {
  if (isChainId(policyId)) return approvalProblems(document, staff);
  if (policyId === COMPLAINT) return complaintProblems(document, staff);
  const parsed = standardsSchema().safeParse(document);
  return parsed.error ? fieldErrors(parsed.error) : [];
}

/** The table of standards is everybody's to read, the rest for those who keep it. */
export const readsPolicy = (actor: Actor | null, policyId: string): boolean =>
  actor?.active === true && (policyId === STANDARDS || keepsPolicies(actor));
