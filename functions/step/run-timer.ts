/**
 * A timer rings (MECHANICS §3.4): a rung of a step's ladder, the end of an undo window, a daily reminder, the end of a
 * reservation, what complaint/ring.ts and follow-up/ring.ts do, and the end of quiet hours (message/release.ts). Re-reads the
 * case: a decided step is never reminded. What a timer does is one transaction with its own
 * end, so one that fires twice tells nobody twice.
 */
import { postUp } from "../approval/rules.ts";
import type { CaseFile, Message, Rung, RungTimer, Step, Timer } from "../case/model.ts";
import { type Change, changeCase, pkOf, putMessage, putTimer, putWork, readCase, sk } from "../case/store.ts";
import { isComplaintTimer, nextLook, ringing } from "../complaint/ring.ts";
import { changeComplaint } from "../complaint/write.ts";
import type { Absence, Person } from "../directory/model.ts";
import { roster } from "../directory/store.ts";
import { ringFollowUp } from "../follow-up/ring.ts";
import { isFollowUpTimer } from "../follow-up/timers.ts";
import { newMessage } from "../message/compose.ts";
import { endsQuietHours, release } from "../message/release.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { ConditionFailed, type Item, transact, updateItem } from "../shared/table.ts";
import { remindDaily } from "./daily.ts";
import { endReservation, isReserved } from "./reservation.ts";
import { endStep, resumeWork, seatsOf, takeTimer, timerOf } from "./store.ts";

export type TimerInput = { v: 1; caseId: string; timerId: string };

/** What a timer that fired leaves to do after the transaction of the case, if it wrote one. */
type Left = "nothing" | "early" | "unwanted" | "effective" | "later";

/** Runs a timer if it is due and still wanted; asks for another alarm when it came early. */
export async function runTimer({ caseId, timerId }: TimerInput): Promise<void> {
  if (endsQuietHours(timerId)) return release({ caseId, timerId });
  const day = shanghaiDate(now());
  const [{ people: staff, absences, calendar }, known] = await Promise.all([roster(day), readCase(caseId)]);
  const timer = known?.timers.find((one) => one.timerId === timerId);
  if (!known || !timer) return;
  const left = isComplaintTimer(timer)
    ? await ringComplaint(known, timerId)
    : await changeCase(
        caseId,
        (file, at) => ring(file, timerId, { staff, people: staff, absences, calendar }, at),
        known,
      );
  // Scheduler fired before the instant: the timer's item changes, and case/advance arms another alarm.
  if (left === "early") await touch(caseId, timerId, "SET arms = arms + :one", { ":one": 1 });
  // A timer that the sweeper put back while its step was being decided: nothing waits for it.
  if (left === "unwanted") await touch(caseId, timerId, "REMOVE pending");
  if (left === "effective") await closeWindow(timer);
  if (left === "later")
    await touch(caseId, timerId, "SET arms = arms + :one, dueAt = :due", {
      ":one": 1,
      ":due": nextLook(now()),
    });
}

/** A timer of a complaint, judged beside its policy and the staff. */
async function ringComplaint(known: CaseFile, timerId: string): Promise<Left> {
  const { body } = await changeComplaint<Left>({
    caseId: known.header.caseId,
    actor: null,
    known: Promise.resolve(known),
    change(file, around, at) {
      const timer = file.timers.find((one) => one.timerId === timerId);
      if (!timer?.pending || !isComplaintTimer(timer)) return { result: "nothing", events: [] };
      if (Date.parse(timer.dueAt) > at) return { result: "early", events: [] };
      const change = ringing(file, timer, around, at);
      if (change) return { ...change, result: "nothing" };
      // Still nobody: looked for again another day.
      const waits = timer.kind === "queue" && file.header.complaint.assignee === null;
      return { result: waits && file.header.status === "open" ? "later" : "unwanted", events: [] };
    },
  });
  return body;
}

/** What a timer is judged beside. */
type Beside = { staff: Person[]; people: Person[]; absences: Absence[]; calendar: WorkingCalendar };

