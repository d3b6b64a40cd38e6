/** Whom a refusable message may reach, and what a provider's report does to that. */
import { describe, expect, test } from "vitest";
import type { Contact, Customer } from "../../../functions/customer/model.ts";
import { contactsAfter, optedOut, unreachable } from "../../../functions/customer/record-rules.ts";
import { judgeContact } from "../../../functions/message/contact-rules.ts";

const AT = Date.parse("2026-12-02T02:00:00Z");
const contact = (change: Partial<Contact> = {}): Contact => ({
  name: "陈辰",
  phone: "13900000001",
  email: "Chen@Customer.example",
  language: "zh-CN",
  channel: "phone",
  consent: { email: true, sms: true },
  suppressed: { email: false, sms: false },
  ...change,
});
const second = contact({ name: "曾群", phone: "+8613900000002", email: "zeng@customer.example" });
const customer = (...contacts: Contact[]): Customer =>
  ({ customerId: "C1", version: 3, contacts, optOuts: [] }) as unknown as Customer;

describe("one of a customer's people", () => {
  test("is reached who has an address and agreed", () => {
    expect(judgeContact(contact(), "email")).toEqual({ go: true, address: "Chen@Customer.example" });
    expect(judgeContact(contact(), "sms")).toEqual({ go: true, address: "+8613900000001" });
  });

  test("is not, with the reason, who opted out, never agreed or has no address", () => {
    const reason = (change: Partial<Contact>) => judgeContact(contact(change), "email");
    expect(reason({ suppressed: { email: true, sms: false } })).toMatchObject({
      status: "suppressed",
      reason: "opted_out",
    });
    expect(reason({ consent: { email: false, sms: true } })).toMatchObject({ reason: "no_consent" });
    for (const email of ["a@b.cn, c@d.cn", null])
      expect(reason({ email })).toMatchObject({ status: "failed", reason: "no_address" });
    expect(judgeContact(contact({ phone: "call me" }), "sms")).toMatchObject({ reason: "no_phone" });
  });

  test("opts out of one channel, for all of the customer's people", () => {
    const out = optedOut(customer(contact(), second), { channel: "sms", reason: "x" }, { at: AT, by: null })!;
    for (const one of out.contacts) {
      expect(judgeContact(one, "sms")).toMatchObject({ go: false, reason: "opted_out" });
      expect(judgeContact(one, "email").go).toBe(true);
    }
  });
});

describe("an address that takes no mail", () => {
  const dead = { address: "chen@customer.EXAMPLE", reason: "bounced" } as const;

  test("is held back; his colleague's is not, and SMS are not", () => {
    const after = unreachable(customer(contact(), second), dead, AT)!;
    expect(after.version).toBe(4);
    expect(after.contacts.map((one) => one.suppressed)).toEqual([
      { email: true, sms: false },
      { email: false, sms: false },
    ]);
    expect(after.contacts[0]?.consent).toEqual({ email: false, sms: true });
    expect(after.optOuts).toEqual([
      { channel: "email", reason: "bounced", at: "2026-12-02T02:00:00.000Z", by: null },
    ]);
    expect(after.contacts.map((one) => judgeContact(one, "email").go)).toEqual([false, true]);
    expect(after.contacts.map((one) => judgeContact(one, "sms").go)).toEqual([true, true]);
  });

  test("is noted once, and only where it is somebody's", () => {
    const after = unreachable(customer(contact()), dead, AT)!;
    expect(unreachable(after, dead, AT)).toBeNull();
    expect(unreachable(customer(contact()), { ...dead, address: "x@y.cn" }, AT)).toBeNull();
    expect(unreachable(customer(contact({ email: null })), dead, AT)).toBeNull();
  });

  test("stays held back when the record is saved as it was read, until he agrees again", () => {
    const { contacts } = unreachable(customer(contact()), dead, AT)!;
    expect(contactsAfter(contacts, contacts)).toEqual({ contacts, problems: [] });
    const again = contacts.map(({ suppressed: _s, ...one }) => ({
      ...one,
      consent: { email: true, sms: true },
    }));
    expect(contactsAfter(again, contacts).contacts[0]?.suppressed.email).toBe(false);
  });
});
