/**
 * How a complaint changes: read, judged, and written in one transaction with everything that follows from the change —
 * clocks with their timers, the phase, the due time of lists. Every call on a complaint and every effect of its workflow
 * goes through here.
 */
import { maySee } from "../case/access.ts";
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Header, Message, Step, Vote } from "../case/model.ts";
import { archiveWork } from "../case/start.ts";
import { type Change, changeCase, putMessage, putVote, putWork, readCase } from "../case/store.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Actor } from "../directory/model.ts";
import { type PolicyVersion, policyVersions, roster } from "../directory/store.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { now, shanghaiDate, stamp } from "../shared/clock.ts";
import { notFound } from "../shared/errors.ts";
import { type Answer, type Idempotency, keyed, once } from "../shared/idempotency.ts";
import { early, type Write } from "../shared/table.ts";
import { type End, endStep } from "../step/store.ts";
import type { Staff } from "./assign-rules.ts";
import { clocksAfter, clockWrites, untouchedWrites } from "./clocks.ts";
import type { Clock, ComplaintFile, ComplaintPolicy, ComplaintState } from "./model.ts";
import { phaseOf } from "./standing-rules.ts";
import { dueWrites } from "./step-due.ts";

/** Id of the policy of complaints. */
export const POLICY = "complaint";

export type ComplaintHeader = Header & { complaint: ComplaintState };
export type ComplaintCase = CaseFile & { header: ComplaintHeader };

export const isComplaint = (file: CaseFile | null): file is ComplaintCase =>
  file?.header.complaint !== undefined;

/** What a complaint is judged beside; read in the same round trip as the case. */
export type Around = {
  policies: PolicyVersion<ComplaintPolicy>[];
  /** Who there is and who is away today; loads and turns only where somebody has to be found (assign.ts). */
  staff: Staff;
  calendar: WorkingCalendar;
};

export async function readAround(): Promise<Around> {
  const day = shanghaiDate(now());
  const [policies, { people, absences }, calendar] = await Promise.all([
    policyVersions<ComplaintPolicy>(POLICY),
    roster(day),
    workingCalendar(),
  ]);
  return { policies, staff: { people, absences, day, loads: {}, lastAssigned: {} }, calendar };
}

/** The version of the policy that a case began with. */
export function policyOf({ header }: CaseFile, { policies }: Pick<Around, "policies">): ComplaintPolicy {
  const found = policies.find((one) => one.version === header.policy.version);
  if (!found) throw new Error(`Policy ${POLICY} has no version ${header.policy.version}`);
  return found.document;
}

/** The case as the fold reads it (standing-rules.ts). */
export const foldedFile = (file: ComplaintCase): ComplaintFile => ({
  status: file.header.status,
  state: file.header.complaint,
  steps: file.steps.map((step) => ({ ...step, complaintRound: step.complaintRound ?? 0 })),
  votes: file.votes,
});

/** What happens to a complaint. Phase, due time and timers follow by themselves. */
export type ComplaintChange<T> = {
  /** What the call answers, and its status (200). */
  result: T;
  status?: number;
  state?: ComplaintState;
  header?: Partial<
    Pick<Header, "status" | "outcome" | "revision" | "round" | "facts" | "buckets" | "held" | "cc">
  >;
  /** Without events nothing is written. */
  events: NewEvent[];
  /** Clocks that started or changed (clocks.ts). */
  clocks?: Clock[];
  /** Steps that end, and the votes that ended them. */
  ends?: { step: Step; end: Omit<End, "at"> }[];
  votes?: Vote[];
  messages?: Message[];
  writes?: Write[];
};

/** The change of the case that all of this is. `at`: epoch ms. */
export function written<T>(
  file: ComplaintCase,
  change: ComplaintChange<T>,
  around: Around,
  at: number,
): Change<T> {
  if (change.events.length === 0) return { result: change.result, events: [] };
  const { caseId } = file.header;
  const { clocks = [], ends = [], votes = [], messages = [] } = change;
  const policy = policyOf(file, around);
  const after = afterwards(file, change);
  const resolve = clocksAfter(file, clocks).findLast((clock) => clock.kind === "resolve");
  return {
    result: change.result,
    header: {
      ...change.header,
      complaint: after.header.complaint,
      phase: phaseOf(foldedFile(after), policy),
      // While it is paused nobody knows when it is due: lists keep the place that it had.
      ...(resolve?.dueAt ? { dueAt: resolve.dueAt } : {}),
    },
    events: change.events,
    writes: [
      ...ends.flatMap(({ step, end }) => endStep(file, step, { ...end, at })),
      ...votes.map((vote) => putVote(caseId, vote)),
      ...clockWrites(file, clocks),
      ...untouchedWrites(file, clocks, policy, around.calendar),
      ...dueWrites(
        file,
        clocks,
        ends.map(({ step }) => step.stepId),
      ),
      ...messages.map(putMessage),
      ...(isClosing(file, after) ? [putWork(archiveWork(caseId, closings(file) + 1, at))] : []),
      ...(change.writes ?? []),
    ],
  };
}

