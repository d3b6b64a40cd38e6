/**
 * The reducer: one event in, the next state, new history and commands out. It runs states one after the other until
 * one has to wait for the host, and has no clock, no I/O and no chance of its own: the same journal gives the same
 * state. What each state type does is in states.ts, what a Task does in tasks.ts.
 */
import type { Machine } from "./definition.ts";
import { StateFailure } from "./errors.ts";
import { appendEvent, HISTORY_FULL_CAUSE, HistoryFull } from "./history.ts";
import { finish, type Run, type Step } from "./run.ts";
import { enterState, exitWait, failState } from "./states.ts";
import {
  reportTaskFailure,
  scheduleTask,
  taskStarted,
  taskSubmitted,
  taskSucceeded,
  taskTimedOut,
  tokenReturned,
} from "./tasks.ts";
import type { Command, EngineEvent, ExecutionState, HistoryEvent } from "./types.ts";

/** What one event led to: the next state, the new history events only, and what the host has to do. */
export type Reduction = { state: ExecutionState; history: HistoryEvent[]; commands: Command[] };

/**
 * Applies one event at `now` (epoch milliseconds). An event that no longer applies (a stale timer, an unknown task or
 * token, anything after the end) gives the same state, no history and no commands. `state` is not changed. Throws
 * only on misuse: a second start, or an event before the start.
 */
export async function reduce(
  machine: Machine,
  state: ExecutionState | null,
  event: EngineEvent,
  now: number,
): Promise<Reduction> {
  if (event.type === "start") {
    if (state) throw new Error("The execution has already been started");
    return settle(
      { machine, state: initialState(event), history: [], commands: [], now, decisionAfter: 0 },
      begin,
    );
  }
  if (!state) throw new Error(`The first event of an execution is its start, not ${event.type}`);
  const step = state.status === "RUNNING" ? stepFor(state, event) : null;
  if (!step) return { state, history: [], commands: [] };
  const copy = structuredClone(state);
  return settle(
    { machine, state: copy, history: [], commands: [], now, decisionAfter: copy.lastEventId },
    step,
  );
}

/** Tokens that may be returned now: a callback task waits for each of them. */
export function openTokens(state: ExecutionState): string[] {
  const pending = state.frame?.pending;
  return state.status === "RUNNING" && pending?.kind === "task" && pending.token ? [pending.token] : [];
}

function initialState(event: Extract<EngineEvent, { type: "start" }>): ExecutionState {
  const { type: _, ...start } = event;
  return { status: "RUNNING", ...start, eventCount: 0, lastEventId: 0, variables: {}, frame: null };
}

async function begin(run: Run): Promise<Step> {
  const { state, machine } = run;
  appendEvent(run, "ExecutionStarted", { input: JSON.stringify(state.input), roleArn: state.roleArn });
  // AWS: the first state names no predecessor.
  state.lastEventId = 0;
  if (machine.TimeoutSeconds !== undefined) {
    state.executionTimerId = "execution";
    run.commands.push({
      type: "timer",
      timerId: state.executionTimerId,
      at: state.startedAt + machine.TimeoutSeconds * 1000,
    });
  }
  return { next: machine.StartAt, input: state.input };
}

type Behaviour = (run: Run) => Promise<Step> | Step;

/** What an event means to the execution as it stands; null when nothing. */
function stepFor(state: ExecutionState, event: Exclude<EngineEvent, { type: "start" }>): Behaviour | null {
  if (event.type === "stop") {
    return (run) => finish(run, "ABORTED", { error: event.error, cause: event.cause }, 0);
  }
  if (event.type === "timer") return timerStep(state, event.timerId);
  const pending = state.frame?.pending;
  if (pending?.kind !== "task") return null;
  if (event.type === "tokenSucceeded" || event.type === "tokenFailed") {
    return pending.token === event.token ? (run) => tokenReturned(run, event) : null;
  }
  if (pending.taskId !== event.taskId) return null;
  switch (event.type) {
    case "taskStarted":
      return pending.started ? null : taskStarted;
    case "taskSubmitted":
      return pending.submitted ? null : (run) => taskSubmitted(run, event.output);
    case "taskSucceeded":
      // A callback task's service has only taken the request; its token ends it.
      if (pending.token) return pending.submitted ? null : (run) => taskSubmitted(run, event.output);
      return (run) => taskSucceeded(run, event.output);
    case "taskFailed":
      return (run) => reportTaskFailure(run, event);
  }
}

function timerStep(state: ExecutionState, timerId: string): Behaviour | null {
  if (timerId === state.executionTimerId) {
    return (run) => finish(run, "TIMED_OUT", { error: "States.Timeout" }, 0);
  }
  const pending = state.frame?.pending;
  if (pending?.kind === "task") return pending.timeoutTimerId === timerId ? taskTimedOut : null;
  if (pending?.timerId !== timerId) return null;
  return pending.kind === "wait" ? exitWait : scheduleTask;
}

/** Runs a step and all that follows from it until the execution waits or ends. */
async function settle(run: Run, first: Behaviour): Promise<Reduction> {
  const { state } = run;
  let behaviour: Behaviour | null = first;
  try {
    while (behaviour) {
      const step: Step = await attempt(run, behaviour);
      behaviour = step && ((r) => enterState(r, step.next, step.input));
    }
  } catch (thrown) {
    if (!(thrown instanceof HistoryFull)) throw thrown;
    finish(run, "FAILED", { error: "States.Runtime", cause: HISTORY_FULL_CAUSE });
  }
  return { state, history: run.history, commands: run.commands };
}

async function attempt(run: Run, behaviour: Behaviour): Promise<Step> {
  try {
    return await behaviour(run);
  } catch (thrown) {
    if (!(thrown instanceof StateFailure)) throw thrown;
    return failState(run, thrown);
  }
}
