import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hmac, sha256 } from "../../../functions/shared/ids.ts";
import { isNonceFor, issueNonce, linkFor, linkKey, linkUrl } from "../../../functions/step/links.ts";

const keys = { current: "k2", k1: "older key", k2: "newer key" };
const of = { stepId: "JD-2026-000001-1-1", staffId: "shuaizhong", version: 1, kid: "k2" };
const shown = { link: linkFor(keys, of), contentHash: sha256("content"), revision: 1 };
const AT = Date.parse("2026-12-02T10:00:00+08:00");

/** The text with one character replaced by another one of the same alphabet. */
const mutated = (text: string) =>
  fc.record({ at: fc.nat(text.length - 1), by: fc.integer({ min: 1, max: 61 }) }).map(({ at, by }) => {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const found = letters.indexOf(text[at]!);
    return `${text.slice(0, at)}${letters[(Math.max(found, 0) + by) % letters.length]}${text.slice(at + 1)}`;
  });

describe("links", () => {
  test("are 43 base64url characters, the same each time they are derived", () => {
    expect(shown.link).toMatch(/^[\w-]{43}$/);
    expect(linkFor(keys, of)).toBe(shown.link);
    expect(linkUrl("https://careloop.example", shown.link)).toBe(`https://careloop.example/d/${shown.link}`);
  });

  test("differ by step, person, version and key", () => {
    const others = [
      { ...of, stepId: "JD-2026-000001-1-2" },
      { ...of, staffId: "zhangke" },
      { ...of, version: 2 },
      { ...of, kid: "k1" },
    ];
    expect(new Set([of, ...others].map((one) => linkFor(keys, one))).size).toBe(5);
  });

  test("the table finds a link by its hash and never holds the link", () => {
    expect(linkKey(shown.link)).toEqual({ pk: `L#${sha256(shown.link)}`, sk: "LINK" });
    expect(JSON.stringify(linkKey(shown.link))).not.toContain(shown.link);
  });

  test("a key that was removed from the secret derives nothing", () => {
    expect(() => linkFor(keys, { ...of, kid: "k0" })).toThrow(/k0/);
  });
});

describe("nonces", () => {
  test("are good for exactly the link, content and revision that the page showed", () => {
    const nonce = issueNonce(keys, shown, AT);
    expect(isNonceFor(keys, nonce, shown)).toBe(true);
    expect(isNonceFor(keys, nonce, { ...shown, link: linkFor(keys, { ...of, version: 2 }) })).toBe(false);
    expect(isNonceFor(keys, nonce, { ...shown, contentHash: sha256("other content") })).toBe(false);
    expect(isNonceFor(keys, nonce, { ...shown, revision: 2 })).toBe(false);
  });

  test("each view of a page gets another one", () => {
    expect(issueNonce(keys, shown, AT)).not.toBe(issueNonce(keys, shown, AT));
  });

  test("changed in any one character they are refused", () => {
    const nonce = issueNonce(keys, shown, AT);
    fc.assert(
      fc.property(mutated(nonce), (text) => {
        expect(isNonceFor(keys, text, shown)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("whatever else a form sends is refused and never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom(
            "",
            ".",
            "...",
            "....",
            "__proto__.a.b.c",
            "constructor.a.b.c",
            "current.a.b.c",
            "k1.a.b.c",
          ),
          fc.tuple(fc.string(), fc.string(), fc.string(), fc.string()).map((parts) => parts.join(".")),
        ),
        (text) => {
          expect(isNonceFor(keys, text, shown)).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("cannot be forged with the name of the current key, which every nonce shows", () => {
    const { link, contentHash, revision } = shown;
    const mac = hmac(keys.current, `nonce|${link}|1|random|${contentHash}|${revision}`);
    expect(isNonceFor(keys, `current.1.random.${mac}`, shown)).toBe(false);
    const real = hmac(keys.k2, `nonce|${link}|1|random|${contentHash}|${revision}`);
    expect(isNonceFor(keys, `k2.1.random.${real}`, shown)).toBe(true);
  });

  test("survive a rotation of keys while the older key is kept", () => {
    const before = issueNonce({ ...keys, current: "k1" }, shown, AT);
    expect(isNonceFor(keys, before, shown)).toBe(true);
    const { k1: _removed, ...left } = keys;
    expect(isNonceFor(left, before, shown)).toBe(false);
  });

  test("one appended or cut part is refused", () => {
    const nonce = issueNonce(keys, shown, AT);
    expect(isNonceFor(keys, `${nonce}.x`, shown)).toBe(false);
    expect(isNonceFor(keys, nonce.split(".").slice(0, 3).join("."), shown)).toBe(false);
  });
});
