/**
 * The clocks of a complaint (contracts/complaints.md "Working time and clocks"). A clock is its start, its minutes and
 * its pauses; due time, rungs and trace are always counted anew from those, so that no order of pauses, priorities and
 * calendars can lose or invent working time. Pure: instants in and out are epoch ms, in the clock table stamps.
 */
import { isDeepStrictEqual } from "node:util";
import {
  addWorkingTime,
  countWorkingMinutes,
  type Segment,
  type WorkingCalendar,
} from "../shared/calendar/index.ts";
import { stamp, toApi } from "../shared/clock.ts";
import type { Clock, ClockKind, ClockRung, ComplaintPolicy, Level, Pause, Priority } from "./model.ts";

const MINUTE_MS = 60_000;

/** Clients read whole seconds (contracts/README.md): what they can recompute is what counts. */
const second = (at: number): number => Math.floor(at / 1000) * 1000;

export const clockIdOf = (caseId: string, round: number, kind: ClockKind): string =>
  `${caseId}-c${round}-${kind}`;

// ---- counting

type Count = { dueAt: number | null; provisional: boolean; trace: Segment[] };

/** When so many working minutes have passed since `start`, leaving the pauses out; null while one of them lasts before. */
function count(calendar: WorkingCalendar, start: number, minutes: number, pauses: Pause[]): Count {
  const trace: Segment[] = [];
  let at = start;
  let left = minutes;
  for (const pause of pauses) {
    const from = Date.parse(pause.from);
    const free = countWorkingMinutes(calendar, at, from);
    if (atMost(left, free)) break;
    trace.push(...span(calendar, at, from));
    left -= free;
    if (pause.to === null) return counted(null, trace);
    at = Date.parse(pause.to);
    trace.push({ from: toApi(from), to: toApi(at), minutes: 0, reason: "paused" });
  }
  const rest = addWorkingTime(calendar, at, Math.max(left, 0));
  return counted(rest.dueAt, [...trace, ...rest.trace]);
}

/** Seconds are sixtieths of a minute, which sums of binary fractions only come near to. */
const atMost = (a: number, b: number): boolean => Math.round((a - b) * MINUTE_MS) <= 0;

const counted = (dueAt: number | null, trace: Segment[]): Count => ({
  dueAt,
  provisional: trace.some((segment) => segment.provisional === true),
  trace,
});

/** The trace between two instants: that of a count which goes on beyond `to`, cut there. */
function span(calendar: WorkingCalendar, from: number, to: number): Segment[] {
  const beyond = addWorkingTime(calendar, from, countWorkingMinutes(calendar, from, to) + 1).trace;
  return beyond
    .filter((segment) => Date.parse(segment.from) < to)
    .map((segment) => {
      if (Date.parse(segment.to) <= to) return segment;
      const isOpen = segment.minutes > 0;
      const minutes = isOpen ? (to - Date.parse(segment.from)) / MINUTE_MS : 0;
      return { ...segment, to: toApi(to), minutes };
    });
}

/** Working minutes that a clock has counted until `at`. */
export function spentMinutes(clock: Clock, calendar: WorkingCalendar, at: number): number {
  const start = Date.parse(clock.startedAt);
  const until = Math.max(second(at), start);
  return clock.pauses.reduce(
    (sum, pause) => {
      const from = Math.min(Date.parse(pause.from), until);
      const to = pause.to === null ? until : Math.min(Date.parse(pause.to), until);
      return sum - countWorkingMinutes(calendar, from, Math.max(from, to));
    },
    countWorkingMinutes(calendar, start, until),
  );
}

/**
 * Working minutes left, negative once it is late; of a clock that was met, what was left then. Whole minutes.
 */
export function remainingMinutes(clock: Clock, calendar: WorkingCalendar, at: number): number {
  const until = clock.metAt === null ? at : Math.min(at, Date.parse(clock.metAt));
  return Math.round(clock.minutes - spentMinutes(clock, calendar, until)) + 0;
}

/**
 * The clock with due time, trace and the rungs that have not rung counted anew. A breach is on record: of such a clock
 * only the rungs above follow pauses and calendar.
 */
function recount(clock: Clock, calendar: WorkingCalendar): Clock {
  const start = Date.parse(clock.startedAt);
  const rungAt = (share: number): string | null => {
    const at = count(calendar, start, (clock.minutes * share) / 100, clock.pauses).dueAt;
    return at === null ? null : stamp(at);
  };
  const rungs = clock.rungs.map(
    (rung): ClockRung => (rung.rangAt === null ? { ...rung, at: rungAt(rung.share) } : rung),
  );
  if (clock.status === "breached") return { ...clock, rungs };
  const { dueAt, provisional, trace } = count(calendar, start, clock.minutes, clock.pauses);
  return { ...clock, dueAt: dueAt === null ? null : stamp(dueAt), provisional, trace, rungs };
}

