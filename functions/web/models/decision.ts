/** What a decision page and its receipt say. Pure. */
import type { BudgetEffect, CaseView, StepView, VoteView } from "../../case/view.ts";
import type { Person } from "../../directory/model.ts";
import { BUDGET_CAP } from "../../reception/schema.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { dayOfDate, deadline, money, month, shortMoney, span } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { verbs } from "../../shared/i18n/sections/verbs.ts";
import { companionsOf, guestsOf, nightsOf } from "./facts.ts";
import { type Station, stageName, stations } from "./road.ts";
import { count, isolate, namesOf, num, str, word } from "./text.ts";
import type { Reader } from "./view.ts";

/** Visitor, level, stay: the two lines under the amount. */
export function summaryLines(view: CaseView, r: Reader): string[] {
  const c = view.content;
  if (!c) return [r.t.web.case.erased];
  const { decide } = r.t.web;
  const x = r.t.words.reception;
  const companions = companionsOf(c).length;
  const nights = nightsOf(str(c.arrivalDate), str(c.plannedLeaveAt)) ?? 0;
  const arrive = dayOfDate(str(c.arrivalDate), r.now, r.locale);
  const leave = shortDay(str(c.plannedLeaveAt), str(c.arrivalDate), r);
  return [
    count(companions > 0 ? decide.line1 : decide.line1Alone, guestsOf(c), {
      guests: guestsOf(c),
      companions,
      level: word(x.level, str(c.level)),
      note: word(x.levelNote, str(c.level)),
    }),
    count(nights > 0 ? decide.line2 : decide.line2Day, nights, { arrive, leave, nights }),
  ];
}

/** 8日 within the month of arrival, else 1月2日. */
function shortDay(at: string, arrival: string, r: Reader): string {
  if (at === "") return "";
  const date = at.slice(0, 10);
  if (r.locale === "en") return dayOfDate(date, r.now, r.locale);
  return date.slice(0, 7) === arrival.slice(0, 7)
    ? `${Number(date.slice(8))}日`
    : `${Number(date.slice(5, 7))}月${Number(date.slice(8))}日`;
}

export type Unusual = { bold: string; rest: string; said: string };

/** What is unusual about a request: over the cap, retroactive, budget short. */
export function unusual(view: CaseView, r: Reader): Unusual[] {
  const c = view.content;
  if (!c) return [];
  const { decide } = r.t.web;
  const found: Unusual[] = [];
  const said = (text: string) => (text ? fill(decide.said, { text: isolate(text) }) : "");
  const amount = num(c.budgetAmount);
  if (amount > BUDGET_CAP)
    found.push({
      bold: fill(decide.over, { money: shortMoney(amount - BUDGET_CAP) }),
      rest: fill(decide.overOf, { cap: shortMoney(BUDGET_CAP) }),
      said: said(str(c.excessReason)),
    });
  else if (c.excessReason) found.push({ bold: "", rest: "", said: said(str(c.excessReason)) });
  if (c.retroactiveReason) found.push({ bold: decide.retro, rest: "", said: said(str(c.retroactiveReason)) });
  if (view.budget.some((one) => one.availableAfter < 0))
    found.push({ bold: decide.shortBudget, rest: "", said: "" });
  return found;
}

/** 客户服务部 2026年12月 */
export function bucketName(bucket: { department: string; period: string }, r: Reader): string {
  const department = word(r.t.words.departments, bucket.department);
  const all = month(bucket.period, r.locale);
  // This year goes without saying.
  const period = bucket.period.startsWith(shanghaiDate(r.now).slice(0, 4))
    ? all.replace(/^\d{4}年| \d{4}$/, "")
    : all;
  return r.locale === "en" ? `${department}, ${period}` : `${department}${period}`;
}

export type Parts = { used: number; others: number; mine: number; after: number; allotted: number };

/** A bucket seen from one request: what is used, what others reserved, this one, what stays. */
export function partsOf(
  bucket: BudgetEffect,
  amount: number,
  held: "reserved" | "committed" | "none",
): Parts {
  const mine = amount;
  const used = bucket.spent + bucket.committed - (held === "committed" ? mine : 0);
  const others = bucket.reserved - (held === "reserved" ? mine : 0);
  return {
    used: Math.max(0, used),
    others: Math.max(0, others),
    mine,
    after: bucket.availableAfter,
    allotted: bucket.allotted,
  };
}

/** Where the ledger holds the money of a case. */
export function heldBy(view: CaseView): "reserved" | "committed" | "none" {
  if (view.status === "closed") return "none";
  return view.events.some((event) => event.kind === "budget.committed") ? "committed" : "reserved";
}

