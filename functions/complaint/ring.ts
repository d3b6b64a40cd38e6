/**
 * The timers of a complaint ring: a rung of a clock's ladder, and the look whether the handler did anything yet. Each is one
 * change together with its own end, so one that rings twice tells nobody twice.
 */
import type { NewEvent } from "../case/chain.ts";
import type { Message, Timer } from "../case/model.ts";
import { putTimer } from "../case/store.ts";
import type { Person, Role } from "../directory/model.ts";
import { newMessage } from "../message/compose.ts";
import { shanghaiDate, stamp, toApi } from "../shared/clock.ts";
import { openSteps } from "../step/store.ts";
import {
  assignerOf,
  holderOf,
  isPresent,
  isUntouched,
  pickFor,
  type Staff,
  unassigned,
} from "./assign-rules.ts";
import { ringClock } from "./clock-rules.ts";
import { clockEvent } from "./clocks.ts";
import type { Clock, ClockRung } from "./model.ts";
import { type Around, type ComplaintCase, type ComplaintChange, policyOf } from "./write.ts";

/** Those timers that are about complaints. */
export type ComplaintTimer = Extract<Timer, { kind: "clock" | "untouched" | "queue" }>;
export const isComplaintTimer = (timer: Timer): timer is ComplaintTimer =>
  timer.kind === "clock" || timer.kind === "untouched" || timer.kind === "queue";

/** What a timer that is due does; null where nothing waits for it any more. */
export function ringing(
  file: ComplaintCase,
  timer: ComplaintTimer,
  around: Around,
  at: number,
): ComplaintChange<null> | null {
  if (file.header.status !== "open") return null;
  if (timer.kind === "clock") return climbed(file, timer, around, at);
  return timer.kind === "untouched" ? handedOn(file, timer, around, at) : drained(file, timer, around);
}

// ---- clocks

const EVENTS: Record<ClockRung["act"], "clock.warned" | "clock.breached" | "clock.climbed"> = {
  warn: "clock.warned",
  breach: "clock.breached",
  climb: "clock.climbed",
};

function climbed(
  file: ComplaintCase,
  timer: Extract<ComplaintTimer, { kind: "clock" }>,
  { staff }: Around,
  at: number,
): ComplaintChange<null> | null {
  const before = file.clocks.find((one) => one.clockId === timer.clockId);
  const rang = before && ringClock(before, timer.share, at);
  if (!rang) return null;
  const { clock, rung } = rang;
  const told = rung.tell === null ? [] : toTell(file, rung.tell, staff);
  const kind = EVENTS[rung.act];
  return {
    result: null,
    events: [
      clockEvent(kind, clock, {
        share: rung.share,
        dueAt: clock.dueAt && toApi(clock.dueAt),
        to: told.map((person) => person.staffId),
      }),
    ],
    clocks: [clock],
    messages: told.map((person) => ringMessage(file, clock, rung, person, at)),
  };
}

const ringMessage = (
  { header }: ComplaintCase,
  clock: Clock,
  rung: ClockRung,
  person: Person,
  at: number,
): Message =>
  newMessage({
    caseId: header.caseId,
    kind: EVENTS[rung.act],
    to: person.staffId,
    channel: "email",
    locale: person.locale,
    params: {
      clock: clock.kind,
      clockId: clock.clockId,
      share: rung.share,
      round: clock.round,
      ...(clock.dueAt === null ? {} : { dueAt: clock.dueAt }),
    },
    at,
    key: `${clock.clockId}-${rung.share}`,
  });

/**
 * One mail a rung. The handler: while there is none, whoever looks for one or holds what is open. A post: its holder who
 * is there, the substitute of one who is away.
 */
function toTell(file: ComplaintCase, tell: "handler" | Role, staff: Staff): Person[] {
  const personOf = (staffId: string | null | undefined): Person[] =>
    staff.people.filter((person) => person.staffId === staffId && person.active);
  if (tell === "handler") {
    const own = personOf(file.header.complaint.assignee);
    if (own.length > 0) return own;
    const held = openSteps(file).flatMap((step) => personOf(step.assignees[0]));
    return held.length > 0 ? held.slice(0, 1) : personOf(assignerOf(file.header.caseId, staff));
  }
  const holder = holderOf([tell], [], file.header.caseId, staff);
  if (holder === null || isPresent(holder, staff)) return personOf(holder);
  const instead = staff.absences.find(
    (one) => one.staffId === holder && one.from <= staff.day && staff.day <= one.to,
  )?.substituteId;
  const substitute = instead !== undefined && isPresent(instead, staff) ? personOf(instead) : [];
  return substitute.length > 0 ? substitute : personOf(holder);
}

// ---- handlers

/** The case leaves whoever holds it, so that the workflow finds somebody else: open steps of handling are void. */
function leaving(file: ComplaintCase, kinds: readonly string[]) {
  const steps = openSteps(file).filter((step) => kinds.includes(step.kind));
  return {
    events: steps.map(
      (step): NewEvent => ({
        kind: "step.voided",
        by: null,
        via: "system",
        stepId: step.stepId,
        data: { kind: step.kind, stage: step.stage },
      }),
    ),
    ends: steps.map((step) => ({ step, end: { status: "void" as const, outcome: null } })),
  };
}

/** Nobody touched it, and somebody else fits: the case goes on to him, once a round. */
function handedOn(
  file: ComplaintCase,
  timer: Extract<ComplaintTimer, { kind: "untouched" }>,
  around: Around,
  at: number,
): ComplaintChange<null> | null {
  const state = file.header.complaint;
  if (state.round !== timer.round || !isUntouched(state, file.events)) return null;
  const left = leaving(file, ["investigate"]);
  // Only an investigation that waits can be untouched; and it never goes from somebody to nobody.
  const next = unassigned(state, "untouched", stamp(at));
  if (left.ends.length === 0 || !pickFor(file.header.caseId, next, policyOf(file, around), around.staff))
    return null;
  return {
    result: null,
    state: next,
    ...left,
    writes: [putTimer({ ...timer, pending: undefined })],
  };
}

const DAY_MS = 86_400_000;

/** When a case that nobody fitted is looked at again: absences end with their day. Table stamp. */
export const nextLook = (at: number): string => {
  const tomorrow = shanghaiDate(at + DAY_MS);
  return stamp(Date.parse(`${tomorrow}T00:00:00+08:00`));
};

/** The timer that looks whether somebody is free by now; goes with the step that asks for a handler. */
export const queueTimer = (caseId: string, stepId: string, at: number): ComplaintTimer => ({
  v: 1,
  timerId: `${stepId}-queue`,
  caseId,
  kind: "queue",
  pending: "timer",
  dueAt: nextLook(at),
  arms: 0,
});

/** Somebody has become free for a case that nobody fitted: the choice is taken from whoever was asked for it. */
export function drained(
  file: ComplaintCase,
  timer: Extract<ComplaintTimer, { kind: "queue" }> | null,
  around: Around,
): ComplaintChange<null> | null {
  const state = { ...file.header.complaint, wanted: "queue" as const };
  const left = leaving(file, ["assign"]);
  if (state.assignee !== null || left.ends.length === 0) return null;
  if (!pickFor(file.header.caseId, state, policyOf(file, around), around.staff)) return null;
  return {
    result: null,
    state,
    ...left,
    writes: timer ? [putTimer({ ...timer, pending: undefined })] : [],
  };
}
