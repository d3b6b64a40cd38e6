import { expect, test } from "vitest";
import { difference } from "./compare.ts";

test.each([
  [{ a: 1 }, '{"a":1}'],
  ['{"a": 1}', '{"a":1}'],
  ["arn:<Part>:x", "arn:whatever:x"],
  ["timestamp", 12],
  [{ output: "text" }, { output: '"text"' }],
  [{ a: 1 }, { a: 1, roleArn: "left out of the recordings" }],
  [{ requestId: "<uuid:1>" }, { requestId: 0 }],
])("%j agrees with %j", (expected, actual) => {
  expect(difference(expected, actual)).toBeNull();
});

test.each([
  [{ a: 1 }, { a: 2 }, "/a: expected 1, got 2"],
  [{ a: 1 }, { a: 1, b: 2 }, '/b: expected "nothing", got 2'],
  [{ a: 1, b: 2 }, { a: 1 }, '/b: expected 2, got "nothing"'],
  [[1], [1, 2], "/length: expected 1, got 2"],
  ["arn:<Part>:x", "arn:whatever:y", '/: expected "arn:<Part>:x", got "arn:whatever:y"'],
  ["a", "b", '/: expected "a", got "b"'],
  [null, 0, "/: expected null, got 0"],
])("%j differs from %j", (expected, actual, found) => {
  expect(difference(expected, actual)).toBe(found);
});
