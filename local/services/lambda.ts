/** The Lambda API over the functions of this cloud. https://docs.aws.amazon.com/lambda/latest/api/ */
import * as z from "zod";
import {
  AwsError,
  type Cloud,
  type FunctionConfig,
  FunctionError,
  type Service,
  type StreamMapping,
} from "../kernel.ts";
import { action, nameOf } from "./action.ts";

const ref = z.object({ FunctionName: z.string().min(1).max(256) });

/** How the Lambda API shows a function. */
function configuration(config: FunctionConfig) {
  return {
    FunctionName: config.name,
    FunctionArn: config.arn,
    Runtime: "nodejs24.x",
    Role: config.roleArn,
    Handler: config.handler,
    Description: config.description,
    Timeout: config.timeoutSeconds,
    MemorySize: config.memoryMb,
    Environment: { Variables: config.environment },
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    Version: "$LATEST",
    DeadLetterConfig: config.deadLetterArn ? { TargetArn: config.deadLetterArn } : undefined,
  };
}

function shown(mapping: StreamMapping) {
  return {
    UUID: mapping.uuid,
    FunctionArn: mapping.functionArn,
    EventSourceArn: mapping.eventSourceArn,
    BatchSize: mapping.batchSize,
    State: mapping.enabled ? "Enabled" : "Disabled",
    StateTransitionReason: "User action",
  };
}

/** `mappings` stands in for the cloud's own stream mappings. */
export function createLambda(cloud: Cloud, mappings?: Cloud["mappings"]) {
  const streams = () => mappings ?? cloud.mappings;

  /** By name, ARN, or the partial ARN `account:function:name`, with or without an alias. */
  function find(reference: string): FunctionConfig {
    const partial = /^\d{12}:function:(.+)$/.exec(reference)?.[1] ?? reference;
    const name = partial.startsWith("arn:") ? nameOf(partial) : partial.split(":")[0]!;
    const config = cloud.functions.get(name);
    if (config) return config;
    const arn = `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${name}`;
    throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404, { Type: "User" });
  }

  const service: Service = {
    name: "lambda",
    protocol: "rest-json",
    actions: {
      Invoke: action(
        ref,
        async (input, call) => {
          const config = find(input.FunctionName);
          const body = call.http?.body;
          const payload: unknown = body?.length ? JSON.parse(body.toString("utf8")) : {};
          const type = call.http?.headers["x-amz-invocation-type"] ?? "RequestResponse";
          const headers: Record<string, string> = { "x-amz-executed-version": "$LATEST" };
          if (type === "DryRun") return { status: 204, headers, body: "" };
          if (type === "Event") {
            cloud.invokeAsync(config.arn, payload);
            return { status: 202, headers, body: "" };
          }
          headers["content-type"] = "application/json";
          try {
            return {
              status: 200,
              headers,
              body: JSON.stringify((await cloud.invoke(config.arn, payload)) ?? null),
            };
          } catch (error) {
            if (!(error instanceof FunctionError)) throw error;
            headers["x-amz-function-error"] = "Unhandled";
            return { status: 200, headers, body: JSON.stringify(error.payload) };
          }
        },
        "POST /2015-03-31/functions/{FunctionName}/invocations",
      ),
      GetFunction: action(
        ref,
        (input) => ({
          Configuration: configuration(find(input.FunctionName)),
          Code: { RepositoryType: "S3", Location: "" },
        }),
        "GET /2015-03-31/functions/{FunctionName}",
      ),
      GetFunctionConfiguration: action(
        ref,
        (input) => configuration(find(input.FunctionName)),
        "GET /2015-03-31/functions/{FunctionName}/configuration",
      ),
      ListFunctions: action(
        z.object({}),
        () => ({ Functions: [...cloud.functions.values()].map(configuration) }),
        "GET /2015-03-31/functions",
      ),
      ListEventSourceMappings: action(
        z.object({ FunctionName: z.string().optional(), EventSourceArn: z.string().optional() }),
        (input) => {
          const wanted = input.FunctionName ? find(input.FunctionName).name : null;
          const all = streams().list();
          const fits = all.filter(
            (mapping) =>
              (!wanted || nameOf(mapping.functionArn) === wanted) &&
              (!input.EventSourceArn || mapping.eventSourceArn === input.EventSourceArn),
          );
          return { EventSourceMappings: fits.map(shown) };
        },
        "GET /2015-03-31/event-source-mappings",
      ),
      UpdateEventSourceMapping: action(
        z.object({ UUID: z.string(), Enabled: z.boolean() }),
        (input) => {
          if (
            !streams()
              .list()
              .some((mapping) => mapping.uuid === input.UUID)
          ) {
            throw new AwsError(
              "ResourceNotFoundException",
              "The resource you requested does not exist.",
              404,
              {
                Type: "User",
              },
            );
          }
          const mapping = streams().setEnabled(input.UUID, input.Enabled);
          return {
            status: 202,
            headers: { "content-type": "application/json" },
            body: JSON.stringify(shown(mapping)),
          };
        },
        "PUT /2015-03-31/event-source-mappings/{UUID}",
      ),
    },
  };
  return { service };
}
