/** SNS: an SMS to a number lands in the inbox; topics keep what is published to them. https://docs.aws.amazon.com/sns/latest/api/ */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { AwsError, type Cloud, type Service } from "../kernel.ts";
import { action } from "./action.ts";
import { openInbox } from "./inbox.ts";

const Publish = z.object({
  PhoneNumber: z.string().optional(),
  TopicArn: z.string().optional(),
  TargetArn: z.string().optional(),
  Subject: z.string().max(100).optional(),
  Message: z.string().min(1),
  MessageAttributes: z
    .record(z.string(), z.object({ DataType: z.string(), StringValue: z.string().optional() }))
    .default({}),
});

export function createSns(cloud: Cloud) {
  const { db, clock } = cloud;
  db.exec("CREATE TABLE IF NOT EXISTS sns_topics (arn TEXT PRIMARY KEY)");
  db.exec(`CREATE TABLE IF NOT EXISTS sns_messages (
    id TEXT PRIMARY KEY, topic TEXT NOT NULL, subject TEXT NOT NULL, message TEXT NOT NULL, sent_at REAL NOT NULL)`);
  const post = openInbox(cloud);

  /** Makes a topic, or changes nothing when there is one of that name. Returns its ARN. */
  function provisionTopic(name: string): string {
    const arn = `arn:aws:sns:${cloud.region}:${cloud.accountId}:${name}`;
    db.prepare("INSERT INTO sns_topics VALUES (?) ON CONFLICT DO NOTHING").run(arn);
    return arn;
  }

  function publish(input: z.infer<typeof Publish>): { MessageId: string } {
    const MessageId = randomUUID();
    const attribute = (name: string) => input.MessageAttributes[name]?.StringValue ?? "";
    if (input.PhoneNumber !== undefined) {
      if (!/^\+[1-9]\d{4,14}$/.test(input.PhoneNumber)) {
        throw new AwsError(
          "InvalidParameter",
          "Invalid parameter: PhoneNumber Reason: not a valid E.164 number",
        );
      }
      post({
        id: attribute("X-CareLoop-Message") || MessageId,
        kind: attribute("X-CareLoop-Kind"),
        channel: "sms",
        recipient: input.PhoneNumber,
        subject: "",
        text: input.Message,
        html: "",
        attachments: [],
        caseId: attribute("X-CareLoop-Case"),
        extra: { providerId: MessageId, templateId: attribute("X-CareLoop-Template") },
      });
      return { MessageId };
    }
    const arn = input.TopicArn ?? input.TargetArn;
    if (!arn) {
      throw new AwsError(
        "InvalidParameter",
        "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
      );
    }
    if (!db.prepare("SELECT 1 FROM sns_topics WHERE arn = ?").get(arn)) {
      throw new AwsError("NotFound", "Topic does not exist", 404);
    }
    db.prepare("INSERT INTO sns_messages VALUES (?, ?, ?, ?, ?)").run(
      MessageId,
      arn,
      input.Subject ?? "",
      input.Message,
      clock.now(),
    );
    return { MessageId };
  }

  const service: Service = {
    name: "sns",
    protocol: "query",
    target: "http://sns.amazonaws.com/doc/2010-03-31/",
    actions: {
      Publish: action(Publish, publish),
      CreateTopic: action(z.object({ Name: z.string().regex(/^[A-Za-z0-9_-]{1,256}$/) }), (input) => ({
        TopicArn: provisionTopic(input.Name),
      })),
      ListTopics: action(z.object({}), () => ({
        Topics: (db.prepare("SELECT arn FROM sns_topics ORDER BY arn").all() as { arn: string }[]).map(
          (row) => ({
            TopicArn: row.arn,
          }),
        ),
      })),
    },
  };
  return { service, provisionTopic };
}
