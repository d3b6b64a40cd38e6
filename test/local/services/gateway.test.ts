import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { DescribeStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { unframe } from "../../../local/gateway/body.ts";
import { AwsError, FunctionError, type StreamMapping } from "../../../local/kernel.ts";
import { createLambda } from "../../../local/services/lambda.ts";
import { createSecretsManager } from "../../../local/services/secretsmanager.ts";
import { createSqs } from "../../../local/services/sqs.ts";
import { fakeCloud } from "./fake-cloud.ts";

const cloud = fakeCloud();
const mapping: StreamMapping = {
  uuid: "a-b",
  functionArn: "arn:aws:lambda:ap-southeast-1:000000000000:function:echo",
  eventSourceArn: "arn:stream",
  enabled: true,
  batchSize: 10,
};
const lambda = createLambda(cloud, {
  list: () => [mapping],
  setEnabled: (_uuid, enabled) => Object.assign(mapping, { enabled }),
});
const secrets = createSecretsManager(cloud);

beforeAll(async () => {
  cloud.add(createSqs(cloud).service, secrets.service, lambda.service, {
    name: "states",
    protocol: "json",
    target: "AWSStepFunctions",
    actions: {
      StartExecution: {
        input: z.object({ stateMachineArn: z.string(), input: z.string().optional() }),
        run: (_input, call) => ({ executionArn: `by:${call.accessKeyId}`, startDate: new Date(1500) }),
      },
      DescribeStateMachine: {
        run: () => {
          throw new AwsError("StateMachineDoesNotExist", "no such machine", 400);
        },
      },
    },
  });
  await cloud.listen();
});
afterAll(() => cloud.close());

describe("gateway", () => {
  it("hands the key id of the caller on and writes instants as seconds", async () => {
    const answer = await new SFNClient(cloud.client).send(
      new StartExecutionCommand({ stateMachineArn: "m", input: "{}" }),
    );
    expect(answer.executionArn).toBe("by:AKIATEST");
    expect(answer.startDate).toEqual(new Date(1500));
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("answers errors by their own name", async () => {
    const sent = new SFNClient(cloud.client).send(new DescribeStateMachineCommand({ stateMachineArn: "m" }));
    await expect(sent).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
      message: "no such machine",
    });
  });

  it("refuses input that does not fit the schema", async () => {
    const sent = new SFNClient(cloud.client).send(
      new StartExecutionCommand({ stateMachineArn: undefined as never }),
    );
    await expect(sent).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("Value at 'stateMachineArn'"),
    });
  });

  it.each([
    [
      "application/x-amz-json-1.0",
      { "x-amz-target": "AWSStepFunctions.DeleteEverything" },
      "states",
      "DeleteEverything",
    ],
    ["application/x-www-form-urlencoded", {}, "nothing", "nothing"],
  ])("names an action it does not know (%s)", async (type, headers, service, named) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=K/20260101/r/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const answer = await fetch(cloud.awsUrl, {
      method: "POST",
      headers: { "content-type": type, authorization, ...headers },
      body: "{}",
    });
    expect(answer.status).toBe(400);
    const body = (await answer.json()) as { __type: string; message: string };
    expect(body.__type).toBe("UnknownOperationException");
    expect(body.message).toContain(named);
  });

  it("does not take a property of Object for an action", async () => {
    const authorization =
      "AWS4-HMAC-SHA256 Credential=K/20260101/r/states/aws4_request, SignedHeaders=host, Signature=0";
    const headers = { authorization, "x-amz-target": "AWSStepFunctions.constructor" };
    const answer = await fetch(cloud.awsUrl, { method: "POST", headers, body: "{}" });
    expect(await answer.json()).toMatchObject({ __type: "UnknownOperationException" });
  });

  it("takes the aws-chunked framing off and checks the trailer", () => {
    const framed = (sum: string) =>
      Buffer.from(`5;chunk-signature=x\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:${sum}\r\n\r\n`);
    expect(unframe(framed("DUoRhQ==")).toString()).toBe("hello world");
    expect(() => unframe(framed("AAAAAA=="))).toThrow("CRC32");
    expect(() => unframe(Buffer.from("9\r\nabc"))).toThrow(AwsError);
  });
});

