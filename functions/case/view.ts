/** The JSON of `GET /api/cases/{caseId}` (contracts/README.md). Instants ISO with +08:00. */

import type { Evidence, FindingKind } from "./model.ts";

export type Who = { staffId: string; name: string };
/** A person, the customer, or null for the system. */
export type By = Who | { customer: string } | null;

export type VoteView = {
  by: Who;
  for?: Who;
  choice: string;
  at: string;
  via: "link" | "login";
  contentHash: string;
  comment: string;
  void?: boolean;
  undone?: boolean;
  /** Whom a transfer or an added signature names. */
  to?: Who;
};

export type StepView = {
  stepId: string;
  kind: string;
  stage: string;
  status: "open" | "done" | "void";
  outcome: string | null;
  assignees: (Who & { for?: Who })[];
  mode: string;
  need: number;
  openedAt: string;
  dueAt: string;
  provisional: boolean;
  endedAt: string | null;
  round: number;
  alsoStages: string[];
  addedBy?: Who;
  /** Whose vote ended it. */
  decidedBy?: Who;
  effectiveAt: string | null;
  undoUntil: string | null;
  votes: VoteView[];
};

export type EventView = {
  seq: number;
  at: string;
  kind: string;
  by: By;
  for?: Who;
  via: "login" | "link" | "system";
  stepId?: string;
  contentHash?: string;
  data?: Record<string, unknown>;
  /** True when the personal data of this line was erased by law (已依法删除). */
  erased?: boolean;
};

export type MessageView = {
  id: string;
  kind: string;
  channel: "email" | "sms";
  to: Who;
  status: string;
  sentAt: string | null;
  /** When one leaves that quiet hours hold back; null for all others. */
  deferredUntil: string | null;
};
export type AttachmentView = {
  attachmentId: string;
  name: string;
  contentType: string;
  size: number;
  by: Who;
  at: string;
};
export type BudgetView = {
  department: string;
  period: string;
  category: string;
  control: "hard" | "soft";
  allotted: number;
  reserved: number;
  committed: number;
  spent: number;
  available: number;
};
/** One bucket drawn by a case, as shown to whoever may read the case. */
export type BudgetEffect = BudgetView & { availableAfter: number };

/** One thing that a detector noticed, in the reader's language. */
export type FindingView = {
  kind: FindingKind;
  text: string;
  evidence: Evidence[];
  at: string;
};

/** What the standard allows for a reception (contracts/budget.md §3); amounts in fen. */
export type StandardsView = {
  version: number;
  amount: number;
  lines: { item: "meal" | "lodging" | "allowance" | "gift"; unit: number; units: number; amount: number }[];
  companionsMax: number | null;
};

/** The year's deductible position before and after this amount (contracts/budget.md §6). */
export type TaxView = {
  year: number;
  deductibleBefore: number;
  deductibleAfter: number;
  nonDeductibleOfThis: number;
};

export type RouteView = {
  policy: { policyId: string; version: number };
  /** Why each stage and each signer is there: one line per rule, `text` in the reader's language. */
  trace: { stage: string; rule: string; text: string; facts: Record<string, unknown> }[];
  stages: {
    stage: string;
    mode: string;
    need: number;
    state: "done" | "now" | "next";
    signers: (Who & { for?: Who; rules: string[] })[];
    rules: string[];
    /** ISO; later stages assume that the earlier ones sign when due. */
    dueAt: string;
    /** When and how it was decided, for done stages. */
    decidedAt?: string;
  }[];
};

export type CaseView = {
  caseId: string;
  process: string;
  status: "open" | "closed";
  phase: string;
  outcome: string | null;
  title: string;
  createdBy: Who;
  createdAt: string;
  department: string;
  revision: number;
  content: Record<string, unknown> | null;
  contentHash: string;
  /** Whether the hash chain of the timeline verifies. */
  chainValid: boolean;
  amount: number;
  steps: StepView[];
  /** Only for those who may see money of the case; always present for receptions. */
  budget: BudgetEffect[];
  route: RouteView;
  findings: FindingView[];
  /** Null where there is none: another process, a year without revenue. */
  standards: StandardsView | null;
  tax: TaxView | null;
  /** The last settlement that was handed in; null before. */
  settlement: { approved: number; charged: number; data: Record<string, unknown> | null; at: string } | null;
  /** The reception list (接待清单) of a visit, once it was written. */
  receptionListId: string | null;
  cc: Who[];
  attachments: AttachmentView[];
  messages: MessageView[];
  events: EventView[];
};

/** One line of `GET /api/tasks`. */
export type TaskView = {
  stepId: string;
  caseId: string;
  process: string;
  kind: string;
  stage: string;
  title: string;
  openedAt: string;
  dueAt: string;
};

/** One line of `GET /api/tasks?kind=approval`: what matters for a decision, at a glance. */
export type DecisionView = TaskView & {
  contentHash: string;
  /** Whether it may be approved together with others (policy `batchUpTo`). */
  batchable: boolean;
  facts: {
    visitingOrg: string;
    amount: number;
    level: string | null;
    people: number;
    requester: Who;
    /** The least that is left in a bucket with this case counted in; null where none is drawn. */
    availableAfter: number | null;
    findings: FindingView[];
  };
};

/** One line of "my cases". */
export type CaseLine = {
  caseId: string;
  process: string;
  title: string;
  status: "open" | "closed";
  phase: string;
  outcome: string | null;
  createdAt: string;
  dueAt: string;
  amount: number;
};
