/**
 * Failures of a state: the one error class that the interpreter throws, the reserved names, and who matches whom.
 * Source of the names: "Error names" in the Step Functions guide; wording of causes: recordings of AWS.
 */

/** Bytes of JSON text that a state's input, output, result or one Assign may have (Step Functions quotas). */
export const DATA_LIMIT_BYTES = 262_144;

/** Events that one execution may have (Step Functions quotas). */
export const HISTORY_LIMIT = 25_000;

/** A state failed. `evaluation` is set when AWS writes an EvaluationFailed event before it. */
export class StateFailure extends Error {
  readonly error: string | undefined;
  override readonly cause: string | undefined;
  readonly evaluation: { location: string; afterEntry: boolean } | undefined;

  constructor(
    error: string | undefined,
    cause: string | undefined,
    evaluation?: { location: string; afterEntry: boolean },
  ) {
    super(`${error ?? "(no error)"}: ${cause ?? "(no cause)"}`);
    this.error = error;
    this.cause = cause;
    this.evaluation = evaluation;
  }
}

/**
 * A field could not be evaluated. `afterEntry`: the expression itself was fine and its value was refused later
 * (AWS then counts the event after StateEntered; see the Wait recordings).
 */
export function evaluationFailure(
  state: { name: string; enteredEventId: number },
  location: string,
  what: string,
  afterEntry = false,
): StateFailure {
  return new StateFailure("States.QueryEvaluationError", causeInState(state, what), { location, afterEntry });
}

/** AWS's opening sentence for what goes wrong inside a state. */
export function causeInState(state: { name: string; enteredEventId: number }, what: string): string {
  return `An error occurred while executing the state '${state.name}' (entered at the event id #${state.enteredEventId}). ${what}`;
}

/** A value is larger than 256 KiB. `what` is the state, the service or the function ARN, as AWS names it. */
export function dataLimitFailure(what: string): StateFailure {
  return new StateFailure(
    "States.DataLimitExceeded",
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/** Is the value's JSON text above the limit? */
export function exceedsDataLimit(value: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(value), "utf8") > DATA_LIMIT_BYTES;
}

/**
 * Does an `ErrorEquals` list match this error? States.ALL matches all but States.Runtime (States.DataLimitExceeded
 * included: recorded), States.TaskFailed all but States.Timeout and States.Runtime. A failure without a name is only
 * matched by those two.
 */
export function matchesError(errorEquals: string[], error: string | undefined): boolean {
  return errorEquals.some((name) => {
    if (name === "States.ALL") return error !== "States.Runtime";
    if (name === "States.TaskFailed") return error !== "States.Timeout" && error !== "States.Runtime";
    return name === error;
  });
}
