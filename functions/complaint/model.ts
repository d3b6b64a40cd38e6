/**
 * The complaint as its rules see it (contracts/complaints.md, DOMAIN §1.3). Stored instants are table stamps, amounts
 * integer fen. Nothing here is personal: names, phones and texts live in payloads.
 */
import type { ApprovalPolicy } from "../approval/model.ts";
import type { Step, Vote } from "../case/model.ts";
import type { Department, Role } from "../directory/model.ts";
import type { Segment } from "../shared/calendar/index.ts";

export const CATEGORIES = [
  "damage",
  "shortage",
  "delay",
  "finance",
  "claim",
  "price",
  "information",
  "service_attitude",
  "other",
] as const;
export type Category = (typeof CATEGORIES)[number];

/** What a freight firm usually distinguishes. A suggestion: people may write another one. */
export const SUB_CATEGORIES: Record<Category, readonly string[]> = {
  damage: ["broken", "wet", "dented", "contaminated", "packaging"],
  shortage: ["lost", "short_delivered", "wrong_goods"],
  delay: ["late_pickup", "late_delivery", "held_in_transit"],
  finance: ["cash_on_delivery", "invoice", "settlement"],
  claim: ["claim_slow", "claim_amount", "claim_refused"],
  price: ["overcharged", "extra_fee", "quotation"],
  information: ["tracking_wrong", "not_informed", "data_disclosed"],
  service_attitude: ["driver", "desk", "hotline"],
  other: ["other"],
};

export const CHANNELS = [
  "web",
  "hotline",
  "email",
  "walk_in",
  "fax",
  "followup_call",
  "gm_mailbox",
  "third_party",
  "internal",
] as const;

export const SEVERITIES = ["critical", "major", "minor"] as const;
export type Severity = (typeof SEVERITIES)[number];
export const URGENCIES = ["high", "medium", "low"] as const;
export type Urgency = (typeof URGENCIES)[number];
/** Most pressing first. */
export const PRIORITIES = ["P1", "P2", "P3", "P4"] as const;
export type Priority = (typeof PRIORITIES)[number];

export const PHASES = [
  "assigning",
  "investigating",
  "approving",
  "confirming",
  "following-up",
  "deciding",
  "closed",
] as const;
export type Phase = (typeof PHASES)[number];

