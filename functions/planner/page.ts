/**
 * Lambda `planner-page`: does pages of a run or a campaign until they are done or enough for one call, for the workflows
 * plan-follow-ups and generate-campaign. A call that is lost or made twice goes on where the job stands.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { nextPage } from "./plan.ts";
import { readJob } from "./store.ts";

const logger = new Logger();

export type PageInput = { v: 1; jobId: string };
export type PageOutput = {
  done: boolean;
  /** Customers with whom something failed so far. */
  failed: number;
};

/** Below the function's own limit. */
const WITHIN_MS = 20_000;

export async function handler({ jobId }: PageInput): Promise<PageOutput> {
  const until = performance.now() + WITHIN_MS;
  let done = false;
  do done = await nextPage(jobId);
  while (!done && performance.now() < until);
  const job = await readJob(jobId);
  const failed = job?.failed ?? 0;
  logger.info("planned", { jobId, done, created: job?.created, skipped: job?.skipped, failed });
  return { done, failed };
}
