/** The API of dossiers (contracts/complaints.md "Archive and reports"). */
import { dossierUrl } from "../../archive/download.ts";
import { MAX_DOSSIER, verifyOnRecord } from "../../archive/verify.ts";
import type { Locale } from "../../directory/model.ts";
import { requireSession } from "../../directory/session.ts";
import { json, type Route } from "../../shared/http.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { archiveTexts } from "../../shared/i18n/sections/archive.ts";

/** What was found, in the reader's language. */
export async function verification(bytes: Uint8Array, locale: Locale) {
  const { valid, caseId, events, problems } = await verifyOnRecord(bytes);
  const texts = archiveTexts(locale).problems;
  return {
    valid,
    caseId,
    events,
    problems: problems.map(({ code, part = "" }) => ({ code, message: fill(texts[code], { part }) })),
  };
}

export const dossierApiRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/cases/{caseId}/dossier",
    async handle(request) {
      const { actor } = await requireSession(request);
      const location = await dossierUrl(actor, request.params.caseId!, request.query.get("version"));
      return { status: 302, headers: { location } };
    },
  },
  {
    // It changes nothing, so it asks for no token of ours: whoever is signed in may ask about any file.
    method: "POST",
    path: "/api/dossiers/verify",
    maxBytes: MAX_DOSSIER,
    async handle(request) {
      await requireSession(request);
      return json(200, await verification(request.bytes(), request.locale));
    },
  },
];
