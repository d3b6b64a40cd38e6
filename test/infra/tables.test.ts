import { expect, test } from "vitest";
import { keySchema, TABLES } from "../support/dynamodb.ts";
import { synth } from "./synth.ts";

type Index = { IndexName: string; KeySchema: unknown };

test("store tests run on the keys and indexes that are deployed", async () => {
  const { Resources } = (await synth()).data;
  const deployed = Object.values(Resources)
    .filter(({ Type }) => Type === "AWS::DynamoDB::Table")
    .map(({ Properties }) => ({
      key: Properties?.KeySchema,
      indexes: ((Properties?.GlobalSecondaryIndexes ?? []) as Index[])
        .map(({ IndexName, KeySchema }) => ({ IndexName, KeySchema }))
        .sort((a, b) => a.IndexName.localeCompare(b.IndexName)),
    }));
  const tested = Object.values(TABLES).map(({ sk, indexes }) => ({
    key: keySchema({ hash: ["pk"], range: sk ? ["sk"] : [] }),
    indexes: Object.entries(indexes)
      .map(([IndexName, index]) => ({ IndexName, KeySchema: keySchema(index) }))
      .sort((a, b) => a.IndexName.localeCompare(b.IndexName)),
  }));

  expect(deployed).toHaveLength(tested.length);
  expect(deployed).toEqual(expect.arrayContaining(tested));
});
