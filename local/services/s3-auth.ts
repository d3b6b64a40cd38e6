/**
 * What a signed address or form allows: query signatures (SigV4) and POST policies, both by the virtual clock.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import { createHash, createHmac } from "node:crypto";
import { AwsError, type Cloud } from "../kernel.ts";
import type { WireCall } from "./action.ts";

type Http = WireCall["http"];
/** The secret of an access key; null for a key whose secret nobody knows. */
export type SecretOf = (accessKeyId: string) => string | null;

const denied = (message: string, extra: Record<string, unknown> = {}) =>
  new AwsError("AccessDenied", message, 403, extra);
const mismatch = () =>
  new AwsError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    403,
  );
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text, "utf8").digest();

/** The signature of a text under a credential scope `KEY/day/region/service/aws4_request`. */
function signature(secret: string, credential: string, text: string): string {
  const [, ...scope] = credential.split("/");
  return hmac(scope.reduce<string | Buffer>(hmac, `AWS4${secret}`), text).toString("hex");
}

/** `20261001T010203Z` as an instant; NaN when it is none. */
function instantOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

/** Throws unless the request may be answered: signed by header, or by a query that is in time and unaltered. */
export function checkAccess(cloud: Cloud, http: Http, secretOf: SecretOf): void {
  const { query, headers } = http;
  if (headers.authorization) return;
  const credential = query.get("X-Amz-Credential");
  if (!credential) throw denied("Access Denied");
  const signedAt = instantOf(query.get("X-Amz-Date") ?? "");
  const life = Number(query.get("X-Amz-Expires"));
  const given = query.get("X-Amz-Signature");
  if (
    Number.isNaN(signedAt) ||
    !(life >= 1 && life <= 604800) ||
    !given ||
    !query.get("X-Amz-SignedHeaders")
  ) {
    const message =
      "Query-string authentication version 4 requires the X-Amz-Date, Expires, Signature and SignedHeaders parameters.";
    throw new AwsError("AuthorizationQueryParametersError", message, 400);
  }
  const now = cloud.clock.now();
  if (signedAt > now + 15 * 60_000) throw denied("Request is not valid yet");
  if (signedAt + life * 1000 < now) {
    throw denied("Request has expired", {
      "X-Amz-Expires": life,
      Expires: new Date(signedAt + life * 1000).toISOString(),
      ServerTime: new Date(now).toISOString(),
    });
  }
  const names = query.get("X-Amz-SignedHeaders")!.split(";");
  if (names.some((name) => headers[name] === undefined)) throw mismatch();
  const secret = secretOf(credential.split("/")[0]!);
  if (secret === null) return;
  const canonical = [
    http.method,
    http.path,
    [...query]
      .filter(([name]) => name !== "X-Amz-Signature")
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join("&"),
    ...names.map((name) => `${name}:${headers[name]!.trim().replace(/ +/g, " ")}`),
    "",
    names.join(";"),
    query.get("X-Amz-Content-Sha256") ?? headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD",
  ].join("\n");
  const scope = credential.split("/").slice(1).join("/");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", query.get("X-Amz-Date"), scope, digest].join("\n");
  if (signature(secret, credential, text) !== given) throw mismatch();
}

type Condition = Record<string, string> | [string, string | number, string | number];

/**
 * Throws unless a form upload keeps to its policy. `fields` have lower-case names and no file.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function checkPolicy(
  cloud: Cloud,
  bucket: string,
  fields: Record<string, string>,
  size: number,
  secretOf: SecretOf,
): void {
  const { policy, "x-amz-signature": given, "x-amz-credential": credential } = fields;
  if (!policy || !given || !credential) throw denied("Access Denied");
  const secret = secretOf(credential.split("/")[0]!);
  if (secret !== null && signature(secret, credential, policy) !== given) throw mismatch();
  let parsed: { expiration: string; conditions: Condition[] };
  try {
    parsed = JSON.parse(Buffer.from(policy, "base64").toString("utf8")) as typeof parsed;
  } catch {
    throw new AwsError(
      "InvalidPolicyDocument",
      "The content of the form does not meet the conditions specified in the policy document.",
    );
  }
  if (!(Date.parse(parsed.expiration) >= cloud.clock.now()))
    throw denied("Invalid according to Policy: Policy expired.");
  const values: Record<string, string> = { ...fields, bucket };
  const covered = new Set(["policy", "x-amz-signature", "bucket"]);
  for (const condition of parsed.conditions) {
    const [operator, operand, wanted] = Array.isArray(condition)
      ? condition
      : (["eq", `$${Object.keys(condition)[0]}`, Object.values(condition)[0]!] as const);
    if (operator.toLowerCase() === "content-length-range") {
      const [least, most] = [Number(operand), Number(wanted)];
      const proposed = { ProposedSize: size, MinSizeAllowed: least, MaxSizeAllowed: most };
      if (size > most) {
        throw new AwsError(
          "EntityTooLarge",
          "Your proposed upload exceeds the maximum allowed size",
          400,
          proposed,
        );
      }
      if (size < least) {
        throw new AwsError(
          "EntityTooSmall",
          "Your proposed upload is smaller than the minimum allowed size",
          400,
          proposed,
        );
      }
      continue;
    }
    const name = String(operand).replace(/^\$/, "").toLowerCase();
    covered.add(name);
    const value = values[name] ?? "";
    const holds = operator === "starts-with" ? value.startsWith(String(wanted)) : value === String(wanted);
    if (!holds) {
      throw denied(
        `Invalid according to Policy: Policy Condition failed: ${JSON.stringify([operator, operand, wanted])}`,
      );
    }
  }
  const extra = Object.keys(fields).filter((name) => !covered.has(name) && !name.startsWith("x-ignore-"));
  if (extra.length > 0) throw denied(`Invalid according to Policy: Extra input fields: ${extra.join(", ")}`);
}
