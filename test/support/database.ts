/**
 * One DynamoDB Local for all files of a run that need a database of their own and do not ask how it dies: a Java less to
 * start and to warm up for each of them. Every folder of tests that uses it sets it up; it ends with the last of them.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DynamoDbLocal, startManyDatabases } from "../../local/dynamodb/client.ts";

type Shared = { users: number; folder: string; starting: Promise<DynamoDbLocal> };
/** Each folder of tests loads this file anew; they share the process. */
const keeper = globalThis as { careloopDatabase?: Shared };

function start(): Shared {
  // In memory where the system has a place for that: each commit waits for the disk otherwise.
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "careloop-databases-"));
  return { users: 0, folder, starting: startManyDatabases(folder) };
}

export async function setup(): Promise<() => Promise<void>> {
  keeper.careloopDatabase ??= start();
  const shared = keeper.careloopDatabase;
  shared.users += 1;
  process.env.DYNAMODB_LOCAL_URL = (await shared.starting).url;
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete keeper.careloopDatabase;
    delete process.env.DYNAMODB_LOCAL_URL;
    await (await shared.starting).stop();
    rmSync(shared.folder, { recursive: true, force: true });
  };
}
