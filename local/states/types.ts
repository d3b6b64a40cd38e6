/**
 * The data that crosses the border of the engine: what the host sends in, what comes out, and the state that it
 * keeps between two calls. Everything here is plain JSON, so that a journal of events and a snapshot of the state
 * can be written down as they are.
 */

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/**
 * One line of GetExecutionHistory. `details` holds the fields of AWS's `...EventDetails` member of that type, with
 * `input`, `output`, `parameters` and the values of `assignedVariables` as JSON text, exactly as AWS sends them.
 */
export type HistoryEvent = {
  id: number;
  previousEventId: number;
  /** Epoch milliseconds. */
  timestamp: number;
  type: string;
  details: Record<string, unknown>;
};

/**
 * Why a definition is refused, as ValidateStateMachineDefinition answers it. `location` is a path such as
 * /States/Ask/Catch[0]/Next; absent where AWS gives none.
 */
export type Problem = { code: string; message: string; location?: string };

/** How a Task waits for its service: plain request, until the job ends, or until somebody returns the token. */
export type TaskPattern = "request" | "sync" | "sync:2" | "waitForTaskToken";

/** What the engine asks its host to do. */
export type Command =
  | {
      type: "task";
      /** Unique within the execution. */
      taskId: string;
      /** The Resource of the state, in full. */
      resource: string;
      /** `lambda`, `states`, `dynamodb`, `aws-sdk:dynamodb` ... */
      service: string;
      /** `invoke`, `startExecution`, `putItem` ...; `function` for a plain Lambda function ARN. */
      action: string;
      pattern: TaskPattern;
      arguments: unknown;
      /** The task token, only with waitForTaskToken. */
      token?: string;
      /** Epoch milliseconds at which the engine gives up (the engine arms its own timer for it). */
      timeoutAt?: number;
    }
  | { type: "timer"; timerId: string; at: number }
  | { type: "cancelTimer"; timerId: string }
  | { type: "abandonTask"; taskId: string }
  | { type: "done"; status: ExecutionStatus; output?: unknown; error?: string; cause?: string };

/**
 * What happened to an execution. The journal of an execution is the list of these with the instant of each.
 *
 * A service's answer is `taskSucceeded` for plain requests and for the end of a `.sync` job, `taskSubmitted` for the
 * first answer of a `.sync` job. For a callback task both mean the same: the service has taken the request, and the
 * task goes on waiting for its token. `taskStarted` may be left out; an answer implies it.
 */
export type EngineEvent =
  | {
      type: "start";
      input: unknown;
      name: string;
      executionArn: string;
      stateMachineArn: string;
      roleArn: string;
      /** Epoch milliseconds. */
      startedAt: number;
      /** Secret and random: task tokens, `$uuid`, `$random` and jitter are derived from it. */
      seed: string;
    }
  | { type: "taskStarted"; taskId: string }
  | { type: "taskSubmitted"; taskId: string; output: unknown }
  | { type: "taskSucceeded"; taskId: string; output: unknown }
  | { type: "taskFailed"; taskId: string; error: string; cause: string }
  | { type: "tokenSucceeded"; token: string; output: unknown }
  | { type: "tokenFailed"; token: string; error?: string; cause?: string }
  | { type: "timer"; timerId: string }
  | { type: "stop"; error?: string; cause?: string };

export type Variables = Record<string, unknown>;

/** What the current state waits for. */
export type Pending =
  | { kind: "wait"; timerId: string }
  | { kind: "retry"; timerId: string }
  | {
      kind: "task";
      taskId: string;
      token?: string;
      started: boolean;
      submitted: boolean;
      timeoutTimerId?: string;
    };

/** The state that the execution is in. */
export type Frame = {
  name: string;
  input: unknown;
  /** Epoch milliseconds. */
  enteredAt: number;
  /** Id of the ...StateEntered event. */
  enteredEventId: number;
  /** Retries so far, all retriers together: `$states.context.State.RetryCount`. */
  retryCount: number;
  /** Retries so far by position in `Retry`. */
  attempts: number[];
  pending: Pending | null;
};

/** An execution between two events. Opaque to the host except for the first block. */
export type ExecutionState = {
  status: ExecutionStatus;
  input: unknown;
  output?: unknown;
  error?: string;
  cause?: string;
  /** Number of history events so far = id of the newest. */
  eventCount: number;

  name: string;
  executionArn: string;
  stateMachineArn: string;
  roleArn: string;
  /** Epoch milliseconds. */
  startedAt: number;
  seed: string;
  /** What the next history event names as its predecessor. */
  lastEventId: number;
  variables: Variables;
  frame: Frame | null;
  executionTimerId?: string;
};
