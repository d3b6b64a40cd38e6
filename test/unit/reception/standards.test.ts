import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STANDARDS_POLICY } from "../../../functions/policy/shipped.ts";
import {
  DINING_PAYERS,
  LEVELS,
  LODGING_PAYERS,
  receptionSchema,
} from "../../../functions/reception/schema.ts";
import {
  companionsMax,
  nightsOf,
  type Stay,
  standardsOf,
  standardsSchema,
} from "../../../functions/reception/standards.ts";
import { fieldErrors } from "../../../functions/shared/validate.ts";
import { form, WEDNESDAY } from "../../support/reception.ts";

const stay = (changes: Record<string, unknown> = {}): Stay =>
  receptionSchema(WEDNESDAY).parse(form({ excessReason: "原因", ...changes }));
const standard = (changes: Record<string, unknown> = {}) => standardsOf(STANDARDS_POLICY, 1, stay(changes));
const line = (item: string, changes: Record<string, unknown> = {}) =>
  standard(changes).lines.find((one) => one.item === item);

test("the example of the plan gives ¥3,000", () => {
  expect(standard()).toEqual({
    version: 1,
    amount: 300_000,
    lines: [
      { item: "meal", unit: 10_000, units: 12, amount: 120_000 },
      { item: "lodging", unit: 30_000, units: 2, amount: 60_000 },
      { item: "allowance", unit: 30_000, units: 4, amount: 120_000 },
      { item: "gift", unit: 0, units: 2, amount: 0 },
    ],
    companionsMax: 3,
  });
});

describe("who pays", () => {
  test("the company counts welcome and farewell as two meals in all", () => {
    expect(line("meal", { diningPayer: "company_welcome_farewell" })).toMatchObject({
      units: 6,
      amount: 60_000,
    });
  });

  test.each(["guest_all", "other"])("meals that %s pays are none", (diningPayer) => {
    const text = diningPayer === "other" ? { diningPayerText: "主办方" } : {};
    expect(line("meal", { diningPayer, ...text })).toMatchObject({ units: 0, amount: 0 });
  });

  test("rooms that the company alone pays count in full, rooms of the guests not at all", () => {
    expect(line("lodging", { lodgingPayer: "company_room_only" })?.amount).toBe(60_000);
    expect(line("lodging", { lodgingPayer: "guest_all" })?.amount).toBe(0);
  });

  test("a fixed rate of the guests is taken off, not below nothing", () => {
    const fixed = (amountPerPersonDay: number) =>
      line("lodging", { lodgingPayer: "guest_fixed_rest_company", amountPerPersonDay });
    expect(fixed(10_000)).toMatchObject({ unit: 30_000, units: 2, amount: 40_000 });
    expect(fixed(99_999)?.amount).toBe(0);
  });
});

test("no more rooms than guests, no more allowance than the table's", () => {
  expect(line("lodging", { roomCount: 9 })?.units).toBe(2);
  expect(line("lodging", { roomCount: 1 })?.units).toBe(1);
  expect(line("allowance", { allowancePerPersonDay: 80_000 })?.unit).toBe(30_000);
  expect(line("allowance", { allowancePerPersonDay: 100 })?.unit).toBe(100);
});

test("the class of the city decides the room's price; without one it is the second", () => {
  expect([1, 2, 3].map((cityClass) => line("lodging", { cityClass })?.unit)).toEqual([
    36_000, 30_000, 25_000,
  ]);
  expect(line("lodging")?.unit).toBe(30_000);
});

test("nights are counted by the days in Shanghai", () => {
  expect(nightsOf({ arrivalDate: "2026-12-07", plannedLeaveAt: "2026-12-08T00:30:00+08:00" })).toBe(1);
  expect(nightsOf({ arrivalDate: "2026-12-07", plannedLeaveAt: "2026-12-07T15:59:59Z" })).toBe(0);
  expect(nightsOf({ arrivalDate: "2026-12-07", plannedLeaveAt: "2026-12-07T16:00:00Z" })).toBe(1);
});

test.each([
  [1, 3],
  [10, 3],
  [11, 3],
  [12, 4],
  [32, 10],
])("with %i guests %i of the house may come along", (guests, most) => {
  expect(companionsMax(STANDARDS_POLICY, guests)).toBe(most);
});

test("the rule of companions can be off", () => {
  const companions = { ...STANDARDS_POLICY.companions, enabled: false };
  expect(companionsMax({ ...STANDARDS_POLICY, companions }, 4)).toBeNull();
});

