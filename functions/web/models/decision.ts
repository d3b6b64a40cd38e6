/** What a decision page and its receipt say. Pure. */
import type {
  BudgetEffect,
  CaseView,
  EventView,
  FindingView,
  StepView,
  VoteView,
  Who,
} from "../../case/view.ts";
import type { Person } from "../../directory/model.ts";
import type { SummaryContent } from "../../report/summary-model.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import {
  dayOfDate,
  deadline,
  money,
  periodName,
  shortMoney,
  span,
  timeOfDay,
} from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { changeField } from "../../shared/i18n/sections/budget.ts";
import { decisionTexts } from "../../shared/i18n/sections/decision.ts";
import { verbs } from "../../shared/i18n/sections/verbs.ts";
import { companionsOf, guestsOf, nightsOf, valueText } from "./facts.ts";
import { type Station, signersText, stageName } from "./road.ts";
import { capital, isAgain, overReasonOf, roundsOf, type Topic, topicOf } from "./subject.ts";
import { figureLines } from "./summary-words.ts";
import { count, isolate, namesOf, num, str, word } from "./text.ts";
import type { Reader } from "./view.ts";
import { stationsOf } from "./where.ts";

/** Visitor, level, stay; of a budget change why and from where; of a settlement what was spent. At most three lines. */
export function summaryLines(view: CaseView, r: Reader): string[] {
  const c = view.content;
  if (!c) return [r.t.web.case.erased];
  if (topicOf(view) === "change") return changeLines(c, r);
  if (topicOf(view) === "settlement") return settlementLines(view, r);
  if (topicOf(view) === "summary") return figureLines(c as SummaryContent, r);
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
    ...costLine(view, r),
  ];
}

/** 在 C 级标准 ¥3,000 以内，其中 ¥200 税前不能扣除; what is above the standard stands among the unusual. */
function costLine({ standards, tax, findings, content }: CaseView, r: Reader): string[] {
  const t = decisionTexts(r.locale);
  const within =
    standards && !findings.some((one) => one.kind === "over_standard")
      ? fill(t.within, { level: levelOf(content, r), standard: shortMoney(standards.amount) })
      : "";
  const lost = tax
    ? tax.nonDeductibleOfThis > 0
      ? fill(t.lost, { money: shortMoney(tax.nonDeductibleOfThis) })
      : t.allDeductible
    : "";
  const line = [within, lost].filter(Boolean).join(r.locale === "en" ? ", " : "，");
  return line === "" ? [] : [capital(line)];
}

const levelOf = (content: CaseView["content"], r: Reader): string =>
  word(r.t.words.reception.level, str(content?.level));

function changeLines(c: Record<string, unknown>, r: Reader): string[] {
  return [fill(decisionTexts(r.locale).reason, { text: isolate(str(c.reason)) })];
}

