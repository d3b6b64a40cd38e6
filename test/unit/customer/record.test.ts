/** The record of a customer: what is known of him, what follows from a change, what an opt-out does, and its link. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_CADENCE } from "../../../functions/customer/cadence-rules.ts";
import { customerItem, type Known, nameChanges } from "../../../functions/customer/items.ts";
import type { Contact, Customer } from "../../../functions/customer/model.ts";
import { optOutLink, optOutOf } from "../../../functions/customer/opt-out-link.ts";
import {
  changed,
  changeProblems,
  completenessOf,
  contactsAfter,
  isFound,
  isStale,
  needsRegister,
  newCustomer,
  optedOut,
  STALE_DAYS,
  viewOf,
} from "../../../functions/customer/record-rules.ts";
import { aliasKey } from "../../../functions/customer/rules.ts";
import { readCadence, readChange, readEntry } from "../../../functions/customer/schema.ts";
import { defaultCalendar as calendar } from "../../../functions/shared/calendar/index.ts";
import type { Refusal } from "../../../functions/shared/errors.ts";

const AT = Date.parse("2026-12-02T02:00:00Z");
const around = { calendar, policy: DEFAULT_CADENCE, at: AT, by: "liuyanli" };
const contact = (change: Partial<Contact> = {}): Contact => ({
  name: "陈辰",
  phone: "+8613900000001",
  email: "chen@customer.example",
  language: "zh-CN",
  channel: "phone",
  consent: { email: true, sms: true },
  suppressed: { email: false, sms: false },
  ...change,
});
const customer = (change: Partial<Customer> = {}): Customer => ({
  ...newCustomer(
    "C0009",
    {
      name: "洁丽雅有限公司",
      aliases: ["洁丽雅"],
      address: null,
      companyType: null,
      tier: "D",
      creditGrade: "C",
      owner: "zhangyun",
      contacts: [contact()],
      nextDueOn: null,
    },
    around,
  ),
  ...change,
});
const refusal = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    return (error as Refusal).fields.map(({ path, code }) => `${path} ${code}`);
  }
  return [];
};

describe("a new customer", () => {
  test("is planned for the next working day", () => {
    expect(customer()).toMatchObject({ version: 1, nextDueOn: "2026-12-03", noNextReason: null });
  });
  test("keeps no alias twice, nor one that says the same as the name", () => {
    const fields = { ...customer(), aliases: ["洁丽雅", "「洁丽雅」", "洁丽雅 有限公司"] };
    expect(newCustomer("C1", fields, around).aliases).toEqual(["洁丽雅"]);
  });
});

test("completeness grows with what is known and ends at 1", () => {
  const full = customer({
    address: "成都",
    companyType: "纺织",
    contacts: [contact(), contact({ name: "周敏" })],
  });
  expect(completenessOf(full)).toBe(1);
  expect(completenessOf(customer())).toBeLessThan(1);
  expect(completenessOf(customer({ owner: null }))).toBeLessThan(completenessOf(customer()));
});

test("a customer is stale when nobody has touched or contacted him for long", () => {
  const day = 86_400_000;
  expect(isStale(customer(), AT + STALE_DAYS * day)).toBe(false);
  expect(isStale(customer(), AT + STALE_DAYS * day + 1)).toBe(true);
  const spoken = customer({ lastContactAt: new Date(AT + 10 * day).toISOString() });
  expect(isStale(spoken, AT + (STALE_DAYS + 9) * day)).toBe(false);
});

test("a search finds name and alias, whatever people write differently", () => {
  for (const q of ["洁丽雅", "丽雅有限", " 洁丽雅　有限公司 ", "「洁丽雅」", ""])
    expect(isFound(customer(), q)).toBe(true);
  expect(isFound(customer(), "快洁")).toBe(false);
});

describe("a change", () => {
  test("that changes nothing is none", () => {
    expect(changed(customer(), { name: "洁丽雅有限公司", contacts: [contact()] }, around)).toBeNull();
  });
  test("to another tier plans anew, unless it says when", () => {
    expect(changed(customer({ nextDueOn: "2027-06-01" }), { tier: "A" }, around)).toMatchObject({
      version: 2,
      nextDueOn: "2026-12-17",
    });
    expect(changed(customer(), { tier: "A", nextDueOn: "2027-01-04" }, around)?.nextDueOn).toBe("2027-01-04");
  });
  test("to no next day needs a reason, and a day takes the reason away", () => {
    expect(changeProblems(customer(), { nextDueOn: null })).toEqual([
      { path: "noNextReason", code: "reason_required" },
    ]);
    const none = changed(customer(), { nextDueOn: null, noNextReason: "已停业" }, around);
    expect(none).toMatchObject({ nextDueOn: null, noNextReason: "已停业" });
    expect(changed(none as Customer, { nextDueOn: "2027-01-04" }, around)?.noNextReason).toBeNull();
  });
  test("of tier, grade or owner is the register's", () => {
    expect(needsRegister(customer(), { tier: "D", owner: "zhangyun", address: "成都" })).toBe(false);
    for (const change of [{ tier: "A" }, { creditGrade: "A" }, { owner: null }] as const)
      expect(needsRegister(customer(), change)).toBe(true);
  });
});

describe("opting out", () => {
  const out = optedOut(customer(), { channel: "email", reason: "太多" }, { at: AT, by: null }) as Customer;
  test("holds back the channel for every contact, once", () => {
    expect(out.contacts[0]).toMatchObject({
      consent: { email: false, sms: true },
      suppressed: { email: true, sms: false },
    });
    expect(out.version).toBe(2);
    expect(optedOut(out, { channel: "email", reason: "还是太多" }, { at: AT, by: null })).toBeNull();
  });
  test("stays with the address until he agrees again", () => {
    const { suppressed: _s, ...given } = out.contacts[0] as Contact;
    expect(contactsAfter([given], out.contacts).contacts[0]?.suppressed.email).toBe(true);
    const agrees = { ...given, consent: { email: true, sms: true } };
    expect(contactsAfter([agrees], out.contacts).contacts[0]?.suppressed.email).toBe(false);
    const other = { ...given, email: "other@customer.example" };
    expect(contactsAfter([other], out.contacts).contacts[0]?.suppressed.email).toBe(false);
  });
  test("cannot be claimed or denied by who changes the record", () => {
    const claimed = { ...contact(), suppressed: { email: true, sms: false } };
    expect(contactsAfter([claimed], [contact()]).problems).toEqual([
      { path: "contacts.0.suppressed", code: "derived" },
    ]);
    expect(contactsAfter(out.contacts, out.contacts).problems).toEqual([]);
  });
});

describe("the link to opt out by", () => {
  const keys = { current: "k2", k1: "old", k2: "new" };
  test("says whom and what, and an older key's stays good", () => {
    const of = { customerId: "C0009", channel: "sms" } as const;
    expect(optOutOf(keys, optOutLink(keys, of))).toEqual(of);
    expect(optOutOf(keys, optOutLink({ current: "k1", k1: "old" }, of))).toEqual(of);
  });
  test("that was changed anywhere is none", () => {
    const link = optOutLink(keys, { customerId: "C0009", channel: "email" });
    fc.assert(
      fc.property(fc.nat(link.length - 1), fc.constantFrom(..."aZ9.-_x"), (at, letter) => {
        fc.pre(link[at] !== letter);
        const mutated = link.slice(0, at) + letter + link.slice(at + 1);
        expect(optOutOf(keys, mutated)).toBeNull();
      }),
    );
    for (const bad of [
      "",
      "email",
      `${link}.x`,
      link.replace(".k2.", ".current."),
      link.replace("k2", "__proto__"),
    ])
      expect(optOutOf(keys, bad)).toBeNull();
  });
});

describe("names", () => {
  const known: Known = {
    customer: customer(),
    owned: ["洁丽雅有限公司", "洁丽雅"].map((one) => aliasKey(one).pk),
  };
  test("that somebody else has are not taken from him", () => {
    const after = customer({ aliases: ["洁丽雅", "快洁"] });
    const changes = nameChanges(known, after, new Map([[aliasKey("快洁").pk, "C0002"]]));
    expect(changes).toEqual({ owned: known.owned, put: [], drop: [] });
  });
  test("are written anew when what they say of him changes, and given up with the name", () => {
    const { put } = nameChanges(known, customer({ tier: "A" }), new Map());
    expect(put).toEqual(known.owned);
    expect(nameChanges(known, customer({ aliases: [] }), new Map()).drop).toEqual([aliasKey("洁丽雅").pk]);
  });
});

test("an item has no empty attribute that an index looks at", () => {
  const none = customerItem(customer({ owner: null, nextDueOn: null }), []);
  expect(none).not.toHaveProperty("owner");
  expect(none).not.toHaveProperty("dueShard");
  expect(customerItem(customer(), [])).toMatchObject({ owner: "zhangyun", nextDueOn: "2026-12-03" });
});

describe("what people send", () => {
  const entry = { name: "甲公司", tier: "A", contacts: [{ name: "王", phone: "13800000001" }] };
  test("an entry needs name, tier and a contact, and has defaults for the rest", () => {
    expect(readEntry(entry)).toMatchObject({
      aliases: [],
      owner: null,
      creditGrade: "C",
      contacts: [{ email: null, language: "zh-CN", channel: "phone", consent: { email: true, sms: true } }],
    });
    expect(refusal(() => readEntry({}))).toEqual(["name required", "tier required", "contacts required"]);
    expect(refusal(() => readEntry({ ...entry, contacts: [] }))).toEqual(["contacts required"]);
    expect(refusal(() => readEntry({ ...entry, completeness: 1, customerId: "a b" }))).toEqual([
      "customerId invalid",
      "completeness unknown_field",
    ]);
    expect(refusal(() => readEntry({ ...entry, name: "甲\n公司", tier: "E" }))).toEqual([
      "name control_characters",
      "tier choose",
    ]);
  });
  test("a change may send back what it read", () => {
    expect(() => readChange({ ...viewOf(customer()) })).not.toThrow();
    expect(refusal(() => readChange({}))).toEqual(["version required"]);
  });
  test("a cadence that would call on somebody more than once a day is refused", () => {
    const document = { version: 1, ...DEFAULT_CADENCE };
    expect(readCadence(document)).toEqual({ version: 1, policy: DEFAULT_CADENCE });
    const tiers = { ...DEFAULT_CADENCE.tiers, A: { ...DEFAULT_CADENCE.tiers.A, unit: "week", count: 8 } };
    expect(refusal(() => readCadence({ ...document, tiers }))).toEqual(["tiers.A.count at_most"]);
    expect(refusal(() => readCadence({ ...document, coverageTarget: 1.5 }))).toEqual([
      "coverageTarget at_most",
    ]);
  });
});
