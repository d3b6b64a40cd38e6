/**
 * Lambda `customer-import`: writes a decided import to its end. It follows the one item that says which import that is; a
 * call that runs out of time fails, is made again and goes on where the last one stopped.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { finishImport } from "./import-apply.ts";
import { readCurrent } from "./import-store.ts";

const logger = new Logger();
/** Below the function's own limit. */
const WITHIN_MS = 240_000;

export async function handler(event: DynamoDBStreamEvent): Promise<{ batchItemFailures: [] }> {
  // What is being compared by now is another one, and will have a record of its own.
  if ((await readCurrent())?.state === "applied") await finishImport(WITHIN_MS);
  logger.info("import finished", { records: event.Records.length });
  return { batchItemFailures: [] };
}
