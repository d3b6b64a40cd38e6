/**
 * The OIDC issuer of the embedded cloud: the user pool's place, with the demo staff. The protocol is
 * oauth2-mock-server's; here are its page, who may come back where, whose token it is, and the time it tells.
 */
import { AssertionError } from "node:assert";
import { createHash } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import {
  type MutableRedirectUri,
  type MutableResponse,
  type MutableToken,
  OAuth2Issuer,
  OAuth2Service,
  type TokenRequestIncomingMessage,
} from "oauth2-mock-server";
import { type Cloud, OIDC_PATH } from "../kernel.ts";
import { type Person, peoplePage } from "./page.ts";

export type { Person } from "./page.ts";

/** Seconds of an authorization code and of a token. */
const CODE_LIFE = 600;
const TOKEN_LIFE = 3600;

type Grant = { staffId: string; clientId: string; redirectUri: string; at: number };

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A browser may be sent back to this machine only. */
function mayReturn(uri: string | null, cloud: Cloud): boolean {
  if (!uri || !URL.canParse(uri)) return false;
  const { origin, hostname } = new URL(uri);
  return origin === new URL(cloud.siteUrl).origin || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

function text(res: ServerResponse, status: number, type: string, body: string): void {
  res.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
  res.end(body);
}

/** What is wrong with a request to sign in; null when nothing is. */
function authorizeProblem(query: URLSearchParams, cloud: Cloud): string | null {
  if (!mayReturn(query.get("redirect_uri"), cloud)) return "redirect_uri must be on this machine";
  if (!query.get("client_id")) return "client_id is missing";
  if (query.get("response_type") !== "code") return "response_type must be code";
  if (!query.get("code_challenge") || query.get("code_challenge_method") !== "S256")
    return "PKCE with S256 is required";
  if (!(query.get("scope") ?? "").split(" ").includes("openid")) return "scope must contain openid";
  return null;
}

/** Answers everything below `/_local/oidc`. The signing key is made at the first start and kept. */
export function createOidc(cloud: Cloud, directory: { people(): Person[] }): RequestListener {
  const { db, clock } = cloud;
  db.exec("CREATE TABLE IF NOT EXISTS oidc_keys (kid TEXT PRIMARY KEY, jwk TEXT NOT NULL)");
  db.exec(
    "CREATE TABLE IF NOT EXISTS oidc_tokens (hash TEXT PRIMARY KEY, staff_id TEXT NOT NULL, expires REAL NOT NULL)",
  );
  const issuer = new OAuth2Issuer();
  issuer.url = `${cloud.siteUrl}${OIDC_PATH}`;
  const service = new OAuth2Service(issuer, { endSession: "/logout" });
  /** Codes that were handed out and not redeemed. They die with the process, as the library's do. */
  const grants = new Map<string, Grant>();
  const seconds = () => Math.floor(clock.now() / 1000);
  const person = (staffId: string | null) => directory.people().find((one) => one.staffId === staffId);

  const ready = (async () => {
    const kept = db.prepare("SELECT jwk FROM oidc_keys").all() as { jwk: string }[];
    for (const { jwk } of kept) await issuer.keys.add(JSON.parse(jwk) as Record<string, unknown>);
    if (kept.length > 0) return;
    const made = await issuer.keys.generate("RS256");
    db.prepare("INSERT INTO oidc_keys VALUES (?, ?)").run(made.kid as string, JSON.stringify(made));
  })();

  function claimsOf(staffId: string): Record<string, unknown> {
    const found = person(staffId);
    return { sub: staffId, ...(found ? { name: found.name, preferred_username: staffId } : {}) };
  }

  service.on("beforeAuthorizeRedirect", (redirect: MutableRedirectUri, req: IncomingMessage) => {
    const query = new URL(req.url ?? "", cloud.siteUrl).searchParams;
    const code = redirect.url.searchParams.get("code")!;
    for (const [old, { at }] of grants) if (at + CODE_LIFE < seconds()) grants.delete(old);
    grants.set(code, {
      staffId: query.get("person")!,
      clientId: query.get("client_id")!,
      redirectUri: query.get("redirect_uri")!,
      at: seconds(),
    });
    redirect.url.searchParams.set("iss", issuer.url!);
  });

  /** The grant behind a token request. Called for both tokens, so it does not use the code up. */
  function grantOf(req: TokenRequestIncomingMessage): Grant {
    const body = req.body as typeof req.body & { redirect_uri?: string };
    const grant = grants.get(body.code ?? "");
    const refuse = (message: string): never => {
      throw new AssertionError({ message });
    };
    if (body.grant_type !== "authorization_code" || !grant) return refuse("unknown or used code");
    if (!body.code_verifier) return refuse("code_verifier is missing");
    if (grant.at + CODE_LIFE < seconds()) return refuse("expired code");
    if (body.redirect_uri !== grant.redirectUri) return refuse("another redirect_uri");
    return grant;
  }

  service.on("beforeTokenSigning", (token: MutableToken, req: TokenRequestIncomingMessage) => {
    const grant = grantOf(req);
    // The relying party lives in virtual time, so the token does too.
    const now = seconds();
    Object.assign(token.payload, claimsOf(grant.staffId), { iat: now, nbf: now - 10, exp: now + TOKEN_LIFE });
    if (token.payload.aud !== undefined) {
      Object.assign(token.payload, { aud: grant.clientId, auth_time: grant.at });
    }
  });

  service.on("beforeResponse", (response: MutableResponse, req: TokenRequestIncomingMessage) => {
    const grant = grantOf(req);
    const body = response.body as Record<string, unknown>;
    grants.delete(req.body.code!);
    // Nobody keeps a session by refreshing here, and what the library would answer is somebody else's.
    delete body.refresh_token;
    body.scope = "openid profile";
    db.prepare("DELETE FROM oidc_tokens WHERE expires < ?").run(seconds());
    db.prepare("INSERT OR REPLACE INTO oidc_tokens VALUES (?, ?, ?)").run(
      sha256(String(body.access_token)),
      grant.staffId,
      seconds() + TOKEN_LIFE,
    );
  });

  service.on("beforeUserinfo", (response: MutableResponse, req: IncomingMessage) => {
    const token = /^Bearer (.+)$/i.exec(req.headers.authorization ?? "")?.[1] ?? "";
    const row = db
      .prepare("SELECT staff_id FROM oidc_tokens WHERE hash = ? AND expires >= ?")
      .get(sha256(token), seconds()) as { staff_id: string } | undefined;
    response.statusCode = row ? 200 : 401;
    response.body = row ? claimsOf(row.staff_id) : { error: "invalid_token" };
  });

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    await ready;
    const target = req.url ?? "/";
    req.url = target.startsWith(OIDC_PATH) ? target.slice(OIDC_PATH.length) || "/" : target;
    const { pathname, searchParams } = new URL(req.url, cloud.siteUrl);
    if (pathname === "/authorize") {
      const problem = authorizeProblem(searchParams, cloud);
      if (problem) return text(res, 400, "text/plain", `invalid_request: ${problem}`);
      if (!person(searchParams.get("person"))) {
        return text(
          res,
          200,
          "text/html",
          peoplePage(`${OIDC_PATH}/authorize`, [...searchParams], directory.people()),
        );
      }
    }
    if (pathname === "/logout" && !mayReturn(searchParams.get("post_logout_redirect_uri"), cloud)) {
      return text(res, 200, "text/plain", "已退出登录。Signed out.");
    }
    service.requestHandler(req, res);
  }

  return (req, res) => {
    serve(req, res).catch((error: Error) => {
      cloud.log("oidc", error.stack ?? error.message);
      if (!res.headersSent) text(res, 500, "text/plain", "server_error");
    });
  };
}
