/** Reading an attachment. */
import { mergedFrom } from "../case/merged.ts";
import { readCase } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { notFound } from "../shared/errors.ts";
import { signGet } from "./bucket.ts";
import { stored } from "./rules.ts";
import { visibleCase } from "./store.ts";

/** A short-lived address of a file, for whoever may see its case or the one that this was merged into. Throws 404. */
export async function downloadUrl(actor: Actor, caseId: string, attachmentId: string): Promise<string> {
  const file = await visibleCase(actor, caseId);
  const merged = mergedFrom(file);
  const all = [file, ...(await Promise.all(merged.map(readCase)))];
  for (const one of all) {
    const attachment = stored(one?.attachments ?? []).find((each) => each.attachmentId === attachmentId);
    if (one && attachment) return signGet(one.header.caseId, attachment);
  }
  throw notFound();
}
