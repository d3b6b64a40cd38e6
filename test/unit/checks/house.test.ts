import { expect, test } from "vitest";
import { BUDGET, bundleProblems } from "../../checks/bundles.ts";
import { catalogueProblems } from "../../checks/catalogues.ts";

test("catalogues with equal keys are fine, whatever they say", () => {
  expect(catalogueProblems({ a: { b: "好" } }, { a: { b: "Good" } })).toEqual([]);
});

test.each([
  [{ a: "一" }, {}, "en has no a"],
  [{ a: {} }, { a: { b: "x" } }, "zh-CN has no a.b"],
  [{ a: "一" }, { a: () => "x" }, "a is string in zh-CN and function in en"],
  [{ a: "一" }, { a: "" }, "a is empty"],
])("%j and %j differ", (zhCN, en, problem) => {
  expect(catalogueProblems(zhCN, en)).toEqual([problem]);
});

test("a bundle beyond its budget is named with what is large in it", () => {
  const inputs = [{ path: "node_modules/heavy/index.js", bytes: 400_000 }];
  expect(bundleProblems({ small: { bytes: BUDGET, inputs } })).toEqual([]);
  expect(bundleProblems({ large: { bytes: BUDGET + 1, inputs } })).toEqual([
    "large has 600001 bytes, 1 too many: node_modules/heavy/index.js 400000",
  ]);
});
