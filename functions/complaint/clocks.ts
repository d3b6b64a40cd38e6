/** What happens to the clocks of a case, told on its timeline, with the timers that ring for them. Pure. */
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Timer } from "../case/model.ts";
import { putClock, putTimer } from "../case/store.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { toApi } from "../shared/clock.ts";
import type { Write } from "../shared/table.ts";
import {
  meetClock,
  nextRung,
  pauseClock,
  reprioritise,
  resumeClock,
  shareAt,
  startClock,
} from "./clock-rules.ts";
import type { Clock, ClockKind, ComplaintPolicy, ComplaintState } from "./model.ts";

/** Clocks that changed, and what the timeline says of it. */
export type Clocked = { clocks: Clock[]; events: NewEvent[] };

/** One line about a clock. */
export const clockEvent = (kind: string, clock: Clock, more: Record<string, unknown> = {}): NewEvent => ({
  kind,
  by: null,
  via: "system",
  data: { clockId: clock.clockId, kind: clock.kind, round: clock.round, ...more },
});

/** The clocks of a round that begins at `at` (epoch ms). */
export function startClocks(
  kinds: readonly ClockKind[],
  { caseId, state, at }: { caseId: string; state: ComplaintState; at: number },
  policy: ComplaintPolicy,
  calendar: WorkingCalendar,
): Clocked {
  const { round, priority, level } = state;
  const clocks = kinds.map((kind) =>
    startClock({ caseId, kind, round, priority, level, startedAt: at }, policy, calendar),
  );
  return {
    clocks,
    events: clocks.map((clock) =>
      clockEvent("clock.started", clock, {
        priority,
        minutes: clock.minutes,
        dueAt: clock.dueAt && toApi(clock.dueAt),
      }),
    ),
  };
}

/** Every clock that `change` changes. A breach that it finds, and an aim that it reaches, are told. */
function changed(file: CaseFile, change: (clock: Clock) => Clock): Clocked {
  const pairs = file.clocks
    .map((before) => ({ before, after: change(before) }))
    .filter(({ before, after }) => before !== after);
  return {
    clocks: pairs.map(({ after }) => after),
    events: pairs.flatMap(({ before, after }) => [
      ...(before.breachedAt === null && after.breachedAt !== null
        ? [clockEvent("clock.breached", after, { dueAt: after.dueAt && toApi(after.dueAt) })]
        : []),
      ...(before.metAt === null && after.metAt !== null
        ? [clockEvent("clock.met", after, { status: after.status })]
        : []),
    ]),
  };
}

/** These aims of the present round are reached. Those that were before stay as they are. */
export const meetClocks = (
  file: CaseFile,
  kinds: readonly ClockKind[],
  calendar: WorkingCalendar,
  at: number,
): Clocked =>
  changed(file, (clock) =>
    kinds.includes(clock.kind) && clock.round === (file.header.complaint?.round ?? clock.round)
      ? meetClock(clock, calendar, at)
      : clock,
  );

/** We wait for the customer: `respond` and `resolve` stop. The event `clock.paused` is the caller's, with his question. */
export const pauseClocks = (file: CaseFile, calendar: WorkingCalendar, at: number): Clocked =>
  changed(file, (clock) => pauseClock(clock, calendar, at));

/** They run on. The event `clock.resumed` is the caller's. */
export const resumeClocks = (file: CaseFile, calendar: WorkingCalendar, at: number): Clocked =>
  changed(file, (clock) => resumeClock(clock, calendar, at));

/** The line about a pause that ends because nobody waits for that answer any more. */
export const runningOn = (file: CaseFile): NewEvent[] =>
  file.header.complaint?.paused ? [{ kind: "clock.resumed", by: null, via: "system" }] : [];

/** The case has another priority: recomputed from the same start with the same pauses. */
export const reprioritiseClocks = (
  file: CaseFile,
  state: Pick<ComplaintState, "priority">,
  policy: ComplaintPolicy,
  calendar: WorkingCalendar,
  at: number,
): Clocked => changed(file, (clock) => reprioritise(clock, state.priority, policy, calendar, at));

/** The clocks of a case with the changed ones in their places. */
export const clocksAfter = (file: CaseFile, clocks: readonly Clock[]): Clock[] => [
  ...file.clocks.map((clock) => clocks.find((one) => one.clockId === clock.clockId) ?? clock),
  ...clocks.filter((clock) => !file.clocks.some((one) => one.clockId === clock.clockId)),
];

// ---- timers

const timerIdOf = (clock: Clock, share: number): string => `${clock.clockId}-${share}`;

/**
 * A timer for an instant: the one that is there already moves, and is armed anew; its old alarm finds that it came early.
 */
function timerFor(file: Pick<CaseFile, "timers">, timer: Timer): Write[] {
  const before = file.timers.find((one) => one.timerId === timer.timerId);
  if (before?.pending && before.dueAt === timer.dueAt) return [];
  return [putTimer(before ? { ...timer, arms: before.arms + 1 } : timer)];
}

/** The writes of changed clocks: each with the timer of the rung that rings next, and no other. */
export const clockWrites = (file: Pick<CaseFile, "timers">, clocks: readonly Clock[]): Write[] =>
  clocks.flatMap((clock) => {
    const rung = nextRung(clock);
    const next = rung && timerIdOf(clock, rung.share);
    const others = file.timers.filter(
      (timer) =>
        timer.kind === "clock" && timer.clockId === clock.clockId && timer.pending && timer.timerId !== next,
    );
    return [
      putClock(clock),
      ...others.map((timer) => putTimer({ ...timer, pending: undefined })),
      ...(rung
        ? timerFor(file, {
            v: 1,
            timerId: timerIdOf(clock, rung.share),
            caseId: clock.caseId,
            kind: "clock",
            clockId: clock.clockId,
            share: rung.share,
            pending: "timer",
            dueAt: rung.at,
            arms: 0,
          })
        : []),
    ];
  });

/**
 * The timer that looks whether the handler did anything yet: at a share of `respond`, so it stops and moves with it, and
 * rings no more once somebody answered the customer.
 */
export function untouchedWrites(
  file: Pick<CaseFile, "timers">,
  clocks: readonly Clock[],
  policy: ComplaintPolicy,
  calendar: WorkingCalendar,
): Write[] {
  return clocks
    .filter((clock) => clock.kind === "respond")
    .flatMap((clock) => {
      const timerId = `${clock.caseId}-u${clock.round}`;
      const before = file.timers.find((one) => one.timerId === timerId);
      // It rang already. One that stopped with a pause has not: it is armed again where the clock goes on.
      if (before && !before.pending && !before.stopped) return [];
      const at = clock.metAt === null ? shareAt(clock, policy.untouchedShare, calendar) : null;
      if (at === null) return before ? [putTimer({ ...before, pending: undefined, stopped: true })] : [];
      const { caseId, round } = clock;
      const dueAt = new Date(at).toISOString();
      return timerFor(file, {
        v: 1,
        timerId,
        caseId,
        kind: "untouched",
        round,
        pending: "timer",
        dueAt,
        arms: 0,
      });
    });
}
