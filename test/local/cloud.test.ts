import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, startCloud } from "../../local/cloud.ts";
import { dynamo } from "../../local/dynamodb/client.ts";
import { FunctionError } from "../../local/kernel.ts";
import { httpApi, streamedTable, temporaryFolder, writeAssembly } from "./fixture.ts";

const functions = {
  Echo: { code: "exports.handler = async (event) => event" },
  Page: {
    code: `exports.handler = async () => ({ statusCode: 201, headers: { "X-Number": 7, "content-type": "text/html" },
      cookies: ["a=1; Path=/; Secure; HttpOnly", "b=2; secure"], body: Buffer.from("闭环").toString("base64"),
      isBase64Encoded: true })`,
  },
  Thrower: { code: 'exports.handler = async () => { throw new RangeError("too far") }' },
  Sleeper: {
    code: "exports.handler = () => new Promise((resolve) => setTimeout(resolve, 60_000))",
    properties: { Timeout: 1 },
  },
  Exiter: { code: "exports.handler = () => process.exit(3)" },
  Broken: { code: 'require("./nothing")' },
  Clocked: {
    code: `const loaded = new Date();
      exports.handler = async (event, context) => ({ loaded, now: Date.now(), date: new Date(), text: Date(),
        given: new Date(0).toISOString(), is: new Date() instanceof Date, year: new Intl.DateTimeFormat("en", { year: "numeric" }).format(),
        left: context.getRemainingTimeInMillis(), env: process.env.TABLE, key: process.env.AWS_ACCESS_KEY_ID, home: process.env.HOME })`,
    properties: { Environment: { Variables: { TABLE: { Ref: "Table" } } } },
  },
  Flaky: {
    // Fails on its own marker files until they say otherwise, and writes down what it was given.
    code: `const fs = require("node:fs");
      exports.handler = async ({ Records }) => {
        const batchItemFailures = [];
        for (const record of Records) {
          const id = record.dynamodb.Keys.pk.S;
          fs.appendFileSync(process.env.JOURNAL, id + "\\n");
          if (id.startsWith("bad")) batchItemFailures.push({ itemIdentifier: record.dynamodb.SequenceNumber });
          if (id.startsWith("throw")) throw new Error("no");
          if (batchItemFailures.length > 0) break;
        }
        return { batchItemFailures };
      }`,
    properties: { Environment: { Variables: { JOURNAL: join(temporaryFolder(), "journal") } } },
  },
  Loser: { code: 'exports.handler = async () => { throw new Error("never") }' },
};
const journal = functions.Flaky.properties.Environment.Variables.JOURNAL;

let running: Running;
beforeAll(async () => {
  const assemblyDir = writeAssembly({
    functions,
    resources: {
      ...httpApi({
        "ANY /{proxy+}": "Echo",
        "GET /page": "Page",
        "GET /thrower": "Thrower",
        "GET /slow": "Sleeper",
      }),
      ...streamedTable("Flaky", {
        BatchSize: 10,
        MaximumRetryAttempts: 2,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"skip":[{"exists":false}]}}}' }] },
        DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": ["Failures", "Arn"] } } },
      }),
      Failures: { Type: "AWS::SQS::Queue", Properties: { QueueName: "failures" } },
      LoserConfig: {
        Type: "AWS::Lambda::EventInvokeConfig",
        Properties: {
          FunctionName: { Ref: "Loser" },
          Qualifier: "$LATEST",
          DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": ["Failures", "Arn"] } } },
        },
      },
    },
  });
  running = await startCloud({ dataDir: temporaryFolder(), assemblyDir });
}, 30_000);
afterAll(() => running.stop());

