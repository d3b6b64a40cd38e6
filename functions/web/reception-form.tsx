/** The pages of the reception form: new requests, changes, and the preview of both. */
import { neededStages, planRoute } from "../approval/rules.ts";
import { viewCase } from "../case/read.ts";
import type { CaseView } from "../case/view.ts";
import type { Actor, Department } from "../directory/model.ts";
import { checkCsrf, claimedStaffId, optionalSession } from "../directory/session.ts";
import { readBasis } from "../reception/basis.ts";
import { editReception } from "../reception/edit.ts";
import {
  type Existing,
  type Preview,
  previewOf,
  readSources,
  type Sources,
  problemsOf as wrongFields,
} from "../reception/preview.ts";
import { submitReception } from "../reception/submit.ts";
import { toApi } from "../shared/clock.ts";
import { conflict, forbidden, Refusal } from "../shared/errors.ts";
import { html, type Reply, type Request, type Route, redirect } from "../shared/http.ts";
import { money } from "../shared/i18n/format.ts";
import { fill, refusalMessage } from "../shared/i18n/messages.ts";
import type { PlannedStage } from "./components/preview.tsx";
import {
  blankForm,
  formTexts,
  fromContent,
  pressed,
  problemsOf,
  readForm,
  toInput,
  totalsOf,
  type Values,
} from "./models/reception-form.ts";
import { namesOf, num } from "./models/text.ts";
import { asksForReceptions, type Reader } from "./models/view.ts";
import { errorPage } from "./pages/error.tsx";
import { type ReceptionForm, receptionFormPage } from "./pages/reception-form.tsx";
import { readerFor, staffPage } from "./staff-page.ts";

/** Who would sign; stages that only a larger amount needs are there too, for the script to show. */
function plannedRoute(actor: Actor, values: Values, r: Reader, { basis, roster }: Sources): PlannedStage[] {
  const policy = basis.policy.document;
  const totals = totalsOf(values);
  const facts = {
    amount: Number.MAX_SAFE_INTEGER,
    people: totals.guests + values.companions.length,
    level: values.text.level,
    department: actor.department,
    costDepartment: (values.text.costDepartment || actor.department) as Department,
    requester: actor.staffId,
  };
  const needed = new Set(
    neededStages(policy, { ...facts, amount: totals.amount ?? 0 }).map((one) => one.policy.stage),
  );
  return planRoute(policy, facts, roster, r.now).map((stage) => {
    const when = policy.stages.find((one) => one.stage === stage.stage)?.when ?? {};
    return {
      stage: stage.stage,
      names: namesOf(stage.signers, r.t, r.locale),
      dueAt: toApi(stage.dueAt),
      above: Array.isArray(when) ? 0 : (when.amountAbove ?? 0),
      needed: needed.has(stage.stage),
    };
  });
}

/** What a running case was handed in under, and holds. */
const existingOf = (view: CaseView): Existing => ({
  caseId: view.caseId,
  department: view.department as Department,
  policyVersion: view.route.policy.version,
  held: view.amount,
  buckets: view.budget,
});

/** A case shown as what a preview of it would be: nothing was changed yet. */
const previewOfCase = (view: CaseView): Preview | null =>
  view.standards && {
    ...view.route,
    budget: view.budget.map((bucket) => ({ ...bucket, available: bucket.available + view.amount })),
    standards: view.standards,
    findings: view.findings,
    tax: view.tax,
  };

type Extras = Partial<Pick<ReceptionForm, "problems" | "message" | "edit" | "preview">> & {
  existing?: Existing;
  key?: string;
};

/** The form with everything beside it. */
function formPage(
  r: Reader,
  actor: Actor,
  values: Values,
  sources: Sources,
  status: number,
  { existing, ...extras }: Extras = {},
): Reply {
  const preview = extras.preview ?? previewOf(actor, sources, r.locale, existing);
  const { buckets, table } = sources.basis;
  const amount = totalsOf(values).amount ?? 0;
  // As far as the form says which department pays, and when.
  const drawn = buckets.length > 0 ? buckets : null;
  return html(
    status,
    receptionFormPage(r, {
      problems: [],
      key: crypto.randomUUID(),
      ...extras,
      values,
      preview,
      budget:
        preview?.budget ??
        drawn?.map((bucket) => ({ ...bucket, availableAfter: bucket.available - amount })) ??
        null,
      planned: plannedRoute(actor, values, r, sources),
      cap: table.document.cap,
    }),
  );
}

/** What was typed survives a session that ended meanwhile. */
const signedOutPage = (r: Reader, values: Values, extras: Pick<ReceptionForm, "key" | "edit">): Reply =>
  html(
    401,
    receptionFormPage(r, {
      ...extras,
      problems: [],
      signedOut: true,
      message: r.t.web.form.signInAgain,
      values,
      preview: null,
      budget: null,
      planned: [],
      cap: Number.MAX_SAFE_INTEGER,
    }),
  );

