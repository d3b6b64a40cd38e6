/** What a contact makes of a customer: his next day, the cap over all processes, and who wants none. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, DEFAULT_CADENCE, intervalDays } from "../../../functions/customer/cadence-rules.ts";
import { contacted, isTired, wantsNoContact } from "../../../functions/customer/contact-rules.ts";
import { handleChanges } from "../../../functions/customer/items.ts";
import type { Contact, Customer } from "../../../functions/customer/model.ts";
import { TIERS } from "../../../functions/customer/model.ts";
import { newCustomer } from "../../../functions/customer/record-rules.ts";
import { emailHandle, phoneHandle } from "../../../functions/customer/rules.ts";
import { defaultCalendar as calendar, dayKind } from "../../../functions/shared/calendar/index.ts";
import { shanghaiDate, stamp } from "../../../functions/shared/clock.ts";

const policy = DEFAULT_CADENCE;
const contact = (change: Partial<Contact> = {}): Contact => ({
  name: "陈辰",
  phone: "+8613920000001",
  email: "chen@customer.example",
  language: "zh-CN",
  channel: "phone",
  consent: { email: true, sms: true },
  suppressed: { email: false, sms: false },
  ...change,
});
const AT = Date.parse("2026-12-07T10:00:00+08:00");
const customer = (change: Partial<Customer> = {}): Customer => ({
  ...newCustomer(
    "C0001",
    {
      name: "洁丽雅有限公司",
      aliases: [],
      address: null,
      companyType: null,
      tier: "B",
      creditGrade: "C",
      owner: null,
      contacts: [contact()],
      nextDueOn: null,
    },
    { calendar, policy, at: AT, by: null },
  ),
  ...change,
});
const reached = (at: string) => ({ at, process: "complaint", caseId: "TS-2026-000001" });

describe("a contact", () => {
  test("sets when and by what he was last spoken to, and counts the next day from it", () => {
    const after = contacted(customer(), reached("2026-12-10T02:00:00.000Z"), { calendar, policy });
    expect(after).toMatchObject({
      version: 2,
      lastContactAt: "2026-12-10T02:00:00.000Z",
      lastContactSource: { process: "complaint", caseId: "TS-2026-000001" },
      // 9 January 2027 is a Saturday.
      nextDueOn: "2027-01-11",
    });
  });

  test("in the evening counts from the day in Shanghai", () => {
    const after = contacted(customer({ tier: "A" }), reached("2026-12-06T16:30:00.000Z"), {
      calendar,
      policy,
    });
    expect(after?.nextDueOn).toBe("2026-12-22");
  });

  test("of somebody who was to have no next one gives him one: he came by himself", () => {
    const none = customer({ nextDueOn: null, noNextReason: "已停业" });
    const after = contacted(none, reached("2026-12-10T02:00:00.000Z"), { calendar, policy });
    expect(after).toMatchObject({ nextDueOn: "2027-01-11", noNextReason: null });
  });

  test("never goes back in time, and the same one twice changes nothing", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TIERS),
        fc.array(fc.integer({ min: 0, max: 400 * 86_400_000 }), { minLength: 1, maxLength: 12 }),
        (tier, offsets) => {
          let now = customer({ tier });
          for (const offset of [...offsets, ...offsets])
            now = contacted(now, reached(stamp(AT + offset)), { calendar, policy }) ?? now;
          const last = stamp(AT + Math.max(...offsets));
          expect(now.lastContactAt).toBe(last);
          const least = addDays(shanghaiDate(last), intervalDays(policy.tiers[tier]));
          expect(now.nextDueOn! >= least).toBe(true);
          expect(dayKind(calendar, now.nextDueOn!).working).toBe(true);
          // As often as something new was said, and no oftener.
          const rising = offsets.filter((one, index) => one > Math.max(-1, ...offsets.slice(0, index)));
          expect(now.version).toBe(1 + rising.length);
        },
      ),
    );
  });
});

describe("the cap", () => {
  const days = (...ago: number[]) => ago.map((one) => stamp(AT - one * 86_400_000));

  test("counts what was within its days, of whatever process", () => {
    expect(isTired(days(1, 2, 6.9), policy, AT)).toBe(true);
    expect(isTired(days(1, 2, 7), policy, AT)).toBe(false);
    expect(isTired(days(1, 2), policy, AT)).toBe(false);
    expect(isTired(days(1, 2, 3), { fatigue: { contacts: 4, days: 7 } }, AT)).toBe(false);
  });

  test("what is yet to come does not count", () => {
    expect(isTired(days(-1, 1, 2), policy, AT)).toBe(false);
  });
});

describe("who wants no contact", () => {
  const out = { suppressed: { email: true, sms: true }, consent: { email: false, sms: false } };

  test("has refused the channel with all his people", () => {
    const noMail = contact({ suppressed: { email: true, sms: false } });
    expect(wantsNoContact({ contacts: [noMail] }, "email")).toBe(true);
    expect(wantsNoContact({ contacts: [contact({ consent: { email: false, sms: true } })] }, "email")).toBe(
      true,
    );
    expect(wantsNoContact({ contacts: [noMail] }, "phone")).toBe(false);
    expect(wantsNoContact({ contacts: [noMail, contact()] }, "email")).toBe(false);
  });

  test("or has opted out of all that can be refused", () => {
    expect(wantsNoContact({ contacts: [contact(out)] }, "onsite")).toBe(true);
    expect(wantsNoContact({ contacts: [contact(out), contact()] }, "onsite")).toBe(false);
    expect(wantsNoContact({ contacts: [] }, "phone")).toBe(false);
  });
});

test("a customer is found by the phones and addresses that he has, and no longer by those that he had", () => {
  const before = customer();
  const after = customer({ contacts: [contact({ phone: "139 2000 0002" })] });
  expect(handleChanges(before, after)).toEqual({
    put: [phoneHandle("+86 139-2000-0002")],
    drop: [phoneHandle("13920000001")],
  });
  expect(handleChanges(before, before)).toEqual({ put: [], drop: [] });
  expect(handleChanges(null, customer({ contacts: [contact(), contact({ email: null })] })).put).toEqual([
    phoneHandle("13920000001"),
    emailHandle(" Chen@Customer.example "),
  ]);
});
