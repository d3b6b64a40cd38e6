import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { matches, patternProblem } from "../../../local/services/event-pattern.ts";
import { createEvents } from "../../../local/services/events.ts";
import { createSqs } from "../../../local/services/sqs.ts";
import { type FakeCloud, fakeCloud } from "./fake-cloud.ts";

let cloud: FakeCloud;
let client: EventBridgeClient;
beforeEach(async () => {
  cloud = fakeCloud();
  cloud.add(createEvents(cloud).service, createSqs(cloud).service);
  await cloud.listen();
  client = new EventBridgeClient(cloud.client);
});
afterEach(() => cloud.close());

async function rule(Name: string, EventPattern: object, target: object): Promise<void> {
  await client.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(EventPattern) }));
  await client.send(
    new PutTargetsCommand({
      Rule: Name,
      Targets: [{ Id: "1", Arn: cloud.addFunction(Name).arn, ...target }],
    }),
  );
}
const put = (detail: object, Source = "app") =>
  client.send(
    new PutEventsCommand({
      Entries: [{ Source, DetailType: "Case Closed", Detail: JSON.stringify(detail) }],
    }),
  );

describe("events", () => {
  it("reach the targets of the rules that match", async () => {
    await rule("matching", { source: ["app"], detail: { outcome: ["satisfied"] } }, {});
    await rule("other", { source: ["other"] }, {});
    const answer = await put({ outcome: "satisfied" });
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    expect(cloud.invoked).toMatchObject([
      {
        name: expect.stringContaining(":matching"),
        payload: { source: "app", "detail-type": "Case Closed", detail: { outcome: "satisfied" } },
      },
    ]);
    expect((cloud.invoked[0]!.payload as { time: string }).time).toBe("2026-10-01T01:00:00Z");
  });

  it("are cut, replaced or rewritten for a target", async () => {
    await rule("path", { source: ["app"] }, { InputPath: "$.detail.list[1]" });
    await rule("constant", { source: ["app"] }, { Input: '{"x":1}' });
    const InputTransformer = {
      InputPathsMap: { outcome: "$.detail.outcome", list: "$.detail.list" },
      InputTemplate: '{"text":"ended: <outcome>","list":<list>,"rule":<aws.events.rule-name>}',
    };
    await rule("template", { source: ["app"] }, { InputTransformer });
    await put({ outcome: 'a "b"', list: [1, { y: 2 }] });
    expect(cloud.invoked.map((call) => call.payload)).toEqual([
      { y: 2 },
      { x: 1 },
      { text: 'ended: a "b"', list: [1, { y: 2 }], rule: "template" },
    ]);
  });

  it("go to a queue, and to the dead-letter queue when the target is not there", async () => {
    for (const QueueName of ["q", "dlq"]) await cloud.call("sqs", "CreateQueue", { QueueName });
    const arn = (name: string) => `arn:aws:sqs:ap-southeast-1:000000000000:${name}`;
    await rule("queue", { source: ["app"] }, { Arn: arn("q"), Input: '"q"' });
    await rule(
      "lost",
      { source: ["app"] },
      { Arn: "arn:aws:lambda:x:0:function:none", Input: '"d"', DeadLetterConfig: { Arn: arn("dlq") } },
    );
    await put({});
    const received = async (QueueUrl: string) =>
      ((await cloud.call("sqs", "ReceiveMessage", { QueueUrl })) as { Messages: { Body: string }[] })
        .Messages[0]!.Body;
    expect([await received("q"), await received("dlq")]).toEqual(['"q"', '"d"']);
  });

  it("are refused one by one", async () => {
    cloud.roles.set("AKIATEST", "role");
    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          { Source: "aws.ses", DetailType: "x", Detail: "{}" },
          { Source: "app", DetailType: "x", Detail: "{" },
          { Source: "app", Detail: "{}" },
          { Source: "app", DetailType: "x", Detail: "{}" },
        ],
      }),
    );
    expect(answer.FailedEntryCount).toBe(3);
    expect(answer.Entries!.map((entry) => entry.ErrorCode)).toEqual([
      "NotAuthorizedForSourceException",
      "MalformedDetail",
      "InvalidArgument",
      undefined,
    ]);
  });
});

