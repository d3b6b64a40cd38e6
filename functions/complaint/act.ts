/**
 * What people answer on the steps of a complaint (contracts/complaints.md "Steps"): the handler, whoever assigns, follows
 * up or decides, and the customer. One transaction each; none of these can be undone. First answer wins.
 */
import * as z from "zod";
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Step } from "../case/model.ts";
import { caseOfStep } from "../case/store.ts";
import type { Actor, Role } from "../directory/model.ts";
import { DEPARTMENTS } from "../directory/model.ts";
import type { Bucket } from "../ledger/rules.ts";
import { budgetRefusal, entryWrites, isBudgetFailure, readBuckets } from "../ledger/store.ts";
import { now, stamp, toApi } from "../shared/clock.ts";
import { conflict, forbidden, invalid, notFound, Refusal } from "../shared/errors.ts";
import { lazy } from "../shared/lazy.ts";
import { ConditionFailed, early, type Write } from "../shared/table.ts";
import { fieldErrors, reason } from "../shared/validate.ts";
import { handOn } from "../step/hand-on.ts";
import { type LinkKeys, linkKeys } from "../step/links.ts";
import type { Decision } from "../step/model.ts";
import { NONCE_LABEL, useNonce } from "../step/store.ts";
import { assigning, TURN_LABEL, withLoads } from "./assign.ts";
import { chosenBy, isPresent, type Staff, unassigned } from "./assign-rules.ts";
import { CUSTOMER } from "./customer.ts";
import { isUnreachable } from "./follow-up-rules.ts";
import {
  COMPLAINT_CHOICES,
  type ComplaintPolicy,
  type ComplaintState,
  PAYING,
  STEP_KINDS,
  type StepKind,
  type StepResult,
} from "./model.ts";
import { bucketsOn, drawnBy, releaseEntry, reserveEntry, withoutMoney } from "./money.ts";
import { attemptsOf } from "./records.ts";
import {
  needsComment,
  readAttempt,
  readConfirmation,
  readExchange,
  readFollowUp,
  readHandOver,
  readInvestigation,
  readToStaff,
} from "./schema.ts";
import {
  type Around,
  type ComplaintCase,
  type ComplaintChange,
  changeComplaint,
  policyOf,
  readAround,
  voteOn,
} from "./write.ts";

/** Whether a step is answered here; signatures about a complaint are approvals like any other (step/act.ts). */
export const isComplaintStep = (kind: string): kind is StepKind =>
  (STEP_KINDS as readonly string[]).includes(kind);

/**
 * Through which door somebody comes. A page without login brings the nonce that is used up, and says whether it shows the
 * case as it is.
 */
export type ActDoor = {
  via: "login" | "link";
  nonce?: string;
  isFresh?(file: CaseFile): boolean;
};

/** `known`, `beside`: reads that the caller has started already. */
type Options = {
  idempotencyKey?: string;
  door?: ActDoor;
  known?: Promise<CaseFile | null>;
  beside?: Promise<Beside>;
};

/**
 * `input`: `{choice, comment, data, contentHash?}`. Throws, in this order: 404, 403 `not_assignee`, 409 `already_decided`
 * with who and when, 409 `stale`, 400 by field, 409 `no_budget`, `budget_exceeded`, 409 `idempotency_mismatch`.
 */
export async function actOnComplaint(
  who: Actor | typeof CUSTOMER,
  stepId: string,
  input: unknown,
  options: Options = {},
): Promise<Decision> {
  const { door = { via: "login" }, known, idempotencyKey } = options;
  const beside = options.beside ?? early(readBeside(input));
  let needed = 0;
  try {
    const { body } = await changeComplaint<Decision>({
      caseId: caseOfStep(stepId),
      actor: who,
      route: `act ${stepId}`,
      body: input,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(known === undefined ? {} : { known }),
      around: beside.then(({ around }) => around),
      async change(file, around, at) {
        const acting = judge({ ...(await beside), who, file, stepId, input, door, around, at });
        needed = amountIn(input) ?? 0;
        return changeOf(acting);
      },
    });
    return body;
  } catch (error) {
    if (isBudgetFailure(error)) throw budgetRefusal(error, needed);
    if (!(error instanceof ConditionFailed)) throw error;
    if (error.labels.includes(NONCE_LABEL)) throw conflict("stale");
    // He was given another case at the same instant: whoever chose looks again.
    throw error.labels.includes(TURN_LABEL) ? new Refusal(503, "busy") : error;
  }
}

