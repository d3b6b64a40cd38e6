/** What a customer had to do with the firm, the newest first. */
import { toApi } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { queryChunk } from "../shared/table.ts";

export type Contacts = { caseId: string; process: string; status: string; createdAt: string }[];

const SHOWN = 20;

/** His last cases of all processes; codes and days only, the rest is for those who may open them. */
export async function contactsOf(customerId: string): Promise<Contacts> {
  const { items } = await queryChunk({
    TableName: env("CASES_TABLE"),
    IndexName: "byCustomer",
    KeyConditionExpression: "customerId = :customer",
    ExpressionAttributeValues: { ":customer": customerId },
    ScanIndexForward: false,
    Limit: SHOWN,
  });
  return items.map((item) => ({
    caseId: String(item.caseId),
    process: String(item.process),
    status: String(item.status),
    createdAt: toApi(String(item.createdAt)),
  }));
}
