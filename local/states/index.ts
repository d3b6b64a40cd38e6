/**
 * The Amazon States Language engine: a pure reducer over (state, event, now). It imports nothing of the embedded
 * cloud. JSONata only; Map, Parallel, HeartbeatSeconds, activities and JSONPath are refused by name.
 */
export { type Machine, parseResource, type Resource } from "./definition.ts";
export { DATA_LIMIT_BYTES, HISTORY_LIMIT } from "./errors.ts";
export { toApiEvent } from "./history.ts";
export { lambdaCall, lambdaFailure, lambdaResult } from "./lambda.ts";
export { openTokens, type Reduction, reduce } from "./reduce.ts";
export type {
  Command,
  EngineEvent,
  ExecutionState,
  ExecutionStatus,
  HistoryEvent,
  Problem,
  TaskPattern,
} from "./types.ts";
export { compile, describeProblems, InvalidDefinition, validate } from "./validate.ts";
