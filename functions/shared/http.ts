/**
 * The one HTTP stack (middy): an HTTP API v2 event in, a reply out. It parses bodies, finds the route, answers
 * errors in the reader's language, sets the security headers and writes one log line by route key. Paths, queries,
 * cookies and bodies are never logged (DESIGN §3.3).
 */
import { Logger } from "@aws-lambda-powertools/logger";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { Locale } from "../directory/model.ts";
import { invalid, Refusal } from "./errors.ts";
import { fieldMessage, refusalMessage } from "./i18n/messages.ts";

/** What a handler sees of one call. */
export type Request = {
  method: string;
  /** Values of `{name}` in the route's path, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** Lower-cased names. */
  headers: Record<string, string | undefined>;
  cookies: Record<string, string>;
  locale: Locale;
  /** Whether the caller asks for JSON (an /api/ path, or Accept without text/html). */
  wantsJson: boolean;
  sourceIp: string;
  hasBody: boolean;
  /** The parsed JSON body; 415 when the call sent something else, 400 when it is not JSON. */
  json(): unknown;
  /** The parsed form body; 415 when the call sent something else. */
  form(): URLSearchParams;
  /** The body as it was sent, and its type with parameters. */
  bytes(): Uint8Array;
  contentType: string;
  /** True when the body is a form. */
  isForm: boolean;
};

export type Reply = {
  status: number;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: string;
  base64?: boolean;
};

export type Route = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  /** What a body may weigh, where that is more than everywhere else (1 MB). */
  maxBytes?: number;
  handle(request: Request): Promise<Reply>;
};

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify(body),
});
export const html = (status: number, body: string, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8", ...headers },
  body: `<!doctype html>${body}`,
});
export const redirect = (location: string, cookies: string[] = []): Reply => ({
  status: 303,
  headers: { location },
  cookies,
});
export const empty = (status: number, cookies: string[] = []): Reply => ({ status, cookies });

/** Bytes of a request body; the largest form is a few KB. A route may ask for more. */
const MAX_BODY = 1_000_000;

const SECURITY_HEADERS: Record<string, string> = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
};

/** The language to answer in: the reader's choice (cookie) for pages, Accept-Language for both, else zh-CN. */
export function localeOf(accept: string | undefined, cookie: string | undefined, wantsJson: boolean): Locale {
  if (!wantsJson && (cookie === "en" || cookie === "zh-CN")) return cookie;
  const [best] = (accept ?? "")
    .split(",")
    .flatMap((part) => {
      const [, language, weight = "1"] = /^\s*(zh|en)(?:-[^;]*)?(?:;\s*q=([\d.]+))?\s*$/i.exec(part) ?? [];
      return language && Number(weight) > 0
        ? { language: language.toLowerCase(), weight: Number(weight) }
        : [];
    })
    .sort((a, b) => b.weight - a.weight);
  return best?.language === "en" ? "en" : "zh-CN";
}

/** Compiles `/cases/{caseId}` to a matcher; `{rest+}` takes the remainder with slashes. */
function matcher(path: string): (actual: string) => Record<string, string> | null {
  const names: string[] = [];
  const source = path
    .replace(/[.*?^$()|[\]\\]/g, "\\$&")
    .replace(/\{(\w+)(\+?)\}/g, (_, name: string, rest: string) => {
      names.push(name);
      return rest ? "(.+)" : "([^/]+)";
    });
  const pattern = new RegExp(`^${source}$`);
  return (actual) => {
    const found = pattern.exec(actual);
    if (!found) return null;
    const params: Record<string, string> = {};
    for (const [index, name] of names.entries()) params[name] = safeDecode(found[index + 1] ?? "");
    return params;
  };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(404, "not_found");
  }
}

function parseCookies(list: string[] | undefined): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const entry of list ?? []) {
    const at = entry.indexOf("=");
    if (at > 0) cookies[entry.slice(0, at).trim()] = entry.slice(at + 1);
  }
  return cookies;
}

function toRequest(event: APIGatewayProxyEventV2, maxBytes = MAX_BODY): Request {
  const headers = event.headers ?? {};
  const raw = event.body ?? "";
  const encoding = event.isBase64Encoded ? "base64" : "utf8";
  const size = event.isBase64Encoded ? Buffer.byteLength(raw, "base64") : raw.length;
  if (Math.max(size, Number(headers["content-length"] ?? 0)) > maxBytes) throw new Refusal(413, "too_large");
  const text = () => (event.isBase64Encoded ? Buffer.from(raw, "base64").toString("utf8") : raw);
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  const cookies = parseCookies(event.cookies);
  const accept = headers.accept ?? "";
  const wantsJson =
    event.rawPath.startsWith("/api/") ||
    (accept.includes("application/json") && !accept.includes("text/html"));
  return {
    method: event.requestContext.http.method,
    params: {},
    query: new URLSearchParams(event.rawQueryString),
    headers,
    cookies,
    locale: localeOf(headers["accept-language"], cookies.lang, wantsJson),
    wantsJson,
    sourceIp: event.requestContext.http.sourceIp,
    hasBody: raw !== "",
    isForm: type === "application/x-www-form-urlencoded",
    json() {
      if (type !== "application/json") throw new Refusal(415, "content_type");
      const body = text();
      try {
        return JSON.parse(body, HALF.test(body) ? refuseHalves : undefined);
      } catch {
        throw invalid({ path: "", code: "json" });
      }
    },
    form() {
      if (type !== "application/x-www-form-urlencoded") throw new Refusal(415, "content_type");
      return new URLSearchParams(text());
    },
    bytes: () => Buffer.from(raw, encoding),
    contentType: headers["content-type"] ?? "",
  };
}

