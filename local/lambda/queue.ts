/**
 * Asynchronous invocation: a durable queue, two retries one and two minutes (virtual) apart, then the failure
 * destination or the dead-letter queue.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { randomUUID } from "node:crypto";
import { type Cloud, FunctionError, isStopping } from "../kernel.ts";
import { deliverTo } from "../services/targets.ts";
import { functionName } from "./host.ts";

export type AsyncConfig = { retries: number; onFailureArn: string | null };

export type AsyncQueue = {
  /** Queues one event; it is on disk when this returns. */
  add(nameOrArn: string, payload: unknown): void;
  configure(name: string, config: AsyncConfig): void;
  /** Runs what an earlier process left unfinished. */
  restore(): void;
};

type Row = { id: number; function: string; payload: string; attempts: number };

/** What every report to a failure destination begins with. */
export function failureRecord(
  cloud: Cloud,
  condition: "RetriesExhausted" | "RetryAttemptsExhausted",
  nameOrArn: string,
  approximateInvokeCount: number,
  error: unknown,
) {
  const functionArn = cloud.functions.get(functionName(nameOrArn))?.arn;
  return {
    version: "1.0",
    timestamp: new Date(cloud.clock.now()).toISOString(),
    requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount },
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      functionError: error instanceof FunctionError ? "Unhandled" : null,
    },
  };
}

export function createAsyncQueue(cloud: Cloud): AsyncQueue {
  const { db, clock, activity } = cloud;
  db.exec(`CREATE TABLE IF NOT EXISTS lambda_async (
    id INTEGER PRIMARY KEY AUTOINCREMENT, function TEXT NOT NULL, payload TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, due_at REAL NOT NULL, created REAL NOT NULL, running INTEGER NOT NULL)`);
  db.exec("CREATE INDEX IF NOT EXISTS lambda_async_due ON lambda_async (running, due_at, created)");
  const insert = db.prepare(
    "INSERT INTO lambda_async (function, payload, due_at, created, running) VALUES (?, ?, ?, ?, 1) RETURNING id",
  );
  const read = db.prepare("SELECT id, function, payload, attempts FROM lambda_async WHERE id = ?");
  const remove = db.prepare("DELETE FROM lambda_async WHERE id = ?");
  const wait = db.prepare(
    "UPDATE lambda_async SET attempts = ?, due_at = ?, created = ?, running = 0 WHERE id = ?",
  );
  const mark = db.prepare("UPDATE lambda_async SET running = 1 WHERE id = ?");
  const due = db.prepare(
    "SELECT id, due_at AS at, created FROM lambda_async WHERE running = 0 ORDER BY due_at, created, id LIMIT 1",
  );
  const configs = new Map<string, AsyncConfig>();

  async function run(id: number): Promise<void> {
    const row = read.get(id) as Row | undefined;
    if (!row) return;
    const end = activity.begin(`asynchronous call of ${functionName(row.function)}`);
    try {
      const config = configs.get(functionName(row.function));
      const payload: unknown = JSON.parse(row.payload);
      try {
        await cloud.invoke(row.function, payload);
      } catch (error) {
        if (isStopping(error)) return;
        const attempts = row.attempts + 1;
        if (attempts <= (config?.retries ?? 2) && error instanceof FunctionError) {
          wait.run(attempts, clock.now() + attempts * 60_000, clock.now(), id);
          clock.changed();
          return;
        }
        await fail(row, attempts, payload, error);
      }
      remove.run(id);
    } finally {
      end();
    }
  }

  async function fail(row: Row, attempts: number, payload: unknown, error: unknown): Promise<void> {
    const name = functionName(row.function);
    cloud.log(name, `gave up an asynchronous event after ${attempts} attempts`);
    const onFailureArn = configs.get(name)?.onFailureArn;
    const deadLetterArn = cloud.functions.get(name)?.deadLetterArn;
    try {
      if (onFailureArn) {
        const record = failureRecord(cloud, "RetriesExhausted", row.function, attempts, error);
        const responsePayload = error instanceof FunctionError ? error.payload : null;
        await deliverTo(
          cloud,
          onFailureArn,
          JSON.stringify({ ...record, requestPayload: payload, responsePayload }),
        );
      }
      if (deadLetterArn) await deliverTo(cloud, deadLetterArn, row.payload);
    } catch (problem) {
      cloud.log(name, `the failure destination did not take the event: ${(problem as Error).name}`);
    }
  }

  clock.addSource({
    name: "asynchronous retries",
    next: () => (due.get() as { at: number; created: number } | undefined) ?? null,
    async fire() {
      const row = due.get() as { id: number } | undefined;
      if (!row) return;
      mark.run(row.id);
      void run(row.id);
    },
  });

  return {
    add(nameOrArn, payload) {
      const now = clock.now();
      const { id } = insert.get(nameOrArn, JSON.stringify(payload ?? {}), now, now) as { id: number };
      void run(id);
    },
    configure: (name, config) => void configs.set(name, config),
    restore() {
      for (const row of db.prepare("SELECT id FROM lambda_async WHERE running = 1 ORDER BY id").all()) {
        void run((row as { id: number }).id);
      }
    },
  };
}
