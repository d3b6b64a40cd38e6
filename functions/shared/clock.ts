/**
 * The one place where code asks for the time. Rules never do: they take `now`.
 * Instants are epoch milliseconds inside, ISO 8601 in UTC with milliseconds in the tables (they sort as text),
 * ISO 8601 with +08:00 and seconds in what people and clients read (contracts/README.md).
 */
export const now = (): number => Date.now();

/** `2026-12-07T01:00:00.000Z`: the form in the tables. */
export const stamp = (ms: number): string => new Date(ms).toISOString();

/** Asia/Shanghai has had the fixed offset +08:00 since 1991-09-15 (IANA tzdata, zone Asia/Shanghai). */
export const SHANGHAI_MS = 8 * 3_600_000;

/** `2026-12-07T09:00:00+08:00`: the form of the API. Accepts a table stamp or epoch milliseconds. */
export function toApi(at: number | string): string {
  const ms = typeof at === "number" ? at : Date.parse(at);
  return `${new Date(ms + SHANGHAI_MS).toISOString().slice(0, 19)}+08:00`;
}

/** The date in Asia/Shanghai of an instant, `YYYY-MM-DD`. */
export const shanghaiDate = (at: number | string): string => toApi(at).slice(0, 10);
