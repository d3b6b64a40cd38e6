/** Pages and forms of one complaint. What goes to the customer is shown once more before it goes. */
import { viewClocks } from "../../complaint/clock-view.ts";
import { mergeComplaint } from "../../complaint/merge.ts";
import { messageToCustomer } from "../../complaint/message.ts";
import { noteOnComplaint } from "../../complaint/note.ts";
import { nudgeComplaint } from "../../complaint/nudge.ts";
import { pauseComplaint, resumeComplaint } from "../../complaint/pause.ts";
import { reopenComplaint } from "../../complaint/reopen.ts";
import { readMessage, readPause } from "../../complaint/schema.ts";
import { replyTemplates } from "../../complaint/templates.ts";
import { triageComplaint } from "../../complaint/triage.ts";
import { viewComplaint } from "../../complaint/view.ts";
import { checkCsrf, type Session } from "../../directory/session.ts";
import { people } from "../../directory/store.ts";
import { env } from "../../shared/env.ts";
import { Refusal } from "../../shared/errors.ts";
import { html, type Reply, type Route, redirect } from "../../shared/http.ts";
import type { Written } from "../components/complaint-talk.tsx";
import { type ComplaintView, mentionsIn } from "../models/complaint.ts";
import {
  type CallForm,
  formProblems,
  refusedText,
  type Typed,
  triageOf,
  typedOf,
} from "../models/complaint-forms.ts";
import type { Reader } from "../models/view.ts";
import { complaintPage, outgoingPage, TOLD, type Told } from "../pages/complaint-case.tsx";
import { staffPage } from "../staff-page.ts";

const CASE = "/complaints/{caseId}";

