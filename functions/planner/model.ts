/** What the planner and campaigns keep about their work. Instants are table stamps, days `YYYY-MM-DD` in Asia/Shanghai. */
import type { ContactChannel } from "../customer/model.ts";
import type { AssignmentReason } from "../follow-up/model.ts";

/** Why a customer gets no follow-up this time. */
export const SKIP_REASONS = ["fatigue", "opted-out", "no-agent", "already_planned"] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];
export type Skip = { customerId: string; reason: SkipReason };

/** A follow-up that was made, whose it is and why. */
export type Made = { caseId: string; customerId: string; staffId: string; reason: AssignmentReason };

/** Whose follow-ups are made first: those whose owner is there. The others are shared out one by one when these are known. */
export type Stage = "owners" | "others";

/** The work of one run or campaign, which goes on page by page, by whomever, from where it stands. */
export type Job = {
  v: 1;
  jobId: string;
  /** When it began; a campaign that is a draft has not. */
  at: string | null;
  /** Staff id; null: the schedule. */
  by: string | null;
  status: "draft" | "running" | "done";
  /** Counts the pages that were written: whoever writes the next one must have seen the last. */
  page: number;
  stage: Stage;
  /** Where the stage goes on; null begins. */
  place: Place | null;
  /** How many parts of results there are. */
  parts: number;
  /** Customers who were looked at, follow-ups that were made, customers who had one, and who was passed over. */
  due: number;
  created: number;
  existing: number;
  skipped: number;
  /** Customers with whom something failed: the log names them, and the next run looks at them again. */
  failed: number;
  /** What each agent has to do, and when he got the last case, with what this work gave him. */
  staff: { loads: Record<string, number>; lastAssigned: Record<string, string> } | null;
} & Task;

export type CampaignJob = Job & { kind: "campaign" };

/** `due`: where a page of the index of due customers ended. `part`: the next part of members or of results. */
export type Place = { due: { shard: number; key: Record<string, unknown> | null } } | { part: number };

/** What is to be planned: whoever is due (`nextDueOn` up to `until`), for a day; or the customers of a campaign. */
export type Task = { kind: "run"; plannedOn: string; until: string } | ({ kind: "campaign" } & Campaign);

export type Campaign = {
  name: string;
  channel: ContactChannel;
  questions: string[];
  plannedOn: string;
  dueOn: string;
  total: number;
  /** Under names that no index of cases reads: a campaign is none of the cases of whoever opened it. */
  openedAt: string;
  openedBy: string;
};

/** What one page found beside the follow-ups that it made. */
export type Part = {
  skipped: Skip[];
  /** Customers whose owner does not get it: they are shared out in the second stage. */
  waiting: string[];
};
