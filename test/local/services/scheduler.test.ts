import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isZone, occurrence, parseSchedule } from "../../../local/services/schedule.ts";
import { createScheduler } from "../../../local/services/scheduler.ts";
import { createSqs } from "../../../local/services/sqs.ts";
import { type FakeCloud, fakeCloud } from "./fake-cloud.ts";

let cloud: FakeCloud;
let client: SchedulerClient;
const ROLE = "arn:aws:iam::000000000000:role/scheduler";
const HOUR = 3_600_000;

beforeEach(async () => {
  cloud = fakeCloud();
  cloud.add(createScheduler(cloud).service, createSqs(cloud).service);
  await cloud.listen();
  client = new SchedulerClient(cloud.client);
});
afterEach(() => cloud.close());

/** An instant as at() wants it. */
const wall = (at: number) => new Date(at).toISOString().slice(0, 19);
const create = (over: Partial<CreateScheduleCommandInput> = {}) =>
  client.send(
    new CreateScheduleCommand({
      Name: "timer",
      ScheduleExpression: `at(${wall(cloud.clock.now() + HOUR)})`,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: cloud.addFunction("advance").arn,
        RoleArn: ROLE,
        Input: '{"at":"<aws.scheduler.scheduled-time>"}',
      },
      ...over,
    }),
  );
const firedAt = () => cloud.invoked.map((call) => new Date(call.at).toISOString());

