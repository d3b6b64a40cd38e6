/** What finds complaints that are the same, and customers by their phone without keeping it. Pure. */
import { normalisedPhone } from "../message/sms-rules.ts";
import { sameText, sha256 } from "../shared/ids.ts";
import type { Category, ComplaintPolicy } from "./model.ts";

const DAY_MS = 86_400_000;

/** By this the cases of a phone are found. */
export const phoneHashOf = (phone: string): string => sha256(normalisedPhone(phone));

/** The last four digits, which the customer's page asks for. */
export const tailOf = (phone: string): string => normalisedPhone(phone).slice(-4);

export const tailHashOf = (salt: string, tail: string): string => sha256(`${salt}|${tail}`);

/** Whether somebody knows the last four digits; takes the same time for any answer, also for a case that is not there. */
export function knowsTail(kept: { tailSalt: string; tailHash: string } | null, tail: unknown): boolean {
  const given = typeof tail === "string" && /^\d{4}$/.test(tail) ? tail : "";
  const matches = sameText(kept?.tailHash ?? sha256(""), tailHashOf(kept?.tailSalt ?? "", given));
  return kept !== null && given !== "" && matches;
}

/** `XD202612010017` however it was typed; null where there is none. */
export function normalisedWaybill(waybillNo: string | null | undefined): string | null {
  const bare = (waybillNo ?? "")
    .normalize("NFKC")
    .replace(/[\s\p{Pd}]/gu, "")
    .toUpperCase();
  return bare === "" ? null : bare;
}

/** What of a complaint tells whether another is the same. `receivedAt`: table stamp. */
export type Likeness = {
  caseId: string;
  /** Normalised. */
  waybillNo: string | null;
  phoneHash: string;
  category: Category;
  receivedAt: string;
  mergedInto?: string;
};

/**
 * Cases that may be the same complaint, newest first: the same waybill, or the same phone and category, received at most
 * so many days apart. One that was merged points at where it went.
 */
export function duplicatesOf(one: Likeness, others: readonly Likeness[], policy: ComplaintPolicy): string[] {
  const received = Date.parse(one.receivedAt);
  const found = others
    .filter((other) => other.caseId !== one.caseId)
    .filter((other) => Math.abs(received - Date.parse(other.receivedAt)) <= policy.duplicateDays * DAY_MS)
    .filter(
      (other) =>
        (one.waybillNo !== null && other.waybillNo === one.waybillNo) ||
        (other.phoneHash === one.phoneHash && other.category === one.category),
    )
    .sort((a, b) => (a.receivedAt === b.receivedAt ? 0 : a.receivedAt < b.receivedAt ? 1 : -1))
    .map((other) => other.mergedInto ?? other.caseId);
  return [...new Set(found)].filter((caseId) => caseId !== one.caseId);
}
