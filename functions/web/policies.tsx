/**
 * Pages and API of the rules and of who is there: policies, people, absences. Apart from WebOffice, because a bundle has
 * its limit (docs/decisions/0003-checks-and-bundles.md) and nothing here needs the ledger.
 */
import { html, httpHandler } from "../shared/http.ts";
import { peopleRoutes } from "./office/people.tsx";
import { peopleApiRoutes } from "./office/people-api.ts";
import { policyRoutes } from "./office/policies.tsx";
import { policiesApiRoutes } from "./office/policies-api.ts";
import { errorPage } from "./pages/error.tsx";
import { readerFor } from "./staff-page.ts";

export const handler = httpHandler({
  routes: [...policiesApiRoutes, ...peopleApiRoutes, ...policyRoutes, ...peopleRoutes],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
