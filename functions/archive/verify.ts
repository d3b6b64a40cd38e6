/** Whether a file is a dossier that this firm wrote: whole in itself, and on record. */
import { readCase } from "../case/store.ts";
import { digestOnRecord } from "./closing-rules.ts";
import { type Verified, verifyDossier } from "./dossier-rules.ts";

/** What a body of a call to a function may weigh: 6 MB, and in base64 4 MB are 5.6. */
export const MAX_DOSSIER = 4 * 1024 * 1024;

export async function verifyOnRecord(bytes: Uint8Array): Promise<Verified> {
  const verified = verifyDossier(bytes);
  const { valid, caseId, version } = verified;
  if (!valid || caseId === null || version === null) return verified;
  // Another firm's dossier names whatever case it likes.
  const file = /^TS-\d{4}-\d{6}$/.test(caseId) ? await readCase(caseId) : null;
  if (file && digestOnRecord(file, version) === verified.sha256) return verified;
  return { ...verified, valid: false, problems: [{ code: "not_on_record" }] };
}
