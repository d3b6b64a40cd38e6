/**
 * Who has shown that he knows the last digits may go on for a while (contracts/complaints.md: a cookie of 30 minutes). The
 * pass is sealed and says which case and until when; the phone is not in it, only bound into the seal.
 */
import type { ComplaintState } from "../complaint/model.ts";
import { hmac, sameText } from "../shared/ids.ts";
import type { LinkKeys } from "../step/links.ts";

export const PASS = "careloop_case";

export type PassOf = { caseId: string; phoneHash: ComplaintState["phoneHash"] };

const seal = (key: string, { caseId, phoneHash }: PassOf, until: string): string =>
  hmac(key, `case-pass|${caseId}|${until}|${phoneHash}`);

/** The value for Set-Cookie. Each case has its own; `at` epoch ms, `life` ms. */
export function passCookie(keys: LinkKeys, of: PassOf, at: number, life: number): string {
  const until = (at + life).toString(36);
  const value = `${keys.current}.${until}.${seal(keys[keys.current] ?? "", of, until)}`;
  return cookie(of.caseId, value, Math.floor(life / 1000));
}

const cookie = (caseId: string, value: string, seconds: number): string =>
  `${PASS}=${value}; Path=/c/${caseId}; HttpOnly; Secure; SameSite=Lax; Max-Age=${seconds}`;

/** Whether a pass is one for this case, and still good. */
export function isPassFor(keys: LinkKeys, value: string | undefined, of: PassOf, at: number): boolean {
  const [kid, until, mac, rest] = (value ?? "").split(".");
  if (!kid || !until || !mac || rest !== undefined) return false;
  if (kid === "current" || !Object.hasOwn(keys, kid)) return false;
  if (!/^[0-9a-z]{1,12}$/.test(until) || Number.parseInt(until, 36) <= at) return false;
  return sameText(mac, seal(keys[kid] ?? "", of, until));
}
