/** Pages and API of signed-in staff. Every page asks a use case and shows what it answers. */
import { neededStages, planRoute } from "../approval/rules.ts";
import { myCases, myTasks } from "../case/lists.ts";
import { viewCase } from "../case/read.ts";
import type { BudgetEffect, CaseView } from "../case/view.ts";
import type { Actor, Department } from "../directory/model.ts";
import {
  checkCsrf,
  claimedStaffId,
  endSession,
  optionalSession,
  requireSession,
  type Session,
} from "../directory/session.ts";
import { currentPolicy, people, roster } from "../directory/store.ts";
import { readBucket, visibleBuckets } from "../ledger/read.ts";
import { type Basis, readBasis } from "../reception/basis.ts";
import { editReception } from "../reception/edit.ts";
import { submitReception } from "../reception/submit.ts";
import { now, shanghaiDate, toApi } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { conflict, forbidden, notFound, Refusal } from "../shared/errors.ts";
import { html, httpHandler, type Reply, type Request, type Route, redirect } from "../shared/http.ts";
import { money } from "../shared/i18n/format.ts";
import { fill, refusalMessage } from "../shared/i18n/messages.ts";
import { early } from "../shared/table.ts";
import { actOnStep } from "../step/act.ts";
import { apiRoutes } from "./api.ts";
import { caseApiRoutes } from "./case-api.ts";
import { bodyOf, DONE, pressedOf, receipt, refusedPage, type Standing, stepPage } from "./decide.ts";
import {
  blankForm,
  fromContent,
  pressed,
  problemsOf,
  readForm,
  toInput,
  totalsOf,
  type Values,
} from "./models/reception-form.ts";
import { namesOf, num } from "./models/text.ts";
import { asksForReceptions, localPath, type Reader, seesBudgets } from "./models/view.ts";
import { casePage, type Told } from "./pages/case.tsx";
import { errorPage } from "./pages/error.tsx";
import { homePage } from "./pages/home.tsx";
import { type PlannedStage, type ReceptionForm, receptionFormPage } from "./pages/reception-form.tsx";
import { workflowPage } from "./pages/workflow.tsx";
import { readerFor, staffPage } from "./staff-page.ts";
import { withdrawCase } from "./withdraw.ts";

const TOLD = ["created", "saved", "withdrawn", "attached", "unchanged"];
const POLICY = "reception";
const HOME_TASKS = 100;
const HOME_CASES = 20;

// ---- the reception form

/** What a planned route follows from; a page that needs its case first reads this beside it. */
const routeRules = () => early(Promise.all([currentPolicy(POLICY), roster(shanghaiDate(now()))]));
type RouteRules = ReturnType<typeof routeRules>;

/** Who would sign; stages that only a larger amount needs are there too, for the script to show. */
async function plannedRoute(
  actor: Actor,
  values: Values,
  r: Reader,
  rules: RouteRules,
): Promise<PlannedStage[]> {
  const [policy, staff] = await rules;
  const { amount } = totalsOf(values);
  const facts = {
    amount: Number.MAX_SAFE_INTEGER,
    people: totalsOf(values).guests + values.companions.length,
    level: values.text.level,
    department: actor.department,
    costDepartment: (values.text.costDepartment || actor.department) as Department,
    requester: actor.staffId,
  };
  const needed = new Set(
    neededStages(policy.document, { ...facts, amount: amount ?? 0 }).map((one) => one.policy.stage),
  );
  return planRoute(policy.document, facts, staff, r.now).map((stage) => {
    const when = policy.document.stages.find((one) => one.stage === stage.stage)?.when ?? {};
    return {
      stage: stage.stage,
      names: namesOf(stage.signers, r.t, r.locale),
      dueAt: toApi(stage.dueAt),
      above: Array.isArray(when) ? 0 : (when.amountAbove ?? 0),
      needed: needed.has(stage.stage),
    };
  });
}

