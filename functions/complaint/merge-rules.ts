/** By what a complaint is found among those that may be the same. Pure. */
import type { Likeness } from "./duplicate-rules.ts";
import type { ComplaintHeader } from "./write.ts";

/** By what a case is found (lookup-store.ts). */
export const likenessOf = ({ caseId, createdAt, complaint }: ComplaintHeader): Likeness => ({
  caseId,
  waybillNo: complaint.waybillNo,
  phoneHash: complaint.phoneHash,
  category: complaint.category,
  receivedAt: createdAt,
  ...(complaint.mergedInto === undefined ? {} : { mergedInto: complaint.mergedInto }),
});