/** The stations of the decision page: one line of at most four, the reader's own as 您. */
export function shortRoad(view: CaseView, viewer: Person, r: Reader): Station[] {
  const { decide } = r.t.web;
  const isViewers = (stage: string) =>
    view.route.stages
      .find((one) => one.stage === stage)
      ?.signers.some((signer) => signer.staffId === viewer.staffId) === true;
  const all = stations(view, r).map((station): Station => {
    if (station.key === "submitted") return { ...station, title: station.who, who: decide.submitted };
    if (station.key === "budget")
      return {
        key: "budget",
        state: station.state,
        title: word(r.t.words.departments, "finance"),
        who: decide.commit,
        ...(station.at ? { at: station.at } : {}),
      };
    const mine = station.state === "now" && isViewers(station.key);
    const vote = voteAt(view, station.key);
    const title = mine ? decide.you : (vote ? isolate(vote.by.name) : station.who) || station.title;
    const who = vote && station.state === "done" ? word(r.t.words.voted, vote.choice) : decide.waiting;
    return { ...station, title, who };
  });
  // A line holds four: the budget's turn and the earliest stations go first.
  if (all.length <= 4) return all;
  const withoutBudget = all.filter((station) => station.key !== "budget");
  const now = Math.max(
    0,
    withoutBudget.findIndex((station) => station.state === "now"),
  );
  const from = Math.min(Math.max(0, now - 2), Math.max(0, withoutBudget.length - 4));
  return withoutBudget.slice(from, from + 4);
}

/** The vote that decided a stage in the present round. */
export function voteAt(view: CaseView, stage: string): VoteView | undefined {
  const step = view.steps.findLast(
    (one) => one.stage === stage && one.status === "done" && one.kind === "approval",
  );
  return step?.votes.findLast((vote) => !vote.void && !vote.undone);
}

/** What signers before wrote, for the full text. */
export const opinions = (view: CaseView): VoteView[] =>
  view.steps.flatMap((step) =>
    step.votes.filter((vote) => !vote.void && !vote.undone && vote.comment !== ""),
  );

/** 比时限早 2 小时 58 分 */
export function againstDeadline(vote: VoteView, step: StepView, r: Reader): string {
  const early = Date.parse(step.dueAt) - Date.parse(vote.at);
  return fill(early >= 0 ? r.t.web.decided.early : r.t.web.decided.late, { span: span(early, r.locale) });
}

export type NextStop = { state: "done" | "now" | "next"; title: string; note: string; at?: string };

/** What a decision sets off, as stations. */
export function nextAfter(view: CaseView, step: StepView, vote: VoteView, r: Reader): NextStop[] {
  const { decided } = r.t.web;
  const requester = isolate(view.createdBy.name);
  const did = word({ ...decided.youDid, ...verbs(r.locale).did }, vote.choice);
  const stops: NextStop[] = [
    { state: "done", title: fill(did, { money: money(view.amount) }), note: "", at: vote.at },
  ];
  if (step.status === "open") {
    const voted = new Set(step.votes.map((one) => one.by.staffId));
    const names = namesOf(
      step.assignees.filter((one) => !voted.has(one.staffId)),
      r.t,
      r.locale,
    );
    stops.push({
      state: "now",
      title: fill(decided.othersSign, { names }),
      note: deadline(step.dueAt, r.now, r.locale),
    });
    return stops;
  }
  if (vote.choice === "reject")
    return [
      ...stops,
      {
        state: "now",
        title: fill(decided.release, { money: money(view.amount) }),
        note: decided.budgetCommitNote,
      },
      { state: "next", title: fill(decided.tellReject, { name: requester }), note: decided.tellNote },
      { state: "next", title: decided.closes, note: "" },
    ];
  if (vote.choice === "return")
    return [
      ...stops,
      { state: "now", title: fill(decided.revise, { name: requester }), note: decided.reviseNote },
    ];
  if (vote.to) {
    stops.push({ state: "now", title: fill(decided.nextStage, { names: isolate(vote.to.name) }), note: "" });
    if (vote.choice !== "add-after") return stops;
  }
  const after = view.route.stages.findIndex((stage) => stage.stage === step.stage) + 1;
  const later = view.route.stages.slice(after).filter((stage) => stage.state !== "done");
  later.forEach((stage, index) => {
    stops.push({
      state: index === 0 && !vote.to ? "now" : "next",
      title: fill(decided.nextStage, {
        names: namesOf(stage.signers, r.t, r.locale) || stageName(stage.stage, r),
      }),
      note:
        index === 0 ? fill(decided.nextStageNote, { deadline: deadline(stage.dueAt, r.now, r.locale) }) : "",
    });
  });
  stops.push({
    state: later.length === 0 ? "now" : "next",
    title: decided.budgetCommit,
    note: decided.budgetCommitNote,
  });
  stops.push({ state: "next", title: fill(decided.tell, { name: requester }), note: decided.tellNote });
  return stops;
}
