/** The hash chain of a case's timeline (MECHANICS §1). Pure but for the salt, which the caller gives. */

import canonicalize from "canonicalize";
import { hashOf, sha256 } from "../shared/ids.ts";
import type { CaseEvent, Payload } from "./model.ts";

/** What a use case says happened; number, links and hashes are added here. */
export type NewEvent = {
  kind: string;
  by: string | null;
  for?: string;
  via: CaseEvent["via"];
  stepId?: string;
  contentHash?: string;
  /** Facts of the line; kept apart under a salt, so that it can be erased by law. */
  data?: Record<string, unknown>;
};

/** The `prev` of a case's first event. */
export const GENESIS = "0".repeat(64);

const payloadHash = (payload: Pick<Payload, "salt" | "data">): string =>
  sha256(payload.salt + canonicalize(payload.data));

const eventHash = (event: Omit<CaseEvent, "hash">): string =>
  hashOf({
    v: event.v,
    seq: event.seq,
    prev: event.prev,
    at: event.at,
    kind: event.kind,
    by: event.by,
    contentHash: event.contentHash ?? null,
    payloadHash: event.payloadHash ?? null,
  });

/** The next links of a chain that ends at (seq, head). `salts` gives one fresh salt per event with data. */
export function append(
  chain: { seq: number; head: string },
  events: NewEvent[],
  at: string,
  salt: () => string,
): { seq: number; head: string; events: CaseEvent[]; payloads: Payload[] } {
  let { seq, head } = chain;
  const added: CaseEvent[] = [];
  const payloads: Payload[] = [];
  for (const { data, ...event } of events) {
    seq += 1;
    let hashOfPayload: string | undefined;
    if (data) {
      const payload: Payload = { v: 1, seq, salt: salt(), data };
      payloads.push(payload);
      hashOfPayload = payloadHash(payload);
    }
    const link: Omit<CaseEvent, "hash"> = {
      v: 1,
      seq,
      prev: head,
      at,
      ...event,
      ...(hashOfPayload === undefined ? {} : { payloadHash: hashOfPayload }),
    };
    head = eventHash(link);
    added.push({ ...link, hash: head });
  }
  return { seq, head, events: added, payloads };
}

/**
 * Whether a timeline is whole: numbers without gap, each link bound to the one before, each present payload to its
 * line. A payload that was erased by law is missing and breaks nothing.
 */
export function verify(events: CaseEvent[], payloads: Map<number, Payload>, head: string): boolean {
  let prev = GENESIS;
  for (const [index, event] of events.entries()) {
    const { hash, ...rest } = event;
    if (event.seq !== index + 1 || event.prev !== prev || eventHash(rest) !== hash) return false;
    const payload = payloads.get(event.seq);
    if (payload && payloadHash(payload) !== event.payloadHash) return false;
    prev = hash;
  }
  return prev === head;
}
