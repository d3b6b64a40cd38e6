/** The API of archive and reports (contracts/complaints.md "Archive and reports"). */
import { dossierUrl } from "../../archive/download.ts";
import { MAX_DOSSIER, verifyOnRecord } from "../../archive/verify.ts";
import type { Locale } from "../../directory/model.ts";
import { requireSession } from "../../directory/session.ts";
import { complaintReport, reportCsv, reportXlsx } from "../../report/complaints.ts";
import { invalid } from "../../shared/errors.ts";
import { json, type Reply, type Route } from "../../shared/http.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { archiveTexts } from "../../shared/i18n/sections/archive.ts";
import { XLSX_TYPE } from "../../shared/xlsx.ts";

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

const attached = (name: string): Record<string, string> => ({
  "content-disposition": `attachment; filename="${name}"`,
});

export const reportsApiRoutes: Route[] = [
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
  {
    method: "GET",
    path: "/api/reports/complaints",
    async handle(request): Promise<Reply> {
      const { actor } = await requireSession(request);
      const format = request.query.get("format") ?? "json";
      const report = await complaintReport(actor, request.query.get("period"));
      const name = `complaints-${report.period}`;
      switch (format) {
        case "json":
          return json(200, report);
        case "csv":
          return {
            status: 200,
            headers: { "content-type": "text/csv; charset=utf-8", ...attached(`${name}.csv`) },
            body: reportCsv(report),
          };
        case "xlsx":
          return {
            status: 200,
            headers: { "content-type": XLSX_TYPE, ...attached(`${name}.xlsx`) },
            body: (await reportXlsx(report)).toString("base64"),
            base64: true,
          };
        default:
          throw invalid({ path: "format", code: "choose" });
      }
    },
  },
];
