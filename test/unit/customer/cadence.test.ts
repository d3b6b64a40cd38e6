/** Days of the cadence: intervals, first contact, new tiers; whatever the day, nobody is planned for a day off. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addDays,
  DEFAULT_CADENCE,
  dueAfter,
  firstContact,
  intervalDays,
  replanned,
  UNIT_DAYS,
  workingDayFrom,
} from "../../../functions/customer/cadence-rules.ts";
import { TIERS } from "../../../functions/customer/model.ts";
import { defaultCalendar as calendar, dayKind } from "../../../functions/shared/calendar/index.ts";

const policy = DEFAULT_CADENCE;
const day = fc.integer({ min: 0, max: 365 * 8 }).map((n) => addDays("2025-01-01", n));
const tier = fc.constantFrom(...TIERS);
const works = (on: string) => dayKind(calendar, on).working;

test("intervals are days of the unit by count, rounded down", () => {
  expect(TIERS.map((one) => intervalDays(policy.tiers[one]))).toEqual([15, 30, 91, 365]);
  expect(intervalDays({ count: 4, unit: "month" })).toBe(7);
});

describe("first contact", () => {
  test.each([
    ["a Wednesday", "2026-12-02", "2026-12-03", "2026-12-09"],
    ["a Friday", "2026-12-04", "2026-12-07", "2026-12-11"],
    ["the last day before the National Day holiday", "2026-09-30", "2026-10-08", "2026-10-08"],
    ["the eve of the Spring Festival", "2026-02-13", "2026-02-14", "2026-02-14"],
  ])("%s", (_, enteredOn, plannedOn, dueOn) => {
    expect(firstContact(calendar, policy, enteredOn)).toEqual({ plannedOn, dueOn });
  });

  test("is always planned after the day, on working days, within the days of the policy where these have one", () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 30 }), (enteredOn, firstContactDays) => {
        const { plannedOn, dueOn } = firstContact(calendar, { firstContactDays }, enteredOn);
        const last = addDays(enteredOn, firstContactDays);
        expect(plannedOn > enteredOn && works(plannedOn) && works(dueOn)).toBe(true);
        expect(dueOn >= plannedOn).toBe(true);
        expect(dueOn <= last || dueOn === plannedOn).toBe(true);
      }),
    );
  });
});

test("who was contacted is due on the first working day after his interval", () => {
  fc.assert(
    fc.property(day, tier, (contactOn, which) => {
      const due = dueAfter(calendar, policy, which, contactOn);
      const counted = addDays(contactOn, intervalDays(policy.tiers[which]));
      expect(works(due)).toBe(true);
      expect(due >= counted).toBe(true);
      for (let on = counted; on < due; on = addDays(on, 1)) expect(works(on)).toBe(false);
    }),
  );
});

test("a working day stays, and moving twice is moving once", () => {
  fc.assert(
    fc.property(day, (on) => {
      const moved = workingDayFrom(calendar, on);
      expect(moved === on).toBe(works(on));
      expect(workingDayFrom(calendar, moved)).toBe(moved);
    }),
  );
});

describe("a new tier", () => {
  const contacted = {
    tier: "D",
    lastContactAt: "2026-11-30T02:00:00.000Z",
    nextDueOn: "2027-11-30",
  } as const;
  test("counts anew from the last contact", () => {
    expect(replanned(calendar, policy, contacted, "A", "2026-12-02")).toBe("2026-12-15");
    expect(replanned(calendar, policy, contacted, "B", "2026-12-02")).toBe("2026-12-30");
  });

  test("counts by the day in Shanghai", () => {
    const late = { ...contacted, lastContactAt: "2026-11-30T17:00:00.000Z" };
    expect(replanned(calendar, policy, late, "A", "2026-12-02")).toBe("2026-12-16");
  });

  test("brings a first contact nearer and never puts it off", () => {
    fc.assert(
      fc.property(day, day, tier, tier, (today, nextDueOn, from, to) => {
        const of = { tier: from, lastContactAt: null, nextDueOn };
        expect(replanned(calendar, policy, of, to, today) <= nextDueOn).toBe(true);
      }),
    );
  });

  test("of somebody who was to have no next contact plans one", () => {
    const none = { tier: "D", lastContactAt: null, nextDueOn: null } as const;
    expect(replanned(calendar, policy, none, "A", "2026-12-02")).toBe("2026-12-17");
  });
});

test("units are of the contract", () => {
  expect(UNIT_DAYS).toEqual({ week: 7, month: 30, quarter: 91, year: 365 });
});
