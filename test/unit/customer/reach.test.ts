/** Whom a refusable message may reach, and what a provider's report does to that. */
import { describe, expect, test } from "vitest";
import type { Contact, Customer } from "../../../functions/customer/model.ts";
import { contactsAfter, optedOut, unreachable } from "../../../functions/customer/record-rules.ts";
import { isRefusable, reach } from "../../../functions/message/contact-rules.ts";
import { CUSTOMER_KINDS } from "../../../functions/message/kinds.ts";

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

describe("reach", () => {
  test("is the first contact who has an address and agreed", () => {
    expect(reach(customer(contact(), second), "email")).toMatchObject({
      verdict: { go: true, address: "Chen@Customer.example" },
      contact: { name: "陈辰" },
    });
    expect(reach(customer(contact(), second), "sms").verdict).toEqual({
      go: true,
      address: "+8613900000001",
    });
    expect(reach(customer(contact({ email: null }), second), "email").contact?.name).toBe("曾群");
  });

  test("is nobody, with the reason, where all are held back", () => {
    const reason = (...contacts: Contact[]) => reach(customer(...contacts), "email").verdict;
    expect(reason(contact({ suppressed: { email: true, sms: false } }))).toMatchObject({
      status: "suppressed",
      reason: "opted_out",
    });
    expect(reason(contact({ consent: { email: false, sms: true } }))).toMatchObject({ reason: "no_consent" });
    expect(reason(contact({ email: "a@b.cn, c@d.cn" }))).toMatchObject({ status: "failed" });
    expect(reason()).toMatchObject({ status: "failed", reason: "no_address" });
    expect(reach(null, "sms").verdict).toMatchObject({ reason: "unknown_customer" });
  });

  test("ends with an opt-out on that channel and no other", () => {
    const out = optedOut(customer(contact(), second), { channel: "sms", reason: "x" }, { at: AT, by: null })!;
    expect(reach(out, "sms").verdict).toMatchObject({ go: false, reason: "opted_out" });
    expect(reach(out, "email").verdict.go).toBe(true);
  });

  test("what concerns his own complaint cannot be refused, planned and reminding messages can", () => {
    expect(CUSTOMER_KINDS.filter(isRefusable)).toEqual([]);
    expect(isRefusable("follow-up.appointment")).toBe(true);
    expect(isRefusable("follow-up.customer-reminder")).toBe(true);
    expect(isRefusable("approval.request")).toBe(false);
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
    expect(reach(after, "email").contact?.name).toBe("曾群");
    expect(reach(after, "sms").contact?.name).toBe("陈辰");
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
