import { describe, expect, it } from "vitest";
import { parseWorkingDuration } from "../../../functions/shared/calendar/index.ts";

describe("working durations", () => {
  it.each([
    ["PT8H", 480],
    ["PT15M", 15],
    ["PT1H30M", 90],
    ["P1D", 480],
    ["P2DT4H", 1200],
    ["PT0M", 0],
    ["PT80H", 4800],
  ])("%s is %i minutes", (iso, minutes) => expect(parseWorkingDuration(iso)).toBe(minutes));

  it.each([
    "",
    "P",
    "PT",
    "P1DT",
    "P1W",
    "P1M",
    "P1Y",
    "PT30S",
    "PT1.5H",
    "-PT1H",
    "pt1h",
    "PT1H ",
    "8H",
    "PT1M1H",
  ])("%j is refused", (iso) => {
    expect(() => parseWorkingDuration(iso)).toThrow(
      expect.objectContaining({ code: "invalid", fields: [{ path: "duration", code: "invalid" }] }),
    );
  });
});
