import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { handler as nextStage } from "../../functions/approval/next-stage.ts";
import { handler as advance } from "../../functions/case/advance.ts";
import { handler as sweep } from "../../functions/case/sweep.ts";
import { withdrawReception } from "../../functions/reception/withdraw.ts";
import { handler as openStep } from "../../functions/step/open.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import {
  act,
  attempt,
  decide,
  kinds,
  opened,
  read,
  rungsOf,
  sound,
  stepNow,
  submit,
} from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());
beforeEach(() => {
  vi.setSystemTime(WEDNESDAY);
  tables.aws.clear();
});

type Item = Record<string, unknown>;
let sequence = 0;

/** A record as the stream of the table gives it. */
function record(item: Item, eventName: "INSERT" | "MODIFY" = "INSERT"): DynamoDBRecord {
  sequence += 1;
  const image = marshall(item, { removeUndefinedValues: true }) as NonNullable<
    DynamoDBRecord["dynamodb"]
  >["NewImage"];
  return {
    eventID: String(sequence),
    eventName,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "cn-north-1",
    eventSourceARN: "arn:aws:dynamodb:cn-north-1:000000000000:table/Cases/stream/1",
    dynamodb: {
      Keys: { pk: { S: item.pk as string }, sk: { S: item.sk as string } },
      NewImage: image,
      SequenceNumber: String(sequence).padStart(21, "0"),
      SizeBytes: 100,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  };
}
async function item(caseId: string, sk: string): Promise<Item> {
  const found = await tables.get("Cases", `C#${caseId}`, sk);
  if (!found) throw new Error(`No ${sk}`);
  return found;
}
const stream = async (...items: Item[]) =>
  advance({ Records: items.map((one) => record(one)) } as DynamoDBStreamEvent);
const FINE = { batchItemFailures: [] };
const stepWithToken = async (token: string) => {
  const caseId = await submit();
  const asked = await nextStage({ v: 1, caseId, revision: 1, endedStep: null, reason: null });
  if (asked.next !== "step") throw new Error("No step");
  const input = { v: 1 as const, caseId, revision: 1, step: asked.step, token, attempt: attempt() };
  const { stepId } = await openStep(input);
  return { caseId, stepId, input };
};

describe("starting an execution", () => {
  test("by case and revision, and the work is done", async () => {
    const caseId = await submit();
    const work = await item(caseId, `WORK#${caseId}-1`);

    expect(await stream(work)).toEqual(FINE);

    expect(tables.aws.of("StartExecution")).toEqual([
      {
        stateMachineArn: "arn:aws:states:cn-north-1:000000000000:stateMachine:Reception:live",
        name: `${caseId}-1`,
        input: JSON.stringify({ caseId, revision: 1 }),
      },
    ]);
    expect(await item(caseId, `WORK#${caseId}-1`)).not.toHaveProperty("pending");
  });

  test("one that exists already counts as started", async () => {
    const caseId = await submit();
    tables.aws.fail("StartExecution", "ExecutionAlreadyExists");
    expect(await stream(await item(caseId, `WORK#${caseId}-1`))).toEqual(FINE);
    expect(await item(caseId, `WORK#${caseId}-1`)).not.toHaveProperty("pending");
  });

  test("a failure names only its own record and leaves its work pending", async () => {
    const [good, bad] = [await submit(), await submit()];
    const works = [await item(good, `WORK#${good}-1`), await item(bad, `WORK#${bad}-1`)];
    tables.aws.fail("StartExecution", "InvalidArn", 99);
    const records = works.map((work) => record(work));
    expect(await advance({ Records: [records[1]!] })).toEqual({
      batchItemFailures: [{ itemIdentifier: records[1]!.dynamodb?.SequenceNumber }],
    });
    tables.aws.clear();
    const broken = record({ ...works[1]!, kind: "start", pending: "timer", dueAt: "no instant" });
    expect(await advance({ Records: [records[0]!, broken] })).toEqual({
      batchItemFailures: [{ itemIdentifier: broken.dynamodb?.SequenceNumber }],
    });
    expect(await item(good, `WORK#${good}-1`)).not.toHaveProperty("pending");
    expect(await item(bad, `WORK#${bad}-1`)).toMatchObject({ pending: "work" });
  });

  test("items that wait for nothing, and deletions, are passed over", async () => {
    const { caseId, stepId } = await opened();
    const items = await tables.items("Cases", `C#${caseId}`);
    const idle = items.filter((one) => one.pending === undefined || one.pending === "message");
    const removed = {
      ...record({ pk: "a", sk: "b" }),
      eventName: "REMOVE" as const,
      dynamodb: { SequenceNumber: "1" },
    };
    expect(await stream(...idle)).toEqual(FINE);
    expect(await advance({ Records: [removed] })).toEqual(FINE);
    expect(tables.aws.calls).toEqual([]);
    expect(stepId).toBe(`${caseId}-1-1`);
  });
});

describe("resuming an execution", () => {
  test("sends the outcome to the newest token once, however often the record comes", async () => {
    const { caseId, stepId } = await stepWithToken("token-once");
    await decide("shuaizhong", stepId, "approve");
    const work = await item(caseId, `WORK#${stepId}-resume`);

    expect(await stream(work)).toEqual(FINE);
    expect(await stream(work)).toEqual(FINE);

    expect(tables.aws.of("SendTaskSuccess")).toEqual([
      { taskToken: "token-once", output: JSON.stringify({ stepId, outcome: "approved" }) },
    ]);
    expect(await stepNow(stepId)).toMatchObject({ resumedToken: "token-once", outcome: "approved" });
    expect(await item(caseId, `WORK#${stepId}-resume`)).not.toHaveProperty("pending");
  });

  test("the answer of open was lost: the person decides, the next attempt's token is resumed too", async () => {
    const { caseId, stepId, input } = await stepWithToken("lost");
    await decide("shuaizhong", stepId, "approve");
    tables.aws.fail("SendTaskSuccess", "TaskTimedOut");
    await stream(await item(caseId, `WORK#${stepId}-resume`));
    expect((await stepNow(stepId)).resumedToken).toBe("lost");

    await openStep({ ...input, token: "second", attempt: attempt({ retry: 1 }) });
    await stream(await item(caseId, `WORK#${stepId}-resume`));

    expect(tables.aws.of("SendTaskSuccess").map((call) => call.taskToken)).toEqual(["lost", "second"]);
    expect((await stepNow(stepId)).resumedToken).toBe("second");
  });

  test("a newer token that arrives meanwhile leaves the work pending for it", async () => {
    const { caseId, stepId, input } = await stepWithToken("old");
    await decide("shuaizhong", stepId, "approve");
    tables.aws.fail("SendTaskSuccess", "TaskTimedOut");
    tables.aws.during("SendTaskSuccess", async () => {
      await openStep({ ...input, token: "new", attempt: attempt({ retry: 1 }) });
    });

    expect(await stream(await item(caseId, `WORK#${stepId}-resume`))).toEqual(FINE);

    expect(await stepNow(stepId)).toMatchObject({ token: "new" });
    expect(await stepNow(stepId)).not.toHaveProperty("resumedToken");
    expect(await item(caseId, `WORK#${stepId}-resume`)).toMatchObject({ pending: "work" });
  });

  test("a fault of Step Functions leaves the work pending and its record failed", async () => {
    const { caseId, stepId } = await stepWithToken("fault");
    await decide("shuaizhong", stepId, "approve");
    tables.aws.fail("SendTaskSuccess", "ValidationException", 99);
    expect((await stream(await item(caseId, `WORK#${stepId}-resume`))).batchItemFailures).toHaveLength(1);
    expect(await stepNow(stepId)).not.toHaveProperty("resumedToken");
    expect(await item(caseId, `WORK#${stepId}-resume`)).toMatchObject({ pending: "work" });
  });

  test("a voided step is answered as void", async () => {
    const { caseId, stepId } = await stepWithToken("void");
    await withdrawReception(person("chenyao"), caseId);
    await stream(await item(caseId, `WORK#${stepId}-resume`));
    expect(tables.aws.of("SendTaskSuccess")).toMatchObject([
      { output: JSON.stringify({ stepId, outcome: "void" }) },
    ]);
  });
});

describe("a vote that can still be undone", () => {
  test("resumes nothing, even when a newer token asks; the alarm at the end of its window does", async () => {
    const { caseId, stepId, input } = await stepWithToken("window");
    await act("shuaizhong", stepId, "approve");
    await openStep({ ...input, token: "newer", attempt: attempt({ retry: 1 }) });
    const stray = {
      pk: `C#${caseId}`,
      sk: `WORK#${stepId}-resume`,
      v: 1,
      caseId,
      workId: `${stepId}-resume`,
    };
    expect(await stream({ ...stray, kind: "resume", stepId, pending: "work", dueAt: "" })).toEqual(FINE);
    expect(tables.aws.of("SendTaskSuccess")).toEqual([]);

    const alarm = await item(caseId, `TIMER#${stepId}-eff1`);
    await stream(alarm);
    expect(tables.aws.of("CreateSchedule")).toMatchObject([
      { Name: `${stepId}-eff1-0`, ScheduleExpression: "at(2026-12-02T02:02:00)" },
    ]);
    vi.setSystemTime(alarm.dueAt as string);
    await stream(alarm);
    await stream(await item(caseId, `WORK#${stepId}-resume`));
    expect(tables.aws.of("SendTaskSuccess")).toEqual([
      { taskToken: "newer", output: JSON.stringify({ stepId, outcome: "approved" }) },
    ]);
  });

  test("whose alarm nobody heard is found by the sweeper", async () => {
    await tables.reset();
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "approve");
    vi.setSystemTime(WEDNESDAY + 240_001);
    await sweep();
    const keys = tables.aws.of("Invoke").flatMap((call) => call.redrive as { pk: string; sk: string }[]);
    expect(keys).toContainEqual({ pk: `C#${caseId}`, sk: `TIMER#${stepId}-eff1` });
    await advance({ redrive: keys.filter((key) => key.sk.startsWith("TIMER#")) });
    expect(await item(caseId, `WORK#${stepId}-resume`)).toMatchObject({ pending: "work" });
  });
});

