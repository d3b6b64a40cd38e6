/**
 * Opens a step for people and keeps the task token (MECHANICS §3.1). Called as lambda:invoke.waitForTaskToken: one
 * transaction writes step, seats, links, messages, the first timer and the event. Called again for a step that is
 * there, it only takes over a newer token; a decided step is resumed with it once its undo window is over, so an answer
 * that was lost costs nothing.
 */
import type { Mode, Rule } from "../approval/model.ts";
import type { NewEvent } from "../case/chain.ts";
import type { Attempt, CaseFile, Header, Message, Seat, Step, Timer } from "../case/model.ts";
import { changeCase, pkOf, putMessage, putSeat, putStep, putTimer, putWork, sk } from "../case/store.ts";
import { CUSTOMER, toCustomer } from "../complaint/customer.ts";
import type { ChainKind, StepKind } from "../complaint/model.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Person } from "../directory/model.ts";
import { readPeople } from "../directory/store.ts";
import type { StepKind as FollowUpStepKind } from "../follow-up/model.ts";
import { newMessage } from "../message/compose.ts";
import type { MessageKind } from "../message/kinds.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { now, stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { WorkflowError } from "../shared/errors.ts";
import { ConditionFailed, type Item, transact, type Write } from "../shared/table.ts";
import { LINK_LIFE_MS, type LinkKeys, linkFor, linkKey, linkKeys } from "./links.ts";
import { isNewer, planLadder } from "./rules.ts";
import { resumeWork, timerOf } from "./store.ts";

/** A step as approval/next-stage asks for it. */
export type StepPlan = {
  stepId: string;
  ordinal: number;
  round: number;
  kind: "approval" | "revise" | "settlement" | StepKind | "claim" | FollowUpStepKind;
  stage: string;
  /** Of an approval about a complaint: what is asked. */
  chain?: ChainKind;
  /** Of a complaint: the round that the step belongs to. */
  complaintRound?: number;
  alsoStages: string[];
  addedBy?: string;
  mode: Mode;
  need: number;
  dueMinutes: number;
  limit: number | null;
  limitPerHead: number | null;
  /** Its ladder: an approval's where nothing is said, or one that never expires, or none but the expiry when due. */
  ladder?: "reminders" | "expiry";
  /** A step without a ladder: when and why it is due (table stamp), and the timers that it opens with. */
  dueAt?: string;
  dueTrace?: unknown[];
  provisional?: boolean;
  timers?: Timer[];
  /** Its people know already: no message asks them. */
  silent?: boolean;
  signers: { staffId: string; for?: string; rules: Rule[] }[];
};

export type OpenInput = {
  v: 1;
  caseId: string;
  revision: number;
  step: StepPlan;
  token: string;
  attempt: Attempt;
};

/**
 * Lambda `step-open`. Resolves with the step's id (the execution goes on waiting for the token). Throws
 * Case.Superseded when the case moved on: withdrawn, edited or closed.
 */
export async function handler(input: OpenInput): Promise<{ stepId: string }> {
  const { caseId, revision, step: plan } = input;
  const [keys, people, calendar] = await Promise.all([
    linkKeys(),
    readPeople(plan.signers.map((signer) => signer.staffId)),
    workingCalendar(),
  ]);
  const existing = await changeCase<Step | null>(caseId, (file, at) => {
    const found = file.steps.find((step) => step.stepId === plan.stepId);
    if (found) return { result: found, events: [] };
    if (file.header.revision !== revision || file.header.status !== "open")
      throw new WorkflowError(
        "Case.Superseded",
        `Revision ${revision} of the case is no longer the current one`,
      );
    return opening(file, input, { keys, people, calendar }, at);
  });
  if (existing && isNewer(input.attempt, existing.attempt)) await takeOver(existing, input);
  return { stepId: plan.stepId };
}

/** What a step is opened with. */
type With = { keys: LinkKeys; people: Map<string, Person>; calendar: WorkingCalendar };

