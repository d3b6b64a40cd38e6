/**
 * What was written about a complaint, oldest first: to the customer, from the customer, and inside. The three are told
 * apart by type, so that no page can show one as another. Pure.
 */
import type { EventView } from "../../case/view.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintCase } from "../../shared/i18n/sections/complaint-case.ts";
import { complaintRoad } from "../../shared/i18n/sections/complaint-road.ts";
import { byOf, type ComplaintView, customerName, type Names } from "./complaint.ts";
import { count, num, str, strings } from "./text.ts";
import type { Reader } from "./view.ts";

export type Talk = {
  key: string;
  /** `out`: a colleague to the customer. `in`: the customer. `note`: colleagues only. */
  side: "out" | "in" | "note";
  heading: string;
  /** Who wrote it; the customer stands in the heading. */
  by: string;
  at: string;
  text: string;
  more: string[];
  erased: boolean;
};

/** Everything that people wrote, oldest first; what was merged into the case stands where it was written. */
export const talkOf = (view: ComplaintView, r: Reader, names: Names): Talk[] =>
  [
    ...[...view.events].sort((a, b) => a.seq - b.seq).flatMap((event) => entryOf(event, view, r, names)),
    ...mergedTalk(view, r),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));

function mergedTalk(view: ComplaintView, r: Reader): Talk[] {
  const t = complaintCase(r.locale).talk;
  const from = (caseId: string) => [fill(t.merged, { caseId })];
  const said = view.merged.flatMap((one) => {
    const name = str(one.content?.complainantName) || complaintRoad(r.locale).customer;
    const line = (key: string, side: "in" | "out", at: string, text: string): Talk => ({
      key: `${one.caseId}-${key}`,
      side,
      heading: fill(side === "out" ? t.outer : key === "first" ? t.first : t.incoming, { name }),
      by: "",
      at,
      text,
      more: from(one.caseId),
      erased: one.content === null && key === "first",
    });
    return [
      line("first", "in", one.receivedAt, str(one.content?.description)),
      ...one.conversation.map((each, index) =>
        line(String(index), each.from === "us" ? "out" : "in", each.at, each.text),
      ),
    ];
  });
  const notes = view.notes.flatMap((note): Talk[] =>
    note.caseId === undefined
      ? []
      : [
          {
            key: note.noteId,
            side: "note",
            heading: t.inner,
            by: note.by.name,
            at: note.at,
            text: note.text,
            more: from(note.caseId),
            erased: false,
          },
        ],
  );
  return [...said, ...notes];
}

function entryOf(event: EventView, view: ComplaintView, r: Reader, names: Names): Talk[] {
  const t = complaintCase(r.locale).talk;
  const data = event.data ?? {};
  const name = customerName(view, r);
  const heading = (text: string) => fill(text, { name });
  const entry = (side: Talk["side"], title: string, text: string, more: string[] = []): Talk[] => [
    {
      key: String(event.seq),
      side,
      heading: title,
      by: side === "in" ? "" : byOf(event, view, r),
      at: event.at,
      text,
      more,
      erased: event.erased === true,
    },
  ];
  const text = str(data.text) || str(data.comment);
  switch (event.kind) {
    case "complaint.received":
      return entry("in", heading(t.first), str(view.content?.description));
    case "message.sent":
      // What the system sends is in the list of messages; here stands what a colleague wrote himself.
      return event.by === null && !event.erased ? [] : entry("out", heading(t.outer), str(data.text));
    case "clock.paused":
      return str(data.question) || event.erased ? entry("out", heading(t.question), str(data.question)) : [];
    case "notice.sent":
      return entry("out", heading(t.notice), noticeBefore(event.seq, view));
    case "customer.answered":
      return entry("in", heading(t.incoming), text);
    case "customer.confirmed": {
      const csat = num(data.csat);
      return entry("in", heading(t.confirmed), text, [
        ...(csat > 0 ? [fill(t.csat, { n: csat })] : []),
        ...enteredBy(event, r),
      ]);
    }
    case "customer.disagreed":
      return entry("in", heading(t.disagreed), text, enteredBy(event, r));
    case "complaint.reopened":
      return data.reason === "requested" && event.by !== null && "customer" in event.by
        ? entry("in", heading(t.reopened), text)
        : [];
    case "note.added": {
      const mentions = strings(data.mentions).map(names);
      return entry("note", t.inner, str(data.text), [
        ...(mentions.length > 0 ? [fill(t.mentions, { names: mentions.join(r.t.words.listSeparator) })] : []),
      ]);
    }
    default:
      return [];
  }
}

/** An answer given by phone was entered by a colleague, and says so. */
function enteredBy(event: EventView, r: Reader): string[] {
  const { by } = event;
  if (by === null || "customer" in by || by.staffId === "customer") return [];
  return [fill(complaintCase(r.locale).byPhone, { by: by.name })];
}

/** The notice as the last investigation before that event had it. */
function noticeBefore(seq: number, view: ComplaintView): string {
  const event = view.events.findLast((one) => one.kind === "complaint.investigated" && one.seq < seq);
  const disposition = event?.data?.disposition as { noticeText?: unknown } | undefined;
  return str(disposition?.noticeText) || str(view.disposition?.noticeText);
}

/** So many are shown at once; older ones are folded away. */
const SHOWN = 8;

export function folded(talk: readonly Talk[]): { earlier: Talk[]; shown: Talk[] } {
  const cut = talk.length > SHOWN + 1 ? talk.length - SHOWN : 0;
  return { earlier: talk.slice(0, cut), shown: talk.slice(cut) };
}

export const earlierText = (n: number, r: Reader): string => count(complaintCase(r.locale).talk.earlier, n);