describe("arming a timer", () => {
  test("asks Scheduler for a UTC instant in whole seconds, once, deleted when it has rung", async () => {
    const { caseId, stepId } = await opened();
    const timer = await item(caseId, `TIMER#${stepId}-r1`);

    expect(await stream(timer)).toEqual(FINE);

    expect(tables.aws.of("CreateSchedule")).toMatchObject([
      {
        Name: `${stepId}-r1-0`,
        GroupName: "careloop",
        ScheduleExpression: "at(2026-12-02T07:00:00)",
        ScheduleExpressionTimezone: "UTC",
        FlexibleTimeWindow: { Mode: "OFF" },
        ActionAfterCompletion: "DELETE",
        Target: {
          Arn: "arn:aws:lambda:cn-north-1:000000000000:function:step-remind",
          Input: JSON.stringify({ v: 1, caseId, timerId: `${stepId}-r1` }),
          DeadLetterConfig: { Arn: "arn:aws:sqs:cn-north-1:000000000000:scheduler-dlq" },
        },
      },
    ]);
    expect(await item(caseId, `TIMER#${stepId}-r1`)).toEqual(timer);
  });

  test.each([
    ["2026-12-02T02:00:00.001Z", "at(2026-12-02T02:01:30)"],
    ["2026-12-02T02:01:30.000Z", "at(2026-12-02T02:01:30)"],
    ["2026-12-02T02:01:30.001Z", "at(2026-12-02T02:01:31)"],
    ["2026-12-02T02:30:59.999Z", "at(2026-12-02T02:31:00)"],
  ])("due %s is set to %s, ninety seconds ahead at least and never early", async (dueAt, expected) => {
    const { caseId, stepId } = await opened();
    await stream({ ...(await item(caseId, `TIMER#${stepId}-r1`)), dueAt });
    expect(tables.aws.of("CreateSchedule")).toMatchObject([{ ScheduleExpression: expected }]);
  });

  test("a schedule that exists already counts as made", async () => {
    const { caseId, stepId } = await opened();
    tables.aws.fail("CreateSchedule", "ConflictException");
    expect(await stream(await item(caseId, `TIMER#${stepId}-r1`))).toEqual(FINE);
  });

  test("another fault of Scheduler names the record", async () => {
    const { caseId, stepId } = await opened();
    tables.aws.fail("CreateSchedule", "ValidationException", 99);
    expect((await stream(await item(caseId, `TIMER#${stepId}-r1`))).batchItemFailures).toHaveLength(1);
  });

  test("what is due runs at once, without an alarm", async () => {
    const { caseId, stepId } = await opened();
    const timer = await item(caseId, `TIMER#${stepId}-r1`);
    vi.setSystemTime(timer.dueAt as string);
    expect(await stream(timer)).toEqual(FINE);
    expect(tables.aws.of("CreateSchedule")).toEqual([]);
    expect(kinds(await sound(tables, caseId)).at(-1)).toBe("step.reminded");
  });
});

