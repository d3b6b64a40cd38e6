/**
 * The functions that Step Functions adds to JSONata or changes, for one evaluation. Source: "Transforming data with
 * JSONata in Step Functions" (added functions, no $eval); edge cases from recordings.
 */
import { createHash } from "node:crypto";
import type jsonata from "jsonata";
import { javaRandom, type SeededRandom } from "./random.ts";

const hashes: Record<string, string> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/** Largest list that $range and $partition build, as the range operator of JSONata. */
const LIST_LIMIT = 1_000_000;

/** Marks a list as a JSONata sequence: one item stands for itself, none for nothing ($range(1,9,9) is 1). */
function sequence<T>(items: T[]): T[] {
  return Object.defineProperty(items, "sequence", { value: true, enumerable: false });
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error("The third argument of the range function must not be 0");
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  if (count > LIST_LIMIT) throw new Error(`The range function must not give more than ${LIST_LIMIT} numbers`);
  return sequence(Array.from({ length: count }, (_, index) => first + index * step));
}

function partition(items: unknown[], size: number): unknown[][] {
  if (!Number.isInteger(size) || size < 1) {
    throw new Error("The second argument of the partition function must be a positive integer");
  }
  const parts: unknown[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}

function hash(text: string, algorithm = "SHA-256"): string {
  const known = hashes[algorithm];
  if (!known) throw new Error(`The hash function does not know the algorithm ${algorithm}`);
  return createHash(known).update(text, "utf8").digest("hex");
}

function shuffle(items: unknown[], random: SeededRandom): unknown[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.number() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}

/**
 * Registers the functions on one compiled expression. An undefined first argument gives undefined, as in JSONata.
 * `now` is epoch milliseconds; `random` must be seeded by execution and place.
 */
export function registerFunctions(expression: jsonata.Expression, random: SeededRandom, now: number): void {
  const add = (name: string, signature: string, run: (...args: never[]) => unknown) =>
    expression.registerFunction(
      name,
      (...args: unknown[]) => {
        if (args.length > 0 && args[0] === undefined && name !== "random") return undefined;
        return run(...(args as never[]));
      },
      signature,
    );
  add("partition", "<an:a>", partition);
  add("range", "<nnn:a>", range);
  add("hash", "<ss?:s>", hash);
  add("random", "<n?:n>", (seed?: number) => (seed === undefined ? random.number() : javaRandom(seed)));
  add("uuid", "<:s>", () => random.uuid());
  add("parse", "<s:x>", (text: string) => JSON.parse(text) as unknown);
  add("shuffle", "<a:a>", (items: unknown[]) => shuffle(items, random));
  add("millis", "<:n>", () => now);
  expression.assign("eval", undefined);
}
