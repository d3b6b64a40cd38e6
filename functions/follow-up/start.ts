/**
 * A contact with a customer is planned, by whomever: the case, the places where it is listed, the note on the customer
 * that one is still to be recorded, and the start of its workflow in one transaction.
 */
import type { NewEvent } from "../case/chain.ts";
import type { Header } from "../case/model.ts";
import { startWork } from "../case/start.ts";
import { createCase, nextCaseId, putMessage, putTimer, putWork, shardOf } from "../case/store.ts";
import type { ComplaintPolicy } from "../complaint/model.ts";
import type { Customer } from "../customer/model.ts";
import { readCustomer } from "../customer/record-store.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Department } from "../directory/model.ts";
import { currentPolicy, type PolicyVersion, readPeople } from "../directory/store.ts";
import { newMessage } from "../message/compose.ts";
import { now, shanghaiDate, stamp, toApi } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { conflict, invalid, notFound } from "../shared/errors.ts";
import { hashOf, sha256 } from "../shared/ids.ts";
import { ConditionFailed, getItem, type Write } from "../shared/table.ts";
import type { AssignmentReason, FollowUpContent, FollowUpState, Mode, SourceType } from "./model.ts";
import { OPEN_LABEL, openFollowUpOf, openMark } from "./open-mark.ts";
import { placeWrites } from "./places.ts";
import { overdueTimers } from "./timers.ts";

export type FollowUpPlan = {
  customerId: string;
  mode: Mode;
  sourceType: SourceType;
  /** The campaign, or the case that asked for it. */
  sourceId: string | null;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  plannedOn: string;
  /** Epoch ms or any ISO instant. */
  dueAt: number | string;
  /** Staff id; must be somebody who works here. */
  assignee: string;
  assignmentReason: AssignmentReason;
  purpose: string;
  /** Staff id, or `system`. */
  by: string;
  /** What makes the contact one of a kind, e.g. the customer and the day on which it was due: the same key is the same case. */
  key: string;
  /** What is to be asked, of a campaign. */
  questions?: string[];
  /** Whether the assignee is told at once; the daily digest tells all others. */
  tell?: boolean;
  /** Why it is planned although the customer was contacted often of late. */
  overrideReason?: string;
  /** Further writes of the transaction, for the case that is made; they fail by their label. */
  extra?: (caseId: string) => Write[];
};

export type Started = { caseId: string; created: boolean };

/** As `createdBy` and `by`: the planner. */
export const SYSTEM = "system";

/** Label of the write that makes the key this case's. */
const PLAN_LABEL = "plan";
/** The policy that holds when a customer counts as unreachable. */
const POLICY = "complaint";
const planKey = (key: string) => ({ pk: `PLAN#${sha256(key)}`, sk: "PLAN" });

/**
 * Makes the case of this key, or finds it: called twice, at the same time or after a crash it makes one. Throws 404 where
 * there is no such customer, 409 `already_planned` with `{caseId}` where another one of his is still to be recorded.
 */
