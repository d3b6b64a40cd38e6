import { describe, expect, it } from "vitest";
import { matches, patternProblem } from "../../local/services/event-pattern.ts";

const record = {
  eventName: "INSERT",
  tags: ["a", "b"],
  dynamodb: { NewImage: { sk: { S: "E#000000001" }, kind: { S: "step.opened" } }, size: 12 },
};

describe("event patterns", () => {
  it.each<[string, object, boolean]>([
    ["a value of several", { eventName: ["INSERT", "MODIFY"] }, true],
    ["another value", { eventName: ["REMOVE"] }, false],
    ["prefix in a nested object", { dynamodb: { NewImage: { sk: { S: [{ prefix: "E#" }] } } } }, true],
    ["suffix", { dynamodb: { NewImage: { kind: { S: [{ suffix: ".opened" }] } } } }, true],
    ["a missing object does not match a value", { dynamodb: { OldImage: { sk: { S: ["x"] } } } }, false],
    [
      "exists: false on what is missing",
      { dynamodb: { OldImage: { sk: { S: [{ exists: false }] } } } },
      true,
    ],
    [
      "exists: true on what is missing",
      { dynamodb: { NewImage: { token: { S: [{ exists: true }] } } } },
      false,
    ],
    ["anything-but a list", { eventName: [{ "anything-but": ["REMOVE", "MODIFY"] }] }, true],
    ["anything-but a prefix", { eventName: [{ "anything-but": { prefix: "INS" } }] }, false],
    ["anything-but needs a value", { absent: [{ "anything-but": "x" }] }, false],
    ["a numeric range", { dynamodb: { size: [{ numeric: [">", 0, "<=", 12] }] } }, true],
    ["outside a numeric range", { dynamodb: { size: [{ numeric: ["<", 12] }] } }, false],
    ["numeric on text", { eventName: [{ numeric: [">", 0] }] }, false],
    ["one element of an array", { tags: ["b"] }, true],
    ["a wildcard", { dynamodb: { NewImage: { kind: { S: [{ wildcard: "step.*" }] } } } }, true],
    ["without regard to case", { eventName: [{ "equals-ignore-case": "insert" }] }, true],
    ["all keys must match", { eventName: ["INSERT"], tags: ["c"] }, false],
    ["one of the alternatives", { $or: [{ eventName: ["REMOVE"] }, { tags: ["a"] }] }, true],
  ])("%s", (_name, pattern, expected) => {
    expect(matches(record, pattern as never)).toBe(expected);
  });

  it("refuses an operator that EventBridge does not know", () => {
    expect(patternProblem('{"a":[{"like":"x"}]}')).toContain("like");
  });
});