const days = (n: number) => new Date(Date.parse("2026-12-07T09:00:00Z") + n * 86_400_000).toISOString();
const stays = fc.record<Stay>({
  guestsMale: fc.integer({ min: 1, max: 99 }),
  guestsFemale: fc.integer({ min: 0, max: 99 }),
  companions: fc.array(fc.constant({ name: "曾群", phone: "13800000002" }), { maxLength: 5 }),
  arrivalDate: fc.constant("2026-12-07"),
  plannedLeaveAt: fc.integer({ min: 0, max: 20 }).map(days),
  level: fc.constantFrom(...LEVELS),
  allowancePerPersonDay: fc.integer({ min: 0, max: 60_000 }),
  cityClass: fc.constantFrom(undefined, 1, 2, 3),
  roomCount: fc.integer({ min: 0, max: 60 }),
  lodgingPayer: fc.constantFrom(...LODGING_PAYERS),
  amountPerPersonDay: fc.integer({ min: 1, max: 60_000 }),
  diningPayer: fc.constantFrom(...DINING_PAYERS),
});
const amountOf = (one: Stay) => standardsOf(STANDARDS_POLICY, 1, one).amount;

describe("whatever the request", () => {
  test("the amount is the sum of its lines, none of them negative or broken", () => {
    fc.assert(
      fc.property(stays, (one) => {
        const { amount, lines } = standardsOf(STANDARDS_POLICY, 1, one);
        expect(amount).toBe(lines.reduce((sum, part) => sum + part.amount, 0));
        for (const part of lines) {
          expect(Number.isSafeInteger(part.amount) && part.amount >= 0).toBe(true);
          expect(part.amount).toBeLessThanOrEqual(part.unit * part.units);
        }
      }),
    );
  });

  test("one more companion or room never lowers it, nor one more guest or night where guests pay no fixed rate", () => {
    fc.assert(
      fc.property(stays, (one) => {
        const amount = amountOf(one);
        const more = { ...one, companions: [...one.companions, { name: "李敏", phone: "13800000003" }] };
        expect(amountOf(more)).toBeGreaterThanOrEqual(amount);
        expect(amountOf({ ...one, roomCount: one.roomCount + 1 })).toBeGreaterThanOrEqual(amount);
        if (one.lodgingPayer === "guest_fixed_rest_company") return;
        expect(amountOf({ ...one, guestsMale: one.guestsMale + 1 })).toBeGreaterThanOrEqual(amount);
        const later = new Date(Date.parse(one.plannedLeaveAt) + 86_400_000).toISOString();
        expect(amountOf({ ...one, plannedLeaveAt: later })).toBeGreaterThanOrEqual(amount);
      }),
    );
  });

  test("where the guests pay everything, only allowance and gift are left", () => {
    fc.assert(
      fc.property(stays, (one) => {
        const { lines } = standardsOf(STANDARDS_POLICY, 1, {
          ...one,
          diningPayer: "guest_all",
          lodgingPayer: "guest_all",
        });
        expect(lines.filter((part) => part.amount > 0).map((part) => part.item)).not.toContain("meal");
        expect(lines.filter((part) => part.amount > 0).map((part) => part.item)).not.toContain("lodging");
      }),
    );
  });
});

describe("the policy's document", () => {
  test("of the contract is one", () => {
    expect(standardsSchema().parse(STANDARDS_POLICY)).toEqual(STANDARDS_POLICY);
  });

  test.each<[string, unknown]>([
    ["mealPerHead.C", { mealPerHead: { A: 1, B: 1, C: -1 } }],
    ["mealPerHead.C", { mealPerHead: { A: 1, B: 1 } }],
    ["mealPerHead.D", { mealPerHead: { A: 1, B: 1, C: 1, D: 1 } }],
    [
      "hotelPerRoomNight.A.2",
      { hotelPerRoomNight: { ...STANDARDS_POLICY.hotelPerRoomNight, A: { "1": 1, "3": 1 } } },
    ],
    ["cap", { cap: 0 }],
    ["cap", { cap: 1.5 }],
    ["companions.above.1", { companions: { ...STANDARDS_POLICY.companions, above: [1, 0] } }],
    ["sameGuest.times", { sameGuest: { times: 0, withinDays: 30 } }],
    ["retroactiveWithin", { retroactiveWithin: "P2M" }],
    ["retroactiveWithin", { retroactiveWithin: 2 }],
    ["hotels.0.star", { hotels: [{ name: "金叶", star: 6, cityClass: 2, contracted: true }] }],
    ["approvedByItself", { approvedByItself: true }],
  ])("with a wrong %s is refused there", (path, change) => {
    const found = standardsSchema().safeParse({ ...STANDARDS_POLICY, ...(change as object) });
    expect(found.success ? [] : fieldErrors(found.error).map((one) => one.path)).toEqual([path]);
  });
});
