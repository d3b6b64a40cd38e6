/** Every event of a case as a sentence. Pure. */
import type { CaseView, EventView } from "../../case/view.ts";
import { deadline, money, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { findingText } from "../../shared/i18n/sections/findings.ts";
import { timelineTexts } from "../../shared/i18n/sections/timeline.ts";
import { changeText } from "./decision.ts";
import { stageName } from "./road.ts";
import { count, isolate, namesOf, num, str, strings, word } from "./text.ts";
import type { Reader } from "./view.ts";

export type TimelineLine = {
  seq: number;
  at: string;
  /** Decisions and turns stand out; bookkeeping does not. */
  key: boolean;
  text: string;
  notes: string[];
};

const KEY_EVENTS = new Set([
  "case.submitted",
  "case.edited",
  "case.resubmitted",
  "case.withdrawn",
  "case.expired",
  "case.rejected",
  "case.revoked",
  "vote.approved",
  "vote.rejected",
  "vote.returned",
  "vote.transferred",
  "vote.added-before",
  "vote.added-after",
  "vote.undone",
  "budget.committed",
  "budget.applied",
  "settlement.submitted",
  "settlement.settled",
]);

/** Changes shown one by one; the rest is a number. */
const SHOWN_CHANGES = 8;

/** The timeline, newest first. */
export const timeline = (view: CaseView, r: Reader): TimelineLine[] =>
  [...view.events].sort((a, b) => b.seq - a.seq).map((event) => lineOf(event, view, r, findingText));

function byWhom(event: EventView, r: Reader): string {
  const { by } = event;
  const texts = r.t.web.events;
  if (!by) return texts.system;
  if ("customer" in by) return fill(texts.customer, { name: isolate(by.customer) });
  const instead = event.for ? fill(texts.forWhom, { name: isolate(event.for.name) }) : "";
  return `${isolate(by.name)}${instead}`;
}

/** Names of the people behind an event: those its data names, else those of its step. */
function peopleOf(event: EventView, view: CaseView, r: Reader): string {
  const { to } = event.data ?? {};
  const ids = typeof to === "string" && event.kind.startsWith("vote.") ? [to] : strings(to);
  const named = strings(event.data?.assignees);
  const asked = event.kind === "step.substituted" ? strings([event.data?.by]) : ids.length > 0 ? ids : named;
  if (asked.length > 0)
    return namesOf(
      asked.map((id) => ({ name: nameOf(id, view) })),
      r.t,
      r.locale,
    );
  const step = view.steps.find((one) => one.stepId === event.stepId);
  return step ? namesOf(step.assignees, r.t, r.locale) : "";
}

/** A name for a staff id from whatever the view knows of people. */
function nameOf(staffId: string, view: CaseView): string {
  const known = [
    view.createdBy,
    ...view.cc,
    ...view.steps.flatMap((step) => step.assignees),
    ...view.steps.flatMap((step) => step.votes.flatMap((vote) => [vote.by, vote.to, vote.for])),
    ...view.steps.flatMap((step) => step.assignees.map((one) => one.for)),
    ...view.route.stages.flatMap((stage) => stage.signers),
    ...view.messages.map((message) => message.to),
    ...view.events.flatMap((event) =>
      event.by && "staffId" in event.by ? [event.by, event.for] : [event.for],
    ),
  ];
  return known.find((one) => one?.staffId === staffId)?.name ?? staffId;
}

/** Says what a detector found. */
type Tell = typeof findingText;

/** `tell` is left out for cases where nothing is ever found: its texts take room in a bundle. */
export function lineOf(event: EventView, view: CaseView, r: Reader, tell?: Tell): TimelineLine {
  const texts = r.t.web.events;
  const data = event.data ?? {};
  const notes: string[] = [];
  const names = peopleOf(event, view, r);
  const step = view.steps.find((one) => one.stepId === event.stepId);
  const stage = str(data.toStage) || str(data.stage);
  const params = {
    by: byWhom(event, r),
    names,
    amount: amountOf(event, view),
    name: isolate(str(data.name)),
    deadline: deadlineOf(data, step?.dueAt, r),
    kind: event.kind,
    stage: stage === "" ? "" : stageName(stage, r),
    into: stageName(str(data.into), r),
    choice: word(r.t.words.choices, str(data.choice)).toLowerCase(),
    instead: isolate(nameOf(str(data.for), view)),
    finding: findingOf(event, r, tell),
    approved: money(num(data.approved)),
    charged: money(num(data.charged)),
  };
  if (event.kind === "case.submitted" || event.kind === "attachment.added" || event.via !== "link") {
    // The door is only worth a word where it is the unusual one.
  } else notes.push(texts.viaLink);
  const comment = str(data.comment) || (event.kind.startsWith("vote.") ? commentOf(event, view) : "");
  if (comment) notes.push(`${texts.said}${isolate(comment)}`);
  if (event.kind === "comment.added" && str(data.text)) notes.push(isolate(str(data.text)));
  notes.push(...changesOf(data.changes, r));
  if (event.erased) notes.push(r.t.web.case.erased);
  return {
    seq: event.seq,
    at: event.at,
    key: KEY_EVENTS.has(event.kind),
    text: fill(templateOf(event, view, { names, found: params.finding !== "" }, r), params),
    notes,
  };
}

const deadlineOf = (data: Record<string, unknown>, dueAt: string | undefined, r: Reader): string => {
  const at = str(data.dueAt) || dueAt;
  return at ? deadline(at, r.now, r.locale) : "";
};

/** The finding as a sentence; its data is not shown to everybody. */
function findingOf({ data }: EventView, r: Reader, tell: Tell | undefined): string {
  if (!tell || typeof data?.kind !== "string" || !Array.isArray(data.evidence)) return "";
  return tell(data as Parameters<Tell>[0], r.locale);
}

function templateOf(
  event: EventView,
  view: CaseView,
  { names, found }: { names: string; found: boolean },
  r: Reader,
): string {
  const more = timelineTexts(r.locale);
  const texts = { ...r.t.web.events, ...more };
  const { kind, data } = event;
  const step = view.steps.find((one) => one.stepId === event.stepId);
  const stepKind = str(data?.kind) || step?.kind;
  switch (kind) {
    case "step.opened":
      if (names === "") return texts["step.openedPlain"];
      if (stepKind === "revise") return texts["step.openedRevise"];
      if (stepKind === "settlement") return texts["step.openedSettle"];
      return data?.addedBy ? texts["step.openedAdded"] : texts[kind];
    case "step.voided":
      if (names === "") return texts["step.voidedPlain"];
      return step?.kind === "revise" ? texts["step.voidedRevise"] : texts[kind];
    case "step.reminded":
      if (names === "") return texts["step.remindedPlain"];
      return step?.kind === "settlement" ? texts["step.remindedSettle"] : texts[kind];
    case "step.escalated":
      return strings(data?.to).length === 0 ? texts["step.escalatedPlain"] : texts[kind];
    case "vote.returned":
      return data?.toStage ? texts["vote.returned-to"] : texts[kind];
    case "finding.raised":
      return found ? texts[kind] : texts["finding.raisedPlain"];
    case "budget.adjusted":
      return typeof data?.to === "number" ? texts[kind] : texts["budget.adjustedPlain"];
    case "budget.reserved":
      return view.process === "budget-change" ? texts["budget.reservedHold"] : texts[kind];
    default:
      return Object.hasOwn(texts, kind) ? texts[kind as "vote.approved"] : texts.unknown;
  }
}

function amountOf(event: EventView, view: CaseView): string {
  const { amount, to } = event.data ?? {};
  if (typeof amount === "number") return money(amount);
  if (event.kind === "budget.adjusted" && typeof to === "number") return money(to);
  if (event.kind !== "case.submitted") return money(view.amount);
  // What was asked for first: an edit since has left it in the reservation's own event.
  const first = view.events.find((one) => one.kind === "budget.reserved")?.data?.amount;
  return money(typeof first === "number" ? first : view.amount);
}

const commentOf = (event: EventView, view: CaseView): string =>
  view.steps
    .find((step) => step.stepId === event.stepId)
    ?.votes.find(
      (vote) =>
        event.by !== null &&
        "staffId" in event.by &&
        vote.by.staffId === event.by.staffId &&
        vote.at === event.at,
    )?.comment ?? "";

/** What an edit changed, in the words of the form. */
function changesOf(changes: unknown, r: Reader): string[] {
  if (!Array.isArray(changes)) return [];
  const texts = r.t.web.events;
  const lines = changes
    .slice(0, SHOWN_CHANGES)
    .map((change: { path?: unknown; from?: unknown; to?: unknown }) => {
      const { field, from, to } = changeText(str(change.path), change.from, change.to, r);
      return fill(from === "" ? texts.added : to === "" ? texts.removed : texts.change, { field, from, to });
    });
  if (changes.length > SHOWN_CHANGES) lines.push(count(texts.more, changes.length - SHOWN_CHANGES));
  return lines;
}

/** When a line happened, in words. */
export const timeOf = (line: TimelineLine, r: Reader): string => when(line.at, r.now, r.locale);
