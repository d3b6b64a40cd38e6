/**
 * Pages and API of what a visit cost: the settlement and the reception list. Apart from WebStaff, because a requester
 * opens them once a visit and a bundle has its limit (docs/decisions/0006-settlement.md).
 */
import { viewCase } from "../case/read.ts";
import type { CaseView } from "../case/view.ts";
import { checkCsrf, optionalSession, type Session } from "../directory/session.ts";
import { readPolicy } from "../directory/store.ts";
import { type ListPerson, listIdOf, readList, saveList } from "../reception/list.ts";
import { settleReception } from "../reception/settle.ts";
import { env } from "../shared/env.ts";
import { conflict, forbidden, Refusal } from "../shared/errors.ts";
import {
  html,
  httpHandler,
  json,
  type Reply,
  type Request,
  type Route,
  redirect,
  withJson,
} from "../shared/http.ts";
import { money } from "../shared/i18n/format.ts";
import { fill, refusalMessage } from "../shared/i18n/messages.ts";
import { settlementTexts } from "../shared/i18n/sections/settlement.ts";
import { keyOf, writer } from "./calls.ts";
import {
  defaultsOf,
  pressed,
  problemsOf,
  readForm,
  toInput,
  toList,
  type Values,
} from "./models/settlement-form.ts";
import { num } from "./models/text.ts";
import type { Reader } from "./models/view.ts";
import { errorPage } from "./pages/error.tsx";
import { receptionListPage } from "./pages/reception-list.tsx";
import { type SettlementForm, type Shown, settledPage, settlementFormPage } from "./pages/settlement.tsx";
import { readerFor, staffPage } from "./staff-page.ts";

const PAGE = "/receptions/{caseId}/settlement";
const LIST = "/receptions/{caseId}/list";

const apiRoutes: Route[] = [
  {
    method: "POST",
    path: `/api${PAGE}`,
    async handle(request) {
      const { actor } = await writer(request);
      const run = (input: unknown) => settleReception(actor, request.params.caseId!, input, keyOf(request));
      return json(200, await withJson(request, run));
    },
  },
  {
    method: "PUT",
    path: `/api${LIST}`,
    async handle(request) {
      const { actor } = await writer(request);
      const run = (input: unknown) => saveList(actor, request.params.caseId!, input, keyOf(request));
      return json(200, await withJson(request, run));
    },
  },
];

/** The policy of all pages (shared/http.ts), with the document store as the one further place to connect to. */
const policy = (): string =>
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; " +
  `connect-src 'self' ${env("UPLOAD_HOST")}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

const show = (r: Reader, status: number, form: Omit<SettlementForm, "key"> & { key?: string }): Reply =>
  html(status, settlementFormPage(r, { ...form, key: form.key ?? crypto.randomUUID() }), {
    "content-security-policy": policy(),
  });

/** The case with its list and the tolerance of its policy. Throws 404. */
async function visitOf(session: Session, caseId: string, r: Reader) {
  const [view, list] = await Promise.all([
    viewCase(session.actor, caseId, r.locale),
    readList(session.actor, caseId),
  ]);
  const { policyId, version } = view.route.policy;
  const { document } = await readPolicy(policyId, version);
  return { view, list, percent: document.tolerancePercent };
}

const getSettlement = staffPage("GET", PAGE, async (request, session, r) => {
  const { view, list, percent } = await visitOf(session, request.params.caseId!, r);
  const mine = view.createdBy.staffId === session.actor.staffId;
  if (view.phase === "settlement" && mine) {
    const values = defaultsOf(view, list, settlementTexts(r.locale).relation);
    return show(r, 200, { view, values, problems: [], percent });
  }
  if (view.settlement && view.phase !== "settlement") return html(200, settledPage(r, view));
  throw mine ? conflict("wrong_phase") : forbidden("not_requester");
});

/** What a reader who was signed out meanwhile still sees: what he typed. */
const typed = (caseId: string, values: Values): Shown => ({
  caseId,
  title: caseId,
  content: null,
  phase: "settlement",
  amount: 0,
  settlement: null,
  steps: [],
  receptionListId: null,
  attachments: values.invoices.flatMap(({ attachmentId }) =>
    attachmentId ? [{ attachmentId, name: attachmentId }] : [],
  ),
});

/** Why a submission was refused, for what no field can show. */
function messageOf({ code, data }: Refusal, r: Reader): string {
  const known = code === "budget_exceeded" && typeof data.available === "number";
  if (known)
    return fill(settlementTexts(r.locale).exceeded, {
      available: money(num(data.available)),
      needed: money(num(data.needed)),
    });
  return code === "csrf" ? r.t.web.form.pressAgain : refusalMessage(code, r.locale);
}

/** Without a name on it there is no list. */
const hand = (session: Session, caseId: string, values: Values, idempotencyKey: string) => {
  const people = toList(values);
  const named = people.length > 0;
  return settleReception(session.actor, caseId, toInput(values, named ? listIdOf(caseId) : null), {
    idempotencyKey,
    ...(named ? { people } : {}),
  });
};

async function postSettlement(request: Request): Promise<Reply> {
  const caseId = request.params.caseId!;
  const path = `/receptions/${encodeURIComponent(caseId)}/settlement`;
  const session = await optionalSession(request);
  const r = readerFor(request, session, path);
  const form = request.form();
  const values = pressed(readForm(form), form);
  const key = form.get("key") || crypto.randomUUID();
  if (!session)
    return show(r, 401, {
      view: typed(caseId, values),
      values,
      problems: [],
      percent: 0,
      key,
      signedOut: true,
      message: r.t.web.form.signInAgain,
    });
  try {
    let refusal: Refusal | null = null;
    if (form.get("do") === "submit") {
      try {
        checkCsrf(session, request, form);
        await hand(session, caseId, values, key);
        return redirect(path);
      } catch (error) {
        if (!(error instanceof Refusal) || ([403, 404].includes(error.status) && error.code !== "csrf"))
          throw error;
        refusal = error;
      }
    }
    const { view, percent } = await visitOf(session, caseId, r);
    if (view.createdBy.staffId !== session.actor.staffId) throw forbidden("not_requester");
    // Handed in meanwhile, on another page: what became of it is the answer.
    if (view.phase !== "settlement") throw refusal ?? conflict("wrong_phase");
    const problems = refusal ? problemsOf(refusal.fields, values, settlementTexts(r.locale), r) : [];
    return show(r, refusal?.status ?? 200, {
      view,
      values,
      problems,
      percent,
      // A key that was used for other content is worn out.
      ...(refusal?.code === "idempotency_mismatch" ? {} : { key }),
      ...(refusal && problems.length === 0 ? { message: messageOf(refusal, r) } : {}),
    });
  } catch (error) {
    if (!(error instanceof Refusal) || request.wantsJson) throw error;
    return html(error.status, errorPage(r, error, path));
  }
}

const getList = staffPage("GET", LIST, async (request, session, r) => {
  const caseId = request.params.caseId!;
  const [view, people]: [CaseView, ListPerson[] | null] = await Promise.all([
    viewCase(session.actor, caseId, r.locale),
    readList(session.actor, caseId),
  ]);
  return html(200, receptionListPage(r, view, people));
});

export const handler = httpHandler({
  routes: [...apiRoutes, getSettlement, { method: "POST", path: PAGE, handle: postSettlement }, getList],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
