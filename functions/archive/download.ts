/** `GET /api/cases/{caseId}/dossier`: where the dossier of a closed complaint can be fetched, for a minute. */
import { isDesk, maySee } from "../case/access.ts";
import { readCase } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { busy, conflict, forbidden, invalid, notFound } from "../shared/errors.ts";
import { signDossier } from "./bucket.ts";
import { archivedLine, closingOf, dossiersOf } from "./closing-rules.ts";

/** The archive is kept by the records' administrator, and used by the desk. */
export const readsDossiers = (actor: Actor): boolean =>
  isDesk(actor) || (actor.active && actor.roles.includes("records_admin"));

/**
 * `version`: which closing's; null = the last. Throws 404, 403 `not_allowed`, 409 `not_closed`, 400 `version`, and 503
 * `busy` in the moments between the closing and its dossier.
 */
export async function dossierUrl(actor: Actor, caseId: string, version: string | null): Promise<string> {
  const file = await readCase(caseId);
  if (!file?.header.complaint || !maySee(actor, file)) throw notFound();
  if (!readsDossiers(actor)) throw forbidden("not_allowed");
  if (!closingOf(file, 1)) throw conflict("not_closed");
  if (version !== null && !/^[1-9]\d{0,3}$/.test(version))
    throw invalid({ path: "version", code: "invalid" });
  const wanted = version === null ? lastOf(file) : Number(version);
  if (!closingOf(file, wanted)) throw notFound();
  if (!archivedLine(file, wanted)) throw busy();
  return signDossier(caseId, wanted);
}

/** The last closing; while its dossier is being written that of a case which was opened again is the one before. */
function lastOf(file: Parameters<typeof dossiersOf>[0]): number {
  const closings = file.events.filter((event) => event.kind === "complaint.closed").length;
  return file.header.status === "closed" ? closings : Math.max(1, dossiersOf(file));
}
