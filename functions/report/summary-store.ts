/** Where summaries of follow-ups are kept (docs/access-patterns.md): one item each, by their month or campaign. */
import { env } from "../shared/env.ts";
import { getItem, type Write } from "../shared/table.ts";
import type { Summary } from "./summary-model.ts";

const keyOf = (id: string) => ({ pk: `SUMMARY#${id}`, sk: "SUMMARY" });

/** Null where nobody has written anything yet. */
export async function readSummary(id: string): Promise<Summary | null> {
  const item = await getItem(env("CASES_TABLE"), keyOf(id));
  if (!item) return null;
  const { pk: _pk, sk: _sk, ...summary } = item;
  return summary as Summary;
}

/** Label of the write that fails where a summary is not the one that was read. */
export const SUMMARY_LABEL = "summary";

/** A summary as it is from now on, in its next version. `seen`: the version that was read, 0 for none. */
export const summaryWrite = (summary: Summary, seen: number): Write => ({
  label: SUMMARY_LABEL,
  Put: {
    TableName: env("CASES_TABLE"),
    Item: { ...keyOf(summary.id), ...summary, version: seen + 1 },
    ...(seen === 0
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : { ConditionExpression: "version = :seen", ExpressionAttributeValues: { ":seen": seen } }),
  },
});
