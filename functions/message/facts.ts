/**
 * What the templates may know of a case: plain facts, chosen here once, so that no template reaches into the table's
 * items (which hold task tokens and link versions). Pure; `load` below it reads.
 */

import { chainPolicy } from "../approval/chain-policy.ts";
import { currentFacts } from "../approval/chain-rules.ts";
import type { StagePolicy } from "../approval/model.ts";
import { planRoute } from "../approval/rules.ts";
import type { BudgetChange } from "../budget-change/schema.ts";
import type { CaseFile, Message, Vote } from "../case/model.ts";
import type { TaxView } from "../case/view.ts";
import type { Locale, Person } from "../directory/model.ts";
import { readPolicy, roster } from "../directory/store.ts";
import type { Bucket } from "../ledger/rules.ts";
import { readBuckets } from "../ledger/store.ts";
import { type TaxYear, taxEffect } from "../ledger/tax-rules.ts";
import { readTax } from "../ledger/tax-year.ts";
import type { Reception } from "../reception/schema.ts";
import type { Settlement } from "../reception/settlement-schema.ts";
import type { SummaryContent } from "../report/summary-model.ts";
import { summaryPath } from "../report/summary-path.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { changeTitle } from "../shared/i18n/sections/budget.ts";
import { findingText } from "../shared/i18n/sections/findings.ts";
import { summaryTitle } from "../shared/i18n/sections/summary-names.ts";
import { type ComplaintMail, complaintMail } from "./complaint-facts.ts";
import type { MessageKind } from "./kinds.ts";

/** For whom a mail is written; it decides the tone and why it came. */
export type Reader = "requester" | "signer" | "finance" | "superior";

/** What a mail is about: a visit, a budget change, what a visit came to cost, which is approved again, or a summary. */
export type Topic = "reception" | "change" | "settlement" | "summary";

export type Signature = {
  name: string;
  /** In whose place. */
  for?: string;
  stage: string;
  choice: string;
  at: string;
  comment: string;
  /** Whom a transfer or an added signature names. */
  to?: string;
};
export type Changed = { path: string; from: unknown; to: unknown };

export type MailFacts = {
  now: number;
  locale: Locale;
  kind: MessageKind;
  params: Message["params"];
  caseId: string;
  topic: Topic;
  /** Who visits, or what the change is about in the reader's language. */
  title: string;
  recipient: string;
  reader: Reader;
  requester: string;
  department: string;
  /** Null once erased by law, and for a budget change. */
  content: Partial<Reception> | null;
  change: BudgetChange | null;
  /** Null once erased by law, and for everything else. */
  summary: SummaryContent | null;
  /** What the visit came to cost (fen), where that is decided about; its words are null once erased by law. */
  settlement: { approved: number; charged: number; data: Partial<Settlement> | null } | null;
  people: number;
  amount: number;
  /** Every bucket that the case draws from. */
  buckets: Pick<Bucket, "department" | "period" | "available">[];
  /** What stands out, each in a sentence; the standard (fen) and the tax of this amount. For those who decide. */
  findings: string[];
  standard: number | null;
  tax: TaxView | null;
  outcome: string | null;
  /** The step that the message is about. */
  step: {
    kind: string;
    stage: string;
    dueAt: string;
    waiting: string[];
    standingInFor: string | null;
  } | null;
  /** Valid votes on the present content, oldest first. */
  signed: Signature[];
  /** The vote that refused or sent back, if any. */
  refusal: Signature | null;
  /** What the recipient himself decided on the step, and until when he can take it back. */
  own: Signature | null;
  undoUntil: string | null;
  /** The step-up code, only in the message that brings it. */
  code?: string;
  /** Who did what the message tells, and his words. */
  said: { name: string; text: string } | null;
  /** Stages after the present one with their signers. */
  later: { stage: string; names: string[] }[];
  changes: Changed[];
  /** The stage where the chain began again after the change; null where it is the first. */
  restartStage: string | null;
  /** Only of a complaint. */
  complaint: ComplaintMail | null;
  urls: { case: string; edit: string; settle: string; link: string | null };
};