/** How half a character can be written in JSON; what is sent as bytes is whole. */
const HALF = /\\ud[89a-f]/i;

/** Half a character can be neither hashed (RFC 8785) nor sent on. */
function refuseHalves(key: string, value: unknown): unknown {
  if (key.isWellFormed() && (typeof value !== "string" || value.isWellFormed())) return value;
  throw new SyntaxError("A lone surrogate");
}

/**
 * Runs a call with its JSON body. Who may call and the state are checked before what was sent
 * (contracts/approvals.md §1): a body that cannot be read goes in as null, which no form takes, and a call that
 * is refused for that alone is told 415 or what is wrong with the JSON. No body at all is undefined.
 */
export async function withJson<T>(request: Request, run: (input: unknown) => Promise<T>): Promise<T> {
  let input: unknown;
  let unreadable: unknown = null;
  try {
    input = request.json();
  } catch (error) {
    unreadable = error;
    input = request.hasBody ? null : undefined;
  }
  try {
    return await run(input);
  } catch (error) {
    throw unreadable !== null && error instanceof Refusal && error.status === 400 ? unreadable : error;
  }
}

/** The JSON of a refusal (contracts/README.md "Errors"). */
export function refusalBody(refusal: Refusal, locale: Locale): object {
  if (refusal.fields.length > 0)
    return {
      errors: refusal.fields.map((field) => ({
        path: field.path,
        code: field.code,
        message: fieldMessage(field, locale),
      })),
    };
  return { code: refusal.code, message: refusalMessage(refusal.code, locale), ...refusal.data };
}

/**
 * Builds a Lambda handler from routes. `errorPage` renders a refusal for people; without it refusals are JSON.
 * A known path with another method is 405; HEAD is GET without the body.
 */
export function httpHandler(options: {
  routes: Route[];
  errorPage?(refusal: Refusal, request: Request): Promise<Reply> | Reply;
}) {
  const logger = new Logger();
  const routes = options.routes.map((route) => ({ ...route, match: matcher(route.path) }));

  function find(method: string, path: string): { route: Route; params: Record<string, string> } {
    const wanted = method === "HEAD" ? "GET" : method;
    const onPath = routes.flatMap((route) => {
      const params = route.match(path);
      return params ? [{ route, params }] : [];
    });
    const hit = onPath.find((entry) => entry.route.method === wanted);
    if (hit) return hit;
    throw onPath.length > 0
      ? new Refusal(405, "method_not_allowed", {
          allow: onPath
            .flatMap(({ route }) => (route.method === "GET" ? ["GET", "HEAD"] : [route.method]))
            .join(", "),
        })
      : new Refusal(404, "not_found");
  }

  /** What the body of a call may weigh; undefined where nothing else is said. */
  const limitOf = (method: string, path: string): number | undefined =>
    routes.find((route) => route.maxBytes !== undefined && route.method === method && route.match(path))
      ?.maxBytes;

  async function answer(request: Request, refusal: Refusal): Promise<Reply> {
    const retry: Record<string, string> =
      typeof refusal.data.retryAfter === "number" ? { "retry-after": String(refusal.data.retryAfter) } : {};
    const allow: Record<string, string> =
      typeof refusal.data.allow === "string" ? { allow: refusal.data.allow } : {};
    const reply =
      request.wantsJson || !options.errorPage
        ? json(refusal.status, refusalBody(refusal, request.locale))
        : await options.errorPage(refusal, request);
    return { ...reply, headers: { ...reply.headers, ...retry, ...allow } };
  }

  async function handle(
    event: APIGatewayProxyEventV2,
    _context: Context,
  ): Promise<APIGatewayProxyStructuredResultV2> {
    const started = performance.now();
    const method = event.requestContext.http.method;
    let request: Request | undefined;
    let reply: Reply;
    let routeKey = "none";
    try {
      request = toRequest(event, limitOf(method, event.rawPath));
      const { route, params } = find(method, event.rawPath);
      routeKey = `${method} ${route.path}`;
      reply = await route.handle({ ...request, params });
    } catch (error) {
      const fallback =
        request ??
        toRequest({ ...event, body: undefined, headers: { ...event.headers, "content-length": "0" } });
      if (error instanceof Refusal) reply = await answer(fallback, error);
      else {
        logger.error("request failed", { route: routeKey, error: faultOf(error) });
        reply = await answer(fallback, new Refusal(500, "internal"));
      }
    }
    logger.info("request", {
      route: routeKey,
      status: reply.status,
      ms: Math.round(performance.now() - started),
    });
    return {
      statusCode: reply.status,
      headers: { ...SECURITY_HEADERS, ...reply.headers },
      cookies: reply.cookies ?? [],
      body: method === "HEAD" ? "" : (reply.body ?? ""),
      isBase64Encoded: method !== "HEAD" && reply.base64 === true,
    };
  }

  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(handle);
}

/** Name and place of a fault for the log, without its message: messages of SDK errors may quote what was sent. */
export function faultOf(error: unknown): { name: string; at: string } {
  if (!(error instanceof Error)) return { name: typeof error, at: "" };
  const frames = (error.stack ?? "").split("\n").filter((line) => line.trim().startsWith("at "));
  return {
    name: error.name,
    at: frames
      .slice(0, 6)
      .map((line) => line.trim())
      .join(" | "),
  };
}
