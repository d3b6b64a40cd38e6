import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { caseOfStep, shardOf } from "../../../functions/case/store.ts";
import { hashOf, hmac, sameText, sha256 } from "../../../functions/shared/ids.ts";
import { stepIdOf } from "../../../functions/step/rules.ts";

describe("hashes", () => {
  test("are the published ones", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(hashOf({ b: [1, "a"], a: 1.0 })).toBe(sha256('{"a":1,"b":[1,"a"]}'));
    expect(hmac("key", "The quick brown fox jumps over the lazy dog")).toBe(
      "97yD9DBThCSxMpjmqm-xQ-9NWaFJRhdZl0edvC0aPNg",
    );
  });

  test("equal documents have equal hashes whatever the order of their keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
        expect(hashOf(Object.fromEntries(Object.entries(document).reverse()))).toBe(hashOf(document));
      }),
    );
  });

  test("what is no JSON document has none", () => {
    expect(() => hashOf(undefined)).toThrow(TypeError);
  });
});

test("texts are the same exactly when they are", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(sameText(a, a)).toBe(true);
      expect(sameText(a, b)).toBe(a === b);
    }),
  );
  expect(sameText("é", "e\u0301")).toBe(false);
});

test("a step's id leads to its case", () => {
  expect(caseOfStep(stepIdOf("JD-2026-000123", 12, 3))).toBe("JD-2026-000123");
});

test("cases spread over eight shards", () => {
  const shards = Array.from({ length: 400 }, (_, index) =>
    shardOf(`JD-2026-${String(index).padStart(6, "0")}`),
  );
  expect(new Set(shards)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
});
