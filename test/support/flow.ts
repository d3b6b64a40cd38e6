/** A reception's road without a workflow engine: what Step Functions would call, called by hand. */
import { expect, vi } from "vitest";
import { type NextStage, handler as nextStage } from "../../functions/approval/next-stage.ts";
import { verify } from "../../functions/case/chain.ts";
import type { Attempt, CaseFile, Step, Timer } from "../../functions/case/model.ts";
import { pkOf, readCase } from "../../functions/case/store.ts";
import { bucketPk } from "../../functions/ledger/store.ts";
import { handler as approved } from "../../functions/reception/approved.ts";
import { handler as ended } from "../../functions/reception/ended.ts";
import { submitReception } from "../../functions/reception/submit.ts";
import { now, stamp } from "../../functions/shared/clock.ts";
import { Refusal } from "../../functions/shared/errors.ts";
import { actOnStep } from "../../functions/step/act.ts";
import type { Decision } from "../../functions/step/model.ts";
import { handler as openStep } from "../../functions/step/open.ts";
import { runTimer } from "../../functions/step/run-timer.ts";
import type { TestTables } from "./dynamodb.ts";
import { form, person } from "./reception.ts";

/** A submitted request of 陈瑶; ¥800 unless said otherwise, so the department manager alone decides. */
export async function submit(changes: Record<string, unknown> = {}, by = "chenyao"): Promise<string> {
  const { body } = await submitReception(person(by), form({ budgetAmount: 80_000, ...changes }));
  return body.caseId;
}

let tokens = 0;
export const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
  redrive: 0,
  enteredAt: stamp(now()),
  retry: 0,
  ...changes,
});

/**
 * Asks who signs next and opens that step, once decisions can no longer be undone; `meanwhile`: while they still can.
 * Resolves with the step's id, or with the outcome of the chain.
 */
export async function next(
  caseId: string,
  options: { revision?: number; token?: string; meanwhile?: boolean } = {},
): Promise<{ stepId: string } | { outcome: string }> {
  if (!options.meanwhile) await passWindows(caseId);
  const revision = options.revision ?? (await read(caseId)).header.revision;
  const asked: NextStage = await nextStage({ v: 1, caseId, revision, endedStep: null, reason: null });
  if (asked.next === "done") return { outcome: asked.outcome };
  const token = options.token ?? `token-${++tokens}`;
  return openStep({ v: 1, caseId, revision, step: asked.step, token, attempt: attempt() });
}

/** Lets the undo windows of a case end: the test's clock moves to their alarms, which ring. */
export async function passWindows(caseId: string): Promise<void> {
  for (const timer of (await read(caseId)).timers) {
    if (timer.kind !== "effective" || !timer.pending) continue;
    vi.setSystemTime(Math.max(now(), Date.parse(timer.dueAt)));
    await runTimer({ v: 1, caseId, timerId: timer.timerId });
  }
}

/** A submitted request with its first step open. */
export async function opened(
  changes: Record<string, unknown> = {},
  by = "chenyao",
): Promise<{ caseId: string; stepId: string }> {
  const caseId = await submit(changes, by);
  return { caseId, stepId: await nextStep(caseId) };
}

/** The step that opens next; fails when the chain is done. */
export async function nextStep(caseId: string): Promise<string> {
  const found = await next(caseId);
  if (!("stepId" in found)) throw new Error(`The chain is done: ${found.outcome}`);
  return found.stepId;
}

export const act = (
  by: string,
  stepId: string,
  choice: string,
  comment = "",
  data: Record<string, unknown> = {},
): Promise<Decision> => actOnStep(person(by), stepId, { choice, comment, data });

/** A decision whose undo window is over. */
export async function decide(by: string, stepId: string, choice: string, comment = ""): Promise<Decision> {
  const decision = await act(by, stepId, choice, comment);
  await passWindows(stepId.split("-").slice(0, 3).join("-"));
  return decision;
}

export async function read(caseId: string): Promise<CaseFile> {
  const file = await readCase(caseId);
  if (!file) throw new Error(`No case ${caseId}`);
  return file;
}

export async function stepNow(stepId: string): Promise<Step> {
  const file = await read(stepId.split("-").slice(0, 3).join("-"));
  const step = file.steps.find((one) => one.stepId === stepId);
  if (!step) throw new Error(`No step ${stepId}`);
  return step;
}

/** What the reception workflow does once its chain ended. */
export async function finish(
  caseId: string,
  revision: number,
  outcome: string,
): Promise<{ outcome: string }> {
  if (outcome === "approved") return approved({ v: 1, caseId, revision });
  if (outcome === "rejected" || outcome === "expired") return ended({ v: 1, caseId, revision, outcome });
  return { outcome };
}

