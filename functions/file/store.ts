/** Attachments among a case's items: `uploading` from the request on, `stored` once confirmed. */

import { mayAttach, maySee } from "../case/access.ts";
import type { Attachment, CaseFile } from "../case/model.ts";
import { pkOf, put, readCase, sk } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { env } from "../shared/env.ts";
import { forbidden, notFound } from "../shared/errors.ts";
import { ConditionFailed, getItem, transact, type Write } from "../shared/table.ts";

/** A case that this person may see. Throws 404. */
export async function visibleCase(actor: Actor, caseId: string): Promise<CaseFile> {
  const file = await readCase(caseId);
  if (!file || !maySee(actor, file)) throw notFound();
  return file;
}

/** A case that this person may attach to. Throws 404, 403 `not_allowed`. */
export function checkAttach(actor: Actor, file: CaseFile): void {
  if (!maySee(actor, file)) throw notFound();
  if (!mayAttach(actor, file)) throw forbidden("not_allowed");
}

export const attachmentWrite = (caseId: string, attachment: Attachment): Write =>
  put(caseId, sk.attachment(attachment.attachmentId), attachment);

/**
 * Notes an expected upload. The timeline does not know of it, so the case's header is left alone. Resolves with what
 * was noted under this id before, if anything.
 */
export async function noteUpload(caseId: string, attachment: Attachment): Promise<Attachment | null> {
  try {
    await transact([put(caseId, sk.attachment(attachment.attachmentId), attachment, { mustBeNew: true })]);
    return null;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const item = await getItem(env("CASES_TABLE"), {
      pk: pkOf(caseId),
      sk: sk.attachment(attachment.attachmentId),
    });
    return item as Attachment | null;
  }
}
