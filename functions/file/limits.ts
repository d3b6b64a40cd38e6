/** How many files a case takes, and how large: a complaint by the policy that it began with, any other by the house. */
import type { CaseFile } from "../case/model.ts";
import type { ComplaintPolicy } from "../complaint/model.ts";
import { readPolicy } from "../directory/store.ts";
import { MAX_BYTES, MAX_FILES } from "./rules.ts";

export type FileLimits = ComplaintPolicy["attachments"];

export async function limitsOf({ header }: CaseFile): Promise<FileLimits> {
  if (header.complaint === undefined) return { count: MAX_FILES, bytes: MAX_BYTES };
  const { policyId, version } = header.policy;
  return (await readPolicy<ComplaintPolicy>(policyId, version)).document.attachments;
}
