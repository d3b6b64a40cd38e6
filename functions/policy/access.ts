/** Who changes the rules (contracts/approvals.md §8). Pure. */
import type { Actor } from "../directory/model.ts";

export const keepsPolicies = (actor: Actor | null): boolean =>
  actor?.active === true &&
  actor.roles.some((role) => role === "complaint_admin" || role === "service_manager");
