/** Hashes and comparisons used for ids, content hashes, links and nonces. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import canonicalize from "canonicalize";

/** Hex SHA-256 of text or bytes. */
export const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** Hex SHA-256 of the RFC 8785 (JCS) form: equal documents have equal hashes whatever their key order. */
export function hashOf(document: unknown): string {
  const text = canonicalize(document);
  if (text === undefined) throw new TypeError("Not a JSON document");
  return sha256(text);
}

/** base64url HMAC-SHA-256, 43 characters. */
export const hmac = (key: string, text: string): string =>
  createHmac("sha256", key).update(text).digest("base64url");

/** Compares two strings without telling by time where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
