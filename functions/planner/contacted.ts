/**
 * Lambda `planner-contacted`: a case was a contact with a customer. It is noted on his record, and a follow-up that only his
 * tier asked for, and that nobody has begun, is not needed any more. Everything it does may be done again; only then is the
 * item of work taken away that asks for it.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import type { Work } from "../case/model.ts";
import { pkOf, readCase, sk } from "../case/store.ts";
import { customersBy, noteContact } from "../customer/contact-store.ts";
import { cancelFollowUp } from "../follow-up/cancel.ts";
import { openFollowUpOf } from "../follow-up/open-mark.ts";
import { env } from "../shared/env.ts";
import { getItem, updateItem } from "../shared/table.ts";
import { saidIn } from "./contact-rules.ts";

const logger = new Logger();

export type ContactedInput = { caseId: string; workId: string };

export async function handler({ caseId, workId }: ContactedInput): Promise<{ customers: string[] }> {
  const key = { pk: pkOf(caseId), sk: sk.work(workId) };
  const [file, work] = await Promise.all([
    readCase(caseId),
    getItem(env("CASES_TABLE"), key) as Promise<Work | null>,
  ]);
  if (work?.kind !== "contact" || work.pending === undefined) return { customers: [] };
  const said = file && saidIn(file);
  const customers = said ? await customersBy(said) : [];
  for (const customerId of customers) {
    const reached = { at: work.contactAt, process: String(file?.header.process), caseId };
    if (!(await noteContact(customerId, reached))) continue;
    const open = await openFollowUpOf(customerId);
    if (open !== null) await cancelFollowUp(open, "contacted");
  }
  await updateItem({ TableName: env("CASES_TABLE"), Key: key, UpdateExpression: "REMOVE pending" });
  logger.info("contact noted", { caseId, customers: customers.length });
  return { customers };
}
