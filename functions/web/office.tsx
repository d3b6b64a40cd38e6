/**
 * Pages and API of those who keep the money: budgets and tax. Apart from WebStaff, because most people never open them
 * and a bundle has its limit (docs/decisions/0003-checks-and-bundles.md).
 */
import { html, httpHandler } from "../shared/http.ts";
import { budgetRoutes } from "./office/budget.tsx";
import { taxRoutes } from "./office/tax.tsx";
import { errorPage } from "./pages/error.tsx";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: [...budgetRoutes, ...taxRoutes],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
