/**
 * How Step Functions talks to Lambda, for hosts: what the function gets, and what the state gets back. Source:
 * "Invoke an AWS Lambda function with Step Functions" and recordings.
 */
import type { Command } from "./types.ts";

type LambdaTask = Pick<Extract<Command, { type: "task" }>, "action" | "resource" | "arguments">;

/**
 * The function to call and its event. `lambda:invoke` names the function and takes text as JSON that is already
 * written (a Payload "0.0" is the number); no Payload, or null, is an empty object. A plain function ARN gets the
 * arguments as they are.
 */
export function lambdaCall(task: LambdaTask): { functionName: string; payload: unknown } {
  if (task.action === "function") return { functionName: task.resource, payload: task.arguments };
  const { FunctionName = "", Payload } = task.arguments as { FunctionName?: string; Payload?: unknown };
  return { functionName: FunctionName, payload: eventOf(Payload) };
}

function eventOf(payload: unknown): unknown {
  if (payload === undefined || payload === null) return {};
  if (typeof payload !== "string") return payload;
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return payload;
  }
}

/** The result of the task for what the function returned. `version` is what ran, such as "3". */
export function lambdaResult(task: LambdaTask, returned: unknown, version = "$LATEST"): unknown {
  const payload = returned ?? null;
  if (task.action === "function") return payload;
  return {
    ExecutedVersion: version,
    Payload: payload,
    SdkHttpMetadata: { HttpStatusCode: 200 },
    StatusCode: 200,
  };
}

/** Error and cause of the task for what the function threw: the type, and Lambda's error document as JSON text. */
export function lambdaFailure(errorType: string, document: object): { error: string; cause: string } {
  return { error: errorType, cause: JSON.stringify(document) };
}
