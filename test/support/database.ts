/**
 * One DynamoDB Local for all files of a run that need a database of their own and do not ask how it dies: a Java less to
 * start and to warm up for each of them.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startManyDatabases } from "../../local/dynamodb/client.ts";

/** Once for all folders of tests that name it. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.DYNAMODB_LOCAL_URL) return undefined;
  // In memory where the system has a place for that: each commit waits for the disk otherwise.
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "careloop-databases-"));
  const database = await startManyDatabases(folder);
  process.env.DYNAMODB_LOCAL_URL = database.url;
  return async () => {
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
