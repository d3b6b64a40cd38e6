/** Dossiers in the documents bucket, under `dossier/<caseId>/<version>.zip`, and the documents that go into them. */
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { caseKey } from "../file/bucket.ts";
import { disposition } from "../file/rules.ts";
import { env } from "../shared/env.ts";

let client: S3Client | undefined;
const s3 = (): S3Client => {
  client ??= new S3Client({
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return client;
};

const ZIP = "application/zip";
const keyOf = (caseId: string, version: number): string => `dossier/${caseId}/${version}.zip`;

/** How long a download link is good for. */
const DOWNLOAD_SECONDS = 60;

async function read(key: string): Promise<Uint8Array | null> {
  try {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: env("DOCUMENTS_BUCKET"), Key: key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array(0);
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") return null;
    throw error;
  }
}

/** A confirmed attachment; null where it is gone. */
export const readDocument = (caseId: string, attachmentId: string): Promise<Uint8Array | null> =>
  read(caseKey(caseId, attachmentId));

export const readDossier = (caseId: string, version: number): Promise<Uint8Array | null> =>
  read(keyOf(caseId, version));

/**
 * Puts a dossier where none is. False when there is one already: it is never written over. Two at the same time: S3
 * answers one of them 409, which the caller's next try resolves.
 */
export async function putOnce(caseId: string, version: number, bytes: Uint8Array): Promise<boolean> {
  try {
    await s3().send(
      new PutObjectCommand({
        Bucket: env("DOCUMENTS_BUCKET"),
        Key: keyOf(caseId, version),
        Body: bytes,
        ContentType: ZIP,
        IfNoneMatch: "*",
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "PreconditionFailed") return false;
    throw error;
  }
}

/** A short-lived address of a dossier. */
export const signDossier = (caseId: string, version: number): Promise<string> =>
  getSignedUrl(
    s3(),
    new GetObjectCommand({
      Bucket: env("DOCUMENTS_BUCKET"),
      Key: keyOf(caseId, version),
      ResponseContentType: ZIP,
      ResponseContentDisposition: disposition(`${caseId}-${version}.zip`, ZIP),
      ResponseCacheControl: "no-store",
    }),
    { expiresIn: DOWNLOAD_SECONDS },
  );
