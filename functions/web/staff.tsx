import { myCases, myTasks } from "../case/lists.ts";
import { viewCase } from "../case/read.ts";
import {
  checkCsrf,
  endSession,
  optionalSession,
  requireSession,
  type Session,
} from "../directory/session.ts";
import { people } from "../directory/store.ts";
import { visibleBuckets } from "../ledger/read.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { notFound, Refusal } from "../shared/errors.ts";
import { html, httpHandler, type Route, redirect } from "../shared/http.ts";
import { actOnStep } from "../step/act.ts";
import { apiRoutes } from "./api.ts";
import { caseApiRoutes } from "./case-api.ts";
import { bodyOf, DONE, pressedOf, receipt, refusedPage, type Standing, stepPage } from "./decide.ts";
import { editPath } from "./models/paths.ts";
import { localPath, type Reader, seesBudgets } from "./models/view.ts";
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

// ---- cases and steps

const STEP = "/cases/{caseId}/steps/{stepId}";

async function standingOf(session: Session, caseId: string, stepId: string, r: Reader): Promise<Standing> {
  const { actor, csrf } = session;
  const [view, everybody] = await Promise.all([viewCase(actor, caseId, r.locale), people()]);
  const step = view.steps.find((one) => one.stepId === stepId);
  if (!step) throw notFound();
  const counted = step.votes.filter((vote) => !vote.void && !vote.undone);
  const own = counted.findLast((vote) => vote.by.staffId === actor.staffId) ?? null;
  // Who handed the step on has nothing left to do on it.
  const mine = own?.choice === "transfer" && step.status === "open" ? null : own;
  const state = step.status === "void" ? "void" : step.status === "done" || mine ? "decided" : "open";
  return {
    view,
    step,
    viewer: actor,
    mine,
    state,
    action: `/cases/${caseId}/steps/${stepId}`,
    hidden: { csrf, contentHash: view.contentHash },
    staff: true,
    undo:
      step.undoUntil !== null &&
      r.now < Date.parse(step.undoUntil) &&
      step.decidedBy?.staffId === actor.staffId,
    code: null,
    people: everybody,
  };
}

const stepRoutes: Route[] = [
  staffPage("GET", STEP, async (request, session, r) => {
    const { caseId = "", stepId = "" } = request.params;
    const standing = await standingOf(session, caseId, stepId, r);
    const { step, state } = standing;
    const mine = step.assignees.some((one) => one.staffId === session.actor.staffId);
    if (step.kind === "revise" && state === "open")
      return redirect(mine ? editPath(standing.view.process, caseId) : `/cases/${caseId}`);
    if (step.kind === "settlement" && state === "open")
      return redirect(mine ? `/receptions/${caseId}/settlement` : `/cases/${caseId}`);
    // Others see the case; the buttons are for those who sign.
    if (state === "open" && !mine) return redirect(`/cases/${caseId}`);
    return request.query.has(DONE) ? receipt(r, standing) : stepPage(r, standing);
  }),
  staffPage("POST", STEP, async (request, session, r) => {
    const { caseId = "", stepId = "" } = request.params;
    const form = request.form();
    const kept = pressedOf(form);
    try {
      checkCsrf(session, request, form);
      const contentHash = form.get("contentHash");
      await actOnStep(session.actor, stepId, { ...bodyOf(kept), ...(contentHash ? { contentHash } : {}) });
      // A vote that was taken back leaves the step's page as it was before; one that was given leads to its receipt.
      return redirect(`/cases/${caseId}/steps/${stepId}${kept.choice === "undo" ? "" : `?${DONE}`}`);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === "not_found") throw error;
      const reply = refusedPage(r, await standingOf(session, caseId, stepId, r), error, kept);
      if (reply) return reply;
      throw error;
    }
  }),
];

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
  routes: [...apiRoutes, ...caseApiRoutes, homeRoute, ...caseRoutes, ...stepRoutes, language, signOut],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
