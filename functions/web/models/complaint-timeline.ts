/** The events of a complaint as sentences; what it shares with every case is told as there. Pure. */
import type { EventView } from "../../case/view.ts";
import { deadline, money, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintCase } from "../../shared/i18n/sections/complaint-case.ts";
import { complaintIntake } from "../../shared/i18n/sections/complaint-intake.ts";
import { assignmentText, complaintStory } from "../../shared/i18n/sections/complaint-story.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { byOf, type ComplaintView, holdersOf, type Names } from "./complaint.ts";
import { isolate, namesOf, num, str, strings, word } from "./text.ts";
import { lineOf, type TimelineLine } from "./timeline.ts";
import type { Reader } from "./view.ts";

/** Turns of the case stand out; clocks and messages do not. */
const KEY = new Set([
  "complaint.received",
  "complaint.assigned",
  "complaint.reassigned",
  "complaint.handed-over",
  "complaint.investigated",
  "complaint.reopened",
  "complaint.merged",
  "complaint.closed",
  "notice.sent",
  "notice.returned",
  "compensation.approved",
  "compensation.rejected",
  "customer.confirmed",
  "customer.disagreed",
  "follow-up.recorded",
  "clock.breached",
]);

/** The timeline, newest first; clocks that started or ended together are one line. */
export function complaintTimeline(view: ComplaintView, r: Reader, names: Names): TimelineLine[] {
  const events = [...view.events].sort((a, b) => b.seq - a.seq);
  const lines: TimelineLine[] = [];
  for (let index = 0; index < events.length; index += 1) {
    const event = events[index]!;
    const together = [event];
    while (event.kind.startsWith("clock.") && isSame(events[index + 1], event)) {
      index += 1;
      together.push(events[index]!);
    }
    lines.push(line(together, view, r, names));
  }
  return lines;
}

const isSame = (next: EventView | undefined, event: EventView): boolean =>
  next?.kind === event.kind && next.at === event.at;

function line(events: EventView[], view: ComplaintView, r: Reader, names: Names): TimelineLine {
  const event = events[0]!;
  const t = complaintCase(r.locale);
  const template = templateOf(event, r);
  if (template === null) {
    const told = lineOf(event, view, r);
    return { ...told, key: told.key || KEY.has(event.kind) };
  }
  const clocks = events.map((one) => clockName(one, r)).filter((one) => one !== "");
  return {
    seq: event.seq,
    at: event.at,
    key: KEY.has(event.kind),
    text: fill(template, {
      ...params(event, view, r, names),
      clocks: [...new Set(clocks)].reverse().join(r.t.words.listSeparator),
    }),
    notes: [...notesOf(event, view, r, names), ...(event.erased ? [t.facts.erased] : [])],
  };
}

/** 回执 · 首次联系 · 办结, by the clock that an event is about. */
function clockName(event: EventView, r: Reader): string {
  const { clocks } = complaintWords(r.locale);
  const kind =
    str(event.data?.kind) || (/-(acknowledge|respond|resolve)$/.exec(str(event.data?.clockId))?.[1] ?? "");
  return kind === "" ? "" : wordOf(clocks, kind);
}

/** The sentence of an event that complaints alone have; null for one that every case has. */
function templateOf(event: EventView, r: Reader): string | null {
  const { events } = complaintCase(r.locale);
  const { kind, by, data } = event;
  switch (kind) {
    case "complaint.received":
      return isStaff(by) ? events.registered : events.received;
    case "complaint.assigned":
    case "complaint.reassigned":
      return str(data?.assignee) || whoIn(data?.assignee) ? events[kind] : events["complaint.unassigned"];
    case "complaint.merged":
      return data?.from === undefined ? events[kind] : events["complaint.mergedFrom"];
    case "message.sent":
      return isStaff(by) ? events["message.written"] : events[kind];
    case "step.opened":
      return str(data?.kind) === "customer-confirm" ? events["step.openedCustomer"] : events[kind];
    default:
      return Object.hasOwn(events, kind) ? events[kind as keyof typeof events] : null;
  }
}

const isStaff = (by: EventView["by"]): boolean => by !== null && "staffId" in by && by.staffId !== "customer";

/** The id of somebody who is named by id or with his name. */
const whoIn = (value: unknown): string =>
  typeof value === "object" && value !== null && "staffId" in value ? str(value.staffId) : "";

