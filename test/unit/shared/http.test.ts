import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { afterEach, describe, expect, test, vi } from "vitest";
import { conflict, invalid, Refusal } from "../../../functions/shared/errors.ts";
import {
  empty,
  html,
  httpHandler,
  json,
  localeOf,
  type Request,
  redirect,
  withJson,
} from "../../../functions/shared/http.ts";

type Sent = Partial<
  Pick<APIGatewayProxyEventV2, "body" | "cookies" | "isBase64Encoded" | "rawQueryString">
> & {
  headers?: Record<string, string>;
};

let seen: Request | undefined;
const handler = httpHandler({
  routes: [
    { method: "GET", path: "/pages/{name}", handle: async () => html(200, "<p>page</p>") },
    { method: "POST", path: "/pages/{name}", handle: async () => redirect("/done", ["a=1"]) },
    {
      method: "GET",
      path: "/api/things/{thingId}",
      handle: async (request) => {
        seen = request;
        return json(200, { thingId: request.params.thingId });
      },
    },
    { method: "POST", path: "/api/things", handle: async (request) => json(201, request.json()) },
    {
      method: "POST",
      path: "/api/late-body/{status}",
      handle: (request) =>
        withJson(request, async (input) => {
          const status = Number(request.params.status);
          if (status !== 200) throw new Refusal(status, "refused");
          return json(200, { input });
        }),
    },
    { method: "DELETE", path: "/api/things", handle: async () => empty(204) },
    {
      method: "POST",
      path: "/form",
      handle: async (request) => json(200, Object.fromEntries(request.form())),
    },
    {
      method: "POST",
      path: "/api/archives/{name}",
      maxBytes: 4_000_000,
      handle: async (request) => json(200, { size: request.bytes().length, type: request.contentType }),
    },
    { method: "GET", path: "/files/{rest+}", handle: async (request) => json(200, request.params) },
    {
      method: "GET",
      path: "/api/fields",
      handle: async () => {
        throw invalid({ path: "a.b", code: "too_long", params: { max: 5 } });
      },
    },
    {
      method: "GET",
      path: "/{place}/conflict",
      handle: async () => {
        throw conflict("budget_exceeded", { available: 1, needed: 2 });
      },
    },
    {
      method: "GET",
      path: "/api/late",
      handle: async () => {
        throw new Refusal(429, "too_soon", { retryAfter: 30 });
      },
    },
    {
      method: "GET",
      path: "/api/fault/{secret}",
      handle: async () => {
        throw new Error("the fault quotes SECRET-IN-FAULT");
      },
    },
  ],
  errorPage: (refusal, request) => html(refusal.status, `<h1>${refusal.code} ${request.locale}</h1>`),
});

async function call(method: string, path: string, sent: Sent = {}) {
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    isBase64Encoded: false,
    ...sent,
    headers: { ...sent.headers },
    requestContext: {
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "203.0.113.9", userAgent: "test" },
    },
  } as unknown as APIGatewayProxyEventV2;
  const reply = (await handler(event, {} as Context)) as APIGatewayProxyStructuredResultV2;
  return { ...reply, body: reply.body ?? "", headers: reply.headers ?? {} };
}
const asJson = { "content-type": "application/json" };

afterEach(() => {
  vi.restoreAllMocks();
});

describe("routes", () => {
  test("values of the path are decoded; a bad escape is not found", async () => {
    expect(JSON.parse((await call("GET", "/api/things/a%2Fb%20%E9%97%AD")).body)).toEqual({
      thingId: "a/b 闭",
    });
    expect((await call("GET", "/api/things/%E9%97")).statusCode).toBe(404);
  });

  test("a name takes one segment, with a plus the rest of the path", async () => {
    expect((await call("GET", "/api/things/a/b")).statusCode).toBe(404);
    expect(JSON.parse((await call("GET", "/files/a/b.css")).body)).toEqual({ rest: "a/b.css" });
  });

  test("HEAD is GET without the body, also where GET refuses", async () => {
    const head = await call("HEAD", "/pages/one");
    expect([head.statusCode, head.body, head.headers["content-type"]]).toEqual([
      200,
      "",
      "text/html; charset=utf-8",
    ]);
    expect(await call("HEAD", "/unknown")).toMatchObject({ statusCode: 404, body: "" });
  });

  test("another method on a known path is 405 and names what is allowed", async () => {
    const page = await call("PUT", "/pages/one");
    expect([page.statusCode, page.headers.allow]).toEqual([405, "GET, HEAD, POST"]);
    const api = await call("HEAD", "/api/things");
    expect([api.statusCode, api.headers.allow]).toEqual([405, "POST, DELETE"]);
  });

  test("a header or a query cannot change the method", async () => {
    const sent = { headers: { "x-http-method-override": "POST" }, rawQueryString: "_method=POST" };
    expect((await call("GET", "/pages/one", sent)).statusCode).toBe(200);
  });
});

