/** What every page needs to know about its reader. */
import type { Locale, Person } from "../../directory/model.ts";
import type { Session } from "../../directory/session.ts";
import type { WorkingCalendar } from "../../shared/calendar/index.ts";
import { type Catalogue, catalogue } from "../../shared/i18n/messages.ts";

export type Reader = {
  locale: Locale;
  t: Catalogue;
  /** Epoch ms: pages never ask the clock themselves. */
  now: number;
  /** Who reads; null for visitors. On a link's page without a session this is the link's person. */
  actor: Person | null;
  /** Null without a session: then there is nothing to sign out of. */
  csrf: string | null;
  /** The page's own path, to come back to after a change of language. */
  path: string;
  /** By which working hours are counted; left out, the built-in one. */
  calendar?: WorkingCalendar;
  /** Open steps, for the count in the navigation. */
  tasks?: number;
};

/** The reader of a request. */
export const readerOf = (
  of: { locale: Locale; now: number; path: string },
  session: Session | null,
  more: Partial<Reader> = {},
): Reader => ({
  locale: of.locale,
  t: catalogue(of.locale),
  now: of.now,
  path: of.path,
  actor: session?.actor ?? null,
  csrf: session?.csrf ?? null,
  ...more,
});

/** Whether budgets are shown to this person at all (contracts/budget.md §1). */
export const seesBudgets = (actor: Person | null): boolean =>
  actor?.roles.some((role) => role === "finance" || role === "general_manager" || role === "dept_manager") ===
  true;

const DECIDE: readonly string[] = [
  "dept_manager",
  "general_manager",
  "finance",
  "committee",
  "service_manager",
];

/** Whether this post decides about requests as a rule; a substitute finds his on the home page. */
export const decides = (actor: Person | null): boolean =>
  actor?.roles.some((role) => DECIDE.includes(role)) === true;

/** Whether this person may ask for a reception (contracts/approvals.md §4). */
export const asksForReceptions = (actor: Person | null): boolean =>
  actor?.roles.some((role) => role !== "host" && role !== "driver") === true;

const SEE_COMPLAINTS: readonly string[] = [
  "service_manager",
  "reception_lead",
  "aftersales_lead",
  "callcenter_lead",
  "complaint_admin",
  "records_admin",
  "claims_officer",
  "agent",
  "dept_manager",
  "general_manager",
];

/** Whether lists of complaints are shown to this person: whoever works on them, or answers for those who do. */
export const seesComplaints = (actor: Person | null): boolean =>
  actor?.roles.some((role) => SEE_COMPLAINTS.includes(role)) === true;

const SEE_FOLLOW_UPS: readonly string[] = [
  "agent",
  "aftersales_lead",
  "callcenter_lead",
  "complaint_admin",
  "service_manager",
  "records_admin",
  "general_manager",
];

/** Whether lists of follow-ups are shown to this person: whoever calls and visits, or reads all of them. */
export const seesFollowUps = (actor: Person | null): boolean =>
  actor?.roles.some((role) => SEE_FOLLOW_UPS.includes(role)) === true;

/** A path of this site that a form may send people back to; anything else becomes "/". */
export function localPath(path: string | null | undefined): string {
  if (!path || !/^\/(?![/\\])[\x21-\x7e]*$/.test(path) || path.includes("\\")) return "/";
  return path;
}
