import { describe, expect, test } from "vitest";
import { drive } from "./driver.ts";
import { machineOf, noHost } from "./machines.ts";

const evaluated = async (expression: string, input: unknown = {}) => {
  const machine = machineOf({ A: { Type: "Pass", Output: { v: `{% ${expression} %}` }, End: true } });
  return (await drive(machine, input, noHost)).state;
};
const resultOf = async (expression: string, input?: unknown) =>
  ((await evaluated(expression, input)).output as { v: unknown } | undefined)?.v;

describe("the functions that Step Functions adds", () => {
  test.each([
    ["$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]],
    ["$partition([0], 5)", [[0]]],
    ["$range(0, 9, 3)", [0, 3, 6, 9]],
    ["$range(5, 1, -2)", [5, 3, 1]],
    ["$range(1, 9, 9)", 1],
    ["[$range(1, 9, 9)]", [1]],
    ["$hash('input', 'SHA-1')", "140f86aae51ab9e1cda9b4254fe98a74eb54c1a1"],
    ["$random(42)", 0.7275636800328681],
    ["$parse('{\"a\": [1]}').a", [1]],
    ["$parse('-0')", 0],
    ["$exists($parse($states.input.none))", false],
  ])("%s", async (expression, value) => {
    expect(await resultOf(expression)).toEqual(value);
  });

  test("$uuid, $random and $shuffle repeat in the same place and differ in another", async () => {
    const twice = await resultOf("[$uuid(), $uuid()]");
    expect(twice).toEqual(await resultOf("[$uuid(), $uuid()]"));
    const [first, second] = twice as string[];
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(first).not.toBe(second);
    expect(await resultOf("$random()")).toBe(await resultOf("$random()"));
    expect(await resultOf("$sort($shuffle([1..9]))")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("the clock is the injected one", async () => {
    expect(await resultOf("$now()")).toBe("2026-01-05T01:00:00.000Z");
    expect(await resultOf("$now('[Y]', '+0800')")).toBe("2026");
    expect(await resultOf("$millis()")).toBe(Date.UTC(2026, 0, 5, 1));
    expect(await resultOf("$fromMillis($toMillis('10:30', '[H]:[m]'))")).toBe("2026-01-05T10:30:00.000Z");
  });

  test("$eval does not exist", async () => {
    expect((await evaluated("$eval('1')")).error).toBe("States.QueryEvaluationError");
  });
});

describe("what an expression is", () => {
  test("only an exact {% %}: padded or plain text is literal, keys are never evaluated", async () => {
    const Output = { "{% 1 %}": " {% 1 %}", a: "{%1%}", b: ["{% [1] %}", { c: "$states.input" }], d: null };
    const { state } = await drive(machineOf({ A: { Type: "Pass", Output, End: true } }), {}, noHost);
    expect(state.output).toEqual({ "{% 1 %}": " {% 1 %}", a: 1, b: [[1], { c: "$states.input" }], d: null });
  });

  test("one hit of a filter is an object, not a list", async () => {
    const input = { a: [{ n: 1 }, { n: 2 }] };
    expect(await resultOf("$states.input.a[n = 1]", input)).toEqual({ n: 1 });
    expect(await resultOf("[$states.input.a[n = 1]]", input)).toEqual([{ n: 1 }]);
  });

  test("the context object", async () => {
    expect(await resultOf("$states.context")).toEqual({
      Execution: {
        Id: "arn:aws:states:us-east-1:111111111111:execution:machine:run",
        Input: {},
        Name: "run",
        RedriveCount: 0,
        RoleArn: "snf_role_arn",
        StartTime: "2026-01-05T01:00:00.000Z",
      },
      State: { EnteredTime: "2026-01-05T01:00:00.000Z", Name: "A" },
      StateMachine: {
        Id: "arn:aws:states:us-east-1:111111111111:stateMachine:machine",
        Name: "machine",
      },
    });
  });
});

describe("what goes wrong", () => {
  const opening =
    "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression";

  test.each([
    ["$states.input.no", "returned nothing (undefined)."],
    ["$sum", "returned nothing (undefined)."],
    ["function($x) { $x }", "returned nothing (undefined)."],
    [
      "1 + 'a'",
      'threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number',
    ],
    [
      "$sum('a')",
      'threw an error during evaluation. T0412: Argument 1 of function "sum" must be an array of "numbers"',
    ],
    [
      "$hash(1)",
      'threw an error during evaluation. T0410: Argument 1 of function "hash" does not match function signature',
    ],
    [
      "$hash('a', 'CRC')",
      "threw an error during evaluation: The hash function does not know the algorithm CRC",
    ],
  ])("%s", async (expression, what) => {
    const state = await evaluated(expression);
    expect(state).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
    expect(state.cause).toBe(`${opening} '${expression}' specified for the field 'Output/v' ${what}`);
  });
});
