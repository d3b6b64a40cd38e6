/**
 * What people recorded about a complaint, read from the payloads of its events: they alone hold what is personal, so what
 * was erased by law is missing here and breaks nothing. Pure.
 */
import type { CaseEvent, CaseFile } from "../case/model.ts";
import type { Attempt, Disposition, Investigation } from "./model.ts";
import type { FollowUpRecord } from "./schema.ts";

type Line = { event: CaseEvent; data: Record<string, unknown> };

/** The events of some kinds whose words are still there, oldest first. */
function linesOf({ events, payloads }: CaseFile, ...kinds: string[]): Line[] {
  return events.flatMap((event): Line[] => {
    const data = kinds.includes(event.kind) ? payloads.get(event.seq)?.data : undefined;
    return data ? [{ event, data }] : [];
  });
}

/** The last investigation report; null before the first, and once erased by law. */
export const investigationOf = (file: CaseFile): Investigation | null =>
  (linesOf(file, "complaint.investigated").at(-1)?.data.investigation as Investigation | undefined) ?? null;

/** What the last investigation proposes to the customer. */
export const dispositionOf = (file: CaseFile): Disposition | null =>
  (linesOf(file, "complaint.investigated").at(-1)?.data.disposition as Disposition | undefined) ?? null;

/** The contacts recorded on a follow-up step, in the order in which they were written down. */
export const attemptsOf = (file: CaseFile, stepId: string): Attempt[] =>
  linesOf(file, "follow-up.attempted")
    .filter(({ event }) => event.stepId === stepId)
    .map(({ data }) => data.attempt as Attempt);

/** The last follow-up record. */
export const recordOf = (file: CaseFile): FollowUpRecord | null =>
  (linesOf(file, "follow-up.recorded").at(-1)?.data.record as FollowUpRecord | undefined) ?? null;

/** One line of the conversation with the customer. `at`: table stamp; `by`: staff id, `customer`, or null. */
export type Said = { at: string; seq: number; from: "us" | "customer"; by: string | null; text: string };

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Everything that was said to and by the customer since the complaint itself, oldest first; nothing internal. */
export function messagesOf(file: CaseFile): Said[] {
  const lines = linesOf(
    file,
    "complaint.investigated",
    "message.sent",
    "clock.paused",
    "notice.sent",
    "customer.answered",
    "customer.confirmed",
    "customer.disagreed",
    "complaint.reopened",
  );
  let notice = "";
  return lines.flatMap(({ event, data }): Said[] => {
    if (event.kind === "complaint.investigated") {
      notice = text((data.disposition as Disposition | undefined)?.noticeText);
      return [];
    }
    const said = { at: event.at, seq: event.seq, by: event.by };
    const words =
      event.kind === "notice.sent"
        ? notice
        : text(event.kind === "clock.paused" ? data.question : (data.text ?? data.comment));
    const from = FROM_US.includes(event.kind) ? "us" : "customer";
    // What a colleague notes when he opens a case again is no message, nor what a lead adds to an answer by phone.
    const isTheirs = from === "us" || event.by === "customer";
    return words !== "" && isTheirs ? [{ ...said, from, text: words }] : [];
  });
}
const FROM_US = ["message.sent", "clock.paused", "notice.sent"];

/** An internal note. */
export type Note = {
  noteId: string;
  at: string;
  seq: number;
  by: string | null;
  text: string;
  mentions: string[];
};

/** The internal notes, oldest first. */
export const notesOf = (file: CaseFile): Note[] =>
  linesOf(file, "note.added").map(({ event, data }) => ({
    noteId: text(data.noteId),
    at: event.at,
    seq: event.seq,
    by: event.by,
    text: text(data.text),
    mentions: (data.mentions as string[] | undefined) ?? [],
  }));
