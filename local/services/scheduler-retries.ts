/**
 * Deliveries of Scheduler: fills the context attributes in, tries again what failed for a passing reason, and puts
 * the rest on the dead-letter queue.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
import { AwsError, type Cloud } from "../kernel.ts";
import { deliverTo, sendToQueue } from "./targets.ts";

export type Delivery = {
  scheduleArn: string;
  scheduledAt: number;
  executionId: string;
  target: {
    Arn: string;
    Input?: string | undefined;
    DeadLetterConfig?: { Arn?: string | undefined } | undefined;
    RetryPolicy?: { MaximumEventAgeInSeconds: number; MaximumRetryAttempts: number } | undefined;
  };
};

type Row = { id: number; delivery: string; attempt: number; at: number; created: number };

const seconds = (instant: number) => new Date(instant).toISOString().replace(/\.\d{3}Z$/, "Z");

export function createRetries(cloud: Cloud) {
  const { db, clock } = cloud;
  db.exec(`CREATE TABLE IF NOT EXISTS scheduler_retries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, delivery TEXT NOT NULL, attempt INTEGER NOT NULL, at REAL NOT NULL,
    created REAL NOT NULL)`);
  const due = db.prepare("SELECT * FROM scheduler_retries ORDER BY at, created, id LIMIT 1");
  const insert = db.prepare(
    "INSERT INTO scheduler_retries (delivery, attempt, at, created) VALUES (?, ?, ?, ?)",
  );
  const remove = db.prepare("DELETE FROM scheduler_retries WHERE id = ?");

  /** What the target receives: its Input with the context filled in, or the event that Scheduler sends without one. */
  function textOf(delivery: Delivery, attempt: number): string {
    const { Input } = delivery.target;
    if (Input === undefined) {
      return JSON.stringify({
        version: "0",
        id: delivery.executionId,
        "detail-type": "Scheduled Event",
        source: "aws.scheduler",
        account: cloud.accountId,
        time: seconds(delivery.scheduledAt),
        region: cloud.region,
        resources: [delivery.scheduleArn],
        detail: "{}",
      });
    }
    const context: Record<string, string> = {
      "schedule-arn": delivery.scheduleArn,
      "scheduled-time": seconds(delivery.scheduledAt),
      "execution-id": delivery.executionId,
      "attempt-number": String(attempt),
    };
    return Input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (all, name: string) => context[name] ?? all);
  }

  /** Delivers once. A failure is kept for later or put on the dead-letter queue; it never throws. */
  async function deliver(delivery: Delivery, attempt = 1): Promise<void> {
    const { target, scheduledAt } = delivery;
    try {
      await deliverTo(cloud, target.Arn, textOf(delivery, attempt));
    } catch (error) {
      const passing = !(error instanceof SyntaxError) && !(error instanceof AwsError && error.status < 500);
      const policy = target.RetryPolicy ?? { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 };
      const now = clock.now();
      const at = now + Math.min(2 ** (attempt - 1), 60) * 60_000;
      const lasts = at <= scheduledAt + policy.MaximumEventAgeInSeconds * 1000;
      if (passing && attempt <= policy.MaximumRetryAttempts && lasts) {
        insert.run(JSON.stringify(delivery), attempt + 1, at, now);
        clock.changed();
      } else await giveUp(delivery, attempt, error as Error);
    }
  }

  async function giveUp(delivery: Delivery, attempt: number, error: Error): Promise<void> {
    const { target } = delivery;
    cloud.log("scheduler", `${delivery.scheduleArn} was not delivered to ${target.Arn}: ${error.name}`);
    if (!target.DeadLetterConfig?.Arn) return;
    try {
      await sendToQueue(cloud, target.DeadLetterConfig.Arn, textOf(delivery, attempt), {
        ERROR_CODE: error.name,
        ERROR_MESSAGE: error.message,
        EXECUTION_ID: delivery.executionId,
        EXECUTION_TIME: seconds(clock.now()),
        IS_PAYLOAD_TRUNCATED: "false",
        RETRY_ATTEMPTS: String(attempt - 1),
        SCHEDULE_ARN: delivery.scheduleArn,
        SCHEDULED_TIME: seconds(delivery.scheduledAt),
        TARGET_ARN: target.Arn,
      });
    } catch (problem) {
      cloud.log(
        "scheduler",
        `the dead-letter queue of ${delivery.scheduleArn} refused: ${(problem as Error).name}`,
      );
    }
  }

  return {
    deliver,
    next: () => (due.get() as { at: number; created: number } | undefined) ?? null,
    /** Tries the earliest of the kept deliveries again. */
    async fire(): Promise<void> {
      const row = due.get() as Row | undefined;
      if (!row) return;
      await deliver(JSON.parse(row.delivery) as Delivery, row.attempt);
      remove.run(row.id);
    },
  };
}
