/** Who sets when nobody is to be disturbed (contracts/follow-ups.md "Reminders, calendar"). Pure. */
import type { Actor } from "../directory/model.ts";

export const keepsQuietHours = (actor: Actor | null): boolean =>
  actor?.active === true && actor.roles.includes("service_manager");