// ---- what is read beside the case

type Beside = { around: Around; buckets: Bucket[]; keys: LinkKeys | null };

const at = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

/** What the handler wants to pay, and whom a call names; nothing of it is checked yet. */
function amountIn(input: unknown): number | null {
  const amount = at(at(at(input, "data"), "disposition"), "amount");
  return typeof amount === "number" ? amount : null;
}
function namedIn(input: unknown): string | null {
  const staffId = at(at(input, "data"), "toStaffId");
  return typeof staffId === "string" && /^[\w-]{1,64}$/.test(staffId) ? staffId : null;
}

/** One round trip with the case's: which department pays is only known with the case, so all are read. */
export async function readBeside(input: unknown): Promise<Beside> {
  const named = namedIn(input);
  const none: Staff = { people: [], absences: [], day: "", loads: {}, lastAssigned: {} };
  const [around, { loads, lastAssigned }, buckets, keys] = await Promise.all([
    readAround(),
    named === null ? none : withLoads(none, [named]),
    amountIn(input) === null ? [] : readBuckets(bucketsOn(DEPARTMENTS, now())),
    at(input, "choice") === "transfer" ? linkKeys() : null,
  ]);
  return { around: { ...around, staff: { ...around.staff, loads, lastAssigned } }, buckets, keys };
}

// ---- who may, and what he says

type Asked = { who: Actor | typeof CUSTOMER; stepId: string; input: unknown; door: ActDoor };

type Acting = Beside & {
  file: ComplaintCase;
  state: ComplaintState;
  policy: ComplaintPolicy;
  step: Step;
  kind: StepKind;
  door: ActDoor;
  /** Staff id, or `customer`. */
  by: string;
  /** A lead enters what the customer said on the telephone. */
  byPhone: boolean;
  choice: string;
  comment: string;
  data: unknown;
  at: number;
};

/** They may enter what a customer says on the telephone, unless they handled his case. */
const LEADS: readonly Role[] = ["aftersales_lead", "callcenter_lead"];

function judge(asked: Asked & Beside & { file: ComplaintCase; at: number }): Acting {
  const { who, file, stepId, input, door, around, buckets, keys } = asked;
  const state = file.header.complaint;
  const step = file.steps.find((one) => one.stepId === stepId);
  if (!step || !isComplaintStep(step.kind)) throw notFound();
  const by = who === CUSTOMER ? CUSTOMER : who.staffId;
  const holds = step.assignees.includes(by);
  const byPhone =
    !holds &&
    who !== CUSTOMER &&
    step.kind === "customer-confirm" &&
    who.roles.some((role) => LEADS.includes(role)) &&
    !state.handlers.includes(by);
  if (!holds && !byPhone) throw who === CUSTOMER ? notFound() : forbidden("not_assignee");
  checkOpen(file, step, around.staff);
  const contentHash = at(input, "contentHash");
  if (contentHash !== undefined && contentHash !== file.header.contentHash) throw conflict("stale");
  if (door.isFresh && !door.isFresh(file)) throw conflict("stale");
  const said = readSaid(step.kind, input, byPhone);
  const policy = policyOf(file, around);
  return {
    ...said,
    file,
    state,
    policy,
    step,
    kind: step.kind,
    door,
    by,
    byPhone,
    around,
    buckets,
    keys,
    at: asked.at,
  };
}

/** 409 with who answered and when; `stale` for a step that was voided. */
function checkOpen(file: ComplaintCase, step: Step, { people }: Staff): void {
  if (step.status === "void") throw conflict("stale");
  if (step.status === "open") return;
  const person = people.find((one) => one.staffId === step.decidedBy);
  const customer = file.content?.complainantName;
  throw conflict("already_decided", {
    outcome: step.outcome,
    at: step.endedAt ? toApi(step.endedAt) : null,
    by: person
      ? { staffId: person.staffId, name: person.name }
      : step.decidedBy === CUSTOMER
        ? { customer: typeof customer === "string" ? customer : "" }
        : null,
  });
}

const shape = lazy(() =>
  z.strictObject({
    choice: z.string({ error: "choice" }),
    comment: reason(2000).default(""),
    data: z.unknown().optional(),
    contentHash: z.string({ error: "invalid" }).optional(),
  }),
);

