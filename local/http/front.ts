/**
 * The HTTP API on the site's port: requests become payload format 2.0 events, answers become HTTP.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from "node:http";
import type { Route } from "../assembly/deploy.ts";
import { type Cloud, FunctionError } from "../kernel.ts";
import { createMatcher, type Match } from "./routes.ts";

/** API Gateway's limit for a request body, in bytes. */
const MAX_BODY = 10 * 1024 * 1024;

type Answer = {
  statusCode?: number;
  headers?: Record<string, string | number | boolean>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
};

/** A request body within the limit, or null when it is larger. */
export async function readBody(req: IncomingMessage, limit = MAX_BODY): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    // A little over the limit is read to its end, so that the client gets the answer; a flood is not.
    else if (size > 4 * limit) break;
  }
  return size > limit ? null : Buffer.concat(chunks);
}

export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  res.end(res.req.method === "HEAD" ? undefined : text);
}

/** Header names in lower case, repeated ones joined, cookies apart: as format 2.0 has them. */
function headersOf(req: IncomingMessage): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(req.headersDistinct)) {
    if (name !== "cookie" && values) headers[name] = values.join(",");
  }
  const cookies = (req.headers.cookie ?? "").split(";").map((cookie) => cookie.trim());
  return { headers, cookies: cookies.filter(Boolean) };
}

/** API Gateway passes text on as text and everything else, forms included, as base64. */
const isText = (type = "") =>
  /^(text\/|application\/(json|javascript|xml)\b|application\/[\w.-]+\+json)/i.test(type);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function accessLogTime(ms: number): string {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(new Date(ms).toISOString())!;
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
}

function eventOf(cloud: Cloud, req: IncomingMessage, body: Buffer, match: Match) {
  const [rawPath = "/", rawQueryString = ""] = (req.url ?? "/").split(/\?(.*)/s);
  const { headers, cookies } = headersOf(req);
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    query[name] = name in query ? `${query[name]},${value}` : value;
  }
  const address = req.socket.remoteAddress ?? "127.0.0.1";
  const sourceIp = headers["x-forwarded-for"]?.split(",")[0]?.trim() || address.replace("::ffff:", "");
  headers["x-forwarded-for"] = sourceIp;
  headers["x-forwarded-proto"] ??= "http";
  const now = cloud.clock.now();
  const text = isText(req.headers["content-type"]);
  return {
    version: "2.0",
    routeKey: match.route.routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(rawQueryString && { queryStringParameters: query }),
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    requestContext: {
      accountId: cloud.accountId,
      apiId: "local",
      domainName: "localhost",
      domainPrefix: "localhost",
      http: {
        method: req.method,
        path: rawPath,
        protocol: `HTTP/${req.httpVersion}`,
        sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: match.route.routeKey,
      stage: "$default",
      time: accessLogTime(now),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(text ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !text,
  };
}

/** A proxy answer, or anything else as the JSON body of a 200. */
function toAnswer(result: unknown): Answer {
  if (result !== null && typeof result === "object" && "statusCode" in result) return result as Answer;
  const body = typeof result === "string" ? result : JSON.stringify(result);
  return { statusCode: 200, headers: { "content-type": "application/json" }, body };
}

function send(res: ServerResponse, answer: Answer): void {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(answer.headers ?? {}))
    headers[name.toLowerCase()] = String(value);
  const cookies = [...(answer.cookies ?? []), ...[headers["set-cookie"] ?? []].flat().map(String)];
  // The site is plain http on a laptop: browsers would drop a Secure cookie.
  if (cookies.length > 0)
    headers["set-cookie"] = cookies.map((cookie) => cookie.replace(/;\s*secure(?=;|$)/gi, ""));
  headers["content-type"] ??= "text/plain; charset=utf-8";
  const status = Number(answer.statusCode ?? 200);
  const body = Buffer.from(answer.body ?? "", answer.isBase64Encoded ? "base64" : "utf8");
  if (status === 204 || status === 304) delete headers["content-type"];
  else if (res.req.method !== "HEAD" || body.length > 0) headers["content-length"] = body.length;
  res.writeHead(status, headers);
  res.end(res.req.method === "HEAD" ? undefined : body);
}

/** The listener of the HTTP API. Routes may change while it runs (a reset deploys again). */
export function createFront(cloud: Cloud, routes: () => Route[]): RequestListener {
  let known: Route[] = [];
  let matcher = createMatcher(known);
  return async (req, res) => {
    const end = cloud.activity.begin("HTTP request");
    try {
      if (known !== routes()) {
        known = routes();
        matcher = createMatcher(known);
      }
      const body = await readBody(req);
      if (!body) return sendJson(res, 413, { message: "Request Entity Too Large" }, { connection: "close" });
      const match = matcher(req.method ?? "GET", (req.url ?? "/").split("?")[0]!);
      if (!match) return sendJson(res, 404, { message: "Not Found" });
      const result = await cloud.invoke(match.route.functionArn, eventOf(cloud, req, body, match));
      send(res, toAnswer(result));
    } catch (error) {
      if (!(error instanceof FunctionError))
        cloud.log("http", `${(error as Error).name}: ${(error as Error).message}`);
      if (res.headersSent) res.destroy();
      else sendJson(res, 500, { message: "Internal Server Error" });
    } finally {
      end();
    }
  };
}
