/** The JSON API of summaries of follow-ups, and of the report of customers. */
import { requireSession } from "../../directory/session.ts";
import { viewCustomerReport } from "../../report/customers.ts";
import {
  type Asked,
  idOf,
  summaryCsv,
  summaryXlsx,
  viewSummary,
  writeSummary,
} from "../../report/summaries.ts";
import { submitSummary } from "../../report/summary-submit.ts";
import { invalid } from "../../shared/errors.ts";
import { json, type Reply, type Request, type Route, withJson } from "../../shared/http.ts";
import { XLSX_TYPE } from "../../shared/xlsx.ts";
import { keyOf, writer } from "../calls.ts";

const SUMMARY = "/api/reports/follow-ups";

/** The month or campaign of an address. */
export const askedOf = ({ query }: Request): Asked => ({
  period: query.get("period"),
  campaign: query.get("campaign"),
});

const attached = (name: string): Record<string, string> => ({
  "content-disposition": `attachment; filename="${name}"`,
});

async function getSummary(request: Request): Promise<Reply> {
  const { actor } = await requireSession(request);
  const format = request.query.get("format") ?? "json";
  if (!["json", "csv", "xlsx"].includes(format)) throw invalid({ path: "format", code: "choose" });
  const view = await viewSummary(actor, askedOf(request));
  const name = `follow-ups-${idOf(view)}`;
  if (format === "json") return json(200, view);
  if (format === "csv")
    return {
      status: 200,
      headers: { "content-type": "text/csv; charset=utf-8", ...attached(`${name}.csv`) },
      body: await summaryCsv(view),
    };
  return {
    status: 200,
    headers: { "content-type": XLSX_TYPE, ...attached(`${name}.xlsx`) },
    body: (await summaryXlsx(view)).toString("base64"),
    base64: true,
  };
}

export const followUpReportApi: Route[] = [
  { method: "GET", path: SUMMARY, handle: getSummary },
  {
    method: "PUT",
    path: SUMMARY,
    async handle(request) {
      const { actor } = await writer(request);
      return json(200, await withJson(request, (input) => writeSummary(actor, askedOf(request), input)));
    },
  },
  {
    method: "POST",
    path: `${SUMMARY}/submit`,
    async handle(request) {
      const { actor } = await writer(request);
      const run = (input: unknown) => submitSummary(actor, input, keyOf(request));
      const { status, body } = await withJson(request, run);
      return json(status, body);
    },
  },
  {
    method: "GET",
    path: "/api/reports/customers",
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewCustomerReport(actor, request.query.get("period")));
    },
  },
];
