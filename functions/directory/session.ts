/**
 * Sessions of staff (MECHANICS §7): the cookie holds the staff id and 256 random bits, the table their SHA-256.
 * Session and person are read in one round trip on each request, so that deactivating a person ends it at once.
 */
import { randomBytes } from "node:crypto";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { forbidden, Refusal } from "../shared/errors.ts";
import type { Request } from "../shared/http.ts";
import { sameText, sha256 } from "../shared/ids.ts";
import { getItems, transact } from "../shared/table.ts";
import type { Actor } from "./model.ts";
import { personKey, toPerson } from "./store.ts";

export type Session = {
  actor: Actor;
  /** The value of the hidden field `csrf` of every form of this session. */
  csrf: string;
};

const COOKIE = "careloop";
/** A working day and a bit. */
const LIFE_SECONDS = 12 * 3600;

const sessionKey = (secret: string) => ({ pk: `SESSION#${sha256(secret)}`, sk: "SESSION" });

function parse(request: Request): { staffId: string; secret: string } | null {
  const [staffId, secret, rest] = (request.cookies[COOKIE] ?? "").split(".");
  return staffId && secret && rest === undefined && /^[\w-]{43}$/.test(secret) ? { staffId, secret } : null;
}

/**
 * Whom the cookie names, before anybody has checked that it is true: only to start reads beside the session's own,
 * whose results nobody sees before the session is known. Null for a visitor.
 */
export const claimedStaffId = (request: Request): string | null => parse(request)?.staffId ?? null;

/** The session of a request, or null for a visitor. */
export async function optionalSession(request: Request): Promise<Session | null> {
  const cookie = parse(request);
  if (!cookie) return null;
  const key = sessionKey(cookie.secret);
  const items = await getItems(env("DIRECTORY_TABLE"), [key, personKey(cookie.staffId)]);
  const stored = items.find((item) => item.pk === key.pk);
  const actor = toPerson(items.find((item) => item.pk === "STAFF"));
  if (!stored || !actor?.active || stored.staffId !== actor.staffId) return null;
  if ((stored.expiresAt as number) * 1000 <= now()) return null;
  return { actor, csrf: sha256(`csrf|${cookie.secret}`) };
}

/** The session of a request. Throws 401 `unauthenticated`. */
export async function requireSession(request: Request): Promise<Session> {
  const session = await optionalSession(request);
  if (!session) throw new Refusal(401, "unauthenticated");
  return session;
}

/**
 * Refuses what a foreign page could have sent: a JSON write needs the header `X-CareLoop: 1`, a form the hidden
 * field `csrf`. Throws 403 `csrf`.
 */
export function checkCsrf(session: Session, request: Request, form?: URLSearchParams): void {
  if (request.headers["x-careloop"] === "1") return;
  if (form && sameText(form.get("csrf") ?? "", session.csrf)) return;
  throw forbidden("csrf");
}

/** A fresh session: the item to store and the value for Set-Cookie. `at` epoch ms, `seconds` its life. */
export function newSession(staffId: string, at: number, seconds: number) {
  const secret = randomBytes(32).toString("base64url");
  return {
    item: { ...sessionKey(secret), v: 1, staffId, expiresAt: Math.floor(at / 1000) + seconds },
    cookie: cookie(`${staffId}.${secret}`, seconds),
  };
}

/** Starts a session of a working day and returns the value for Set-Cookie. */
export async function startSession(staffId: string): Promise<string> {
  const session = newSession(staffId, now(), LIFE_SECONDS);
  await transact([{ label: "session", Put: { TableName: env("DIRECTORY_TABLE"), Item: session.item } }]);
  return session.cookie;
}

/** Ends the session of a request and returns the value for Set-Cookie that clears it. */
export async function endSession(request: Request): Promise<string> {
  const found = parse(request);
  if (found)
    await transact([
      { label: "session", Delete: { TableName: env("DIRECTORY_TABLE"), Key: sessionKey(found.secret) } },
    ]);
  return cookie("", 0);
}

const cookie = (value: string, seconds: number): string =>
  `${COOKIE}=${value}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=${seconds}`;
