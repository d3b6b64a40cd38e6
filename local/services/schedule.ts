/**
 * Schedule expressions: at(), rate() and cron() as EventBridge writes them.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
import { Cron } from "croner";

export type Schedule =
  | { kind: "at"; at: number }
  | { kind: "rate"; every: number }
  | { kind: "cron"; cron: Cron };

const units: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const zoned = new Map<string, Intl.DateTimeFormat>();

/** What a clock in `zone` shows at an instant, read as if it were UTC. */
function wallClock(instant: number, zone: string): number {
  let format = zoned.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    zoned.set(zone, format);
  }
  const parts = Object.fromEntries(
    format.formatToParts(instant).map((part) => [part.type, Number(part.value)]),
  );
  return Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!);
}

/** The instant at which a clock in `zone` shows a wall time. */
function instantOf(wall: string, zone: string): number {
  const target = Date.parse(`${wall}Z`);
  let instant = target;
  // Twice, because the offset at the first guess may be the one across a change of the clocks.
  for (let i = 0; i < 2; i++) instant += target - wallClock(instant, zone);
  return instant;
}

/** Quartz steps: `0/5` begins at 0 and goes to the end of the field. */
function steps(field: string, last: number): string {
  return field.replace(/(^|,)(\d+)\/(\d+)/g, (_all, before: string, from: string, by: string) => {
    return `${before}${from}-${last}/${by}`;
  });
}

/** Six fields (minutes hours day month weekday year), weekdays counted from Sunday = 1. */
function cronOf(fields: string, zone: string): Cron | null {
  const parts = fields.trim().split(/\s+/);
  if (parts.length !== 6) return null;
  const [minutes, hours, day, month, weekday, year] = parts as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if ((day === "?") === (weekday === "?")) return null;
  const any = (field: string) => (field === "?" ? "*" : field);
  const pattern = [
    "0",
    steps(minutes, 59),
    steps(hours, 23),
    steps(any(day), 31),
    steps(month, 12),
    steps(any(weekday), 7),
    steps(year, 2199),
  ].join(" ");
  try {
    return new Cron(pattern, { timezone: zone, paused: true, alternativeWeekdays: true, mode: "7-part" });
  } catch {
    return null;
  }
}

/** An expression as a schedule; null when it is not one. */
export function parseSchedule(expression: string, zone = "UTC"): Schedule | null {
  const found = /^(at|rate|cron)\((.+)\)$/.exec(expression.trim());
  if (!found) return null;
  const [, kind, inner] = found as unknown as [string, string, string];
  if (kind === "at") {
    if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inner) || Number.isNaN(Date.parse(`${inner}Z`)))
      return null;
    return { kind, at: instantOf(inner, zone) };
  }
  if (kind === "rate") {
    const rate = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(inner);
    // One minute, two minutes: the wrong number is refused.
    if (!rate || (rate[1] === "1") !== (rate[3] === "")) return null;
    return { kind, every: Number(rate[1]) * units[rate[2]!]! };
  }
  const cron = cronOf(inner, zone);
  return cron && { kind: "cron", cron };
}

/** Whether a time zone is one that the platform knows. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The first occurrence at or after `from`; null when there is none. A rate counts from `anchor`. */
export function occurrence(schedule: Schedule, from: number, anchor: number): number | null {
  if (schedule.kind === "at") return schedule.at >= from ? schedule.at : null;
  if (schedule.kind === "rate") {
    return anchor + Math.max(0, Math.ceil((from - anchor) / schedule.every)) * schedule.every;
  }
  // croner looks strictly after the instant that it is given.
  return schedule.cron.nextRun(new Date(Math.ceil(from) - 1))?.getTime() ?? null;
}
