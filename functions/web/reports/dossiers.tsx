/** The page that verifies a dossier. */
import { MAX_DOSSIER } from "../../archive/verify.ts";
import { checkCsrf } from "../../directory/session.ts";
import { Refusal } from "../../shared/errors.ts";
import { html, type Route } from "../../shared/http.ts";
import { archiveTexts } from "../../shared/i18n/sections/archive.ts";
import { readMultipart } from "../../shared/multipart.ts";
import { verifyPage } from "../pages/verify-dossier.tsx";
import { staffPage } from "../staff-page.ts";
import { verification } from "./dossier-api.ts";

const PATH = "/dossiers/verify";
/** What a form adds to the file that it carries. */
const FORM_BYTES = 4096;

export const dossierRoutes: Route[] = [
  staffPage("GET", PATH, async (_request, _session, r) =>
    html(200, verifyPage({ ...r, path: PATH }, { found: null, problem: null })),
  ),
  {
    ...staffPage("POST", PATH, async (request, session, r) => {
      const form = readMultipart(request.bytes(), request.contentType);
      if (!form) throw new Refusal(415, "content_type");
      checkCsrf(session, request, form.fields);
      const file = form.files.get("file");
      const t = archiveTexts(r.locale).verify;
      const here = { ...r, path: PATH };
      if (!file || file.length === 0) return html(400, verifyPage(here, { found: null, problem: t.choose }));
      if (file.length > MAX_DOSSIER) return html(413, verifyPage(here, { found: null, problem: t.tooLarge }));
      return html(200, verifyPage(here, { found: await verification(file, r.locale), problem: null }));
    }),
    maxBytes: MAX_DOSSIER + FORM_BYTES,
  },
];
