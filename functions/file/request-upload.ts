/** Asks for a place to upload one file to. */
import { ulid } from "ulid";
import type { Actor } from "../directory/model.ts";
import { now, stamp } from "../shared/clock.ts";
import { conflict, invalid, Refusal } from "../shared/errors.ts";
import { sha256 } from "../shared/ids.ts";
import { signPut, type Upload } from "./bucket.ts";
import { isFileType, isFull, MAX_BYTES, parseRequest } from "./rules.ts";
import { checkAttach, noteUpload, visibleCase } from "./store.ts";

export type Requested = { attachmentId: string; upload: Upload };

/**
 * Notes the expected file and signs its upload. With an idempotency key the same call gives the same place again;
 * the same key for another file is 409 `idempotency_mismatch`.
 */
export async function requestUpload(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Requested> {
  const file = await visibleCase(actor, caseId);
  checkAttach(actor, file);
  if (file.header.status !== "open") throw conflict("wrong_phase");
  const { request, problems } = parseRequest(input);
  if (problems.length > 0) throw invalid(...problems);
  const { name, contentType, size } = request;
  if (!isFileType(contentType)) throw new Refusal(400, "type_mismatch", { path: "contentType" });
  if (size > MAX_BYTES) throw new Refusal(400, "too_large", { path: "size" });
  if (isFull(file.attachments)) throw new Refusal(400, "too_many", { path: "" });
  const at = now();
  const attachmentId = idFor(actor, caseId, options.idempotencyKey, at);
  const noted = await noteUpload(caseId, {
    v: 1,
    attachmentId,
    by: actor.staffId,
    name,
    contentType,
    size,
    status: "uploading",
    at: stamp(at),
  });
  if (noted && (noted.name !== name || noted.contentType !== contentType || noted.size !== size))
    throw conflict("idempotency_mismatch");
  // Signed for the first call's instant, so that the repeated answer is the same to the letter.
  return {
    attachmentId,
    upload: await signPut(attachmentId, contentType, size, noted ? Date.parse(noted.at) : at),
  };
}

const idFor = (actor: Actor, caseId: string, key: string | undefined, at: number): string =>
  key === undefined ? ulid(at) : `K${sha256(`${actor.staffId}|${caseId}|${key}`).slice(0, 25).toUpperCase()}`;
