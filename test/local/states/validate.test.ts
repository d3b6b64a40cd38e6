import { expect, test } from "vitest";
import { compile, describeProblems, InvalidDefinition, validate } from "../../../local/states/index.ts";
import { FUNCTION_ARN } from "./machines.ts";

const problemsOf = (state: object, extra: object = {}) =>
  validate({
    QueryLanguage: "JSONata",
    StartAt: "A",
    States: { A: state, ...("Next" in state || "Default" in state ? { B: { Type: "Succeed" } } : {}) },
    ...extra,
  }).map((problem) => describeProblems([problem]));
const failed = (message: string, at: string) => `SCHEMA_VALIDATION_FAILED: ${message} at ${at}`;

test("a sound definition has no problems and can be compiled", () => {
  const definition = { QueryLanguage: "JSONata", StartAt: "A", States: { A: { Type: "Succeed" } } };
  expect(validate(definition)).toEqual([]);
  expect(validate(JSON.stringify(definition))).toEqual([]);
  expect(compile(JSON.stringify(definition))).toEqual(definition);
});

test("compile refuses with AWS's sentence", () => {
  expect(() => compile({ QueryLanguage: "JSONata", StartAt: "A" })).toThrow(InvalidDefinition);
  expect(() => compile({ QueryLanguage: "JSONata", StartAt: "A" })).toThrow(
    "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
  );
});

const end = { End: true };
test.each([
  [
    "a Next that is missing",
    { Type: "Pass" },
    failed("There should be one of the following fields: [Next, End]", "/States/A"),
  ],
  [
    "a field of another type",
    { Type: "Pass", Catch: [], ...end },
    failed("Field 'Catch' is not supported", "/States/A"),
  ],
  [
    "a field of JSONPath",
    { Type: "Pass", InputPath: "$", ...end },
    failed(
      "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage",
      "/States/A",
    ),
  ],
  [
    "a resource that does not exist",
    { Type: "Task", Resource: "arn:aws:states:::dynamodb:query", ...end },
    failed(
      "The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.",
      "/States/A/Resource",
    ),
  ],
  [
    "a choice without a target",
    { Type: "Choice", Choices: [{ Condition: true }], Default: "B" },
    failed("These fields are required: [Next]", "/States/A/Choices[0]"),
  ],
  [
    "a literal timestamp",
    { Type: "Wait", Timestamp: "soon", ...end },
    failed("String does not match RFC3339 timestamp", "/States/A/Timestamp"),
  ],
  [
    "a negative wait",
    { Type: "Wait", Seconds: -1, ...end },
    failed("Minimum value is 0", "/States/A/Seconds"),
  ],
  [
    "States.ALL in company",
    { Type: "Task", Resource: FUNCTION_ARN, Retry: [{ ErrorEquals: ["States.ALL", "E"] }], ...end },
    failed("States.ALL must appear alone and in the last entry", "/States/A/Retry[0]/ErrorEquals"),
  ],
  [
    "the reserved variable",
    { Type: "Pass", Assign: { states: 1 }, ...end },
    failed("'states' is not a valid variable name", "/States/A/Assign"),
  ],
  [
    "an expression that does not parse",
    { Type: "Pass", Output: ["{% 1 + %}"], ...end },
    "INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/A/Output[0]",
  ],
  [
    "a bare name at the top level",
    { Type: "Pass", Output: { v: "{% $states.input.a[b = phone] & phone.b %}" }, ...end },
    "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/A/Output/v",
  ],
  [
    "the root document",
    { Type: "Pass", Output: "{% $$.a %}", ...end },
    "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' at the top level is not supported. at /States/A/Output",
  ],
  [
    "Map",
    { Type: "Map", ItemProcessor: {}, ...end },
    failed("Map is not supported yet by this engine", "/States/A"),
  ],
  [
    "Parallel",
    { Type: "Parallel", Branches: [], ...end },
    failed("Parallel is not supported yet by this engine", "/States/A"),
  ],
  [
    "HeartbeatSeconds",
    { Type: "Task", Resource: FUNCTION_ARN, HeartbeatSeconds: 5, ...end },
    failed("HeartbeatSeconds is not supported yet by this engine", "/States/A"),
  ],
])("refuses %s", (_, state, problem) => {
  expect(problemsOf(state)).toEqual([problem]);
});

test("accepts names inside steps, variables and functions", () => {
  const Output =
    "{% $map($states.input.list, function($v) { $v.name })[$ != 'x'] ~> $count() + ($x := 1; $x) %}";
  expect(problemsOf({ Type: "Pass", Output, End: true })).toEqual([]);
});

test("JSONPath is refused, for the machine and for a state", () => {
  const states = { A: { Type: "Pass", End: true } };
  expect(describeProblems(validate({ StartAt: "A", States: states }))).toContain("JSONPath");
  expect(problemsOf({ Type: "Pass", QueryLanguage: "JSONPath", End: true })).toEqual([
    failed("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", "/States/A"),
  ]);
});

test.each([
  [
    { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } },
    "MISSING_END_STATE: Workflow has no terminal state at null",
  ],
  [
    { A: { Type: "Pass", Next: "N" }, B: { Type: "Succeed" } },
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: N at /States/A/Next, MISSING_TRANSITION_TARGET: State \"B\" is not reachable. at /States/B",
  ],
  [
    { A: { Type: "Pass", Next: "N" } },
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: N at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null",
  ],
])("the graph of %j", (states, problems) => {
  expect(describeProblems(validate({ QueryLanguage: "JSONata", StartAt: "A", States: states }))).toBe(
    problems,
  );
});

test("Express refuses what it cannot wait for", () => {
  const A = { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken", End: true };
  const definition = { QueryLanguage: "JSONata", StartAt: "A", States: { A } };
  expect(validate(definition)).toEqual([]);
  expect(validate(definition, "EXPRESS")).toHaveLength(1);
});

test.each(["", "[]", "{", "word"])("the text %j is no definition", (text) => {
  expect(validate(text)).toHaveLength(1);
});
