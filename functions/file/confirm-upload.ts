/** Takes an uploaded file into its case, once its content has been looked at. */
import type { Attachment, CaseFile } from "../case/model.ts";
import { type Change, changeCase } from "../case/store.ts";
import { stamp } from "../shared/clock.ts";
import { busy, conflict, invalid, notFound, Refusal } from "../shared/errors.ts";
import { dropUpload, headUpload, keep, readUpload } from "./bucket.ts";
import { type FileLimits, limitsOf } from "./limits.ts";
import { type FileType, isFull, nameFor, nameProblem, sniff } from "./rules.ts";
import { passAll, type Scan } from "./scan.ts";
import { attachmentWrite, checkAttach, idOf, type Uploader, viaOf, visibleCase } from "./store.ts";

export type Confirmed = { attachmentId: string; contentType: string; size: number; sha256: string };

/**
 * Head, sniff, hash, scan, copy, then one transaction on the case with event `attachment.added`. Confirming twice
 * gives the same answer. `given.name` is the name of a file that came by the plain form, where no request was noted.
 * Throws 400 `not_uploaded`, `too_large`, `type_mismatch`, `too_many`, `infected`.
 */
export async function confirmUpload(
  by: Uploader,
  caseId: string,
  attachmentId: string,
  given: { name: string } | null = null,
  scan: Scan = passAll,
): Promise<Confirmed> {
  const file = await visibleCase(by, caseId);
  const limits = await limitsOf(file);
  const noted = expected(by, file, attachmentId, { given, limits });
  if (noted.done) return noted.done;
  const upload = await headUpload(attachmentId);
  if (!upload || upload.size === 0) throw bad("not_uploaded");
  if (upload.size > limits.bytes) throw bad("too_large");
  const { first, sha256 } = await readUpload(attachmentId, upload.etag);
  const contentType = sniff(first);
  if (!contentType || (noted.contentType !== null && contentType !== noted.contentType))
    throw bad("type_mismatch");
  const verdict = await scan({ key: attachmentId, etag: upload.etag });
  if (verdict === "infected") throw bad("infected");
  if (verdict === "waiting") throw busy();
  await keep(caseId, attachmentId, upload.etag, contentType);
  const content = { contentType, size: upload.size, sha256 };
  const confirmed = await changeCase(caseId, (current, at) =>
    add(by, current, attachmentId, { given, limits }, content, at),
  );
  await dropUpload(attachmentId);
  return confirmed;
}

const bad = (code: string): Refusal => new Refusal(400, code, { path: "" });

/** `given`: the name of a file by the plain form. */
type With = { given: { name: string } | null; limits: FileLimits };
type Expected = { done: Confirmed | null; name: string; contentType: string | null };

/** What was announced for this id, after the checks of who may confirm what. */
function expected(by: Uploader, file: CaseFile, attachmentId: string, { given, limits }: With): Expected {
  checkAttach(by, file);
  const noted = file.attachments.find((one) => one.attachmentId === attachmentId);
  // Whoever announced a file confirms it.
  if (noted ? noted.by !== idOf(by) : !given) throw notFound();
  if (noted?.status === "stored")
    return { done: answer(noted), name: noted.name, contentType: noted.contentType };
  if (file.header.status !== "open") throw conflict("wrong_phase");
  if (isFull(file.attachments, limits.count)) throw bad("too_many");
  const name = (given?.name ?? noted?.name ?? "").trim();
  const problem = nameProblem(name);
  if (problem) throw invalid(problem);
  return { done: null, name, contentType: noted?.contentType ?? null };
}

function add(
  by: Uploader,
  file: CaseFile,
  attachmentId: string,
  beside: With,
  content: { contentType: FileType; size: number; sha256: string },
  at: number,
): Change<Confirmed> {
  const again = expected(by, file, attachmentId, beside);
  if (again.done) return { result: again.done, events: [] };
  const attachment: Attachment = {
    v: 1,
    attachmentId,
    by: idOf(by),
    name: nameFor(again.name, content.contentType),
    ...content,
    status: "stored",
    ...(file.attachments.find((one) => one.attachmentId === attachmentId)?.internal
      ? { internal: true }
      : {}),
    at: stamp(at),
  };
  return {
    result: answer(attachment),
    events: [
      {
        kind: "attachment.added",
        by: idOf(by),
        via: viaOf(by),
        data: { attachmentId, name: attachment.name, ...content },
      },
    ],
    writes: [attachmentWrite(file.header.caseId, attachment)],
  };
}

const answer = ({ attachmentId, contentType, size, sha256 }: Attachment): Confirmed => ({
  attachmentId,
  contentType,
  size,
  sha256: sha256 ?? "",
});