// ---- what happens to a clock

export type ClockStart = {
  caseId: string;
  kind: ClockKind;
  round: number;
  priority: Priority;
  /** Of the case: rungs that would tell somebody at this level or below are left out. */
  level: Level;
  startedAt: number;
};

/** A clock that begins to run. `acknowledge` has no ladder: that it was missed is only recorded. */
export function startClock(start: ClockStart, policy: ComplaintPolicy, calendar: WorkingCalendar): Clock {
  const { kind, level, startedAt, ...rest } = start;
  const ladder: ComplaintPolicy["ladder"] =
    kind === "acknowledge"
      ? [{ share: 100, act: "breach", tell: null }]
      : policy.ladder.filter((rung) => rung.level === undefined || rung.level > level);
  const clock: Clock = {
    v: 1,
    clockId: clockIdOf(rest.caseId, rest.round, kind),
    ...rest,
    kind,
    minutes: policy.clocks[rest.priority][kind],
    startedAt: stamp(second(startedAt)),
    dueAt: null,
    status: "running",
    pauses: [],
    metAt: null,
    breachedAt: null,
    rungs: ladder.map(({ share, act, tell }): ClockRung => ({ share, act, tell, at: null, rangAt: null })),
    trace: [],
    provisional: false,
    earlier: [],
  };
  return recount(clock, calendar);
}

/** Nothing happens to a clock any more once it was met. */
const isOver = (clock: Clock): boolean => clock.metAt !== null;
const pauseOf = (clock: Clock): Pause | undefined => clock.pauses.find((pause) => pause.to === null);
const isDue = (clock: Clock, at: number): boolean =>
  clock.dueAt !== null && Date.parse(clock.dueAt) <= second(at);

/** The clock as `at` finds it: late from the instant at which it was due, whether or not a timer came by. */
function breached(clock: Clock, at: number): Clock {
  if (clock.status === "breached" || isOver(clock) || !isDue(clock, at)) return clock;
  return { ...clock, status: "breached", breachedAt: clock.dueAt };
}

/**
 * Stops `respond` and `resolve`; `acknowledge`, a clock that was met and one that is paused stay as they are. A breached
 * clock stays breached, only the rungs above stop.
 */
export function pauseClock(clock: Clock, calendar: WorkingCalendar, at: number): Clock {
  if (isOver(clock) || clock.kind === "acknowledge" || pauseOf(clock)) return clock;
  const late = breached(clock, at);
  const from = Math.max(second(at), Date.parse(clock.pauses.at(-1)?.to ?? clock.startedAt));
  const pauses = [...late.pauses, { from: stamp(from), to: null }];
  const status = late.status === "running" ? "paused" : late.status;
  return recount({ ...late, status, pauses }, calendar);
}

/** Lets it run on; the working time of the pause is added to what is left, no more and no less. */
export function resumeClock(clock: Clock, calendar: WorkingCalendar, at: number): Clock {
  const pause = pauseOf(clock);
  if (isOver(clock) || !pause) return clock;
  const to = Math.max(second(at), Date.parse(pause.from));
  const ended = { from: pause.from, to: stamp(to) };
  // A pause of no length is none.
  const pauses = clock.pauses.flatMap((one) =>
    one !== pause ? [one] : ended.to === ended.from ? [] : [ended],
  );
  const status = clock.status === "paused" ? "running" : clock.status;
  return recount({ ...clock, status, pauses }, calendar);
}

/** Its aim was reached: in time or late. Ends a pause. */
export function meetClock(clock: Clock, calendar: WorkingCalendar, at: number): Clock {
  if (isOver(clock)) return clock;
  const running = resumeClock(clock, calendar, at);
  const metAt = Math.max(second(at), Date.parse(clock.startedAt));
  const late = running.dueAt !== null && metAt > Date.parse(running.dueAt);
  const judged = late ? breached(running, metAt) : running;
  return {
    ...judged,
    status: judged.status === "breached" ? "breached" : "met",
    metAt: stamp(metAt),
  };
}

/**
 * The same start and the same pauses with the minutes of another priority. A breach stays as it was recorded, with the
 * priority and the due time that it was a breach of.
 */
export function reprioritise(
  clock: Clock,
  priority: Priority,
  policy: ComplaintPolicy,
  calendar: WorkingCalendar,
  at: number,
): Clock {
  if (isOver(clock) || clock.priority === priority) return clock;
  const was = breached(clock, at);
  if (was.status === "breached") return was;
  const next = recount({ ...was, priority, minutes: policy.clocks[priority][clock.kind] }, calendar);
  return late(moved(was, next, "priority", at), at);
}

