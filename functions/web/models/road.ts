/** Where a case is, as stations in business words and as one sentence. Pure. */
import type { CaseView, EventView, StepView } from "../../case/view.ts";
import { countWorkingMinutes, defaultCalendar } from "../../shared/calendar/index.ts";
import { deadline, timeLeft, timeOfDay, when, workingSpan } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { caseTexts } from "../../shared/i18n/sections/case.ts";
import { decisionTexts } from "../../shared/i18n/sections/decision.ts";
import { roundsOf } from "./subject.ts";
import { isolate, namesOf, word } from "./text.ts";
import type { Reader } from "./view.ts";

export type Station = {
  key: string;
  state: "done" | "now" | "next";
  late?: boolean;
  title: string;
  /** Who did it or has to. */
  who: string;
  /** When it was done. */
  at?: string;
  /** Until when it should be. */
  dueAt?: string;
  note?: string;
};

/** The step that people are working on, if any. */
export const openStep = (view: CaseView): StepView | undefined =>
  view.steps.find((step) => step.status === "open");

/** Short name of a stage, for stations. */
export const stageName = (stage: string, r: Reader): string =>
  word(r.t.words.stages, stage).replace(/审批$/, "");

const lastOf = (view: CaseView, kind: RegExp): EventView | undefined =>
  view.events.findLast((event) => kind.test(event.kind));

/** Names of those who sign, with in whose place: 李敏（代张科）. */
export const signersText = (
  signers: CaseView["route"]["stages"][number]["signers"] | StepView["assignees"],
  r: Reader,
): string =>
  namesOf(
    signers.map((one) => ({
      name: one.for
        ? `${isolate(one.name)}${fill(r.t.web.events.forWhom, { name: isolate(one.for.name) })}`
        : one.name,
    })),
    r.t,
    r.locale,
  );

/** The stations of a case: submitted, each stage, the budget, the settlement, and the end where it ended otherwise. */
export function stations(view: CaseView, r: Reader): Station[] {
  const { road } = r.t.web.case;
  const submitted: Station = {
    key: "submitted",
    state: "done",
    title: road.submitted,
    who: isolate(view.createdBy.name),
    at: view.createdAt,
  };
  if (roundsOf(view) > 1) return [submitted, budgetStation(view, r), ...settlementRoad(view, r)];
  const stopped = view.status === "closed" && !GOOD_ENDS.has(view.outcome ?? "");
  return [
    submitted,
    ...reviseStation(view, r),
    ...stageStations(view, stopped, r),
    ...(stopped ? [endStation(view, r)] : [budgetStation(view, r), ...settlementRoad(view, r)]),
  ];
}

const GOOD_ENDS = new Set(["approved", "settled", "applied"]);
const isLate = (dueAt: string, r: Reader) => Date.parse(dueAt) < r.now;

function reviseStation(view: CaseView, r: Reader): Station[] {
  if (view.phase !== "returned") return [];
  const revise = view.steps.find((step) => step.kind === "revise" && step.status === "open");
  return [
    {
      key: "revise",
      state: "now",
      title: r.t.web.case.road.revise,
      who: isolate(view.createdBy.name),
      ...(revise ? { dueAt: revise.dueAt, late: isLate(revise.dueAt, r) } : {}),
    },
  ];
}

function stageStations(view: CaseView, stopped: boolean, r: Reader): Station[] {
  // After a return to the requester every stage signs again, at times that nobody knows yet.
  const again = view.phase === "returned";
  return view.route.stages
    .filter((stage) => !stopped || stage.state === "done")
    .map((stage): Station => {
      const state = again ? "next" : stage.state;
      return {
        key: stage.stage,
        state,
        title: stageName(stage.stage, r),
        who: signersText(stage.signers, r),
        ...(state === "done" && stage.decidedAt
          ? { at: stage.decidedAt }
          : again
            ? {}
            : { dueAt: stage.dueAt }),
        ...(state === "now" ? { late: isLate(stage.dueAt, r) } : {}),
      };
    });
}

/** Where the approval leads: the budget is committed, or changed; a summary is archived. */
function budgetStation(view: CaseView, r: Reader): Station {
  const { road } = r.t.web.case;
  if (view.process === "summary") {
    const archived = lastOf(view, /^summary\.archived$/)?.at;
    const title = decisionTexts(r.locale).archives;
    return {
      key: "budget",
      title,
      who: "",
      state: archived ? "done" : "next",
      ...(archived ? { at: archived } : {}),
    };
  }
  const at = lastOf(view, view.process === "budget-change" ? /^budget\.applied$/ : /^budget\.committed$/)?.at;
  const allSigned = view.route.stages.every((stage) => stage.state === "done") && view.phase === "approval";
  return {
    key: "budget",
    state: at ? "done" : allSigned ? "now" : "next",
    title: view.process === "budget-change" ? decisionTexts(r.locale).applies : road.budget,
    who: "",
    ...(at ? { at } : { note: r.t.web.case.roadBudgetLater }),
  };
}

