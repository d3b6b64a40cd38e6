/**
 * Lambda `web-files`: attachments as JSON and, for browsers without script, as pages. Signed in only.
 * An upload by the plain form leaves no trace until it is confirmed; a seal binds its id to session and case.
 */

import { ulid } from "ulid";
import { checkCsrf, optionalSession, requireSession, type Session } from "../directory/session.ts";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { notFound, Refusal } from "../shared/errors.ts";
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
import { fieldMessage, fill } from "../shared/i18n/messages.ts";
import { hmac, sameText } from "../shared/ids.ts";
import { type Reader, readerOf } from "../web/models/view.ts";
import { errorPage } from "../web/pages/error.tsx";
import { signPost } from "./bucket.ts";
import { confirmUpload } from "./confirm-upload.ts";
import { downloadUrl } from "./download.ts";
import { limitsOf } from "./limits.ts";
import { confirmPage, uploadPage } from "./pages.tsx";
import { requestUpload } from "./request-upload.ts";
import { isFull, nameProblem, stored } from "./rules.ts";
import { checkAttach, visibleCase } from "./store.ts";
import { told } from "./told.ts";

const param = (request: Request, name: string): string => request.params[name] ?? "";
const pathOf = (caseId: string, attachmentId?: string): string =>
  `/cases/${encodeURIComponent(caseId)}/attachments${attachmentId === undefined ? "" : `/${encodeURIComponent(attachmentId)}/confirm`}`;

const reader = (request: Request, session: Session | null, path: string): Reader =>
  readerOf({ locale: request.locale, now: now(), path }, session);

async function postRequest(request: Request): Promise<Reply> {
  const session = await requireSession(request);
  checkCsrf(session, request);
  const idempotencyKey = request.headers["idempotency-key"];
  return told(request, async () =>
    json(
      201,
      await withJson(request, (input) =>
        requestUpload(session.actor, param(request, "caseId"), input, {
          ...(idempotencyKey ? { idempotencyKey } : {}),
        }),
      ),
    ),
  );
}

async function postConfirm(request: Request): Promise<Reply> {
  const session = await requireSession(request);
  checkCsrf(session, request);
  return told(request, async () =>
    json(200, await confirmUpload(session.actor, param(request, "caseId"), param(request, "attachmentId"))),
  );
}

async function getFile(request: Request): Promise<Reply> {
  const { actor } = await requireSession(request);
  const location = await downloadUrl(actor, param(request, "caseId"), param(request, "attachmentId"));
  return { status: 302, headers: { location } };
}

/** Ids of the plain form are not stored before they are confirmed: the seal shows that this session was given this one. */
const sealOf = (session: Session, caseId: string, attachmentId: string): string =>
  hmac(session.csrf, `attachment|${caseId}|${attachmentId}`);

/** The page with the form; its own policy lets that form go to the bucket, and nowhere else but here. */
async function showUpload(request: Request, session: Session): Promise<Reply> {
  const caseId = param(request, "caseId");
  const file = await visibleCase(session.actor, caseId);
  checkAttach(session.actor, file);
  if (file.header.status !== "open") throw new Refusal(409, "wrong_phase");
  const r = reader(request, session, pathOf(caseId));
  if (isFull(file.attachments, (await limitsOf(file)).count)) return html(200, uploadPage(r, caseId, null));
  const at = now();
  const attachmentId = ulid(at);
  const back = `${env("BASE_URL")}${pathOf(caseId, attachmentId)}?seal=${sealOf(session, caseId, attachmentId)}`;
  const target = await signPost(attachmentId, back, at);
  return html(200, uploadPage(r, caseId, target), {
    "content-security-policy":
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
      `form-action 'self' ${new URL(target.url).origin}; frame-ancestors 'none'; base-uri 'none'`,
  });
}

async function getUpload(request: Request): Promise<Reply> {
  return showUpload(request, await requireSession(request));
}

async function postUpload(request: Request): Promise<Reply> {
  const session = await requireSession(request);
  checkCsrf(session, request, request.form());
  return showUpload(request, session);
}

/** Where the bucket sends the browser after an upload. Only shows; the next press confirms. */
async function getConfirm(request: Request): Promise<Reply> {
  const session = await requireSession(request);
  const { caseId, attachmentId, seal } = sealed(request, session, request.query.get("seal"));
  const file = await visibleCase(session.actor, caseId);
  checkAttach(session.actor, file);
  const r = reader(request, session, pathOf(caseId));
  const name = fill(r.t.file.untitled, { n: stored(file.attachments).length + 1 });
  return html(200, confirmPage(r, { caseId, path: pathOf(caseId, attachmentId), seal, name, problem: null }));
}

async function postConfirmPage(request: Request): Promise<Reply> {
  const session = await requireSession(request);
  const form = request.form();
  checkCsrf(session, request, form);
  const { caseId, attachmentId, seal } = sealed(request, session, form.get("seal"));
  const name = form.get("name") ?? "";
  const problem = nameProblem(name);
  if (problem) {
    await visibleCase(session.actor, caseId);
    const r = reader(request, session, pathOf(caseId));
    const message = fieldMessage(problem, request.locale);
    return html(
      400,
      confirmPage(r, { caseId, path: pathOf(caseId, attachmentId), seal, name, problem: message }),
    );
  }
  await confirmUpload(session.actor, caseId, attachmentId, { name });
  return redirect(`/cases/${encodeURIComponent(caseId)}?told=attached`);
}

function sealed(request: Request, session: Session, seal: string | null) {
  const caseId = param(request, "caseId");
  const attachmentId = param(request, "attachmentId");
  if (!sameText(seal ?? "", sealOf(session, caseId, attachmentId))) throw notFound();
  return { caseId, attachmentId, seal: seal ?? "" };
}

const api = "/api/cases/{caseId}/attachments";
const pages = "/cases/{caseId}/attachments";

const routes: Route[] = [
  { method: "POST", path: api, handle: postRequest },
  { method: "POST", path: `${api}/{attachmentId}/confirm`, handle: postConfirm },
  { method: "GET", path: `${api}/{attachmentId}`, handle: getFile },
  { method: "GET", path: pages, handle: getUpload },
  { method: "POST", path: pages, handle: postUpload },
  { method: "GET", path: `${pages}/{attachmentId}`, handle: getFile },
  { method: "GET", path: `${pages}/{attachmentId}/confirm`, handle: getConfirm },
  { method: "POST", path: `${pages}/{attachmentId}/confirm`, handle: postConfirmPage },
];

export const handler = httpHandler({
  routes,
  async errorPage(refusal, request) {
    // A failing session read must not hide the refusal itself.
    const session = await optionalSession(request).catch(() => null);
    return html(refusal.status, errorPage(reader(request, session, "/"), refusal));
  },
});
