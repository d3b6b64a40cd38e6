/** For anyone: the way in (OpenID Connect, code flow with PKCE), the assets, and the page for unknown addresses. */
import { Logger } from "@aws-lambda-powertools/logger";
import * as oidc from "openid-client";
import { optionalSession, startSession } from "../directory/session.ts";
import { personBySubject } from "../directory/store.ts";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { notFound } from "../shared/errors.ts";
import {
  faultOf,
  html,
  httpHandler,
  type Reply,
  type Request,
  type Route,
  redirect,
} from "../shared/http.ts";
import { hmac, sameText } from "../shared/ids.ts";
import { linkKeys } from "../step/links.ts";
import { ASSETS } from "./assets/index.ts";
import { localPath, readerOf } from "./models/view.ts";
import { errorPage } from "./pages/error.tsx";
import { signInPage } from "./pages/sign-in.tsx";

/** What a sign-in under way must remember; it travels in a signed cookie of the browser that began it. */
type Pending = { state: string; nonce: string; verifier: string; to: string; until: number };

const COOKIE = "careloop_signin";
const LIFE_SECONDS = 600;

let discovered: Promise<oidc.Configuration> | undefined;

/** The provider's metadata, read once per cold start. */
function provider(): Promise<oidc.Configuration> {
  const issuer = new URL(env("OIDC_ISSUER"));
  // A provider on plain http is one the operator has configured so.
  const execute = issuer.protocol === "http:" ? [oidc.allowInsecureRequests] : [];
  discovered ??= oidc
    .discovery(issuer, env("OIDC_CLIENT_ID"), undefined, oidc.None(), { execute })
    .catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
  return discovered;
}

const callbackUrl = (): string => `${env("BASE_URL")}/auth/callback`;

/** Its own purpose is part of what is signed, so that it can never be taken for a link or a nonce. */
const sealOf = (key: string, text: string): string => hmac(key, `signin|${text}`);

async function seal(pending: Pending): Promise<string> {
  const keys = await linkKeys();
  const text = Buffer.from(JSON.stringify(pending)).toString("base64url");
  return `${keys.current}.${text}.${sealOf(keys[keys.current]!, text)}`;
}

async function unseal(value: string | undefined): Promise<Pending | null> {
  const [kid, text, mac, rest] = (value ?? "").split(".");
  if (!kid || !text || !mac || rest !== undefined) return null;
  const keys = await linkKeys();
  const key = kid !== "current" && Object.hasOwn(keys, kid) ? keys[kid] : undefined;
  if (!key || !sameText(mac, sealOf(key, text))) return null;
  const pending = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as Pending;
  return pending.until > now() ? pending : null;
}

const cookie = (value: string, seconds: number): string =>
  `${COOKIE}=${value}; Path=/auth; HttpOnly; Secure; SameSite=Lax; Max-Age=${seconds}`;

const signInReply = (
  request: Request,
  status: number,
  to: string,
  problem?: "failed" | "unknown",
): Reply => ({
  ...html(
    status,
    signInPage(readerOf({ locale: request.locale, now: now(), path: "/signin" }, null), to, problem),
  ),
  ...(problem ? { cookies: [cookie("", 0)] } : {}),
});

async function begin(request: Request): Promise<Reply> {
  const config = await provider();
  const pending: Pending = {
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    verifier: oidc.randomPKCECodeVerifier(),
    to: localPath(request.query.get("to")),
    until: now() + LIFE_SECONDS * 1000,
  };
  const target = oidc.buildAuthorizationUrl(config, {
    redirect_uri: callbackUrl(),
    scope: "openid profile",
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: "S256",
  });
  return redirect(target.href, [cookie(await seal(pending), LIFE_SECONDS)]);
}

/** The one GET that writes: guarded by state, nonce and PKCE (DESIGN §3.1). */
async function finish(request: Request): Promise<Reply> {
  const pending = await unseal(request.cookies[COOKIE]);
  if (!pending) return signInReply(request, 400, "/", "failed");
  let claims: oidc.IDToken | undefined;
  try {
    const url = new URL(`${callbackUrl()}?${request.query.toString()}`);
    const tokens = await oidc.authorizationCodeGrant(await provider(), url, {
      expectedState: pending.state,
      expectedNonce: pending.nonce,
      pkceCodeVerifier: pending.verifier,
      idTokenExpected: true,
    });
    claims = tokens.claims();
  } catch (error) {
    new Logger().warn("sign-in failed", { error: faultOf(error) });
    return signInReply(request, 400, pending.to, "failed");
  }
  const person = claims ? await personBySubject(env("OIDC_ISSUER"), claims.sub) : null;
  if (!person?.active) return signInReply(request, 403, pending.to, "unknown");
  return redirect(pending.to, [await startSession(person.staffId), cookie("", 0)]);
}

function asset(request: Request): Reply {
  const path = `/assets/${request.params.file}`;
  const exact = ASSETS.find((one) => one.path === path);
  // A page of the release before still gets its styles, but nobody keeps them under the old name.
  const found =
    exact ??
    ASSETS.find(
      (one) =>
        /^careloop-[0-9a-f]{12}\.\w+$/.test(request.params.file ?? "") &&
        path.endsWith(one.path.slice(one.path.lastIndexOf("."))),
    );
  if (!found) throw notFound();
  return {
    status: 200,
    headers: {
      "content-type": found.contentType,
      "cache-control": exact ? "public, max-age=31536000, immutable" : "no-cache",
    },
    body: found.body,
  };
}

const routes: Route[] = [
  {
    method: "GET",
    path: "/signin",
    async handle(request) {
      const to = localPath(request.query.get("to"));
      return (await optionalSession(request)) ? redirect(to) : signInReply(request, 200, to);
    },
  },
  { method: "GET", path: "/auth/login", handle: begin },
  { method: "GET", path: "/auth/callback", handle: finish },
  { method: "GET", path: "/assets/{file}", handle: async (request) => asset(request) },
];

export const handler = httpHandler({
  routes,
  errorPage: (refusal, request) =>
    html(
      refusal.status,
      errorPage(readerOf({ locale: request.locale, now: now(), path: "/" }, null), refusal),
    ),
});
