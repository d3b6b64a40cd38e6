import { describe, expect, test } from "vitest";
import { reduce, toApiEvent } from "../../../local/states/index.ts";
import { drive, START_INSTANT, startEvent } from "./driver.ts";
import { machineOf, noHost, types } from "./machines.ts";

const run = (states: Record<string, object>, input: unknown = {}, extra: object = {}) =>
  drive(machineOf(states, extra), input, noHost);

describe("Pass", () => {
  test("hands its input on when it says no Output", async () => {
    const { state, history } = await run({ A: { Type: "Pass", End: true } }, { n: 1 });
    expect(state).toMatchObject({ status: "SUCCEEDED", output: { n: 1 } });
    expect(history.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, "ExecutionStarted"],
      [2, 0, "PassStateEntered"],
      [3, 2, "PassStateExited"],
      [4, 3, "ExecutionSucceeded"],
    ]);
  });

  test("evaluates Assign and Output from the values at entry", async () => {
    const { state, history } = await run({
      A: { Type: "Pass", Assign: { x: 1 }, Next: "B" },
      B: { Type: "Pass", Assign: { x: 2, y: "{% $x + 10 %}" }, Output: "{% $x %}", Next: "C" },
      C: { Type: "Pass", Output: { seen: "{% $states.input %}", x: "{% $x %}", y: "{% $y %}" }, End: true },
    });
    expect(state.output).toEqual({ seen: 1, x: 2, y: 11 });
    expect(history[4]?.details).toEqual({ name: "B", output: "1", assignedVariables: { x: "2", y: "11" } });
  });

  test("a value above 256 KiB fails with States.DataLimitExceeded", async () => {
    const { state } = await run({ A: { Type: "Pass", Output: "{% $pad('', 262200, 'a') %}", End: true } });
    expect(state).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
    expect(state.cause).toContain("'A'");
  });
});

describe("Choice", () => {
  const states = {
    A: {
      Type: "Choice",
      Choices: [
        { Condition: "{% $states.input.n = 1 %}", Next: "B", Assign: { way: "rule" }, Output: "from rule" },
        { Condition: "{% $states.input.n = 2 %}", Next: "B" },
      ],
      Default: "B",
      Assign: { way: "default", extra: true },
      Output: "from default",
    },
    B: { Type: "Pass", Output: { in: "{% $states.input %}", way: "{% [$way, $extra] %}" }, End: true },
  };

  test.each([
    [1, { in: "from rule", way: ["rule"] }],
    [2, { in: { n: 2 }, way: [] }],
    [3, { in: "from default", way: ["default", true] }],
  ])("input %i: only the rule that holds assigns and outputs", async (n, output) => {
    expect((await run(states, { n })).state.output).toEqual(output);
  });

  test("no rule and no Default is States.Runtime, without EvaluationFailed", async () => {
    const { state, history } = await run({
      A: { Type: "Choice", Choices: [{ Condition: "{% false %}", Next: "B" }] },
      B: { Type: "Succeed" },
    });
    expect(types(history)).toEqual(["ExecutionStarted", "ChoiceStateEntered", "ExecutionFailed"]);
    expect(state.error).toBe("States.Runtime");
    expect(state.cause).toBe(
      "An error occurred while executing the state 'A' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
    );
  });

  test("a Condition must be a boolean", async () => {
    const { state, history } = await run({
      A: { Type: "Choice", Choices: [{ Condition: "{% 1 %}", Next: "B" }], Default: "B" },
      B: { Type: "Succeed" },
    });
    expect(state.cause).toContain(
      "The JSONata expression '1' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
    );
    expect(history[2]).toMatchObject({
      type: "EvaluationFailed",
      previousEventId: 0,
      details: { location: "Choices[0]/Condition", state: "A" },
    });
  });
});