function opening(file: CaseFile, input: OpenInput, { keys, people, calendar }: With, at: number) {
  const { header } = file;
  const plan = input.step;
  const clock = clockOf(plan, calendar, at);
  const step: Step = {
    v: 1,
    stepId: plan.stepId,
    caseId: header.caseId,
    process: header.process,
    shard: header.shard,
    revision: header.revision,
    ordinal: plan.ordinal,
    round: plan.round,
    kind: plan.kind,
    stage: plan.stage,
    ...(plan.chain === undefined ? {} : { chain: plan.chain }),
    ...(plan.complaintRound === undefined ? {} : { complaintRound: plan.complaintRound }),
    alsoStages: plan.alsoStages,
    ...(plan.addedBy === undefined ? {} : { addedBy: plan.addedBy }),
    status: "open",
    outcome: null,
    mode: plan.mode,
    need: plan.need,
    assignees: plan.signers.map((signer) => signer.staffId),
    openedAt: stamp(at),
    dueAt: stamp(clock.dueAt),
    dueTrace: clock.trace,
    provisional: clock.provisional,
    contentHash: header.contentHash,
    ladder: clock.ladder,
    limit: plan.limit,
    ...(plan.limitPerHead === null ? {} : { limitPerHead: plan.limitPerHead }),
    token: input.token,
    attempt: input.attempt,
  };
  const seats = plan.signers.map((signer) => seatOf(header, step, signer, keys, at));
  const writes: Write[] = [
    putStep(step),
    ...seats.map(putSeat),
    ...seats.map((seat) => linkWrite(keys, seat)),
    ...(plan.silent ? [] : requests(file, step, people, at).map(putMessage)),
  ];
  const rung = timerOf(step, 0);
  writes.push(...(plan.timers ?? []).map(putTimer), ...(rung ? [putTimer(rung)] : []));
  return {
    result: null,
    // The answers of a follow-up say what it waits for.
    header: (header.followUp ? undefined : PHASES[plan.kind]) ?? {},
    events: [
      {
        kind: "step.opened",
        by: null,
        via: "system" as const,
        stepId: step.stepId,
        contentHash: step.contentHash,
        data: {
          kind: step.kind,
          stage: step.chain ?? step.stage,
          ...(step.chain === undefined ? {} : { post: step.stage }),
          ...(step.alsoStages.length === 0 ? {} : { alsoStages: step.alsoStages }),
          ...(step.addedBy === undefined ? {} : { addedBy: step.addedBy }),
          assignees: step.assignees,
          dueAt: step.dueAt,
        },
      },
      ...routed(step, plan),
      ...(plan.kind === "settlement"
        ? [{ kind: "settlement.opened", by: null, via: "system" as const, stepId: step.stepId }]
        : []),
    ],
    writes,
  };
}

/** What a case waits for once a step of this kind is open. */
const PHASES: Partial<Record<StepPlan["kind"], Partial<Header>>> = {
  revise: { phase: "returned" },
  settlement: { phase: "settlement", outcome: "approved" },
  assign: { phase: "assigning" },
  investigate: { phase: "investigating" },
  exchange: { phase: "investigating" },
  "customer-confirm": { phase: "confirming" },
  "follow-up": { phase: "following-up" },
  "manager-decision": { phase: "deciding" },
};

/** When a step is due and what its ladder does; a step that names its own due time climbs none. */
function clockOf(plan: StepPlan, calendar: WorkingCalendar, at: number): ReturnType<typeof planLadder> {
  const { dueAt, dueMinutes, ladder, provisional = false, dueTrace: trace = [] } = plan;
  if (dueAt !== undefined) return { dueAt: Date.parse(dueAt), provisional, trace, ladder: [] };
  const clock = planLadder(calendar, at, dueMinutes);
  if (ladder === "expiry")
    return { ...clock, ladder: [{ kind: "expire", at: stamp(clock.dueAt), after: dueMinutes }] };
  return ladder === "reminders"
    ? { ...clock, ladder: clock.ladder.filter((rung) => rung.kind !== "expire") }
    : clock;
}

/** Twenty seats and this many lines of substitutes still fit into one transaction; every seat says it anyhow. */
const MOST_LINES = 16;

/** What the routing did beside asking the holder of a post: stages that share the step, substitutes who sign. */
function routed(step: Step, plan: StepPlan): NewEvent[] {
  const line = (kind: string, data: Record<string, unknown>): NewEvent => ({
    kind,
    by: null,
    via: "system",
    stepId: step.stepId,
    data,
  });
  const substitutes = plan.signers
    .filter((signer) => signer.for && signer.rules.includes("substitute"))
    .slice(0, MOST_LINES);
  return [
    ...step.alsoStages.map((stage) => line("stage.merged", { stage, into: step.stage, rule: "same_signer" })),
    ...substitutes.map(({ staffId, for: instead }) =>
      line("step.substituted", { stage: step.stage, by: staffId, for: instead }),
    ),
  ];
}

