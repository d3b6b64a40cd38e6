/** What a customer may see of his complaint: what is addressed to him, and nothing of the inside. Pure. */
import type { CaseFile, Step } from "../case/model.ts";
import { CUSTOMER } from "../complaint/customer.ts";
import type {
  Category,
  ClockKind,
  ComplaintPolicy,
  ComplaintState,
  Disposition,
} from "../complaint/model.ts";
import { messagesOf } from "../complaint/records.ts";
import { reopenRefusal } from "../complaint/standing-rules.ts";
import { stored } from "../file/rules.ts";
import { toApi } from "../shared/clock.ts";

/** The JSON of `POST /c/{caseId}/status` (contracts/complaints.md "Intake and the customer's page"). */
export type CustomerStatus = {
  caseId: string;
  status: "open" | "closed";
  phase: string;
  /** Null where a clock is paused: nobody knows until the answer is there. */
  promised: { ackDueAt: string | null; respondDueAt: string | null; resolveDueAt: string | null };
  /** Null once erased by law. */
  description: string | null;
  messages: { at: string; from: "us" | "customer"; text: string }[];
  canAnswer: boolean;
  canConfirm: boolean;
  canReopen: boolean;
};

/** What the page shows beside that. Instants as clients read them. */
export type CustomerCase = CustomerStatus & {
  outcome: string | null;
  category: Category;
  receivedAt: string;
  round: number;
  /** When the present round found somebody to handle it, and when it began anew. */
  assignedAt: string | null;
  reopenedAt: string | null;
  noticeAt: string | null;
  answer: { kind: "confirmed" | "expired"; at: string } | null;
  closedAt: string | null;
  /** Until when the open question about the notice waits for him. */
  confirmBy: string | null;
  confirmStep: string | null;
  reopenUntil: string | null;
  reopenDays: number;
  attachments: { name: string; at: string }[];
  room: number;
};

const DAY_MS = 86_400_000;

export const complaintOf = (file: CaseFile): ComplaintState => {
  const { complaint, caseId } = file.header;
  if (!complaint) throw new Error(`${caseId} is no complaint`);
  return complaint;
};

/** The step that waits for the customer, if one does. */
export const confirmStepOf = (file: CaseFile) =>
  file.steps.find((step) => step.kind === "customer-confirm" && step.status === "open");

/** What he wrote with his answer on a step; what a colleague noted who entered it is not his. */
export const commentOn = ({ votes }: CaseFile, { stepId }: Pick<Step, "stepId">): string =>
  votes.findLast((vote) => vote.stepId === stepId && vote.by === CUSTOMER)?.comment ?? "";

/** Whether a press says once more what a notice was answered: then its receipt is due, and nothing is wrong. */
export const isSameAnswer = (
  given: { outcome: string | null; comment: string },
  pressed: { choice: string | undefined; comment: string },
): boolean =>
  given.outcome ===
    (pressed.choice === "confirm" ? "confirmed" : pressed.choice === "disagree" ? "disagreed" : "") &&
  given.comment === pressed.comment;

/** The words of the notice that a step asks about: of the last proposal before it. Null once erased by law. */
export function noticeOf(file: CaseFile, step: Pick<Step, "openedAt">): string | null {
  const proposed = file.events.findLast(
    (event) => event.kind === "complaint.investigated" && event.at <= step.openedAt,
  );
  const disposition = proposed && file.payloads.get(proposed.seq)?.data.disposition;
  return (disposition as Disposition | undefined)?.noticeText ?? null;
}

const dueOf = (file: CaseFile, kind: ClockKind): string | null => {
  const dueAt = file.clocks.findLast((clock) => clock.kind === kind)?.dueAt;
  return dueAt ? toApi(dueAt) : null;
};

export function statusOf(file: CaseFile, policy: ComplaintPolicy, at: number): CustomerStatus {
  const { header, content } = file;
  const state = complaintOf(file);
  return {
    caseId: header.caseId,
    status: header.status,
    phase: header.phase,
    promised: {
      ackDueAt: dueOf(file, "acknowledge"),
      respondDueAt: dueOf(file, "respond"),
      resolveDueAt: dueOf(file, "resolve"),
    },
    description: typeof content?.description === "string" ? content.description : null,
    messages: messagesOf(file).map((one) => ({ at: toApi(one.at), from: one.from, text: one.text })),
    canAnswer: header.status === "open" && state.paused,
    canConfirm: confirmStepOf(file) !== undefined,
    canReopen: reopenRefusal({ status: header.status, state }, policy, at) === null,
  };
}

export function customerCase(file: CaseFile, policy: ComplaintPolicy, at: number): CustomerCase {
  const { header, events } = file;
  const state = complaintOf(file);
  const began = events.findLast((event) => event.kind === "complaint.reopened");
  const since = (kind: string) =>
    events.findLast((event) => event.kind === kind && event.seq > (began?.seq ?? 0));
  const confirmed = since("customer.confirmed");
  const expired = file.steps.findLast(
    (step) =>
      step.kind === "customer-confirm" && step.outcome === "expired" && step.complaintRound === state.round,
  );
  const first = state.stretches.find(
    (one) => one.assignee !== null && (began === undefined || one.from >= began.at),
  );
  const step = confirmStepOf(file);
  const until =
    state.closedAt === undefined ? null : Date.parse(state.closedAt) + policy.reopenWithinDays * DAY_MS;
  return {
    ...statusOf(file, policy, at),
    outcome: header.outcome,
    category: state.category,
    receivedAt: toApi(header.createdAt),
    round: state.round,
    assignedAt: first ? toApi(first.from) : null,
    reopenedAt: began ? toApi(began.at) : null,
    noticeAt: instant(since("notice.sent")?.at),
    answer: confirmed
      ? { kind: "confirmed", at: toApi(confirmed.at) }
      : expired?.endedAt
        ? { kind: "expired", at: toApi(expired.endedAt) }
        : null,
    closedAt: instant(state.closedAt),
    confirmBy: step ? toApi(step.dueAt) : null,
    confirmStep: step?.stepId ?? null,
    reopenUntil: until === null ? null : toApi(until),
    reopenDays: policy.reopenWithinDays,
    attachments: stored(file.attachments)
      .filter((one) => one.by === CUSTOMER)
      .map((one) => ({ name: one.name, at: toApi(one.at) })),
    room: header.status === "open" ? policy.attachments.count - stored(file.attachments).length : 0,
  };
}

const instant = (at: string | undefined): string | null => (at === undefined ? null : toApi(at));
