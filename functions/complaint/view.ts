/** The JSON of `GET /api/cases/{caseId}` for a complaint (contracts/complaints.md "The case"). */

import { chainPolicy } from "../approval/chain-policy.ts";
import { isDesk, maySee } from "../case/access.ts";
import { buildView, type CaseFacts } from "../case/build-view.ts";
import { mergedFrom } from "../case/merged.ts";
import type { CaseFile, Message } from "../case/model.ts";
import { readCase } from "../case/store.ts";
import type { AttachmentView, CaseView, MessageView, Who } from "../case/view.ts";
import type { Actor, Locale } from "../directory/model.ts";
import { readPolicy, roster } from "../directory/store.ts";
import { readBuckets } from "../ledger/store.ts";
import { countWorkingMinutes, type WorkingCalendar } from "../shared/calendar/index.ts";
import { now, shanghaiDate, toApi } from "../shared/clock.ts";
import { notFound } from "../shared/errors.ts";
import { assignmentText } from "../shared/i18n/sections/complaint-story.ts";
import { CUSTOMER } from "./customer.ts";
import { duplicatesOf } from "./duplicate-rules.ts";
import { readLike } from "./lookup-store.ts";
import { likenessOf } from "./merge-rules.ts";
import type {
  AssignmentReason,
  Candidate,
  ComplaintPolicy,
  ComplaintState,
  Disposition,
  Investigation,
} from "./model.ts";
import { dispositionOf, investigationOf, messagesOf, notesOf } from "./records.ts";
import { type ComplaintCase, isComplaint } from "./write.ts";

export type NoteView = {
  noteId: string;
  at: string;
  by: Who;
  text: string;
  mentions: Who[];
  /** The case that it was written in, where that was merged into this one. */
  caseId?: string;
};
export type StretchView = {
  department: string;
  assignee: Who | null;
  from: string;
  to: string | null;
  workingMinutes: number;
};
/** One line of the conversation with the customer. */
export type SaidView = { at: string; from: "us" | "customer"; text: string };
/** What was merged into a case. Its notes and files stand among the case's own. */
export type MergedView = {
  caseId: string;
  receivedAt: string;
  content: Record<string, unknown> | null;
  conversation: SaidView[];
};

/** What a complaint adds to every case. Instants ISO with +08:00. */
export type ComplaintFields = Pick<
  ComplaintState,
  | "category"
  | "subCategory"
  | "severity"
  | "urgency"
  | "safetyFlag"
  | "priority"
  | "paused"
  | "level"
  | "reopenCount"
  | "round"
  | "csat"
> & {
  receivedAt: string;
  respondingDept: string;
  assignee: Who | null;
  assignmentReason: { rule: AssignmentReason["rule"]; text: string; candidates: Candidate[] } | null;
  stretches: StretchView[];
  notes: NoteView[];
  attachments: (AttachmentView & { internal: boolean; caseId?: string })[];
  messages: (MessageView & { reason: string | null })[];
  conversation: SaidView[];
  investigation: Investigation | null;
  disposition: Disposition | null;
  claimId: string | null;
  repeatOf: string | null;
  /** The follow-up whose record opened it. */
  followUpId: string | null;
  mergedInto: string | null;
  merged: MergedView[];
  /** For the desk alone, which may merge: cases that may be the same, newest first. */
  possibleDuplicates: string[];
  dossier: { sha256: string; retainUntil: string } | null;
  closedAt: string | null;
};
export type ComplaintView = Omit<CaseView, "attachments" | "messages"> & ComplaintFields;

/** Throws 404. */
export async function viewComplaint(actor: Actor, caseId: string, locale: Locale): Promise<ComplaintView> {
  const file = await readCase(caseId);
  if (!isComplaint(file) || !maySee(actor, file)) throw notFound();
  const { policy } = file.header;
  const likeness = likenessOf(file.header);
  const at = now();
  const [staff, buckets, like, version, ...merged] = await Promise.all([
    roster(shanghaiDate(at)),
    readBuckets(file.header.buckets),
    isDesk(actor) ? readLike(likeness) : [],
    readPolicy<ComplaintPolicy>(policy.policyId, policy.version),
    ...mergedFrom(file).map(readCase),
  ]);
  const { calendar } = staff;
  const facts: CaseFacts = {
    people: new Map(staff.people.map((person) => [person.staffId, person])),
    absences: staff.absences,
    calendar,
    buckets,
    policy: chainPolicy(file.header, version.document),
    tax: null,
  };
  const who = (staffId: string): Who => ({ staffId, name: facts.people.get(staffId)?.name ?? staffId });
  const parts = merged.filter((one) => one !== null);
  const duplicates = duplicatesOf(likeness, like, version.document);
  return {
    ...buildView(file, facts, at, locale),
    ...fieldsOf(file, parts, { who, calendar, at, locale }),
    possibleDuplicates: duplicates.filter((one) => parts.every(({ header }) => header.caseId !== one)),
  };
}

type Reading = { who(staffId: string): Who; calendar: WorkingCalendar; at: number; locale: Locale };

