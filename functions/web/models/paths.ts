/** Addresses of pages that several others name. Pure. */
import type { BucketId } from "../../ledger/rules.ts";

/** The statement of a budget, or what hangs below it (`/entries.csv`). */
export const statementPath = ({ department, period, category }: BucketId, more = ""): string =>
  `/budget/${department}/${period}${more}${category === "hospitality" ? "" : `?category=${category}`}`;

/** Where the requester changes a returned case. */
export const editPath = (process: string, caseId: string): string =>
  process === "budget-change" ? `/budget/change/${caseId}` : `/receptions/${caseId}/edit`;

/** Processes whose cases have pages of their own, in functions of their own, by the beginning of their codes. */
const OWN_PAGES: Record<string, string> = {
  TS: "/complaints",
  LP: "/claims",
  HF: "/follow-ups",
  ZJ: "/reports/summaries",
};

/** The page of a case. */
export const casePath = (caseId: string): string =>
  `${OWN_PAGES[caseId.split("-")[0] ?? ""] ?? "/cases"}/${encodeURIComponent(caseId)}`;