async function failures(): Promise<Record<string, unknown>[]> {
  const { QueueUrl } = (await running.cloud.call("sqs", "GetQueueUrl", { QueueName: "failures" })) as {
    QueueUrl: string;
  };
  const { Messages } = (await running.cloud.call("sqs", "ReceiveMessage", {
    QueueUrl,
    MaxNumberOfMessages: 10,
  })) as {
    Messages?: { Body: string; ReceiptHandle: string }[];
  };
  for (const { ReceiptHandle } of Messages ?? [])
    await running.cloud.call("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle });
  return (Messages ?? []).map(({ Body }) => JSON.parse(Body) as Record<string, unknown>);
}

describe("functions", () => {
  it("report what they threw, with type, message and trace", async () => {
    const error = await running.cloud.invoke("thrower", {}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FunctionError);
    expect((error as FunctionError).payload).toMatchObject({
      errorType: "RangeError",
      errorMessage: "too far",
    });
  });

  it("are ended at their timeout, in Lambda's words", async () => {
    await expect(running.cloud.invoke("sleeper", {})).rejects.toMatchObject({
      errorType: "Sandbox.Timedout",
      message: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
    });
  });

  it("may end their own process, and the next call works", async () => {
    await expect(running.cloud.invoke("exiter", {})).rejects.toMatchObject({
      errorType: "Runtime.ExitError",
    });
    await expect(running.cloud.invoke("broken", {})).rejects.toMatchObject({ errorType: "Error" });
    expect(await running.cloud.invoke("arn:aws:lambda:x:000000000000:function:echo:live", { a: 1 })).toEqual({
      a: 1,
    });
  });

  it("live in virtual time and in an environment of their own", async () => {
    await running.advance(400 * 86_400_000);
    const told = (await running.cloud.invoke("clocked", {})) as Record<string, string | number>;
    const now = running.cloud.clock.now();
    for (const value of [told.loaded!, told.now!, told.date!, told.text!]) {
      expect(Math.abs(new Date(value).getTime() - now)).toBeLessThan(5000);
    }
    expect(told).toMatchObject({ given: "1970-01-01T00:00:00.000Z", is: true, env: "things" });
    expect(told.year).toBe(String(new Date(now).getUTCFullYear()));
    expect(told.left).toBeGreaterThan(1000);
    expect(told.key).toMatch(/^AKIA[0-9A-F]{16}$/);
    expect(told.home).toBeUndefined();
  });

  it("called asynchronously are retried after one and two minutes, then reported", async () => {
    running.cloud.invokeAsync("loser", { id: 5 });
    await running.advance(200_000);
    expect(await failures()).toMatchObject([
      {
        requestPayload: { id: 5 },
        requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
      },
    ]);
  });
});

describe("the HTTP front", () => {
  it("gives functions events in payload format 2.0", async () => {
    const answer = await fetch(`${running.siteUrl}/a/b?x=1&x=2&y=%E9%97%AD`, {
      method: "POST",
      headers: {
        cookie: "c=1; d=2",
        "x-forwarded-for": "203.0.113.9, 10.0.0.1",
        "content-type": "application/json",
      },
      body: '{"n":1}',
    });
    expect(await answer.json()).toMatchObject({
      version: "2.0",
      routeKey: "ANY /{proxy+}",
      rawPath: "/a/b",
      rawQueryString: "x=1&x=2&y=%E9%97%AD",
      cookies: ["c=1", "d=2"],
      queryStringParameters: { x: "1,2", y: "闭" },
      pathParameters: { proxy: "a/b" },
      body: '{"n":1}',
      isBase64Encoded: false,
      requestContext: { http: { method: "POST", path: "/a/b", sourceIp: "203.0.113.9" }, stage: "$default" },
    });
  });

  it("passes forms and files on as base64", async () => {
    const answer = await fetch(`${running.siteUrl}/form`, {
      method: "POST",
      body: new URLSearchParams({ a: "闭" }),
    });
    const event = (await answer.json()) as { body: string; isBase64Encoded: boolean };
    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(event.body, "base64").toString()).toBe("a=%E9%97%AD");
  });

  it("answers with status, headers, cookies without Secure, and decoded bodies", async () => {
    const answer = await fetch(`${running.siteUrl}/page`);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("x-number")).toBe("7");
    expect(answer.headers.getSetCookie()).toEqual(["a=1; Path=/; HttpOnly", "b=2"]);
    expect(await answer.text()).toBe("闭环");
  });

  it("answers HEAD without a body, a failed function with 500, a body over 10 MB with 413", async () => {
    const head = await fetch(`${running.siteUrl}/anything`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const failed = await fetch(`${running.siteUrl}/thrower`);
    expect([failed.status, await failed.json()]).toEqual([500, { message: "Internal Server Error" }]);
    const large = await fetch(`${running.siteUrl}/x`, {
      method: "POST",
      body: new Uint8Array(10 * 1024 * 1024 + 1),
    });
    expect(large.status).toBe(413);
  });
});