function ring(file: CaseFile, timerId: string, beside: Beside, at: number): Change<Left> {
  const { staff } = beside;
  const timer = file.timers.find((one) => one.timerId === timerId);
  if (!timer?.pending) return { result: "nothing", events: [] };
  const step = file.steps.find((one) => one.stepId === timer.stepId);
  if (!isWanted(file, timer, step)) return { result: "unwanted", events: [] };
  if (Date.parse(timer.dueAt) > at) return { result: "early", events: [] };
  if (timer.kind === "effective") return { result: "effective", events: [] };
  if (isFollowUpTimer(timer)) {
    const rang = ringFollowUp(file, timer, beside, at);
    return rang ? { result: "nothing", ...rang } : { result: "unwanted", events: [] };
  }
  if (timer.kind === "reservation") return { result: "nothing", ...endReservation(file, timer, staff, at) };
  const rung = timer.kind === "rung" ? step?.ladder[timer.rung] : undefined;
  if (timer.kind === "rung" && step && rung) return climb(file, step, rung, timer, staff, at);
  if (step) return { result: "nothing", ...remindDaily(file, step, timer, beside, at) };
  return { result: "unwanted", events: [] };
}

/** Whether what a timer is for can still happen. The end of an undo window is told whatever became of the case. */
function isWanted(file: CaseFile, timer: Timer, step: Step | undefined): boolean {
  if (timer.kind === "effective") return step !== undefined;
  if (isFollowUpTimer(timer)) return file.header.status === "open";
  if (timer.kind === "reservation") return isReserved(file);
  if (step?.status !== "open") return false;
  return timer.kind !== "rung" || step.ladder[timer.rung] !== undefined;
}

/** Nobody can take the vote back any more: what waited for it goes on. Lost against an undo at the same instant it is nothing. */
async function closeWindow(timer: Timer): Promise<void> {
  if (timer.stepId === undefined) return;
  try {
    await transact([takeTimer(timer), putWork(resumeWork({ ...timer, stepId: timer.stepId }, now()))]);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

function climb(
  file: CaseFile,
  step: Step,
  rung: Rung,
  timer: RungTimer,
  staff: Person[],
  at: number,
): Change<Left> {
  const done = putTimer({ ...timer, pending: undefined });
  if (rung.kind === "expire") {
    return {
      result: "nothing",
      events: [{ kind: "step.expired", by: null, via: "system", stepId: step.stepId }],
      writes: endStep(file, step, { status: "done", outcome: "expired", at }),
    };
  }
  const waiting = seatsOf(file, step)
    .filter((seat) => seat.status === "open")
    .flatMap((seat) => staff.find((person) => person.staffId === seat.staffId) ?? []);
  const told = rung.kind === "remind" ? waiting : superiors(step, timer.rung, waiting, staff);
  const next = timerOf(step, timer.rung + 1);
  return {
    result: "nothing",
    events: [
      {
        kind: rung.kind === "remind" ? "step.reminded" : "step.escalated",
        by: null,
        via: "system",
        stepId: step.stepId,
        data: { rung: timer.rung + 1, to: told.map((person) => person.staffId) },
      },
    ],
    writes: [
      done,
      ...(next ? [putTimer(next)] : []),
      ...told.map((person) => putMessage(tell(step, rung, timer, person, at))),
    ],
  };
}

function tell(step: Step, rung: Rung, timer: RungTimer, person: Person, at: number): Message {
  return newMessage({
    caseId: step.caseId,
    kind: rung.kind === "remind" ? "step.remind" : "step.escalated",
    to: person.staffId,
    channel: "email",
    locale: person.locale,
    stepId: step.stepId,
    params: { rung: timer.rung + 1, ...(rung.share === undefined ? {} : { share: rung.share }) },
    at,
    key: timer.timerId,
  });
}

/** Each escalation goes one post further up from the people who have not decided. */
function superiors(step: Step, rung: number, waiting: Person[], staff: Person[]): Person[] {
  const climbs = step.ladder.slice(0, rung + 1).filter((one) => one.kind === "escalate").length;
  const found = waiting.flatMap((person) => postUp(person, climbs, staff));
  return found.filter((person, index) => found.findIndex((one) => one.staffId === person.staffId) === index);
}

/** Changes a timer that is still pending; one that ran meanwhile is left alone. */
async function touch(caseId: string, timerId: string, change: string, values?: Item): Promise<void> {
  try {
    await updateItem({
      TableName: env("CASES_TABLE"),
      Key: { pk: pkOf(caseId), sk: sk.timer(timerId) },
      UpdateExpression: change,
      ConditionExpression: "attribute_exists(pending)",
      ExpressionAttributeValues: values,
    });
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

/** Whether a timer is due. */
export const isDue = (timer: Pick<Timer, "dueAt">): boolean => Date.parse(timer.dueAt) <= now();
