import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startCloud } from "../../local/cloud.ts";
import { dynamo } from "../../local/dynamodb/client.ts";
import { temporaryFolder, writeAssembly } from "./fixture.ts";

const start = (assemblyDir: string, dataDir = temporaryFolder()) => startCloud({ dataDir, assemblyDir });

it("stops at a type that it does not know, with its logical id", async () => {
  const assembly = writeAssembly({ resources: { Cache: { Type: "AWS::ElastiCache::CacheCluster" } } });
  await expect(start(assembly)).rejects.toThrow(
    "stack: the embedded cloud does not know AWS::ElastiCache::CacheCluster (Cache)",
  );
});

it("stops at resources that refer to each other", async () => {
  const alarm = (other: string) => ({
    Type: "AWS::CloudWatch::Alarm",
    Properties: { AlarmName: { Ref: other } },
  });
  await expect(start(writeAssembly({ resources: { A: alarm("B"), B: alarm("A") } }))).rejects.toThrow(
    "A -> B -> A",
  );
});

it("carries exports from one stack to another, whatever their order", async () => {
  const dir = temporaryFolder();
  const stacks = {
    service: {
      Resources: {
        Log: {
          Type: "AWS::Logs::LogGroup",
          Properties: { LogGroupName: { "Fn::Join": ["/", ["", { "Fn::ImportValue": "data:Table" }]] } },
        },
      },
      Outputs: { Name: { Value: { Ref: "Log" } } },
    },
    data: {
      Resources: { Queue: { Type: "AWS::SQS::Queue" } },
      Outputs: {
        Table: {
          Value: { "Fn::GetAtt": ["Queue", "QueueName"] },
          Export: { Name: { "Fn::Sub": "${AWS::StackName}:Table" } },
        },
      },
    },
  };
  mkdirSync(dir, { recursive: true });
  for (const [name, template] of Object.entries(stacks))
    writeFileSync(join(dir, `${name}.json`), JSON.stringify(template));
  const artifacts = Object.fromEntries(
    Object.keys(stacks).map((name) => [
      name,
      { type: "aws:cloudformation:stack", properties: { templateFile: `${name}.json` } },
    ]),
  );
  writeFileSync(join(dir, "manifest.json"), JSON.stringify({ artifacts }));
  const running = await start(dir);
  expect(running.deployment.outputs["service.Name"]).toBe("/data-Queue");
  await running.stop();
});

it("adds the indexes that a later template has, on several attributes too, and keeps the data", async () => {
  const table = (more: object, attributes: string[]) => ({
    Table: {
      Type: "AWS::DynamoDB::GlobalTable",
      Properties: {
        TableName: "cases",
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
        AttributeDefinitions: ["pk", ...attributes].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S",
        })),
        ...more,
      },
    },
  });
  const dataDir = temporaryFolder();
  const first = await start(writeAssembly({ resources: table({}, []) }), dataDir);
  const Item = { pk: { S: "1" }, who: { S: "a" }, status: { S: "open" }, due: { S: "2027" } };
  await dynamo(first.cloud.dynamoDbUrl, "PutItem", { TableName: "cases", Item });
  await first.stop();
  const GlobalSecondaryIndexes = [
    {
      IndexName: "mine",
      KeySchema: [
        { AttributeName: "who", KeyType: "HASH" },
        { AttributeName: "status", KeyType: "HASH" },
        { AttributeName: "due", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ];
  const assembly = writeAssembly({ resources: table({ GlobalSecondaryIndexes }, ["who", "status", "due"]) });
  const second = await start(assembly, dataDir);
  const { Count } = await dynamo(second.cloud.dynamoDbUrl, "Query", {
    TableName: "cases",
    IndexName: "mine",
    KeyConditionExpression: "who = :w AND #s = :s",
    ExpressionAttributeNames: { "#s": "status" },
    ExpressionAttributeValues: { ":w": { S: "a" }, ":s": { S: "open" } },
  });
  expect(Count).toBe(1);
  await expect(start(assembly, dataDir)).rejects.toThrow("Another copy already runs");
  await second.stop();
}, 30_000);
