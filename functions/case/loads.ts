/** How much waits for people: what assignment weighs, and what a list of people shows. */
import { env } from "../shared/env.ts";
import { queryAll } from "../shared/table.ts";

/** The number of open steps of all processes by person, in one round trip of a short query each. */
export async function openLoads(staffIds: readonly string[]): Promise<Record<string, number>> {
  const counted = await Promise.all(
    [...new Set(staffIds)].map(async (staffId): Promise<[string, number]> => {
      const seats = await queryAll({
        TableName: env("CASES_TABLE"),
        IndexName: "byAssignee",
        KeyConditionExpression: "assignee = :who AND #status = :open",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":who": staffId, ":open": "open" },
        ProjectionExpression: "stepId",
      });
      return [staffId, seats.length];
    }),
  );
  return Object.fromEntries(counted);
}
