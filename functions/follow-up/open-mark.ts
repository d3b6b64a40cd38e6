/**
 * The note on a customer that a follow-up of his is still to be recorded: an item beside his record, so that a change of
 * the record and an import never lose it. There is one at most.
 */
import { customerKey } from "../customer/items.ts";
import { env } from "../shared/env.ts";
import { getItem, type Write } from "../shared/table.ts";

/** Label of its writes: they fail where another case is still to be recorded. */
export const OPEN_LABEL = "open-follow-up";

const keyOf = (customerId: string) => ({ pk: customerKey(customerId).pk, sk: "FOLLOW-UP" });

/** The case of this customer that is still to be recorded, or null. Strongly consistent. */
export async function openFollowUpOf(customerId: string): Promise<string | null> {
  const item = await getItem(env("CUSTOMERS_TABLE"), keyOf(customerId));
  return (item?.caseId as string | undefined) ?? null;
}

export const openMark = (customerId: string, caseId: string): Write => ({
  label: OPEN_LABEL,
  Put: {
    TableName: env("CUSTOMERS_TABLE"),
    Item: { ...keyOf(customerId), v: 1, caseId },
    ConditionExpression: "attribute_not_exists(pk) OR caseId = :me",
    ExpressionAttributeValues: { ":me": caseId },
  },
});

/** Nothing is left to be recorded on this case. Another case's note stays. */
export const closeMark = (customerId: string, caseId: string, open: string | null): Write[] =>
  open === caseId
    ? [
        {
          label: OPEN_LABEL,
          Delete: {
            TableName: env("CUSTOMERS_TABLE"),
            Key: keyOf(customerId),
            ConditionExpression: "attribute_not_exists(pk) OR caseId = :me",
            ExpressionAttributeValues: { ":me": caseId },
          },
        },
      ]
    : [];
