/** Pages and API of signed-in staff: home and cases. Every page asks a use case and shows what it answers. */
import { myCases, myTasks } from "../case/lists.ts";
import { viewCase } from "../case/read.ts";
import { checkCsrf, endSession, optionalSession, requireSession } from "../directory/session.ts";
import { visibleBuckets } from "../ledger/read.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { Refusal } from "../shared/errors.ts";
import { html, httpHandler, type Route, redirect } from "../shared/http.ts";
import { apiRoutes } from "./api.ts";
import { caseApiRoutes } from "./case-api.ts";
import { localPath, seesBudgets } from "./models/view.ts";
import { casePage, type Told } from "./pages/case.tsx";
import { errorPage } from "./pages/error.tsx";
import { homePage } from "./pages/home.tsx";
import { workflowPage } from "./pages/workflow.tsx";
import { readerFor, staffPage } from "./staff-page.ts";
import { withdrawCase } from "./withdraw.ts";

const TOLD = ["created", "saved", "withdrawn", "attached", "unchanged"];
const HOME_TASKS = 100;
const HOME_CASES = 20;

function nothing(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}

// ---- cases

/**
 * The policy of all pages (shared/http.ts), with the document store as the one further place to connect to. The host
 * has no scheme on purpose: the page's own counts, or a safer one.
 */
const casePolicy = (): string =>
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; " +
  `connect-src 'self' ${env("UPLOAD_HOST")}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

const caseRoutes: Route[] = [
  staffPage("GET", "/cases/{caseId}", async (request, session, r) => {
    const told = request.query.get("told");
    const view = await viewCase(session.actor, request.params.caseId!, r.locale);
    const path = `/cases/${view.caseId}`;
    return html(200, casePage({ ...r, path }, view, told && TOLD.includes(told) ? (told as Told) : null), {
      "content-security-policy": casePolicy(),
    });
  }),
  staffPage("GET", "/cases/{caseId}/workflow", async (request, session, r) =>
    html(200, workflowPage(r, await viewCase(session.actor, request.params.caseId!, r.locale))),
  ),
  staffPage("POST", "/cases/{caseId}/withdraw", async (request, session) => {
    checkCsrf(session, request, request.form());
    const { caseId } = await withdrawCase(session.actor, request.params.caseId!);
    return redirect(`/cases/${caseId}?told=withdrawn`);
  }),
];

// ---- home, language, sign-out

const homeRoute: Route = {
  method: "GET",
  path: "/",
  async handle(request) {
    const session = await optionalSession(request);
    if (!session) {
      if (request.wantsJson) throw new Refusal(401, "unauthenticated");
      return redirect("/signin");
    }
    const r = readerFor(request, session, "/");
    const cursor = request.query.get("cases");
    const [tasks, cases, budgets] = await Promise.all([
      myTasks(session.actor, { limit: HOME_TASKS }),
      myCases(session.actor, { limit: HOME_CASES, ...(cursor ? { cursor } : {}) }),
      seesBudgets(session.actor) ? visibleBuckets(session.actor, shanghaiDate(r.now).slice(0, 7)) : [],
    ]);
    return html(200, homePage(r, { tasks, cases, budgets, paged: cursor !== null }));
  },
};

const language: Route = {
  method: "POST",
  path: "/language",
  // Sets one of two values in the caller's own browser: nothing that a foreign page could gain from, hence no token.
  async handle(request) {
    const form = request.form();
    const lang = form.get("lang") === "en" ? "en" : "zh-CN";
    return redirect(localPath(form.get("back")), [
      `lang=${lang}; Path=/; Max-Age=31536000; SameSite=Lax; Secure; HttpOnly`,
    ]);
  },
};

const signOut: Route = {
  method: "POST",
  path: "/signout",
  async handle(request) {
    const session = await requireSession(request).catch(nothing);
    if (!session) return redirect("/signin");
    checkCsrf(session, request, request.isForm ? request.form() : undefined);
    return redirect("/signin", [await endSession(request)]);
  },
};

export const handler = httpHandler({
  routes: [...apiRoutes, ...caseApiRoutes, homeRoute, ...caseRoutes, language, signOut],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
