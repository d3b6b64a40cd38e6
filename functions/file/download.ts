/** Reading an attachment. */
import type { Actor } from "../directory/model.ts";
import { notFound } from "../shared/errors.ts";
import { signGet } from "./bucket.ts";
import { stored } from "./rules.ts";
import { visibleCase } from "./store.ts";

/** A short-lived address of a file, for whoever may see its case. Throws 404. */
export async function downloadUrl(actor: Actor, caseId: string, attachmentId: string): Promise<string> {
  const file = await visibleCase(actor, caseId);
  const attachment = stored(file.attachments).find((one) => one.attachmentId === attachmentId);
  if (!attachment) throw notFound();
  return signGet(caseId, attachment);
}
