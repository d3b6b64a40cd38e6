/** What of the year's hospitality is deductible; page and API. */
import { checkCsrf, requireSession } from "../../directory/session.ts";
import { keepsBooks } from "../../ledger/buckets.ts";
import { setRevenue, viewTax } from "../../ledger/tax.ts";
import type { TaxPosition } from "../../ledger/tax-rules.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { html, json, type Reply, type Route, redirect, withJson } from "../../shared/http.ts";
import { taxTexts } from "../../shared/i18n/sections/tax.ts";
import { yuanText } from "../../shared/money.ts";
import { keyOf, writer } from "../calls.ts";
import { problemsOf, revenueInput, type Typed, typedOf } from "../models/budget-form.ts";
import type { Reader } from "../models/view.ts";
import { type TaxPage, taxPage } from "../pages/tax.tsx";
import { staffPage } from "../staff-page.ts";

const api: Route[] = [
  {
    method: "GET",
    path: "/api/tax/{year}",
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewTax(actor, request.params.year!));
    },
  },
  {
    method: "PUT",
    path: "/api/tax/{year}",
    async handle(request) {
      const { actor } = await writer(request);
      const set = (input: unknown) => setRevenue(actor, request.params.year!, input, keyOf(request));
      return json(200, await withJson(request, set));
    },
  },
];

const typedOfPosition = (position: TaxPosition): Typed => ({
  revenue: position.revenue === null ? "" : yuanText(position.revenue),
  preOpening: position.preOpening ? "yes" : "",
});

function show(
  r: Reader,
  position: TaxPosition,
  status = 200,
  more: { saved?: boolean; form?: TaxPage["form"] } = {},
): Reply {
  const now = Number(shanghaiDate(r.now).slice(0, 4));
  const years = [...new Set([now - 1, now, now + 1, position.year])].sort();
  const form = r.actor && keepsBooks(r.actor) ? { typed: typedOfPosition(position), problems: [] } : null;
  return html(status, taxPage(r, { position, years, saved: false, form, ...more }));
}

const pages: Route[] = [
  staffPage("GET", "/tax", async (_request, session, r) =>
    show(r, await viewTax(session.actor, shanghaiDate(r.now).slice(0, 4))),
  ),
  staffPage("GET", "/tax/{year}", async (request, session, r) =>
    show(r, await viewTax(session.actor, request.params.year!), 200, { saved: request.query.has("saved") }),
  ),
  staffPage("POST", "/tax/{year}", async (request, session, r) => {
    const year = request.params.year!;
    const form = request.form();
    const typed = typedOf(form);
    const position = await viewTax(session.actor, year);
    try {
      checkCsrf(session, request, form);
      await setRevenue(session.actor, year, revenueInput(typed));
    } catch (error) {
      const { status, ...wrong } = problemsOf(error, { revenue: taxTexts(r.locale).revenueField }, r);
      return show({ ...r, path: `/tax/${year}` }, position, status, { form: { typed, ...wrong } });
    }
    return redirect(`/tax/${year}?saved`);
  }),
];

export const taxRoutes: Route[] = [...api, ...pages];
