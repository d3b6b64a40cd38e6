/** Budgets: buckets, their statement, top-ups and transfers; pages and API. */

import { editBudgetChange } from "../../budget-change/edit.ts";
import { mayAsk } from "../../budget-change/facts.ts";
import { submitBudgetChange } from "../../budget-change/submit.ts";
import { viewCase } from "../../case/read.ts";
import { type Actor, DEPARTMENTS, type Department } from "../../directory/model.ts";
import { checkCsrf, requireSession } from "../../directory/session.ts";
import { createBucket, keepsBooks, setControl } from "../../ledger/buckets.ts";
import { maySeeBudget, readBucket, visibleBuckets } from "../../ledger/read.ts";
import type { BucketId } from "../../ledger/rules.ts";
import { entriesCsv, readEntries, readStatement } from "../../ledger/statement.ts";
import { listBuckets } from "../../ledger/store.ts";
import { maySeeTax } from "../../ledger/tax.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { conflict, forbidden, notFound } from "../../shared/errors.ts";
import { html, json, type Request, type Route, redirect, withJson } from "../../shared/http.ts";
import { budgetTexts } from "../../shared/i18n/sections/budget.ts";
import { newBucketTexts } from "../../shared/i18n/sections/new-bucket.ts";
import { keyOf, pagingOf, writer } from "../calls.ts";
import {
  changeInput,
  newBucketInput,
  problemsOf,
  statementCsv,
  typedOf,
  typedOfChange,
} from "../models/budget-form.ts";
import { statementPath } from "../models/paths.ts";
import { type Reader, seesBudgets } from "../models/view.ts";
import { budgetForbiddenPage, budgetPage } from "../pages/budget.tsx";
import { type ChangeForm, changePage, newBucketPage } from "../pages/budget-forms.tsx";
import { PAGE, statementPage } from "../pages/statement.tsx";
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
      asks: mayAsk(actor, undefined),
      keepsBooks: keepsBooks(actor),
      seesTax: maySeeTax(actor),
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
      return json(
        200,
        await withJson(request, (input) => setControl(actor, idOf(request), input, keyOf(request))),
      );
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

// ---- pages

const STATEMENT = "/budget/{department}/{period}";

const statementRoutes: Route[] = [
  staffPage("GET", STATEMENT, async (request, session, r) => {
    const { actor } = session;
    const id = idOf(request);
    if (!maySeeBudget(actor, id.department)) return html(403, budgetForbiddenPage(r));
    const [{ bucket, entries }, others] = await Promise.all([
      readStatement(actor, id),
      listBuckets(id.department),
    ]);
    const at = Number(request.query.get("page") ?? 1);
    const told = request.query.get("told");
    return html(
      200,
      statementPage(r, {
        bucket,
        entries,
        at: Number.isInteger(at) && at >= 1 && (at - 1) * PAGE < entries.length ? at : 1,
        others,
        told: told === "control" || told === "created" ? told : null,
        steers: keepsBooks(actor),
        asks: mayAsk(actor, { to: { department: id.department } }),
      }),
    );
  }),
  staffPage("GET", `${STATEMENT}/entries.csv`, async (request, session, r) => {
    const id = idOf(request);
    const { entries } = await readStatement(session.actor, id);
    return {
      status: 200,
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${id.department}-${id.period}-${id.category}.csv"`,
      },
      body: statementCsv(entries, r.locale),
    };
  }),
  staffPage("POST", `${STATEMENT}/control`, async (request, session) => {
    const form = request.form();
    checkCsrf(session, request, form);
    const id = { ...idOf(request), category: form.get("category") ?? "hospitality" };
    await setControl(session.actor, id, { control: form.get("control") });
    return redirect(`${statementPath(id)}${id.category === "hospitality" ? "?" : "&"}told=control`);
  }),
];

const fresh = () => crypto.randomUUID();

