/** A follow-up as its pages read it: who may do what on it, its road and its words. Pure. */
import { isDesk } from "../../case/access.ts";
import type { By, Who } from "../../case/view.ts";
import type { FollowUpView } from "../../follow-up/view.ts";
import { deadline } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { followUpWords } from "../../shared/i18n/sections/follow-up.ts";
import { followUpCase } from "../../shared/i18n/sections/follow-up-case.ts";
import { left, type Sentence, type Station } from "./road.ts";
import { capital } from "./subject.ts";
import { isolate, namesOf, str, word } from "./text.ts";
import type { Reader } from "./view.ts";

export type { FollowUpView };
export type FollowUpStep = FollowUpView["steps"][number];
type Somebody = Who | { customer: string };

/** The steps that people answer one after another; an appointment stands beside them. */
const MAIN: readonly string[] = ["follow-up", "new-contact", "review"];

export const openMain = ({ steps }: Pick<FollowUpView, "steps">): FollowUpStep | undefined =>
  steps.find((step) => step.status === "open" && MAIN.includes(step.kind));

export const isAssignee = ({ assignee }: FollowUpView, r: Reader): boolean =>
  assignee.staffId === r.actor?.staffId;

const isWanted = ({ status, phase }: FollowUpView): boolean =>
  status === "open" && (phase === "planned" || phase === "confirmed");

/** Whoever does it, and the desk, agree on the time. */
export const mayBook = (view: FollowUpView, r: Reader): boolean =>
  isWanted(view) && (isAssignee(view, r) || (r.actor !== null && isDesk(r.actor)));

/** Ticks preparations, notes his arrival. */
export const mayPrepare = (view: FollowUpView, r: Reader): boolean =>
  isWanted(view) && view.mode === "visit" && isAssignee(view, r);

export const holds = (step: FollowUpStep, staffId: string | undefined): boolean =>
  step.assignees.some((one) => "staffId" in one && one.staffId === staffId);

/** The reader's own open step, if any. */
export const myStep = (view: FollowUpView, r: Reader): FollowUpStep | undefined => {
  const step = openMain(view);
  return step && holds(step, r.actor?.staffId) ? step : undefined;
};

export const nameOf = (one: Somebody): string => isolate("customer" in one ? one.customer : one.name);

export const modeOf = ({ mode }: Pick<FollowUpView, "mode">, r: Reader): string =>
  capital(followUpWords(r.locale).modes[mode]);

/** The state in words: its phase, or how it ended. */
export function stateOf(line: { status: string; phase: string; outcome: string | null }, r: Reader): string {
  const t = followUpCase(r.locale);
  return line.status === "closed" ? word(t.outcomes, line.outcome) : word(t.phases, line.phase);
}

/** The look of the state. */
export const stateTag = (line: { status: string; phase: string; outcome: string | null }): string =>
  line.status === "closed"
    ? line.outcome === "recorded"
      ? "tag tag-done"
      : "tag"
    : line.phase === "reviewing"
      ? "tag tag-warn"
      : "tag tag-now";

/** The time that the customer asked for instead, until somebody books anew; ISO. */
export function wishOf(view: FollowUpView): string | null {
  const last = view.events.findLast((event) => event.kind.startsWith("appointment."));
  return view.appointment !== null && last?.kind === "appointment.proposed" && isCustomer(last.by)
    ? view.appointment.at
    : null;
}

export const isCustomer = (by: By): boolean => by !== null && "customer" in by;

/** Arrivals, the newest first. */
export const arrivalsOf = (view: FollowUpView): { at: string; note: string }[] =>
  view.events
    .filter((event) => event.kind === "visit.checked-in" && event.data !== undefined)
    .map(({ data }) => ({ at: str(data?.at), note: str(data?.note) }))
    .reverse();

// ---- where it is

type About = "call" | "visit" | "new-contact" | "review";
const aboutOf = (view: FollowUpView, kind: string): About =>
  kind === "follow-up" ? view.mode : (kind as About);

/** 现在等张云联系客户，今天 18:00 前，还剩 3 个工作小时 */
export function followUpSentence(view: FollowUpView, r: Reader): Sentence {
  const t = followUpCase(r.locale);
  if (view.status === "closed") return { text: word(t.closed, view.outcome), late: false, open: false };
  const step = openMain(view);
  if (!step) return { text: t.now.between, late: false, open: true };
  const names = namesOf(
    step.assignees.map((one) => ({ name: nameOf(one) })),
    r.t,
    r.locale,
  );
  const what = fill(t.now[aboutOf(view, step.kind)], { names });
  // A contact is due when the case is; what the lead does has a time of its own.
  const dueAt = step.kind === "follow-up" ? view.dueAt : step.dueAt;
  const rest = left(dueAt, r);
  return {
    text: fill(rest.late ? t.late : t.until, {
      what,
      deadline: deadline(dueAt, r.now, r.locale),
      left: rest.text,
    }),
    late: rest.late,
    open: true,
  };
}

/** Planned, contacted, perhaps another contact, reviewed, closed. */
export function followUpStations(view: FollowUpView, r: Reader): Station[] {
  const t = followUpCase(r.locale).road;
  const atOf = (kind: string) => view.events.findLast((event) => event.kind === kind)?.at;
  const step = openMain(view);
  const closed = view.status === "closed";
  const ended = (at: string | undefined): Partial<Station> => (at === undefined ? {} : { at });
  const wasUnreachable = view.steps.some((one) => one.kind === "new-contact" && one.status !== "void");
  const kinds = ["follow-up", ...(wasUnreachable ? ["new-contact"] : []), "review"];
  const now = closed
    ? kinds.length
    : step
      ? kinds.indexOf(step.kind)
      : view.phase === "reviewing"
        ? kinds.length - 1
        : 0;
  const middle = kinds.flatMap((kind, index): Station[] => {
    const last = view.steps.findLast((one) => one.kind === kind && one.status !== "void");
    // What a closed one never came to is no station of its road.
    if (closed && last?.status !== "done") return [];
    const state = index < now ? "done" : index === now ? "now" : "next";
    const people: Somebody[] = last?.decidedBy ? [last.decidedBy] : (last?.assignees ?? []);
    const dueAt = kind === "follow-up" ? view.dueAt : last?.dueAt;
    return [
      {
        key: kind,
        state,
        title: t[aboutOf(view, kind)],
        who:
          last === undefined
            ? kind === "follow-up"
              ? isolate(view.assignee.name)
              : ""
            : namesOf(
                people.map((one) => ({ name: nameOf(one) })),
                r.t,
                r.locale,
              ),
        ...(state === "done" ? ended(last?.endedAt ?? undefined) : {}),
        ...(state === "now" && dueAt ? { dueAt, late: Date.parse(dueAt) < r.now } : {}),
      },
    ];
  });
  return [
    {
      key: "planned",
      state: "done",
      title: t.planned,
      who: view.createdBy ? isolate(view.createdBy.name) : followUpCase(r.locale).system,
      at: view.createdAt,
    },
    ...middle,
    {
      key: "closed",
      state: closed ? "done" : "next",
      title: closed ? stateOf(view, r) : t.closed,
      who: "",
      ...(closed ? ended(atOf("follow-up.closed") ?? atOf("follow-up.cancelled")) : {}),
    },
  ];
}