/** A refused submission: the same form, filled in, with what is wrong where it is wrong. */
function refusedForm(refusal: Refusal, values: Values, r: Reader): { status: number; extras: Extras } {
  const form = formTexts(r);
  const { status, code, data } = refusal;
  if (refusal.fields.length > 0)
    return { status, extras: { problems: problemsOf(refusal.fields, values, r) } };
  const at = (input: string, message: string): Extras => ({
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

/** What a posted form says, and reads that are started beside its session; a visitor's form reads nothing. */
function posted(request: Request, caseId?: string) {
  const form = request.form();
  const values = pressed(readForm(form), form);
  const input = toInput(values);
  const claimed = claimedStaffId(request);
  const basis = claimed === null ? undefined : readBasis(input, claimed);
  const read = (staffId: string) =>
    readSources(input, staffId, {
      ...(basis ? { basis } : {}),
      ...(caseId === undefined ? {} : { caseId }),
    });
  const submits = form.get("do") === "submit";
  const started = submits || claimed === null ? null : read(claimed);
  return {
    form,
    values,
    input,
    submits,
    beside: basis ? { basis } : {},
    sources: (actor: Actor) => started ?? read(actor.staffId),
  };
}

/** Reads for a page that shows no typed values yet. */
function begun(request: Request, options: { caseId?: string } = {}): (actor: Actor) => Promise<Sources> {
  const claimed = claimedStaffId(request);
  const started = claimed === null ? null : readSources({}, claimed, options);
  return (actor) => started ?? readSources({}, actor.staffId, options);
}

/** What pressing the button would say; adding a row says nothing of what is wrong. */
const pressedPreview = (
  form: URLSearchParams,
  input: unknown,
  sources: Sources,
  values: Values,
  r: Reader,
) =>
  form.get("do") === "preview"
    ? problemsOf(wrongFields(input, sources.basis.table.document, sources.at), values, r)
    : [];

const NEW = "/receptions/new";

const newReception: Route[] = [
  {
    method: "GET",
    path: NEW,
    async handle(request) {
      const sources = begun(request);
      return staffPage("GET", NEW, async (_request, session, r) => {
        if (!asksForReceptions(session.actor)) throw forbidden("not_allowed");
        return formPage(r, session.actor, blankForm(r), await sources(session.actor), 200);
      }).handle(request);
    },
  },
  {
    method: "POST",
    path: NEW,
    async handle(request) {
      const { form, values, input, submits, beside, sources } = posted(request);
      const session = await optionalSession(request);
      const r = readerFor(request, session, NEW);
      const key = form.get("key") || crypto.randomUUID();
      if (!session) return signedOutPage(r, values, { key });
      const { actor } = session;
      if (!submits) {
        const found = await sources(actor);
        const problems = pressedPreview(form, input, found, values, r);
        return formPage(r, actor, values, found, 200, { key, problems });
      }
      try {
        checkCsrf(session, request, form);
        const { body } = await submitReception(actor, input, { idempotencyKey: key, ...beside });
        return redirect(`/cases/${body.caseId}?told=created`);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, extras } = refusedForm(error, values, r);
        // A key that was used for other content is worn out: the next press is a new request.
        const worn = error.code === "idempotency_mismatch";
        return formPage(r, actor, values, await sources(actor), status, worn ? extras : { key, ...extras });
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
  {
    method: "GET",
    path: EDIT,
    async handle(request) {
      const caseId = request.params.caseId!;
      const sources = begun(request, { caseId });
      return staffPage("GET", EDIT, async (_request, session, r) => {
        const view = await editable(session.actor, caseId, r);
        return formPage(
          r,
          session.actor,
          fromContent(view.content ?? {}),
          await sources(session.actor),
          200,
          {
            edit: editOf(view),
            existing: existingOf(view),
            preview: previewOfCase(view),
          },
        );
      }).handle(request);
    },
  },
  {
    method: "POST",
    path: EDIT,
    async handle(request) {
      const caseId = request.params.caseId!;
      const path = `/receptions/${encodeURIComponent(caseId)}/edit`;
      const { form, values, input, submits, beside, sources } = posted(request, caseId);
      const session = await optionalSession(request);
      const r = readerFor(request, session, path);
      // What the reader began with. The phase only words the page: what may be done is the case's to say.
      const known = form.get("contentHash") ?? "";
      const phase = form.get("phase") ?? "approval";
      if (!session)
        return signedOutPage(r, values, {
          key: "",
          edit: { caseId, contentHash: known, returned: null, phase },
        });
      const { actor } = session;
      const shown = async (view: CaseView, status: number, extras: Extras): Promise<Reply> => {
        const found = await sources(actor);
        const problems = extras.problems ?? pressedPreview(form, input, found, values, r);
        const existing = existingOf(view);
        return formPage(r, actor, values, found, status, { ...extras, problems, existing });
      };
      try {
        // The hash the reader began with, not the newest: an edit in between must be noticed.
        if (!submits) {
          const view = await editable(actor, caseId, r);
          return await shown(view, 200, { edit: { ...editOf(view), contentHash: known } });
        }
        try {
          checkCsrf(session, request, form);
          const done = await editReception(actor, caseId, input, { ifMatch: `"${known}"`, ...beside });
          const nothingNew = done.changes.length === 0 && phase === "approval";
          return redirect(`/cases/${caseId}?told=${nothingNew ? "unchanged" : "saved"}`);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          const view = await editable(actor, caseId, r);
          const { status, extras } = refusedForm(error, values, r);
          const edit = editOf(view);
          if (error.code !== "stale") edit.contentHash = known;
          return await shown(view, status, { problems: [], ...extras, edit });
        }
      } catch (error) {
        if (error instanceof Refusal && !request.wantsJson)
          return html(error.status, errorPage(r, error, path));
        throw error;
      }
    },
  },
];

export const formRoutes: Route[] = [...newReception, ...editing];
