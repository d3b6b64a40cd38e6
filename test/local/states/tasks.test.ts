import { describe, expect, test } from "vitest";
import { lambdaCall, lambdaResult, openTokens, reduce } from "../../../local/states/index.ts";
import { type Answer, drive, START_INSTANT, startEvent, type Task } from "./driver.ts";
import { answering, CALLBACK, FUNCTION_ARN, fails, INVOKE, machineOf, succeeds, types } from "./machines.ts";

const task = (fields: object) => ({ Type: "Task", Resource: FUNCTION_ARN, End: true, ...fields });

describe("a request", () => {
  test("gives its result to Assign and Output", async () => {
    const machine = machineOf({
      A: task({
        Resource: INVOKE,
        Arguments: { FunctionName: "f", Payload: "{% $states.input %}" },
        Assign: { got: "{% $states.result.Payload %}" },
        Output: "{% $states.result.Payload.n + 1 %}",
      }),
    });
    const { state, history, commands } = await drive(
      machine,
      { n: 4 },
      answering(succeeds({ Payload: { n: 5 } })),
    );
    expect(state.output).toBe(6);
    expect(types(history).slice(2, 6)).toEqual([
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
    ]);
    expect(history[2]?.details).toEqual({
      resourceType: "lambda",
      resource: "invoke",
      region: "us-east-1",
      parameters: '{"FunctionName":"f","Payload":{"n":4}}',
    });
    expect(commands[0]).toMatchObject({
      type: "task",
      service: "lambda",
      action: "invoke",
      pattern: "request",
    });
  });

  test("a function ARN has events of its own kind and gets the input when there are no Arguments", async () => {
    const { history, commands } = await drive(machineOf({ A: task({}) }), [1], answering(fails("Bang")));
    expect(types(history).slice(2)).toEqual([
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionFailed",
      "ExecutionFailed",
    ]);
    expect(history[2]?.details).toEqual({ resource: FUNCTION_ARN, input: "[1]" });
    expect(commands[0]).toMatchObject({ action: "function", arguments: [1] });
  });

  test("no result at all is null", async () => {
    const { state } = await drive(machineOf({ A: task({}) }), {}, answering(succeeds(undefined)));
    expect(state).toMatchObject({ status: "SUCCEEDED", output: null });
  });

  test("a result above 256 KiB is a failure that States.ALL catches", async () => {
    const machine = machineOf({
      A: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }] }),
      B: { Type: "Pass", Output: "{% $states.input.Error %}", End: true },
    });
    const { state, history } = await drive(machine, {}, answering(succeeds("é".repeat(131_072))));
    expect(state.output).toBe("States.DataLimitExceeded");
    expect(types(history)).toContain("LambdaFunctionFailed");
  });

  test("bad Arguments schedule nothing", async () => {
    const machine = machineOf({ A: task({ Arguments: { a: ["{% $states.input.missing %}"] } }) });
    const { state, history, commands } = await drive(machine, {}, answering());
    expect(types(history)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "EvaluationFailed",
      "ExecutionFailed",
    ]);
    expect(history[2]?.details.location).toBe("Arguments/a[0]");
    expect(state.error).toBe("States.QueryEvaluationError");
    expect(commands.map((command) => command.type)).toEqual(["done"]);
  });

  test("an Output that fails after the result can be caught", async () => {
    const machine = machineOf({
      A: task({
        Output: "{% $states.result.no %}",
        Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "B" }],
      }),
      B: { Type: "Succeed" },
    });
    const { state, history } = await drive(machine, {}, answering(succeeds({})));
    expect(state.status).toBe("SUCCEEDED");
    expect(types(history).slice(4, 7)).toEqual([
      "LambdaFunctionSucceeded",
      "EvaluationFailed",
      "TaskStateExited",
    ]);
  });
});

