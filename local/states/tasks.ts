/** The life of one attempt of a Task: scheduled, started, submitted, and how it ends. */
import { MAX_SECONDS, parseResource, type Resource, type TaskState } from "./definition.ts";
import { dataLimitFailure, evaluationFailure, exceedsDataLimit, StateFailure } from "./errors.ts";
import { evaluate, evaluateAs } from "./expressions.ts";
import { appendEvent } from "./history.ts";
import { taskToken } from "./random.ts";
import { armTimer, definitionOf, frameOf, leaveState, type Run, type Step, scopeOf } from "./run.ts";
import type { EngineEvent, Pending } from "./types.ts";

type PendingTask = Extract<Pending, { kind: "task" }>;

/**
 * Schedules the first or the next attempt. Every attempt of a callback task has a token of its own; Arguments and
 * TimeoutSeconds are evaluated again each time. Without Arguments the service gets the state's input.
 */
export async function scheduleTask(run: Run): Promise<Step> {
  const frame = frameOf(run);
  const { definition, resource } = taskOf(run);
  const attempt = run.state.eventCount + 1;
  const pending: PendingTask = {
    kind: "task",
    taskId: `task-${attempt}`,
    started: false,
    submitted: false,
    ...(resource.pattern === "waitForTaskToken" && {
      token: taskToken(run.state.seed, run.state.executionArn, attempt),
    }),
  };
  frame.pending = pending;
  const { args, timeout } = await evaluateCall(run, definition).catch((thrown: unknown) => {
    frame.pending = null;
    throw thrown;
  });
  const payload = JSON.stringify(args);
  const region = run.state.executionArn.split(":")[3];
  appendEvent(
    run,
    resource.isFunction ? "LambdaFunctionScheduled" : "TaskScheduled",
    resource.isFunction
      ? { resource: resource.eventResource, input: payload, timeoutInSeconds: timeout }
      : {
          resourceType: resource.resourceType,
          resource: resource.eventResource,
          region,
          parameters: payload,
          timeoutInSeconds: timeout,
        },
  );
  const timeoutAt = timeout === undefined ? undefined : run.now + timeout * 1000;
  run.commands.push({
    type: "task",
    taskId: pending.taskId,
    resource: definition.Resource,
    service: resource.service,
    action: resource.action,
    pattern: resource.pattern,
    arguments: args,
    ...(pending.token !== undefined && { token: pending.token }),
    ...(timeoutAt !== undefined && { timeoutAt }),
  });
  if (timeoutAt !== undefined) pending.timeoutTimerId = armTimer(run, "timeout", timeoutAt);
  return null;
}

async function evaluateCall(run: Run, definition: TaskState): Promise<{ args: unknown; timeout?: number }> {
  const frame = frameOf(run);
  const scope = scopeOf(run);
  const args =
    definition.Arguments === undefined
      ? frame.input
      : await evaluate(definition.Arguments, "Arguments", scope);
  if (exceedsDataLimit(args)) throw dataLimitFailure(frame.name);
  if (definition.TimeoutSeconds === undefined) return { args };
  const timeout = await evaluateAs("number", definition.TimeoutSeconds, "TimeoutSeconds", scope);
  if (!Number.isInteger(timeout) || timeout < 1 || timeout > MAX_SECONDS) {
    throw evaluationFailure(
      frame,
      "TimeoutSeconds",
      `The TimeoutSeconds field must be an integer from 1 to ${MAX_SECONDS} but was: ${timeout}`,
      true,
    );
  }
  return { args, timeout };
}

/** The service has begun. */
export function taskStarted(run: Run): Step {
  const { pending, resource } = taskOf(run);
  pending.started = true;
  appendEvent(run, resource.isFunction ? "LambdaFunctionStarted" : "TaskStarted", eventSubject(resource));
  return null;
}

/** The service has taken a job or a callback request; the task goes on waiting. */
export function taskSubmitted(run: Run, output: unknown): Step {
  const { pending, resource } = implyStart(run);
  pending.submitted = true;
  appendEvent(run, "TaskSubmitted", { ...eventSubject(resource), output: JSON.stringify(output) });
  return null;
}

/** The task has its result; a function that returned nothing gave null. */
export async function taskSucceeded(run: Run, answer: unknown): Promise<Step> {
  const output = answer === undefined ? null : answer;
  const { resource, definition } = implyStart(run);
  if (exceedsDataLimit(output)) {
    const failure = dataLimitFailure(resource.isFunction ? resource.eventResource : resource.resourceType);
    return endAttempt(run, "Failed", failure);
  }
  closeTask(run);
  appendEvent(run, resource.isFunction ? "LambdaFunctionSucceeded" : "TaskSucceeded", {
    ...eventSubject(resource),
    output: JSON.stringify(output),
  });
  run.decisionAfter = run.state.lastEventId;
  return leaveState(run, scopeOf(run, { result: output }), definition, definition, output);
}

/** The service, or the job it ran, has failed. AWS says TaskSubmitFailed when a job or callback was never taken. */
export function reportTaskFailure(run: Run, failed: { error: string; cause: string }): Step {
  const { pending, resource } = implyStart(run);
  const kind = resource.pattern === "request" || pending.submitted ? "Failed" : "SubmitFailed";
  return endAttempt(run, kind, new StateFailure(failed.error, failed.cause));
}

/** Somebody has returned the token. */
export async function tokenReturned(
  run: Run,
  event: Extract<EngineEvent, { type: "tokenSucceeded" | "tokenFailed" }>,
): Promise<Step> {
  if (event.type === "tokenSucceeded") return taskSucceeded(run, event.output);
  implyStart(run);
  return endAttempt(run, "Failed", new StateFailure(event.error, event.cause));
}

/** TimeoutSeconds have passed. */
export function taskTimedOut(run: Run): Step {
  return endAttempt(run, "TimedOut", new StateFailure("States.Timeout", undefined));
}

/** Writes how the attempt ended and hands the failure to Retry and Catch. */
function endAttempt(run: Run, kind: "Failed" | "TimedOut" | "SubmitFailed", failure: StateFailure): never {
  const { resource } = taskOf(run);
  closeTask(run, kind === "TimedOut");
  appendEvent(run, `${resource.isFunction ? "LambdaFunction" : "Task"}${kind}`, {
    ...eventSubject(resource),
    error: failure.error,
    cause: failure.cause,
  });
  run.decisionAfter = run.state.lastEventId;
  throw failure;
}

/** The attempt is over: its timer is not needed any more, and the host may drop it when it gave no answer. */
function closeTask(run: Run, abandoned = false): void {
  const { pending } = taskOf(run);
  if (abandoned) run.commands.push({ type: "abandonTask", taskId: pending.taskId });
  else if (pending.timeoutTimerId) {
    run.commands.push({ type: "cancelTimer", timerId: pending.timeoutTimerId });
  }
  frameOf(run).pending = null;
}

function implyStart(run: Run) {
  if (!taskOf(run).pending.started) taskStarted(run);
  return taskOf(run);
}

function taskOf(run: Run): { definition: TaskState; resource: Resource; pending: PendingTask } {
  const definition = definitionOf(run) as TaskState;
  return {
    definition,
    resource: parseResource(definition.Resource) as Resource,
    pending: frameOf(run).pending as PendingTask,
  };
}

/** The fields that every event of a service integration carries; Lambda function events have none. */
function eventSubject(resource: Resource): Record<string, unknown> {
  return resource.isFunction ? {} : { resourceType: resource.resourceType, resource: resource.eventResource };
}