/** From the visit on: what it cost, and once more the stages where that was more than approved. */
function settlementRoad(view: CaseView, r: Reader): Station[] {
  if (view.process !== "reception") return [];
  const t = caseTexts(r.locale).road;
  const who = isolate(view.createdBy.name);
  const handedIn = lastOf(view, /^settlement\.(settled|reapproval)$/);
  const step = view.steps.find((one) => one.kind === "settlement" && one.status === "open");
  const settle: Station = {
    key: "settle",
    title: t.settle,
    who,
    ...(step
      ? { state: "now", dueAt: step.dueAt, late: isLate(step.dueAt, r) }
      : handedIn
        ? { state: "done", at: view.settlement?.at ?? handedIn.at }
        : { state: "next", note: t.settleLater }),
  };
  const isSecond = roundsOf(view) > 1 && !step && view.phase !== "settlement";
  if (!isSecond) return [settle];
  const at = lastOf(view, /^settlement\.settled$/)?.at;
  return [
    settle,
    ...stageStations(view, false, r),
    { key: "settled", title: t.settled, who: "", state: at ? "done" : "next", ...(at ? { at } : {}) },
  ];
}

function endStation(view: CaseView, r: Reader): Station {
  const last = lastOf(view, /^(vote\.rejected|case\.withdrawn|case\.expired|case\.revoked)$/);
  return {
    key: "end",
    state: "done",
    title: word(r.t.words.outcomes, view.outcome),
    who: last?.by && "name" in last.by ? isolate(last.by.name) : "",
    ...(last ? { at: last.at } : {}),
  };
}

/** Working time until a deadline in words; where it is over, the time since. */
export function left(dueAt: string, r: Reader): { late: boolean; text: string } {
  const plain = timeLeft(dueAt, r.now, r.locale);
  if (plain.late) return plain;
  const minutes = countWorkingMinutes(r.calendar ?? defaultCalendar, r.now, Date.parse(dueAt));
  if (minutes < 1) return plain;
  return { late: false, text: fill(r.t.web.case.leftWorking, { span: workingSpan(minutes, r.locale) }) };
}

export type Sentence = { text: string; late: boolean; open: boolean };

/** 现在等张科审批，今天 18:00 前，还剩 3 个工作小时 */
export function sentence(view: CaseView, r: Reader): Sentence {
  const texts = r.t.web.case;
  const t = caseTexts(r.locale).sentence;
  const still = (text: string, open = true): Sentence => ({ text, late: false, open });
  const step = openStep(view);
  if (view.status === "closed") {
    const own = view.process === "summary" ? decisionTexts(r.locale).summaryClosed : {};
    const ends = view.process === "budget-change" ? { ...texts.closed, ...t.changeClosed } : texts.closed;
    return still(word({ ...ends, ...own }, view.outcome), false);
  }
  if (view.phase === "approved") {
    const begins = view.content?.arriveAt;
    const next =
      typeof begins === "string" && Date.parse(begins) > r.now
        ? fill(t.approved, { when: when(begins, r.now, r.locale) })
        : texts.closed.approved;
    return still(next, false);
  }
  if (!step) {
    const undo = pendingEffect(view, r);
    if (undo) return still(undo);
    const signed = view.route.stages.length > 0 && view.route.stages.every((stage) => stage.state === "done");
    return still(signed ? texts.committing : texts.preparing);
  }
  const rest = left(step.dueAt, r);
  const waiting = {
    revise: [texts.waitingRevise, texts.waitingReviseLate],
    settlement: [t.waitingSettle, t.waitingSettleLate],
  }[step.kind] ?? [texts.waitingFor, texts.waitingLate];
  const voted = new Set(
    step.votes.filter((vote) => !vote.void && !vote.undone).map((vote) => vote.by.staffId),
  );
  return {
    text: fill(waiting[rest.late ? 1 : 0]!, {
      names: signersText(
        step.assignees.filter((one) => !voted.has(one.staffId)),
        r,
      ),
      deadline: deadline(step.dueAt, r.now, r.locale),
      left: rest.text,
    }),
    late: rest.late,
    open: true,
  };
}

/** 帅钟已同意，15:04 撤销时限过后往下走; empty where nothing waits for that. */
function pendingEffect(view: CaseView, r: Reader): string {
  const step = view.steps.findLast((one) => one.status === "done" && one.kind === "approval");
  if (!step?.undoUntil || Date.parse(step.undoUntil) <= r.now) return "";
  const vote = step.votes.findLast((one) => !one.void && !one.undone);
  return vote
    ? fill(caseTexts(r.locale).sentence.decided, {
        name: isolate(vote.by.name),
        voted: word(r.t.words.voted, vote.choice).toLowerCase(),
        time: timeOfDay(step.undoUntil),
      })
    : "";
}

/** Share of the time used, 0–100, for the ring; 100 once it is over. */
export function used(openedAt: string, dueAt: string, now: number): number {
  const from = Date.parse(openedAt);
  const to = Date.parse(dueAt);
  if (to <= from || now >= to) return 100;
  return Math.max(0, Math.round(((now - from) / (to - from)) * 100));
}

const COMPLAINT_PHASES = [
  "assigning",
  "investigating",
  "approving",
  "confirming",
  "following-up",
  "deciding",
];

/** The stops of a line in "my cases": how many are done, which one is now. A visit is settled in the end. */
export function stopsOf(line: { process: string; status: string; phase: string; outcome: string | null }): {
  at: number;
  of: number;
  closed: boolean;
} {
  if (line.process === "complaint") {
    const done = COMPLAINT_PHASES.indexOf(line.phase);
    const stops = COMPLAINT_PHASES.length + 1;
    return line.status === "closed"
      ? { at: stops, of: stops, closed: true }
      : { at: 2 + Math.max(0, done), of: stops, closed: false };
  }
  const of = line.process === "reception" || line.process === "follow-up" ? 4 : 3;
  if (line.status === "closed") return { at: of, of, closed: true };
  const at = { approved: 3, settlement: 4, reviewing: 3 }[line.phase] ?? 2;
  return { at, of, closed: false };
}
