/** What may be approved together with others (contracts/approvals.md §7). Pure. */
import type { ApprovalPolicy } from "./model.ts";

/** `amount` in fen. `batchUpTo` 0 means that nothing may. */
export const isBatchable = (policy: Pick<ApprovalPolicy, "batchUpTo">, amount: number): boolean =>
  amount <= policy.batchUpTo;
