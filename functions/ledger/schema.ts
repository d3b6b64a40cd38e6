/** What finance sends to make and steer buckets (contracts/budget.md §1, §6). Amounts integer fen. */
import * as z from "zod";
import { DEPARTMENTS } from "../directory/model.ts";
import { wholeNumber } from "../shared/validate.ts";
import { CATEGORIES, isPeriod } from "./rules.ts";

const choice = <const T extends readonly string[]>(values: T) => z.enum(values, { error: "choose" });

const bucketFields = {
  department: choice(DEPARTMENTS),
  period: z
    .string({ error: (issue) => (issue.input === undefined ? "required" : "period") })
    .refine(isPeriod, { error: "period" }),
  category: choice(CATEGORIES).default("hospitality"),
};

/** Names one bucket. */
export const bucketIdSchema = z.strictObject(bucketFields, { error: "required" });

const control = choice(["hard", "soft"]);

/** `POST /api/budgets`. Nothing may be allotted, so that a bucket can begin with a transfer. */
export const newBucketSchema = z.strictObject({
  ...bucketFields,
  allotted: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  control,
});

/** `PATCH /api/budgets/{department}/{period}`. */
export const controlSchema = z.strictObject({ control });

/** `PUT /api/tax/{year}`: the revenue of the whole year; before a firm opens there may be none. */
export const revenueSchema = z.strictObject({
  revenue: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  preOpening: z.boolean({ error: "choose" }).default(false),
});
