/**
 * The address of a person's calendar: derived from who he is and how often he renewed it, never stored. Whoever has it reads
 * the calendar; a newer one ends the older. Pure.
 */
import { hmac, sameText } from "../shared/ids.ts";
import type { LinkKeys } from "../step/links.ts";

export type FeedOf = { staffId: string; version: number };

const FILE = ".ics";

const seal = (key: string, { staffId, version }: FeedOf): string =>
  hmac(key, `calendar-feed|${staffId}|${version}`);

/** `<staffId>.<version>.<key id>.<seal>.ics`, which stands behind `/feeds/`. */
export const feedLink = (keys: LinkKeys, of: FeedOf): string =>
  [of.staffId, of.version, keys.current, seal(keys[keys.current] ?? "", of)].join(".") + FILE;

/** Whose address it is and in which version, or null where it is none of ours. Whether it still counts is not said. */
export function feedOf(keys: LinkKeys, link: string): FeedOf | null {
  if (!link.endsWith(FILE)) return null;
  const parts = link.slice(0, -FILE.length).split(".");
  const [number = "", kid = "", mac = ""] = parts.slice(-3);
  const staffId = parts.slice(0, -3).join(".");
  if (staffId === "" || !/^[1-9]\d{0,8}$/.test(number)) return null;
  if (kid === "current" || !Object.hasOwn(keys, kid)) return null;
  const of: FeedOf = { staffId, version: Number(number) };
  return sameText(mac, seal(keys[kid] ?? "", of)) ? of : null;
}
