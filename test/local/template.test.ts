import { describe, expect, it } from "vitest";
import { condition, resolve, type Scope } from "../../local/assembly/template.ts";

const scope: Scope = {
  template: {
    Parameters: { Stage: { Type: "String", Default: "local" } },
    Mappings: { Sizes: { local: { memory: 128 } } },
    Conditions: {
      IsLocal: { "Fn::Equals": [{ Ref: "Stage" }, "local"] },
      IsNot: { "Fn::Not": [{ Condition: "IsLocal" }] },
      Both: { "Fn::And": [{ Condition: "IsLocal" }, { Condition: "IsNot" }] },
      Either: { "Fn::Or": [{ Condition: "IsLocal" }, { Condition: "IsNot" }] },
    },
  },
  pseudo: { "AWS::Region": "eu-west-1", "AWS::Partition": "aws" },
  resource: async (id) => ({ ref: `${id}-ref`, attributes: { Arn: `arn:${id}`, "Endpoint.Port": 8000 } }),
  imported: async (name) => `imported ${name}`,
  rewrite: (text) => text,
};

describe("intrinsic functions", () => {
  it.each<[unknown, unknown]>([
    [{ Ref: "Table" }, "Table-ref"],
    [{ Ref: "Stage" }, "local"],
    [{ Ref: "AWS::Region" }, "eu-west-1"],
    [{ "Fn::GetAtt": ["Table", "Arn"] }, "arn:Table"],
    [{ "Fn::GetAtt": "Table.Endpoint.Port" }, 8000],
    [{ "Fn::Join": [":", ["arn", { Ref: "AWS::Partition" }, "x"]] }, "arn:aws:x"],
    [{ "Fn::Sub": "${Table}/${Table.Arn}/${AWS::Region}/${!Raw}" }, "Table-ref/arn:Table/eu-west-1/${Raw}"],
    [{ "Fn::Sub": ["${A}-${Stage}", { A: { Ref: "Table" } }] }, "Table-ref-local"],
    [{ "Fn::Select": [1, { "Fn::Split": ["|", "a|b|c"] }] }, "b"],
    [{ "Fn::FindInMap": ["Sizes", { Ref: "Stage" }, "memory"] }, 128],
    [{ "Fn::If": ["IsNot", "yes", "no"] }, "no"],
    [{ "Fn::ImportValue": { "Fn::Sub": "${Stage}:Table" } }, "imported local:Table"],
    [{ "Fn::Base64": "闭环" }, "6Zet546v"],
    [{ A: { "Fn::If": ["IsNot", 1, { Ref: "AWS::NoValue" }] }, B: [{ Ref: "AWS::NoValue" }, 2] }, { B: [2] }],
  ])("%j", async (value, expected) => {
    expect(await resolve(value, scope)).toEqual(expected);
  });

  it("knows conditions", async () => {
    expect(await condition("Both", scope)).toBe(false);
    expect(await condition("Either", scope)).toBe(true);
  });

  it.each([
    [{ "Fn::Cidr": [] }, "unknown intrinsic function Fn::Cidr"],
    [{ "Fn::GetAtt": ["Table", "Nothing"] }, "Table has no attribute Nothing"],
    [{ "Fn::If": ["Unknown", 1, 2] }, "unknown condition Unknown"],
  ])("says what it cannot resolve: %j", async (value, message) => {
    await expect(resolve(value, scope)).rejects.toThrow(message);
  });
});