/** The bucket that this form draws from, where its reader may see it; `held`: what a running case holds in it already. */
async function drawnBucket(
  actor: Actor,
  values: Values,
  held: CaseView | null,
): Promise<BudgetEffect | null> {
  const department = values.text.costDepartment;
  const period = values.text.arrivalDate.slice(0, 7);
  if (!/^\d{4}-\d\d$/.test(period)) return null;
  const { amount } = totalsOf(values);
  const own = held?.budget.find((one) => one.department === department && one.period === period);
  const bucket =
    own ?? (await readBucket(actor, { department, period, category: "hospitality" }).catch(nothing));
  if (!bucket) return null;
  // What the case itself holds is free for its new amount.
  const available = bucket.available + (own ? (held?.amount ?? 0) : 0);
  return { ...bucket, available, availableAfter: available - (amount ?? 0) };
}

function nothing(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}

type FormExtras = Partial<Pick<ReceptionForm, "problems" | "message" | "signedOut" | "edit">> & {
  held?: CaseView | null;
  key?: string;
  rules?: RouteRules;
};

async function formPage(
  r: Reader,
  actor: Actor | null,
  values: Values,
  status: number,
  extras: FormExtras = {},
): Promise<Reply> {
  const { held = null, rules, ...more } = extras;
  const [budget, route] = actor
    ? await Promise.all([
        drawnBucket(actor, values, held),
        plannedRoute(actor, values, r, rules ?? routeRules()),
      ])
    : [null, []];
  return html(
    status,
    receptionFormPage(r, {
      problems: [],
      ...more,
      values,
      key: extras.key ?? crypto.randomUUID(),
      budget,
      route,
    }),
  );
}

/** A refused submission: the same form, filled in, with what is wrong where it is wrong. */
function refusedForm(refusal: Refusal, values: Values, r: Reader): { status: number; extras: FormExtras } {
  const { form } = r.t.web;
  const { status, code, data } = refusal;
  if (refusal.fields.length > 0)
    return { status, extras: { problems: problemsOf(refusal.fields, values, r) } };
  const at = (input: string, message: string): FormExtras => ({
    problems: [{ input, label: r.t.words.fields[input as "budgetAmount"], message }],
  });
  if (code === "budget_exceeded") {
    const known = typeof data.available === "number" && typeof data.needed === "number";
    return {
      status,
      extras: at(
        "budgetAmount",
        known
          ? fill(form.short, { available: money(num(data.available)), needed: money(num(data.needed)) })
          : refusalMessage(code, r.locale),
      ),
    };
  }
  if (code === "no_budget") return { status, extras: at("costDepartment", refusalMessage(code, r.locale)) };
  const messages: Record<string, string> = {
    csrf: form.pressAgain,
    idempotency_mismatch: form.twice,
    stale: form.staleEdit,
  };
  return { status, extras: { message: messages[code] ?? refusalMessage(code, r.locale) } };
}

/** What a submission is judged by, read beside the session; nothing for a press that only computes. */
function basisBeside(request: Request, form: URLSearchParams, values: Values): { basis?: Promise<Basis> } {
  const staffId = form.get("do") === "submit" ? claimedStaffId(request) : null;
  return staffId === null ? {} : { basis: readBasis(toInput(values), staffId) };
}

const NEW = "/receptions/new";

const newReception: Route[] = [
  staffPage("GET", NEW, async (_request, session, r) => {
    if (!asksForReceptions(session.actor)) throw forbidden("not_allowed");
    return formPage(r, session.actor, blankForm(r), 200);
  }),
  {
    method: "POST",
    path: NEW,
    async handle(request) {
      const form = request.form();
      const values = pressed(readForm(form), form);
      const basis = basisBeside(request, form, values);
      const session = await optionalSession(request);
      const r = readerFor(request, session, NEW);
      const key = form.get("key") || crypto.randomUUID();
      // What was typed survives a session that ended meanwhile.
      if (!session)
        return formPage(r, null, values, 401, { key, signedOut: true, message: r.t.web.form.signInAgain });
      if (form.get("do") !== "submit") return formPage(r, session.actor, values, 200, { key });
      try {
        checkCsrf(session, request, form);
        const { body } = await submitReception(session.actor, toInput(values), {
          idempotencyKey: key,
          ...basis,
        });
        return redirect(`/cases/${body.caseId}?told=created`);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, extras } = refusedForm(error, values, r);
        // A key that was used for other content is worn out: the next press is a new request.
        return formPage(
          r,
          session.actor,
          values,
          status,
          error.code === "idempotency_mismatch" ? extras : { key, ...extras },
        );
      }
    },
  },
];

