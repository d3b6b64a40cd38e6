/** The shape of a definition that passed validation, and what can be read off a Resource. */
import type { TaskPattern } from "./types.ts";

/** The longest wait or timeout in seconds that Step Functions takes. */
export const MAX_SECONDS = 99_999_999;

/** Any JSON; strings that are exactly `{% ... %}` are expressions, at any depth. */
export type Template = unknown;

export type Transition = { Next?: string; End?: boolean };
export type Results = { Assign?: Record<string, Template>; Output?: Template };

export type Retrier = {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: "NONE" | "FULL";
};
export type Catcher = Results & { ErrorEquals: string[]; Next: string };
export type ChoiceRule = Results & { Condition: Template; Next: string };

export type PassState = { Type: "Pass" } & Transition & Results;
export type SucceedState = { Type: "Succeed"; Output?: Template };
export type FailState = { Type: "Fail"; Error?: Template; Cause?: Template };
export type WaitState = { Type: "Wait"; Seconds?: Template; Timestamp?: Template } & Transition & Results;
export type ChoiceState = { Type: "Choice"; Choices: ChoiceRule[]; Default?: string } & Results;
export type TaskState = {
  Type: "Task";
  Resource: string;
  Arguments?: Template;
  TimeoutSeconds?: Template;
  Retry?: Retrier[];
  Catch?: Catcher[];
} & Transition &
  Results;
export type State = PassState | SucceedState | FailState | WaitState | ChoiceState | TaskState;

/** A definition that is ready to run. */
export type Machine = { StartAt: string; States: Record<string, State>; TimeoutSeconds?: number };

/** A Resource taken apart. `eventResource` and `resourceType` are the words that history events use. */
export type Resource = {
  service: string;
  action: string;
  pattern: TaskPattern;
  /** A plain Lambda function ARN: has history events of its own kind. */
  isFunction: boolean;
  eventResource: string;
  resourceType: string;
};

const functionArn = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]+(:[A-Za-z0-9-_$]+)?$/;
const integrationArn =
  /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:((?:aws-sdk:)?[A-Za-z0-9-]+):([A-Za-z0-9]+)(?:\.(sync|sync:2|waitForTaskToken))?$/;

/**
 * Takes a Resource apart; null when it is neither a Lambda function ARN nor a service integration.
 * Source: "Integrating other services" in the Step Functions guide.
 */
export function parseResource(arn: string): Resource | null {
  if (functionArn.test(arn)) {
    return {
      service: "lambda",
      action: "function",
      pattern: "request",
      isFunction: true,
      eventResource: arn,
      resourceType: "lambda",
    };
  }
  const match = integrationArn.exec(arn);
  if (!match) return null;
  const [, service = "", action = "", suffix] = match;
  return {
    service,
    action,
    pattern: (suffix ?? "request") as TaskPattern,
    isFunction: false,
    eventResource: suffix ? `${action}.${suffix}` : action,
    resourceType: service,
  };
}