describe("rules", () => {
  it("by schedule fire at each occurrence, a rate from one interval after its creation", async () => {
    const start = cloud.clock.now();
    await client.send(new PutRuleCommand({ Name: "sweep", ScheduleExpression: "rate(1 minute)" }));
    const Targets = [{ Id: "1", Arn: cloud.addFunction("sweep").arn }];
    await client.send(new PutTargetsCommand({ Rule: "sweep", Targets }));
    await cloud.advance(90_000);
    // Deployed again: nothing changes.
    await client.send(new PutRuleCommand({ Name: "sweep", ScheduleExpression: "rate(1 minute)" }));
    await cloud.advance(60_000);
    expect(cloud.invoked.map((call) => call.at - start)).toEqual([60_000, 120_000]);
    expect(cloud.invoked[0]!.payload).toMatchObject({
      source: "aws.events",
      "detail-type": "Scheduled Event",
    });
    await client.send(
      new PutRuleCommand({ Name: "sweep", ScheduleExpression: "rate(1 minute)", State: "DISABLED" }),
    );
    await cloud.advance(600_000);
    expect(cloud.invoked).toHaveLength(2);
  });

  it("are shown with their targets", async () => {
    await rule("shown", { source: ["app"] }, { Input: "{}" });
    expect(await client.send(new DescribeRuleCommand({ Name: "shown" }))).toMatchObject({
      Arn: expect.stringContaining(":rule/shown"),
      State: "ENABLED",
    });
    const targets = async () => (await client.send(new ListTargetsByRuleCommand({ Rule: "shown" }))).Targets;
    expect(await targets()).toMatchObject([{ Id: "1", Input: "{}" }]);
    await client.send(new RemoveTargetsCommand({ Rule: "shown", Ids: ["1"] }));
    expect(await targets()).toEqual([]);
  });

  it("need a pattern or a schedule that is one", async () => {
    const bad = (input: object) => client.send(new PutRuleCommand({ Name: "bad", ...input }));
    await expect(bad({})).rejects.toMatchObject({ name: "ValidationException" });
    await expect(bad({ EventPattern: '{"source":"app"}' })).rejects.toMatchObject({
      name: "InvalidEventPatternException",
    });
    await expect(bad({ ScheduleExpression: "at(2030-01-01T00:00:00)" })).rejects.toMatchObject({
      name: "ValidationException",
    });
  });
});

describe("patterns", () => {
  const event = {
    source: "app",
    n: 5,
    none: null,
    tags: ["a", "b"],
    detail: { name: "Report.PDF", items: [{ k: 1 }, { k: 2 }] },
  };
  it.each<[object, boolean]>([
    [{ source: ["x", "app"] }, true],
    [{ source: ["x"] }, false],
    [{ n: [{ numeric: [">", 0, "<=", 5] }] }, true],
    [{ n: [{ numeric: ["<", 5] }] }, false],
    [{ none: [null] }, true],
    [{ tags: ["b"] }, true],
    [{ tags: [{ "anything-but": ["a", "b"] }] }, false],
    [{ detail: { name: [{ prefix: "Rep" }] } }, true],
    [{ detail: { name: [{ suffix: { "equals-ignore-case": ".pdf" } }] } }, true],
    [{ detail: { name: [{ "equals-ignore-case": "report.pdf" }] } }, true],
    [{ detail: { name: [{ wildcard: "R*.PDF" }] } }, true],
    [{ detail: { name: [{ "anything-but": { prefix: "X" } }] } }, true],
    [{ detail: { missing: [{ exists: false }] } }, true],
    [{ detail: { name: [{ exists: false }] } }, false],
    [{ other: { missing: [{ exists: false }] } }, true],
    [{ detail: { items: { k: [2] } } }, true],
    [{ detail: { items: { k: [3] } } }, false],
    [{ $or: [{ source: ["x"] }, { n: [5] }] }, true],
  ])("%j", (pattern, expected) => {
    expect(matches(event, pattern as never)).toBe(expected);
    expect(patternProblem(JSON.stringify(pattern))).toBeNull();
  });

  it.each(["[]", "{", "{}", '{"a":[]}', '{"a":1}', '{"a":[{"like":"x"}]}'])("is none: %s", (text) => {
    expect(patternProblem(text)).toContain("not valid");
  });
});