function readSaid(
  kind: StepKind,
  input: unknown,
  byPhone: boolean,
): Pick<Acting, "choice" | "comment" | "data"> {
  const parsed = shape().safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  const { choice, comment, data = {} } = parsed.data;
  if (!COMPLAINT_CHOICES[kind].includes(choice)) throw invalid({ path: "choice", code: "choice" });
  if (comment === "" && needsComment(kind, choice, byPhone))
    throw invalid({ path: "comment", code: "reason_required" });
  return { choice, comment, data };
}

// ---- the answers

type Answered = Omit<ComplaintChange<Decision>, "result">;

function changeOf(acting: Acting): ComplaintChange<Decision> {
  const { step, door, file, at: when } = acting;
  const answered = ANSWERS[acting.kind](acting);
  const [ended] = answered.ends ?? [];
  return {
    ...answered,
    result: {
      stepId: step.stepId,
      outcome: ended?.end.outcome ?? null,
      effectiveAt: ended ? toApi(when) : null,
      undoUntil: null,
    },
    writes: [
      ...(answered.writes ?? []),
      ...(door.nonce === undefined ? [] : [useNonce(file.header.caseId, door.nonce, when)]),
    ],
  };
}

const ANSWERS: Record<StepKind, (acting: Acting) => Answered> = {
  assign: (acting) => {
    const { state, around, by, at: when, file } = acting;
    const person = presentPerson(acting);
    const reason = chosenBy(by, person, state.wanted, around.staff);
    const given = assigning(file, reason, { staff: around.staff, by, at: when });
    return decided(acting, "done", { given, data: { toStaffId: person } });
  },
  investigate: (acting) =>
    acting.choice === "done"
      ? investigated(acting)
      : acting.choice === "hand-over"
        ? handedOver(acting)
        : transferred(acting),
  exchange: (acting) => {
    const { waybillNo, note } = readExchange(acting.data);
    return decided(acting, "done", { data: { waybillNo, ...(note === "" ? {} : { note }) } });
  },
  "customer-confirm": (acting) => {
    const { state, choice, comment, byPhone } = acting;
    const agrees = choice === "confirm";
    const { csat } = agrees ? readConfirmation(acting.data) : readNothing(acting.data);
    const outcome = agrees ? "confirmed" : "disagreed";
    return decided(acting, outcome, {
      given: {
        state: { ...state, confirmedAnswer: outcome, csat: csat ?? state.csat },
        events: [
          lineOf(acting, agrees ? "customer.confirmed" : "customer.disagreed", {
            ...(csat === null ? {} : { csat }),
            ...(comment === "" ? {} : { comment }),
            ...(byPhone ? { byPhone } : {}),
          }),
        ],
      },
      result: { kind: "confirmation", csat },
    });
  },
  "follow-up": (acting) => (acting.choice === "attempt" ? attempted(acting) : followedUp(acting)),
  "manager-decision": (acting) => {
    readNothing(acting.data);
    const decision = acting.choice === "close" ? "close" : "reopen";
    return decided(acting, "done", { result: { kind: "decision", decision } });
  },
};

/** A choice that takes no fields. */
function readNothing(data: unknown): { csat: null } {
  const fields = Object.keys(Object(data));
  if (fields.length > 0)
    throw invalid(...fields.map((field) => ({ path: `data.${field}`, code: "unknown_field" })));
  return { csat: null };
}

/** A line of the timeline about what somebody said on the step. */
const lineOf = ({ by, door, step, file }: Acting, kind: string, data: Record<string, unknown>): NewEvent => ({
  kind,
  by,
  via: door.via,
  stepId: step.stepId,
  contentHash: file.header.contentHash,
  data,
});

type More = {
  given?: Pick<Answered, "events"> & Partial<Answered>;
  data?: Record<string, unknown>;
  result?: StepResult;
};

/** The step ends with an outcome: the answer as a vote, a line that says so, and what else it does. */
function decided(acting: Acting, outcome: string, { given, data, result }: More = {}): Answered {
  const { file, step, by, choice, comment, door, at: when } = acting;
  return {
    ...given,
    events: [
      lineOf(acting, "step.decided", {
        kind: step.kind,
        choice,
        outcome,
        ...(comment === "" ? {} : { comment }),
        ...data,
      }),
      ...(given?.events ?? []),
    ],
    ends: [{ step, end: { status: "done", outcome, by, ...(result === undefined ? {} : { result }) } }],
    votes: [voteOn(file, step, { by, choice, comment, via: door.via, at: when })],
  };
}

