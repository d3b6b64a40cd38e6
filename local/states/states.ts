/** What each state type does when it is entered, how a Wait ends, and what happens when a state fails. */
import { type ChoiceState, type FailState, MAX_SECONDS, type State, type WaitState } from "./definition.ts";
import { causeInState, evaluationFailure, matchesError, StateFailure } from "./errors.ts";
import { evaluateAs } from "./expressions.ts";
import { appendEvent } from "./history.ts";
import { SeededRandom } from "./random.ts";
import { findRetrier, retryDelay } from "./retry.ts";
import {
  armTimer,
  cancelPending,
  definitionOf,
  finish,
  frameOf,
  leaveState,
  type Run,
  type Step,
  scopeOf,
} from "./run.ts";
import { scheduleTask } from "./tasks.ts";
import { parseTimestamp } from "./timestamps.ts";

/** Enters a state and does its work as far as it goes without the host. */
export async function enterState(run: Run, name: string, input: unknown): Promise<Step> {
  const { state } = run;
  run.decisionAfter = state.lastEventId;
  const definition = run.machine.States[name] as State;
  const entered = appendEvent(run, `${definition.Type}StateEntered`, { name, input: JSON.stringify(input) });
  state.frame = {
    name,
    input,
    enteredAt: run.now,
    enteredEventId: entered,
    retryCount: 0,
    attempts: [],
    pending: null,
  };
  switch (definition.Type) {
    case "Pass":
      return leaveState(run, scopeOf(run), definition, definition, input);
    case "Succeed":
      return leaveState(run, scopeOf(run), definition, {}, input);
    case "Fail":
      return fail(run, definition);
    case "Choice":
      return choose(run, definition);
    case "Wait":
      return wait(run, definition);
    case "Task":
      return scheduleTask(run);
  }
}

async function fail(run: Run, definition: FailState): Promise<Step> {
  const scope = scopeOf(run);
  const text = async (field: "Error" | "Cause") =>
    definition[field] === undefined ? undefined : await evaluateAs("string", definition[field], field, scope);
  throw new StateFailure(await text("Error"), await text("Cause"));
}

/** The first rule that holds decides, with its own Assign and Output; the state's own belong to Default. */
async function choose(run: Run, definition: ChoiceState): Promise<Step> {
  const scope = scopeOf(run);
  const { input } = frameOf(run);
  for (const [index, rule] of definition.Choices.entries()) {
    if (await evaluateAs("boolean", rule.Condition, `Choices[${index}]/Condition`, scope)) {
      return leaveState(run, scope, rule, rule, input, `Choices[${index}]/`);
    }
  }
  if (definition.Default === undefined) {
    throw new StateFailure(
      "States.Runtime",
      causeInState(
        frameOf(run),
        "Failed to transition out of the state. The state does not point to a next state.",
      ),
    );
  }
  return leaveState(run, scope, definition, { Next: definition.Default }, input);
}

async function wait(run: Run, definition: WaitState): Promise<Step> {
  const at = await waitEnd(run, definition);
  if (at <= run.now) return exitWait(run);
  frameOf(run).pending = { kind: "wait", timerId: armTimer(run, "wait", at) };
  return null;
}

/** Epoch milliseconds at which the Wait ends. */
async function waitEnd(run: Run, definition: WaitState): Promise<number> {
  const scope = scopeOf(run);
  const refuse = (field: string, what: string) => evaluationFailure(frameOf(run), field, what, true);
  if (definition.Timestamp !== undefined) {
    const text = await evaluateAs("string", definition.Timestamp, "Timestamp", scope);
    const at = parseTimestamp(text);
    if (at === null) {
      throw refuse(
        "Timestamp",
        `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
      );
    }
    return at;
  }
  const seconds = await evaluateAs("number", definition.Seconds, "Seconds", scope);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_SECONDS) {
    throw refuse(
      "Seconds",
      `The Seconds field must be an integer from 0 to ${MAX_SECONDS} but was: ${seconds}`,
    );
  }
  return run.now + seconds * 1000;
}

/** The wait is over. */
export async function exitWait(run: Run): Promise<Step> {
  const frame = frameOf(run);
  const definition = definitionOf(run) as WaitState;
  frame.pending = null;
  return leaveState(run, scopeOf(run), definition, definition, frame.input);
}

/** A state has failed: a Task is retried or caught, everything else ends the execution. */
export async function failState(run: Run, failure: StateFailure): Promise<Step> {
  const frame = frameOf(run);
  cancelPending(run);
  reportEvaluation(run, failure);
  const definition = definitionOf(run);
  if (definition.Type === "Task") {
    if (planRetry(run, failure)) return null;
    const index = (definition.Catch ?? []).findIndex((entry) =>
      matchesError(entry.ErrorEquals, failure.error),
    );
    const catcher = definition.Catch?.[index];
    if (catcher) {
      const errorOutput = {
        Error: failure.error ?? null,
        Cause: failure.cause ?? (failure.error === "States.Timeout" ? "" : null),
      };
      run.decisionAfter = run.state.lastEventId;
      const scope = scopeOf(run, { errorOutput });
      try {
        return await leaveState(run, scope, catcher, { Next: catcher.Next }, errorOutput, `Catch[${index}]/`);
      } catch (thrown) {
        if (!(thrown instanceof StateFailure)) throw thrown;
        reportEvaluation(run, thrown);
        return finish(run, "FAILED", { error: thrown.error, cause: thrown.cause });
      }
    }
  }
  frame.pending = null;
  return finish(run, "FAILED", { error: failure.error, cause: failure.cause });
}

function reportEvaluation(run: Run, failure: StateFailure): void {
  if (!failure.evaluation) return;
  appendEvent(
    run,
    "EvaluationFailed",
    {
      error: failure.error,
      cause: failure.cause,
      location: failure.evaluation.location,
      state: frameOf(run).name,
    },
    failure.evaluation.afterEntry ? run.state.lastEventId : run.decisionAfter,
  );
}

/** Arms the timer of the next attempt; false when no retrier answers. */
function planRetry(run: Run, failure: StateFailure): boolean {
  const frame = frameOf(run);
  const definition = definitionOf(run);
  if (definition.Type !== "Task") return false;
  const found = findRetrier(definition.Retry ?? [], frame.attempts, failure.error);
  if (!found) return false;
  const { index, retrier } = found;
  const attempt = frame.attempts[index] ?? 0;
  const random = new SeededRandom(`${scopeOf(run).seed}\njitter`);
  const delay = retryDelay(retrier, attempt, () => random.number());
  frame.attempts = Array.from({ length: definition.Retry?.length ?? 0 }, (_, at) =>
    at === index ? attempt + 1 : (frame.attempts[at] ?? 0),
  );
  frame.retryCount += 1;
  frame.pending = { kind: "retry", timerId: armTimer(run, "retry", run.now + delay) };
  return true;
}
