import { expect, test } from "vitest";
import { elapsedMs } from "../../../functions/shared/duration.ts";

test("elapsed time is read whatever the working calendar says", () => {
  expect(elapsedMs("PT4H")).toBe(4 * 3_600_000);
  expect(elapsedMs("P30D")).toBe(30 * 86_400_000);
  expect(elapsedMs("P1DT2H3M4S")).toBe(((26 * 60 + 3) * 60 + 4) * 1000);
});

test.each(["", "P", "PT", "P1M", "P1Y", "P1W", "PT1.5H", "4H", "-PT1H"])("%s is refused", (text) => {
  expect(() => elapsedMs(text)).toThrow("invalid");
});
