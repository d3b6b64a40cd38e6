/** A claim with the insurer, opened by a complaint about cargo (DOMAIN §1.1 P7). */
import type { Category, Priority } from "../complaint/model.ts";

/** Kept in the header as `claim`; nothing personal. */
export type ClaimState = {
  complaintId: string;
  category: Category;
  priority: Priority;
  waybillNo: string | null;
  organisation?: string;
};

/** The content of the case: what the officer tells the insurer. Words of people, so in a payload. */
export type ClaimContent = {
  complaintId: string;
  category: Category;
  waybillNo: string | null;
  organisation: string | null;
  occurredAt: string | null;
  description: string;
  remedySought: string;
  cause: string;
  facts: string;
  responsibility: string;
};

/** What is known of a claim so far: the checklist, and from the insurer what there is. Amounts in fen. */
export type ClaimDraft = {
  documents: { name: string; received: boolean }[];
  insurer: string | null;
  amount: number | null;
};

export const CLAIM_STEP = "claim";
export const CLAIM_CHOICES = ["done", "save"] as const;
