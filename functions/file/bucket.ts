/** The documents bucket: uploads land under `tmp/`, confirmed files under `case/<caseId>/`. */
import { createHash, createHmac } from "node:crypto";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { env } from "../shared/env.ts";
import { busy } from "../shared/errors.ts";
import { disposition, MAX_BYTES, SNIFF_BYTES } from "./rules.ts";

let client: S3Client | undefined;
// Checksums only where S3 demands them: a signed upload would otherwise fix the checksum of an empty body.
const s3 = (): S3Client => {
  client ??= new S3Client({
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return client;
};
const bucket = () => env("DOCUMENTS_BUCKET");

export const tmpKey = (attachmentId: string): string => `tmp/${attachmentId}`;
export const caseKey = (caseId: string, attachmentId: string): string => `case/${caseId}/${attachmentId}`;

/** How long an upload may take, and how long a download link is good for. */
const UPLOAD_SECONDS = 900;
const DOWNLOAD_SECONDS = 60;

export type Upload = { method: "PUT"; url: string; headers: Record<string, string> };

/** A signed PUT of exactly these bytes' length and type. `at`: the instant of signing, epoch ms. */
export async function signPut(attachmentId: string, type: string, size: number, at: number): Promise<Upload> {
  const url = await getSignedUrl(
    s3(),
    new PutObjectCommand({
      Bucket: bucket(),
      Key: tmpKey(attachmentId),
      ContentType: type,
      ContentLength: size,
    }),
    {
      expiresIn: UPLOAD_SECONDS,
      signingDate: new Date(at),
      signableHeaders: new Set(["host", "content-type", "content-length"]),
    },
  );
  return { method: "PUT", url, headers: { "content-type": type, "content-length": String(size) } };
}

export type PostForm = { url: string; fields: Record<string, string> };

/** The address of the bucket as the SDK resolves it (region, endpoint, host or path style). */
async function bucketUrl(): Promise<string> {
  const url = await getSignedUrl(s3(), new GetObjectCommand({ Bucket: bucket(), Key: "x" }));
  return url.slice(0, url.indexOf("?")).replace(/x$/, "");
}

const sign = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** AWS Signature Version 4 of a form's policy (base64): the policy itself is what is signed. */
export function policySignature(policy: string, by: { secret: string; day: string; region: string }): string {
  const key = [by.day, by.region, "s3", "aws4_request"].reduce<string | Buffer>(sign, `AWS4${by.secret}`);
  return sign(key, policy).toString("hex");
}

/**
 * A signed form for pages without script: one file of 1 B to 10 MB under this key, then back to `redirect`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html. Signed here, because
 * @aws-sdk/s3-presigned-post brings a second copy of half the SDK (76 KB) for these lines.
 */
export async function signPost(attachmentId: string, redirect: string, at: number): Promise<PostForm> {
  const [url, credentials, region] = await Promise.all([
    bucketUrl(),
    s3().config.credentials(),
    s3().config.region(),
  ]);
  const date = new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = date.slice(0, 8);
  const fields: Record<string, string> = {
    key: tmpKey(attachmentId),
    success_action_redirect: redirect,
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-credential": `${credentials.accessKeyId}/${day}/${region}/s3/aws4_request`,
    "x-amz-date": date,
    ...(credentials.sessionToken ? { "x-amz-security-token": credentials.sessionToken } : {}),
  };
  const policy = Buffer.from(
    JSON.stringify({
      expiration: new Date(at + UPLOAD_SECONDS * 1000).toISOString(),
      conditions: [
        { bucket: bucket() },
        ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
        ["content-length-range", 1, MAX_BYTES],
      ],
    }),
  ).toString("base64");
  const signature = policySignature(policy, { secret: credentials.secretAccessKey, day, region });
  return { url, fields: { ...fields, policy, "x-amz-signature": signature } };
}

/** Size and version of an upload, or null while it has not arrived. */
export async function headUpload(attachmentId: string): Promise<{ size: number; etag: string } | null> {
  try {
    const head = await s3().send(new HeadObjectCommand({ Bucket: bucket(), Key: tmpKey(attachmentId) }));
    return { size: head.ContentLength ?? 0, etag: head.ETag ?? "" };
  } catch (error) {
    if (error instanceof Error && (error.name === "NotFound" || error.name === "NoSuchKey")) return null;
    throw error;
  }
}

/** An upload that is replaced while it is being looked at: look again. */
async function unchanged<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.name === "PreconditionFailed") throw busy();
    throw error;
  }
}

/** The first bytes of an upload and the SHA-256 of all of it, of exactly the version that `headUpload` saw. */
export async function readUpload(
  attachmentId: string,
  etag: string,
): Promise<{ first: Uint8Array; sha256: string }> {
  const { Body } = await unchanged(() =>
    s3().send(new GetObjectCommand({ Bucket: bucket(), Key: tmpKey(attachmentId), IfMatch: etag })),
  );
  const hash = createHash("sha256");
  let first = new Uint8Array(0);
  for await (const chunk of Body as AsyncIterable<Uint8Array>) {
    if (first.length < SNIFF_BYTES)
      first = new Uint8Array(Buffer.concat([first, chunk]).subarray(0, SNIFF_BYTES));
    hash.update(chunk);
  }
  return { first, sha256: hash.digest("hex") };
}

/** All of an upload, of exactly the version that `headUpload` saw. */
export async function readWhole(attachmentId: string, etag: string): Promise<Uint8Array> {
  const { Body } = await unchanged(() =>
    s3().send(new GetObjectCommand({ Bucket: bucket(), Key: tmpKey(attachmentId), IfMatch: etag })),
  );
  return Body ? Body.transformToByteArray() : new Uint8Array(0);
}

/** Puts that version of an upload in its place. Twice is the same as once. */
export async function keep(caseId: string, attachmentId: string, etag: string, type: string): Promise<void> {
  const copy = new CopyObjectCommand({
    Bucket: bucket(),
    Key: caseKey(caseId, attachmentId),
    CopySource: `${bucket()}/${tmpKey(attachmentId)}`,
    CopySourceIfMatch: etag,
    MetadataDirective: "REPLACE",
    ContentType: type,
  });
  await unchanged(() => s3().send(copy));
}

/** The bucket's lifecycle would do it within a day; this is only tidier. */
export async function dropUpload(attachmentId: string): Promise<void> {
  await s3().send(new DeleteObjectCommand({ Bucket: bucket(), Key: tmpKey(attachmentId) }));
}

/** A short-lived address of a kept file, under its name and with its checked type. */
export const signGet = (
  caseId: string,
  file: { attachmentId: string; name: string; contentType: string },
): Promise<string> =>
  getSignedUrl(
    s3(),
    new GetObjectCommand({
      Bucket: bucket(),
      Key: caseKey(caseId, file.attachmentId),
      ResponseContentType: file.contentType,
      ResponseContentDisposition: disposition(file.name, file.contentType),
      ResponseCacheControl: "no-store",
    }),
    { expiresIn: DOWNLOAD_SECONDS },
  );