const newBucketRoutes: Route[] = [
  staffPage("GET", "/budget/new", async (_request, session, r) => {
    if (!keepsBooks(session.actor)) throw forbidden("not_allowed");
    const typed = { period: shanghaiDate(r.now).slice(0, 4) };
    return html(200, newBucketPage(r, { typed, problems: [], key: fresh() }));
  }),
  staffPage("POST", "/budget/new", async (request, session, r) => {
    if (!keepsBooks(session.actor)) throw forbidden("not_allowed");
    const form = request.form();
    const typed = typedOf(form);
    const key = form.get("key") || fresh();
    try {
      checkCsrf(session, request, form);
      const { body } = await createBucket(session.actor, newBucketInput(typed), { idempotencyKey: key });
      return redirect(`${statementPath(body)}${body.category === "hospitality" ? "?" : "&"}told=created`);
    } catch (error) {
      const { status, ...wrong } = problemsOf(error, newBucketTexts(r.locale), r);
      return html(status, newBucketPage({ ...r, path: "/budget/new" }, { typed, key: fresh(), ...wrong }));
    }
  }),
];

/** The budgets that the form offers: money comes from any, and goes where this person may ask for it. */
async function offered(actor: Actor): Promise<Pick<ChangeForm, "to" | "from">> {
  const from = await listBuckets();
  return { from, to: from.filter((one) => mayAsk(actor, { to: one })) };
}

const CHANGE = "/budget/change/{caseId}";

/** The labels of the form's fields, in its order. */
const changeLabels = (r: Reader): Record<string, string> => {
  const { kind, to, from, amount, reason } = budgetTexts(r.locale).change;
  return { kind, to, from, amount, reason };
};

/** A change as its requester may change it. Throws 404, 403 `not_requester`, 409 `wrong_phase`. */
async function changeable(actor: Actor, caseId: string, r: Reader) {
  const view = await viewCase(actor, caseId, r.locale);
  if (view.process !== "budget-change") throw notFound();
  if (view.createdBy.staffId !== actor.staffId) throw forbidden("not_requester");
  if (view.status !== "open" || !["approval", "returned"].includes(view.phase)) throw conflict("wrong_phase");
  const vote = view.steps.flatMap((step) => step.votes).findLast((one) => one.choice === "return");
  return {
    view,
    returned: view.phase === "returned" && vote ? { name: vote.by.name, comment: vote.comment } : null,
  };
}

const changeRoutes: Route[] = [
  staffPage("GET", "/budget/change", async (request, session, r) => {
    if (!mayAsk(session.actor, undefined)) throw forbidden("not_allowed");
    const typed = { to: request.query.get("to") ?? "" };
    const buckets = await offered(session.actor);
    return html(200, changePage(r, { typed, problems: [], key: fresh(), ...buckets }));
  }),
  staffPage("POST", "/budget/change", async (request, session, r) => {
    const form = request.form();
    const typed = typedOf(form);
    const key = form.get("key") || fresh();
    try {
      checkCsrf(session, request, form);
      const { body } = await submitBudgetChange(session.actor, changeInput(typed), { idempotencyKey: key });
      return redirect(`/cases/${body.caseId}?told=created`);
    } catch (error) {
      const { status, ...wrong } = problemsOf(error, changeLabels(r), r);
      const buckets = await offered(session.actor);
      const page = { ...r, path: "/budget/change" };
      return html(status, changePage(page, { typed, key: fresh(), ...buckets, ...wrong }));
    }
  }),
  staffPage("GET", CHANGE, async (request, session, r) => {
    const caseId = request.params.caseId!;
    const [{ view, returned }, buckets] = await Promise.all([
      changeable(session.actor, caseId, r),
      offered(session.actor),
    ]);
    const typed = typedOfChange(view.content);
    return html(200, changePage(r, { typed, problems: [], key: fresh(), ...buckets, caseId, returned }));
  }),
  staffPage("POST", CHANGE, async (request, session, r) => {
    const caseId = request.params.caseId!;
    const form = request.form();
    const typed = typedOf(form);
    try {
      checkCsrf(session, request, form);
      await editBudgetChange(session.actor, caseId, changeInput(typed));
      return redirect(`/cases/${caseId}?told=saved`);
    } catch (error) {
      const { status, ...wrong } = problemsOf(error, changeLabels(r), r);
      const [{ returned }, buckets] = await Promise.all([
        changeable(session.actor, caseId, r),
        offered(session.actor),
      ]);
      const page = { ...r, path: `/budget/change/${caseId}` };
      return html(status, changePage(page, { typed, key: fresh(), ...buckets, caseId, returned, ...wrong }));
    }
  }),
];

export const budgetRoutes: Route[] = [
  ...api,
  ...changeApi,
  budgetRoute,
  ...newBucketRoutes,
  ...changeRoutes,
  ...statementRoutes,
];
