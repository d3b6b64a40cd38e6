/** Where a complaint stands, in the words of the one who complained. Pure. */
import type { CustomerCase } from "../../care/customer-view.ts";
import { deadline } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { care } from "../../shared/i18n/sections/care.ts";
import { careAnswer } from "../../shared/i18n/sections/care-answer.ts";
import { word } from "./text.ts";
import type { Reader } from "./view.ts";

export type Stop = {
  key: string;
  state: "done" | "now" | "next";
  title: string;
  note?: string;
  /** When it was, or until when it will be. */
  at?: string;
  dueAt?: string;
};

/** The sentence above the page. */
export function headingOf(view: CustomerCase, r: Reader): string {
  const t = care(r.locale).status.headings;
  if (view.status === "closed") return word(t, view.outcome) || t["manager-closed"];
  if (view.canAnswer) return t.question;
  const due = view.promised.resolveDueAt;
  if (due && (view.phase === "investigating" || view.phase === "approving"))
    return fill(view.phase === "investigating" ? t.investigatingUntil : t.approvingUntil, {
      until: deadline(due, r.now, r.locale),
    });
  if (view.phase === "confirming") return careAnswer(r.locale).heading;
  return word(t, view.phase);
}

const ORDER = ["assigning", "investigating", "approving", "confirming", "following-up", "closed"];

/** The stations of the present round, from first to last. */
export function roadOf(view: CustomerCase, r: Reader): Stop[] {
  const t = care(r.locale).status.road;
  const merged = view.outcome === "merged";
  const phase = view.phase === "deciding" ? "following-up" : view.phase;
  const at = view.status === "closed" ? ORDER.length : ORDER.indexOf(phase);
  const state = (station: string): Stop["state"] => {
    const place = ORDER.indexOf(station);
    return place < at ? "done" : place === at ? "now" : "next";
  };
  const start: Stop[] = [
    { key: "received", state: "done", title: t.received, at: view.receivedAt },
    ...(view.round > 1 && view.reopenedAt
      ? [
          {
            key: "again",
            state: "done" as const,
            title: fill(t.again, { n: view.round - 1 }),
            at: view.reopenedAt,
          },
        ]
      : []),
  ];
  if (merged) return [...start, { key: "closed", state: "done", title: t.closed, ...when(view.closedAt) }];
  const notice: Stop["state"] = view.noticeAt ? "done" : phase === "approving" ? "now" : "next";
  const due = view.promised.resolveDueAt;
  return [
    ...start,
    { key: "assigned", state: state("assigning"), title: t.assigned, ...when(view.assignedAt) },
    {
      key: "investigate",
      state: state("investigating"),
      title: t.investigate,
      ...(view.canAnswer ? { note: t.question } : {}),
    },
    {
      key: "notice",
      state: notice,
      title: t.notice,
      ...when(view.noticeAt),
      ...(view.noticeAt === null && due ? { dueAt: due } : {}),
    },
    {
      key: "confirm",
      state: state("confirming"),
      title: view.answer?.kind === "confirmed" ? t.confirmed : t.confirm,
      ...(view.answer?.kind === "expired" ? { note: t.noAnswer } : {}),
      ...when(view.answer?.at ?? null),
      ...(view.confirmBy ? { dueAt: view.confirmBy } : {}),
    },
    {
      key: "follow",
      state: state("following-up"),
      title: t.follow,
      ...(view.status === "open" ? { note: t.followText } : {}),
    },
    ...(view.status === "closed"
      ? [{ key: "closed", state: "done" as const, title: t.closed, ...when(view.closedAt) }]
      : []),
  ];
}

const when = (at: string | null): { at?: string } => (at === null ? {} : { at });
