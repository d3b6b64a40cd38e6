/** Writes history events and gives them the shape that GetExecutionHistory answers with. */
import { HISTORY_LIMIT } from "./errors.ts";
import type { ExecutionState, HistoryEvent } from "./types.ts";

/** Thrown when the execution has no room for another event and must end. */
export class HistoryFull extends Error {}

/** The words for HistoryFull. Source: Step Functions quotas, "Execution history". */
export const HISTORY_FULL_CAUSE = `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`;

/** Events that end an execution; they may take the last place in the history. */
const endings = new Set(["ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"]);

/**
 * Appends an event and moves the state's cursor to it. `previous` is only given where AWS does not name the event
 * before (recordings). Returns the id. Fields that are undefined are left out.
 */
export function appendEvent(
  run: { state: ExecutionState; history: HistoryEvent[]; now: number },
  type: string,
  details: Record<string, unknown>,
  previous = run.state.lastEventId,
): number {
  if (run.state.eventCount >= HISTORY_LIMIT - 1 && !endings.has(type)) throw new HistoryFull();
  const id = run.state.eventCount + 1;
  const kept = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
  run.history.push({ id, previousEventId: previous, timestamp: run.now, type, details: kept });
  run.state.eventCount = id;
  run.state.lastEventId = id;
  return id;
}

/** The member of the API's HistoryEvent that holds the details of a type; null for types without one. */
function detailsMember(type: string): string | null {
  if (/^[A-Z][a-z]+StateEntered$/.test(type)) return "stateEnteredEventDetails";
  if (/^[A-Z][a-z]+StateExited$/.test(type)) return "stateExitedEventDetails";
  if (type === "LambdaFunctionStarted") return null;
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

/**
 * One event as GetExecutionHistory answers it: details under their member, `...Details: {truncated: false}` beside
 * each payload, timestamp in epoch seconds. With `includeData` false payloads are left out, as AWS does for
 * includeExecutionData.
 */
export function toApiEvent(event: HistoryEvent, includeData = true): Record<string, unknown> {
  const api: Record<string, unknown> = {
    timestamp: event.timestamp / 1000,
    type: event.type,
    id: event.id,
    previousEventId: event.previousEventId,
  };
  const member = detailsMember(event.type);
  if (!member) return api;
  const details: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event.details)) {
    const isPayload =
      key === "input" || key === "output" || key === "parameters" || key === "assignedVariables";
    if (isPayload && !includeData) continue;
    details[key] = value;
    if (isPayload && key !== "parameters") details[`${key}Details`] = { truncated: false };
  }
  api[member] = details;
  return api;
}
