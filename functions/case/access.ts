/** Who may see a case and do what on it (DESIGN §3.9, contracts/approvals.md §1). Deny by default. Pure. */
import type { Actor, Role } from "../directory/model.ts";
import type { CaseFile } from "./model.ts";

/** Everybody who signs or signed: past, present (substitutes included). */
export const signersOf = (file: CaseFile): Set<string> =>
  new Set(file.seats.filter((seat) => seat.kind === "approval").map((seat) => seat.staffId));

/**
 * A reception is seen by its requester, its signers, `finance`, `general_manager`, `service_manager` and the managers
 * of the requester's and the cost department; a budget change by those of both its budgets; a complaint by its desk,
 * `records_admin`, `general_manager` and the responding department's manager, beside who created it and holds or held a
 * step; a claim by the desk, `claims_officer` and `finance`; a follow-up by its assignee and those who read complaints.
 * a summary by whoever reads reports. `later` are the signers that the route still expects, of a follow-up the customer's owner.
 */
export function maySee(actor: Actor, file: CaseFile, later: string[] = []): boolean {
  const { header } = file;
  if (!actor.active) return false;
  if (header.createdBy === actor.staffId || header.cc.includes(actor.staffId)) return true;
  if (header.followUp !== undefined)
    return (
      header.followUp.assignee === actor.staffId ||
      later.includes(actor.staffId) ||
      actor.roles.some((role) => READS_COMPLAINTS.includes(role))
    );
  if (file.seats.some((seat) => seat.staffId === actor.staffId) || later.includes(actor.staffId)) return true;
  if (header.summary !== undefined) return readsReports(actor);
  // Whoever settles claims sees what they are about, and the desk what becomes of them.
  if (header.claim !== undefined) return actor.roles.some((role) => READS_CLAIMS.includes(role));
  if (header.complaint?.claimId !== undefined && actor.roles.includes("claims_officer")) return true;
  if (header.complaint !== undefined)
    return (
      actor.roles.some((role) => READS_COMPLAINTS.includes(role)) ||
      (actor.roles.includes("dept_manager") && actor.department === header.complaint.respondingDept)
    );
  if (actor.roles.some((role) => ["finance", "general_manager", "service_manager"].includes(role)))
    return true;
  return (
    actor.roles.includes("dept_manager") &&
    (actor.department === header.department ||
      actor.department === header.facts.costDepartment ||
      header.buckets.some((bucket) => bucket.department === actor.department))
  );
}

/** The complaints desk (contracts/complaints.md). */
export const DESK: readonly Role[] = [
  "aftersales_lead",
  "callcenter_lead",
  "complaint_admin",
  "service_manager",
];
const READS_COMPLAINTS: readonly Role[] = [...DESK, "records_admin", "general_manager"];
const READS_CLAIMS: readonly Role[] = [...READS_COMPLAINTS, "claims_officer", "finance"];
export const isDesk = (actor: Actor): boolean =>
  actor.active && actor.roles.some((role) => DESK.includes(role));

/** Who reads statistics: the desk and the general manager. */
export const readsReports = (actor: Actor): boolean =>
  isDesk(actor) || (actor.active && actor.roles.includes("general_manager"));

/** Findings are for the requester, the signers (`later`: expected ones) and `finance` (contracts/budget.md §5). */
export const maySeeFindings = (actor: Actor, file: CaseFile, later: string[] = []): boolean =>
  file.header.createdBy === actor.staffId ||
  signersOf(file).has(actor.staffId) ||
  later.includes(actor.staffId) ||
  actor.roles.includes("finance");

/** Requester and signers may attach files; to a complaint or a follow-up whoever may see it. */
export const mayAttach = (actor: Actor, file: CaseFile): boolean =>
  ((file.header.complaint !== undefined || file.header.followUp !== undefined) && maySee(actor, file)) ||
  file.header.createdBy === actor.staffId ||
  signersOf(file).has(actor.staffId);

/** Every staff role but `host` and `driver` may ask for a reception (contracts/approvals.md §4). */
export const maySubmit = (actor: Actor): boolean =>
  actor.roles.some((role) => role !== "host" && role !== "driver");
