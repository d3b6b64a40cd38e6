/** Asks for a place to upload one file to. */
import { ulid } from "ulid";
import type { Attachment } from "../case/model.ts";
import { now, stamp } from "../shared/clock.ts";
import { conflict, invalid, Refusal } from "../shared/errors.ts";
import { sha256 } from "../shared/ids.ts";
import { signPut, type Upload } from "./bucket.ts";
import { limitsOf } from "./limits.ts";
import { isFileType, isFull, nameFor, parseRequest, type UploadRequest } from "./rules.ts";
import { checkAttach, idOf, noteUpload, type Uploader, visibleCase } from "./store.ts";

export type Requested = { attachmentId: string; upload: Upload };

/**
 * Notes the expected file and signs its upload. With an idempotency key the same call gives the same place again;
 * the same key for another file is 409 `idempotency_mismatch`.
 */
export async function requestUpload(
  by: Uploader,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Requested> {
  const file = await visibleCase(by, caseId);
  checkAttach(by, file);
  const { request, problems } = parseRequest(
    input,
    // A customer knows of nothing internal.
    by !== "customer" && file.header.complaint !== undefined,
  );
  const at = now();
  const attachmentId = idFor(by, caseId, options.idempotencyKey, at);
  // The same call again gets the same answer, whatever became of the case and the file since.
  const known = file.attachments.find((one) => one.attachmentId === attachmentId);
  if (known && problems.length > 0) throw conflict("idempotency_mismatch");
  if (known) return again(known, request);
  if (file.header.status !== "open") throw conflict("wrong_phase");
  if (problems.length > 0) throw invalid(...problems);
  const { name, contentType, size, internal } = request;
  if (!isFileType(contentType)) throw new Refusal(400, "type_mismatch", { path: "contentType" });
  const limits = await limitsOf(file);
  if (size > limits.bytes) throw new Refusal(400, "too_large", { path: "size" });
  if (isFull(file.attachments, limits.count)) throw new Refusal(400, "too_many", { path: "" });
  const noted = await noteUpload(caseId, {
    v: 1,
    attachmentId,
    by: idOf(by),
    name,
    contentType,
    size,
    status: "uploading",
    ...(internal ? { internal } : {}),
    at: stamp(at),
  });
  if (noted) return again(noted, request);
  return { attachmentId, upload: await signPut(attachmentId, contentType, size, at) };
}

/** Signed for the first call's instant, so that the repeated answer is the same to the letter. */
async function again(noted: Attachment, asked: UploadRequest): Promise<Requested> {
  const { attachmentId, at } = noted;
  const { name, contentType, size } = asked;
  if (!isFileType(contentType) || noted.contentType !== contentType || noted.size !== size)
    throw conflict("idempotency_mismatch");
  if ((noted.internal ?? false) !== asked.internal) throw conflict("idempotency_mismatch");
  // Once confirmed, the name has the extension of its content.
  if (noted.name !== name && noted.name !== nameFor(name, contentType))
    throw conflict("idempotency_mismatch");
  return { attachmentId, upload: await signPut(attachmentId, contentType, size, Date.parse(at)) };
}

const idFor = (by: Uploader, caseId: string, key: string | undefined, at: number): string =>
  key === undefined
    ? ulid(at)
    : `K${sha256(`${idOf(by)}|${caseId}|${key}`)
        .slice(0, 25)
        .toUpperCase()}`;
