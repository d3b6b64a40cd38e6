/**
 * A planned contact with a customer (回访, 拜访) as its rules see it (contracts/follow-ups.md "The follow-up case"). Stored
 * instants are table stamps. Nothing here is personal: names, phones and words live in payloads.
 */
import type { Candidate } from "../complaint/model.ts";
import type { Locale } from "../directory/model.ts";

/** By telephone or at the customer's. Each is also the skill that it takes. */
export const MODES = ["call", "visit"] as const;
export type Mode = (typeof MODES)[number];

/** What asked for the contact: the tier's rhythm, something that was done for the customer, or a campaign. */
export const SOURCE_TYPES = ["cadence", "post_service", "campaign"] as const;
export type SourceType = (typeof SOURCE_TYPES)[number];

export const PHASES = ["planned", "confirmed", "reviewing", "closed"] as const;
export type Phase = (typeof PHASES)[number];

/** Preparations of a visit (拜访前准备), in their order. */
export const CHECKLIST = ["goal", "plan", "time", "materials", "figures", "contingency"] as const;
export type ChecklistItem = (typeof CHECKLIST)[number];

/** Steps that the workflow waits for. An `appointment`, which the customer answers by link, stands beside them. */
export const STEP_KINDS = ["follow-up", "new-contact", "review"] as const;
export type StepKind = (typeof STEP_KINDS)[number];
export const APPOINTMENT = "appointment";

/** What each kind of step can be answered with. */
export const CHOICES: Record<StepKind | typeof APPOINTMENT, readonly string[]> = {
  "follow-up": ["attempt", "done", "transfer"],
  "new-contact": ["retry", "give-up"],
  review: ["accept", "return"],
  appointment: ["confirm", "propose-other", "decline"],
};

export const REASON_RULES = ["owner", "only_one", "least_load", "fairness", "manual"] as const;
/**
 * Why somebody got it; the sentence is made for its reader. `owner`: he looks after the customer. The next three: the
 * present agent with the skill and the least load (complaint/assign-rules.ts). `manual`: `by` chose.
 */
export type AssignmentReason = {
  rule: (typeof REASON_RULES)[number];
  candidates: Candidate[];
  /** Whose absence made it somebody else's. */
  instead?: string;
  by?: string;
};

export const APPOINTMENT_STATUSES = ["proposed", "confirmed", "declined"] as const;
/** `n` counts the bookings of the case; each has a step and a link of its own. */
export type Appointment = {
  n: number;
  at: string;
  status: (typeof APPOINTMENT_STATUSES)[number];
  stepId: string;
  /** What the customer proposed in its place, until the assignee books anew. */
  proposed?: string;
};

/** Kept in the header as `followUp`. The customer is `customerId` and, by name, `title` of the header; `dueAt` is there too. */
export type FollowUpState = {
  mode: Mode;
  sourceType: SourceType;
  /** The campaign, or the case that asked for it. */
  sourceId: string | null;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  plannedOn: string;
  /** Staff id. */
  assignee: string;
  assignmentReason: AssignmentReason;
  appointment: Appointment | null;
  /** When each preparation was ticked. */
  checklist: Partial<Record<ChecklistItem, string>>;
  /** Whether somebody has tried to reach the customer. */
  attempted: boolean;
  /** When the last record was written, and whose it is. */
  recordedAt: string | null;
  author: string | null;
  /** When it was first due and not recorded. */
  missedAt: string | null;
  /** The complaint that a record opened. */
  complaintId: string | null;
  /** Of one that was cancelled. */
  reason?: string;
};

/** Whom to call; the present one of the case. */
export type ContactPerson = { name: string; phone: string; email: string | null; language: Locale };

/** The content of the case: what was planned, and whom to speak to. Personal, so in a payload. */
export type FollowUpContent = {
  customerId: string;
  customerName: string;
  mode: Mode;
  sourceType: SourceType;
  purpose: string;
  plannedOn: string;
  dueAt: string;
  /** Of a campaign. */
  questions: string[];
  contact: ContactPerson | null;
};
