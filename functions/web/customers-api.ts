/** Lambda `web-customer-records`: the JSON API of customers and of the cadence, with the files of their lists. */
import { changeCadence, viewCadence } from "../customer/cadence-store.ts";
import { customersCsv, customersXlsx } from "../customer/export.ts";
import { listCustomers, readFilter } from "../customer/list.ts";
import { enterCustomer, optOutCustomer, putCustomer, viewCustomer } from "../customer/records.ts";
import { readCadence } from "../customer/schema.ts";
import { requireSession } from "../directory/session.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { invalid } from "../shared/errors.ts";
import { httpHandler, json, type Reply, type Request, type Route, withJson } from "../shared/http.ts";
import { XLSX_TYPE } from "../shared/xlsx.ts";
import { keyOf, pagingOf, writer } from "./calls.ts";

const CUSTOMER = "/api/customers/{customerId}";
const POLICY = "/api/policies/cadence";

const attached = (extension: string): Record<string, string> => ({
  "content-disposition": `attachment; filename="customers-${shanghaiDate(now())}.${extension}"`,
});

async function getList(request: Request): Promise<Reply> {
  const { actor } = await requireSession(request);
  const filter = readFilter(request.query);
  switch (request.query.get("format") || "json") {
    case "json":
      return json(200, await listCustomers(actor, filter, pagingOf(request.query)));
    case "csv":
      return {
        status: 200,
        headers: { "content-type": "text/csv; charset=utf-8", ...attached("csv") },
        body: await customersCsv(actor, filter),
      };
    case "xlsx":
      return {
        status: 200,
        headers: { "content-type": XLSX_TYPE, ...attached("xlsx") },
        body: (await customersXlsx(actor, filter)).toString("base64"),
        base64: true,
      };
    default:
      throw invalid({ path: "format", code: "choose" });
  }
}

const routes: Route[] = [
  { method: "GET", path: "/api/customers", handle: getList },
  {
    method: "POST",
    path: "/api/customers",
    async handle(request) {
      const { actor } = await writer(request);
      const run = (input: unknown) => enterCustomer(actor, input, keyOf(request));
      const { status, body } = await withJson(request, run);
      return json(status, body);
    },
  },
  {
    method: "GET",
    path: CUSTOMER,
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewCustomer(actor, request.params.customerId!));
    },
  },
  {
    method: "PUT",
    path: CUSTOMER,
    async handle(request) {
      const { actor } = await writer(request);
      const run = (input: unknown) => putCustomer(actor, request.params.customerId!, input, keyOf(request));
      return json(200, await withJson(request, run));
    },
  },
  {
    method: "POST",
    path: `${CUSTOMER}/opt-outs`,
    async handle(request) {
      const { actor } = await writer(request);
      const run = (input: unknown) => optOutCustomer(actor, request.params.customerId!, input);
      return json(201, await withJson(request, run));
    },
  },
  {
    method: "GET",
    path: POLICY,
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewCadence(actor));
    },
  },
  {
    method: "PUT",
    path: POLICY,
    async handle(request) {
      const { actor } = await writer(request);
      const run = (input: unknown) => changeCadence(actor, () => readCadence(input));
      return json(200, await withJson(request, run));
    },
  },
];

export const handler = httpHandler({ routes });
