/**
 * Links and nonces (MECHANICS §4). A link is derived, never stored: base64url(HMAC(key, step | person | version)).
 * A nonce is issued without storing anything and used up by the deciding transaction.
 */
import { randomBytes } from "node:crypto";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { env } from "../shared/env.ts";
import { hmac, sameText, sha256 } from "../shared/ids.ts";

/** Keys by id; `current` signs new links, older ones stay valid until they are removed. */
export type LinkKeys = { current: string } & Record<string, string>;

let loaded: Promise<LinkKeys> | undefined;

/** The keys, read once per cold start. */
export function linkKeys(): Promise<LinkKeys> {
  loaded ??= new SecretsManagerClient({})
    .send(new GetSecretValueCommand({ SecretId: env("LINK_SECRET_ARN") }))
    .then((answer) => JSON.parse(answer.SecretString ?? "{}") as LinkKeys)
    .catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
  return loaded;
}

export type LinkOf = { stepId: string; staffId: string; version: number; kid: string };

function keyOf(keys: LinkKeys, kid: string): string {
  // `current` names a key and is none itself: its value stands in every nonce.
  const key = kid === "current" ? undefined : keys[kid];
  if (!key) throw new Error(`Link key ${kid} is not in the secret`);
  return key;
}

/** The link of one person's seat, 43 base64url characters. */
export const linkFor = (keys: LinkKeys, of: LinkOf): string =>
  hmac(keyOf(keys, of.kid), `link|${of.stepId}|${of.staffId}|${of.version}`);

/** What a step-up code stands for. */
export type CodeOf = { stepId: string; staffId: string; contentHash: string; n: number; kid: string };

/** The step-up code that goes to a phone: six digits, derived like the link and as little stored. */
export function codeFor(keys: LinkKeys, of: CodeOf): string {
  const text = `code|${of.stepId}|${of.staffId}|${of.contentHash}|${of.n}`;
  const bytes = Buffer.from(hmac(keyOf(keys, of.kid), text), "base64url");
  // Of 48 bits the remainder by a million is even enough: no code is likelier than another by more than 1 in 10^8.
  return String(bytes.readUIntBE(0, 6) % 1_000_000).padStart(6, "0");
}

/** The address that a mail carries. */
export const linkUrl = (baseUrl: string, link: string): string => `${baseUrl}/d/${link}`;

/** Where the table finds a link: only its hash is stored. */
export const linkKey = (link: string) => ({ pk: `L#${sha256(link)}`, sk: "LINK" });

/** A link lives 7 days from the last mail that carried it (contracts/README.md). */
export const LINK_LIFE_MS = 7 * 24 * 3_600_000;

/** What a page showed: a nonce is good for exactly this. */
export type Shown = { link: string; contentHash: string; revision: number };

const seal = (keys: LinkKeys, kid: string, issued: string, random: string, shown: Shown): string =>
  hmac(keyOf(keys, kid), `nonce|${shown.link}|${issued}|${random}|${shown.contentHash}|${shown.revision}`);

/** A fresh nonce for one view of a page. */
export function issueNonce(keys: LinkKeys, shown: Shown, now: number): string {
  const issued = now.toString(36);
  const random = randomBytes(12).toString("base64url");
  return [keys.current, issued, random, seal(keys, keys.current, issued, random, shown)].join(".");
}

/** Whether a nonce was issued for exactly what is there now. Whether it was used is the table's to say. */
export function isNonceFor(keys: LinkKeys, nonce: string, shown: Shown): boolean {
  const [kid, issued, random, mac, rest] = nonce.split(".");
  if (!kid || !issued || !random || !mac || rest !== undefined) return false;
  if (kid === "current" || !Object.hasOwn(keys, kid)) return false;
  return sameText(mac, seal(keys, kid, issued, random, shown));
}
