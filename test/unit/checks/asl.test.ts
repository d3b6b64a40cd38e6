import { describe, expect, test } from "vitest";
import { aslProblems, type Definition } from "../../checks/asl.ts";

const task = {
  Type: "Task",
  Resource: "arn:${Partition}:states:::lambda:invoke",
  Arguments: { FunctionName: "${StepOpenArn}" },
  TimeoutSeconds: 60,
  Retry: [{ ErrorEquals: ["Lambda.ServiceException"] }],
  Catch: [{ ErrorEquals: ["States.Timeout"] }, { ErrorEquals: ["States.ALL"] }],
};
const token = { ...task, Resource: `${task.Resource}.waitForTaskToken` };
const definition = (state: object, name = "AskWhoSigns"): Definition => ({
  QueryLanguage: "JSONata",
  States: { [name]: state as Definition["States"][string] },
});

test("a workflow as it should be has no problem", () => {
  expect(aslProblems(definition(task))).toEqual([]);
  expect(aslProblems(definition(token))).toEqual([]);
});

test("the query language is JSONata", () => {
  expect(aslProblems({ States: {} })).toEqual([expect.stringContaining("QueryLanguage")]);
});

describe("a task", () => {
  test.each<[string, object, string]>([
    ["has a timeout", { TimeoutSeconds: undefined }, "TimeoutSeconds"],
    ["catches everything", { Catch: [{ ErrorEquals: ["States.Timeout"] }] }, "Catch of States.ALL"],
    ["names the partition by substitution", { Resource: "arn:aws:states:::lambda:invoke" }, "partition"],
    ["names its function by substitution", { Arguments: { FunctionName: "step-open" } }, "step-open"],
    ["writes no table", { Resource: "arn:${Partition}:states:::dynamodb:putItem" }, "table"],
  ])("%s", (_what, change, problem) => {
    expect(aslProblems(definition({ ...task, ...change }))).toEqual([expect.stringContaining(problem)]);
  });

  test.each(["States.Timeout", "States.TaskFailed", "States.ALL"])(
    "with a token does not retry %s",
    (error) => {
      const state = { ...token, Retry: [{ ErrorEquals: [error] }] };
      expect(aslProblems(definition(state))).toEqual([expect.stringContaining(error)]);
    },
  );
});

test("names are sentences in PascalCase, inner scopes included", () => {
  const inner = { Type: "Map", ItemProcessor: definition(task, "open_step") };
  expect(aslProblems(definition(inner))).toEqual([expect.stringContaining("open_step")]);
  expect(aslProblems(definition(task, "Wait"))).toEqual([expect.stringContaining("Wait")]);
});