describe("sqs", () => {
  it("sends, hides while it is worked on, and deletes", async () => {
    const client = new SQSClient(cloud.client);
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "dlq" }));
    const sent = await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "失败",
        MessageAttributes: { CODE: { DataType: "String", StringValue: "x" } },
      }),
    );
    const receive = () =>
      client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }),
      );
    const [message] = (await receive()).Messages!;
    expect(message).toMatchObject({ MessageId: sent.MessageId, Body: "失败" });
    expect(message!.MessageAttributes!.CODE!.StringValue).toBe("x");
    expect((await receive()).Messages ?? []).toEqual([]);
    await cloud.advance(31_000);
    const [again] = (await receive()).Messages!;
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again!.ReceiptHandle }));
    await cloud.advance(31_000);
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: "0",
      QueueArn: expect.stringContaining(":dlq"),
    });
  });

  it("says which queue is missing by its error name", async () => {
    const client = new SQSClient(cloud.client);
    const sent = client.send(
      new SendMessageCommand({ QueueUrl: `${cloud.awsUrl}/0/none`, MessageBody: "x" }),
    );
    await expect(sent).rejects.toMatchObject({ name: expect.stringContaining("QueueDoesNotExist") });
  });
});

describe("secretsmanager", () => {
  const client = () => new SecretsManagerClient(cloud.client);
  it("keeps versions; the newest is current", async () => {
    const { ARN } = await client().send(new CreateSecretCommand({ Name: "app/key", SecretString: "one" }));
    await client().send(new PutSecretValueCommand({ SecretId: "app/key", SecretString: "two" }));
    const read = (VersionStage?: string) =>
      client().send(new GetSecretValueCommand({ SecretId: ARN, VersionStage }));
    expect((await read()).SecretString).toBe("two");
    expect((await read("AWSPREVIOUS")).SecretString).toBe("one");
    const described = await client().send(new DescribeSecretCommand({ SecretId: "app/key" }));
    expect(Object.values(described.VersionIdsToStages!).flat().sort()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
  });

  it("makes the secret of a template once", async () => {
    const options = {
      SecretStringTemplate: '{"kid":"k1"}',
      GenerateStringKey: "key",
      PasswordLength: 64,
      ExcludePunctuation: true,
    };
    const arn = secrets.provision("links", options);
    const { SecretString } = await client().send(new GetSecretValueCommand({ SecretId: arn }));
    expect(JSON.parse(SecretString!)).toEqual({ kid: "k1", key: expect.stringMatching(/^[A-Za-z0-9]{64}$/) });
    expect(secrets.provision("links", options)).toBe(arn);
    expect((await client().send(new GetSecretValueCommand({ SecretId: arn }))).SecretString).toBe(
      SecretString,
    );
  });

  it("does not find what is not there", async () => {
    const read = client().send(new GetSecretValueCommand({ SecretId: "none" }));
    await expect(read).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("lambda", () => {
  const client = () => new LambdaClient(cloud.client);
  const echo = cloud.addFunction("echo", (payload) => ({ got: payload }));
  cloud.addFunction("broken", () => {
    throw new FunctionError("TypeError", "no", { errorType: "TypeError", errorMessage: "no", trace: [] });
  });

  it.each(["echo", "echo:live", echo.arn, `${echo.arn}:live`, "000000000000:function:echo"])(
    "invokes by %s",
    async (FunctionName) => {
      const answer = await client().send(
        new InvokeCommand({ FunctionName, Payload: JSON.stringify({ a: "事" }) }),
      );
      expect(answer.StatusCode).toBe(200);
      expect(answer.FunctionError).toBeUndefined();
      expect(JSON.parse(Buffer.from(answer.Payload!).toString())).toEqual({ got: { a: "事" } });
    },
  );

  it("reports what a function threw", async () => {
    const answer = await client().send(new InvokeCommand({ FunctionName: "broken" }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(JSON.parse(Buffer.from(answer.Payload!).toString()).errorType).toBe("TypeError");
  });

  it("queues an event", async () => {
    const sent = new InvokeCommand({ FunctionName: "echo", InvocationType: "Event", Payload: "[1]" });
    expect((await client().send(sent)).StatusCode).toBe(202);
    expect(cloud.invoked.at(-1)).toMatchObject({ name: echo.arn, payload: [1] });
  });

  it("shows functions and mappings", async () => {
    const shown = await client().send(new GetFunctionCommand({ FunctionName: "echo" }));
    expect(shown.Configuration).toMatchObject({ FunctionName: "echo", Runtime: "nodejs24.x", Timeout: 30 });
    expect((await client().send(new ListFunctionsCommand({}))).Functions).toHaveLength(2);
    const update = new UpdateEventSourceMappingCommand({ UUID: "a-b", Enabled: false });
    expect((await client().send(update)).State).toBe("Disabled");
    const list = new ListEventSourceMappingsCommand({ FunctionName: "echo" });
    expect((await client().send(list)).EventSourceMappings).toMatchObject([
      { UUID: "a-b", State: "Disabled" },
    ]);
  });

  it("does not find what is not there", async () => {
    const sent = client().send(new InvokeCommand({ FunctionName: "none" }));
    await expect(sent).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});
