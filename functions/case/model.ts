/**
 * The item collection of one case: what the Cases table holds under `pk = C#<caseId>`.
 * Every item carries `v`; a store upcasts on read. Instants are table stamps (shared/clock.ts).
 * Personal data lives only in payload items, attachments and votes' comments, so that it can be erased by law.
 */
import type { ApprovalFacts, Mode, Rule } from "../approval/model.ts";
import type { ClaimState } from "../claim/model.ts";
import type { ChainKind, Clock, ComplaintState, StepResult } from "../complaint/model.ts";
import type { Department, Locale } from "../directory/model.ts";
import type { FollowUpState } from "../follow-up/model.ts";
import type { BucketId } from "../ledger/rules.ts";
import type { SummaryState } from "../report/summary-model.ts";
import type { StandardsView } from "./view.ts";

export type Process = "reception" | "budget-change" | "complaint" | "claim" | "follow-up" | "summary";
export type CaseStatus = "open" | "closed";

/** sk = HEADER. Indexes byCreator (createdBy, createdAt), byCustomer, byProcess (process, shard, status, dueAt). */
export type Header = {
  v: 1;
  caseId: string;
  process: Process;
  status: CaseStatus;
  phase: string;
  outcome: string | null;
  /** Staff id, `customer` for a complaint that came without a session, `system` for what the planner planned. */
  createdBy: string;
  createdAt: string;
  /** Department of the requester at submission. */
  department: Department;
  /** The customer who visits; `name:…` for one whom nobody has entered (customer/rules.ts). */
  customerId?: string;
  /** Day of the visit, `YYYY-MM-DD`. */
  visitOn?: string;
  shard: number;
  dueAt: string;
  /** A short business line for lists, e.g. the visiting organisation; no person's name. */
  title: string;
  /** Number of the last event, and its hash. */
  seq: number;
  head: string;
  /** Counts content versions: an edit or a resubmission raises it and starts an execution of its own. */
  revision: number;
  /** Number of the payload item that holds the current content. */
  contentSeq: number;
  contentHash: string;
  policy: { policyId: string; version: number };
  /** What the policy judges the current content by. */
  facts: ApprovalFacts;
  /** Where the ledger holds `held` for this case: every bucket it draws from, the shortest period first. */
  buckets: BucketId[];
  /** What the ledger holds for this case now (fen): reserved, then committed. 0 once it was released or settled. */
  held: number;
  /** Steps of earlier revisions that still count: their stages come before the one where policy `onEdit` begins again. */
  kept?: string[];
  /** Counts the chains of a revision: 1, then one more for each settlement that has to be approved again. */
  round: number;
  /** What the detectors found in the current content and its settlement; texts are made for the reader. */
  findings: Finding[];
  /** What the standard allowed when the current content was handed in: a newer table does not change it. */
  standards?: StandardsView;
  /** People who were put on copy: they may read and comment. */
  cc: string[];
  /** The last settlement handed in: its payload item, Σ lines − personal share, and what was committed then (fen). */
  settlement?: { seq: number; charged: number; approved: number };
  /** The reception list (接待清单): its id, and the payload item that holds its people. */
  receptionList?: { id: string; seq: number };
  /** Of a claim with the insurer: the complaint that opened it, and what it is about; nothing personal. */
  claim?: ClaimState;
  /** Of a complaint: all that its rules judge by; nothing personal. */
  complaint?: ComplaintState;
  /** Of a planned contact with a customer: all that its rules judge by; nothing personal. */
  followUp?: FollowUpState;
  /** Of a summary of follow-ups that somebody handed in: which one, and who signs it. */
  summary?: SummaryState;
};

/** One thing that a detector noticed (contracts/budget.md §5). It explains and never blocks. */
export type Finding = { kind: FindingKind; evidence: Evidence[]; at: string };
export type FindingKind =
  | "retroactive"
  | "over_standard"
  | "over_cap"
  | "over_budget"
  | "companions_over_ratio"
  | "claimant_below_attendee"
  | "same_guest_too_often"
  | "unsettled"
  | "per_head_over_cap"
  | "companion_inflation"
  | "split_bill"
  | "allowance_double"
  | "relabelled"
  | "duplicate_invoice"
  | "missing_list";
/** `path` of the form's or settlement's field, or the other case; what was found there, and the limit it passed. */
export type Evidence = {
  path?: string;
  caseId?: string;
  value: string | number | boolean | null;
  limit?: number;
};

export type StepStatus = "open" | "done" | "void";

/**
 * One rung of a step's ladder; `share` is the percentage of the due time that a reminder stands for, `after` the working
 * minutes from the opening, by which a newly published year counts it again.
 */
