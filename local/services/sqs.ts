/**
 * SQS, as far as dead-letter queues and failure destinations need it. A receive never waits.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
 */
import { createHash, randomUUID } from "node:crypto";
import * as z from "zod";
import { AwsError, type Cloud, type Service } from "../kernel.ts";
import { action } from "./action.ts";

type Message = { id: string; body: string; attributes: string; sent_at: number; receives: number };

const url = z.object({ QueueUrl: z.string().min(1) });
const attributes = z.record(
  z.string(),
  z.object({ DataType: z.string(), StringValue: z.string().optional() }),
);
const md5 = (text: string) => createHash("md5").update(text).digest("hex");

export function createSqs(cloud: Cloud) {
  const { db, clock } = cloud;
  db.exec(`CREATE TABLE IF NOT EXISTS sqs_queues (
    name TEXT PRIMARY KEY, attributes TEXT NOT NULL, created REAL NOT NULL)`);
  db.exec(`CREATE TABLE IF NOT EXISTS sqs_messages (
    id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL, sent_at REAL NOT NULL,
    visible_at REAL NOT NULL, receives INTEGER NOT NULL DEFAULT 0, receipt TEXT)`);
  db.exec("CREATE INDEX IF NOT EXISTS sqs_messages_queue ON sqs_messages (queue, visible_at)");
  const byName = db.prepare("SELECT * FROM sqs_queues WHERE name = ?");
  const count = db.prepare(`SELECT count(*) FILTER (WHERE visible_at <= :now) AS visible,
    count(*) FILTER (WHERE visible_at > :now) AS hidden FROM sqs_messages WHERE queue = :queue`);

  const arnOf = (name: string) => `arn:aws:sqs:${cloud.region}:${cloud.accountId}:${name}`;
  const urlOf = (name: string) => `${cloud.awsUrl}/${cloud.accountId}/${name}`;

  function queueOf(queueUrl: string): { name: string; attributes: Record<string, string>; created: number } {
    const name = queueUrl.split("/").pop()!;
    const row = byName.get(name) as { name: string; attributes: string; created: number } | undefined;
    if (!row) {
      throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
    }
    return { ...row, attributes: JSON.parse(row.attributes) as Record<string, string> };
  }

  /** Makes a queue, or changes nothing when there is one of that name. Returns its URL and ARN. */
  function provision(name: string, settings: Record<string, string> = {}): { url: string; arn: string } {
    db.prepare("INSERT INTO sqs_queues VALUES (?, ?, ?) ON CONFLICT DO NOTHING").run(
      name,
      JSON.stringify(settings),
      clock.now(),
    );
    return { url: urlOf(name), arn: arnOf(name) };
  }

  function receive(queue: string, limit: number, hiddenFor: number): object[] {
    const now = clock.now();
    const due = db.prepare(
      "SELECT * FROM sqs_messages WHERE queue = ? AND visible_at <= ? ORDER BY sent_at, rowid LIMIT ?",
    );
    const take = db.prepare(
      "UPDATE sqs_messages SET visible_at = ?, receives = receives + 1, receipt = ? WHERE id = ?",
    );
    return (due.all(queue, now, limit) as Message[]).map((message) => {
      const receipt = randomUUID();
      take.run(now + hiddenFor * 1000, receipt, message.id);
      const given = JSON.parse(message.attributes) as Record<string, unknown>;
      return {
        MessageId: message.id,
        ReceiptHandle: receipt,
        Body: message.body,
        MD5OfBody: md5(message.body),
        MessageAttributes: Object.keys(given).length > 0 ? given : undefined,
        Attributes: {
          SentTimestamp: String(message.sent_at),
          ApproximateReceiveCount: String(message.receives + 1),
        },
      };
    });
  }

  const service: Service = {
    name: "sqs",
    protocol: "json",
    target: "AmazonSQS",
    actions: {
      CreateQueue: action(
        z.object({
          QueueName: z.string().regex(/^[A-Za-z0-9_-]{1,75}(\.fifo)?$/, "Member must be a queue name"),
          Attributes: z.record(z.string(), z.string()).default({}),
        }),
        (input) => ({ QueueUrl: provision(input.QueueName, input.Attributes).url }),
      ),
      GetQueueUrl: action(z.object({ QueueName: z.string() }), (input) => ({
        QueueUrl: urlOf(queueOf(input.QueueName).name),
      })),
      ListQueues: action(z.object({ QueueNamePrefix: z.string().default("") }), (input) => {
        const rows = db.prepare("SELECT name FROM sqs_queues ORDER BY name").all() as { name: string }[];
        return {
          QueueUrls: rows
            .filter((row) => row.name.startsWith(input.QueueNamePrefix))
            .map((row) => urlOf(row.name)),
        };
      }),
      GetQueueAttributes: action(url.extend({ AttributeNames: z.array(z.string()).default([]) }), (input) => {
        const queue = queueOf(input.QueueUrl);
        const { visible, hidden } = count.get({ queue: queue.name, now: clock.now() }) as Record<
          string,
          number
        >;
        const all: Record<string, string> = {
          VisibilityTimeout: "30",
          ...queue.attributes,
          QueueArn: arnOf(queue.name),
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(hidden),
          CreatedTimestamp: String(Math.floor(queue.created / 1000)),
        };
        const wanted = new Set(input.AttributeNames);
        return {
          Attributes: Object.fromEntries(
            Object.entries(all).filter(([name]) => wanted.has("All") || wanted.has(name)),
          ),
        };
      }),
      SendMessage: action(
        url.extend({
          MessageBody: z.string().min(1),
          DelaySeconds: z.number().int().min(0).max(900).default(0),
          MessageAttributes: attributes.default({}),
        }),
        (input) => {
          const { name } = queueOf(input.QueueUrl);
          const id = randomUUID();
          const now = clock.now();
          db.prepare(
            "INSERT INTO sqs_messages (id, queue, body, attributes, sent_at, visible_at) VALUES (?, ?, ?, ?, ?, ?)",
          ).run(
            id,
            name,
            input.MessageBody,
            JSON.stringify(input.MessageAttributes),
            now,
            now + input.DelaySeconds * 1000,
          );
          return { MessageId: id, MD5OfMessageBody: md5(input.MessageBody) };
        },
      ),
      ReceiveMessage: action(
        url.extend({
          MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
          VisibilityTimeout: z.number().int().min(0).max(43200).optional(),
        }),
        (input) => {
          const queue = queueOf(input.QueueUrl);
          const hidden = input.VisibilityTimeout ?? Number(queue.attributes.VisibilityTimeout ?? 30);
          return { Messages: receive(queue.name, input.MaxNumberOfMessages, hidden) };
        },
      ),
      DeleteMessage: action(url.extend({ ReceiptHandle: z.string() }), (input) => {
        const { name } = queueOf(input.QueueUrl);
        db.prepare("DELETE FROM sqs_messages WHERE queue = ? AND receipt = ?").run(name, input.ReceiptHandle);
        return {};
      }),
      PurgeQueue: action(url, (input) => {
        db.prepare("DELETE FROM sqs_messages WHERE queue = ?").run(queueOf(input.QueueUrl).name);
        return {};
      }),
    },
  };
  return { service, provision };
}
