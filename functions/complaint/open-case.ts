/**
 * A complaint comes in, through whatever door: the case with its clocks and their timers, the acknowledgement, and the
 * start of its workflow in one transaction.
 */
import { randomBytes } from "node:crypto";
import { GENESIS, type NewEvent } from "../case/chain.ts";
import type { Header, Via } from "../case/model.ts";
import { contactWork, startWork } from "../case/start.ts";
import { changeWrites, nextCaseId, putMessage, putWork, shardOf } from "../case/store.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Actor } from "../directory/model.ts";
import { currentPolicy, type PolicyVersion } from "../directory/store.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { now, shanghaiDate, stamp, toApi } from "../shared/clock.ts";
import type { Answer } from "../shared/idempotency.ts";
import { hashOf } from "../shared/ids.ts";
import { transact, type Write } from "../shared/table.ts";
import { clockWrites, startClocks, untouchedWrites } from "./clocks.ts";
import { CUSTOMER, toCustomer } from "./customer.ts";
import {
  duplicatesOf,
  type Likeness,
  normalisedWaybill,
  phoneHashOf,
  tailHashOf,
  tailOf,
} from "./duplicate-rules.ts";
import { lookupWrites, readLike } from "./lookup-store.ts";
import { CLOCK_KINDS, type ComplaintPolicy, type ComplaintState } from "./model.ts";
import { priorityOf } from "./priority-rules.ts";
import type { Complaint } from "./schema.ts";
import { POLICY } from "./write.ts";

/** What every complaint is judged by, to be read beside the session. */
export type IntakeBasis = { policy: PolicyVersion<ComplaintPolicy>; calendar: WorkingCalendar };

export async function readIntakeBasis(): Promise<IntakeBasis> {
  const [policy, calendar] = await Promise.all([currentPolicy<ComplaintPolicy>(POLICY), workingCalendar()]);
  return { policy, calendar };
}

/** Instants ISO with offset. */
export type Opened = {
  caseId: string;
  priority: ComplaintState["priority"];
  ackDueAt: string;
  respondDueAt: string;
  resolveDueAt: string;
  /** Cases that may be the same complaint, newest first; for staff only. */
  possibleDuplicates: string[];
};

export type Opening = {
  /** As `readComplaint` (schema.ts) gives it. */
  complaint: Complaint;
  /** Who files it; null: the customer, without a session. */
  by: Actor | null;
  basis: IntakeBasis;
  via?: Via;
  /** The follow-up whose record asks for it. */
  followUpId?: string;
  /** Further writes of the transaction: an idempotency key, a limit; they fail by their label. */
  extra?: (answer: Answer<Opened>) => Write[];
};

/** Opens the case: 201. Throws ConditionFailed where a write of `extra` does not hold; then nothing exists. */
export async function openComplaint(opening: Opening): Promise<Answer<Opened>> {
  const at = now();
  const { answer, writes } = await complaintWrites(opening, at);
  await transact([
    ...writes,
    // Who complains has been in contact; where a follow-up opens the complaint, its record is the contact.
    putWork(contactWork(answer.body.caseId, at, at)),
    ...(opening.extra?.(answer) ?? []),
  ]);
  return answer;
}

/** The writes of a new complaint, for a transaction that does more; its number is taken. `at`: epoch ms. */
export async function complaintWrites(
  opening: Omit<Opening, "extra">,
  at: number,
): Promise<{ answer: Answer<Opened>; writes: Write[] }> {
  const { complaint, by, basis } = opening;
  const phoneHash = phoneHashOf(complaint.complainantPhone);
  const waybillNo = normalisedWaybill(complaint.waybillNo);
  const [caseId, like] = await Promise.all([
    nextCaseId("complaint", shanghaiDate(at).slice(0, 4)),
    readLike({ waybillNo, phoneHash }),
  ]);
  const policy = basis.policy.document;
  const state = stateOf(complaint, {
    by,
    at,
    policy,
    waybillNo,
    phoneHash,
    followUpId: opening.followUpId,
  });
  const likeness: Likeness = {
    caseId,
    waybillNo,
    phoneHash,
    category: state.category,
    receivedAt: stamp(at),
  };
  const { clocks, events } = startClocks(CLOCK_KINDS, { caseId, state, at }, policy, basis.calendar);
  const dueOf = (kind: string): string => clocks.find((clock) => clock.kind === kind)?.dueAt ?? stamp(at);
  const answer: Answer<Opened> = {
    status: 201,
    body: {
      caseId,
      priority: state.priority,
      ackDueAt: toApi(dueOf("acknowledge")),
      respondDueAt: toApi(dueOf("respond")),
      resolveDueAt: toApi(dueOf("resolve")),
      possibleDuplicates: duplicatesOf(likeness, like, policy),
    },
  };
  const header = headerOf(caseId, complaint, { state, by, at, basis, dueAt: dueOf("resolve") });
  const received: NewEvent = {
    kind: "complaint.received",
    by: by?.staffId ?? CUSTOMER,
    via: opening.via ?? (by ? "login" : "link"),
    contentHash: header.contentHash,
    data: { content: complaint, policy: header.policy },
  };
  return {
    answer,
    writes: [
      ...changeWrites(
        { ...header, seq: 0, head: GENESIS, contentSeq: 0 },
        { events: [received, ...events] },
        at,
      ),
      ...clockWrites({ timers: [] }, clocks),
      ...untouchedWrites({ timers: [] }, clocks, policy, basis.calendar),
      ...lookupWrites(likeness),
      ...acknowledgement(caseId, complaint, dueOf, at).map(putMessage),
      putWork(startWork(caseId, header.revision, at)),
    ],
  };
}