export async function startFollowUp(plan: FollowUpPlan): Promise<Started> {
  const at = now();
  const [known, customer, policy, open, people, calendar] = await Promise.all([
    caseOf(plan.key),
    readCustomer(plan.customerId),
    currentPolicy<ComplaintPolicy>(POLICY),
    openFollowUpOf(plan.customerId),
    readPeople([plan.assignee]),
    workingCalendar(),
  ]);
  if (known !== null) return { caseId: known, created: false };
  if (!customer) throw notFound();
  if (open !== null) throw alreadyPlanned(open);
  const caseId = await nextCaseId("follow-up", shanghaiDate(at).slice(0, 4));
  const person = people.get(plan.assignee);
  if (!person) throw invalid({ path: "assignee", code: "choose" });
  const content = contentOf(plan, customer);
  const header = headerOf(caseId, plan, { content, department: person.department, policy, at });
  const told =
    plan.tell === true
      ? [
          newMessage({
            caseId,
            kind: "follow-up.assigned",
            to: person.staffId,
            channel: "email",
            locale: person.locale,
            at,
            key: caseId,
          }),
        ]
      : [];
  try {
    await createCase(
      header,
      eventsOf(header, plan, content),
      [
        {
          label: PLAN_LABEL,
          Put: {
            TableName: env("CASES_TABLE"),
            Item: { ...planKey(plan.key), v: 1, caseId },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        openMark(plan.customerId, caseId),
        ...placeWrites(header),
        ...overdueTimers(header, calendar).map(putTimer),
        ...told.map(putMessage),
        putWork(startWork(caseId, header.revision, at)),
        ...(plan.extra?.(caseId) ?? []),
      ],
      at,
    );
    return { caseId, created: true };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const twin = error.labels.includes(PLAN_LABEL) ? await caseOf(plan.key) : null;
    if (twin !== null) return { caseId: twin, created: false };
    const other = error.labels.includes(OPEN_LABEL) ? await openFollowUpOf(plan.customerId) : null;
    if (other !== null) throw alreadyPlanned(other);
    throw error;
  }
}

/** The case that a key stands for, or null. */
async function caseOf(key: string): Promise<string | null> {
  const item = await getItem(env("CASES_TABLE"), planKey(key));
  return (item?.caseId as string | undefined) ?? null;
}

const alreadyPlanned = (caseId: string) => conflict("already_planned", { caseId });

function contentOf(plan: FollowUpPlan, customer: Customer): FollowUpContent {
  const [contact] = customer.contacts;
  return {
    customerId: plan.customerId,
    customerName: customer.name,
    mode: plan.mode,
    sourceType: plan.sourceType,
    purpose: plan.purpose,
    plannedOn: plan.plannedOn,
    dueAt: toApi(typeof plan.dueAt === "number" ? plan.dueAt : stamp(Date.parse(plan.dueAt))),
    questions: plan.questions ?? [],
    contact: contact
      ? { name: contact.name, phone: contact.phone, email: contact.email, language: contact.language }
      : null,
  };
}

type NewHeader = Omit<Header, "seq" | "head" | "contentSeq"> & { followUp: FollowUpState };

function headerOf(
  caseId: string,
  plan: FollowUpPlan,
  of: {
    content: FollowUpContent;
    department: Department;
    policy: PolicyVersion<ComplaintPolicy>;
    at: number;
  },
): NewHeader {
  const { mode, sourceType, sourceId, plannedOn, assignee, assignmentReason } = plan;
  const { content, policy } = of;
  return {
    v: 1,
    caseId,
    process: "follow-up",
    status: "open",
    phase: "planned",
    outcome: null,
    createdBy: plan.by,
    createdAt: stamp(of.at),
    department: of.department,
    customerId: plan.customerId,
    shard: shardOf(caseId),
    dueAt: stamp(Date.parse(content.dueAt)),
    title: content.customerName,
    revision: 1,
    contentHash: hashOf(content),
    policy: { policyId: POLICY, version: policy.version },
    facts: {
      amount: 0,
      people: 0,
      department: of.department,
      costDepartment: of.department,
      requester: plan.by,
    },
    buckets: [],
    held: 0,
    round: 1,
    findings: [],
    cc: [],
    followUp: {
      mode,
      sourceType,
      sourceId,
      plannedOn,
      assignee,
      assignmentReason,
      appointment: null,
      checklist: {},
      attempted: false,
      recordedAt: null,
      author: null,
      missedAt: null,
      complaintId: null,
    },
  };
}

function eventsOf(header: NewHeader, plan: FollowUpPlan, content: FollowUpContent): NewEvent[] {
  const by =
    plan.by === SYSTEM ? { by: null, via: "system" as const } : { by: plan.by, via: "login" as const };
  const { assignee, assignmentReason } = plan;
  return [
    {
      ...by,
      kind: "follow-up.planned",
      contentHash: header.contentHash,
      data: {
        content,
        sourceId: plan.sourceId,
        policy: header.policy,
        ...(plan.overrideReason === undefined ? {} : { overrideReason: plan.overrideReason }),
      },
    },
    { ...by, kind: "follow-up.assigned", data: { assignee, rule: assignmentReason.rule } },
  ];
}
