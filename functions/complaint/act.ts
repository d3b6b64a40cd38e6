/**
 * What people answer on the steps of a complaint (contracts/complaints.md "Steps"): the handler, whoever assigns, follows
 * up or decides, and the customer. One transaction each; none of these can be undone. First answer wins.
 */
import type { Actor } from "../directory/model.ts";
import { DEPARTMENTS } from "../directory/model.ts";
import { budgetRefusal, entryWrites, isBudgetFailure, readBuckets } from "../ledger/store.ts";
import { now, stamp } from "../shared/clock.ts";
import { invalid, Refusal } from "../shared/errors.ts";
import { ConditionFailed, early, type Write } from "../shared/table.ts";
import { handOn } from "../step/hand-on.ts";
import { linkKeys } from "../step/links.ts";
import type { Decision } from "../step/model.ts";
import {
  type Acting,
  type Answered,
  answerWith,
  type Beside,
  confirmed,
  decided,
  lineOf,
  type Options,
  readNothing,
} from "./answering.ts";
import { assigning, TURN_LABEL, withLoads } from "./assign.ts";
import { chosenBy, isPresent, type Staff, unassigned } from "./assign-rules.ts";
import type { CUSTOMER } from "./customer.ts";
import { isUnreachable } from "./follow-up-rules.ts";
import { PAYING, type StepKind } from "./model.ts";
import { bucketsOn, drawnBy, releaseEntry, reserveEntry, withoutMoney } from "./money.ts";
import { attemptsOf } from "./records.ts";
import {
  readAttempt,
  readExchange,
  readFollowUp,
  readHandOver,
  readInvestigation,
  readToStaff,
} from "./schema.ts";
import { readAround, voteOn } from "./write.ts";

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
  const beside = options.beside ?? early(readBeside(input));
  try {
    return await answerWith(ANSWERS, who, stepId, input, { ...options, beside });
  } catch (error) {
    if (isBudgetFailure(error)) throw budgetRefusal(error, amountIn(input) ?? 0);
    // He was given another case at the same instant: whoever chose looks again.
    throw error instanceof ConditionFailed && error.labels.includes(TURN_LABEL)
      ? new Refusal(503, "busy")
      : error;
  }
}

// ---- what is read beside the case

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

// ---- the answers

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
  "customer-confirm": confirmed,
  "follow-up": (acting) => (acting.choice === "attempt" ? attempted(acting) : followedUp(acting)),
  "manager-decision": (acting) => {
    readNothing(acting.data);
    const decision = acting.choice === "close" ? "close" : "reopen";
    return decided(acting, "done", { result: { kind: "decision", decision } });
  },
};

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
