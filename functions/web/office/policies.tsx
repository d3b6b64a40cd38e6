/** Pages of policies: reading, editing, looking at what a draft changes, publishing. */
import type { ApprovalPolicy } from "../../approval/model.ts";
import { checkCsrf, optionalSession, type Session } from "../../directory/session.ts";
import { people } from "../../directory/store.ts";
import { keepsPolicies } from "../../policy/access.ts";
import { dryRun } from "../../policy/dry-run.ts";
import {
  COMPLAINT,
  isChainId,
  isPolicyId,
  isTried,
  POLICIES,
  type PolicyId,
  readsPolicy,
} from "../../policy/kinds.ts";
import {
  diffDraft,
  discardDraft,
  type PolicyBook,
  publishDraft,
  readPolicyBook,
  saveDraft,
} from "../../policy/policies.ts";
import type { Standards } from "../../reception/standards.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { type FieldError, forbidden, notFound, Refusal } from "../../shared/errors.ts";
import { html, type Reply, type Request, type Route, redirect } from "../../shared/http.ts";
import { fieldMessage, fill, refusalMessage } from "../../shared/i18n/messages.ts";
import { policyTexts } from "../../shared/i18n/sections/policies.ts";
import {
  fromPolicy,
  policyProblems,
  pressedPolicy,
  readPolicyForm,
  toPolicy,
} from "../models/policy-form.ts";
import type { Problem } from "../models/reception-form.ts";
import {
  fromStandards,
  pressedStandards,
  readStandardsForm,
  standardsProblems,
  toStandards,
} from "../models/standards-form.ts";
import type { Reader } from "../models/view.ts";
import { errorPage } from "../pages/error.tsx";
import {
  draftPage,
  noDraftPage,
  policiesPage,
  policyPage,
  policyPath,
  publishPage,
} from "../pages/policies.tsx";
import { type Editing, policyEditPage, standardsEditPage, textEditPage } from "../pages/policy-edit.tsx";
import { pathOf, readerFor, staffPage } from "../staff-page.ts";

const POLICY = "/policies/{policyId}";
const DAY = 86_400_000;
/** How far back a dry run looks unless somebody says otherwise. */
const TRIAL_DAYS = 30;

/** What was just done, from the address that it led to. */
function toldOf(request: Request, r: Reader): string | null {
  const { publish } = policyTexts(r.locale);
  const key = request.query.get("told");
  const n = Number(request.query.get("version") ?? 0);
  if (key === "published") return fill(publish.done, { n });
  return key === "saved" || key === "discarded" ? publish[key] : null;
}

const reading: Route[] = [
  staffPage("GET", "/policies", async (_request, { actor }, r) => {
    const books = await Promise.all(
      POLICIES.filter((id) => readsPolicy(actor, id)).map((id) => readPolicyBook(actor, id)),
    );
    return html(200, policiesPage(r, books));
  }),
  staffPage("GET", POLICY, async (request, { actor }, r) => {
    const book = await readPolicyBook(actor, request.params.policyId!);
    const asked = request.query.get("version");
    const shown =
      asked === null ? book.versions[0] : book.versions.find((one) => String(one.version) === asked);
    if (!shown) throw notFound();
    return html(200, policyPage(r, book, shown, toldOf(request, r)));
  }),
];

// ---- the editor

/** What the editor begins with: the draft, or the newest version where there is none or it is out of date. */
function beginning(book: PolicyBook): { document: unknown; basedOn: number; seen: string } {
  const newest = book.versions[0];
  if (!newest) throw notFound();
  const { draft } = book;
  const document = draft?.basedOn === newest.version ? draft.document : newest.document;
  return { document, basedOn: newest.version, seen: draft?.hash ?? "" };
}

/** The fields of a policy, whichever they are: how they are read, shown and turned into a document. */
type Fields = {
  page(r: Reader, editing: Editing): string;
  /** Undefined where it cannot be read. */
  document(): unknown;
  problems(errors: FieldError[], r: Reader): Problem[];
};

function chainFields(values: ReturnType<typeof readPolicyForm>): Fields {
  return {
    page: (r, editing) => policyEditPage(r, editing, values),
    document: () => toPolicy(values),
    problems: (errors, r) => policyProblems(errors, values, r),
  };
}

function standardsFields(values: ReturnType<typeof readStandardsForm>): Fields {
  return {
    page: (r, editing) => standardsEditPage(r, editing, values),
    document: () => toStandards(values),
    problems: standardsProblems,
  };
}

