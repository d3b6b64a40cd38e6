/**
 * Lambda `web-imports`: customers from a file, as JSON and by the forms of the pages. Apart from the pages, because
 * reading workbooks and signing uploads fill a bundle (docs/decisions/0003-checks-and-bundles.md).
 */
import { gzipSync } from "node:zlib";
import { applyImport } from "../customer/import-apply.ts";
import { checkImport, openImport, requestImport } from "../customer/import-check.ts";
import { checkCsrf, requireSession } from "../directory/session.ts";
import { env } from "../shared/env.ts";
import { Refusal } from "../shared/errors.ts";
import {
  httpHandler,
  json,
  type Reply,
  type Request,
  type Route,
  redirect,
  withJson,
} from "../shared/http.ts";
import { importProblemTexts } from "../shared/i18n/sections/import-problems.ts";
import { keyOf, writer } from "./calls.ts";

const API = "/api/customer-imports";
const PAGE = "/customers/imports";

/** Above this an answer is packed, where the caller can unpack it: Lambda answers no more than 6 MB. */
const PACKED_ABOVE = 1_000_000;

function large(request: Request, body: unknown): Reply {
  const text = JSON.stringify(body);
  const takesGzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  if (text.length < PACKED_ABOVE || !takesGzip) return json(200, body);
  return {
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8", "content-encoding": "gzip" },
    body: gzipSync(text).toString("base64"),
    base64: true,
  };
}

const api: Route[] = [
  {
    method: "POST",
    path: API,
    async handle(request) {
      const { actor } = await writer(request);
      return json(201, await withJson(request, (input) => requestImport(actor, input, keyOf(request))));
    },
  },
  {
    method: "POST",
    path: `${API}/{importId}/check`,
    async handle(request) {
      const { actor } = await writer(request);
      const run = (input: unknown) => checkImport(actor, request.params.importId!, input);
      const { problems, ...counts } = await withJson(request, run);
      const texts = importProblemTexts(request.locale);
      const told = problems.map((one) => ({ ...one, message: texts[one.code] }));
      return large(request, { ...counts, problems: told });
    },
  },
  {
    method: "POST",
    path: `${API}/{importId}/apply`,
    async handle(request) {
      const { actor } = await writer(request);
      const run = (input: unknown) => applyImport(actor, request.params.importId!, input);
      return json(200, await withJson(request, run));
    },
  },
];

/** A press on the page: what came of it is told by the page of the import. */
function press(path: string, run: (request: Request) => Promise<string>): Route {
  return {
    method: "POST",
    path,
    async handle(request) {
      const { importId = "" } = request.params;
      const back = importId === "" ? "/customers/import" : `${PAGE}/${encodeURIComponent(importId)}`;
      try {
        return redirect(await run(request));
      } catch (error) {
        if (!(error instanceof Refusal) || request.wantsJson) throw error;
        return redirect(error.status === 401 ? "/" : `${back}?refused=${encodeURIComponent(error.code)}`);
      }
    },
  };
}

const presses: Route[] = [
  press(PAGE, async (request) => {
    const session = await requireSession(request);
    checkCsrf(session, request, request.form());
    const { importId } = await openImport(session.actor, (id) => `${env("BASE_URL")}${PAGE}/${id}`);
    return `${PAGE}/${importId}`;
  }),
  press(`${PAGE}/{importId}/check`, async (request) => {
    const session = await requireSession(request);
    const form = request.form();
    checkCsrf(session, request, form);
    const { importId } = request.params;
    await checkImport(session.actor, importId!, { encoding: form.get("encoding") || "utf-8" });
    return `${PAGE}/${importId}`;
  }),
  press(`${PAGE}/{importId}/apply`, async (request) => {
    const session = await requireSession(request);
    checkCsrf(session, request, request.form());
    const { importId } = request.params;
    await applyImport(session.actor, importId!, {});
    return `${PAGE}/${importId}`;
  }),
];

export const handler = httpHandler({ routes: [...api, ...presses] });
