/** Who reads statistics (contracts/complaints.md "Archive and reports"). Pure. */
import { isDesk } from "../case/access.ts";
import type { Actor } from "../directory/model.ts";

/** The desk and the general manager. */
export const readsReports = (actor: Actor): boolean =>
  isDesk(actor) || (actor.active && actor.roles.includes("general_manager"));
