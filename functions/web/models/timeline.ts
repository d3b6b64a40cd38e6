/** Every event of a case as a sentence. Pure. */
import type { CaseView, EventView } from "../../case/view.ts";
import { deadline, money, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { valueText } from "./facts.ts";
import { isolate, namesOf, str, strings, word } from "./text.ts";
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
  "vote.approved",
  "vote.rejected",
  "vote.returned",
  "budget.committed",
]);

/** Changes shown one by one; the rest is a number. */
const SHOWN_CHANGES = 8;

/** The timeline, newest first. */
export const timeline = (view: CaseView, r: Reader): TimelineLine[] =>
  [...view.events].sort((a, b) => b.seq - a.seq).map((event) => lineOf(event, view, r));

function byWhom(event: EventView, r: Reader): string {
  const { by } = event;
  const texts = r.t.web.events;
  if (!by) return texts.system;
  if ("customer" in by) return fill(texts.customer, { name: isolate(by.customer) });
  const instead = event.for ? fill(texts.forWhom, { name: isolate(event.for.name) }) : "";
  return `${isolate(by.name)}${instead}`;
}

/** Names of the people behind a step, or behind staff ids in an event's data. */
function peopleOf(event: EventView, view: CaseView, r: Reader): string {
  const ids = strings(event.data?.to);
  if (ids.length > 0)
    return namesOf(
      ids.map((id) => ({ name: nameOf(id, view) })),
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
    ...view.steps.flatMap((step) => step.assignees),
    ...view.route.stages.flatMap((stage) => stage.signers),
    ...view.messages.map((message) => message.to),
  ];
  return known.find((one) => one.staffId === staffId)?.name ?? staffId;
}

function lineOf(event: EventView, view: CaseView, r: Reader): TimelineLine {
  const texts = r.t.web.events;
  const data = event.data ?? {};
  const notes: string[] = [];
  const names = peopleOf(event, view, r);
  const step = view.steps.find((one) => one.stepId === event.stepId);
  const params = {
    by: byWhom(event, r),
    names,
    amount: amountOf(event, view),
    name: isolate(str(data.name)),
    deadline: step ? deadline(step.dueAt, r.now, r.locale) : "",
    kind: event.kind,
  };
  if (event.kind === "case.submitted" || event.kind === "attachment.added" || event.via !== "link") {
    // The door is only worth a word where it is the unusual one.
  } else notes.push(texts.viaLink);
  const comment = str(data.comment) || (event.kind.startsWith("vote.") ? commentOf(event, view) : "");
  if (comment) notes.push(`${texts.said}${isolate(comment)}`);
  notes.push(...changesOf(data.changes, r));
  if (event.erased) notes.push(r.t.web.case.erased);
  return {
    seq: event.seq,
    at: event.at,
    key: KEY_EVENTS.has(event.kind),
    text: fill(templateOf(event, names, step?.kind, r), params),
    notes,
  };
}

function templateOf(event: EventView, names: string, stepKind: string | undefined, r: Reader): string {
  const texts = r.t.web.events;
  const { kind } = event;
  if (kind === "step.opened")
    return names === ""
      ? texts["step.openedPlain"]
      : stepKind === "revise"
        ? texts["step.openedRevise"]
        : texts[kind];
  if (kind === "step.voided" && names === "") return texts["step.voidedPlain"];
  if (kind === "step.voided" && stepKind === "revise") return texts["step.voidedRevise"];
  if (kind === "step.reminded" && names === "") return texts["step.remindedPlain"];
  if (kind === "step.escalated" && strings(event.data?.to).length === 0) return texts["step.escalatedPlain"];
  if (kind === "budget.adjusted" && typeof event.data?.to !== "number") return texts["budget.adjustedPlain"];
  return Object.hasOwn(texts, kind) ? texts[kind as "vote.approved"] : texts.unknown;
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
      const path = str(change.path).split(".")[0] ?? "";
      const from = valueText(path, change.from, r);
      const to = valueText(path, change.to, r);
      const text = from === "" ? texts.added : to === "" ? texts.removed : texts.change;
      return fill(text, { field: word(r.t.words.fields, path).replace(/（元.*?）| \(¥.*?\)/, ""), from, to });
    });
  if (changes.length > SHOWN_CHANGES) {
    const [one = "", many = one] = texts.more.split("|");
    const rest = changes.length - SHOWN_CHANGES;
    lines.push(fill(rest === 1 ? one : many, { n: rest }));
  }
  return lines;
}

/** When a line happened, in words. */
export const timeOf = (line: TimelineLine, r: Reader): string => when(line.at, r.now, r.locale);
