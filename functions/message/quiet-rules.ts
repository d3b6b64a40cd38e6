/**
 * Quiet hours (contracts/follow-ups.md "Reminders, calendar"): which messages mind them, and until when such a one waits.
 * Pure.
 */
import { SHANGHAI_MS, shanghaiDate } from "../shared/clock.ts";
import type { Channel } from "./kinds.ts";

/** `HH:MM` in Asia/Shanghai; from `from` on, up to and without `to`. Where `to` is the earlier one it is that of the next day. */
export type QuietWindow = { from: string; to: string };

/** In force until somebody publishes another. */
export const DEFAULT_WINDOW: QuietWindow = { from: "21:00", to: "08:00" };

const DAY_MS = 86_400_000;

export const isTimeOfDay = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** Reminders, ladders and digests. Every other e-mail answers or tells what a person did, and goes at once. */
const WAITING_MAILS: readonly string[] = [
  "step.remind",
  "step.reminded",
  "step.escalated",
  "step.due",
  "step.climbed",
  "settlement.reminder",
  "clock.warned",
  "clock.breached",
  "clock.climbed",
  "follow-up.day-before",
  "follow-up.customer-reminder",
  "digest.daily",
  "calendar.missing",
];

/** Text messages that answer what their receiver has just done: he holds the phone in his hand. */
const ANSWERING_SMS: readonly string[] = ["vote.code", "complaint.acknowledged"];

/** Of a complaint of the highest priority the ladder climbs at any hour. */
const URGENT: readonly string[] = ["clock.warned", "clock.breached", "clock.climbed"];

/** Whether a message waits where it comes up within the quiet hours. `priority`: of its complaint, null without one. */
export function mindsQuietHours(kind: string, channel: Channel, priority: string | null): boolean {
  if (priority === "P1" && URGENT.includes(kind)) return false;
  return channel === "sms" ? !ANSWERING_SMS.includes(kind) : WAITING_MAILS.includes(kind);
}

/** Milliseconds after midnight. Throws RangeError for anything but `HH:MM`. */
function timeOf(text: string): number {
  if (!isTimeOfDay(text)) throw new RangeError(`No time of day: ${JSON.stringify(text)}`);
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return (hours * 60 + minutes) * 60_000;
}

/**
 * Until when (epoch ms) a message that is due at `at` waits: the end of the quiet hours that `at` lies in. Null where it
 * goes at once. Throws RangeError for a window that is none.
 */
export function deferredUntil(
  kind: string,
  channel: Channel,
  priority: string | null,
  at: number,
  { from, to }: QuietWindow,
): number | null {
  const [begins, ends] = [timeOf(from), timeOf(to)];
  if (begins === ends) throw new RangeError("A window that ends when it begins");
  if (!mindsQuietHours(kind, channel, priority)) return null;
  const midnight = Date.parse(`${shanghaiDate(at)}T00:00:00Z`) - SHANGHAI_MS;
  const time = at - midnight;
  const isQuiet = begins < ends ? begins <= time && time < ends : begins <= time || time < ends;
  if (!isQuiet) return null;
  return midnight + ends + (time < ends ? 0 : DAY_MS);
}
