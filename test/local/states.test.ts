import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, startCloud } from "../../local/cloud.ts";
import { stateMachine, temporaryFolder, writeAssembly } from "./fixture.ts";

const ARN = "arn:aws:states:ap-southeast-1:000000000000";
const machine = (name: string) => `${ARN}:stateMachine:${name}`;
const execution = (name: string, of: string) => `${ARN}:execution:${of}:${name}`;

const runChild = (resource: string) => ({
  StartAt: "Child",
  States: {
    Child: {
      Type: "Task",
      Resource: `arn:aws:states:::states:startExecution.${resource}`,
      Arguments: { StateMachineArn: machine("sleeper"), Name: "{% $states.input.child %}", Input: { a: 1 } },
      Catch: [
        {
          ErrorEquals: ["States.TaskFailed"],
          Output: "{% $parse($states.errorOutput.Cause).Status %}",
          Next: "End",
        },
      ],
      Output: "{% $states.result.Output %}",
      Next: "End",
    },
    End: { Type: "Succeed" },
  },
});

let running: Running;
const call = (action: string, input: object) =>
  running.cloud.call("states", action, input) as Promise<Record<string, unknown> & { executionArn: string }>;
const start = (of: string, name: string, input: object = {}) =>
  call("StartExecution", { stateMachineArn: machine(of), name, input: JSON.stringify(input) });

beforeAll(async () => {
  const assemblyDir = writeAssembly({
    functions: {
      Work: {
        code: `exports.handler = async ({ fail }) => {
          if (fail) throw Object.assign(new Error("in vain"), { name: "Business.No" });
          return { done: true } }`,
      },
      Mute: { code: "exports.handler = async () => ({})" },
    },
    resources: {
      Sleeper: stateMachine("sleeper", {
        StartAt: "Sleep",
        States: { Sleep: { Type: "Wait", Seconds: 60, Output: { slept: true }, End: true } },
      }),
      Json: stateMachine("json", runChild("sync:2")),
      Text: stateMachine("text", runChild("sync")),
      Worker: stateMachine("worker", {
        StartAt: "Work",
        States: {
          Work: {
            Type: "Task",
            Resource: "arn:aws:lambda:ap-southeast-1:000000000000:function:work",
            End: true,
          },
        },
      }),
      Asker: stateMachine("asker", {
        StartAt: "Ask",
        States: {
          Ask: {
            Type: "Task",
            Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
            Arguments: { FunctionName: "mute", Payload: { token: "{% $states.context.Task.Token %}" } },
            TimeoutSeconds: 3600,
            End: true,
          },
        },
      }),
      Version: {
        Type: "AWS::StepFunctions::StateMachineVersion",
        Properties: { StateMachineArn: { Ref: "Sleeper" } },
      },
      Alias: {
        Type: "AWS::StepFunctions::StateMachineAlias",
        Properties: {
          Name: "live",
          RoutingConfiguration: [{ StateMachineVersionArn: { Ref: "Version" }, Weight: 100 }],
        },
      },
    },
  });
  running = await startCloud({ dataDir: temporaryFolder(), assemblyDir });
}, 30_000);
afterAll(() => running.stop());

describe("starting", () => {
  it("is idempotent by name while it runs with the same input", async () => {
    const first = await start("sleeper", "once", { a: 1 });
    expect(await start("sleeper", "once", { a: 1 })).toEqual(first);
    await expect(start("sleeper", "once", { a: 2 })).rejects.toMatchObject({
      code: "ExecutionAlreadyExists",
    });
    await running.advance(60_000);
    await expect(start("sleeper", "once", { a: 1 })).rejects.toMatchObject({
      code: "ExecutionAlreadyExists",
    });
  });

  it("by alias runs the version and says so", async () => {
    const { executionArn } = await call("StartExecution", {
      stateMachineArn: `${machine("sleeper")}:live`,
      name: "alias",
    });
    expect(executionArn).toBe(execution("alias", "sleeper"));
    expect(await call("DescribeExecution", { executionArn })).toMatchObject({
      stateMachineArn: machine("sleeper"),
      stateMachineVersionArn: `${machine("sleeper")}:1`,
      stateMachineAliasArn: `${machine("sleeper")}:live`,
    });
  });

  it("refuses what is no machine, no name and no JSON", async () => {
    await expect(start("nobody", "x")).rejects.toMatchObject({ code: "StateMachineDoesNotExist" });
    await expect(start("sleeper", "a b")).rejects.toMatchObject({ code: "ValidationException" });
    const input = { stateMachineArn: machine("sleeper"), input: "{" };
    await expect(call("StartExecution", input)).rejects.toMatchObject({ code: "InvalidExecutionInput" });
    const definition = '{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}';
    const create = call("CreateStateMachine", { name: "bad", definition, roleArn: "arn:aws:iam::0:role/x" });
    await expect(create).rejects.toMatchObject({ code: "InvalidDefinition" });
  });
});

