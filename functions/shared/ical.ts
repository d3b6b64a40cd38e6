/**
 * Calendars as text (RFC 5545): what a mail encloses, and what a calendar program fetches. Times are UTC, which every
 * program turns into its reader's own. Pure: the same events and `now` give the same text.
 */

export type CalendarEvent = {
  /** Of the event, for as long as it exists; a program replaces what it has under it. */
  uid: string;
  /** Epoch ms. Without an end the event is a moment. */
  start: number;
  end?: number;
  summary: string;
  description?: string;
  location?: string;
  /** An http(s) address. */
  url?: string;
};

/** For the header `Content-Type`, and of an attachment. */
export const CALENDAR_TYPE = "text/calendar; charset=utf-8";

const PRODUCT = "-//CareLoop//CareLoop//ZH";

/** Octets of a line without its end (§3.1). */
const LINE = 75;

/**
 * A long line as several, each after the first begun with a space. Cut between characters, never within one: a program
 * that joins octets and one that joins characters read the same.
 */
function folded(line: string): string {
  const lines: string[] = [];
  let current = "";
  let octets = 0;
  for (const letter of line) {
    const size = Buffer.byteLength(letter);
    if (octets + size > LINE) {
      lines.push(current);
      current = " ";
      octets = 1;
    }
    current += letter;
    octets += size;
  }
  return [...lines, current].join("\r\n");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a text must not hold
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** TEXT of §3.3.11: separators escaped, line ends as `\n`, and no other control character, so that no text adds a line. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|\u2028|\u2029|\u0085/g, "\n")
    .replace(CONTROLS, "")
    .replace(/[\\;,]/g, "\\$&")
    .replace(/\n/g, "\\n");

/** `20261207T010000Z`; whole seconds. */
const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

const text = (name: string, value: string | undefined): string[] =>
  value === undefined || value === "" ? [] : [`${name}:${escaped(value)}`];

/** URI of §3.3.13, which is not escaped: only what is an http(s) address and nothing more gets in. */
const address = (url: string | undefined): string[] =>
  url !== undefined && URL.canParse(url) && /^https?:\/\/[\x21-\x7e]+$/.test(url) ? [`URL:${url}`] : [];

const eventLines = (event: CalendarEvent, now: number): string[] => [
  "BEGIN:VEVENT",
  `UID:${escaped(event.uid)}`,
  `DTSTAMP:${utc(now)}`,
  `DTSTART:${utc(event.start)}`,
  ...(event.end === undefined || event.end <= event.start ? [] : [`DTEND:${utc(event.end)}`]),
  ...text("SUMMARY", event.summary),
  ...text("DESCRIPTION", event.description),
  ...text("LOCATION", event.location),
  ...address(event.url),
  "END:VEVENT",
];

/** A whole calendar; `name` is how programs list it. */
export function icalendar(name: string, events: readonly CalendarEvent[], now: number): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    `PRODID:${PRODUCT}`,
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    ...text("X-WR-CALNAME", name),
    "X-WR-TIMEZONE:Asia/Shanghai",
    ...events.flatMap((event) => eventLines(event, now)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}