function settlementLines(view: CaseView, r: Reader): string[] {
  const t = decisionTexts(r.locale);
  const { settlement } = view;
  if (!settlement) return [];
  const { approved, charged, data } = settlement;
  const percent = approved > 0 ? Math.round(((charged - approved) * 100) / approved) : 0;
  return [
    fill(t.spent, {
      approved: shortMoney(approved),
      charged: shortMoney(charged),
      excess: shortMoney(charged - approved),
      percent,
    }),
    ...(data
      ? [
          fill(t.came, {
            guests: num(data.guestsTotal),
            companions: num(data.companionsTotal),
            place: isolate(str(data.place)),
          }),
        ]
      : []),
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

/** What is unusual, each in one line, with what the requester says to it: the findings, the gravest first. */
export function unusual(view: CaseView, r: Reader): Unusual[] {
  const t = decisionTexts(r.locale);
  const said = (text: string) => (text ? fill(t.said, { text: isolate(text) }) : "");
  const again = isAgain(view);
  const found = [...view.findings]
    .sort((a, b) => (again ? b.at.localeCompare(a.at) : 0) || rank(a) - rank(b))
    .map((finding): Unusual & { kind: string } => ({
      kind: finding.kind,
      ...headline(finding, view, r),
      said: "",
    }));
  const reasons: [string[], string][] = again
    ? [[[], overReasonOf(view)]]
    : [
        [MONEY_KINDS, str(view.content?.excessReason)],
        [["retroactive"], str(view.content?.retroactiveReason)],
      ];
  const alone: Unusual[] = [];
  for (const [kinds, reason] of reasons) {
    if (reason === "") continue;
    const last = found.findLast((one) => kinds.includes(one.kind));
    if (last) last.said = said(reason);
    else alone.push({ bold: "", rest: "", said: said(reason) });
  }
  return [...alone, ...found.map(({ kind: _kind, ...one }) => one)];
}

const MONEY_KINDS = ["over_standard", "over_cap", "over_budget"];
const ORDER = [...MONEY_KINDS, "retroactive"];
const rank = ({ kind }: FindingView): number => (ORDER.indexOf(kind) + ORDER.length + 1) % (ORDER.length + 1);

/** A finding on one line: short for those that come with a number of money, else its own sentence. */
function headline({ kind, text, evidence }: FindingView, view: CaseView, r: Reader): Omit<Unusual, "said"> {
  const t = decisionTexts(r.locale);
  const [first] = evidence;
  const over = shortMoney(num(first?.value) - (first?.limit ?? 0));
  const at = (path: string) => evidence.find((one) => one.path === path)?.value;
  switch (kind) {
    case "over_standard":
      return {
        bold: fill(t.aboveStandard, { level: levelOf(view.content, r), money: over }),
        rest: fill(t.standardOf, { standard: shortMoney(first?.limit ?? 0) }),
      };
    case "over_cap":
      return {
        bold: fill(t.aboveCap, { money: over }),
        rest: fill(t.capOf, { cap: shortMoney(first?.limit ?? 0) }),
      };
    case "over_budget": {
      const [department = "", period = ""] = (first?.path ?? "").split("/");
      return {
        bold: t.short,
        rest: fill(t.shortBy, { name: bucketName({ department, period }, r), money: over }),
      };
    }
    case "retroactive":
      if (at("approvedAt") !== undefined) return { bold: "", rest: text };
      return { bold: t.late, rest: at("late") === true ? t.lateAfter : t.stop };
    default:
      return { bold: "", rest: text };
  }
}

export type Change = { field: string; from: string; to: string };
/** What was changed since a signer voted, or last of all. */
export type Edit = { by: string; at: string; vote: VoteView | null; changes: Change[] };

/** Field by field what the requester changed: since the reader's own vote that it made void, else the last change. */
export function editSince(view: CaseView, viewer: Person, r: Reader): Edit | null {
  const edits = view.events.filter(
    (event) => /^case\.(edited|resubmitted)$/.test(event.kind) && Array.isArray(event.data?.changes),
  );
  const vote = view.steps
    .flatMap((step) => step.votes)
    .findLast(
      (one) => one.by.staffId === viewer.staffId && one.void && !one.undone && one.choice !== "return",
    );
  const since = vote ? edits.filter((event) => event.at >= vote.at) : edits.slice(-1);
  const last = since.at(-1);
  if (!last) return null;
  return {
    by: last.by && "name" in last.by ? isolate(last.by.name) : "",
    at: last.at,
    vote: vote && since.length > 0 ? vote : null,
    changes: changesOf(since, r),
  };
}

/** Several edits of one field are one change: from what it was to what it is. */
function changesOf(edits: EventView[], r: Reader): Change[] {
  const found = new Map<string, { from: unknown; to: unknown }>();
  for (const { path, from, to } of edits.flatMap((event) => event.data?.changes as Changed[]))
    found.set(path, { from: found.has(path) ? found.get(path)!.from : from, to });
  return [...found].map(([path, { from, to }]) => changeText(path, from, to, r));
}

type Changed = { path: string; from: unknown; to: unknown };

/** One change in the words of its form. */
export function changeText(path: string, from: unknown, to: unknown, r: Reader): Change {
  const field = path.split(".")[0] ?? "";
  const [before, after] = [changeField(field, from, r.locale), changeField(field, to, r.locale)];
  if (before && after) return { field: before.label, from: isolate(before.text), to: isolate(after.text) };
  const label = word(r.t.words.fields, field).replace(/（元.*?）| \(¥.*?\)/, "");
  return { field: label, from: valueText(field, from, r), to: valueText(field, to, r) };
}

/** 客户服务部 2026年12月 */
export function bucketName(bucket: { department: string; period: string }, r: Reader): string {
  const department = word(r.t.words.departments, bucket.department);
  const all = periodName(bucket.period, r.locale);
  // This year goes without saying, unless it is the period.
  const period =
    bucket.period.length > 4 && bucket.period.startsWith(shanghaiDate(r.now).slice(0, 4))
      ? all.replace(/^\d{4}年| \d{4}$/, "")
      : all;
  return r.locale === "en" ? `${department}, ${period}` : `${department}${period}`;
}

export type Parts = { used: number; others: number; mine: number; after: number; allotted: number };

/** A bucket seen from one request: what is used, what others reserved, this one, what stays. */
export function partsOf(bucket: BudgetEffect, view: CaseView): Parts {
  const mine = view.amount;
  const held = heldBy(view);
  const committed = held === "both" ? (view.settlement?.approved ?? 0) : held === "committed" ? mine : 0;
  const reserved = held === "both" ? mine - committed : held === "reserved" ? mine : 0;
  return {
    used: Math.max(0, bucket.spent + bucket.committed - committed),
    others: Math.max(0, bucket.reserved - reserved),
    mine,
    after: bucket.availableAfter,
    allotted: bucket.allotted,
  };
}

/** Where the ledger holds the money of a case; in a second round what was approved is committed, the rest reserved. */
export function heldBy(view: CaseView): "reserved" | "committed" | "both" | "none" {
  if (view.status === "closed") return "none";
  if (!view.events.some((event) => event.kind === "budget.committed")) return "reserved";
  return isAgain(view) ? "both" : "committed";
}

/** The stations of the decision page: one line of at most four, the reader's own as 您. */
export function shortRoad(view: CaseView, viewer: Person, r: Reader): Station[] {
  const { decide } = r.t.web;
  const t = decisionTexts(r.locale);
  const mineAt = (stage: string) =>
    view.route.stages
      .find((one) => one.stage === stage)
      ?.signers.find((signer) => signer.staffId === viewer.staffId);
  const all = stationsOf(view, r)
    .filter((station) => station.key !== "settle" && station.key !== "settled")
    .map((station): Station => {
      if (station.key === "submitted") return { ...station, title: station.who, who: decide.submitted };
      if (station.key === "budget" && view.process === "reception")
        return {
          key: "budget",
          state: station.state,
          title: word(r.t.words.departments, "finance"),
          who: decide.commit,
          ...(station.at ? { at: station.at } : {}),
        };
      if (!view.route.stages.some((one) => one.stage === station.key)) return station;
      const mine = station.state === "now" ? mineAt(station.key) : undefined;
      const vote = voteAt(view, station.key);
      const title = mine ? decide.you : (vote ? isolate(vote.by.name) : station.who) || station.title;
      const did = vote && station.state === "done" ? word(r.t.words.voted, vote.choice) : decide.waiting;
      const instead = mine?.for ?? (vote && station.state === "done" ? vote.for : undefined);
      const who = instead ? `${fill(t.asFor, { name: isolate(instead.name) })} ${did}` : did;
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
  const round = topicOf(view) === "settlement" ? roundsOf(view) : 1;
  const step = view.steps.findLast(
    (one) =>
      (one.stage === stage || one.alsoStages.includes(stage)) &&
      one.status === "done" &&
      one.kind === "approval" &&
      one.round === round,
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

/** Whether it is what a handler proposes about a complaint. */
export const isProposal = (topic: Topic): boolean => topic === "compensation" || topic === "notice";

/** Who asks for the signature: whoever handed in the investigation, else whoever submitted the case. */
export const proposerOf = (view: CaseView): Who =>
  view.steps.findLast((step) => step.kind === "investigate" && step.decidedBy)?.decidedBy ?? view.createdBy;

/** What a decision sets off, as stations. */
export function nextAfter(view: CaseView, step: StepView, vote: VoteView, r: Reader): NextStop[] {
  const { decided } = r.t.web;
  const t = decisionTexts(r.locale);
  const topic = topicOf(view, step.round);
  const requester = isolate(proposerOf(view).name);
  const did = word({ ...decided.youDid, ...verbs(r.locale).did }, vote.choice);
  // While it can still be undone, nothing else happens.
  const waits = step.undoUntil !== null && r.now < Date.parse(step.undoUntil);
  const byItself = waits
    ? fill(t.takesEffect, { time: timeOfDay(step.undoUntil!) })
    : decided.budgetCommitNote;
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
  if (["reject", "return"].includes(vote.choice) && isProposal(topic) && step.outcome !== null)
    return [...stops, { state: "now", title: fill(t.investigateAgain, { name: requester }), note: byItself }];
  if (["reject", "return"].includes(vote.choice) && topic === "summary")
    return [...stops, { state: "now", title: fill(t.draftAgain, { name: requester }), note: byItself }];
  if (vote.choice === "reject" && topic === "settlement")
    return [...stops, { state: "now", title: fill(t.settleAgain, { name: requester }), note: byItself }];
  if (vote.choice === "reject")
    return [
      ...stops,
      {
        state: "now",
        title: holdsMoney(view) ? fill(decided.release, { money: money(view.amount) }) : decided.closes,
        note: byItself,
      },
      { state: "next", title: fill(decided.tellReject, { name: requester }), note: decided.tellNote },
      ...(holdsMoney(view) ? [{ state: "next" as const, title: decided.closes, note: "" }] : []),
    ];
  if (vote.choice === "return" && step.outcome === "returned" && topic === "settlement")
    return [...stops, { state: "now", title: fill(t.settleAgain, { name: requester }), note: byItself }];
  if (vote.choice === "return") {
    // Back to an earlier stage: its people sign again, with those after it.
    const stage = view.route.stages.find((one) => one.state === "now" && one.stage !== step.stage);
    return [
      ...stops,
      stage
        ? {
            state: "now",
            title: fill(decided.nextStage, { names: signersText(stage.signers, r) }),
            note: byItself,
          }
        : { state: "now", title: fill(decided.revise, { name: requester }), note: decided.reviseNote },
    ];
  }
  if (vote.to) {
    stops.push({ state: "now", title: fill(decided.nextStage, { names: isolate(vote.to.name) }), note: "" });
    if (vote.choice !== "add-after") return stops;
  }
  const decidedTo = step.alsoStages.at(-1) ?? step.stage;
  const after = view.route.stages.findIndex((stage) => stage.stage === decidedTo) + 1;
  const later = view.route.stages.slice(after).filter((stage) => stage.state !== "done");
  later.forEach((stage, index) => {
    stops.push({
      state: index === 0 && !vote.to ? "now" : "next",
      title: fill(decided.nextStage, {
        names: signersText(stage.signers, r) || stageName(stage.stage, r),
      }),
      note:
        index === 0 && !vote.to
          ? waits
            ? byItself
            : fill(decided.nextStageNote, { deadline: deadline(stage.dueAt, r.now, r.locale) })
          : "",
    });
  });
  const last = {
    reception: decided.budgetCommit,
    change: t.applies,
    settlement: t.settles,
    compensation: t.pays,
    notice: t.sends,
    summary: t.archives,
  }[topic];
  stops.push({
    state: later.length === 0 && !vote.to ? "now" : "next",
    title: last,
    note: later.length === 0 ? byItself : decided.budgetCommitNote,
  });
  if (isProposal(topic)) return stops;
  stops.push({ state: "next", title: fill(decided.tell, { name: requester }), note: decided.tellNote });
  if (topic === "reception") {
    stops.push({
      state: "next",
      title: fill(t.visit, { org: isolate(view.title) }),
      note: "",
      ...(typeof view.content?.arriveAt === "string" ? { at: view.content.arriveAt } : {}),
    });
    stops.push({ state: "next", title: fill(t.settle, { name: requester }), note: t.settleNote });
  }
  return stops;
}

/** Whether a rejection gives money back: a top-up of a budget holds none. */
const holdsMoney = (view: CaseView): boolean => view.budget.length > 0;
