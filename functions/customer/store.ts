/** Customers by the names that people use, and what they had to do with the firm. */
import { env } from "../shared/env.ts";
import { getItem, queryAll } from "../shared/table.ts";
import { aliasKey, normalisedName } from "./rules.ts";

/** One item for a customer's name and for each alias. */
export type Alias = { customerId: string; name: string; creditGrade: string; tier: string };

/** The customer whom a name or alias means, or null. */
export async function findCustomer(name: string): Promise<Alias | null> {
  if (normalisedName(name) === "") return null;
  return (await getItem(env("CUSTOMERS_TABLE"), aliasKey(name))) as Alias | null;
}

/** A reception of a customer; `visitOn` is the day of arrival. */
export type Visit = { caseId: string; visitOn: string };

/** Requests that led to no visit. */
const NO_VISIT = ["rejected", "withdrawn", "revoked", "expired"];
/** No budget, and so no request, is older than this when its guests come. */
const PLANNED_AHEAD_MS = 800 * 86_400_000;

/**
 * The receptions of a customer that arrive on these days (`YYYY-MM-DD`, inclusive). From an index: what
 * was submitted within the last second may be missing.
 */
export async function visitsOf(customerId: string, from: string, to: string): Promise<Visit[]> {
  const items = await queryAll({
    TableName: env("CASES_TABLE"),
    IndexName: "byCustomer",
    KeyConditionExpression: "customerId = :customer AND createdAt > :since",
    FilterExpression: "visitOn BETWEEN :from AND :to",
    ProjectionExpression: "caseId, visitOn, outcome",
    ExpressionAttributeValues: {
      ":customer": customerId,
      ":since": new Date(Date.parse(from) - PLANNED_AHEAD_MS).toISOString(),
      ":from": from,
      ":to": to,
    },
  });
  return items
    .filter((item) => !NO_VISIT.includes(String(item.outcome)))
    .map((item) => ({ caseId: item.caseId as string, visitOn: item.visitOn as string }));
}
