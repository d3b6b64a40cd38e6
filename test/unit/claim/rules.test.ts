/** Who settles a claim, and its clock. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClaimState } from "../../../functions/claim/model.ts";
import { claimClock, claimSeat } from "../../../functions/claim/rules.ts";
import type { Absence, Person, Role } from "../../../functions/directory/model.ts";
import { COMPLAINT_POLICY } from "../../../functions/policy/shipped.ts";
import { defaultCalendar } from "../../../functions/shared/calendar/index.ts";
import { person } from "../../support/fixtures.ts";

const DAY = "2026-12-02";
const someone = (staffId: string, role: Role, active = true): Person => ({
  ...person(staffId, staffId, role),
  active,
});
const away = (staffId: string): Absence => ({
  absenceId: `a-${staffId}`,
  staffId,
  from: "2026-12-01",
  to: "2026-12-03",
  reason: "",
  createdBy: staffId,
  createdAt: "2026-11-01T00:00:00.000Z",
});

describe("who settles a claim", () => {
  const officers = [someone("a", "claims_officer"), someone("b", "claims_officer")];
  const desk = [someone("c", "complaint_admin"), someone("d", "service_manager")];
  const seat = (people: Person[], absences: Absence[] = [], loads: Record<string, number> = {}) =>
    claimSeat({ people, absences, day: DAY, loads });

  test("the officer with the least to do, the first of equals", () => {
    expect(seat(officers, [], { a: 2, b: 1 })).toBe("b");
    expect(seat(officers, [], { a: 1, b: 1 })).toBe("a");
  });

  test("never somebody who is away or left, as long as anybody is there", () => {
    expect(seat([...officers, ...desk], [away("a")])).toBe("b");
    expect(seat([...officers, ...desk], [away("a"), away("b")])).toBe("c");
    expect(seat([...desk, someone("a", "claims_officer", false)], [away("c")])).toBe("d");
    expect(seat(officers, [away("a"), away("b")])).toBe("a");
    expect(seat([someone("x", "agent")])).toBeNull();
  });

  test("of any staff: only posts that may, present ones first", () => {
    const staff = fc.uniqueArray(
      fc.record({
        staffId: fc.constantFrom(..."abcdefgh"),
        role: fc.constantFrom<Role>("claims_officer", "complaint_admin", "service_manager", "agent"),
        active: fc.boolean(),
        absent: fc.boolean(),
        load: fc.nat(5),
      }),
      { selector: (one) => one.staffId },
    );
    fc.assert(
      fc.property(staff, (all) => {
        const people = all.map((one) => someone(one.staffId, one.role, one.active));
        const absences = all.filter((one) => one.absent).map((one) => away(one.staffId));
        const loads = Object.fromEntries(all.map((one) => [one.staffId, one.load]));
        const found = all.find((one) => one.staffId === seat(people, absences, loads));
        const able = all.filter((one) => one.active && one.role !== "agent");
        expect(found !== undefined).toBe(able.length > 0);
        if (!found) return;
        expect(able).toContain(found);
        if (able.some((one) => !one.absent)) expect(found.absent).toBe(false);
        for (const one of able)
          if (one.role === found.role && one.absent === found.absent)
            expect(found.load).toBeLessThanOrEqual(one.load);
      }),
    );
  });
});

test("the clock has the claim's own time, a trace that adds up and no ladder: its step reminds", () => {
  const state: ClaimState = {
    complaintId: "TS-2026-000001",
    category: "damage",
    priority: "P1",
    waybillNo: null,
  };
  const at = Date.parse("2026-12-02T10:00:00+08:00");
  const clock = claimClock({ claimId: "LP-2026-000001", state, at }, COMPLAINT_POLICY, defaultCalendar);
  expect(clock).toMatchObject({
    clockId: "LP-2026-000001-c1-resolve",
    minutes: COMPLAINT_POLICY.due.claim,
    dueAt: "2026-12-09T02:00:00.000Z",
    rungs: [],
    status: "running",
  });
  expect(clock.trace.reduce((sum, one) => sum + one.minutes, 0)).toBe(clock.minutes);
});
