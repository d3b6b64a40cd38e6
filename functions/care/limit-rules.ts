/** A sliding window of marks, one for each time something was done, oldest first. Pure. */

export type Limit = {
  /** What is counted, and by what: part of the key. */
  name: "complaint-phone" | "complaint-source" | "guess-code" | "guess-source";
  times: number;
  withinMs: number;
  /** Once full it stays shut for a whole `withinMs` from then on, not only until the oldest mark has left. */
  locks?: true;
};

/** What the table keeps of a limit; `lockedUntil` epoch ms. */
export type Marks = { marks: string[]; lockedUntil: number };

/** A mark: the instant (epoch ms), and what tells two of the same instant apart. */
export const markAt = (at: number, unique: string): string => `${at}.${unique}`;
const instantOf = (mark: string): number => Number(mark.split(".")[0]);

/** The marks that count at an instant. */
export const counting = (limit: Limit, marks: readonly string[], at: number): string[] =>
  marks.filter((mark) => instantOf(mark) > at - limit.withinMs);

/** Until when nothing more may be done (epoch ms); null where there is room. */
export function refusedUntil(limit: Limit, { marks, lockedUntil }: Marks, at: number): number | null {
  if (lockedUntil > at) return lockedUntil;
  const counted = counting(limit, marks, at);
  // Of more than the limit (it was higher before), so many must leave that one less than the limit is left.
  const leaving = counted.at(-limit.times);
  return counted.length < limit.times || leaving === undefined ? null : instantOf(leaving) + limit.withinMs;
}

/** Whether these marks, the last of them a time that was wrong, shut the limit. */
export const isFull = (limit: Limit, marks: readonly string[], at: number): boolean =>
  counting(limit, marks, at).length >= limit.times;

/**
 * The party that an address stands for. Of IPv6 a household has a /64 at least, of which it may use any address. Null for
 * the machine's own, which only a client beside the server has.
 */
export function partyOf(address: string): string | null {
  const bare = address
    .trim()
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, "");
  if (bare === "::1" || bare === "localhost" || /^127(\.\d{1,3}){3}$/.test(bare)) return null;
  if (!bare.includes(":")) return bare;
  const [head = "", tail] = bare.split("::");
  const left = head.split(":").filter(Boolean);
  const right = (tail ?? "").split(":").filter(Boolean);
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
