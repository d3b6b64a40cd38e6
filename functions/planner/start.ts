/** Lambda `planner-start`, called every day at 07:30 in Shanghai: begins the run of the day, where there is to be one. */
import { Logger } from "@aws-lambda-powertools/logger";
import { startDailyRun } from "./runs.ts";

const logger = new Logger();

export async function handler(): Promise<{ runId: string | null }> {
  const runId = await startDailyRun();
  logger.info("daily run", { runId });
  return { runId };
}
