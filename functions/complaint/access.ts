/** Who may do what on a complaint beside reading it (contracts/complaints.md "The case"). Pure. */
import { isDesk } from "../case/access.ts";
import type { CaseFile } from "../case/model.ts";
import type { Actor, Role } from "../directory/model.ts";
import type { ComplaintState } from "./model.ts";

/** Whoever has the case now, at whatever level. */
export const isHandler = (actor: Actor, file: CaseFile): boolean =>
  actor.active && file.header.complaint?.assignee === actor.staffId;

/** Handler and desk grade, write to the customer, pause and resume. */
export const mayWork = (actor: Actor, file: CaseFile): boolean => isDesk(actor) || isHandler(actor, file);

/** These read every complaint. */
const READS_ALL: readonly Role[] = ["records_admin", "general_manager"];
export const readsAll = (actor: Actor): boolean =>
  isDesk(actor) || actor.roles.some((role) => READS_ALL.includes(role));

/**
 * Whether a line of the register is somebody's own: what he entered, handles or handled, is on copy of, or answers for as
 * the manager of the responding department. `held`: cases of which he holds a step now.
 */
export function isTheirs(
  actor: Actor,
  header: { caseId: string; createdBy: string; cc: readonly string[]; complaint?: ComplaintState },
  held: ReadonlySet<string>,
): boolean {
  if (header.createdBy === actor.staffId || header.cc.includes(actor.staffId)) return true;
  if (held.has(header.caseId) || header.complaint?.handlers.includes(actor.staffId)) return true;
  return actor.roles.includes("dept_manager") && header.complaint?.respondingDept === actor.department;
}
