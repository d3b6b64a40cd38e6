/** The JSON of `GET /api/cases/{caseId}` for a follow-up (contracts/follow-ups.md "The follow-up case"). */
import { maySee } from "../case/access.ts";
import { buildView } from "../case/build-view.ts";
import type { Message } from "../case/model.ts";
import { caseFacts } from "../case/read.ts";
import { readCase } from "../case/store.ts";
import type { By, CaseView, MessageView, StepView, Who } from "../case/view.ts";
import { CUSTOMER } from "../complaint/customer.ts";
import type { Attempt, Candidate } from "../complaint/model.ts";
import { readCustomer } from "../customer/record-store.ts";
import type { Actor, Locale } from "../directory/model.ts";
import { now, toApi } from "../shared/clock.ts";
import { notFound } from "../shared/errors.ts";
import { assignmentText, followUpWords } from "../shared/i18n/sections/follow-up.ts";
import { CHECKLIST, type ChecklistItem, type FollowUpState } from "./model.ts";
import { isMissed, missedAtOf } from "./next-rules.ts";
import { attemptsOf, placeOf, recordOf } from "./records.ts";
import type { CallRecord, VisitRecord } from "./schema.ts";
import { type FollowUpCase, isFollowUp } from "./write.ts";

/** A person, or the customer by his name. */
type Somebody = Who | { customer: string };

/** What a follow-up adds to every case. Instants ISO with +08:00. */
export type FollowUpFields = Pick<
  FollowUpState,
  "mode" | "sourceType" | "sourceId" | "plannedOn" | "complaintId"
> & {
  customerId: string;
  customerName: string;
  dueAt: string;
  assignee: Who;
  assignmentReason: { rule: string; text: string; candidates: Candidate[] };
  appointment: { at: string; place: string | null; status: string } | null;
  /** Empty for a call. */
  prepChecklist: { item: ChecklistItem; title: string; done: boolean; at: string | null }[];
  attempts: Attempt[];
  record: CallRecord | VisitRecord | null;
  missed: boolean;
  missedAt: string | null;
  /** Why it was cancelled. */
  reason: string | null;
  createdBy: Who | null;
  steps: (Omit<StepView, "assignees" | "votes" | "decidedBy"> & {
    assignees: Somebody[];
    decidedBy?: Somebody;
    votes: (Omit<StepView["votes"][number], "by"> & { by: Somebody })[];
  })[];
  messages: (Omit<MessageView, "to"> & {
    to: Somebody;
    deferredUntil: string | null;
    reason: string | null;
  })[];
};
export type FollowUpView = Omit<CaseView, "createdBy" | "steps" | "messages"> & FollowUpFields;

/** Throws 404. */
export async function viewFollowUp(actor: Actor, caseId: string, locale: Locale): Promise<FollowUpView> {
  const file = await readCase(caseId);
  if (!isFollowUp(file)) throw notFound();
  const customer = await readCustomer(file.header.customerId);
  const owners = customer?.owner ? [customer.owner] : [];
  if (!maySee(actor, file, owners)) throw notFound();
  const facts = await caseFacts(file);
  const at = now();
  const name = (staffId: string): string => facts.people.get(staffId)?.name ?? staffId;
  const view = buildView(file, facts, at, locale);
  return { ...view, ...fieldsOf(file, view, { name, at, locale }) };
}

type Reading = { name(staffId: string): string; at: number; locale: Locale };

function fieldsOf(
  file: FollowUpCase,
  view: CaseView,
  { name, at, locale }: Reading,
): FollowUpFields & Pick<CaseView, "events"> {
  const { header } = file;
  const state = header.followUp;
  const { mode, sourceType, sourceId, plannedOn, complaintId, assignmentReason: why, appointment } = state;
  const somebody = (one: Who): Somebody => (one.staffId === CUSTOMER ? { customer: header.title } : one);
  const missedAt = missedAtOf(header, at);
  return {
    customerId: header.customerId,
    customerName: header.title,
    mode,
    sourceType,
    sourceId,
    plannedOn,
    complaintId,
    dueAt: toApi(header.dueAt),
    assignee: { staffId: state.assignee, name: name(state.assignee) },
    assignmentReason: {
      rule: why.rule,
      text: assignmentText(why, { assignee: state.assignee, name, locale }),
      candidates: why.candidates,
    },
    appointment: appointment && {
      at: toApi(appointment.at),
      place: placeOf(file),
      status: appointment.status,
    },
    prepChecklist: mode === "visit" ? preparations(state, locale) : [],
    attempts: attemptsOf(file),
    record: recordOf(file),
    missed: isMissed(header, at),
    missedAt: missedAt === null ? null : toApi(missedAt),
    reason: state.reason ?? null,
    createdBy: header.createdBy === "system" ? null : view.createdBy,
    steps: view.steps.map(({ assignees, votes, decidedBy, ...step }) => ({
      ...step,
      assignees: assignees.map(somebody),
      votes: votes.map((vote) => ({ ...vote, by: somebody(vote.by) })),
      ...(decidedBy === undefined ? {} : { decidedBy: somebody(decidedBy) }),
    })),
    events: view.events.map((event) => ({ ...event, by: speaker(event.by, header.title) })),
    messages: file.messages
      .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
      .map((one) => messageOf(one, somebody({ staffId: one.to, name: name(one.to) }))),
  };
}

/** The customer of a follow-up is known by his name here, not by what he filed. */
const speaker = (by: By, customer: string): By => (by !== null && "customer" in by ? { customer } : by);

function preparations({ checklist }: FollowUpState, locale: Locale): FollowUpFields["prepChecklist"] {
  const titles = followUpWords(locale).checklist;
  return CHECKLIST.map((item) => {
    const at = checklist[item];
    return { item, title: titles[item], done: at !== undefined, at: at === undefined ? null : toApi(at) };
  });
}

/** One that is being handed over is still to be sent. */
const messageOf = (one: Message, to: Somebody): FollowUpFields["messages"][number] => ({
  id: one.messageId,
  kind: one.kind,
  channel: one.channel,
  to,
  status: one.status === "sending" ? "pending" : one.status,
  sentAt: one.sentAt ? toApi(one.sentAt) : null,
  deferredUntil: one.status === "deferred" ? toApi(one.dueAt) : null,
  reason: one.failure ?? null,
});