/** The refusal that a call meets, as `status code`; fails when it succeeds or breaks otherwise. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  const { status, code, fields } = await refused(call);
  return [`${status} ${code}`, ...fields.map((field) => `${field.path}:${field.code}`)].join(" ");
}
export async function refused(call: Promise<unknown>): Promise<Refusal> {
  const result = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (result instanceof Refusal) return result;
  throw result ?? new Error("It was not refused");
}

/** Runs calls at once and counts what came out: `ok`, or `status code` of a refusal. Anything else is thrown. */
export async function race(calls: Promise<unknown>[]): Promise<Record<string, number>> {
  const count: Record<string, number> = {};
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === "rejected" && !(result.reason instanceof Refusal)) throw result.reason;
    const key = result.status === "fulfilled" ? "ok" : `${result.reason.status} ${result.reason.code}`;
    count[key] = (count[key] ?? 0) + 1;
  }
  return count;
}

const COLUMNS = ["allotted", "reserved", "committed", "spent"] as const;
type Money = Record<(typeof COLUMNS)[number] | "available", number>;

/** A bucket whose entries were checked to add up to it. */
export async function bucketOf(
  tables: TestTables,
  department = "finance",
  period = "2026-12",
): Promise<Money> {
  const items = await tables.items("Ledger", bucketPk({ department, period, category: "hospitality" }));
  const bucket = items.find((item) => item.sk === "BUCKET") as (Money & Record<string, unknown>) | undefined;
  if (!bucket) throw new Error(`No bucket ${department} ${period}`);
  const entries = items.filter((item) => item !== bucket) as Money[];
  for (const column of COLUMNS)
    expect(
      entries.reduce((sum, entry) => sum + entry[column], 0),
      `sum of ${column}`,
    ).toBe(bucket[column]);
  expect(bucket.available).toBe(bucket.allotted - bucket.reserved - bucket.committed - bucket.spent);
  const { allotted, reserved, committed, spent, available } = bucket;
  return { allotted, reserved, committed, spent, available };
}

/** Entries of one case in a bucket, as `kind`. */
export async function entriesOf(
  tables: TestTables,
  caseId: string,
  department = "finance",
  period = "2026-12",
): Promise<string[]> {
  const items = await tables.items("Ledger", bucketPk({ department, period, category: "hospitality" }));
  return items
    .filter((item) => item.caseId === caseId)
    .map((item) => item.kind as string)
    .sort();
}

/**
 * What holds of every case whatever happened to it: one unbroken chain whose head and number the header knows, one open
 * step at most, ended steps that watch nothing but their undo window and owe a resume, exactly one final outcome.
 */
export async function sound(tables: TestTables, caseId: string): Promise<CaseFile> {
  const file = await read(caseId);
  const { header } = file;
  expect(verify(file.events, file.payloads, header.head), "chain").toBe(true);
  expect(file.events.length).toBe(header.seq);
  const open = file.steps.filter((step) => step.status === "open");
  expect(open.length).toBeLessThanOrEqual(1);
  if (header.status === "closed") expect(open).toEqual([]);
  for (const step of file.steps) {
    if (step.status === "open") continue;
    const left = file.timers.filter((timer) => timer.stepId === step.stepId && timer.pending);
    expect(
      left.filter((timer) => timer.kind !== "effective"),
      "timers of an ended step",
    ).toEqual([]);
    const seats = file.seats.filter((seat) => seat.stepId === step.stepId && seat.status === "open");
    expect(seats, "open seats of an ended step").toEqual([]);
    // Within its undo window the alarm is what will ask for the resume.
    const owed = await tables.get("Cases", pkOf(caseId), `WORK#${step.stepId}-resume`);
    expect(left.length === 1 || owed !== null, "either the window is open or the execution is told").toBe(
      true,
    );
  }
  const endings = file.events.filter((event) =>
    ["case.withdrawn", "budget.committed", "budget.released"].includes(event.kind),
  );
  const money = endings.filter((event) => event.kind.startsWith("budget."));
  // A settlement moves it again: its own tests count the fen.
  if (!header.settlement)
    expect(money.length, "the money moves once at the end").toBe(header.outcome === null ? 0 : 1);
  return file;
}

/** The timers of the ladders of a case's steps. */
export const rungsOf = (file: CaseFile): Timer[] => file.timers.filter((timer) => timer.kind === "rung");

/** Kinds of a case's events. */
export const kinds = (file: CaseFile): string[] => file.events.map((event) => event.kind);
