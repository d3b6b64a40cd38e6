/**
 * Lambda `web-photos`: files that customers add to their complaints, as JSON and, for browsers without script, as pages.
 * Apart from `web-care`, because a bundle has its limit and the bucket's client takes a quarter of it.
 */
import { openByPass } from "../care/open-status.ts";
import { PASS } from "../care/pass.ts";
import { confirmPhoto, isSealFor, keepPhoto, photoForm, photoPath, requestPhoto } from "../care/photos.ts";
import { told } from "../file/told.ts";
import { Refusal } from "../shared/errors.ts";
import { html, httpHandler, json, type Reply, type Request, type Route, redirect } from "../shared/http.ts";
import { refusalMessage } from "../shared/i18n/messages.ts";
import { linkKeys } from "../step/links.ts";
import { careErrorPage, caseOf, proofOf, tailIn, visitor } from "./care-request.ts";
import { askPage } from "./pages/care-ask.tsx";
import { keepPhotoPage, photosPage } from "./pages/care-photos.tsx";

const routes: Route[] = [
  {
    method: "POST",
    path: "/c/{caseId}/attachments",
    handle: (request) =>
      told(request, async () => {
        const { tail, rest } = await tailIn(request);
        const proof = proofOf(request, tail);
        return json(201, await requestPhoto(caseOf(request), proof, rest));
      }),
  },
  {
    method: "GET",
    path: "/c/{caseId}/attachments",
    async handle(request) {
      const caseId = caseOf(request);
      const file = await openByPass(caseId, request.cookies[PASS]);
      const r = visitor(request, `/c/${encodeURIComponent(caseId)}/attachments`);
      if (!file) return html(200, askPage(r, caseId));
      const { target, count } = await photoForm(file, await linkKeys());
      return html(200, photosPage(r, { caseId, target, count }), {
        ...(target ? { "content-security-policy": formPolicy(target.url) } : {}),
      });
    },
  },
  {
    // Where the bucket sends the browser after an upload. Only shows; the next press confirms.
    method: "GET",
    path: "/c/{caseId}/attachments/{attachmentId}/confirm",
    async handle(request) {
      const { caseId, attachmentId, seal, r } = await sealedPhoto(request, request.query.get("seal"));
      return html(
        200,
        keepPhotoPage(r, { caseId, path: photoPath(caseId, attachmentId), seal, problem: null }),
      );
    },
  },
  {
    method: "POST",
    path: "/c/{caseId}/attachments/{attachmentId}/confirm",
    handle: (request) => (request.isForm ? keepByForm(request) : confirmByJson(request)),
  },
];

/** The page's own policy lets its form go to the bucket, and nowhere else but here. */
const formPolicy = (target: string): string =>
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  `form-action 'self' ${new URL(target).origin}; frame-ancestors 'none'; base-uri 'none'`;

function confirmByJson(request: Request): Promise<Reply> {
  return told(request, async () => {
    const { tail, rest } = await tailIn(request);
    const attachmentId = request.params.attachmentId ?? "";
    return json(200, await confirmPhoto(caseOf(request), proofOf(request, tail), attachmentId, rest));
  });
}

async function sealedPhoto(request: Request, given: string | null) {
  const caseId = caseOf(request);
  const attachmentId = request.params.attachmentId ?? "";
  const [file, keys] = await Promise.all([openByPass(caseId, request.cookies[PASS]), linkKeys()]);
  if (!file || !isSealFor(keys, given, caseId, attachmentId)) throw new Refusal(404, "not_found");
  return { file, caseId, attachmentId, seal: given ?? "", r: visitor(request, `/c/${caseId}`) };
}

async function keepByForm(request: Request): Promise<Reply> {
  const { file, caseId, attachmentId, seal, r } = await sealedPhoto(request, request.form().get("seal"));
  try {
    await keepPhoto(file, attachmentId, r.locale);
    return redirect(`/c/${caseId}?told=attached`);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status === 404) throw error;
    const problem = refusalMessage(error.code, r.locale);
    return html(
      error.status,
      keepPhotoPage(r, { caseId, path: photoPath(caseId, attachmentId), seal, problem }),
    );
  }
}

export const handler = httpHandler({ routes, errorPage: careErrorPage });
