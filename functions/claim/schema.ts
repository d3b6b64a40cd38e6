/** What the claims officer records about a claim with the insurer (contracts/complaints.md "Steps"). Amounts in fen. */
import * as z from "zod";
import { invalid } from "../shared/errors.ts";
import { lazy } from "../shared/lazy.ts";
import { fieldErrors, line, list, wholeNumber } from "../shared/validate.ts";
import type { ClaimDraft } from "./model.ts";

/** What an insurer of cargo usually asks for; the checklist a claim begins with. */
export const CLAIM_DOCUMENTS = [
  "waybill",
  "delivery_receipt",
  "photos",
  "damage_report",
  "invoice",
  "packing_list",
  "claim_letter",
] as const;

const shape = lazy(() =>
  z.strictObject({
    documents: list(
      z.strictObject({ name: line(100), received: z.boolean({ error: "choose" }) }, { error: "invalid" }),
      50,
    ).min(1, { error: "required" }),
    insurer: line(100),
    amount: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  }),
);

/** The same while the officer still collects: the checklist, and what the insurer said so far. */
const draftShape = lazy(() =>
  z.strictObject({
    documents: list(
      z.strictObject({ name: line(100), received: z.boolean({ error: "choose" }) }, { error: "invalid" }),
      50,
    ).min(1, { error: "required" }),
    insurer: line(100).nullable().default(null),
    amount: wholeNumber(0, Number.MAX_SAFE_INTEGER).nullable().default(null),
  }),
);

export type ClaimRecord = {
  documents: { name: string; received: boolean }[];
  insurer: string;
  amount: number;
};

/** The data of choice `done` of step `claim`. An amount of 0: the insurer pays nothing. Throws 400 by field below `at`. */
export const readClaim = (input: unknown, at = "data"): ClaimRecord => read(shape(), input, at);

/** The data of choice `save`: everything but the checklist may still be missing. */
export const readClaimDraft = (input: unknown, at = "data"): ClaimDraft => read(draftShape(), input, at);

function read<T>(schema: z.ZodType<T>, input: unknown, at: string): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalid(
    ...fieldErrors(parsed.error).map((one) => ({
      ...one,
      path: [at, one.path].filter((part) => part !== "").join("."),
    })),
  );
}
