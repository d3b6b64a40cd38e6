/** What a follow-up (回访) says: whether the customer was reached, and is satisfied (contracts/complaints.md). Pure. */
import { SHANGHAI_MS, shanghaiDate } from "../shared/clock.ts";
import type { FieldError } from "../shared/errors.ts";
import type { Attempt, ComplaintPolicy, StepResult } from "./model.ts";

const MINUTE_MS = 60_000;

export type FollowUpPolicy = ComplaintPolicy["followUp"];

/** The half-day of an instant in Asia/Shanghai: `2026-12-10 am`. */
export function halfDayOf(at: string, split: string): string {
  const ms = Date.parse(at);
  const time = new Date(ms + SHANGHAI_MS).toISOString().slice(11, 16);
  return `${shanghaiDate(ms)} ${time < split ? "am" : "pm"}`;
}

/** The half-days in which somebody tried in vain; many attempts in one of them count once. */
export const failedHalfDays = (attempts: readonly Attempt[], policy: FollowUpPolicy): string[] => [
  ...new Set(
    attempts.filter(({ result }) => result !== "reached").map(({ at }) => halfDayOf(at, policy.split)),
  ),
];

/** Enough vain contacts on enough dates: the customer counts as unreachable. */
export function isUnreachable(attempts: readonly Attempt[], policy: FollowUpPolicy): boolean {
  const halfDays = failedHalfDays(attempts, policy);
  const dates = new Set(halfDays.map((one) => one.slice(0, 10)));
  return halfDays.length >= policy.failedContacts && dates.size >= policy.failedDates;
}

/** The attempts kept so far and those of a record, each once, in their order in time. */
export function allAttempts(kept: readonly Attempt[], more: readonly Attempt[]): Attempt[] {
  const isSame = (a: Attempt, b: Attempt) =>
    Date.parse(a.at) === Date.parse(b.at) && a.channel === b.channel && a.result === b.result;
  const added = more.filter((one) => !kept.some((other) => isSame(one, other)));
  return [...kept, ...added].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/**
 * What is wrong with the time of an attempt: it lies between the opening of the step and now (epoch ms). People write
 * minutes, so the minute of the opening counts as after it.
 */
export function attemptProblems(
  attempts: readonly Attempt[],
  step: { openedAt: number; now: number },
  path: (index: number) => string,
): FieldError[] {
  const opened = Math.floor(step.openedAt / MINUTE_MS) * MINUTE_MS;
  return attempts.flatMap(({ at }, index): FieldError[] => {
    const ms = Date.parse(at);
    if (ms > step.now) return [{ path: `${path(index)}.at`, code: "in_the_future" }];
    return ms < opened ? [{ path: `${path(index)}.at`, code: "before_opening" }] : [];
  });
}

/** Satisfied: a good mark, nothing left to do, nothing new to complain about. The only way to close by itself. */
export const isSatisfied = (
  record: Pick<Extract<StepResult, { kind: "follow-up" }>, "satisfaction" | "issueFound" | "needsComplaint">,
  policy: FollowUpPolicy,
): boolean => record.satisfaction >= policy.satisfiedFrom && !record.issueFound && !record.needsComplaint;
