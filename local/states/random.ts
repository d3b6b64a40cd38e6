/**
 * Numbers that look random and repeat exactly: everything unpredictable in an execution is derived from its seed and
 * the place where it is used, so that a replayed journal gives the same state.
 */
import { createHash } from "node:crypto";

/** A stream of bytes derived from a text. */
export class SeededRandom {
  readonly #text: string;
  #drawn = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #draw(): Buffer {
    this.#drawn += 1;
    return createHash("sha256").update(`${this.#text}\n${this.#drawn}`).digest();
  }

  /** A number in [0, 1) with 48 random bits. */
  number(): number {
    return this.#draw().readUIntBE(0, 6) / 2 ** 48;
  }

  /** A version 4 UUID. */
  uuid(): string {
    const bytes = this.#draw().subarray(0, 16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }
}

/** The token of one attempt of a callback task. Whoever knows it may end the task, so the seed must be secret. */
export function taskToken(seed: string, executionArn: string, eventId: number): string {
  const hash = createHash("sha512").update(`${seed}\n${executionArn}\ntoken\n${eventId}`).digest("base64url");
  return `AQCEAAAAKgAAAAMAAAAA${hash}`;
}

/**
 * `$random(seed)` of Step Functions: the first double of Java's documented linear congruential generator. AWS gives
 * 0.7275636800328681 for 42.
 */
export function javaRandom(seed: number): number {
  const mask = (1n << 48n) - 1n;
  let state = (BigInt(Math.trunc(seed)) ^ 0x5deece66dn) & mask;
  const next = (bits: bigint): bigint => {
    state = (state * 0x5deece66dn + 0xbn) & mask;
    return state >> (48n - bits);
  };
  return Number((next(26n) << 27n) + next(27n)) / 2 ** 53;
}