function seatOf(
  header: Header,
  step: Step,
  signer: StepPlan["signers"][number],
  keys: LinkKeys,
  at: number,
): Seat {
  return {
    v: 1,
    stepId: step.stepId,
    caseId: step.caseId,
    process: step.process,
    staffId: signer.staffId,
    // A customer has no list of tasks.
    ...(signer.staffId === CUSTOMER ? {} : { assignee: signer.staffId }),
    status: "open",
    kind: step.kind,
    stage: step.chain ?? step.stage,
    title: header.title,
    openedAt: step.openedAt,
    dueAt: step.dueAt,
    ...(signer.for === undefined ? {} : { for: signer.for }),
    rules: signer.rules,
    policy: header.policy,
    buckets: header.buckets,
    link: { kid: keys.current, version: 1, expiresAt: stamp(at + LINK_LIFE_MS) },
  };
}

/** Only the hash of a link is stored; where it leads is its item. */
export function linkWrite(keys: LinkKeys, seat: Seat): Write {
  const { stepId, staffId, caseId } = seat;
  const { version, kid } = seat.link;
  return {
    label: "link",
    Put: {
      TableName: env("CASES_TABLE"),
      Item: {
        ...linkKey(linkFor(keys, { stepId, staffId, version, kid })),
        v: 1,
        caseId,
        stepId,
        staffId,
        version,
      },
    },
  };
}

/** What each kind of step tells its people by e-mail when it opens. */
const REQUESTS: Record<StepPlan["kind"], MessageKind> = {
  approval: "approval.request",
  revise: "case.returned",
  settlement: "settlement.request",
  assign: "step.opened",
  investigate: "step.opened",
  exchange: "step.opened",
  "customer-confirm": "complaint.notice",
  "follow-up": "step.opened",
  "manager-decision": "step.opened",
  claim: "step.opened",
  "new-contact": "follow-up.new-contact",
  review: "step.opened",
};

function requests(
  { header, content }: CaseFile,
  step: Step,
  people: Map<string, Person>,
  at: number,
): Message[] {
  const kind = REQUESTS[step.kind as StepPlan["kind"]];
  const { caseId } = header;
  // The notice goes out with the step that answers it, because its link is the step's.
  if (kind === "complaint.notice")
    return toCustomer(content, { caseId, kind, key: step.stepId, stepId: step.stepId, at });
  return step.assignees.flatMap((staffId) => {
    const person = people.get(staffId);
    if (!person) return [];
    return newMessage({
      caseId,
      kind,
      to: staffId,
      channel: "email",
      locale: person.locale,
      stepId: step.stepId,
      at,
      key: step.stepId,
    });
  });
}

/** A newer attempt of the workflow waits with a newer token. */
async function takeOver(step: Step, input: OpenInput): Promise<void> {
  const update: Write = {
    label: "step",
    Update: {
      TableName: env("CASES_TABLE"),
      Key: { pk: pkOf(step.caseId), sk: sk.step(step.stepId) },
      UpdateExpression: "SET #token = :token, attempt = :attempt",
      ConditionExpression: "#token = :seen AND #status = :status",
      ExpressionAttributeNames: { "#token": "token", "#status": "status" },
      ExpressionAttributeValues: {
        ":token": input.token,
        ":attempt": input.attempt,
        ":seen": step.token,
        ":status": step.status,
      } satisfies Item,
    },
  };
  const at = now();
  // Within its undo window a decision has no effect yet: the end of the window asks for the resume.
  const counts = step.status !== "open" && Date.parse(step.effectiveAt ?? stamp(at)) <= at;
  const resume = counts ? [putWork(resumeWork(step, at))] : [];
  try {
    await transact([update, ...resume]);
  } catch (error) {
    // The step changed under us: decided meanwhile, or a still newer attempt. The workflow tries again.
    if (error instanceof ConditionFailed)
      throw new WorkflowError("Busy", "The step changed while its token was replaced");
    throw error;
  }
}