/** Whom the call names: somebody who works here and is there today. */
function presentPerson({ data, around, step }: Acting): string {
  const { toStaffId } = readToStaff(data);
  const person = around.staff.people.find((one) => one.staffId === toStaffId);
  // Whoever looks for a handler may take the case himself; a handler who hands it on may not keep it.
  const keeps = step.kind === "investigate" && step.assignees.includes(toStaffId);
  if (!person?.active || keeps) throw invalid({ path: "data.toStaffId", code: "choose" });
  if (!isPresent(toStaffId, around.staff)) throw invalid({ path: "data.toStaffId", code: "absent" });
  return toStaffId;
}

function investigated(acting: Acting): Answered {
  const { file, state, policy, buckets, by, at: when } = acting;
  const { investigation, disposition, claim } = readInvestigation(acting.data, state.category);
  const amount = PAYING.includes(disposition.type) ? (disposition.amount ?? 0) : 0;
  const asks = amount > policy.handlerLimit;
  const drawn = asks ? drawnBy(state.respondingDept, buckets) : [];
  const moves = [
    // What an earlier proposal still has is given back: the customer gets this one in its place.
    ...(state.money === undefined ? [] : [releaseEntry(file, by, when)]),
    ...(asks ? [reserveEntry(file, { buckets: drawn, amount }, by, when)] : []),
  ];
  const rest = withoutMoney(state);
  return decided(acting, "done", {
    given: {
      state: asks ? { ...rest, money: "reserved" } : rest,
      header: { held: asks ? amount : 0, buckets: drawn },
      events: [lineOf(acting, "complaint.investigated", { investigation, disposition, claim })],
      writes: entryWrites(...moves),
    },
    result: { kind: "investigation", type: disposition.type, amount: disposition.amount ?? null, claim },
  });
}

function handedOver(acting: Acting): Answered {
  const { state, comment, at: when } = acting;
  const { toDepartment } = readHandOver(acting.data);
  if (toDepartment === state.respondingDept) throw invalid({ path: "data.toDepartment", code: "choose" });
  return decided(acting, "done", {
    given: {
      state: unassigned(state, "handed_over", stamp(when), toDepartment),
      events: [
        lineOf(acting, "complaint.handed-over", { from: state.respondingDept, to: toDepartment, comment }),
      ],
    },
    result: { kind: "hand-over", toDepartment },
  });
}

/** The same step in other hands: its clock goes on, the old seat and its link are void. */
function transferred(acting: Acting): Answered {
  const { file, step, state, around, keys, by, comment, at: when } = acting;
  const person = presentPerson(acting);
  if (!keys) throw new Error("A transfer was judged without its keys");
  const reason = chosenBy(by, person, "transferred", around.staff);
  const given = assigning({ ...file, header: { ...file.header, complaint: state } }, reason, {
    staff: around.staff,
    by,
    at: when,
  });
  const writes: Write[] = [...given.writes, ...handOn(file, step, { from: by, to: person }, keys, when)];
  return {
    ...given,
    events: given.events.map((event) => ({
      ...event,
      stepId: step.stepId,
      data: { ...event.data, comment },
    })),
    votes: [voteOn(file, step, { by, choice: "transfer", comment, via: acting.door.via, at: when })],
    writes,
  };
}

/** One contact. Enough of them in vain end the step. */
function attempted(acting: Acting): Answered {
  const { file, step, policy, at: when } = acting;
  const attempt = readAttempt(acting.data, { openedAt: Date.parse(step.openedAt), now: when });
  const line = lineOf(acting, "follow-up.attempted", { attempt });
  const all = [...attemptsOf(file, step.stepId), attempt];
  if (!isUnreachable(all, policy.followUp)) return { events: [line] };
  return decided(acting, "unreachable", { given: { events: [line] } });
}

function followedUp(acting: Acting): Answered {
  const { file, step, state, at: when } = acting;
  const times = { openedAt: Date.parse(step.openedAt), now: when };
  const record = readFollowUp(acting.data, attemptsOf(file, step.stepId), times);
  const { satisfaction, issueFound, needsComplaint } = record;
  return decided(acting, "done", {
    given: {
      state: { ...state, csat: satisfaction },
      events: [lineOf(acting, "follow-up.recorded", { record })],
    },
    result: { kind: "follow-up", satisfaction, issueFound, needsComplaint },
  });
}
