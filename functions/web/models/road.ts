/** Where a case is, as stations in business words and as one sentence. Pure. */
import type { CaseView, StepView } from "../../case/view.ts";
import { countWorkingMinutes, defaultCalendar } from "../../shared/calendar/index.ts";
import { deadline, timeLeft, workingSpan } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
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

const committedAt = (view: CaseView): string | undefined =>
  view.events.findLast((event) => event.kind === "budget.committed")?.at;

/** The stations of a case: submitted, each stage, the budget, and the end where it ended otherwise. */
export function stations(view: CaseView, r: Reader): Station[] {
  const { road } = r.t.web.case;
  const late = (dueAt: string) => Date.parse(dueAt) < r.now;
  const found: Station[] = [
    {
      key: "submitted",
      state: "done",
      title: road.submitted,
      who: isolate(view.createdBy.name),
      at: view.createdAt,
    },
  ];
  const stopped = view.status === "closed" && view.outcome !== "approved" && view.outcome !== "settled";
  const revise =
    view.phase === "returned"
      ? view.steps.find((step) => step.kind === "revise" && step.status === "open")
      : undefined;
  if (view.phase === "returned")
    found.push({
      key: "revise",
      state: "now",
      title: road.revise,
      who: isolate(view.createdBy.name),
      ...(revise ? { dueAt: revise.dueAt, late: late(revise.dueAt) } : {}),
    });
  for (const stage of view.route.stages) {
    if (stopped && stage.state !== "done") continue;
    // After a return every stage signs again, at times that nobody knows yet.
    const again = view.phase === "returned";
    const state = again ? "next" : stage.state;
    found.push({
      key: stage.stage,
      state,
      title: stageName(stage.stage, r),
      who: namesOf(stage.signers, r.t, r.locale),
      ...(state === "done" && stage.decidedAt
        ? { at: stage.decidedAt }
        : again
          ? {}
          : { dueAt: stage.dueAt }),
      ...(state === "now" ? { late: late(stage.dueAt) } : {}),
    });
  }
  if (stopped) {
    const last = view.events.findLast((event) =>
      /^(vote\.rejected|case\.withdrawn|case\.expired|case\.revoked)$/.test(event.kind),
    );
    found.push({
      key: "end",
      state: "done",
      title: word(r.t.words.outcomes, view.outcome),
      who: last?.by && "name" in last.by ? isolate(last.by.name) : "",
      ...(last ? { at: last.at } : {}),
    });
    return found;
  }
  const at = committedAt(view);
  const allSigned = view.route.stages.every((stage) => stage.state === "done") && view.phase !== "returned";
  found.push({
    key: "budget",
    state: at ? "done" : allSigned ? "now" : "next",
    title: road.budget,
    who: "",
    ...(at ? { at } : { note: r.t.web.case.roadBudgetLater }),
  });
  return found;
}

/** Working time until a deadline in words; where it is over, the time since. */
export function left(dueAt: string, r: Reader): { late: boolean; text: string } {
  const plain = timeLeft(dueAt, r.now, r.locale);
  if (plain.late) return plain;
  const minutes = countWorkingMinutes(defaultCalendar, r.now, Date.parse(dueAt));
  if (minutes < 1) return plain;
  return { late: false, text: fill(r.t.web.case.leftWorking, { span: workingSpan(minutes, r.locale) }) };
}

export type Sentence = { text: string; late: boolean; open: boolean };

/** 现在等张科审批，今天 18:00 前，还剩 3 个工作小时 */
export function sentence(view: CaseView, r: Reader): Sentence {
  const texts = r.t.web.case;
  const step = openStep(view);
  if (view.status === "closed" || view.phase === "approved" || view.phase === "settlement") {
    const key = (view.outcome ?? "approved") as keyof typeof texts.closed;
    return { text: word(texts.closed, key), late: false, open: false };
  }
  if (!step) {
    const signed = view.route.stages.length > 0 && view.route.stages.every((stage) => stage.state === "done");
    return { text: signed ? texts.committing : texts.preparing, late: false, open: true };
  }
  const rest = left(step.dueAt, r);
  const waiting =
    step.kind === "revise"
      ? [texts.waitingRevise, texts.waitingReviseLate]
      : [texts.waitingFor, texts.waitingLate];
  const voted = new Set(step.votes.filter((vote) => !vote.void).map((vote) => vote.by.staffId));
  const names = namesOf(
    step.assignees.filter((one) => !voted.has(one.staffId)),
    r.t,
    r.locale,
  );
  return {
    text: fill(waiting[rest.late ? 1 : 0]!, {
      names,
      deadline: deadline(step.dueAt, r.now, r.locale),
      left: rest.text,
    }),
    late: rest.late,
    open: true,
  };
}

/** Share of the time used, 0–100, for the ring; 100 once it is over. */
export function used(openedAt: string, dueAt: string, now: number): number {
  const from = Date.parse(openedAt);
  const to = Date.parse(dueAt);
  if (to <= from || now >= to) return 100;
  return Math.max(0, Math.round(((now - from) / (to - from)) * 100));
}

/** The stops of a line in "my cases": how many are done, which one is now. */
export function stopsOf(line: { status: string; phase: string; outcome: string | null }): {
  at: number;
  of: number;
  closed: boolean;
} {
  const of = 3;
  if (line.phase === "approved" || line.phase === "settlement" || line.outcome === "settled")
    return { at: of, of, closed: true };
  if (line.status === "closed") return { at: of, of, closed: true };
  return { at: line.phase === "approval" || line.phase === "returned" ? 2 : 1, of, closed: false };
}