describe("Retry", () => {
  const scheduledAfter = async (retry: object[], ...errors: string[]) => {
    const host = answering(...errors.map((error) => fails(error)), succeeds("ok"));
    const outcome = await drive(machineOf({ A: task({ Retry: retry }) }), {}, host);
    const starts = outcome.history.filter((event) => event.type === "LambdaFunctionScheduled");
    return { ...outcome, seconds: starts.map((event) => (event.timestamp - START_INSTANT) / 1000) };
  };

  test("waits 1, 2, 4 seconds by default, and enters the state once", async () => {
    const { seconds, history, state } = await scheduledAfter(
      [{ ErrorEquals: ["States.ALL"] }],
      "E",
      "E",
      "E",
    );
    expect(seconds).toEqual([0, 1, 3, 7]);
    expect(state.output).toBe("ok");
    expect(types(history).filter((type) => type === "TaskStateEntered")).toHaveLength(1);
    expect(history[5]).toMatchObject({ type: "LambdaFunctionScheduled", previousEventId: 5 });
  });

  test("IntervalSeconds, BackoffRate and MaxDelaySeconds", async () => {
    const retrier = {
      ErrorEquals: ["E"],
      IntervalSeconds: 3,
      BackoffRate: 3,
      MaxDelaySeconds: 10,
      MaxAttempts: 4,
    };
    expect((await scheduledAfter([retrier], "E", "E", "E", "E")).seconds).toEqual([0, 3, 12, 22, 32]);
  });

  test("FULL jitter waits less, and the same again", async () => {
    const retrier = { ErrorEquals: ["E"], IntervalSeconds: 100, JitterStrategy: "FULL" };
    const { seconds } = await scheduledAfter([retrier], "E");
    expect(seconds[1]).toBeLessThan(100);
    expect((await scheduledAfter([retrier], "E")).seconds).toEqual(seconds);
  });

  test("every retrier counts for itself; MaxAttempts 0 means none", async () => {
    const two = [
      { ErrorEquals: ["A"], MaxAttempts: 1 },
      { ErrorEquals: ["States.ALL"], MaxAttempts: 1 },
    ];
    expect((await scheduledAfter(two, "A", "B")).state.status).toBe("SUCCEEDED");
    expect((await scheduledAfter(two, "A", "A")).state).toMatchObject({ status: "FAILED", error: "A" });
    const none = [{ ErrorEquals: ["A"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }];
    expect((await scheduledAfter(none, "A")).state.status).toBe("FAILED");
  });

  test("RetryCount and the arguments are read again at each attempt", async () => {
    const machine = machineOf({
      A: task({
        Arguments: "{% $states.context.State.RetryCount %}",
        Retry: [{ ErrorEquals: ["States.TaskFailed"] }],
        Output: "{% $states.context.State.RetryCount %}",
      }),
    });
    const { state, commands } = await drive(machine, {}, answering(fails("E"), fails("F"), succeeds(null)));
    const asked = commands.filter((command): command is Task => command.type === "task");
    expect(asked.map((command) => command.arguments)).toEqual([0, 1, 2]);
    expect(state.output).toBe(2);
  });
});

describe("Catch", () => {
  test.each([
    [["States.TaskFailed"], "Custom", true],
    [["States.TaskFailed"], "States.Timeout", false],
    [["States.ALL"], "States.Timeout", true],
    [["Other", "Custom"], "Custom", true],
    [["Other"], "Custom", false],
  ])("%j and %s: caught %s", async (ErrorEquals, error, caught) => {
    const machine = machineOf({ A: task({ Catch: [{ ErrorEquals, Next: "B" }] }), B: { Type: "Succeed" } });
    const { state } = await drive(machine, {}, answering(fails(error)));
    expect(state.status).toBe(caught ? "SUCCEEDED" : "FAILED");
  });

  test("has Assign and Output of its own; the state's are skipped", async () => {
    const machine = machineOf({
      A: task({
        Assign: { skipped: true },
        Output: "skipped",
        Catch: [{ ErrorEquals: ["E"], Assign: { why: "{% $states.errorOutput.Cause %}" }, Next: "B" }],
      }),
      B: {
        Type: "Pass",
        Output: { in: "{% $states.input %}", why: "{% $why %}", no: "{% $exists($skipped) %}" },
        End: true,
      },
    });
    const { state } = await drive(machine, {}, answering(fails("E", '{"a":1}')));
    expect(state.output).toEqual({ in: { Error: "E", Cause: '{"a":1}' }, why: '{"a":1}', no: false });
  });

  test("a catcher that fails itself ends the execution", async () => {
    const machine = machineOf({
      A: task({ Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.result %}", Next: "B" }] }),
      B: { Type: "Succeed" },
    });
    const { state, history } = await drive(machine, {}, answering(fails("E")));
    expect(state.error).toBe("States.QueryEvaluationError");
    expect(history.at(-2)?.details.location).toBe("Catch[0]/Output");
  });
});

describe("a timeout", () => {
  test("abandons the task and is States.Timeout; a late answer means nothing", async () => {
    const machine = machineOf({
      A: task({
        TimeoutSeconds: "{% $states.input.t %}",
        Catch: [{ ErrorEquals: ["States.Timeout"], Next: "B" }],
      }),
      B: { Type: "Wait", Seconds: 100, End: true },
    });
    const { state, history, commands } = await drive(machine, { t: 5 }, answering(succeeds("late", 60_000)));
    expect(state.output).toEqual({ Error: "States.Timeout", Cause: "" });
    expect(types(history)).toContain("LambdaFunctionTimedOut");
    expect(history[2]?.details.timeoutInSeconds).toBe(5);
    expect(commands[0]).toMatchObject({ timeoutAt: START_INSTANT + 5000 });
    expect(commands).toContainEqual({ type: "abandonTask", taskId: "task-3" });
  });

  test("an answer in time cancels the timer", async () => {
    const { commands } = await drive(
      machineOf({ A: task({ TimeoutSeconds: 5 }) }),
      {},
      answering(succeeds(1)),
    );
    expect(commands).toContainEqual({ type: "cancelTimer", timerId: "timeout-3" });
  });

  test("must be a positive whole number", async () => {
    const { state } = await drive(machineOf({ A: task({ TimeoutSeconds: "{% 0 %}" }) }), {}, answering());
    expect(state.error).toBe("States.QueryEvaluationError");
  });
});

describe("a callback", () => {
  const asked = { Resource: CALLBACK, Arguments: { Token: "{% $states.context.Task.Token %}" } };
  const submitted = ({ taskId }: Task): Answer => ({
    after: 0,
    event: { type: "taskSucceeded", taskId, output: { MessageId: "m" } },
  });

  test("waits for its token, whoever was asked", async () => {
    const host = answering((one) => [
      submitted(one),
      { after: 9000, event: { type: "tokenSucceeded", token: one.token ?? "", output: { yes: true } } },
    ]);
    const { state, history, commands } = await drive(machineOf({ A: task(asked) }), {}, host);
    expect(state.output).toEqual({ yes: true });
    expect(types(history).slice(2, 6)).toEqual([
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
    ]);
    expect(commands[0]).toMatchObject({
      pattern: "waitForTaskToken",
      arguments: { Token: expect.any(String) },
    });
  });

  test("the token may come back before the service has answered", async () => {
    const host = answering((one) => [
      { after: 0, event: { type: "tokenSucceeded", token: one.token ?? "", output: 1 } },
      { ...submitted(one), after: 10 },
    ]);
    const { state, history } = await drive(machineOf({ A: task(asked) }), {}, host);
    expect(state.output).toBe(1);
    expect(types(history)).not.toContain("TaskSubmitted");
  });

  test("a failure without error and cause is only caught by wildcards", async () => {
    const host = answering((one) => [
      submitted(one),
      { after: 1, event: { type: "tokenFailed", token: one.token ?? "" } },
    ]);
    const machine = machineOf({
      A: task({
        ...asked,
        Catch: [
          { ErrorEquals: ["E"], Next: "B" },
          { ErrorEquals: ["States.ALL"], Next: "B" },
        ],
      }),
      B: { Type: "Succeed" },
    });
    const { state, history } = await drive(machine, {}, host);
    expect(state.output).toEqual({ Error: null, Cause: null });
    expect(history.find((event) => event.type === "TaskFailed")?.details).toEqual({
      resourceType: "sqs",
      resource: "sendMessage.waitForTaskToken",
    });
  });

  test("a service that refuses the request is TaskSubmitFailed", async () => {
    const { history } = await drive(machineOf({ A: task(asked) }), {}, answering(fails("SQS.Denied")));
    expect(types(history)).toContain("TaskSubmitFailed");
  });

  test("openTokens knows the newest token only: every attempt has its own, none after a timeout", async () => {
    const machine = machineOf({
      A: task({ ...asked, TimeoutSeconds: 10, Retry: [{ ErrorEquals: ["E"], MaxAttempts: 1 }] }),
    });
    const started = await reduce(machine, null, startEvent({}), START_INSTANT);
    const [first = ""] = openTokens(started.state);
    expect(first).not.toBe("");
    const failed = await reduce(
      machine,
      started.state,
      { type: "tokenFailed", token: first, error: "E" },
      START_INSTANT,
    );
    expect(openTokens(failed.state)).toEqual([]);
    const again = await reduce(
      machine,
      failed.state,
      { type: "timer", timerId: "retry-5" },
      START_INSTANT + 1000,
    );
    const [second = ""] = openTokens(again.state);
    expect(second).not.toBe(first);
    const stale = await reduce(
      machine,
      again.state,
      { type: "tokenSucceeded", token: first, output: 1 },
      START_INSTANT,
    );
    expect(stale).toEqual({ state: again.state, history: [], commands: [] });
    const late = await reduce(
      machine,
      again.state,
      { type: "timer", timerId: "timeout-6" },
      START_INSTANT + 11_000,
    );
    expect(late.state).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    expect(openTokens(late.state)).toEqual([]);
  });
});

describe("a child execution", () => {
  const child = task({
    Resource: "arn:aws:states:::states:startExecution.sync:2",
    Arguments: { StateMachineArn: "arn", Input: "{% $states.input %}" },
    Output: "{% $states.result.Output.outcome %}",
  });
  const accepted = ({ taskId }: Task): Answer => ({
    after: 0,
    event: { type: "taskSubmitted", taskId, output: { ExecutionArn: "arn:child" } },
  });

  test("is submitted, then waited for", async () => {
    const host = answering((one) => [
      accepted(one),
      ...succeeds({ Output: { outcome: "approved" } }, 5000)(one),
    ]);
    const { state, history, commands } = await drive(machineOf({ A: child }), {}, host);
    expect(state.output).toBe("approved");
    expect(commands[0]).toMatchObject({ service: "states", action: "startExecution", pattern: "sync:2" });
    expect(history[4]).toMatchObject({
      type: "TaskSubmitted",
      details: { resource: "startExecution.sync:2" },
    });
  });

  test("that fails is States.TaskFailed with the description as cause", async () => {
    const host = answering((one) => [
      accepted(one),
      ...fails("States.TaskFailed", '{"Status":"FAILED"}', 1)(one),
    ]);
    const { state, history } = await drive(machineOf({ A: child }), {}, host);
    expect(state).toMatchObject({
      status: "FAILED",
      error: "States.TaskFailed",
      cause: '{"Status":"FAILED"}',
    });
    expect(types(history)).toContain("TaskFailed");
  });
});

describe("lambda for hosts", () => {
  const invoke = (args: unknown) => ({ action: "invoke", resource: INVOKE, arguments: args });

  test.each([
    [null, {}],
    [undefined, {}],
    ["0.0", 0],
    ["plain", "plain"],
    [{ a: 1 }, { a: 1 }],
  ])("a Payload of %j is the event %j", (Payload, payload) => {
    expect(lambdaCall(invoke({ FunctionName: "f", Payload }))).toEqual({ functionName: "f", payload });
  });

  test("a function ARN gets and gives plain documents", () => {
    const plain = { action: "function", resource: FUNCTION_ARN, arguments: "text" };
    expect(lambdaCall(plain)).toEqual({ functionName: FUNCTION_ARN, payload: "text" });
    expect(lambdaResult(plain, undefined)).toBeNull();
    expect(lambdaResult(invoke({}), { a: 1 })).toMatchObject({ Payload: { a: 1 }, StatusCode: 200 });
  });
});
