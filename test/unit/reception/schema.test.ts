import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUDGET_CAP, guestsTotal, periodOf, receptionSchema } from "../../../functions/reception/schema.ts";
import { en } from "../../../functions/shared/i18n/en.ts";
import { fieldErrors } from "../../../functions/shared/validate.ts";
import { EXAMPLE, form, WEDNESDAY } from "../../support/reception.ts";

/** `path: code` of every problem of a form, sent before the visit. */
function problems(input: unknown, now = WEDNESDAY): string[] {
  const parsed = receptionSchema(now).safeParse(input);
  return parsed.success ? [] : fieldErrors(parsed.error).map(({ path, code }) => `${path}: ${code}`);
}
const changed = (changes: Record<string, unknown>) => problems(form(changes));

/** Forms that are valid: the example with other values. */
const LATER_LEAVE = { plannedLeaveAt: "2026-12-07T08:00:00+08:00" };
const LATER = { departAt: "2026-12-07T09:00:00+08:00" };

describe("the reception form", () => {
  test("the example of the contract is valid and comes out as it went in", () => {
    expect(receptionSchema(WEDNESDAY).parse(EXAMPLE)).toEqual(EXAMPLE);
  });

  test("optional answers may be left out; without companions there are none", () => {
    const parsed = receptionSchema(WEDNESDAY).parse(
      form({ companions: undefined, greeters: undefined, hostLeaders: undefined, hotelName: undefined }),
    );
    expect(parsed.companions).toEqual([]);
  });

  test("text is kept without blanks around it", () => {
    expect(receptionSchema(WEDNESDAY).parse(form({ visitingOrg: "  洁丽雅  " })).visitingOrg).toBe("洁丽雅");
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ["no level", { level: undefined }, ["level: choose"]],
    ["a level that is none", { level: "D" }, ["level: choose"]],
    ["nobody comes", { guestsMale: 0, guestsFemale: 0 }, ["guestsMale: guests"]],
    [
      "wrong fields and wrong relations between right ones, at once",
      { level: undefined, guestContactName: 7, budgetAmount: 500_001, excessReason: "", ...LATER_LEAVE },
      [
        "guestContactName: invalid",
        "level: choose",
        "plannedLeaveAt: leave_before_arrive",
        "excessReason: reason_required",
      ],
    ],
    ["an instant beyond all calendars", { arriveAt: "+275760-09-13T00:00:00.000Z" }, ["arriveAt: instant"]],
    ["a negative number", { guestsMale: -1 }, ["guestsMale: at_least"]],
    ["half a guest", { guestsMale: 1.5 }, ["guestsMale: number"]],
    ["a number as text", { guestsMale: "1" }, ["guestsMale: number"]],
    ["a thousand guests", { guestsMale: 1000 }, ["guestsMale: at_most"]],
    ["no number", { guestsFemale: undefined }, ["guestsFemale: required"]],
    [
      "leaving before arriving",
      { plannedLeaveAt: "2026-12-07T08:59:59+08:00" },
      ["plannedLeaveAt: leave_before_arrive"],
    ],
    [
      "arriving before departing",
      { ...LATER, departAt: "2026-12-07T09:00:01+08:00" },
      ["arriveAt: arrive_before_depart"],
    ],
    ["arriving on another day", { arrivalDate: "2026-12-08" }, ["arriveAt: not_on_arrival_date"]],
    [
      "the day counts in Shanghai",
      { arriveAt: "2026-12-07T16:30:00Z", plannedLeaveAt: "2026-12-09T09:00:00+08:00" },
      ["arriveAt: not_on_arrival_date"],
    ],
    ["a negative amount", { budgetAmount: -1 }, ["budgetAmount: amount"]],
    ["an amount of nothing", { budgetAmount: 0 }, ["budgetAmount: amount"]],
    ["fractions of a fen", { budgetAmount: 100.5 }, ["budgetAmount: amount"]],
    ["an amount as text", { budgetAmount: "500000" }, ["budgetAmount: amount"]],
    ["more than can be counted", { budgetAmount: 2 ** 53, excessReason: "x" }, ["budgetAmount: amount"]],
    ["no amount", { budgetAmount: undefined }, ["budgetAmount: required"]],
    [
      "above the cap without reason",
      { budgetAmount: BUDGET_CAP + 1, excessReason: undefined },
      ["excessReason: reason_required"],
    ],
    [
      "a blank reason",
      { budgetAmount: BUDGET_CAP + 1, excessReason: "  " },
      ["excessReason: reason_required"],
    ],
    ["an organisation too long", { visitingOrg: "客".repeat(101) }, ["visitingOrg: too_long"]],
    ["a text too long", { exchangeContent: "谈".repeat(2001) }, ["exchangeContent: too_long"]],
    ["no organisation", { visitingOrg: "" }, ["visitingOrg: required"]],
    ["blanks for an organisation", { visitingOrg: "   " }, ["visitingOrg: required"]],
    ["null", { visitingOrg: null }, ["visitingOrg: invalid"]],
    ["a line break in one line", { visitingOrg: "洁丽雅\nBcc: all" }, ["visitingOrg: control_characters"]],
    ["a line break at the end", { visitingOrg: "洁丽雅\r\n" }, ["visitingOrg: control_characters"]],
    ["a NUL", { guestContactName: "陈\u0000辰" }, ["guestContactName: control_characters"]],
    ["a C1 control", { fromPlace: "双\u0085流" }, ["fromPlace: control_characters"]],
    ["a line separator", { toPlace: "郫\u2028县" }, ["toPlace: control_characters"]],
    ["a NUL in a text", { exchangeContent: "a\u0000b" }, ["exchangeContent: control_characters"]],
    ["the derived number of guests", { guestsTotal: 2 }, ["guestsTotal: unknown_field"]],
    ["the derived cap", { budgetCap: 500000 }, ["budgetCap: unknown_field"]],
    [
      "two unknown fields",
      { status: "approved", amount: 1 },
      ["status: unknown_field", "amount: unknown_field"],
    ],
    [
      "an unknown field of a companion",
      { companions: [{ name: "曾群", phone: "+8613800000002", role: "x" }] },
      ["companions.0.role: unknown_field"],
    ],
    [
      "a companion without name",
      { companions: [EXAMPLE.companions[0], { phone: "+8613800000002" }] },
      ["companions.1.name: required"],
    ],
    [
      "a companion's line break",
      { companions: [{ name: "曾\n群", phone: "+8613800000002" }] },
      ["companions.0.name: control_characters"],
    ],
    ["too many companions", { companions: Array(51).fill(EXAMPLE.companions[0]) }, ["companions: too_many"]],
    ["companions that are no list", { companions: "曾群" }, ["companions: invalid"]],
    ["no phone", { guestContactPhone: "" }, ["guestContactPhone: required"]],
    ["a phone too short", { guestContactPhone: "123456" }, ["guestContactPhone: phone"]],
    ["a phone with letters", { guestContactPhone: "1380000000a" }, ["guestContactPhone: phone"]],
    [
      "a day that is none",
      { arrivalDate: "2026-02-30" },
      ["arrivalDate: date", "arriveAt: not_on_arrival_date"],
    ],
    ["an instant without offset", { plannedLeaveAt: "2026-12-08T09:00:00" }, ["plannedLeaveAt: instant"]],
    ["an arrival that is no instant", { arriveAt: "tomorrow" }, ["arriveAt: instant"]],
    ["an instant that does not exist", { arriveAt: "2026-12-07T25:00:00+08:00" }, ["arriveAt: instant"]],
    ["a pickup place without its name", { pickupPlace: "other" }, ["pickupPlaceText: required"]],
    ["named greeters without names", { greeters: ["named"] }, ["greeterNames: required"]],
    [
      "an empty list of names",
      { greeters: ["staff", "named"], greeterNames: [] },
      ["greeterNames: required"],
    ],
    ["another hotel class without text", { hotelClass: "other" }, ["hotelClassText: required"]],
    ["another payer of meals without text", { diningPayer: "other" }, ["diningPayerText: required"]],
    ["named leaders without names", { hostLeaders: ["gm", "named"] }, ["hostLeaderNames: required"]],
    [
      "a fixed share without its amount",
      { lodgingPayer: "guest_fixed_rest_company" },
      ["amountPerPersonDay: required"],
    ],
    ["a department that is none", { costDepartment: "sales" }, ["costDepartment: choose"]],
    ["a star that is none", { hotelStar: 6 }, ["hotelStar: choose"]],
    ["yes as text", { needFlowers: "yes" }, ["needFlowers: choose"]],
  ])("%s", (_, changes, expected) => {
    expect(changed(changes).sort()).toEqual(expected.sort());
  });

  test("a visit that has begun needs the reason for coming late", () => {
    const after = Date.parse("2026-12-07T09:00:01+08:00");
    expect(problems(EXAMPLE, after)).toEqual(["retroactiveReason: reason_required"]);
    expect(problems(form({ retroactiveReason: "临时来访" }), after)).toEqual([]);
    expect(problems(EXAMPLE, Date.parse("2026-12-07T09:00:00+08:00"))).toEqual([]);
  });

  test("the answers that ask for more take it", () => {
    expect(
      changed({
        pickupPlace: "other",
        pickupPlaceText: "高速出口",
        greeters: ["named"],
        greeterNames: ["曾群"],
        hotelClass: "other",
        hotelClassText: "公寓",
        diningPayer: "other",
        diningPayerText: "客户自理早餐",
        hostLeaders: ["named"],
        hostLeaderNames: ["张科"],
        lodgingPayer: "guest_fixed_rest_company",
        amountPerPersonDay: 10000,
      }),
    ).toEqual([]);
  });

  test("lines of text keep their breaks", () => {
    expect(changed({ exchangeContent: "第一行\n第二行\t完" })).toEqual([]);
  });

  test.each([undefined, null, 1, "text", [], [EXAMPLE]])("a body that is no form: %j", (body) => {
    expect(problems(body)).toHaveLength(1);
  });

  test("whatever is sent in a field, the answer is a list of known codes with one message each, never a fault", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(EXAMPLE)), fc.anything(), (field, value) => {
        const parsed = receptionSchema(WEDNESDAY).safeParse({ ...EXAMPLE, [field]: value });
        if (parsed.success) return;
        const errors = fieldErrors(parsed.error);
        expect(errors.length).toBeGreaterThan(0);
        expect(new Set(errors.map((error) => error.path)).size).toBe(errors.length);
        for (const error of errors) expect(Object.keys(en.errors.fields)).toContain(error.code);
      }),
      { numRuns: 500 },
    );
  });

  test("derived: the number of guests and the month of the budget", () => {
    expect(guestsTotal({ guestsMale: 2, guestsFemale: 3 })).toBe(5);
    expect(periodOf({ arrivalDate: "2026-12-07" })).toBe("2026-12");
  });
});