describe("a one-time schedule", () => {
  it("fires at its instant with its context, once, and is deleted", async () => {
    await create({ ActionAfterCompletion: "DELETE" });
    const due = cloud.clock.now() + HOUR;
    await cloud.advanceTo(due - 1);
    expect(cloud.invoked).toEqual([]);
    await cloud.advance(10 * HOUR);
    expect(cloud.invoked).toEqual([
      { name: expect.stringContaining(":advance"), payload: { at: `${wall(due)}Z` }, at: due },
    ]);
    await expect(client.send(new GetScheduleCommand({ Name: "timer" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("stays when it is not to be deleted", async () => {
    await create();
    await cloud.advance(2 * HOUR);
    expect(await client.send(new GetScheduleCommand({ Name: "timer" }))).toMatchObject({
      Name: "timer",
      GroupName: "default",
      State: "ENABLED",
      CreationDate: expect.any(Date),
    });
    await cloud.advance(2 * HOUR);
    expect(cloud.invoked).toHaveLength(1);
  });

  it("conflicts with one of the same name, unless it is the same call again", async () => {
    const first = await create({ ClientToken: "t" });
    expect((await create({ ClientToken: "t" })).ScheduleArn).toBe(first.ScheduleArn);
    await expect(create({ ClientToken: "u" })).rejects.toMatchObject({ name: "ConflictException" });
  });

  it("moves when it is updated, and never fires when it is deleted or disabled", async () => {
    const target = { Arn: cloud.addFunction("advance").arn, RoleArn: ROLE };
    for (const Name of ["moved", "gone", "off"]) await create({ Name });
    const start = cloud.clock.now();
    const off = { FlexibleTimeWindow: { Mode: "OFF" as const }, Target: target };
    await client.send(
      new UpdateScheduleCommand({
        Name: "moved",
        ScheduleExpression: `at(${wall(start + 3 * HOUR)})`,
        ...off,
      }),
    );
    await client.send(new DeleteScheduleCommand({ Name: "gone" }));
    const State = "DISABLED";
    await client.send(
      new UpdateScheduleCommand({
        Name: "off",
        State,
        ScheduleExpression: `at(${wall(start + HOUR)})`,
        ...off,
      }),
    );
    await cloud.advance(5 * HOUR);
    expect(cloud.invoked.map((call) => call.at)).toEqual([start + 3 * HOUR]);
    expect(cloud.invoked[0]!.payload).toMatchObject({
      source: "aws.scheduler",
      "detail-type": "Scheduled Event",
    });
  });

  it.each([
    ["at(2026-13-01T00:00:00)", "Invalid Schedule Expression"],
    ["at(2020-01-01T00:00:00)", "in the past"],
    ["rate(1 minutes)", "Invalid Schedule Expression"],
    ["cron(0 9 * * * *)", "Invalid Schedule Expression"],
  ])("refuses %s", async (ScheduleExpression, message) => {
    await expect(create({ ScheduleExpression })).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(message),
    });
  });

  it("is still due while its target takes the event: a crash then fires it twice, never zero times", async () => {
    await create({ ActionAfterCompletion: "DELETE" });
    const due = cloud.clock.now() + HOUR;
    const restarted = fakeCloud({ db: cloud.db, dataDir: cloud.dataDir, now: due + HOUR });
    restarted.addFunction("advance");
    let again: Promise<void> | undefined;
    // What another process finds on disk at the moment that this one has handed the event over.
    cloud.invokeAsync = () => {
      createScheduler(restarted);
      again = restarted.advance(1);
    };
    await cloud.advanceTo(due);
    await again;
    expect(restarted.invoked).toHaveLength(1);
  });
});

describe("a recurring schedule", () => {
  it("fires each occurrence of a jump at its own instant, a rate from its creation", async () => {
    const start = cloud.clock.now();
    await create({ ScheduleExpression: "rate(2 hours)" });
    await cloud.advance(5 * HOUR);
    expect(cloud.invoked.map((call) => call.at - start)).toEqual([0, 2 * HOUR, 4 * HOUR]);
  });

  it("reads cron in its time zone, between its dates", async () => {
    await create({
      ScheduleExpression: "cron(0 9 ? * MON-FRI *)",
      ScheduleExpressionTimezone: "Asia/Shanghai",
      StartDate: new Date("2026-10-02T00:00:00Z"),
      EndDate: new Date("2026-10-06T12:00:00Z"),
      ActionAfterCompletion: "DELETE",
    });
    await cloud.advance(10 * 24 * HOUR);
    expect(firedAt()).toEqual([
      "2026-10-02T01:00:00.000Z",
      "2026-10-05T01:00:00.000Z",
      "2026-10-06T01:00:00.000Z",
    ]);
    expect((await client.send(new ListSchedulesCommand({}))).Schedules).toEqual([]);
  });

  it("keeps its rhythm when a template deploys it again, and makes up once for a time that nothing ran", async () => {
    await create({ ScheduleExpression: "rate(1 hour)" });
    const start = cloud.clock.now();
    await cloud.advance(90 * 60_000);
    const restarted = fakeCloud({ db: cloud.db, dataDir: cloud.dataDir, now: start + 100 * HOUR + 1 });
    const function_ = restarted.addFunction("advance");
    restarted.add(createScheduler(restarted).service);
    await restarted.call("scheduler", "UpdateSchedule", {
      Name: "timer",
      ScheduleExpression: "rate(1 hour)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: function_.arn, RoleArn: ROLE, Input: '{"at":"<aws.scheduler.scheduled-time>"}' },
    });
    await restarted.advance(HOUR);
    expect(restarted.invoked.map((call) => call.at - start)).toEqual([100 * HOUR + 1, 101 * HOUR]);
  });
});

describe("a target that is not there", () => {
  it("costs the event, which the dead-letter queue gets", async () => {
    await cloud.call("sqs", "CreateQueue", { QueueName: "dlq" });
    const Target = {
      Arn: "arn:aws:lambda:ap-southeast-1:000000000000:function:none",
      RoleArn: ROLE,
      Input: '{"a":1}',
      DeadLetterConfig: { Arn: "arn:aws:sqs:ap-southeast-1:000000000000:dlq" },
    };
    await create({ Target });
    await cloud.advance(2 * HOUR);
    const { Messages } = (await cloud.call("sqs", "ReceiveMessage", { QueueUrl: "dlq" })) as {
      Messages: object[];
    };
    expect(Messages).toMatchObject([
      { Body: '{"a":1}', MessageAttributes: { ERROR_CODE: { StringValue: "ResourceNotFoundException" } } },
    ]);
  });

  it("is tried again when the failure may pass", async () => {
    let calls = 0;
    cloud.add({
      name: "states",
      protocol: "json",
      actions: {
        StartExecution: {
          run: () => {
            if (++calls < 3) throw new Error("busy");
          },
        },
      },
    });
    await create({
      Target: {
        Arn: "arn:aws:states:ap-southeast-1:000000000000:stateMachine:m",
        RoleArn: ROLE,
        Input: "{}",
      },
    });
    await cloud.advance(2 * HOUR);
    expect(calls).toBe(3);
  });
});

it("keeps groups", async () => {
  await client.send(new CreateScheduleGroupCommand({ Name: "careloop" }));
  await create({ GroupName: "careloop" });
  await create();
  const group = await client.send(new GetScheduleGroupCommand({ Name: "careloop" }));
  expect(group).toMatchObject({ Name: "careloop", State: "ACTIVE" });
  const groups = await client.send(new ListScheduleGroupsCommand({}));
  expect(groups.ScheduleGroups!.map((one) => one.Name)).toEqual(["default", "careloop"]);
  const list = new ListSchedulesCommand({ GroupName: "careloop" });
  expect((await client.send(list)).Schedules).toMatchObject([{ Name: "timer", GroupName: "careloop" }]);
  expect(await client.send(new GetScheduleCommand({ Name: "timer", GroupName: "careloop" }))).toMatchObject({
    Arn: expect.stringContaining(":schedule/careloop/timer"),
  });
  await expect(create({ GroupName: "none" })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

describe("schedule expressions", () => {
  const next = (expression: string, from: string, zone = "UTC") => {
    const at = occurrence(parseSchedule(expression, zone)!, Date.parse(from), 0);
    return at === null ? null : new Date(at).toISOString();
  };
  it.each([
    ["cron(0/15 9 * * ? *)", "2026-01-01T09:01:00Z", "2026-01-01T09:15:00.000Z"],
    ["cron(0 0 L * ? *)", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00.000Z"],
    ["cron(0 0 ? * 2#1 *)", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00.000Z"],
    ["cron(0 0 ? * 6L *)", "2026-01-01T00:00:00Z", "2026-01-30T00:00:00.000Z"],
    ["cron(0 0 ? * SUN *)", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00.000Z"],
    ["cron(0 0 ? * 1 *)", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00.000Z"],
    ["cron(0 0 1 1 ? 2027)", "2026-01-01T00:00:01Z", "2027-01-01T00:00:00.000Z"],
    ["cron(30 8 * * ? *)", "2026-01-01T08:30:00Z", "2026-01-01T08:30:00.000Z"],
    ["cron(0 0 1 1 ? 2025)", "2026-01-01T00:00:00Z", null],
  ])("%s after %s", (expression, from, expected) => {
    expect(next(expression, from)).toBe(expected);
  });

  it("reads at() in its zone, across a change of the clocks", () => {
    expect(next("at(2026-10-01T09:00:00)", "2026-01-01T00:00:00Z", "Asia/Shanghai")).toBe(
      "2026-10-01T01:00:00.000Z",
    );
    expect(next("at(2026-07-01T09:00:00)", "2026-01-01T00:00:00Z", "Europe/Berlin")).toBe(
      "2026-07-01T07:00:00.000Z",
    );
    expect(next("at(2026-03-29T03:30:00)", "2026-01-01T00:00:00Z", "Europe/Berlin")).toBe(
      "2026-03-29T01:30:00.000Z",
    );
  });

  it.each([
    "rate(0 hours)",
    "rate(2 hour)",
    "rate(1 week)",
    "cron(* * * * * *)",
    "cron(0 9 ? * ? *)",
    "at(now)",
    "9 o'clock",
  ])("is none: %s", (expression) => expect(parseSchedule(expression)).toBeNull());

  it("knows time zones", () => {
    expect(isZone("Asia/Shanghai")).toBe(true);
    expect(isZone("Asia/Nowhere")).toBe(false);
  });
});
