/** Which retrier answers a failure, and how long it waits. Source: "Retrying after an error", Step Functions guide. */
import type { Retrier } from "./definition.ts";
import { matchesError } from "./errors.ts";

/**
 * The first retrier that matches decides: either it has attempts left and its position is returned, or the state is
 * not retried (null); later retriers are not asked.
 */
export function findRetrier(
  retry: Retrier[],
  attempts: number[],
  error: string | undefined,
): { index: number; retrier: Retrier } | null {
  const index = retry.findIndex((retrier) => matchesError(retrier.ErrorEquals, error));
  const retrier = retry[index];
  if (!retrier || (attempts[index] ?? 0) >= (retrier.MaxAttempts ?? 3)) return null;
  return { index, retrier };
}

/**
 * Milliseconds before the next attempt. `attempt` counts from 0; `random` gives a number in [0, 1) and is only asked
 * with JitterStrategy FULL. Defaults: 1 second, doubling, no upper limit.
 */
export function retryDelay(retrier: Retrier, attempt: number, random: () => number): number {
  const seconds = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** attempt;
  const capped = Math.min(seconds, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  const spread = retrier.JitterStrategy === "FULL" ? random() : 1;
  return Math.round(capped * spread * 1000);
}