export type Rung = { kind: "remind" | "escalate" | "expire"; at: string; share?: number; after?: number };

/** sk = STEP#<stepId>. Index byProcess (process, shard, status, dueAt). Ended steps owe their execution a resume until `resumedToken` = `token`. */
export type Step = {
  v: 1;
  stepId: string;
  caseId: string;
  process: Process;
  shard: number;
  revision: number;
  /** Counts all steps of the revision; `round` says which chain of it this step belongs to. */
  ordinal: number;
  round: number;
  kind: string;
  /** Of an approval: the stage of its policy. */
  stage: string;
  /** Of an approval about a complaint: what is asked; the world outside knows the step's stage by this name. */
  chain?: ChainKind;
  /** Of a complaint: the round that the step belongs to, and what of its answer decides how the case goes on. */
  complaintRound?: number;
  result?: StepResult;
  /** Further stages that this step decides too, because the same person signs them (rule `same_signer`). */
  alsoStages: string[];
  status: StepStatus;
  outcome: string | null;
  mode: Mode;
  need: number;
  /** Staff ids; `customer` holds a link like a person. */
  assignees: string[];
  openedAt: string;
  dueAt: string;
  /** Why it is due then (calendar segments). */
  dueTrace: unknown[];
  provisional: boolean;
  endedAt?: string;
  /** Whose vote ended it; nobody's where it expired or was voided. */
  decidedBy?: string;
  effectiveAt?: string;
  undoUntil?: string;
  /** When the signers were last reminded on somebody's wish (催办). */
  nudgedAt?: string;
  contentHash: string;
  ladder: Rung[];
  /** Who asked for this signer before or after himself (加签). */
  addedBy?: string;
  /** Whom an outcome `add-before` or `add-after` puts in, and the stage that an outcome `returned` goes back to. */
  added?: string;
  toStage?: string;
  /** What may be approved here at most (fen), where this approval would end the chain; null = any amount. */
  limit: number | null;
  /** The same per head of the people a case is for. */
  limitPerHead?: number;
  /** Task token and the attempt that brought it; never leaves the table. */
  token: string;
  attempt: Attempt;
  resumedToken?: string;
};

/** Which try of the workflow brought a token: redrives, then the entry into the state, then its retries. */
export type Attempt = { redrive: number; enteredAt: string; retry: number };

/** sk = SEAT#<stepId>#<staffId>. `assignee` + `status` + `dueAt` are the keys of index byAssignee (open seats only carry `assignee`). */
export type Seat = {
  v: 1;
  stepId: string;
  caseId: string;
  process: Process;
  staffId: string;
  assignee?: string;
  status: StepStatus;
  kind: string;
  stage: string;
  title: string;
  openedAt: string;
  dueAt: string;
  for?: string;
  rules: Rule[];
  /** As the header's while the step is open: what a list of tasks needs to read beside it. */
  policy: { policyId: string; version: number };
  buckets: BucketId[];
  link: { kid: string; version: number; expiresAt: string };
};

/** pk = L#<sha256 of the link>, sk = LINK: from a link to its seat. */
export type LinkItem = {
  v: 1;
  caseId: string;
  stepId: string;
  staffId: string;
  version: number;
};

/** sk = VOTE#<stepId>#<staffId>#<n>: one item for each time a person voted on a step. */
export type Vote = {
  v: 1;
  stepId: string;
  by: string;
  /** 1, and one more after each vote that was undone. */
  n: number;
  for?: string;
  choice: string;
  at: string;
  via: "link" | "login";
  contentHash: string;
  comment: string;
  /** Void: the content changed or the chain went back. Undone: the voter took it back in time. Neither counts. */
  void?: boolean;
  undone?: boolean;
  /** The step whose return made it void: should that return be undone, the vote counts again. */
  voidBy?: string;
  /** Whom a transfer or an added signature names. */
  to?: string;
};

/**
 * sk = CODE#<stepId>#<staffId>: which step-up code of a link is the newest. The code itself is derived, never stored.
 * It is good for the content and the version of the link that it was asked for with.
 */
export type StepCode = {
  v: 1;
  stepId: string;
  staffId: string;
  /** Counts the codes; a newer one ends the older. */
  n: number;
  kid: string;
  version: number;
  contentHash: string;
  /** When each was issued; only what the hourly limit needs is kept. */
  issuedAt: string[];
  tries: number;
  used: boolean;
};

export type Via = "link" | "login" | "system";

/** sk = E#<9 digits>; hash over {v, seq, prev, at, kind, by, contentHash, payloadHash} (MECHANICS §1). */
export type CaseEvent = {
  v: 1;
  seq: number;
  prev: string;
  at: string;
  kind: string;
  /** Staff id, `customer`, or null for the system. */
  by: string | null;
  for?: string;
  via: Via;
  stepId?: string;
  contentHash?: string;
  payloadHash?: string;
  hash: string;
};