describe("child executions", () => {
  it("give their output to the parent: as a value with sync:2, as text with sync", async () => {
    await start("json", "p1", { child: "c1" });
    await start("text", "p2", { child: "c2" });
    await running.advance(61_000);
    expect(await call("DescribeExecution", { executionArn: execution("p1", "json") })).toMatchObject({
      status: "SUCCEEDED",
      output: '{"slept":true}',
    });
    expect(await call("DescribeExecution", { executionArn: execution("p2", "text") })).toMatchObject({
      output: JSON.stringify('{"slept":true}'),
    });
  });

  it("fail their task when they are stopped, and are stopped with their parent", async () => {
    await start("json", "p3", { child: "c3" });
    await start("json", "p4", { child: "c4" });
    await running.quiet();
    await call("StopExecution", { executionArn: execution("c3", "sleeper"), cause: "enough" });
    await call("StopExecution", { executionArn: execution("p4", "json") });
    await running.quiet();
    expect(await call("DescribeExecution", { executionArn: execution("p3", "json") })).toMatchObject({
      status: "SUCCEEDED",
      output: '"ABORTED"',
    });
    expect(await call("DescribeExecution", { executionArn: execution("c4", "sleeper") })).toMatchObject({
      status: "ABORTED",
    });
  });
});

describe("tasks", () => {
  it("of a plain function ARN report what the function threw", async () => {
    await start("worker", "w1");
    await start("worker", "w2", { fail: true });
    await running.quiet();
    expect(await call("DescribeExecution", { executionArn: execution("w1", "worker") })).toMatchObject({
      output: '{"done":true}',
    });
    const failed = await call("DescribeExecution", { executionArn: execution("w2", "worker") });
    expect(failed).toMatchObject({ status: "FAILED", error: "Business.No" });
    expect(JSON.parse(String(failed.cause))).toMatchObject({
      errorType: "Business.No",
      errorMessage: "in vain",
    });
  });

  it("with a token end by it, once; or by their timeout", async () => {
    await start("asker", "a1");
    await start("asker", "a2");
    await running.quiet();
    const [token] = running.executions.tokens(execution("a1", "asker"));
    expect(Buffer.byteLength(token!)).toBeGreaterThan(43);
    const give = (output: string) => call("SendTaskSuccess", { taskToken: token, output });
    await expect(give("not json")).rejects.toMatchObject({ code: "InvalidOutput" });
    await call("SendTaskHeartbeat", { taskToken: token });
    await give('{"ok":1}');
    await expect(give('{"ok":1}')).rejects.toMatchObject({ code: "TaskTimedOut" });
    await running.advance(3_601_000);
    expect(await call("DescribeExecution", { executionArn: execution("a1", "asker") })).toMatchObject({
      output: '{"ok":1}',
    });
    expect(await call("DescribeExecution", { executionArn: execution("a2", "asker") })).toMatchObject({
      status: "FAILED",
      error: "States.Timeout",
    });
    const failure = { taskToken: running.executions.tokens(execution("a2", "asker"))[0], error: "E" };
    await expect(call("SendTaskFailure", failure)).rejects.toMatchObject({ code: "TaskTimedOut" });
    await expect(call("SendTaskSuccess", { taskToken: "x", output: "1" })).rejects.toMatchObject({
      code: "InvalidToken",
    });
  });
});

it("history and executions come in pages, newest first on demand", async () => {
  const executionArn = execution("w1", "worker");
  const first = await call("GetExecutionHistory", { executionArn, maxResults: 2 });
  const rest = await call("GetExecutionHistory", { executionArn, nextToken: first.nextToken });
  const back = await call("GetExecutionHistory", { executionArn, reverseOrder: true });
  const types = ({ events }: Record<string, unknown>) =>
    (events as { type: string }[]).map(({ type }) => type);
  expect(types(first)).toEqual(["ExecutionStarted", "TaskStateEntered"]);
  expect(types(rest).at(-1)).toBe("ExecutionSucceeded");
  expect(rest.nextToken).toBeUndefined();
  expect(types(back)).toEqual([...types(first), ...types(rest)].reverse());
  const list = await call("ListExecutions", { stateMachineArn: machine("worker"), statusFilter: "FAILED" });
  expect((list.executions as { name: string }[]).map(({ name }) => name)).toEqual(["w2"]);
});