/** The policy of all pages (shared/http.ts), with the document store as the one further place to connect to. */
const casePolicy = (): string =>
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; " +
  `connect-src 'self' ${env("UPLOAD_HOST")}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

type More = { told?: Told; written?: Written; status?: number };

/** The page with everything that its forms need. Throws 404. */
async function show(session: Session, caseId: string, r: Reader, more: More = {}): Promise<Reply> {
  const { actor } = session;
  const [view, clocks, mates] = await Promise.all([
    viewComplaint(actor, caseId, r.locale),
    viewClocks(actor, caseId),
    people(),
  ]);
  const page = complaintPage(r, {
    view,
    clocks,
    mates,
    templates: replyTemplates(r.locale),
    told: more.told ?? null,
    written: more.written,
  });
  return html(more.status ?? 200, page, { "content-security-policy": casePolicy() });
}

/** A form that was refused: the page again with what was typed; what only the error page can say is thrown on. */
async function refused(
  error: unknown,
  session: Session,
  caseId: string,
  r: Reader,
  form: CallForm,
  typed: Typed,
): Promise<Reply> {
  if (!(error instanceof Refusal) || error.status === 404) throw error;
  const problems = formProblems(error.fields, r);
  // What a form has no field for is said where its reader looks first.
  const known = problems.filter((one) => one.label !== "");
  const message = known.length > 0 ? undefined : (problems[0]?.message ?? refusedText(error, r));
  const reply = await show(session, caseId, r, {
    written: { form, typed, problems: known, ...(message ? { message } : {}) },
    status: error.status,
  });
  const { retryAfter } = error.data;
  return typeof retryAfter === "number"
    ? { ...reply, headers: { ...reply.headers, "retry-after": String(retryAfter) } }
    : reply;
}

type Act = (session: Session, caseId: string, typed: Typed, r: Reader) => Promise<unknown>;

/** A form of the case: done, the page greets with what was done; refused, it keeps what was typed. */
const caseForm = (name: CallForm, told: Exclude<Told, null>, act: Act): Route =>
  staffPage("POST", `${CASE}/${name}`, async (request, session, r) => {
    const caseId = request.params.caseId!;
    const form = request.form();
    const typed = typedOf(form);
    const asks = name === "merge" && form.get("do") === "ask";
    if (asks) return show(session, caseId, r, { written: { form: name, typed, problems: [] } });
    try {
      checkCsrf(session, request, form);
      await act(session, caseId, typed, r);
      return redirect(`/complaints/${caseId}?told=${told}`);
    } catch (error) {
      return refused(error, session, caseId, r, name, typed);
    }
  });

type Outgoing = {
  form: "messages" | "pause";
  field: "text" | "question";
  told: Exclude<Told, null>;
  read(text: string): unknown;
  send(session: Session, caseId: string, text: string, idempotencyKey: string): Promise<unknown>;
};

/** A text to the customer, in two presses: the first shows exactly what he will get, the second sends it. */
const outgoing = ({ form: name, field, told, read, send }: Outgoing): Route =>
  staffPage("POST", `${CASE}/${name}`, async (request, session, r) => {
    const caseId = request.params.caseId!;
    const form = request.form();
    const typed = typedOf(form);
    const text = typed[field] ?? "";
    const again = (more: Typed = {}) =>
      show(session, caseId, r, { written: { form: name, typed: { ...typed, ...more }, problems: [] } });
    switch (typed.do) {
      case "template": {
        const chosen = replyTemplates(r.locale).find((one) => one.templateId === typed.template);
        return again(chosen ? { [field]: chosen.text } : {});
      }
      case "edit":
        return again();
      case "send":
        try {
          checkCsrf(session, request, form);
          await send(session, caseId, text, typed.key || crypto.randomUUID());
          return redirect(`/complaints/${caseId}?told=${told}`);
        } catch (error) {
          return refused(error, session, caseId, r, name, typed);
        }
      default:
        try {
          checkCsrf(session, request, form);
          read(text);
          const view = await viewComplaint(session.actor, caseId, r.locale);
          return html(200, outgoingPage(r, { view, form: name, text, key: crypto.randomUUID() }));
        } catch (error) {
          return refused(error, session, caseId, r, name, typed);
        }
    }
  });

export const caseRoutes: Route[] = [
  staffPage("GET", CASE, (request, session, r) => {
    const told = request.query.get("told");
    return show(session, request.params.caseId!, r, { told: TOLD.find((one) => one === told) ?? null });
  }),
  caseForm("notes", "noted", async ({ actor }, caseId, typed) => {
    const text = typed.text ?? "";
    const mentions = mentionsIn(text, typed.mentions ?? "", await people());
    return noteOnComplaint(actor, caseId, { text, mentions });
  }),
  outgoing({
    form: "messages",
    field: "text",
    told: "sent",
    read: (text) => readMessage({ text, confirm: true }),
    send: ({ actor }, caseId, text, idempotencyKey) =>
      messageToCustomer(actor, caseId, { text, confirm: true }, { idempotencyKey }),
  }),
  outgoing({
    form: "pause",
    field: "question",
    told: "asked",
    read: (question) => readPause({ question }),
    send: ({ actor }, caseId, question, idempotencyKey) =>
      pauseComplaint(actor, caseId, { question }, { idempotencyKey }),
  }),
  caseForm("resume", "resumed", ({ actor }, caseId, { comment = "" }) =>
    resumeComplaint(actor, caseId, { comment }),
  ),
  caseForm("triage", "triaged", async ({ actor }, caseId, typed, r) => {
    const view: ComplaintView = await viewComplaint(actor, caseId, r.locale);
    return triageComplaint(actor, caseId, triageOf(typed, view, r));
  }),
  caseForm("merge", "merged", ({ actor }, caseId, { into = "", reason = "" }) =>
    mergeComplaint(actor, caseId, { into: into.toUpperCase(), reason }),
  ),
  caseForm("reopen", "reopened", ({ actor }, caseId, { reason = "" }) =>
    reopenComplaint(actor, caseId, { reason }),
  ),
  caseForm("nudge", "nudged", ({ actor }, caseId) => nudgeComplaint(actor, caseId, {})),
];
