/** The page of the statistics. */
import { complaintReport } from "../../report/complaints.ts";
import { html, type Route, redirect } from "../../shared/http.ts";
import { complaintReportPage } from "../pages/complaint-report.tsx";
import { staffPage } from "../staff-page.ts";

export const reportPageRoutes: Route[] = [
  staffPage("GET", "/reports", async () => redirect("/reports/complaints")),
  staffPage("GET", "/reports/complaints", async (request, session, r) => {
    const period = request.query.get("period");
    // An empty month of the form is the running one.
    const report = await complaintReport(session.actor, period === "" ? null : period);
    return html(200, complaintReportPage(r, report));
  }),
];
