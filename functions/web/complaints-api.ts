/** The JSON API of the complaints desk beside what is done on one case (contracts/complaints.md). */
import { exportRegister, readRegister, registerCsv, registerXlsx } from "../complaint/register.ts";
import { readRegisterQuery } from "../complaint/register-rules.ts";
import { replyTemplates } from "../complaint/templates.ts";
import { requireSession } from "../directory/session.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { invalid } from "../shared/errors.ts";
import { json, type Route } from "../shared/http.ts";
import { XLSX_TYPE } from "../shared/xlsx.ts";
import { calendarApiRoutes } from "./calendar-api.ts";
import { pagingOf } from "./calls.ts";

/** A file to be saved under the day's name. */
const download = (extension: string, type: string): Record<string, string> => ({
  "content-type": type,
  "content-disposition": `attachment; filename="complaints-${shanghaiDate(now())}.${extension}"`,
});

const getRegister: Route = {
  method: "GET",
  path: "/api/complaints",
  async handle(request) {
    const { actor } = await requireSession(request);
    const query = readRegisterQuery(request.query);
    switch (request.query.get("format") || "json") {
      case "json":
        return json(200, await readRegister(actor, query, pagingOf(request.query)));
      case "csv": {
        const body = registerCsv(await exportRegister(actor, query));
        return { status: 200, headers: download("csv", "text/csv; charset=utf-8"), body };
      }
      case "xlsx": {
        const workbook = await registerXlsx(await exportRegister(actor, query));
        const body = workbook.toString("base64");
        return { status: 200, headers: download("xlsx", XLSX_TYPE), body, base64: true };
      }
      default:
        throw invalid({ path: "format", code: "choose" });
    }
  },
};

const getTemplates: Route = {
  method: "GET",
  path: "/api/reply-templates",
  async handle(request) {
    await requireSession(request);
    const asked = request.query.get("locale");
    const locale = asked === "en" || asked === "zh-CN" ? asked : request.locale;
    return json(200, replyTemplates(locale));
  },
};

export const complaintsApiRoutes: Route[] = [getRegister, getTemplates, ...calendarApiRoutes];
