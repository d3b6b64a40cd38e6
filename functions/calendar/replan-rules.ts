/**
 * What a newly published year does to an open step (MECHANICS §8). Pure. The clocks of complaints have the same in
 * complaint/clock-rules.ts `replanClock`.
 *
 * Everything is counted from the opening and from minutes that the step keeps itself, never from the times that stood
 * before: so counting twice changes nothing, and it does not matter by which calendar a step was opened.
 */
import { isDeepStrictEqual } from "node:util";
import type { Rung, Step } from "../case/model.ts";
import {
  addWorkingTime,
  countWorkingMinutes,
  type Segment,
  type WorkingCalendar,
} from "../shared/calendar/index.ts";
import { stamp } from "../shared/clock.ts";

/** Working minutes: no due time moves nearer than this. */
export const REPLAN_FLOOR = 240;

/** `next`: the rung that rings next, 0-based; those before it are history. `at`: epoch ms. */
export type Replan = { calendar: WorkingCalendar; next: number; at: number };

/** The step by the new calendar; the same object where nothing changes. */
export function replanStep(step: Step, { calendar, next, at }: Replan): Step {
  const opened = Date.parse(step.openedAt);
  const trace = step.dueTrace as Segment[];
  const count = (minutes: number) => addWorkingTime(calendar, opened, minutes);
  const least = Math.ceil(countWorkingMinutes(calendar, opened, Math.max(at, opened)) + REPLAN_FLOOR);
  /** Minutes from the opening, more of them where the new time would be too near. */
  const kept = (minutes: number, was: string): number => {
    const due = count(minutes).dueAt;
    return stamp(due) === was || due >= count(least).dueAt ? minutes : least;
  };

  // What was due is on record; a step without a trace is due for a reason of its own.
  const counted = trace.length > 0 && Date.parse(step.dueAt) > at;
  const minutes = counted ? minutesOf(trace) : 0;
  const due = counted ? count(kept(minutes, step.dueAt)) : null;
  const more = counted ? kept(minutes, step.dueAt) - minutes : 0;
  const ladder = step.ladder.map((rung, index): Rung => {
    if (rung.after === undefined || index < next) return rung;
    if (rung.share !== undefined && !counted) return rung;
    const after =
      rung.share === undefined ? kept(rung.after + more, rung.at) : rung.after + (more * rung.share) / 100;
    return { ...rung, after, at: stamp(count(after).dueAt) };
  });
  const planned: Step = {
    ...step,
    ladder,
    ...(due && { dueAt: stamp(due.dueAt), dueTrace: due.trace, provisional: due.provisional }),
  };
  return isDeepStrictEqual(planned, step) ? step : planned;
}

/** What a trace counted, to the millisecond: its minutes are sixtieths of a thousandth. */
const minutesOf = (trace: Segment[]): number =>
  Math.round(trace.reduce((sum, segment) => sum + segment.minutes, 0) * 60_000) / 60_000;
