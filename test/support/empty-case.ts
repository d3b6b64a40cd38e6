/** Removes one case from the tables, for tests that need no more than that between them. */
import { marshall } from "@aws-sdk/util-dynamodb";
import { pkOf } from "../../functions/case/store.ts";
import { dynamo } from "../../local/dynamodb/client.ts";
import type { TestTables } from "./dynamodb.ts";

export async function emptyCase(tables: TestTables, caseId: string): Promise<void> {
  const items = await tables.items("Cases", pkOf(caseId));
  await Promise.all(
    items.map(({ pk, sk }) =>
      dynamo(tables.url, "DeleteItem", { TableName: "Cases", Key: marshall({ pk, sk }) }),
    ),
  );
}
