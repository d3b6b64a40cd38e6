import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clashOf } from "../../../functions/directory/absence-rules.ts";
import type { Absence } from "../../../functions/directory/model.ts";

const away = (staffId: string, from: string, to: string, substituteId?: string): Absence => ({
  absenceId: `${staffId}-${from}`,
  staffId,
  from,
  to,
  ...(substituteId === undefined ? {} : { substituteId }),
  reason: "出差",
  createdBy: staffId,
  createdAt: "2026-12-01T00:00:00.000Z",
});

describe("substitutes", () => {
  test("nobody stands in for himself", () => {
    expect(clashOf(away("a", "2026-12-01", "2026-12-02", "a"), [])).toBe("delegation_cycle");
  });

  test("a circle of any length is refused as such", () => {
    const others = [away("b", "2026-12-01", "2026-12-09", "c"), away("c", "2026-12-02", "2026-12-03", "a")];
    expect(clashOf(away("a", "2026-12-03", "2026-12-05", "b"), others)).toBe("delegation_cycle");
  });

  test("a substitute who is away then is a chain, and so is a substitute who goes away", () => {
    const other = away("b", "2026-12-05", "2026-12-09");
    expect(clashOf(away("a", "2026-12-01", "2026-12-05", "b"), [other])).toBe("delegation_chain");
    const standing = away("b", "2026-12-05", "2026-12-09", "a");
    expect(clashOf(away("a", "2026-12-09", "2026-12-12"), [standing])).toBe("delegation_chain");
  });

  test("on other days nothing clashes", () => {
    const others = [away("b", "2026-12-06", "2026-12-09", "a"), away("b", "2026-11-01", "2026-11-30")];
    expect(clashOf(away("a", "2026-12-01", "2026-12-05", "b"), others)).toBeNull();
  });

  test("however absences are entered, on no day does a substitute need one himself", () => {
    const day = fc.integer({ min: 1, max: 9 }).map((n) => `2026-12-0${n}`);
    const name = fc.constantFrom("a", "b", "c", "d");
    const entry = fc.record({ staffId: name, from: day, to: day, substituteId: fc.option(name) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const kept: Absence[] = [];
        for (const { staffId, from, to, substituteId } of entries) {
          const [first, last] = from <= to ? [from, to] : [to, from];
          const absence = away(staffId, first, last, substituteId ?? undefined);
          if (clashOf(absence, kept) === null) kept.push(absence);
        }
        for (let n = 1; n <= 9; n += 1) {
          const today = kept.filter((one) => one.from <= `2026-12-0${n}` && one.to >= `2026-12-0${n}`);
          for (const { substituteId } of today)
            expect(today.some((other) => other.staffId === substituteId)).toBe(false);
        }
      }),
    );
  });
});