/** Late by the new due time: it is so only since that holds. */
function late(clock: Clock, at: number): Clock {
  const judged = breached(clock, at);
  return judged === clock ? clock : { ...judged, breachedAt: stamp(second(at)) };
}

const moved = (was: Clock, next: Clock, reason: "priority" | "calendar", at: number): Clock =>
  was.dueAt === null || was.dueAt === next.dueAt
    ? next
    : { ...next, earlier: [...was.earlier, { dueAt: was.dueAt, at: stamp(second(at)), reason }] };

/**
 * A year was published: the clock by the new calendar (MECHANICS §8). A due time that moves is never less than
 * `replanFloor` working minutes away; what that adds is added to the clock's minutes. A recorded breach keeps its due
 * time. The same object where nothing changes.
 */
export function replanClock(
  clock: Clock,
  policy: ComplaintPolicy,
  calendar: WorkingCalendar,
  at: number,
): Clock {
  if (isOver(clock)) return clock;
  const was = breached(clock, at);
  const next = recount(was, calendar);
  if (next.dueAt === was.dueAt || next.dueAt === null) return same(clock, next);
  const floor = addWorkingTime(calendar, second(at), policy.replanFloor).dueAt;
  if (Date.parse(next.dueAt) >= floor) return moved(was, next, "calendar", at);
  const minutes = Math.ceil(spentMinutes(was, calendar, second(at)) + policy.replanFloor);
  return moved(was, recount({ ...was, minutes }, calendar), "calendar", at);
}

/** The table does not keep the order of names. */
const same = (clock: Clock, next: Clock): Clock => (isDeepStrictEqual(clock, next) ? clock : next);

// ---- the ladder

/** The rung that rings next; null while paused and when there is none left. */
export function nextRung(clock: Clock): (ClockRung & { at: string }) | null {
  if (isOver(clock)) return null;
  const rung = clock.rungs.find((one) => one.rangAt === null);
  return rung?.at ? { ...rung, at: rung.at } : null;
}

/**
 * A rung's timer came: the clock with that rung rung, or null where there is nothing to do (met, paused, moved, already
 * rung). The breach of the rung at 100 % is recorded with it.
 */
export function ringClock(clock: Clock, share: number, at: number): { clock: Clock; rung: ClockRung } | null {
  const rung = clock.rungs.find((one) => one.share === share);
  if (isOver(clock) || !rung || rung.rangAt !== null || rung.at === null) return null;
  if (Date.parse(rung.at) > at) return null;
  const rang: ClockRung = { ...rung, rangAt: stamp(second(at)) };
  const rungs = clock.rungs.map((one) => (one === rung ? rang : one));
  return { clock: breached({ ...clock, rungs }, at), rung: rang };
}

/** When a share (percent) of the clock's working time is used up, epoch ms; null while it is paused before that. */
export const shareAt = (clock: Clock, share: number, calendar: WorkingCalendar): number | null =>
  count(calendar, Date.parse(clock.startedAt), (clock.minutes * share) / 100, clock.pauses).dueAt;

// ---- the view

/** `GET /api/cases/{caseId}/clocks` (contracts/complaints.md). */
export type ClockView = {
  clockId: string;
  kind: ClockKind;
  round: number;
  priority: Priority;
  minutes: number;
  startedAt: string;
  dueAt: string | null;
  status: Clock["status"];
  metAt: string | null;
  breachedAt: string | null;
  remainingMinutes: number;
  pauses: Pause[];
  provisional: boolean;
  trace: (Segment & { provisional: boolean })[];
};

/** A clock as clients read it at an instant: late as soon as it is, the pause that lasts shown up to now. */
export function clockView(clock: Clock, calendar: WorkingCalendar, at: number): ClockView {
  const { clockId, kind, round, priority, minutes, provisional } = clock;
  const { status, dueAt, breachedAt } = isOver(clock) ? clock : breached(clock, at);
  const pause = pauseOf(clock);
  const lasting = status === "paused" && pause !== undefined && Date.parse(pause.from) < second(at);
  const trace = lasting
    ? [...clock.trace, { from: toApi(pause.from), to: toApi(at), minutes: 0, reason: "paused" as const }]
    : clock.trace;
  const orNull = (instant: string | null) => (instant === null ? null : toApi(instant));
  return {
    clockId,
    kind,
    round,
    priority,
    minutes,
    startedAt: toApi(clock.startedAt),
    dueAt: orNull(dueAt),
    status,
    metAt: orNull(clock.metAt),
    breachedAt: orNull(breachedAt),
    remainingMinutes: remainingMinutes(clock, calendar, at),
    pauses: clock.pauses.map(({ from, to }) => ({ from: toApi(from), to: orNull(to) })),
    provisional,
    trace: trace.map((segment) => ({ ...segment, provisional: segment.provisional === true })),
  };
}
