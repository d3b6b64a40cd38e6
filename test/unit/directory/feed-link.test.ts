import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { optOutLink } from "../../../functions/customer/opt-out-link.ts";
import { feedLink, feedOf } from "../../../functions/directory/feed-link.ts";

const keys = { current: "k2", k1: "old secret", k2: "new secret" };
const of = { staffId: "zhangyun", version: 3 };

describe("the address of a calendar", () => {
  test("says whose it is and in which version, for whoever has the keys", () => {
    const link = feedLink(keys, of);
    expect(link).toMatch(/^zhangyun\.3\.k2\.[\w-]{43}\.ics$/);
    expect(feedLink(keys, of)).toBe(link);
    expect(feedOf(keys, link)).toEqual(of);
  });

  test("holds with a key that signs no more, and ends with it", () => {
    const link = feedLink({ ...keys, current: "k1" }, of);
    expect(feedOf(keys, link)).toEqual(of);
    expect(feedOf({ current: "k2", k2: keys.k2 }, link)).toBeNull();
  });

  test("is another for every person and version", () => {
    const staff = fc.stringMatching(/^[a-z][a-z0-9._-]{0,20}$/);
    fc.assert(
      fc.property(
        staff,
        staff,
        fc.integer({ min: 1, max: 9999 }),
        fc.integer({ min: 1, max: 9999 }),
        (a, b, m, n) => {
          const link = feedLink(keys, { staffId: a, version: m });
          expect(feedOf(keys, link)).toEqual({ staffId: a, version: m });
          const other = feedLink(keys, { staffId: b, version: n });
          expect(other === link).toBe(a === b && m === n);
          // The seal of one does for no other.
          const mac = link.split(".").at(-2);
          const forged = `${b}.${n}.k2.${mac}.ics`;
          if (a !== b || m !== n) expect(feedOf(keys, forged)).toBeNull();
        },
      ),
    );
  });

  test.each([
    "",
    ".ics",
    "zhangyun.3.k2.ics",
    "zhangyun.3.current.x.ics",
    "zhangyun.3.constructor.x.ics",
    "zhangyun.0.k2.x.ics",
    "zhangyun.03.k2.x.ics",
    ".3.k2.x.ics",
  ])("%j is none", (link) => {
    expect(feedOf(keys, link)).toBeNull();
  });

  test("is no other link of ours, and a changed letter makes it none", () => {
    const link = feedLink(keys, of);
    for (let at = 0; at < link.length; at += 1) {
      const changed = `${link.slice(0, at)}${link[at] === "A" ? "B" : "A"}${link.slice(at + 1)}`;
      expect(feedOf(keys, changed), changed).toBeNull();
    }
    expect(feedOf(keys, link.slice(0, -4))).toBeNull();
    expect(feedOf(keys, optOutLink(keys, { customerId: "zhangyun", channel: "email" }))).toBeNull();
  });
});