/** sk = P#<9 digits>: what may have to be erased. payloadHash = SHA-256(salt ‖ RFC 8785 payload). */
export type Payload = { v: 1; seq: number; salt: string; data: Record<string, unknown> };

/** sk = WORK#<id>: something for case/advance to do. Leaves the index when `pending` is removed. */
export type Work = {
  v: 1;
  workId: string;
  caseId: string;
  pending?: "work";
  /** When it wants to be done. */
  dueAt: string;
} & (
  | { kind: "start"; revision: number }
  | { kind: "resume"; stepId: string }
  /** A year's schedule was published: what is open is counted again. Kept under `CALENDAR-<year>` in a case's stead. */
  | { kind: "replan"; year: number; version: number }
  /** The dossier of the n-th closing is to be written; pending until it is on record. */
  | { kind: "archive"; version: number }
  /** A run of the planner or a campaign is to be carried out. Kept under its own number in a case's stead. */
  | { kind: "plan"; of: "run" | "campaign"; jobId: string }
  /** Somebody spoke with a customer: noted on his record; pending until it is. `contactAt`: table stamp. */
  | { kind: "contact"; contactAt: string }
);

/**
 * sk = TIMER#<timerId>. Pending until it has run. What it does when it rings:
 * `rung` climbs the ladder of a step · `effective` ends the undo window of a decided step · `daily` reminds of an open
 * settlement step, every working day · `reservation` lets a case expire that was not approved in time · `clock` climbs
 * the ladder of a complaint's clock · `untouched` gives a case that its handler did not touch to another · `queue` looks
 * whether somebody is free for a case that nobody fitted · `overdue` tells of a follow-up that is not recorded · `day-before`
 * reminds of an appointment · `quiet` sends what was put off until the quiet hours were over.
 */
export type Timer = {
  v: 1;
  timerId: string;
  caseId: string;
  pending?: "timer";
  dueAt: string;
  /** How often it was handed to Scheduler; part of the schedule's name. */
  arms: number;
  /** Put aside before it rang, because its clock stands still. */
  stopped?: boolean;
} & (
  | { kind: "rung"; stepId: string /** Which rung of the step's ladder, from 0. */; rung: number }
  | { kind: "effective" | "daily"; stepId: string }
  | { kind: "reservation"; stepId?: undefined }
  | {
      kind: "clock";
      clockId: string /** Percent of the clock's working time. */;
      share: number;
      stepId?: undefined;
    }
  | { kind: "untouched" /** Of the complaint. */; round: number; stepId?: undefined }
  | { kind: "queue"; stepId?: undefined }
  | { kind: "overdue" /** 0 the assignee, 1 the lead, 2 the manager. */; rung: 0 | 1 | 2; stepId?: undefined }
  | { kind: "day-before" /** Which booking it is before. */; n: number; stepId?: undefined }
  | { kind: "quiet"; stepId?: undefined }
);
export type RungTimer = Extract<Timer, { kind: "rung" }>;

export type MessageStatus = "pending" | "sending" | "sent" | "failed" | "suppressed" | "deferred";

/** sk = MSG#<messageId>. Template id and parameters only: a mail is rendered when it is sent. */
export type Message = {
  v: 1;
  messageId: string;
  caseId: string;
  kind: string;
  channel: "email" | "sms";
  to: string;
  stepId?: string;
  /** Ids and numbers for the template, no personal text. */
  params: Record<string, string | number>;
  locale: Locale;
  status: MessageStatus;
  pending?: "message";
  dueAt: string;
  createdAt: string;
  attempt: number;
  leaseUntil?: string;
  providerId?: string;
  sentAt?: string;
  /** SHA-256 of the sent text with links masked. */
  digest?: string;
  failure?: string;
};

/** sk = ATT#<attachmentId> */
export type Attachment = {
  v: 1;
  attachmentId: string;
  by: string;
  name: string;
  contentType: string;
  size: number;
  /** For colleagues only: the customer does not see that it is there. */
  internal?: boolean;
  status: "uploading" | "stored";
  sha256?: string;
  at: string;
};

/** A case as read with one query. */
export type CaseFile = {
  header: Header;
  /** Current content (the reception form, …); null once erased by law. */
  content: Record<string, unknown> | null;
  steps: Step[];
  seats: Seat[];
  votes: Vote[];
  events: CaseEvent[];
  payloads: Map<number, Payload>;
  messages: Message[];
  timers: Timer[];
  codes: StepCode[];
  attachments: Attachment[];
  /** Of a complaint, oldest round first. */
  clocks: Clock[];
};
