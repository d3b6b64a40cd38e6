/** A case as read → the JSON of the contract. Pure; personal data that was erased by law shows as erased. */
import type { ApprovalPolicy, Roster } from "../approval/model.ts";
import { caseRoute } from "../approval/route.ts";
import type { Absence, Locale, Person } from "../directory/model.ts";
import { type Bucket, bucketView } from "../ledger/rules.ts";
import { type TaxYear, taxEffect } from "../ledger/tax-rules.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { toApi } from "../shared/clock.ts";
import { verify } from "./chain.ts";
import type { CaseFile, Finding, Step, Vote } from "./model.ts";
import type { BudgetEffect, By, CaseView, EventView, StepView, TaxView, VoteView, Who } from "./view.ts";

/** What a view needs beside the case itself. */
export type CaseFacts = {
  people: Map<string, Person>;
  absences: Absence[];
  /** Left out, the built-in one. */
  calendar?: WorkingCalendar;
  buckets: Bucket[];
  policy: ApprovalPolicy;
  /** The tax year of the visit; null for a case without one. */
  tax: TaxYear | null;
  /** Says what a detector found; left out where nothing is ever found, as its texts take room in a bundle. */
  tell?: (finding: Finding, locale: Locale) => string;
};

export const rosterOf = ({ people, absences, calendar }: CaseFacts): Roster => ({
  people: [...people.values()],
  absences,
  ...(calendar && { calendar }),
});

/** `now` (epoch ms) only matters for the expected times of later stages, `locale` for texts made for the reader. */
export function buildView(file: CaseFile, facts: CaseFacts, now: number, locale: Locale): CaseView {
  const { header } = file;
  const who = (staffId: string): Who => ({ staffId, name: facts.people.get(staffId)?.name ?? staffId });
  const by = (staffId: string): By =>
    staffId === "customer" ? { customer: String(file.content?.complainantName ?? "") } : who(staffId);
  const vote = (one: Vote): VoteView => ({
    by: who(one.by),
    ...(one.for === undefined ? {} : { for: who(one.for) }),
    choice: one.choice,
    at: toApi(one.at),
    via: one.via,
    contentHash: one.contentHash,
    comment: one.comment,
    ...(one.void ? { void: true } : {}),
    ...(one.undone ? { undone: true } : {}),
    ...(one.to === undefined ? {} : { to: who(one.to) }),
  });
  const step = (one: Step): StepView => ({
    stepId: one.stepId,
    kind: one.kind,
    stage: one.chain ?? one.stage,
    status: one.status,
    outcome: one.outcome,
    assignees: one.assignees.map((staffId) => {
      const instead = file.seats.find((seat) => seat.stepId === one.stepId && seat.staffId === staffId)?.for;
      return { ...who(staffId), ...(instead === undefined ? {} : { for: who(instead) }) };
    }),
    mode: one.mode,
    need: one.need,
    openedAt: toApi(one.openedAt),
    dueAt: toApi(one.dueAt),
    provisional: one.provisional,
    endedAt: one.endedAt ? toApi(one.endedAt) : null,
    round: one.round,
    alsoStages: one.alsoStages,
    ...(one.addedBy === undefined ? {} : { addedBy: who(one.addedBy) }),
    ...(one.decidedBy === undefined ? {} : { decidedBy: who(one.decidedBy) }),
    effectiveAt: one.effectiveAt ? toApi(one.effectiveAt) : null,
    undoUntil: one.undoUntil ? toApi(one.undoUntil) : null,
    votes: file.votes.filter((each) => each.stepId === one.stepId).map(vote),
  });
  return {
    caseId: header.caseId,
    process: header.process,
    status: header.status,
    phase: header.phase,
    outcome: header.outcome,
    title: header.title,
    createdBy: who(header.createdBy),
    createdAt: toApi(header.createdAt),
    department: header.department,
    revision: header.revision,
    content: file.content,
    contentHash: header.contentHash,
    chainValid: verify(file.events, file.payloads, header.head),
    amount: header.facts.amount,
    steps: file.steps.map(step),
    budget: facts.buckets.map(budgetEffect),
    route: caseRoute(file, facts.policy, {
      roster: rosterOf(facts),
      locale,
      at: now,
    }),
    findings: header.findings.map((one) => ({
      kind: one.kind,
      text: facts.tell?.(one, locale) ?? "",
      evidence: one.evidence,
      at: toApi(one.at),
    })),
    standards: header.standards ?? null,
    tax: facts.tax && taxOf(header, facts.tax),
    settlement: settlementOf(file),
    receptionListId: header.receptionList?.id ?? null,
    cc: header.cc.map(who),
    attachments: file.attachments
      .filter((one) => one.status === "stored")
      .map((one) => ({
        attachmentId: one.attachmentId,
        name: one.name,
        contentType: one.contentType,
        size: one.size,
        by: who(one.by),
        at: toApi(one.at),
      })),
    messages: file.messages
      .map((one) => ({
        id: one.messageId,
        kind: one.kind,
        channel: one.channel,
        to: who(one.to),
        status: one.status,
        sentAt: one.sentAt ? toApi(one.sentAt) : null,
        deferredUntil: one.status === "deferred" ? toApi(one.dueAt) : null,
        createdAt: one.createdAt,
      }))
      .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
      .map(({ createdAt: _createdAt, ...one }) => one),
    events: file.events.map((event): EventView => {
      const payload = file.payloads.get(event.seq);
      return {
        seq: event.seq,
        at: toApi(event.at),
        kind: event.kind,
        by: event.by === null ? null : by(event.by),
        ...(event.for === undefined ? {} : { for: who(event.for) }),
        via: event.via,
        ...(event.stepId === undefined ? {} : { stepId: event.stepId }),
        ...(event.contentHash === undefined ? {} : { contentHash: event.contentHash }),
        ...(payload ? { data: withoutContent(payload.data) } : {}),
        ...(event.payloadHash && !payload ? { erased: true } : {}),
      };
    }),
  };
}

/** The content, the settlement and the list are shown once, as the case's own; not in each line that brought them. */
function withoutContent(data: Record<string, unknown>): Record<string, unknown> {
  const { content: _content, settlement: _settlement, people: _people, ...rest } = data;
  return rest;
}

/** What this case costs in tax; what it has spent itself is not counted twice. */
function taxOf({ outcome, settlement, facts }: CaseFile["header"], year: TaxYear): TaxView | null {
  const spent = outcome === "settled" && settlement ? settlement.charged : null;
  return taxEffect({ ...year, actual: year.actual - (spent ?? 0) }, spent ?? facts.amount);
}

/** What was handed in last, with what was approved then. */
function settlementOf({ header, payloads, events }: CaseFile): CaseView["settlement"] {
  if (!header.settlement) return null;
  const { seq, approved, charged } = header.settlement;
  const data = payloads.get(seq)?.data.settlement;
  return {
    approved,
    charged,
    data: (data as Record<string, unknown> | undefined) ?? null,
    at: toApi(events.find((event) => event.seq === seq)?.at ?? header.createdAt),
  };
}

/**
 * The bucket, and what is left of it with this case decided: what the case draws was taken from `available` when it
 * was submitted, so both are the same; only a preview tells them apart.
 */
const budgetEffect = (bucket: Bucket): BudgetEffect => ({
  ...bucketView(bucket),
  availableAfter: bucket.available,
});
