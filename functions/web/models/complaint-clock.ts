/** Why a complaint is due when it is: its clock day by day, to be drawn and read. Pure. */
import type { ClockView } from "../../complaint/clock-rules.ts";
import { defaultCalendar } from "../../shared/calendar/index.ts";
import { SHANGHAI_MS, shanghaiDate } from "../../shared/clock.ts";
import { dayOfDate, timeOfDay, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintCase } from "../../shared/i18n/sections/complaint-case.ts";
import type { Reader } from "./view.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** One part of a day's bar, in per cent of the opening hours. */
export type Part = { look: "f-held" | "f-kept" | "f-this" | "f-late" | "f-now"; from: number; width: number };

export type ClockDay = {
  key: string;
  /** 周二 · 12-01; a run of days off is one row. */
  day: string;
  date: string;
  parts: Part[];
  /** Working minutes counted on the day, and until its end. */
  minutes: number;
  sum: number;
  notes: string[];
  /** What the bar shows, in words. */
  label: string;
  last: boolean;
};

const OPENS = defaultCalendar.hours[0]?.[0] ?? "09:00";
const CLOSES = defaultCalendar.hours.at(-1)?.[1] ?? "18:00";
export const OPENING = { from: plain(OPENS), to: plain(CLOSES) };

function plain(time: string): string {
  return time.replace(/^0/, "");
}

const minuteOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
};
const FROM = minuteOf(OPENS);
const LENGTH = minuteOf(CLOSES) - FROM;

/** Where an instant stands between opening and closing, 0–100. */
function placeOf(at: number): number {
  const minutes = ((at + SHANGHAI_MS) % DAY_MS) / MINUTE_MS;
  return Math.min(100, Math.max(0, ((minutes - FROM) / LENGTH) * 100));
}

const midnightAfter = (at: number): number =>
  Math.floor((at + SHANGHAI_MS) / DAY_MS) * DAY_MS + DAY_MS - SHANGHAI_MS;

type Piece = { from: number; to: number; minutes: number; reason: string; provisional: boolean };

/** The trace cut at midnight, so that every piece lies within one day. */
function pieces(clock: ClockView): Piece[] {
  return clock.trace.flatMap((segment) => {
    const cut: Piece[] = [];
    let from = Date.parse(segment.from);
    const end = Date.parse(segment.to);
    const { reason, provisional } = segment;
    while (from < end) {
      const to = Math.min(end, midnightAfter(from));
      const minutes = segment.minutes > 0 ? (to - from) / MINUTE_MS : 0;
      cut.push({ from, to, minutes, reason, provisional });
      from = to;
    }
    return cut;
  });
}

/** The rows of a clock: one for each day that counts or is begun, one for each run of days off. */
export function clockDays(clock: ClockView, r: Reader): ClockDay[] {
  const byDate = new Map<string, Piece[]>();
  for (const piece of pieces(clock)) {
    const date = shanghaiDate(piece.from);
    byDate.set(date, [...(byDate.get(date) ?? []), piece]);
  }
  let sum = 0;
  const days: ClockDay[] = [];
  for (const [date, list] of byDate) {
    sum += list.reduce((total, piece) => total + piece.minutes, 0);
    const row = dayRow(date, list, sum, clock, r);
    const before = days.at(-1);
    if (before && isOff(row) && isOff(before) && sameReason(row, before)) {
      days[days.length - 1] = { ...before, date: `${before.date.split("–")[0]}–${row.date}` };
      continue;
    }
    days.push(row);
  }
  const last = days.at(-1);
  if (last) last.last = true;
  return days;
}

const isOff = (day: ClockDay): boolean => day.parts.length === 0;
const sameReason = (a: ClockDay, b: ClockDay): boolean => a.notes.join() === b.notes.join();

function dayRow(date: string, list: Piece[], sum: number, clock: ClockView, r: Reader): ClockDay {
  const { now } = r;
  const minutes = list.reduce((total, piece) => total + piece.minutes, 0);
  // A clock that was met counted until then: the rest is not to come.
  const until = clock.metAt === null ? now : Date.parse(clock.metAt);
  const parts = list
    .flatMap((piece) => partsOf(piece, until))
    .filter((part) => clock.metAt === null || part.look !== "f-kept");
  const due = clock.dueAt === null ? null : Date.parse(clock.dueAt);
  if (due !== null && shanghaiDate(due) === date && isOpenAt(list, due))
    parts.push({ look: "f-late", from: Math.max(0, placeOf(due) - 0.6), width: 1.2 });
  const counting = clock.metAt === null && isOpenAt(list, now);
  if (counting) parts.push({ look: "f-now", from: placeOf(now), width: 0.4 });
  const named = dayOfDate(date, now, r.locale);
  const weekday = r.locale === "en" ? (named.split(" ")[0] ?? "") : (/（(.+)）/.exec(named)?.[1] ?? "");
  return {
    key: date,
    day: weekday,
    date: date.slice(5),
    parts,
    minutes,
    sum,
    notes: notesOf(date, list, clock, r),
    label: labelOf(list, r),
    last: false,
  };
}

/** The instant lies in the day's counted pieces. */
const isOpenAt = (list: Piece[], at: number): boolean =>
  list.some(
    (piece) => (piece.minutes > 0 || piece.reason === "paused") && piece.from <= at && at <= piece.to,
  );

