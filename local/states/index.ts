/**
 * The Amazon States Language engine: a pure reducer over (state, event, now). It imports nothing of the embedded
 * cloud. JSONata only; Map, Parallel, HeartbeatSeconds, activities and JSONPath are refused by name.
 */
export type { Machine } from "./definition.ts";
export { toApiEvent } from "./history.ts";
export { lambdaCall, lambdaFailure, lambdaResult } from "./lambda.ts";
export { openTokens, type Reduction, reduce } from "./reduce.ts";
export type {
  Command,
  EngineEvent,
  ExecutionState,
  HistoryEvent,
  Problem,
} from "./types.ts";
export { compile, describeProblems, InvalidDefinition, validate } from "./validate.ts";
