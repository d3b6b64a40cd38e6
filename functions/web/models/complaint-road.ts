/** Where a complaint is: its road as stations in business words, and one sentence. Pure. */
import type { StepView } from "../../case/view.ts";
import { EXCHANGING } from "../../complaint/model.ts";
import { deadline } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintRoad } from "../../shared/i18n/sections/complaint-road.ts";
import {
  aboutOf,
  type ComplaintView,
  customerName,
  holdersOf,
  openComplaintStep,
  roundStart,
} from "./complaint.ts";
import { left, type Sentence, type Station, signersText } from "./road.ts";
import { isolate, word } from "./text.ts";
import type { Reader } from "./view.ts";

/** What of a complaint its road needs. */
export type OnRoad = Pick<
  ComplaintView,
  "status" | "phase" | "outcome" | "steps" | "events" | "content" | "assignee" | "disposition" | "paused"
>;

type Stop =
  | "received"
  | "assign"
  | "investigate"
  | "compensation"
  | "exchange"
  | "notice"
  | "customer-confirm"
  | "follow-up"
  | "manager-decision"
  | "closed";

/** Which event of the round says that a station lies behind. */
const DONE: Record<Stop, RegExp> = {
  received: /^complaint\.received$/,
  assign: /^complaint\.(assigned|reassigned)$/,
  investigate: /^complaint\.investigated$/,
  compensation: /^compensation\.approved$/,
  exchange: /^step\.decided$/,
  notice: /^notice\.sent$/,
  "customer-confirm": /^(customer\.(confirmed|disagreed)|step\.expired)$/,
  "follow-up": /^follow-up\.recorded$/,
  "manager-decision": /^step\.decided$/,
  closed: /^complaint\.closed$/,
};

/** The stops of the present round, first to last. */
function stopsOf(view: OnRoad): Stop[] {
  const steps = ofRound(view);
  const has = (about: string) => steps.some((step) => step.status !== "void" && aboutOf(step) === about);
  const exchanges = view.disposition ? EXCHANGING.includes(view.disposition.type) : false;
  return [
    "received",
    "assign",
    "investigate",
    ...(has("compensation") ? (["compensation"] as const) : []),
    ...(has("exchange") || exchanges ? (["exchange"] as const) : []),
    "notice",
    "customer-confirm",
    "follow-up",
    ...(has("manager-decision") || view.phase === "deciding" ? (["manager-decision"] as const) : []),
    "closed",
  ];
}

/** The steps that were opened since the last reopening. */
function ofRound(view: OnRoad): StepView[] {
  const began = view.events.findLast((event) => event.kind === "complaint.reopened")?.at;
  return began === undefined
    ? view.steps
    : view.steps.filter((step) => Date.parse(step.openedAt) >= Date.parse(began));
}

/** Where the case stands: by its open step, between two steps by its phase. */
function standsAt(view: OnRoad): Stop {
  if (view.status === "closed") return "closed";
  const step = openComplaintStep(view);
  if (step) return aboutOf(step) as Stop;
  const byPhase: Record<string, Stop> = {
    assigning: "assign",
    investigating: "investigate",
    approving: "notice",
    confirming: "customer-confirm",
    "following-up": "follow-up",
    deciding: "manager-decision",
  };
  return byPhase[view.phase] ?? "investigate";
}

/** The stations of a complaint. A merged one ends where it was. */
export function complaintStations(view: OnRoad, r: Reader): Station[] {
  const t = complaintRoad(r.locale).road;
  const stops = stopsOf(view);
  const at = stops.indexOf(standsAt(view));
  const from = roundStart(view);
  return stops.flatMap((stop, index): Station[] => {
    const event = view.events.findLast(
      (one) =>
        DONE[stop].test(one.kind) && (one.seq >= from || stop === "received") && isOf(stop, one.stepId, view),
    );
    // What a closed case never came by is no station of its road.
    if (view.status === "closed" && !event && stop !== "closed") return [];
    const done = index < at || view.status === "closed";
    const state = done ? "done" : index === at ? "now" : "next";
    return [
      {
        key: stop,
        state,
        title: t[stop],
        who: whoAt(stop, view, state, r),
        ...(done && event ? { at: event.at } : {}),
        ...(state === "now" ? nowAt(view, r) : {}),
        ...(stop === "closed" && state === "next" ? { note: t.closedLater } : {}),
      },
    ];
  });
}

/** Events that every kind of step has belong to a stop by their step. */
function isOf(stop: Stop, stepId: string | undefined, view: OnRoad): boolean {
  if (!["exchange", "manager-decision", "customer-confirm"].includes(stop)) return true;
  const step = view.steps.find((one) => one.stepId === stepId);
  return step === undefined ? stop === "customer-confirm" : step.kind === stop;
}

function nowAt(view: OnRoad, r: Reader): Partial<Station> {
  const step = openComplaintStep(view);
  if (!step || view.paused) return {};
  return { dueAt: step.dueAt, late: Date.parse(step.dueAt) < r.now };
}

function whoAt(stop: Stop, view: OnRoad, state: Station["state"], r: Reader): string {
  if (stop === "received" || stop === "closed") return stop === "received" ? receiver(view, r) : "";
  if (stop === "assign") return view.assignee ? isolate(view.assignee.name) : "";
  if (stop === "customer-confirm") return customerName(view, r);
  const step = ofRound(view).findLast((one) => one.status !== "void" && aboutOf(one) === stop);
  if (step) return signersText(step.decidedBy ? [step.decidedBy] : holdersOf(view, step, r), r);
  return stop === "investigate" && state !== "done" && view.assignee ? isolate(view.assignee.name) : "";
}

/** Who entered it: a colleague, or the customer himself. */
function receiver(view: OnRoad, r: Reader): string {
  const by = view.events.find((event) => event.kind === "complaint.received")?.by;
  return by && "staffId" in by && by.staffId !== "customer" ? isolate(by.name) : customerName(view, r);
}

/** 现在等李超群交调查结果，周五 9:10 前，还剩 10 个工作小时 */
export function complaintSentence(view: OnRoad, r: Reader): Sentence {
  const t = complaintRoad(r.locale);
  if (view.status === "closed") return { text: word(t.closed, view.outcome), late: false, open: false };
  const step = openComplaintStep(view);
  if (!step) return { text: t.between, late: false, open: true };
  const about = aboutOf(step) as keyof typeof t.now;
  const what = fill(t.now[about] ?? t.now.other, { names: signersText(holdersOf(view, step, r), r) });
  if (view.paused) return { text: fill(t.pausedNow, { what }), late: false, open: true };
  const rest = left(step.dueAt, r);
  const text = fill(rest.late ? t.late : t.until, {
    what,
    deadline: deadline(step.dueAt, r.now, r.locale),
    left: rest.text,
  });
  return { text, late: rest.late, open: true };
}
