/** A case by a newly published year: its open steps, its clocks, their timers. Pure but for the reading of its policy. */
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Step, Timer } from "../case/model.ts";
import { type Change, putClock, putSeat, putTimer } from "../case/store.ts";
import { replanClock } from "../complaint/clock-rules.ts";
import { clockEvent, clocksAfter } from "../complaint/clocks.ts";
import type { Clock } from "../complaint/model.ts";
import { type Around, isComplaint, policyOf, written } from "../complaint/write.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { stamp, toApi } from "../shared/clock.ts";
import type { Write } from "../shared/table.ts";
import { nextMorning } from "../step/daily.ts";
import { changeStep, seatsOf } from "../step/store.ts";
import { replanStep } from "./replan-rules.ts";

/** Which publication it is. */
export type Published = { year: number; version: number };

const DAY_MS = 86_400_000;

/** The change of the case; without events nothing of it moves. `at`: epoch ms. */
export function replanCase(
  file: CaseFile,
  published: Published,
  around: Around,
  at: number,
): Change<boolean> {
  const { calendar } = around;
  const clocks = replannedClocks(file, around, at);
  const resolve = clocksAfter(file, clocks).findLast((clock) => clock.kind === "resolve");
  const steps = file.steps
    .filter((step) => step.status === "open")
    .map((before) => ({ before, after: replannedStep(file, before, calendar, at) }))
    .filter(({ before, after }) => before !== after);
  const mornings = file.timers.flatMap((timer) => replannedMorning(timer, calendar, at));
  const events = [
    ...clocks.flatMap((clock) => clockEvents(file, clock, published)),
    ...steps.map(({ before, after }) => stepEvent(before, after, published)),
    ...(mornings.length > 0 && steps.length === 0 ? [plainEvent(published)] : []),
  ];
  const writes = [...steps.flatMap(({ after }) => stepWrites(file, after)), ...mornings.map(putTimer)];
  if (events.length === 0) return { result: false, events };
  if (isComplaint(file)) return written(file, { result: true, events, clocks, writes }, around, at);
  return {
    result: true,
    ...(resolve?.dueAt ? { header: { dueAt: resolve.dueAt } } : {}),
    events,
    // A claim's clock has no ladder; its step reminds.
    writes: [...writes, ...clocks.map(putClock)],
  };
}

// ---- clocks

/** Those of complaints and of their claims; both follow the policy that the complaint began with. */
const replannedClocks = (file: CaseFile, around: Around, at: number): Clock[] =>
  file.clocks.length > 0
    ? file.clocks.flatMap((clock) => {
        const after = replanClock(clock, policyOf(file, around), around.calendar, at);
        return after === clock ? [] : [after];
      })
    : [];

function clockEvents(file: CaseFile, after: Clock, { year, version }: Published): NewEvent[] {
  const before = file.clocks.find((clock) => clock.clockId === after.clockId);
  const late =
    before?.breachedAt === null && after.breachedAt !== null
      ? [clockEvent("clock.breached", after, { dueAt: after.dueAt && toApi(after.dueAt) })]
      : [];
  const times = { from: apiOf(before?.dueAt), to: apiOf(after.dueAt) };
  return [...late, clockEvent("clock.replanned", after, { year, version, ...times })];
}

const apiOf = (at: string | null | undefined): string | null => (at ? toApi(at) : null);

// ---- steps

/** The investigation moves with its clock (complaint/clocks.ts); every other step is counted from its own opening. */
const replannedStep = (file: CaseFile, step: Step, calendar: WorkingCalendar, at: number): Step =>
  step.kind === "investigate"
    ? step
    : replanStep(step, { calendar, next: pendingRung(file, step)?.rung ?? step.ladder.length, at });

const pendingRung = (file: CaseFile, step: Step) =>
  file.timers.find(
    (timer): timer is Extract<Timer, { kind: "rung" }> =>
      timer.kind === "rung" && timer.stepId === step.stepId && timer.pending !== undefined,
  );

function stepWrites(file: CaseFile, after: Step): Write[] {
  const { dueAt, dueTrace, provisional, ladder } = after;
  const timer = pendingRung(file, after);
  const at = timer && ladder[timer.rung]?.at;
  return [
    changeStep(after, { dueAt, dueTrace, provisional, ladder }),
    ...seatsOf(file, after).map((seat) => putSeat({ ...seat, dueAt })),
    // The alarm of the old instant finds that it came early, or that another rang before it.
    ...(timer && at && at !== timer.dueAt ? [putTimer({ ...timer, dueAt: at, arms: timer.arms + 1 })] : []),
  ];
}

const stepEvent = (before: Step, after: Step, { year, version }: Published): NewEvent => ({
  kind: "clock.replanned",
  by: null,
  via: "system",
  stepId: after.stepId,
  data: { year, version, from: toApi(before.dueAt), to: toApi(after.dueAt) },
});

// ---- reminders of the next working morning

function replannedMorning(timer: Timer, calendar: WorkingCalendar, at: number): Timer[] {
  const due = Date.parse(timer.dueAt);
  if (timer.kind !== "daily" || !timer.pending || due <= at) return [];
  const dueAt = stamp(nextMorning(calendar, due - DAY_MS));
  return dueAt === timer.dueAt ? [] : [{ ...timer, dueAt, arms: timer.arms + 1 }];
}

const plainEvent = ({ year, version }: Published): NewEvent => ({
  kind: "clock.replanned",
  by: null,
  via: "system",
  data: { year, version },
});
