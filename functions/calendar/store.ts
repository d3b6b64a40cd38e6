/** Entered years in the Directory table, and the open cases that they concern. Keys: docs/access-patterns.md. */
import type { Process, Work } from "../case/model.ts";
import { BY_PROCESS, putWork } from "../case/store.ts";
import { calendarKey, type YearVersion } from "../directory/calendar.ts";
import { env } from "../shared/env.ts";
import { conflict } from "../shared/errors.ts";
import { ConditionFailed, queryPage, transact } from "../shared/table.ts";

/** What the work items and messages of a year are kept under; it is no case. */
export const calendarId = (year: number): string => `CALENDAR-${year}`;

const replanWork = ({ year, version, publishedAt }: YearVersion): Work => ({
  v: 1,
  workId: `${calendarId(year)}-${version}`,
  caseId: calendarId(year),
  kind: "replan",
  year,
  version,
  pending: "work",
  dueAt: publishedAt,
});

/** A version and the order to count again by it, in one transaction. Throws 409 `stale` where there is one already. */
export async function putYear(version: YearVersion): Promise<void> {
  try {
    await transact([
      {
        label: "year",
        Put: {
          TableName: env("DIRECTORY_TABLE"),
          Item: { ...calendarKey(version.year, version.version), v: 1, ...version },
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
      putWork(replanWork(version)),
    ]);
  } catch (error) {
    throw error instanceof ConditionFailed ? conflict("stale") : error;
  }
}

export const SHARDS = 8;

/** One page of the ids of open cases of a process and shard, by the index; eventually consistent. */
export async function openCases(
  process: Process,
  shard: number,
  cursor: string | undefined,
  limit: number,
): Promise<{ caseIds: string[]; next: string | null }> {
  const { items, next } = await queryPage(
    {
      TableName: env("CASES_TABLE"),
      IndexName: "byProcess",
      KeyConditionExpression: "#process = :process AND #shard = :shard AND #status = :open",
      ExpressionAttributeNames: { "#process": "process", "#shard": "shard", "#status": "status" },
      ExpressionAttributeValues: { ":process": process, ":shard": shard, ":open": "open" },
    },
    { limit, key: BY_PROCESS, ...(cursor === undefined ? {} : { cursor }) },
  );
  // Open steps stand in the index beside their cases.
  const headers = items.filter((item) => item.sk === "HEADER");
  return { caseIds: headers.map((item) => item.caseId as string), next };
}

/** A mail about a missing year is written once for each recipient and week; later tries are none. */
export async function putOnce(write: Parameters<typeof transact>[0][number]): Promise<boolean> {
  try {
    await transact([write]);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
