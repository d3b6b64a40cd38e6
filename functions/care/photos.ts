/** Files that a customer adds to his complaint: the same upload as a colleague's, the proof is his own. */
import { ulid } from "ulid";
import type { ComplaintCase } from "../complaint/write.ts";
import type { Locale } from "../directory/model.ts";
import { type PostForm, signPost } from "../file/bucket.ts";
import { type Confirmed, confirmUpload } from "../file/confirm-upload.ts";
import { limitsOf } from "../file/limits.ts";
import { type Requested, requestUpload } from "../file/request-upload.ts";
import { isFull, stored } from "../file/rules.ts";
import { checkAttach } from "../file/store.ts";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { conflict, notFound } from "../shared/errors.ts";
import { fill } from "../shared/i18n/messages.ts";
import { care } from "../shared/i18n/sections/care.ts";
import { hmac, sameText } from "../shared/ids.ts";
import { refuseFields } from "../shared/plain.ts";
import type { LinkKeys } from "../step/links.ts";
import { openByPass, type Proof, proveTail } from "./open-status.ts";

/** Throws 404, 429 unless the case is his; resolves once that is known. */
async function prove(caseId: string, proof: Proof): Promise<Promise<void>[]> {
  if (proof.tail !== undefined) return [(await proveTail(caseId, proof)).settled];
  if (!(await openByPass(caseId, proof.pass))) throw notFound();
  return [];
}

/** A place for one file: `{name, contentType, size}`. Throws as `requestUpload`. */
export async function requestPhoto(caseId: string, proof: Proof, input: unknown): Promise<Requested> {
  const settled = await prove(caseId, proof);
  const [requested] = await Promise.all([requestUpload("customer", caseId, input), ...settled]);
  return requested;
}

/** `more`: what the body says beside the proof. Throws as `confirmUpload`. */
export async function confirmPhoto(
  caseId: string,
  proof: Proof,
  attachmentId: string,
  more: unknown,
): Promise<Confirmed> {
  const settled = await prove(caseId, proof);
  refuseFields(more);
  const [confirmed] = await Promise.all([confirmUpload("customer", caseId, attachmentId), ...settled]);
  return confirmed;
}

// ---- pages without script

/** Ids of the plain form are not stored before they are confirmed: the seal shows that this case was given this one. */
const sealOf = (keys: LinkKeys, caseId: string, attachmentId: string): string =>
  hmac(keys[keys.current] ?? "", `photo|${caseId}|${attachmentId}`);

export const isSealFor = (
  keys: LinkKeys,
  seal: string | null,
  caseId: string,
  attachmentId: string,
): boolean => sameText(seal ?? "", sealOf(keys, caseId, attachmentId));

export const photoPath = (caseId: string, attachmentId: string): string =>
  `/c/${caseId}/attachments/${encodeURIComponent(attachmentId)}/confirm`;

/**
 * The form of one upload, null when no more fit, and how many do in all. Throws 409 `wrong_phase` once the case is closed.
 */
export async function photoForm(
  file: ComplaintCase,
  keys: LinkKeys,
): Promise<{ target: PostForm | null; count: number }> {
  const { caseId, status } = file.header;
  if (status !== "open") throw conflict("wrong_phase");
  checkAttach("customer", file);
  const { count } = await limitsOf(file);
  if (isFull(file.attachments, count)) return { target: null, count };
  const at = now();
  const attachmentId = ulid(at);
  const seal = sealOf(keys, caseId, attachmentId);
  const back = `${env("BASE_URL")}${photoPath(caseId, attachmentId)}?seal=${seal}`;
  return { target: await signPost(attachmentId, back, at), count };
}

/** Puts an upload of the plain form into the case, under a plain name. Throws as `confirmUpload`. */
export function keepPhoto(file: ComplaintCase, attachmentId: string, locale: Locale): Promise<Confirmed> {
  const name = fill(care(locale).photos.untitled, { n: stored(file.attachments).length + 1 });
  return confirmUpload("customer", file.header.caseId, attachmentId, { name });
}
