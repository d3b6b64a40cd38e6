/** A top-up of a budget, or a transfer from another (contracts/budget.md §1). Amounts integer fen. */
import * as z from "zod";
import { type BucketId, sameBuckets } from "../ledger/rules.ts";
import { bucketIdSchema } from "../ledger/schema.ts";
import { amount, text } from "../shared/validate.ts";

const common = { to: bucketIdSchema, amount: amount(), reason: text(1000) };

/** Issues carry our own codes (shared/validate.ts). */
export const budgetChangeSchema = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("top-up"), ...common }),
    z
      .strictObject({ kind: z.literal("transfer"), from: bucketIdSchema, ...common })
      .superRefine(({ from, to }, context) => {
        if (sameBuckets([from], [to]))
          context.addIssue({ code: "custom", path: ["from"], message: "same_bucket" });
      }),
  ],
  { error: (issue) => (issue.input === undefined ? "required" : "choose") },
);

export type BudgetChange = z.infer<typeof budgetChangeSchema>;

/** Where a change holds its amount until it is decided. */
export const heldIn = (change: BudgetChange): BucketId[] => (change.kind === "transfer" ? [change.from] : []);