function fieldsOf(
  file: ComplaintCase,
  merged: CaseFile[],
  reading: Reading,
): Omit<ComplaintFields, "possibleDuplicates"> {
  const { who } = reading;
  const { header } = file;
  const { complaint: state } = header;
  const { category, subCategory, severity, urgency, safetyFlag, priority, paused, level } = state;
  return {
    category,
    subCategory,
    severity,
    urgency,
    safetyFlag,
    priority,
    paused,
    level,
    reopenCount: state.reopenCount,
    round: state.round,
    csat: state.csat,
    receivedAt: toApi(header.createdAt),
    respondingDept: state.respondingDept,
    assignee: state.assignee === null ? null : who(state.assignee),
    assignmentReason: reasonOf(state, reading),
    stretches: state.stretches.map((one) => stretchOf(one, reading)),
    notes: [file, ...merged].flatMap((one) => notesIn(one, header.caseId, who)).sort(byTime),
    attachments: [file, ...merged].flatMap((one) => filesIn(one, header.caseId, who)).sort(byTime),
    messages: file.messages
      .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
      .map((one) => messageOf(one, who)),
    conversation: saidIn(file),
    investigation: investigationOf(file),
    disposition: dispositionOf(file),
    claimId: state.claimId ?? null,
    repeatOf: state.repeatOf ?? null,
    followUpId: state.followUpId ?? null,
    mergedInto: state.mergedInto ?? null,
    merged: merged.map((one) => ({
      caseId: one.header.caseId,
      receivedAt: toApi(one.header.createdAt),
      content: one.content,
      conversation: saidIn(one),
    })),
    dossier: state.dossier ? { sha256: state.dossier.sha256, retainUntil: state.dossier.retainUntil } : null,
    closedAt: state.closedAt === undefined ? null : toApi(state.closedAt),
  };
}

const byTime = (a: { at: string }, b: { at: string }): number => a.at.localeCompare(b.at);

function reasonOf(state: ComplaintState, { who, locale }: Reading): ComplaintFields["assignmentReason"] {
  const { assignmentReason: reason, category } = state;
  if (!reason) return null;
  const nameOf = (staffId: string) => who(staffId).name;
  return {
    rule: reason.rule,
    text: assignmentText(reason, category, nameOf, locale),
    candidates: reason.candidates,
  };
}

function stretchOf(
  { department, assignee, from, to }: ComplaintState["stretches"][number],
  { who, calendar, at }: Reading,
): StretchView {
  const until = to === null ? at : Date.parse(to);
  return {
    department,
    assignee: assignee === null ? null : who(assignee),
    from: toApi(from),
    to: to === null ? null : toApi(to),
    workingMinutes: Math.round(countWorkingMinutes(calendar, Date.parse(from), until)),
  };
}

/** Named where it is another's. */
const from = (file: CaseFile, here: string): { caseId?: string } =>
  file.header.caseId === here ? {} : { caseId: file.header.caseId };

const notesIn = (file: CaseFile, here: string, who: Reading["who"]): NoteView[] =>
  notesOf(file).map((one) => ({
    noteId: one.noteId,
    at: toApi(one.at),
    by: who(one.by ?? ""),
    text: one.text,
    mentions: one.mentions.map(who),
    ...from(file, here),
  }));

const filesIn = (file: CaseFile, here: string, who: Reading["who"]): ComplaintFields["attachments"] =>
  file.attachments
    .filter((one) => one.status === "stored")
    .map((one) => ({
      attachmentId: one.attachmentId,
      name: one.name,
      contentType: one.contentType,
      size: one.size,
      by: who(one.by),
      at: toApi(one.at),
      internal: one.internal === true,
      ...from(file, here),
    }));

const saidIn = (file: CaseFile): SaidView[] =>
  messagesOf(file).map(({ at, from: side, text }) => ({ at: toApi(at), from: side, text }));

/** One that is being handed over is still to be sent. */
const messageOf = (one: Message, who: Reading["who"]): ComplaintFields["messages"][number] => ({
  id: one.messageId,
  kind: one.kind,
  channel: one.channel,
  to: who(one.to),
  status: one.status === "sending" ? "pending" : one.status,
  sentAt: one.sentAt ? toApi(one.sentAt) : null,
  deferredUntil: one.status === "deferred" ? toApi(one.dueAt) : null,
  reason: one.failure ?? null,
});

/** A person, or the customer by his name. */
type Somebody = Who | { customer: string };

/**
 * The view as clients read it: wherever the customer stands among people, he is `{customer: name}` (contracts/README.md).
 */
export function contractView(view: ComplaintView) {
  const name = String(view.content?.complainantName ?? "");
  const somebody = (one: Who): Somebody => (one.staffId === CUSTOMER ? { customer: name } : one);
  return {
    ...view,
    createdBy: somebody(view.createdBy),
    steps: view.steps.map((step) => ({
      ...step,
      assignees: step.assignees.map(somebody),
      votes: step.votes.map((vote) => ({ ...vote, by: somebody(vote.by) })),
      ...(step.decidedBy ? { decidedBy: somebody(step.decidedBy) } : {}),
    })),
    attachments: view.attachments.map((one) => ({ ...one, by: somebody(one.by) })),
    messages: view.messages.map((one) => ({ ...one, to: somebody(one.to) })),
  };
}
