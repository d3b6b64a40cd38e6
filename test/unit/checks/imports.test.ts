import { expect, test } from "vitest";
import { ROOT } from "../../../infra/entries.ts";
import { type Import, importProblems, readImports } from "../../checks/imports.ts";

const load = (from: string, to: string, typeOnly = false): Import => ({ from, to, typeOnly });

test.each([
  ["functions/reception/submit.ts", "functions/case/store.ts"],
  ["functions/reception/submit.ts", "functions/reception/facts.ts"],
  ["functions/reception/submit.ts", "functions/shared/clock.ts"],
  ["functions/case/store.ts", "functions/shared/table.ts"],
  ["functions/shared/table.ts", "@aws-sdk/lib-dynamodb"],
  ["local/states/reduce.ts", "local/states/types.ts"],
  ["infra/app.ts", "aws-cdk-lib"],
])("%s may import %s", (from, to) => {
  expect(importProblems([load(from, to)])).toEqual([]);
});

test.each([
  ["functions/reception/submit.ts", "functions/complaint/rules.ts"],
  ["functions/reception/submit.ts", "functions/web/pages/case.tsx"],
  ["functions/case/advance.ts", "local/clock.ts"],
  ["functions/case/advance.ts", "@aws-sdk/client-dynamodb"],
  ["functions/step/rules.ts", "@aws-sdk/client-sfn"],
  ["functions/step/rules.ts", "functions/step/store.ts"],
  ["functions/message/sms-rules.ts", "node:fs"],
  ["local/states/reduce.ts", "local/clock.ts"],
  ["infra/app.ts", "functions/case/advance.ts"],
  ["local/main.ts", "test/support/client.ts"],
])("%s may not import %s", (from, to) => {
  expect(importProblems([load(from, to)])).toEqual([expect.stringContaining(`${from} imports ${to}`)]);
});

test("types of a client pass, types of another process do not", () => {
  expect(importProblems([load("functions/case/advance.ts", "@aws-sdk/client-dynamodb", true)])).toEqual([]);
  expect(importProblems([load("functions/reception/a.ts", "functions/complaint/b.ts", true)])).toHaveLength(
    1,
  );
});

test("files do not load each other in a circle; types may", () => {
  const circle = [
    load("local/a.ts", "local/b.ts"),
    load("local/b.ts", "local/c.ts"),
    load("local/c.ts", "local/a.ts"),
  ];
  expect(importProblems(circle)).toEqual([
    "imports in a circle: local/a.ts -> local/b.ts -> local/c.ts -> local/a.ts",
  ]);
  expect(importProblems([...circle.slice(0, 2), load("local/c.ts", "local/a.ts", true)])).toEqual([]);
});

test("the imports of this project are found: values, types, side effects and late ones", () => {
  const found = readImports(ROOT);
  expect(found).toContainEqual(load("infra/app.ts", "infra/bundle.ts"));
  expect(found).toContainEqual(load("infra/constructs/node-function.ts", "aws-cdk-lib/aws-sqs", true));
  expect(found).toContainEqual(load("functions/step/store.ts", "functions/shared/clock.ts"));
});
