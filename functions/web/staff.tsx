/** Pages of signed-in staff: home and cases. Every page asks a use case and shows what it answers. */
import { isAdministrator } from "../approval/administrator.ts";
import { commentOnCase } from "../case/comment.ts";
import { copyCase } from "../case/copy.ts";
import { myCases, myTasks } from "../case/lists.ts";
import { viewCase } from "../case/read.ts";
import {
  checkCsrf,
  endSession,
  optionalSession,
  requireSession,
  type Session,
} from "../directory/session.ts";
import { people, readPolicy } from "../directory/store.ts";
import { visibleBuckets } from "../ledger/read.ts";
import { revokeReception } from "../reception/revoke.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { Refusal } from "../shared/errors.ts";
import { html, httpHandler, type Reply, type Route, redirect } from "../shared/http.ts";
import { fieldMessage, refusalMessage } from "../shared/i18n/messages.ts";
import { nudge } from "../step/nudge.ts";
import type { CaseForm, FailedForm } from "./models/case-acts.ts";
import { casePath } from "./models/paths.ts";
import { localPath, type Reader, seesBudgets } from "./models/view.ts";
import { casePage, TOLD } from "./pages/case.tsx";
import { errorPage } from "./pages/error.tsx";
import { homePage } from "./pages/home.tsx";
import { workflowPage } from "./pages/workflow.tsx";
import { pathOf, readerFor, staffPage } from "./staff-page.ts";
import { withdrawCase } from "./withdraw.ts";

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

/** The page of a case with everything that its forms need. Throws 404. */
async function showCase(
  session: Session,
  caseId: string,
  r: Reader,
  more: { told?: string | null; failed?: FailedForm; status?: number } = {},
): Promise<Reply> {
  const [view, everybody] = await Promise.all([viewCase(session.actor, caseId, r.locale), people()]);
  // Read with the case a moment ago: kept in memory.
  const { document } = await readPolicy(view.route.policy.policyId, view.route.policy.version);
  const told = TOLD.find((one) => one === more.told) ?? null;
  const acts = {
    people: everybody,
    administers: isAdministrator(session.actor, document),
    failed: more.failed,
  };
  return html(more.status ?? 200, casePage({ ...r, path: `/cases/${view.caseId}` }, view, told, acts), {
    "content-security-policy": casePolicy(),
  });
}

type CaseCall = typeof commentOnCase;

/** A form on a whole case: the same call as by JSON; refused, the page comes back with what was typed. */
const caseForm = (
  name: CaseForm,
  told: string,
  call: CaseCall,
  inputOf: (form: URLSearchParams) => object,
): Route =>
  staffPage("POST", `/cases/{caseId}/${name}`, async (request, session, r) => {
    const caseId = request.params.caseId!;
    const form = request.form();
    try {
      checkCsrf(session, request, form);
      await call(session.actor, caseId, inputOf(form));
      return redirect(`/cases/${caseId}?told=${told}`);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === "not_found") throw error;
      const [field] = error.fields;
      const message = field ? fieldMessage(field, r.locale) : refusalMessage(error.code, r.locale);
      const failed = { form: name, message, typed: Object.fromEntries(form) };
      const reply = await showCase(session, caseId, r, { failed, status: error.status });
      const { retryAfter } = error.data;
      return typeof retryAfter === "number"
        ? { ...reply, headers: { ...reply.headers, "retry-after": String(retryAfter) } }
        : reply;
    }
  });

/** A text with one kind of line end, as everywhere. */
const textOf = (form: URLSearchParams, name: string): string =>
  (form.get(name) ?? "").replace(/\r\n?/g, "\n").trim();

const caseRoutes: Route[] = [
  staffPage("GET", "/cases/{caseId}", async (request, session, r) => {
    const caseId = request.params.caseId!;
    const own = casePath(caseId);
    // A complaint has a page of its own, in a function of its own; every mail and list knows it by this address.
    if (!own.startsWith("/cases/")) return redirect(pathOf(own, request));
    return showCase(session, caseId, r, { told: request.query.get("told") });
  }),
  caseForm("comments", "commented", commentOnCase, (form) => ({ text: textOf(form, "text") })),
  caseForm("cc", "copied", copyCase, (form) => ({
    staffIds: form.getAll("staffIds").filter((one) => one !== ""),
    comment: textOf(form, "comment"),
  })),
  caseForm("nudge", "nudged", nudge, () => ({})),
  caseForm("revoke", "revoked", revokeReception, (form) => ({ comment: textOf(form, "comment") })),
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
  routes: [homeRoute, ...caseRoutes, language, signOut],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
