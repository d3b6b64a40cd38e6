/** Who looks after what the routing cannot decide: the policy's administrator (contracts/approvals.md §3). Pure. */
import type { Actor } from "../directory/model.ts";
import type { ApprovalPolicy } from "./model.ts";

export function isAdministrator(actor: Actor, policy: Pick<ApprovalPolicy, "administrator">): boolean {
  const { administrator } = policy;
  if (!actor.active) return false;
  if ("staffIds" in administrator) return administrator.staffIds.includes(actor.staffId);
  return "role" in administrator && actor.roles.includes(administrator.role);
}
