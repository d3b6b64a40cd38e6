/** What the functions of the customer's pages read from a request, and how they refuse, the same way. */
import type { Proof } from "../care/open-status.ts";
import { PASS } from "../care/pass.ts";
import { now } from "../shared/clock.ts";
import type { Refusal } from "../shared/errors.ts";
import { html, json, type Reply, type Request, refusalBody, withJson } from "../shared/http.ts";
import { type Reader, readerOf } from "./models/view.ts";
import { tooManyPage, unknownCasePage } from "./pages/care-ask.tsx";
import { errorPage } from "./pages/error.tsx";

/** A reader without a name: these pages are the same for everybody who may see them. */
export const visitor = (request: Request, path: string): Reader =>
  readerOf({ locale: request.locale, now: now(), path }, null);

export const caseOf = (request: Request): string => request.params.caseId ?? "";

/** The digits where they were sent, else the pass. */
export const proofOf = (request: Request, tail: unknown): Proof => ({
  ...(tail === undefined || tail === null ? {} : { tail }),
  pass: request.cookies[PASS],
  sourceIp: request.sourceIp,
});

/** The digits of a JSON body, and what is beside them. */
export const tailIn = (request: Request): Promise<{ tail: unknown; rest: unknown }> =>
  withJson(request, async (input) => {
    if (typeof input !== "object" || input === null || Array.isArray(input))
      return { tail: null, rest: input };
    const { tail = null, ...rest } = input as Record<string, unknown>;
    return { tail, rest };
  });

/** What a form brought that must not be lost. */
export const writtenIn = (form: URLSearchParams): string =>
  (form.get("message") ?? form.get("comment") ?? "").replace(/\r\n?/g, "\n").trim();

/** The seconds to wait of a refusal. */
export const secondsOf = ({ data }: Refusal): number =>
  typeof data.retryAfter === "number" ? data.retryAfter : 60;

/** Refusals of these pages. What does not exist and what is not the caller's have one page, to the letter. */
export function careErrorPage(refusal: Refusal, request: Request): Reply {
  // Whoever sends JSON reads JSON.
  if (request.headers["content-type"]?.startsWith("application/json"))
    return json(refusal.status, refusalBody(refusal, request.locale));
  const r = visitor(request, "/c");
  if (refusal.status === 404)
    return html(404, unknownCasePage(r, request.isForm ? writtenIn(request.form()) : ""));
  if (refusal.status === 429) return html(429, tooManyPage(r, secondsOf(refusal)));
  return html(refusal.status, errorPage(r, refusal));
}
