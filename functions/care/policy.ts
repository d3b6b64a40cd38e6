/** The limits of the public calls. */
import type { ComplaintPolicy } from "../complaint/model.ts";
import { POLICY } from "../complaint/write.ts";
import { currentPolicy } from "../directory/store.ts";
import { now } from "../shared/clock.ts";
import { elapsedMs } from "../shared/duration.ts";
import { env } from "../shared/env.ts";
import type { Limit } from "./limit-rules.ts";

/**
 * A limit is taken before anything else is read, so an execution environment keeps the policy for a minute; a complaint
 * itself is judged by the policy as it stands.
 */
const KEPT_MS = 60_000;
let kept: { table: string; at: number; read: Promise<ComplaintPolicy> } | null = null;

export function keptPolicy(): Promise<ComplaintPolicy> {
  const table = env("DIRECTORY_TABLE");
  const at = now();
  if (kept?.table === table && at >= kept.at && at - kept.at < KEPT_MS) return kept.read;
  const read = currentPolicy<ComplaintPolicy>(POLICY).then(({ document }) => document);
  const mine = { table, at, read };
  kept = mine;
  read.catch(() => {
    if (kept === mine) kept = null;
  });
  return read;
}

const HOUR_MS = 3_600_000;

export const complaintsOfPhone = ({ limits }: ComplaintPolicy): Limit => ({
  name: "complaint-phone",
  times: limits.perPhoneAndHour,
  withinMs: HOUR_MS,
});
export const complaintsFromSource = ({ limits }: ComplaintPolicy): Limit => ({
  name: "complaint-source",
  times: limits.perSourceAndHour,
  withinMs: HOUR_MS,
});
/** Wrong digits for a code: once too many, nobody may try for as long again. */
export const guessesOfCode = ({ limits }: ComplaintPolicy): Limit => ({
  name: "guess-code",
  times: limits.guessesPerCode.times,
  withinMs: elapsedMs(limits.guessesPerCode.within),
  locks: true,
});
export const guessesFromSource = ({ limits }: ComplaintPolicy): Limit => ({
  name: "guess-source",
  times: limits.guessesPerSource.times,
  withinMs: elapsedMs(limits.guessesPerSource.within),
});