describe("bodies", () => {
  test("JSON and forms are parsed, from base64 too", async () => {
    const body = JSON.stringify({ name: "洁丽雅" });
    expect(JSON.parse((await call("POST", "/api/things", { headers: asJson, body })).body)).toEqual({
      name: "洁丽雅",
    });
    const encoded = { headers: asJson, body: Buffer.from(body).toString("base64"), isBase64Encoded: true };
    expect(JSON.parse((await call("POST", "/api/things", encoded)).body)).toEqual({ name: "洁丽雅" });
    const sent = {
      headers: { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" },
      body: "a=1+2&b=%E9%97%AD",
    };
    expect(JSON.parse((await call("POST", "/form", sent)).body)).toEqual({ a: "1 2", b: "闭" });
  });

  test("another type than the route takes is 415", async () => {
    expect((await call("POST", "/api/things", { body: "{}" })).statusCode).toBe(415);
    expect(
      (await call("POST", "/api/things", { headers: { "content-type": "text/plain" }, body: "{}" }))
        .statusCode,
    ).toBe(415);
    expect((await call("POST", "/form", { headers: asJson, body: "{}" })).statusCode).toBe(415);
  });

  test("what is not JSON is 400 at the root", async () => {
    const reply = await call("POST", "/api/things", { headers: asJson, body: "{" });
    expect(reply.statusCode).toBe(400);
    expect(JSON.parse(reply.body).errors).toMatchObject([{ path: "", code: "json" }]);
  });

  test.each([
    ['{"a":"\\ud800"}', 400],
    ['{"a":["x\\uDC00"]}', 400],
    ['{"\\udbff":1}', 400],
    ['{"a":"\\ud83d\\ude00"}', 201],
    ['{"a":"\\\\ud800"}', 201],
  ])("half a character is no JSON that can be kept: %s is %i", async (body, status) => {
    const reply = await call("POST", "/api/things", { headers: asJson, body });
    expect(reply.statusCode).toBe(status);
  });

  test("what cannot be read is told after who may not call and after the state", async () => {
    const send = (path: string, body?: string, type = "application/json") =>
      call("POST", path, { headers: { "content-type": type }, ...(body === undefined ? {} : { body }) });
    expect((await send("/api/late-body/404", "{")).statusCode).toBe(404);
    expect((await send("/api/late-body/409", "x", "text/plain")).statusCode).toBe(409);
    expect(JSON.parse((await send("/api/late-body/400", "{")).body).errors).toMatchObject([{ code: "json" }]);
    expect((await send("/api/late-body/400", "x", "text/plain")).statusCode).toBe(415);
    expect(JSON.parse((await send("/api/late-body/200", '{"a":1}')).body)).toEqual({ input: { a: 1 } });
    expect(JSON.parse((await send("/api/late-body/200")).body)).toEqual({});
  });

  test("a route that asks for more takes more, in bytes, whatever it was sent as", async () => {
    const sent = (size: number, method = "POST", path = "/api/archives/x") =>
      call(method, path, {
        body: Buffer.alloc(size, 0x80).toString("base64"),
        isBase64Encoded: true,
        headers: { "content-type": "application/zip; a=b" },
      });
    const answer = await sent(4_000_000);
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body ?? "")).toEqual({ size: 4_000_000, type: "application/zip; a=b" });
    expect((await sent(4_000_001)).statusCode).toBe(413);
    expect((await sent(1_000_001, "PUT")).statusCode).toBe(413);
    expect((await sent(1_000_001, "POST", "/api/things")).statusCode).toBe(413);
  });

  test("more than a megabyte is 413, said or sent", async () => {
    const large = { headers: asJson, body: `"${"x".repeat(1_000_000)}"` };
    expect((await call("POST", "/api/things", large)).statusCode).toBe(413);
    const said = { headers: { ...asJson, "content-length": "1000001" }, body: "{}" };
    expect((await call("POST", "/api/things", said)).statusCode).toBe(413);
  });

  test("cookies come by name with everything after the first equals sign", async () => {
    await call("GET", "/api/things/1", { cookies: ["careloop=a.b=c", "lang=en", "junk"] });
    expect(seen?.cookies).toEqual({ careloop: "a.b=c", lang: "en" });
  });

  test("cookies of a reply are passed on", async () => {
    const reply = await call("POST", "/pages/one");
    expect([reply.statusCode, reply.headers.location, reply.cookies]).toEqual([303, "/done", ["a=1"]]);
  });
});

