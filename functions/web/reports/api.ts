/** The API of the statistics (contracts/complaints.md "Archive and reports"). */
import { requireSession } from "../../directory/session.ts";
import { complaintReport, reportCsv, reportXlsx } from "../../report/complaints.ts";
import { invalid } from "../../shared/errors.ts";
import { json, type Reply, type Route } from "../../shared/http.ts";
import { XLSX_TYPE } from "../../shared/xlsx.ts";

const attached = (name: string): Record<string, string> => ({
  "content-disposition": `attachment; filename="${name}"`,
});

export const reportsApiRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/reports/complaints",
    async handle(request): Promise<Reply> {
      const { actor } = await requireSession(request);
      const format = request.query.get("format") ?? "json";
      if (!["json", "csv", "xlsx"].includes(format)) throw invalid({ path: "format", code: "choose" });
      const report = await complaintReport(actor, request.query.get("period"));
      const name = `complaints-${report.period}`;
      if (format === "json") return json(200, report);
      if (format === "csv")
        return {
          status: 200,
          headers: { "content-type": "text/csv; charset=utf-8", ...attached(`${name}.csv`) },
          body: reportCsv(report),
        };
      return {
        status: 200,
        headers: { "content-type": XLSX_TYPE, ...attached(`${name}.xlsx`) },
        body: (await reportXlsx(report)).toString("base64"),
        base64: true,
      };
    },
  },
];
