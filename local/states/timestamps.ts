/** The instants that Wait accepts: ISO-8601 extended offset date-time, up to nanoseconds. */

const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Epoch milliseconds of a timestamp (rounded up, never early); null when it is not one: no zone, no `T`, or a date
 * that does not exist. Source: the Wait recordings (INVALID_DATE, NO_T, NO_Z, NANOSECONDS).
 */
export function parseTimestamp(text: string): number | null {
  const match = pattern.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second = "00", fraction = "", zone = "Z"] = match;
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (!Number.isFinite(local) || new Date(local).toISOString().slice(0, 19) !== written) return null;
  const milliseconds = Math.ceil(Number(`0${fraction}`) * 1000);
  if (zone === "Z") return local + milliseconds;
  const [hours = 0, minutes = 0] = zone.slice(1).split(":").map(Number);
  if (hours > 18 || minutes > 59) return null;
  const offset = (hours * 60 + minutes) * 60_000 * (zone.startsWith("-") ? -1 : 1);
  return local - offset + milliseconds;
}
