/** The policy document and the route it yields (contracts/approvals.md §3, §4, §8). Amounts in fen. */
import type { Absence, Department, Person, Role } from "../directory/model.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";

export type Mode = "single" | "any-sign" | "all-sign" | "n-of-m";

export type Signers =
  | { role: Role }
  | { relation: "requester_manager" | "cost_centre_manager" }
  | { staffIds: string[] };

/** All given keys must hold; an array of such: any of them. */
export type When = {
  amountAbove?: number;
  levels?: string[];
  departments?: Department[];
  creditGrades?: string[];
  overBudget?: boolean;
  retroactive?: boolean;
};

/** When a stage is due after it opened, in working time (contracts/README.md). */
export const STAGE_DUE = "PT8H";

export type StagePolicy = {
  stage: string;
  when: When | When[];
  signers: Signers;
  mode: Mode;
  /** Only with n-of-m: how many approvals decide. */
  need?: number;
  /** Working time, ISO 8601 duration; `STAGE_DUE` where the policy says nothing. */
  due?: string;
  /** What the post may sign last in a chain, per case and per head. */
  limit?: number;
  limitPerHead?: number;
};

/** `onEdit`: a changed request begins again at its first stage. */
export const FIRST = "first";

export type ApprovalPolicy = {
  undoSeconds: number;
  stepUpAbove: number;
  batchUpTo: number;
  /** Where a changed request begins again: `FIRST` or a stage, before which approvals stay. */
  onEdit: string;
  nudgeEvery: string;
  reserveFor: string;
  tolerancePercent: number;
  blockUnsettledAfter: string;
  administrator: Signers;
  climbOn: { over_budget?: string; retroactive?: string; over_standard?: string };
  stages: StagePolicy[];
};

/** What a case is judged by. No personal data. */
export type ApprovalFacts = {
  amount: number;
  people: number;
  level?: string;
  department: Department;
  costDepartment: Department;
  requester: string;
  /** Credit grade of the customer who visits, where he is known. */
  creditGrade?: string;
  /** A soft budget does not suffice; the amount is above the standard; the visit began before the request. */
  overBudget?: boolean;
  overStandard?: boolean;
  retroactive?: boolean;
  /** Stages of the posts that attend and are higher than the requester's (rule `attendee`). */
  attendees?: string[];
};

/** The staff as routing sees it: who there is, and who is away when. */
/** Left out, `calendar` is the built-in one. */
export type Roster = { people: Person[]; absences: Absence[]; calendar?: WorkingCalendar };

export type Rule =
  | "amount"
  | "level"
  | "self"
  | "same_signer"
  | "substitute"
  | "vacant"
  | "attendee"
  | "over_budget"
  | "over_standard"
  | "retroactive"
  | "credit_grade"
  | "added"
  | "returned"
  | "always";

export type Signer = { staffId: string; name: string; for?: string; rules: Rule[] };

/** One stage of a route as it is expected: who signs it, why, and when. Instants are epoch ms. */
export type RouteStage = {
  stage: string;
  mode: Mode;
  need: number;
  signers: Signer[];
  /** Why the stage exists. */
  rules: Rule[];
  /** Working minutes from its opening until it is due. */
  dueMinutes: number;
  opensAt: number;
  dueAt: number;
  /** What the last approval of a chain may be worth here, per case and per head; null = any amount. */
  limit: number | null;
  limitPerHead: number | null;
  /** The earlier stage whose step decides this one too (rule `same_signer`); null = it has a step of its own. */
  mergedInto: string | null;
};