describe("stream mappings", () => {
  const seen = () =>
    readFileSync(journal, { encoding: "utf8", flag: "a+" }).trim().split("\n").filter(Boolean);
  async function put(...ids: string[]): Promise<void> {
    const { mappings, dynamoDbUrl } = running.cloud;
    const [mapping] = mappings.list();
    // Switched off while writing, so that all of them come as one batch.
    mappings.setEnabled(mapping!.uuid, false);
    for (const id of ids) {
      const Item = { pk: { S: id }, ...(id.startsWith("skip") && { skip: { S: "y" } }) };
      await dynamo(dynamoDbUrl, "PutItem", { TableName: "things", Item });
    }
    running.cloud.onTableWrite?.("things");
    await running.quiet();
    mappings.setEnabled(mapping!.uuid, true);
    await running.quiet();
  }

  it("deliver what the filter lets through, and nothing while switched off", async () => {
    await put("one", "skip", "two");
    expect(seen()).toEqual(["one", "two"]);
  });

  it("retry from the first record that failed, give it up after its retries, and go on with the rest", async () => {
    await put("good", "bad", "after");
    expect(seen().slice(2)).toEqual(["good", "bad", "bad", "bad", "after"]);
    expect(await failures()).toMatchObject([
      { requestContext: { condition: "RetryAttemptsExhausted" }, DDBStreamBatchInfo: { batchSize: 1 } },
    ]);
  });

  it("halve a batch whose function throws until the culprit is alone", async () => {
    await put("a", "b", "c", "throw");
    expect(new Set(seen().slice(7))).toEqual(new Set(["a", "b", "c", "throw"]));
    const given = await failures();
    expect(given).toMatchObject([{ DDBStreamBatchInfo: { batchSize: 1 } }]);
    expect(JSON.stringify(given)).not.toContain("NewImage");
  });
});

describe("local control", () => {
  const post = (path: string, body: unknown) =>
    fetch(`${running.siteUrl}/_local/${path}`, { method: "POST", body: JSON.stringify(body) });

  it("answers health and moves the clock", async () => {
    expect((await fetch(`${running.siteUrl}/_local/health`)).status).toBe(200);
    const before = (await (await fetch(`${running.siteUrl}/_local/clock`)).json()) as { now: string };
    expect(before.now).toMatch(/\+08:00$/);
    const after = (await (await post("clock", { advance: "PT2H" })).json()) as { now: string };
    expect(Date.parse(after.now) - Date.parse(before.now)).toBeGreaterThanOrEqual(7_200_000);
    expect((await post("clock", { to: before.now })).status).toBe(400);
    expect((await post("clock", { advance: "tomorrow" })).status).toBe(400);
    expect((await post("clock", { to: "2099-01-01T00:00:00" })).status).toBe(400);
  });

  it("shows pages and nothing to other sites", async () => {
    for (const path of ["", "inbox.html", "executions"]) {
      const answer = await fetch(`${running.siteUrl}/_local/${path}`);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    }
    const foreign = await fetch(`${running.siteUrl}/_local/reset`, {
      method: "POST",
      headers: { origin: "https://elsewhere.example" },
    });
    expect(foreign.status).toBe(403);
    expect((await fetch(`${running.siteUrl}/_local/nothing`)).status).toBe(404);
    expect((await fetch(`${running.siteUrl}/_local/reset`)).status).toBe(405);
  });

  it("resets to the first start, clock aside", async () => {
    const before = running.cloud.clock.now();
    expect((await post("reset", {})).status).toBe(204);
    const { Count } = await dynamo(running.cloud.dynamoDbUrl, "Scan", { TableName: "things" });
    expect(Count).toBe(0);
    expect(running.cloud.clock.now()).toBeGreaterThanOrEqual(before);
    expect(await running.cloud.invoke("echo", 1)).toBe(1);
  });
});
