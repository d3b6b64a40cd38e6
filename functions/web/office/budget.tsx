/** Budgets: buckets, their statement, top-ups and transfers; pages and API. */
import { DEPARTMENTS, type Department } from "../../directory/model.ts";
import { requireSession } from "../../directory/session.ts";
import { readBucket, visibleBuckets } from "../../ledger/read.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { forbidden } from "../../shared/errors.ts";
import { html, json, type Route } from "../../shared/http.ts";
import { seesBudgets } from "../models/view.ts";
import { budgetForbiddenPage, budgetPage } from "../pages/budget.tsx";
import { staffPage } from "../staff-page.ts";

/** `2026-12` moved by so many months. */
function monthAfter(period: string, months: number): string {
  const at = new Date(`${period}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + months);
  return at.toISOString().slice(0, 7);
}

/** Months that the page offers: a quarter back, and as far ahead as budgets are set. */
const MONTHS = { back: 3, ahead: 11 };

const budgetRoute = staffPage("GET", "/budget", async (request, session, r) => {
  const { actor } = session;
  if (!seesBudgets(actor)) return html(403, budgetForbiddenPage(r));
  const current = shanghaiDate(r.now).slice(0, 7);
  const asked = request.query.get("period") ?? "";
  const period = /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) ? asked : current;
  const all = await visibleBuckets(actor, period);
  const broad = actor.roles.some((role) => role === "finance" || role === "general_manager");
  const departments = broad ? [...DEPARTMENTS] : [actor.department];
  const department = request.query.get("department") ?? actor.department;
  if (!departments.includes(department as Department)) {
    if (request.wantsJson) throw forbidden("not_allowed");
    return html(403, budgetForbiddenPage(r));
  }
  const periods = Array.from({ length: MONTHS.back + MONTHS.ahead + 1 }, (_, index) =>
    monthAfter(current, index - MONTHS.back),
  );
  if (!periods.includes(period)) periods.push(period);
  return html(
    200,
    budgetPage(r, {
      department,
      period,
      bucket: all.find((one) => one.department === department) ?? null,
      departments,
      periods: periods.sort(),
      all,
    }),
  );
});

export const budgetRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/budgets/{department}/{period}",
    async handle(request) {
      const { actor } = await requireSession(request);
      const { department, period } = request.params;
      return json(
        200,
        await readBucket(actor, department!, period!, request.query.get("category") ?? "hospitality"),
      );
    },
  },
  budgetRoute,
];
