/** Budgets: buckets, their statement, top-ups and transfers; pages and API. */
import { editBudgetChange } from "../../budget-change/edit.ts";
import { submitBudgetChange } from "../../budget-change/submit.ts";
import { DEPARTMENTS, type Department } from "../../directory/model.ts";
import { requireSession } from "../../directory/session.ts";
import { createBucket, setControl } from "../../ledger/buckets.ts";
import { readBucket, visibleBuckets } from "../../ledger/read.ts";
import type { BucketId } from "../../ledger/rules.ts";
import { entriesCsv, readEntries, readStatement } from "../../ledger/statement.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { forbidden } from "../../shared/errors.ts";
import { html, json, type Request, type Route, withJson } from "../../shared/http.ts";
import { keyOf, pagingOf, writer } from "../calls.ts";
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

const idOf = (request: Request): BucketId => ({
  department: request.params.department!,
  period: request.params.period!,
  category: request.query.get("category") ?? "hospitality",
});

const BUCKET = "/api/budgets/{department}/{period}";

const api: Route[] = [
  {
    method: "POST",
    path: "/api/budgets",
    async handle(request) {
      const { actor } = await writer(request);
      const { status, body } = await withJson(request, (input) => createBucket(actor, input, keyOf(request)));
      return json(status, body);
    },
  },
  {
    method: "GET",
    path: BUCKET,
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await readBucket(actor, idOf(request)));
    },
  },
  {
    method: "PATCH",
    path: BUCKET,
    async handle(request) {
      const { actor } = await writer(request);
      return json(200, await withJson(request, (input) => setControl(actor, idOf(request), input)));
    },
  },
  {
    method: "GET",
    path: `${BUCKET}/entries`,
    async handle(request) {
      const { actor } = await requireSession(request);
      if (!(request.headers.accept ?? "").includes("text/csv"))
        return json(200, await readEntries(actor, idOf(request), pagingOf(request.query)));
      const { entries } = await readStatement(actor, idOf(request));
      return {
        status: 200,
        headers: { "content-type": "text/csv; charset=utf-8" },
        body: entriesCsv(entries),
      };
    },
  },
];

const changeApi: Route[] = [
  {
    method: "POST",
    path: "/api/budget-changes",
    async handle(request) {
      const { actor } = await writer(request);
      const { status, body } = await withJson(request, (input) =>
        submitBudgetChange(actor, input, keyOf(request)),
      );
      return json(status, body);
    },
  },
  {
    method: "PUT",
    path: "/api/budget-changes/{caseId}",
    async handle(request) {
      const { actor } = await writer(request);
      const ifMatch = request.headers["if-match"];
      const options = { ...keyOf(request), ...(ifMatch ? { ifMatch } : {}) };
      return json(
        200,
        await withJson(request, (input) => editBudgetChange(actor, request.params.caseId!, input, options)),
      );
    },
  },
];

export const budgetRoutes: Route[] = [...api, ...changeApi, budgetRoute];
