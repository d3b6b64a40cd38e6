/** A record says that the customer has something to complain about: the complaint is opened with it, linked both ways. */
import { complaintWrites, readIntakeBasis } from "../complaint/open-case.ts";
import { type Complaint, readComplaint } from "../complaint/schema.ts";
import type { Actor } from "../directory/model.ts";
import { invalid } from "../shared/errors.ts";
import type { Write } from "../shared/table.ts";
import type { ContactPerson, FollowUpContent } from "./model.ts";
import type { CallRecord, VisitRecord } from "./schema.ts";
import type { FollowUpCase } from "./write.ts";

type Record = CallRecord | VisitRecord;

export type OpenedComplaint = { complaintId: string; writes: Write[] };

/**
 * The writes of the complaint; its number is taken. Throws 400 at `contactName` where the customer's address was erased, so
 * that nobody would know whom to answer.
 */
export async function complaintOf(
  file: FollowUpCase,
  record: Record,
  actor: Actor,
  at: number,
): Promise<OpenedComplaint> {
  const { caseId, customerId } = file.header;
  const content = file.content as FollowUpContent | null;
  const basis = await readIntakeBasis();
  const phone = "contactPhone" in record ? record.contactPhone : content?.contact?.phone;
  if (!content || phone === undefined) throw invalid({ path: "contactName", code: "invalid" });
  const { contact, customerName } = content;
  const complaint = readComplaint(
    {
      channel: "followup_call",
      complainantName: record.contactName,
      complainantPhone: phone,
      ...emailOf(contact),
      organisation: customerName,
      category: record.issueCategory ?? "other",
      description: record.verbatim,
      customerId,
    } satisfies Partial<Complaint>,
    { staff: true, locale: contact?.language ?? "zh-CN" },
    basis.policy.document,
  );
  const { answer, writes } = await complaintWrites({ complaint, by: actor, basis, followUpId: caseId }, at);
  return { complaintId: answer.body.caseId, writes };
}

const emailOf = (contact: ContactPerson | null): { complainantEmail?: string } =>
  contact?.email ? { complainantEmail: contact.email } : {};
