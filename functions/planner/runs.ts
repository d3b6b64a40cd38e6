/**
 * Runs of the planner (contracts/follow-ups.md "Cadence, planner, campaigns"): the one of every working day, which a
 * workflow carries out, and extra ones, which are done while somebody waits. All do the same work on the same terms, so they
 * may overlap.
 */
import { randomBytes } from "node:crypto";
import { isDesk } from "../case/access.ts";
import { putWork } from "../case/store.ts";
import { workingDayFrom } from "../customer/cadence-rules.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Actor, Locale } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { now, shanghaiDate, stamp, toApi } from "../shared/clock.ts";
import { busy, forbidden, invalid } from "../shared/errors.ts";
import { assignmentText } from "../shared/i18n/sections/follow-up.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { isDate, refuseFields } from "../shared/plain.ts";
import { ConditionFailed, transact } from "../shared/table.ts";
import type { Job, Skip } from "./model.ts";
import { nextPage } from "./plan.ts";
import { dueUntil, isWorkingDay } from "./rules.ts";
import {
  handOver,
  JOB_LABEL,
  newJobWrites,
  planWork,
  readJob,
  readResults,
  readRuns,
  readSwitch,
} from "./store.ts";

type Run = Job & { kind: "run" };

function newRun(jobId: string, by: string | null, calendar: WorkingCalendar, at: number): Run {
  const today = shanghaiDate(at);
  return {
    v: 1,
    jobId,
    kind: "run",
    at: stamp(at),
    by,
    status: "running",
    page: 0,
    stage: "owners",
    place: null,
    parts: 0,
    due: 0,
    created: 0,
    existing: 0,
    skipped: 0,
    failed: 0,
    staff: null,
    plannedOn: workingDayFrom(calendar, today),
    until: dueUntil(calendar, today),
  };
}

/**
 * Begins the run of today and asks for its workflow; its number is the day, so that a schedule that fires twice begins one.
 * Null on days on which nobody works, and while the planner is paused: what came due meanwhile is found by the next run.
 */
export async function startDailyRun(): Promise<string | null> {
  const at = now();
  const today = shanghaiDate(at);
  const [calendar, { paused }] = await Promise.all([workingCalendar(), readSwitch()]);
  if (paused || !isWorkingDay(calendar, today)) return null;
  const run = newRun(today, null, calendar, at);
  try {
    await transact([...newJobWrites(run), putWork(planWork(run, at))]);
  } catch (error) {
    if (!(error instanceof ConditionFailed && error.labels.includes(JOB_LABEL))) throw error;
  }
  return run.jobId;
}

export type RunView = {
  runId: string;
  at: string;
  due: number;
  created: number;
  existing: number;
  skipped: Skip[];
  assignments: { caseId: string; customerId: string; staffId: string; reason: string }[];
};

/** An extra run of now, of which nothing is done yet. */
export async function beginRun(by: string): Promise<Job> {
  const at = now();
  const runId = `${shanghaiDate(at)}-${randomBytes(4).toString("hex")}`;
  const run = newRun(runId, by, await workingCalendar(), at);
  await transact(newJobWrites(run));
  return run;
}

/** How long somebody waits for an extra run: the API answers within half a minute. */
const ANSWER_WITHIN_MS = 25_000;

/**
 * `POST /api/planner/runs`: an extra run, answered when it is done. What takes longer than somebody waits goes on by itself,
 * and the call is answered 503 `busy`. Throws 403, 400.
 */
export async function runNow(
  actor: Actor,
  input: unknown,
  { locale, ...options }: { locale: Locale; idempotencyKey?: string },
): Promise<Answer<RunView>> {
  if (!isDesk(actor)) throw forbidden("not_allowed");
  refuseFields(input);
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: "POST /api/planner/runs",
    body: input ?? {},
  });
  return once<RunView>(key, async (extra) => {
    const run = await beginRun(actor.staffId);
    const runId = run.jobId;
    const until = performance.now() + ANSWER_WITHIN_MS;
    while (!(await nextPage(runId))) {
      if (performance.now() < until) continue;
      await handOver(run, now());
      throw busy();
    }
    const done = (await readJob(runId)) ?? run;
    const answer = { status: 200, body: (await viewsOf([done], locale))[0]! };
    const more = extra(answer);
    if (more.length > 0) await transact(more);
    return answer;
  });
}

/** Each run with all that came of it. */
async function viewsOf(jobs: readonly Job[], locale: Locale): Promise<RunView[]> {
  const [staff, results] = await Promise.all([
    people(),
    Promise.all(jobs.map((job) => readResults(job.jobId))),
  ]);
  const names = new Map(staff.map((person) => [person.staffId, person.name]));
  const nameOf = (staffId: string) => names.get(staffId) ?? staffId;
  return jobs.map((job, index): RunView => {
    const { skipped, made } = results[index]!;
    return {
      runId: job.jobId,
      at: toApi(job.at ?? stamp(now())),
      due: job.due,
      created: job.created,
      existing: job.existing,
      skipped,
      assignments: made.map(({ caseId, customerId, staffId, reason }) => ({
        caseId,
        customerId,
        staffId,
        reason: assignmentText(reason, { assignee: staffId, name: nameOf, locale }),
      })),
    };
  });
}

const DAY_MS = 86_400_000;
/** Days of runs that are shown where nobody says which. */
const SHOWN_DAYS = 31;
const MAX_LIMIT = 100;

/** `GET /api/planner/runs?from=&to=` (days, inclusive): newest first. Throws 403, 400. */
export async function listRuns(
  actor: Actor,
  query: { from: string | null; to: string | null; limit?: number; cursor?: string },
  locale: Locale,
): Promise<{ items: RunView[]; next: string | null }> {
  if (!isDesk(actor)) throw forbidden("not_allowed");
  const { from, to, limit = 31, cursor } = query;
  const problems = [
    ...(from !== null && !isDate(from) ? [{ path: "from", code: "date" }] : []),
    ...(to !== null && !isDate(to) ? [{ path: "to", code: "date" }] : []),
  ];
  if (problems.length > 0) throw invalid(...problems);
  if (from !== null && to !== null && to < from) throw invalid({ path: "to", code: "to_before_from" });
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid({ path: "limit", code: "at_most", params: { max: MAX_LIMIT } });
  const last = to ?? shanghaiDate(now());
  const first = from ?? shanghaiDate(Date.parse(`${last}T00:00:00+08:00`) - SHOWN_DAYS * DAY_MS);
  const midnight = (day: string) => Date.parse(`${day}T00:00:00+08:00`);
  const found = await readRuns(
    { from: stamp(midnight(first)), before: stamp(midnight(last) + DAY_MS) },
    { limit, ...(cursor === undefined ? {} : { cursor }) },
  ).catch((error: unknown) => {
    if (error instanceof SyntaxError || (error instanceof Error && error.name === "ValidationException"))
      throw invalid({ path: "cursor", code: "invalid" });
    throw error;
  });
  return { items: await viewsOf(found.jobs, locale), next: found.next };
}
