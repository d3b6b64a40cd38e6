/**
 * The working copy that one call of the reducer changes, and the few moves that all states share: what an expression
 * sees, waiting for a timer, leaving a state, ending the execution.
 */
import type { Machine, Results, Transition } from "./definition.ts";
import { dataLimitFailure, exceedsDataLimit } from "./errors.ts";
import { evaluate, type Scope } from "./expressions.ts";
import { appendEvent } from "./history.ts";
import type { Command, ExecutionState, ExecutionStatus, Frame, HistoryEvent } from "./types.ts";

export type Run = {
  machine: Machine;
  state: ExecutionState;
  history: HistoryEvent[];
  commands: Command[];
  /** Epoch milliseconds. */
  now: number;
  /** The newest event when the current decision began: what AWS names as predecessor of EvaluationFailed. */
  decisionAfter: number;
};

/** The state to enter next, or null when the execution waits or has ended. */
export type Step = { next: string; input: unknown } | null;

/** The frame of the current state. */
export function frameOf(run: Run): Frame {
  if (!run.state.frame) throw new Error("The execution is in no state");
  return run.state.frame;
}

/** The definition of the current state. */
export function definitionOf(run: Run) {
  const name = frameOf(run).name;
  const definition = run.machine.States[name];
  if (!definition) throw new Error(`The machine has no state ${name}`);
  return definition;
}

/** What the expressions of the current state see. `extra` adds result or errorOutput to `$states`. */
export function scopeOf(run: Run, extra: { result?: unknown; errorOutput?: unknown } = {}): Scope {
  const { state } = run;
  const frame = frameOf(run);
  return {
    state: frame,
    states: { input: frame.input, context: contextObject(run), ...extra },
    variables: state.variables,
    now: run.now,
    seed: `${state.seed}\n${state.executionArn}\n${state.eventCount}`,
  };
}

/** `$states.context`. Source: "Context object" in the Step Functions guide and its recording. */
function contextObject(run: Run): Record<string, unknown> {
  const { state } = run;
  const frame = frameOf(run);
  const isTask = definitionOf(run).Type === "Task";
  const token = frame.pending?.kind === "task" ? frame.pending.token : undefined;
  return {
    Execution: {
      Id: state.executionArn,
      Input: state.input,
      StartTime: new Date(state.startedAt).toISOString(),
      Name: state.name,
      RoleArn: state.roleArn,
      RedriveCount: 0,
    },
    StateMachine: { Id: state.stateMachineArn, Name: state.stateMachineArn.split(":")[6] ?? "" },
    State: {
      Name: frame.name,
      EnteredTime: new Date(frame.enteredAt).toISOString(),
      ...(isTask && { RetryCount: frame.retryCount }),
    },
    ...(token !== undefined && { Task: { Token: token } }),
  };
}

/** Arms a timer named after the newest event, so that its id is never used twice. */
export function armTimer(run: Run, kind: string, at: number): string {
  const timerId = `${kind}-${run.state.eventCount}`;
  run.commands.push({ type: "timer", timerId, at });
  return timerId;
}

/** Gives up what the current state waits for. */
export function cancelPending(run: Run): void {
  const pending = run.state.frame?.pending;
  if (!pending) return;
  if (pending.kind === "task") {
    if (pending.timeoutTimerId) run.commands.push({ type: "cancelTimer", timerId: pending.timeoutTimerId });
    run.commands.push({ type: "abandonTask", taskId: pending.taskId });
  } else {
    run.commands.push({ type: "cancelTimer", timerId: pending.timerId });
  }
  frameOf(run).pending = null;
}

/**
 * Leaves the current state: evaluates Assign and Output from the same values (Assign first decides which of two
 * failures is reported), writes the exit event and gives the next state. `where` prefixes the fields of a choice
 * rule or a catcher; `fallback` is the output when the state says none.
 */
export async function leaveState(
  run: Run,
  scope: Scope,
  results: Results,
  transition: Transition,
  fallback: unknown,
  where = "",
): Promise<Step> {
  const frame = frameOf(run);
  const assigned = results.Assign ? await evaluate(results.Assign, `${where}Assign`, scope) : undefined;
  const output =
    results.Output === undefined ? fallback : await evaluate(results.Output, `${where}Output`, scope);
  if (exceedsDataLimit(output) || (assigned && exceedsDataLimit(assigned)))
    throw dataLimitFailure(frame.name);
  const variables = Object.entries((assigned ?? {}) as Record<string, unknown>);
  appendEvent(run, `${definitionOf(run).Type}StateExited`, {
    name: frame.name,
    output: JSON.stringify(output),
    assignedVariables:
      variables.length > 0
        ? Object.fromEntries(variables.map(([name, value]) => [name, JSON.stringify(value)]))
        : undefined,
  });
  run.state.variables = { ...run.state.variables, ...Object.fromEntries(variables) };
  run.state.frame = null;
  if (transition.Next !== undefined) return { next: transition.Next, input: output };
  return finish(run, "SUCCEEDED", { output });
}

const endEvents = {
  SUCCEEDED: "ExecutionSucceeded",
  FAILED: "ExecutionFailed",
  TIMED_OUT: "ExecutionTimedOut",
  ABORTED: "ExecutionAborted",
} as const;

/** Ends the execution: gives up what is open, writes the last event and tells the host. */
export function finish(
  run: Run,
  status: Exclude<ExecutionStatus, "RUNNING">,
  outcome: { output?: unknown; error?: string | undefined; cause?: string | undefined },
  previous?: number,
): null {
  const { state } = run;
  cancelPending(run);
  if (state.executionTimerId) {
    run.commands.push({ type: "cancelTimer", timerId: state.executionTimerId });
    delete state.executionTimerId;
  }
  const kept = Object.fromEntries(Object.entries(outcome).filter(([, value]) => value !== undefined));
  const details = "output" in kept ? { output: JSON.stringify(kept.output) } : kept;
  appendEvent(run, endEvents[status], details, previous);
  Object.assign(state, { status, ...kept });
  state.frame = null;
  run.commands.push({ type: "done", status, ...kept });
  return null;
}