/** Everything read for one message. */
export type Sources = {
  message: Message;
  file: CaseFile;
  staff: Map<string, Person>;
  buckets: Bucket[];
  tax: TaxYear | null;
  later: { stage: string; names: string[] }[];
  baseUrl: string;
  link: string | null;
  code?: string;
  now: number;
};

/** Chooses what the template of a message may say. */
export function factsOf(sources: Sources): MailFacts {
  const { message, file, staff, buckets, tax, later, baseUrl, link, code, now } = sources;
  const { header } = file;
  const name = (staffId: string): string => staff.get(staffId)?.name ?? staffId;
  const recipient = staff.get(message.to);
  const step = file.steps.find((one) => one.stepId === message.stepId);
  const seat = file.seats.find((one) => one.stepId === message.stepId && one.staffId === message.to);
  const waiting = file.seats.filter((one) => one.stepId === message.stepId && one.status === "open");
  const signature = (vote: Vote): Signature => ({
    name: name(vote.by),
    ...(vote.for === undefined ? {} : { for: name(vote.for) }),
    stage: file.steps.find((one) => one.stepId === vote.stepId)?.stage ?? "",
    choice: vote.choice,
    at: vote.at,
    comment: vote.comment,
    ...(vote.to === undefined ? {} : { to: name(vote.to) }),
  });
  const topic = topicOf(message, file);
  const byTime = file.votes.filter((vote) => !vote.undone).sort((a, b) => a.at.localeCompare(b.at));
  const round = header.complaint ? step?.round : topic === "settlement" ? header.round : 1;
  const ofRound = (vote: Vote) => file.steps.find((one) => one.stepId === vote.stepId)?.round === round;
  const refusal = byTime.findLast((vote) => vote.choice === "reject" || vote.choice === "return");
  const own = byTime.findLast((vote) => vote.stepId === message.stepId && vote.by === message.to);
  const content =
    topic === "change" || topic === "summary" ? null : (file.content as Partial<Reception> | null);
  const change = topic === "change" ? (file.content as BudgetChange | null) : null;
  const summary = topic === "summary" ? (file.content as SummaryContent | null) : null;
  return {
    now,
    locale: message.locale,
    kind: message.kind as MessageKind,
    params: message.params,
    caseId: header.caseId,
    topic,
    title: change
      ? changeTitle(change, message.locale)
      : summary
        ? summaryTitle(summary, message.locale)
        : header.title,
    recipient: recipient?.name ?? "",
    reader: readerOf(message, file, recipient),
    requester: name(header.createdBy),
    department: header.department,
    content,
    change,
    summary,
    settlement: topic === "settlement" ? settlementOf(file) : null,
    people: content ? (content.guestsMale ?? 0) + (content.guestsFemale ?? 0) : header.facts.people,
    amount: header.facts.amount,
    buckets: buckets.map(({ department, period, available }) => ({ department, period, available })),
    findings: header.findings.map((finding) => findingText(finding, message.locale)),
    standard: topic === "reception" ? (header.standards?.amount ?? null) : null,
    tax: tax && taxEffect(tax, header.facts.amount),
    outcome: typeof message.params.outcome === "string" ? message.params.outcome : header.outcome,
    step: step
      ? {
          kind: step.kind,
          stage: step.stage,
          dueAt: step.dueAt,
          waiting: waiting.map((one) => name(one.staffId)),
          standingInFor: seat?.for === undefined ? null : name(seat.for),
        }
      : null,
    signed: byTime
      .filter((vote) => !vote.void && ofRound(vote) && APPROVING.includes(vote.choice))
      .map(signature),
    refusal: refusal ? signature(refusal) : null,
    own: own ? signature(own) : null,
    ...(code === undefined ? {} : { code }),
    undoUntil: typeof message.params.undoUntil === "string" ? message.params.undoUntil : null,
    said: saidIn(message, file, name),
    later,
    ...changesOf(message, file),
    complaint: complaintMail(message, file, name),
    urls: {
      case: `${baseUrl}${header.summary ? summaryPath(header.summary.id) : `/cases/${header.caseId}`}`,
      edit: `${baseUrl}${header.process === "budget-change" ? `/budget/change/${header.caseId}` : `/receptions/${header.caseId}/edit`}`,
      settle: `${baseUrl}/receptions/${header.caseId}/settlement`,
      link,
    },
  };
}

