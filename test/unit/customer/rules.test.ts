import fc from "fast-check";
import { expect, test } from "vitest";
import { normalisedName, unknownCustomerId } from "../../../functions/customer/rules.ts";

test.each([
  ["洁丽雅有限公司", "洁丽雅 有限公司"],
  ["洁丽雅有限公司", "「洁丽雅」有限公司。"],
  ["ABC物流（成都）", "abc物流(成都)"],
  ["ＡＢＣ物流", "abc 物流"],
])("%s and %s are one name", (a, b) => {
  expect(normalisedName(a)).toBe(normalisedName(b));
});

test("other names stay apart", () => {
  expect(normalisedName("洁丽雅")).not.toBe(normalisedName("洁丽雅有限公司"));
  expect(normalisedName("!!!")).not.toBe(normalisedName("???"));
});

test("normalising again changes nothing, and what it yields fits into a key", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 100 }), (name) => {
      const once = normalisedName(name);
      expect(normalisedName(once)).toBe(once);
      expect(Buffer.byteLength(unknownCustomerId(name))).toBeLessThan(1024);
    }),
  );
});