/** Whatever closes a complaint, its dossier is written after that. */
const isClosing = (before: CaseFile, after: CaseFile): boolean =>
  before.header.status === "open" && after.header.status === "closed";

const closings = ({ events }: CaseFile): number =>
  events.filter((event) => event.kind === "complaint.closed").length;

/** The case as it is once a change is made, for what is judged by it. */
export function afterwards(
  file: ComplaintCase,
  { state, header, ends = [], votes = [] }: Omit<ComplaintChange<unknown>, "result" | "events">,
): ComplaintCase {
  const steps = file.steps.map((step) => {
    const ended = ends.find((one) => one.step.stepId === step.stepId);
    if (!ended) return step;
    const { status, outcome, result } = ended.end;
    return { ...step, status, outcome, ...(result === undefined ? {} : { result }) };
  });
  return {
    ...file,
    header: { ...file.header, ...header, complaint: state ?? file.header.complaint },
    steps,
    votes: [...file.votes, ...votes],
  };
}

export type ComplaintCall<T> = {
  caseId: string;
  /** A signed-in colleague, who must be allowed to see the case (else 404); the customer and the system see it. */
  actor: Actor | "customer" | null;
  /** Of a colleague's call: names it and its body for the idempotency key. */
  route?: string;
  body?: unknown;
  idempotencyKey?: string;
  /** Its key, the case, and what it is judged beside, where the caller has started to read them. */
  key?: Idempotency | null;
  known?: Promise<CaseFile | null>;
  around?: Promise<Around>;
  /**
   * Judges in the order of the contract: who may call, then the state, then the fields; throws Refusals. Runs again where
   * another change won the race, so it has no effects of its own.
   */
  change(file: ComplaintCase, around: Around, at: number): ComplaintChange<T> | Promise<ComplaintChange<T>>;
};

/** Throws 404, what `change` throws, 409 `idempotency_mismatch`, 503 `busy`. A failed condition of its own writes is thrown as it is. */
export async function changeComplaint<T>(call: ComplaintCall<T>): Promise<Answer<T>> {
  const { caseId, actor, route, body } = call;
  const staffId = typeof actor === "object" && actor ? actor.staffId : null;
  const key =
    call.key ??
    (staffId !== null && route !== undefined
      ? keyed(call.idempotencyKey, { staffId, route: `${route} ${caseId}`, body })
      : null);
  const reading = call.around ?? early(readAround());
  const known = await (call.known ?? readCase(caseId));
  checkSeen(known, actor);
  return once<T>(key, async (extra) => {
    const around = await reading;
    return changeCase<Answer<T>>(
      caseId,
      async (file, at) => {
        if (!isComplaint(file)) throw notFound();
        const change = await call.change(file, around, at);
        const result = { status: change.status ?? 200, body: change.result };
        return written(
          file,
          { ...change, result, writes: [...(change.writes ?? []), ...extra(result)] },
          around,
          at,
        );
      },
      known ?? undefined,
    );
  });
}

function checkSeen(file: CaseFile | null, actor: ComplaintCall<unknown>["actor"]): void {
  if (!isComplaint(file)) throw notFound();
  if (typeof actor === "object" && actor !== null && !maySee(actor, file)) throw notFound();
}

/** The vote of somebody on a step of a complaint, as it is kept. */
export const voteOn = (
  file: CaseFile,
  step: Pick<Step, "stepId">,
  vote: { by: string; choice: string; comment: string; via: "link" | "login"; at: number },
): Vote => ({
  v: 1,
  stepId: step.stepId,
  by: vote.by,
  n: 1 + file.votes.filter((one) => one.stepId === step.stepId && one.by === vote.by).length,
  choice: vote.choice,
  at: stamp(vote.at),
  via: vote.via,
  contentHash: file.header.contentHash,
  comment: vote.comment,
});