describe("refusals", () => {
  test("an API answers JSON, a page a page, a page that asks for JSON gets it", async () => {
    const api = await call("GET", "/api/conflict");
    expect([api.statusCode, JSON.parse(api.body)]).toMatchObject([
      409,
      { code: "budget_exceeded", available: 1, needed: 2 },
    ]);
    const page = await call("GET", "/d/conflict", { headers: { accept: "text/html,application/json" } });
    expect(page.body).toContain("<h1>budget_exceeded zh-CN</h1>");
    const asked = await call("GET", "/d/conflict", { headers: { accept: "application/json" } });
    expect(JSON.parse(asked.body).code).toBe("budget_exceeded");
  });

  test("field errors carry path, code and a message in the reader's language", async () => {
    const english = await call("GET", "/api/fields", { headers: { "accept-language": "en-GB,en" } });
    expect(JSON.parse(english.body)).toEqual({
      errors: [{ path: "a.b", code: "too_long", message: "At most 5 characters" }],
    });
    const chinese = JSON.parse((await call("GET", "/api/fields")).body);
    expect(chinese.errors[0].message).toMatch(/5/);
    expect(chinese.errors[0].message).not.toBe("At most 5 characters");
  });

  test("too soon says when again", async () => {
    const reply = await call("GET", "/api/late");
    expect([reply.statusCode, reply.headers["retry-after"]]).toEqual([429, "30"]);
  });

  test("a fault is 500 without any of its words", async () => {
    const reply = await call("GET", "/api/fault/SECRET-IN-PATH");
    expect([reply.statusCode, JSON.parse(reply.body).code]).toEqual([500, "internal"]);
    expect(reply.body).not.toContain("SECRET");
  });
});

test.each([
  ["GET", "/pages/one"],
  ["GET", "/api/things/1"],
  ["PUT", "/pages/one"],
  ["GET", "/unknown"],
  ["GET", "/api/fault/x"],
])("the answer to %s %s is not cached, framed, sniffed or referred", async (method, path) => {
  const { headers } = await call(method, path);
  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  });
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
});

test("the log names the route and the status, and nothing that was sent or thrown", async () => {
  let log = "";
  const collect = (...parts: unknown[]) => {
    log += parts.map(String).join(" ");
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(collect);
  vi.spyOn(process.stderr, "write").mockImplementation(collect);
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation(collect);
  const secret = {
    headers: { ...asJson, cookie: "careloop=SECRET-COOKIE", authorization: "SECRET-HEADER" },
    cookies: ["careloop=SECRET-COOKIE"],
    rawQueryString: "token=SECRET-QUERY",
    body: '{"phone":"SECRET-BODY"}',
  };

  await call("GET", "/api/things/SECRET-PATH", secret);
  await call("POST", "/api/things", secret);
  await call("GET", "/api/fault/SECRET-PATH", secret);
  await call("GET", "/unknown/SECRET-PATH", secret);

  expect(log).toContain("GET /api/things/{thingId}");
  expect(log).toContain("GET /api/fault/{secret}");
  expect(log).toContain('"status":404');
  expect(log).not.toContain("SECRET");
});

test.each([
  ["en", undefined, true, "en"],
  ["en-US,zh;q=0.5", undefined, true, "en"],
  ["zh-CN,en;q=0.8", undefined, true, "zh-CN"],
  ["fr, en;q=0.5", undefined, true, "en"],
  ["fr", undefined, false, "zh-CN"],
  [undefined, undefined, false, "zh-CN"],
  ["zh-CN", "en", false, "en"],
  ["en", "zh-CN", false, "zh-CN"],
  ["zh-CN", "en", true, "zh-CN"],
  ["en", "fr", false, "en"],
  ["en;q=0.1, zh;q=0.9", undefined, true, "zh-CN"],
  ["zh;q=0.2,en-GB;q=0.8", undefined, true, "en"],
  ["en;q=0", undefined, true, "zh-CN"],
  ["enm, *", undefined, true, "zh-CN"],
] as const)("Accept-Language %s, cookie %s, JSON %s: %s", (accept, cookie, wantsJson, locale) => {
  expect(localeOf(accept, cookie, wantsJson)).toBe(locale);
});
