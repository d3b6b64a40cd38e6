/** The events of a follow-up as sentences. Pure. */
import type { By, EventView } from "../../case/view.ts";
import { CUSTOMER } from "../../complaint/customer.ts";
import { dayOfDate, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { followUpCase } from "../../shared/i18n/sections/follow-up-case.ts";
import { wordsIn } from "../../shared/i18n/words.ts";
import { type FollowUpView, isCustomer, nameOf } from "./follow-up.ts";
import { isolate, namesOf, str, strings, word } from "./text.ts";
import type { TimelineLine } from "./timeline.ts";
import type { Reader } from "./view.ts";

/** Turns of the case stand out; steps and messages do not. */
const KEY = new Set([
  "follow-up.planned",
  "follow-up.attempted",
  "follow-up.recorded",
  "follow-up.reviewed",
  "follow-up.returned",
  "follow-up.missed",
  "follow-up.unreachable",
  "follow-up.cancelled",
  "follow-up.closed",
  "appointment.confirmed",
  "appointment.declined",
  "visit.checked-in",
  "complaint.opened",
]);

/** The name of a staff id. */
export type NameOf = (staffId: string) => string;

/** Choices that an event of their own tells of, right behind the press. */
const TOLD_APART = new Set(["attempt", "done", "accept", "return", "confirm", "propose-other", "decline"]);

/** A press that only says once more what the line above it says. */
const isRepeated = ({ kind, data }: EventView): boolean =>
  kind === "step.decided" &&
  TOLD_APART.has(str(data?.choice)) &&
  (str(data?.comment) === "" || data?.choice === "return");

/** The timeline, newest first. */
export const followUpTimeline = (view: FollowUpView, r: Reader, name: NameOf): TimelineLine[] =>
  view.events
    .filter((event) => !isRepeated(event))
    .toSorted((a, b) => b.seq - a.seq)
    .map((event) => lineOf(event, view, r, name));

function lineOf(event: EventView, view: FollowUpView, r: Reader, name: NameOf): TimelineLine {
  const t = followUpCase(r.locale);
  const data = event.data ?? {};
  return {
    seq: event.seq,
    at: event.at,
    key: KEY.has(event.kind),
    text: fill(templateOf(event, view, r), params(event, view, r, name)),
    notes: [...notesOf(data, r), ...(event.erased ? [t.facts.erased] : [])],
  };
}

function templateOf({ kind, by, data, stepId }: EventView, { steps }: FollowUpView, r: Reader): string {
  const { events } = followUpCase(r.locale);
  const isAppointment = steps.find((one) => one.stepId === stepId)?.kind === "appointment";
  if (kind === "step.reminded" && isAppointment) return events["appointment.reminded"];
  if (kind === "step.escalated" && strings(data?.to).length === 0) return events["step.escalatedPlain"];
  if (kind === "appointment.proposed" && isCustomer(by)) return events["appointment.other"];
  return Object.hasOwn(events, kind) ? events[kind as keyof typeof events] : events.unknown;
}

function byOf(by: By, r: Reader): string {
  return by === null ? followUpCase(r.locale).system : nameOf(by);
}

function params(
  event: EventView,
  view: FollowUpView,
  r: Reader,
  name: NameOf,
): Record<string, string | number> {
  const t = followUpCase(r.locale);
  const words = complaintWords(r.locale);
  const data = event.data ?? {};
  const step = view.steps.find((one) => one.stepId === event.stepId);
  const attempt = (data.attempt ?? {}) as { result?: unknown; channel?: unknown };
  const holders = step?.assignees.map((one) => ({ name: nameOf(one) })) ?? [];
  return {
    by: byOf(event.by, r),
    name: isolate(name(str(data.assignee))),
    to: namesOf(
      strings(data.to).map((who) => ({ name: isolate(who === CUSTOMER ? view.customerName : name(who)) })),
      r.t,
      r.locale,
    ),
    names: namesOf(holders, r.t, r.locale),
    kind: wordOf(t.stepKinds, step?.kind ?? str(data.kind)) || event.kind,
    result: wordOf(words.attemptResults, str(attempt.result)),
    channel: wordOf(words.attemptChannels, str(attempt.channel)),
    outcome: wordOf(t.outcomes, str(data.outcome)),
    choice: wordOf(t.choices, str(data.choice)),
    time: str(data.at) === "" ? "" : when(str(data.at), r.now, r.locale),
    n: strings(data.done).length,
    complaintId: str(data.complaintId),
    message: word({ ...wordsIn(r.locale).messages, ...t.messages.kinds }, str(data.kind)),
  };
}

/** What somebody said with it, each in a line of its own. */
function notesOf(data: Record<string, unknown>, r: Reader): string[] {
  const t = followUpCase(r.locale);
  const attempt = (data.attempt ?? {}) as { note?: unknown };
  const said = [
    str(data.comment),
    str(data.note),
    str(attempt.note),
    reasonOf(data, r),
    str(data.overrideReason),
  ];
  return [
    ...said.filter((text) => text !== "").map((text) => fill(t.said, { text: isolate(text) })),
    ...(str(data.place) === "" ? [] : [fill(t.place, { text: isolate(str(data.place)) })]),
    ...(str(data.nextDueOn) === ""
      ? []
      : [fill(t.nextDue, { date: dayOfDate(str(data.nextDueOn), r.now, r.locale) })]),
  ];
}

/** Why it was cancelled, or not sent, in the words of the page; other reasons are people's own. */
const reasonOf = ({ reason }: Record<string, unknown>, r: Reader): string =>
  wordOf(followUpCase(r.locale).reasons, str(reason));
