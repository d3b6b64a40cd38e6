/** Functions, their aliases, their asynchronous configuration and their stream mappings. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { functionName } from "../../lambda/host.ts";
import { type EventPattern, patternProblem } from "../../services/event-pattern.ts";
import type { CreateResource } from "../deploy.ts";
import { accessKeyOf } from "./identity.ts";

type FunctionProps = {
  FunctionName?: string;
  Handler: string;
  Code: { S3Key?: string; ZipFile?: string };
  Timeout?: number;
  MemorySize?: number;
  Environment?: { Variables?: Record<string, unknown> };
  Role: string;
  Description?: string;
  DeadLetterConfig?: { TargetArn?: string };
};

type MappingProps = {
  FunctionName: string;
  EventSourceArn: string;
  Enabled?: boolean | string;
  BatchSize?: number;
  StartingPosition?: "TRIM_HORIZON" | "LATEST";
  FilterCriteria?: { Filters?: { Pattern: string | object }[] };
  MaximumRetryAttempts?: number;
  BisectBatchOnFunctionError?: boolean | string;
  FunctionResponseTypes?: string[];
  DestinationConfig?: { OnFailure?: { Destination?: string } };
};

const isTrue = (value: unknown) => value === true || value === "true";

function pattern(given: string | object): EventPattern {
  const text = typeof given === "string" ? given : JSON.stringify(given);
  const problem = patternProblem(text);
  if (problem) throw new Error(problem);
  return JSON.parse(text) as EventPattern;
}

export const lambdaTypes: Record<string, CreateResource> = {
  "AWS::Lambda::Function": (props: FunctionProps, ctx) => {
    const name = ctx.name(props.FunctionName);
    const arn = ctx.arn("lambda", `function:${name}`);
    let codeDir = "";
    if (props.Code.ZipFile !== undefined) {
      codeDir = join(ctx.cloud.dataDir, "inline", name);
      mkdirSync(codeDir, { recursive: true });
      writeFileSync(join(codeDir, `${props.Handler.split(".")[0]}.js`), props.Code.ZipFile);
    } else codeDir = ctx.asset(props.Code.S3Key ?? "");
    const variables = Object.entries(props.Environment?.Variables ?? {});
    ctx.cloud.functions.set(name, {
      name,
      arn,
      handler: props.Handler,
      codeDir,
      timeoutSeconds: Number(props.Timeout ?? 3),
      memoryMb: Number(props.MemorySize ?? 128),
      environment: Object.fromEntries(variables.map(([key, value]) => [key, String(value)])),
      roleArn: props.Role,
      accessKeyId: accessKeyOf(props.Role),
      description: props.Description ?? "",
      deadLetterArn: props.DeadLetterConfig?.TargetArn ?? null,
    });
    return { ref: name, attributes: { Arn: arn } };
  },
  "AWS::Lambda::Version": ({ FunctionName }: { FunctionName: string }, ctx) => {
    const ref = `${ctx.arn("lambda", `function:${functionName(FunctionName)}`)}:1`;
    return { ref, attributes: { Version: "1", FunctionArn: ref } };
  },
  "AWS::Lambda::Alias": ({ FunctionName, Name }: { FunctionName: string; Name: string }, ctx) => {
    const ref = `${ctx.arn("lambda", `function:${functionName(FunctionName)}`)}:${Name}`;
    return { ref, attributes: { AliasArn: ref } };
  },
  "AWS::Lambda::EventInvokeConfig": (
    props: {
      FunctionName: string;
      MaximumRetryAttempts?: number;
      DestinationConfig?: { OnFailure?: { Destination?: string } };
    },
    ctx,
  ) => {
    ctx.queue.configure(functionName(props.FunctionName), {
      retries: Number(props.MaximumRetryAttempts ?? 2),
      onFailureArn: props.DestinationConfig?.OnFailure?.Destination ?? null,
    });
    return { ref: ctx.logicalId, attributes: {} };
  },
  "AWS::Lambda::EventSourceMapping": (props: MappingProps, ctx) => {
    const [, , service, , , path = ""] = props.EventSourceArn.split(":");
    if (service !== "dynamodb") throw new Error(`no stream mapping from ${service}`);
    const uuid = ctx.id(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    ctx.streams.add({
      uuid,
      table: path.split("/")[1]!,
      functionArn: ctx.arn("lambda", `function:${functionName(props.FunctionName)}`),
      eventSourceArn: props.EventSourceArn,
      enabled: props.Enabled === undefined || isTrue(props.Enabled),
      batchSize: Number(props.BatchSize ?? 100),
      startingPosition: props.StartingPosition ?? "TRIM_HORIZON",
      filters: (props.FilterCriteria?.Filters ?? []).map(({ Pattern }) => pattern(Pattern)),
      retries: Number(props.MaximumRetryAttempts ?? -1),
      bisect: isTrue(props.BisectBatchOnFunctionError),
      partialResponse: (props.FunctionResponseTypes ?? []).includes("ReportBatchItemFailures"),
      onFailureArn: props.DestinationConfig?.OnFailure?.Destination ?? null,
    });
    return { ref: uuid, attributes: { Id: uuid } };
  },
};