function partsOf(piece: Piece, now: number): Part[] {
  const part = (look: Part["look"], from: number, to: number): Part[] => {
    const start = placeOf(from);
    // A piece that ends at midnight ends where the day closes.
    const end = to >= midnightAfter(from) ? 100 : placeOf(to);
    return end > start ? [{ look, from: start, width: end - start }] : [];
  };
  if (piece.reason === "paused") return part("f-this", piece.from, piece.to);
  if (piece.minutes <= 0) return [];
  if (now <= piece.from) return part("f-kept", piece.from, piece.to);
  if (now >= piece.to) return part("f-held", piece.from, piece.to);
  return [...part("f-held", piece.from, now), ...part("f-kept", now, piece.to)];
}

/** Counted minutes until now. */
const usedUntil = (clock: ClockView, now: number): number =>
  pieces(clock)
    .filter((piece) => piece.minutes > 0)
    .reduce((sum, piece) => sum + Math.max(0, Math.min(piece.to, now) - piece.from) / MINUTE_MS, 0);

function notesOf(date: string, list: Piece[], clock: ClockView, r: Reader): string[] {
  const t = complaintCase(r.locale).clocks;
  const notes: string[] = [];
  const start = Date.parse(clock.startedAt);
  if (shanghaiDate(start) === date) {
    const later = !list.some((piece) => piece.minutes > 0 && piece.from === start);
    const text = clock.round > 1 ? t.startRound : later ? t.startLater : t.start;
    notes.push(fill(text, { time: timeOfDay(start) }));
  }
  if (list.some((piece) => piece.reason === "adjusted-open")) notes.push(t.adjusted);
  for (const pause of clock.pauses) {
    const from = Date.parse(pause.from);
    if (shanghaiDate(from) !== date) continue;
    notes.push(
      pause.to === null
        ? fill(t.pausedNow, { from: timeOfDay(from) })
        : fill(t.pausedFrom, { from: timeOfDay(from), to: shortTime(Date.parse(pause.to), date, r) }),
    );
  }
  const counts = list.some((piece) => piece.minutes > 0 || piece.reason === "paused");
  if (!counts && shanghaiDate(start) !== date) notes.push(offWord(list, r));
  if (clock.metAt === null && shanghaiDate(r.now) === date && isOpenAt(list, r.now))
    notes.push(fill(t.nowUsed, { time: timeOfDay(r.now), used: hoursMinutes(usedUntil(clock, r.now)) }));
  if (clock.dueAt !== null && shanghaiDate(clock.dueAt) === date)
    notes.push(fill(t.due, { time: timeOfDay(clock.dueAt) }));
  if (list.some((piece) => piece.provisional)) notes.push(t.provisional);
  return notes;
}

/** The time alone on the same day, else with its day. */
const shortTime = (at: number, date: string, r: Reader): string =>
  shanghaiDate(at) === date ? timeOfDay(at) : when(at, r.now, r.locale);

function offWord(list: Piece[], r: Reader): string {
  const t = complaintCase(r.locale).clocks;
  if (list.some((piece) => piece.reason === "holiday")) return t.holiday;
  if (list.some((piece) => piece.reason === "weekend")) return t.weekend;
  return t.night;
}

function labelOf(list: Piece[], r: Reader): string {
  const t = complaintCase(r.locale).clocks;
  const range = { from: "", to: "" };
  const texts = list.flatMap((piece) => {
    range.from = timeOfDay(piece.from);
    range.to = piece.to === midnightAfter(piece.from) ? "24:00" : timeOfDay(piece.to);
    if (piece.reason === "paused") return [fill(t.pausedFrom, range)];
    return piece.minutes > 0 ? [fill(t.counting, range)] : [];
  });
  return texts.length === 0 ? offWord(list, r) : texts.join(r.locale === "en" ? "; " : "；");
}

/** 1:50 */
export function hoursMinutes(minutes: number): string {
  const whole = Math.round(minutes);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** 16 小时 · 10 小时 40 分 · 45 分钟, of working time. */
export function workTime(minutes: number, r: Reader): string {
  const t = complaintCase(r.locale).clocks;
  const whole = Math.round(Math.abs(minutes));
  const h = Math.floor(whole / 60);
  const m = whole % 60;
  if (h === 0) return fill(t.spanMinutes, { m });
  return m === 0 ? fill(t.spanHours, { h }) : fill(t.span, { h, m });
}

/** The clocks of the newest round, and those of the earlier ones by round, newest first. */
export function clockRounds(clocks: readonly ClockView[]): { round: number; clocks: ClockView[] }[] {
  const rounds = [...new Set(clocks.map((clock) => clock.round))].sort((a, b) => b - a);
  const order = ["acknowledge", "respond", "resolve"];
  return rounds.map((round) => ({
    round,
    clocks: clocks
      .filter((clock) => clock.round === round)
      .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
  }));
}

/**
 * The clock that presses on people: of the newest round the one that is not met and due first, else the last one. The
 * acknowledgement is sent by itself.
 */
export function pressing(clocks: readonly ClockView[]): ClockView | null {
  const [newest] = clockRounds(clocks);
  const open = newest?.clocks.filter((clock) => clock.metAt === null && clock.kind !== "acknowledge") ?? [];
  const due = (clock: ClockView) =>
    clock.dueAt === null ? Number.POSITIVE_INFINITY : Date.parse(clock.dueAt);
  return [...open].sort((a, b) => due(a) - due(b))[0] ?? newest?.clocks.at(-1) ?? null;
}
