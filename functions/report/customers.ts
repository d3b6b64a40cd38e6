/** `GET /api/reports/customers`: reads the register once and counts it for a month. */
import { readsReports } from "../case/access.ts";
import { everyCustomer } from "../customer/list.ts";
import type { Actor } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { now } from "../shared/clock.ts";
import { forbidden, invalid } from "../shared/errors.ts";
import { isMonth, monthOf } from "./complaint-rules.ts";
import { type CustomerReport, count, customerReportOf, nothingCounted } from "./customer-rules.ts";

/** Owners come with their names. */
export type CustomerReportView = Omit<CustomerReport, "byOwner"> & {
  byOwner: (CustomerReport["byOwner"][number] & { name: string })[];
};

/** `period`: `YYYY-MM`; without one the running month. Throws 403 `not_allowed`, 400 `period`. */
export async function viewCustomerReport(actor: Actor, period: string | null): Promise<CustomerReportView> {
  if (!readsReports(actor)) throw forbidden("not_allowed");
  const month = period || monthOf(now());
  if (!isMonth(month)) throw invalid({ path: "period", code: "month" });
  const [report, staff] = await Promise.all([countCustomers(month), people()]);
  const names = new Map(staff.map(({ staffId, name }) => [staffId, name]));
  return {
    ...report,
    byOwner: report.byOwner.map((line) => ({ ...line, name: names.get(line.staffId) ?? line.staffId })),
  };
}

/** The register as it is now, counted for a month. */
export async function countCustomers(period: string): Promise<CustomerReport> {
  const at = now();
  let counting = nothingCounted();
  for await (const page of everyCustomer())
    for (const customer of page) counting = count(counting, customer, period, at);
  return customerReportOf(period, counting);
}
