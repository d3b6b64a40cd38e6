/** Addresses of pages that several others name. Pure. */
import type { BucketId } from "../../ledger/rules.ts";

/** The statement of a budget, or what hangs below it (`/entries.csv`). */
export const statementPath = ({ department, period, category }: BucketId, more = ""): string =>
  `/budget/${department}/${period}${more}${category === "hospitality" ? "" : `?category=${category}`}`;

/** Where the requester changes a returned case. */
export const editPath = (process: string, caseId: string): string =>
  process === "budget-change" ? `/budget/change/${caseId}` : `/receptions/${caseId}/edit`;

/** The page of a case: complaints have their own. */
export const casePath = (caseId: string): string =>
  `${caseId.startsWith("TS-") ? "/complaints" : "/cases"}/${encodeURIComponent(caseId)}`;