describe("the sweeper", () => {
  const redriven = () =>
    tables.aws.of("Invoke").map((call) => ({
      to: call.FunctionName,
      keys: (call.redrive as { pk: string; sk: string }[]).map((key) => `${key.pk} ${key.sk}`),
    }));

  test("hands on what is older than two minutes, work and timers to advance, messages to dispatch", async () => {
    await tables.reset();
    const caseId = await submit();
    vi.setSystemTime(WEDNESDAY + 120_000);
    expect(await sweep()).toEqual({ redriven: 0 });
    vi.setSystemTime(WEDNESDAY + 120_001);
    expect(await sweep()).toEqual({ redriven: 1 });
    expect(redriven()).toEqual([{ to: "case-advance", keys: [`C#${caseId} WORK#${caseId}-1`] }]);

    tables.aws.clear();
    vi.setSystemTime(WEDNESDAY);
    const other = await opened();
    vi.setSystemTime("2026-12-02T07:02:00.001Z");
    await sweep();
    const [toAdvance, toDispatch] = redriven().sort((a, b) => String(a.to).localeCompare(String(b.to)));
    expect(toAdvance?.to).toBe("case-advance");
    expect(toAdvance?.keys).toContain(`C#${other.caseId} TIMER#${other.stepId}-r1`);
    expect(toDispatch?.to).toBe("message-dispatch");
    expect(toDispatch?.keys).toEqual([
      `C#${other.caseId} MSG#${(await read(other.caseId)).messages[0]?.messageId}`,
    ]);
  });

  test("what it hands on is done as if it came by the stream", async () => {
    const caseId = await submit();
    expect(
      await advance({
        redrive: [
          { pk: `C#${caseId}`, sk: `WORK#${caseId}-1` },
          { pk: "C#none", sk: "WORK#none" },
        ],
      }),
    ).toEqual(FINE);
    expect(tables.aws.of("StartExecution")).toMatchObject([{ name: `${caseId}-1` }]);
    await advance({ redrive: [{ pk: `C#${caseId}`, sk: `WORK#${caseId}-1` }] });
    expect(tables.aws.of("StartExecution")).toHaveLength(1);
  });

  test("at night an open step past its due time without a live timer is watched again, by its next rung", async () => {
    const { caseId, stepId } = await opened();
    const timer = await item(caseId, `TIMER#${stepId}-r1`);
    await tables.put("Cases", { ...timer, pending: undefined });
    for (const early of ["2026-12-02T20:30:00.000Z", "2026-12-03T10:00:00.000Z"]) {
      vi.setSystemTime(early);
      await sweep();
      expect(await tables.get("Cases", `C#${caseId}`, `TIMER#${stepId}-r2`)).toBeNull();
    }

    vi.setSystemTime("2026-12-03T20:00:00.000Z");
    tables.aws.clear();
    await sweep();

    expect(await item(caseId, `TIMER#${stepId}-r2`)).toMatchObject({
      pending: "timer",
      rung: 1,
      dueAt: "2026-12-03T02:00:00.000Z",
    });
    expect(redriven().flatMap((call) => call.keys)).toContain(`C#${caseId} TIMER#${stepId}-r2`);
    await advance({ redrive: [{ pk: `C#${caseId}`, sk: `TIMER#${stepId}-r2` }] });
    expect(kinds(await sound(tables, caseId)).at(-1)).toBe("step.reminded");
  });

  test("ended steps and watched ones are left alone", async () => {
    await tables.reset();
    const decided = await opened();
    await act("shuaizhong", decided.stepId, "approve");
    const watched = await opened();
    vi.setSystemTime("2026-12-05T20:00:00.000Z");
    await sweep();
    expect(rungsOf(await read(decided.caseId))).toHaveLength(1);
    expect(rungsOf(await read(watched.caseId))).toHaveLength(1);
  });
});
