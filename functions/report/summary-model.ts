/** A summary of follow-ups (回访总结报告) as it is kept: what people write, and how far it came. Instants are table stamps. */
import type { Figures, Plan, Scope } from "./follow-up-rules.ts";

/** What a case that has a summary signed knows of it. `post`: who signs, one level up where the author is the manager. */
export type SummaryState = { id: string; post: "service_manager" | "general_manager" };

export const SUMMARY_STATUSES = ["draft", "approving", "archived"] as const;

export type Summary = {
  v: 1;
  /** Its month or its campaign. */
  id: string;
  scope: Scope;
  /** Counts changes. */
  version: number;
  conclusions: string;
  actions: Plan[];
  status: (typeof SUMMARY_STATUSES)[number];
  /** Staff ids: who handed it in, and who signed it. */
  author: string | null;
  approvedBy: string | null;
  archivedAt: string | null;
  /** The case that has it signed, or had. */
  caseId: string | null;
  /** As they were when it was handed in: what is signed is what is archived. Null of a draft, whose figures are counted anew. */
  figures: Figures | null;
};

/** What is handed in: the content of its case. */
export type SummaryContent = {
  id: string;
  scope: Scope;
  /** Of a campaign. */
  name: string | null;
  figures: Figures;
  conclusions: string;
  /** With the name of each owner, as it was then. */
  actions: (Plan & { name: string })[];
};

export const newSummary = (id: string, scope: Scope): Summary => ({
  v: 1,
  id,
  scope,
  version: 0,
  conclusions: "",
  actions: [],
  status: "draft",
  author: null,
  approvedBy: null,
  archivedAt: null,
  caseId: null,
  figures: null,
});