describe("Wait", () => {
  test.each([
    ["Seconds", { Seconds: "{% $states.input.s %}" }, 90_000],
    ["a timestamp with an offset", { Timestamp: "2026-01-05T10:00:00+08:00" }, 3_600_000],
    ["a timestamp that has passed", { Timestamp: "2020-01-05T10:00:00Z" }, 0],
  ])("%s", async (_, fields, waited) => {
    const { history } = await run({ A: { Type: "Wait", ...fields, End: true } }, { s: 90 });
    expect(types(history)).toEqual([
      "ExecutionStarted",
      "WaitStateEntered",
      "WaitStateExited",
      "ExecutionSucceeded",
    ]);
    expect((history[2]?.timestamp ?? 0) - START_INSTANT).toBe(waited);
  });

  test.each(["2026-02-30T00:00:00Z", "2026-01-05T10:00:00", "2026-01-05 10:00:00Z", "5 January 2026"])(
    "%s is no timestamp",
    async (text) => {
      const { state, history } = await run(
        { A: { Type: "Wait", Timestamp: "{% $states.input %}", End: true } },
        text,
      );
      expect(state.error).toBe("States.QueryEvaluationError");
      expect(history[2]).toMatchObject({ type: "EvaluationFailed", previousEventId: 2 });
    },
  );

  test("negative seconds fail the state", async () => {
    const { state } = await run({ A: { Type: "Wait", Seconds: "{% -1 %}", End: true } });
    expect(state.error).toBe("States.QueryEvaluationError");
  });
});

describe("the end", () => {
  test("Succeed has an Output", async () => {
    const { state, history } = await run({ A: { Type: "Succeed", Output: { done: "{% true %}" } } });
    expect(state.output).toEqual({ done: true });
    expect(types(history)).toContain("SucceedStateExited");
  });

  test("Fail has no exit event and leaves out what it does not say", async () => {
    const { state, history } = await run({ A: { Type: "Fail", Error: "{% 'E' & 1 %}" } });
    expect(types(history)).toEqual(["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
    expect(history[2]?.details).toEqual({ error: "E1" });
    expect(state).toMatchObject({ status: "FAILED", error: "E1" });
    expect("cause" in state).toBe(false);
  });

  test("the machine's TimeoutSeconds ends it as TIMED_OUT", async () => {
    const { state, history, commands } = await run(
      { A: { Type: "Wait", Seconds: 600, End: true } },
      {},
      {
        TimeoutSeconds: 60,
      },
    );
    expect(state).toMatchObject({ status: "TIMED_OUT", error: "States.Timeout" });
    expect(history.at(-1)).toMatchObject({ type: "ExecutionTimedOut", timestamp: START_INSTANT + 60_000 });
    expect(commands).toContainEqual({ type: "cancelTimer", timerId: "wait-2" });
  });

  test("stop aborts with the given error and cause", async () => {
    const host = { ...noHost, idle: () => ({ type: "stop", error: "Enough", cause: "tired" }) as const };
    const { state, history } = await drive(
      machineOf({ A: { Type: "Wait", Seconds: 60, End: true } }),
      {},
      host,
    );
    expect(state).toMatchObject({ status: "ABORTED", error: "Enough", cause: "tired" });
    expect(history.at(-1)).toMatchObject({ type: "ExecutionAborted", previousEventId: 0 });
  });

  test("a loop without end stops at 25,000 events", async () => {
    const { state } = await run({
      A: { Type: "Choice", Choices: [{ Condition: false, Next: "B" }], Default: "A" },
      B: { Type: "Succeed" },
    });
    expect(state).toMatchObject({ status: "FAILED", eventCount: 25_000 });
    expect(state.cause).toBe("The execution reached the maximum number of history events (25000).");
  });
});

test("misuse is told: an event before the start, a second start", async () => {
  const machine = machineOf({ A: { Type: "Succeed" } });
  await expect(reduce(machine, null, { type: "timer", timerId: "x" }, 0)).rejects.toThrow("start");
  const { state } = await reduce(machine, null, startEvent({}), START_INSTANT);
  await expect(reduce(machine, state, startEvent({}), START_INSTANT)).rejects.toThrow("already");
});

test("history events in the shape of the API", async () => {
  const { history } = await run({ A: { Type: "Pass", Assign: { v: 1 }, End: true } }, { n: 1 });
  expect(history.map((event) => toApiEvent(event))).toEqual([
    expect.objectContaining({
      type: "ExecutionStarted",
      timestamp: START_INSTANT / 1000,
      executionStartedEventDetails: {
        input: '{"n":1}',
        inputDetails: { truncated: false },
        roleArn: "snf_role_arn",
      },
    }),
    expect.objectContaining({
      stateEnteredEventDetails: { name: "A", input: '{"n":1}', inputDetails: { truncated: false } },
    }),
    expect.objectContaining({
      stateExitedEventDetails: {
        name: "A",
        output: '{"n":1}',
        outputDetails: { truncated: false },
        assignedVariables: { v: "1" },
        assignedVariablesDetails: { truncated: false },
      },
    }),
    expect.objectContaining({ executionSucceededEventDetails: expect.anything() }),
  ]);
  const [first] = history;
  expect(JSON.stringify(first && toApiEvent(first, false))).not.toContain('"input"');
});
