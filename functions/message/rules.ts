/** When a message may be taken in hand, and when again (MECHANICS §5). Pure. */
import type { Message } from "../case/model.ts";
import { stamp } from "../shared/clock.ts";
import { sha256 } from "../shared/ids.ts";

const MINUTE = 60_000;

/** Longer than a dispatch runs, so that a live one never loses its message. */
export const LEASE_MS = 2 * MINUTE;
/** After a lost lease the provider's Send event may still tell that the message went out. */
export const EVENT_WAIT_MS = 5 * MINUTE;
/** Clocks of two functions may differ a little; a message is never held back for that. */
const SKEW_MS = 2_000;
/** So many hand-overs, then a person has to look. */
export const MAX_ATTEMPTS = 10;

/**
 * What to do with a message: `take` a waiting one, `retake` one whose sender was lost (nobody knows whether it went
 * out, and the provider's event did not come in time), `give_up`, or `leave` it. A message in hand carries the end of
 * that wait as its `dueAt`, so the sweeper finds it like any other.
 */
export function nextMove(message: Message, now: number): "take" | "retake" | "give_up" | "leave" {
  if (message.pending !== "message") return "leave";
  const due = Date.parse(message.dueAt);
  if (message.status === "sending") {
    if (due > now) return "leave";
    // An SMS costs and disturbs: what may have arrived is sent a second time once, never a third.
    if (message.channel === "sms" && isResent(message)) return "give_up";
    return message.attempt >= MAX_ATTEMPTS ? "give_up" : "retake";
  }
  // What was put off leaves when the quiet hours are over and not a moment before: it would be put off again.
  if (due > now + (message.status === "deferred" ? 0 : SKEW_MS)) return "leave";
  return message.attempt >= MAX_ATTEMPTS ? "give_up" : "take";
}

/** A message that may have gone out twice says so. */
export type Resent = { resent?: true };
export const isResent = (message: Message & Resent): boolean => message.resent === true;

/** The times of a claim made now. */
export const leaseAt = (now: number): { leaseUntil: string; dueAt: string } => ({
  leaseUntil: stamp(now + LEASE_MS),
  dueAt: stamp(now + LEASE_MS + EVENT_WAIT_MS),
});

/** When to try again after the `attempt`-th failure: 1, 2, 4 … minutes, at most an hour. */
export const retryAt = (attempt: number, now: number): string =>
  stamp(now + Math.min(2 ** Math.max(attempt - 1, 0), 60) * MINUTE);

/** The proof of what was said, without the secret in it: SHA-256 of the text with every link blanked. */
export const digestOf = (text: string): string => sha256(text.replace(/\/d\/[\w-]+/g, "/d/"));

/** How a channel refused. Codes only: a provider's sentence may quote an address. */
export class SendFailure extends Error {
  /**
   * `permanent`: this message will never go out. `refused`: not now, and certainly not sent. `unknown`: the answer
   * was lost, it may have gone out.
   */
  readonly how: "permanent" | "refused" | "unknown";
  readonly code: string;
  constructor(how: "permanent" | "refused" | "unknown", code: string) {
    super(code);
    this.name = "SendFailure";
    this.how = how;
    this.code = code;
  }
}