function textFields(text: string): Fields {
  const at = (r: Reader, message: string, label = policyTexts(r.locale).editor.document): Problem => ({
    input: "document",
    label,
    message,
  });
  return {
    page: (r, editing) => textEditPage(r, editing, text),
    document() {
      try {
        return JSON.parse(text);
      } catch {
        return undefined;
      }
    },
    problems: (errors, r) =>
      errors.map((one) =>
        one.path === "document"
          ? at(r, policyTexts(r.locale).editor.noJson)
          : at(r, fieldMessage(one, r.locale), one.path.replace(/^document\./, "")),
      ),
  };
}

/** The names of an approval policy as people write them; the table gives the keys of an object back in any order. */
const NAMES =
  "undoSeconds stepUpAbove batchUpTo onEdit nudgeEvery reserveFor tolerancePercent blockUnsettledAfter administrator " +
  "climbOn stages stage when signers mode need due limit limitPerHead";
const PLACES = new Map(NAMES.split(" ").map((name, place) => [name, place]));
const placeOf = (name: string): number => PLACES.get(name) ?? PLACES.size;

/** The document as people would write it: its names in their order, any others by the alphabet. */
function asText(document: unknown): string {
  const inOrder = (_name: string, value: unknown): unknown =>
    typeof value !== "object" || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value).sort(([a], [b]) => placeOf(a) - placeOf(b) || a.localeCompare(b)),
        );
  return JSON.stringify(document, inOrder, 2);
}

function fieldsOf(policyId: PolicyId, document: unknown, text: boolean): Fields {
  if (text || policyId === COMPLAINT) return textFields(asText(document));
  return isChainId(policyId)
    ? chainFields(fromPolicy(document as ApprovalPolicy))
    : standardsFields(fromStandards(document as Standards));
}

function postedFields(policyId: PolicyId, form: URLSearchParams): Fields {
  if (form.get("as") === "text" || policyId === COMPLAINT) return textFields(form.get("document") ?? "");
  return isChainId(policyId)
    ? chainFields(pressedPolicy(readPolicyForm(form), form))
    : standardsFields(pressedStandards(readStandardsForm(form), form));
}

const EDIT = `${POLICY}/edit`;

/** Posted with a session or without: what was typed survives either way. */
async function edited(request: Request): Promise<Reply> {
  const session = await optionalSession(request);
  const { policyId = "" } = request.params;
  const r = readerFor(request, session, pathOf(EDIT, request));
  const form = request.form();
  if (!isPolicyId(policyId)) throw notFound();
  const fields = postedFields(policyId, form);
  const editing: Editing = {
    policyId,
    basedOn: Number(form.get("basedOn") ?? 0),
    seen: form.get("seen") ?? "",
    problems: [],
    staff: [],
  };
  const { editor } = policyTexts(r.locale);
  if (!session) return html(401, fields.page(r, { ...editing, signedOut: true, message: editor.signedOut }));
  if (!keepsPolicies(session.actor)) throw forbidden("not_allowed");
  if (form.get("do") !== "save") return html(200, fields.page(r, { ...editing, staff: await people() }));
  try {
    checkCsrf(session, request, form);
    const body = { basedOn: editing.basedOn, document: fields.document() };
    await saveDraft(session.actor, policyId, body, { seen: editing.seen === "" ? null : editing.seen });
    return redirect(policyPath(policyId, "/draft?told=saved"));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return html(error.status, fields.page(r, await refusedEdit(error, fields, editing, session, r)));
  }
}

/** The editor again, with what is wrong; after a conflict it knows what is there now, so that it can be saved. */
async function refusedEdit(
  refusal: Refusal,
  fields: Fields,
  editing: Editing,
  session: Session,
  r: Reader,
): Promise<Editing> {
  const book = await readPolicyBook(session.actor, editing.policyId);
  const { staff } = book;
  if (refusal.fields.length > 0) return { ...editing, staff, problems: fields.problems(refusal.fields, r) };
  const { editor } = policyTexts(r.locale);
  if (refusal.code !== "stale") {
    const message =
      refusal.code === "csrf" ? r.t.web.form.pressAgain : refusalMessage(refusal.code, r.locale);
    return { ...editing, staff, message };
  }
  const { basedOn, seen } = beginning(book);
  return { ...editing, staff, basedOn, seen, message: editor.changed };
}