const APPROVING: readonly string[] = ["approve", "add-after"];

/** A message of a second round is about the settlement: its step says so, or the message itself. */
function topicOf(message: Message, file: CaseFile): Topic {
  if (file.header.process === "budget-change") return "change";
  if (file.header.process === "summary") return "summary";
  const step = file.steps.find((one) => one.stepId === message.stepId);
  const again = step?.kind === "approval" ? step.round > 1 : typeof message.params.round === "number";
  return again ? "settlement" : "reception";
}

function settlementOf({ header, payloads }: CaseFile): MailFacts["settlement"] {
  if (!header.settlement) return null;
  const { seq, approved, charged } = header.settlement;
  const data = payloads.get(seq)?.data.settlement as Partial<Settlement> | undefined;
  return { approved, charged, data: data ?? null };
}

function readerOf(message: Message, file: CaseFile, recipient: Person | undefined): Reader {
  if (message.kind === "step.escalated") return "superior";
  if (message.to === file.header.createdBy) return "requester";
  if (file.seats.some((seat) => seat.staffId === message.to)) {
    // Finance that also signed still gets the decision for its books.
    return message.kind === "case.decision" && recipient?.roles.includes("finance") ? "finance" : "signer";
  }
  return recipient?.roles.includes("finance") ? "finance" : "signer";
}

/** Who did what the message's `seq` names, with the words that were given. */
function saidIn(message: Message, file: CaseFile, name: (staffId: string) => string): MailFacts["said"] {
  const event = file.events.find((one) => one.seq === message.params.seq);
  if (!event?.by) return null;
  const comment = file.payloads.get(event.seq)?.data.comment;
  return { name: name(event.by), text: typeof comment === "string" ? comment : "" };
}

/** What an edit changed and where it led: of the event that the message names, else of the last edit. */
function changesOf(message: Message, file: CaseFile): Pick<MailFacts, "changes" | "restartStage"> {
  if (message.kind !== "case.changed") return { changes: [], restartStage: null };
  const named = file.events.find((event) => event.seq === message.params.seq);
  const event = named ?? file.events.findLast((one) => one.kind === "case.edited");
  const { changes, restartStage } = (event && file.payloads.get(event.seq)?.data) ?? {};
  return {
    changes: Array.isArray(changes) ? (changes as Changed[]) : [],
    restartStage: typeof restartStage === "string" ? restartStage : null,
  };
}

/** The stages after the present one, as the policy of the case has them. */
export function laterStages(
  stages: { stage: StagePolicy["stage"]; signers: { name: string }[] }[],
  present: string | undefined,
): { stage: string; names: string[] }[] {
  const at = stages.findIndex((stage) => stage.stage === present);
  if (at < 0) return [];
  return stages
    .slice(at + 1)
    .map((stage) => ({ stage: stage.stage, names: stage.signers.map((signer) => signer.name) }));
}

/** Reads what the message needs beside its case: people, bucket and the road ahead, in one round of reads. */
export async function load(
  message: Message,
  file: CaseFile,
): Promise<Pick<Sources, "staff" | "buckets" | "tax" | "later">> {
  const { header } = file;
  const step = file.steps.find((one) => one.stepId === message.stepId);
  const at = now();
  const asks = step?.kind === "approval";
  const [staff, buckets, policy, tax] = await Promise.all([
    roster(shanghaiDate(at)),
    readBuckets(header.buckets),
    asks ? readPolicy(header.policy.policyId, header.policy.version) : null,
    asks && header.visitOn ? readTax(Number(header.visitOn.slice(0, 4))) : null,
  ]);
  return {
    staff: new Map(staff.people.map((person) => [person.staffId, person])),
    buckets,
    tax,
    later: policy
      ? laterStages(
          planRoute(chainPolicy(header, policy.document), currentFacts(header), staff, at),
          step?.alsoStages.at(-1) ?? step?.stage,
        )
      : [],
  };
}
