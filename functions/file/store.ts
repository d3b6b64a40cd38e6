/** Attachments among a case's items: `uploading` from the request on, `stored` once confirmed. */

import { mayAttach, maySee } from "../case/access.ts";
import type { Attachment, CaseFile, Via } from "../case/model.ts";
import { pkOf, put, readCase, sk } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { env } from "../shared/env.ts";
import { forbidden, notFound, Refusal } from "../shared/errors.ts";
import { ConditionFailed, getItem, transact, type Write } from "../shared/table.ts";
import { MAX_FILES } from "./rules.ts";

/** Who attaches: a colleague, or the customer who has shown that the complaint is his (care/open-status.ts). */
export type Uploader = Actor | "customer";

export const idOf = (by: Uploader): string => (by === "customer" ? by : by.staffId);
export const viaOf = (by: Uploader): Via => (by === "customer" ? "link" : "login");

const sees = (by: Uploader, file: CaseFile): boolean =>
  by === "customer" ? file.header.complaint !== undefined : maySee(by, file);

/** A case that this person may see. Throws 404. */
export async function visibleCase(by: Uploader, caseId: string): Promise<CaseFile> {
  const file = await readCase(caseId);
  if (!file || !sees(by, file)) throw notFound();
  return file;
}

/** So many places a customer may ask for in all: what he never filled counts too, lest the case grows without end. */
const MAX_ASKED = 3 * MAX_FILES;

/** A case that this person may attach to. Throws 404, 403 `not_allowed`, 400 `too_many`. */
export function checkAttach(by: Uploader, file: CaseFile): void {
  if (!sees(by, file)) throw notFound();
  if (by === "customer") {
    if (file.attachments.filter((one) => one.by === by).length > MAX_ASKED)
      throw new Refusal(400, "too_many", { path: "" });
  } else if (!mayAttach(by, file)) throw forbidden("not_allowed");
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