export const OUTCOMES = ["satisfied", "manager-closed", "merged"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Steps of the main line; signatures (`approval`) belong to a chain, `read` and `claim` run beside it. */
export const STEP_KINDS = [
  "assign",
  "investigate",
  "exchange",
  "customer-confirm",
  "follow-up",
  "manager-decision",
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** What each kind of step can be answered with. */
export const COMPLAINT_CHOICES: Record<StepKind, readonly string[]> = {
  assign: ["assign"],
  investigate: ["done", "hand-over", "transfer"],
  exchange: ["done"],
  "customer-confirm": ["confirm", "disagree"],
  "follow-up": ["attempt", "done"],
  "manager-decision": ["close", "reopen"],
};

export const DISPOSITIONS = [
  "refund",
  "exchange",
  "redo",
  "apology",
  "compensation",
  "info",
  "reject",
] as const;
export type DispositionType = (typeof DISPOSITIONS)[number];
/** Those that pay the customer, and those that need a return or a second delivery first. */
export const PAYING: readonly DispositionType[] = ["refund", "compensation"];
export const EXCHANGING: readonly DispositionType[] = ["exchange", "redo"];
/** Categories that may open a claim with the insurer. */
export const CLAIMABLE: readonly Category[] = ["damage", "shortage", "claim"];

export type Investigation = {
  cause: string;
  facts: string;
  responsibility: string;
  immediateAction: string;
  corrective: string;
  preventive: string;
};
export const INVESTIGATION_FIELDS = [
  "cause",
  "facts",
  "responsibility",
  "immediateAction",
  "corrective",
  "preventive",
] as const satisfies readonly (keyof Investigation)[];

export type Disposition = { type: DispositionType; amount?: number; noticeText: string };

export const ATTEMPT_CHANNELS = ["phone", "email", "sms", "onsite", "other"] as const;
export const ATTEMPT_RESULTS = ["reached", "no_answer", "refused", "wrong_number"] as const;
/** One attempt to reach the customer. `at` is ISO with offset, as the person wrote it. */
export type Attempt = {
  at: string;
  channel: (typeof ATTEMPT_CHANNELS)[number];
  result: (typeof ATTEMPT_RESULTS)[number];
  note: string;
};

export const REOPEN_REASONS = ["disagreed", "unsatisfied", "unreachable", "manager", "requested"] as const;
export type ReopenReason = (typeof REOPEN_REASONS)[number];

/** 0 the handler, 1 主管, 2 经理, 3 总经理. */
export type Level = 0 | 1 | 2 | 3;
export const TOP_LEVEL = 3;

// ---- clocks

export const CLOCK_KINDS = ["acknowledge", "respond", "resolve"] as const;
export type ClockKind = (typeof CLOCK_KINDS)[number];
export const CLOCK_STATUSES = ["running", "paused", "met", "breached"] as const;
export type ClockStatus = (typeof CLOCK_STATUSES)[number];

/** `to` is null while the pause lasts. */
export type Pause = { from: string; to: string | null };

/** Something that happens at a share (percent) of a clock's working time. */
export type ClockRung = {
  share: number;
  act: "warn" | "breach" | "climb";
  /** Who is told: the handler, or whoever holds the role; null: it is only recorded. */
  tell: "handler" | Role | null;
  /** Null while the clock is paused before it. */
  at: string | null;
  rangAt: string | null;
};

/** sk = CLOCK#<clockId>. All instants in whole seconds, as clients read them, so that every page counts the same. */
export type Clock = {
  v: 1;
  clockId: string;
  caseId: string;
  kind: ClockKind;
  round: number;
  priority: Priority;
  /** Working minutes from start to due. A newly published year may add to those of the priority. */
  minutes: number;
  startedAt: string;
  /** Null while paused. */
  dueAt: string | null;
  status: ClockStatus;
  pauses: Pause[];
  metAt: string | null;
  breachedAt: string | null;
  rungs: ClockRung[];
  /** From start to due; up to the pause that lasts. */
  trace: Segment[];
  provisional: boolean;
  /** What was due before a new priority or a newly published year moved it, oldest first. */
  earlier: { dueAt: string; at: string; reason: "priority" | "calendar" }[];
};

// ---- assignment

/** One person as the assignment saw him. */
export type Candidate = { staffId: string; skilled: boolean; present: boolean; load: number };

export const ASSIGNMENT_RULES = [
  "only_one",
  "least_load",
  "fairness",
  "level",
  "substitute",
  "manual",
] as const;
export type AssignmentRule = (typeof ASSIGNMENT_RULES)[number];
/** Why somebody new was needed at all. */
export const ASSIGNMENT_CAUSES = [
  "received",
  "reopened",
  "handed_over",
  "untouched",
  "absent",
  "queue",
  "transferred",
] as const;
export type AssignmentCause = (typeof ASSIGNMENT_CAUSES)[number];

/** Why this person; the sentence is made for the reader (i18n/sections/complaint-words.ts). */
export type AssignmentReason = {
  rule: AssignmentRule;
  cause: AssignmentCause;
  staffId: string;
  /** How many people fitted, and what the chosen one had to do then. */
  fitting: number;
  load: number;
  /** The role that handles at this level. */
  role?: Role;
  /** In whose place (`substitute`), or who chose (`manual`). */
  for?: string;
  by?: string;
  candidates: Candidate[];
};

/** Who had the case from when to when; `assignee` is null while nobody could be found. */
export type Stretch = { department: Department; assignee: string | null; from: string; to: string | null };

// ---- the case

export const CHAIN_KINDS = ["compensation", "notice"] as const;
export type ChainKind = (typeof CHAIN_KINDS)[number];

/** One run of an approval chain about what one investigation proposed. */
export type ChainRun = {
  kind: ChainKind;
  /** The header's round while it runs: its steps carry it. Never 1, where a return would ask the requester to edit. */
  round: number;
  /** The `investigate` step whose result it is about. */
  about: string;
  outcome: "approved" | "rejected" | "returned" | "expired" | null;
  /** When the approved notice went to the customer. */
  sentAt?: string;
};

/** Kept in the header as `complaint`. */
export type ComplaintState = {
  priority: Priority;
  severity: Severity;
  urgency: Urgency;
  category: Category;
  subCategory: string | null;
  safetyFlag: boolean;
  /** It came without a session; until a person triages, its own values reach only so far. */
  fromPublic: boolean;
  triaged: boolean;
  /** What a person set against the matrix. */
  override: Priority | null;
  level: Level;
  paused: boolean;
  assignee: string | null;
  /** Why somebody is needed while `assignee` is null. */
  wanted: AssignmentCause;
  assignmentReason: AssignmentReason | null;
  respondingDept: Department;
  /** Everybody who handled it, first to last. */
  handlers: string[];
  /** The untouched case was handed on already; that happens once. */
  handedOn: boolean;
  stretches: Stretch[];
  reopenCount: number;
  /** 1, and one more with each reopening; clocks and steps carry it. */
  round: number;
  chains: ChainRun[];
  /** Where the ledger has what the header holds: set aside until it is decided, then promised to the customer. */
  money?: "reserved" | "committed";
  csat: number | null;
  confirmedAnswer: "confirmed" | "disagreed" | null;
  waybillNo: string | null;
  phoneHash: string;
  tailSalt: string;
  tailHash: string;
  organisation?: string;
  claimId?: string;
  mergedInto?: string;
  repeatOf?: string;
  /** The follow-up whose record opened it: that contact was counted with the record. */
  followUpId?: string;
  closedAt?: string;
  dossier?: { version: number; sha256: string; retainUntil: string };
};

/** What of an answer decides how the case goes on; kept in its step. */
export type StepResult =
  | { kind: "investigation"; type: DispositionType; amount: number | null; claim: boolean }
  | { kind: "hand-over"; toDepartment: Department }
  | { kind: "follow-up"; satisfaction: number; issueFound: boolean; needsComplaint: boolean }
  | { kind: "decision"; decision: "close" | "reopen" }
  | { kind: "confirmation"; csat: number | null };

/** A step of the case as the fold reads it. `complaintRound`: the round of the complaint that it belongs to. */
export type ComplaintStep = Pick<Step, "stepId" | "revision" | "ordinal" | "kind" | "status" | "outcome"> & {
  complaintRound: number;
  result?: StepResult;
};

/** What the fold reads. */
export type ComplaintFile = {
  status: "open" | "closed";
  state: ComplaintState;
  steps: ComplaintStep[];
  votes: Pick<Vote, "stepId" | "choice" | "comment" | "void" | "undone">[];
};

// ---- the policy

/** Working minutes of the three clocks. */
export type ClockMinutes = Record<ClockKind, number>;

/** The document of policy `complaint`: every figure of contracts/complaints.md. Minutes are working time. */
export type ComplaintPolicy = {
  matrix: Record<Severity, Record<Urgency, Priority>>;
  defaults: { severity: Severity; urgency: Urgency; department: Department };
  /** How far the values of a public form reach before triage, and what danger makes of any. */
  publicCap: Priority;
  safety: Priority;
  clocks: Record<Priority, ClockMinutes>;
  /** Of `respond` and `resolve`. `level`: skipped for cases at this level or above. */
  ladder: (Pick<ClockRung, "share" | "act" | "tell"> & { level?: Level })[];
  /** Share (percent) of `respond` at which an untouched case goes to another handler. */
  untouchedShare: number;
  /** Who handles at levels 1 to 3. */
  levels: Record<1 | 2 | 3, Role>;
  /** Working minutes of the steps that have no clock of their own. */
  due: Record<Exclude<StepKind, "investigate"> | "claim", number>;
  /** What a handler may pay without asking (fen). */
  handlerLimit: number;
  maxReopenings: number;
  /** Days after closing. */
  reopenWithinDays: number;
  duplicateDays: number;
  followUp: {
    satisfiedFrom: number;
    failedContacts: number;
    failedDates: number;
    /** `HH:MM` that splits a day in two. */
    split: string;
  };
  /** A newly published year moves no due time to less than this from now. */
  replanFloor: number;
  /** ISO 8601 duration of elapsed time. */
  nudgeEvery: string;
  limits: {
    perPhoneAndHour: number;
    perSourceAndHour: number;
    guessesPerSource: { times: number; within: string };
    guessesPerCode: { times: number; within: string };
    statusCookie: string;
  };
  attachments: { count: number; bytes: number };
  retainYears: number;
  compensation: ApprovalPolicy;
  notice: ApprovalPolicy;
};