const editing: Route[] = [
  staffPage("GET", EDIT, async (request, { actor }, r) => {
    if (!keepsPolicies(actor)) throw forbidden("not_allowed");
    const book = await readPolicyBook(actor, request.params.policyId!);
    const { document, basedOn, seen } = beginning(book);
    const fields = fieldsOf(book.policyId, document, request.query.get("as") === "text");
    return html(
      200,
      fields.page(r, { policyId: book.policyId, basedOn, seen, problems: [], staff: book.staff }),
    );
  }),
  {
    method: "POST",
    path: EDIT,
    async handle(request) {
      try {
        return await edited(request);
      } catch (error) {
        if (!(error instanceof Refusal) || request.wantsJson) throw error;
        const session = await optionalSession(request);
        return html(error.status, errorPage(readerFor(request, session, "/policies"), error));
      }
    },
  },
];

// ---- the draft and its publication

const DRAFT = `${POLICY}/draft`;
const PUBLISH = `${POLICY}/publish`;

/** The policy of a request, for those who keep it. */
async function kept(request: Request, { actor }: Session): Promise<PolicyBook> {
  if (!keepsPolicies(actor)) throw forbidden("not_allowed");
  return readPolicyBook(actor, request.params.policyId!);
}

const drafts: Route[] = [
  staffPage("GET", DRAFT, async (request, session, r) => {
    const book = await kept(request, session);
    const { policyId, draft } = book;
    const told = toldOf(request, r);
    if (!draft) return html(200, noDraftPage(r, policyId, told));
    const asked = request.query.has("from") || request.query.has("to");
    const period = {
      from: request.query.get("from") ?? shanghaiDate(r.now - TRIAL_DAYS * DAY),
      to: request.query.get("to") ?? shanghaiDate(r.now),
    };
    const { review } = policyTexts(r.locale);
    const [{ changes }, trial] = await Promise.all([
      diffDraft(session.actor, policyId),
      asked && isTried(policyId)
        ? dryRun(session.actor, policyId, period).catch((error: unknown) => {
            if (error instanceof Refusal && error.fields.length > 0) return error;
            throw error;
          })
        : null,
    ]);
    const refused = trial instanceof Refusal ? trial : null;
    const problems = (refused?.fields ?? []).map((one) => ({
      input: one.path,
      label: review[one.path as "from" | "to"],
      message: fieldMessage(one, r.locale),
    }));
    const run = trial instanceof Refusal ? null : trial;
    return html(refused?.status ?? 200, draftPage(r, { book, draft, changes, period, run, problems, told }));
  }),
  staffPage("POST", DRAFT, async (request, session) => {
    const form = request.form();
    checkCsrf(session, request, form);
    const { policyId } = await kept(request, session);
    await discardDraft(session.actor, policyId, form.get("seen") ?? "");
    return redirect(policyPath(policyId, "/draft?told=discarded"));
  }),
  staffPage("GET", PUBLISH, async (request, session, r) => {
    const book = await kept(request, session);
    if (!book.draft) return html(200, noDraftPage(r, book.policyId, null));
    return html(200, publishPage(r, book, book.draft, null));
  }),
  staffPage("POST", PUBLISH, async (request, session, r) => {
    const form = request.form();
    const { policyId } = request.params;
    try {
      checkCsrf(session, request, form);
      const { version } = await publishDraft(session.actor, policyId!, {}, { seen: form.get("seen") ?? "" });
      return redirect(policyPath(policyId!, `?told=published&version=${version}`));
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 404 || error.code === "not_allowed") throw error;
      const book = await kept(request, session);
      const { publish } = policyTexts(r.locale);
      const refused = publishRefusal(error, publish.stale, r);
      if (!book.draft) return html(error.status, noDraftPage(r, book.policyId, refused));
      return html(error.status, publishPage(r, book, book.draft, refused));
    }
  }),
];

function publishRefusal(refusal: Refusal, stale: string, r: Reader): string {
  if (refusal.code === "stale") return stale;
  if (refusal.code === "csrf") return r.t.web.form.pressAgain;
  return (
    refusal.fields.map((one) => `${one.path}: ${fieldMessage(one, r.locale)}`).join(" · ") ||
    refusalMessage(refusal.code, r.locale)
  );
}

export const policyRoutes: Route[] = [...reading, ...editing, ...drafts];