const EDIT = "/receptions/{caseId}/edit";

/** The request as its requester may change it. Throws 403 `not_requester`, 409 `wrong_phase`. */
async function editable(actor: Actor, caseId: string, r: Reader): Promise<CaseView> {
  const view = await viewCase(actor, caseId, r.locale);
  if (view.createdBy.staffId !== actor.staffId) throw forbidden("not_requester");
  if (view.status !== "open" || !["approval", "returned"].includes(view.phase)) throw conflict("wrong_phase");
  return view;
}

function editOf(view: CaseView): NonNullable<ReceptionForm["edit"]> {
  const returned = view.events.findLast((event) => event.kind === "vote.returned");
  const vote = view.steps.flatMap((step) => step.votes).findLast((one) => one.choice === "return");
  return {
    caseId: view.caseId,
    contentHash: view.contentHash,
    phase: view.phase,
    returned:
      view.phase === "returned" && returned && vote ? { name: vote.by.name, comment: vote.comment } : null,
  };
}

const editing: Route[] = [
  staffPage("GET", EDIT, async (request, session, r) => {
    const rules = routeRules();
    const view = await editable(session.actor, request.params.caseId!, r);
    return formPage(r, session.actor, fromContent(view.content ?? {}), 200, {
      edit: editOf(view),
      held: view,
      rules,
    });
  }),
  {
    method: "POST",
    path: EDIT,
    async handle(request) {
      const caseId = request.params.caseId!;
      const path = `/receptions/${encodeURIComponent(caseId)}/edit`;
      const form = request.form();
      const values = pressed(readForm(form), form);
      const basis = basisBeside(request, form, values);
      const session = await optionalSession(request);
      const r = readerFor(request, session, path);
      // What the reader began with. The phase only words the page: what may be done is the case's to say.
      const known = form.get("contentHash") ?? "";
      const phase = form.get("phase") ?? "approval";
      if (!session)
        return formPage(r, null, values, 401, {
          signedOut: true,
          message: r.t.web.form.signInAgain,
          edit: { caseId, contentHash: known, returned: null, phase },
        });
      const problem = (refusal: Refusal): Reply => html(refusal.status, errorPage(r, refusal, path));
      try {
        // The hash the reader began with, not the newest: an edit in between must be noticed.
        if (form.get("do") !== "submit") {
          const rules = routeRules();
          const view = await editable(session.actor, caseId, r);
          const edit = { ...editOf(view), contentHash: known };
          return await formPage(r, session.actor, values, 200, { edit, held: view, rules });
        }
        try {
          checkCsrf(session, request, form);
          const done = await editReception(session.actor, caseId, toInput(values), {
            ifMatch: `"${known}"`,
            ...basis,
          });
          const nothingNew = done.changes.length === 0 && phase === "approval";
          return redirect(`/cases/${caseId}?told=${nothingNew ? "unchanged" : "saved"}`);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          const rules = routeRules();
          const view = await editable(session.actor, caseId, r);
          const { status, extras } = refusedForm(error, values, r);
          const edit = editOf(view);
          if (error.code !== "stale") edit.contentHash = known;
          return await formPage(r, session.actor, values, status, { ...extras, edit, held: view, rules });
        }
      } catch (error) {
        if (error instanceof Refusal && !request.wantsJson) return problem(error);
        throw error;
      }
    },
  },
];

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
      return redirect(mine ? `/receptions/${caseId}/edit` : `/cases/${caseId}`);
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
  routes: [
    ...apiRoutes,
    ...caseApiRoutes,
    homeRoute,
    ...newReception,
    ...editing,
    ...caseRoutes,
    ...stepRoutes,
    language,
    signOut,
  ],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