function stateOf(
  complaint: Complaint,
  of: {
    by: Actor | null;
    at: number;
    policy: ComplaintPolicy;
    waybillNo: string | null;
    phoneHash: string;
    followUpId: string | undefined;
  },
): ComplaintState {
  const { policy } = of;
  const department = policy.defaults.department;
  const tailSalt = randomBytes(16).toString("base64url");
  const grading = {
    severity: complaint.severity,
    urgency: complaint.urgency,
    safetyFlag: complaint.safetyFlag,
    fromPublic: of.by === null,
    triaged: false,
    override: null,
  };
  return {
    ...grading,
    priority: priorityOf(grading, policy),
    category: complaint.category,
    subCategory: complaint.subCategory ?? null,
    level: 0,
    paused: false,
    assignee: null,
    wanted: "received",
    assignmentReason: null,
    respondingDept: department,
    handlers: [],
    handedOn: false,
    stretches: [{ department, assignee: null, from: stamp(of.at), to: null }],
    reopenCount: 0,
    round: 1,
    chains: [],
    csat: null,
    confirmedAnswer: null,
    waybillNo: of.waybillNo,
    phoneHash: of.phoneHash,
    tailSalt,
    tailHash: tailHashOf(tailSalt, tailOf(complaint.complainantPhone)),
    ...(complaint.organisation === undefined ? {} : { organisation: complaint.organisation }),
    ...(complaint.repeatOf === undefined ? {} : { repeatOf: complaint.repeatOf }),
    ...(of.followUpId === undefined ? {} : { followUpId: of.followUpId }),
  };
}

function headerOf(
  caseId: string,
  complaint: Complaint,
  of: { state: ComplaintState; by: Actor | null; at: number; basis: IntakeBasis; dueAt: string },
): Omit<Header, "seq" | "head" | "contentSeq"> {
  const { state, by, basis } = of;
  const department = by?.department ?? state.respondingDept;
  const createdBy = by?.staffId ?? CUSTOMER;
  return {
    v: 1,
    caseId,
    process: "complaint",
    status: "open",
    phase: "assigning",
    outcome: null,
    createdBy,
    createdAt: stamp(of.at),
    department,
    ...(complaint.customerId === undefined ? {} : { customerId: complaint.customerId }),
    shard: shardOf(caseId),
    dueAt: of.dueAt,
    // Nothing personal: who complains stands in the content.
    title: complaint.organisation ?? state.waybillNo ?? caseId,
    revision: 1,
    contentHash: hashOf(complaint),
    policy: { policyId: POLICY, version: basis.policy.version },
    // What is asked to be signed, and by whose request, is known when a chain begins.
    facts: {
      amount: 0,
      people: 1,
      department,
      costDepartment: state.respondingDept,
      requester: createdBy,
    },
    buckets: [],
    held: 0,
    round: 1,
    findings: [],
    cc: [],
    complaint: state,
  };
}

/** The promised times go along: a later change does not rewrite what was promised. */
const acknowledgement = (caseId: string, complaint: Complaint, dueOf: (kind: string) => string, at: number) =>
  toCustomer(complaint, {
    caseId,
    kind: "complaint.acknowledged",
    key: caseId,
    params: { respondDueAt: dueOf("respond"), resolveDueAt: dueOf("resolve") },
    at,
  });