function params(
  event: EventView,
  view: ComplaintView,
  r: Reader,
  names: Names,
): Record<string, string | number> {
  const t = complaintWords(r.locale);
  const data = event.data ?? {};
  const step = view.steps.find((one) => one.stepId === event.stepId);
  const kind = str(data.kind) || step?.kind || "";
  const stage = str(data.stage) || step?.stage || "";
  const disposition = data.disposition as { type?: unknown; amount?: unknown } | undefined;
  const amount = num(disposition?.amount);
  const assignees = strings(data.assignees).map((id) => ({ name: names(id) }));
  const holders = assignees.length > 0 ? assignees : step ? holdersOf(view, step, r) : [];
  const to = str(data.to);
  return {
    by: byOf(event, view, r),
    names: namesOf(holders, r.t, r.locale),
    kind:
      kind === "approval"
        ? wordOf(t.stages, stage === "notice" ? "notice" : "compensation")
        : wordOf(t.stepKinds, kind),
    outcome: wordOf(
      { ...t.stepOutcomes, ...t.outcomes, ...r.t.words.outcomes },
      str(data.outcome) || str(data.reason) || step?.outcome || "",
    ),
    deadline: dueOf(data, step?.dueAt, r),
    channel: wordOf(t.channels, str(view.content?.channel)),
    assignee: isolate(names(str(data.assignee) || whoIn(data.assignee))),
    to: word(r.t.words.departments, to),
    disposition: `${wordOf(t.dispositions, str(disposition?.type))}${amount > 0 ? ` ${money(amount)}` : ""}`,
    level: word(t.levels, String(data.level ?? view.level)).toLowerCase(),
    reason: wordOf(t.reopenReasons, str(data.reason)),
    other: str(data.into) || str(data.from),
    version: num(data.version) || 1,
    role: word({ ...r.t.words.roles }, str(data.tell) || str(data.role)),
    result: wordOf(t.attemptResults, str((data.attempt as { result?: unknown } | undefined)?.result)),
    n: num((data.record as { satisfaction?: unknown } | undefined)?.satisfaction),
    message: wordOf({ ...complaintStory(r.locale).messages, ...r.t.words.messages }, str(data.kind)),
  };
}

const dueOf = (data: Record<string, unknown>, dueAt: string | undefined, r: Reader): string => {
  const at = str(data.dueAt) || dueAt;
  return at ? deadline(at, r.now, r.locale) : "";
};

function notesOf(event: EventView, view: ComplaintView, r: Reader, names: Names): string[] {
  const t = complaintCase(r.locale);
  const data = event.data ?? {};
  const comment = str(data.comment) || (REASONED.has(event.kind) ? str(data.reason) : "");
  // What an answer said stands with what came of it.
  const twice =
    event.kind === "step.decided" &&
    view.events.some((one) => one.seq !== event.seq && one.at === event.at && one.data?.comment === comment);
  const said = comment === "" || twice ? [] : [`${r.t.web.events.said}${isolate(comment)}`];
  switch (event.kind) {
    case "complaint.assigned":
    case "complaint.reassigned":
      return [...reasonOf(data.reason, view, r, names), ...said];
    case "complaint.triaged":
      return [...changes(data.changes, r), ...said];
    case "message.deferred":
      return typeof data.until === "string"
        ? [fill(t.until2, { time: when(data.until, r.now, r.locale) })]
        : [];
    default:
      return said;
  }
}

/** Events whose `reason` is somebody’s own words. */
const REASONED = new Set(["complaint.triaged", "complaint.merged"]);

/** Why this person, in a sentence. */
function reasonOf(reason: unknown, view: ComplaintView, r: Reader, names: Names): string[] {
  if (typeof reason === "string") return reason === "" ? [] : [reason];
  if (typeof reason !== "object" || reason === null || !("rule" in reason) || !("cause" in reason)) return [];
  return [assignmentText(reason as Parameters<typeof assignmentText>[0], view.category, names, r.locale)];
}

/** What a triage changed, in the words of the form. */
function changes(raw: unknown, r: Reader): string[] {
  const t = complaintCase(r.locale);
  const list: [string, { from?: unknown; to?: unknown }][] = Array.isArray(raw)
    ? raw.map((one: { path?: unknown; from?: unknown; to?: unknown }) => [str(one.path), one])
    : Object.entries((raw ?? {}) as Record<string, { from?: unknown; to?: unknown }>);
  return list.map(([path, { from, to }]) =>
    fill(t.change, {
      field: wordOf(complaintWords(r.locale).fields, path),
      from: shownValue(path, from, r),
      to: shownValue(path, to, r),
    }),
  );
}

function shownValue(path: string, value: unknown, r: Reader): string {
  const t = complaintCase(r.locale);
  const words = complaintWords(r.locale);
  if (value === null || value === undefined || value === "") return t.unset;
  if (typeof value === "boolean") return value ? t.yes : t.no;
  const lists: Record<string, Record<string, string>> = {
    category: words.categories,
    subCategory: complaintIntake(r.locale).subCategories,
    severity: words.severities,
    urgency: words.urgencies,
    priority: words.priorities,
  };
  return isolate(wordOf(lists[path] ?? {}, String(value)));
}
