/**
 * Lambda `case-archive`: writes the dossier of a closing and puts it on record (docs/decisions/0009-dossier.md). Called by
 * case/advance for an item of work, again by the sweeper until the record is made. Each step may be the last of one run
 * and the first of the next: the object is written once, the record is one transaction with the end of the work.
 */
import type { CaseFile } from "../case/model.ts";
import { archiveWork } from "../case/start.ts";
import { changeCase, pkOf, putWork, readCase, sk } from "../case/store.ts";
import type { ComplaintPolicy } from "../complaint/model.ts";
import { people, readPolicy } from "../directory/store.ts";
import { stored } from "../file/rules.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { sha256 } from "../shared/ids.ts";
import { updateItem } from "../shared/table.ts";
import { putOnce, readDocument, readDossier } from "./bucket.ts";
import { archivedLine, type Closing, closingOf, retainUntil } from "./closing-rules.ts";
import { type About, packDossier, timelineOf, verifyDossier } from "./dossier-rules.ts";
import { type Document, dossierParts } from "./parts.ts";

export type ArchiveInput = { caseId: string; version: number };

export async function handler({ caseId, version }: ArchiveInput): Promise<{ sha256: string | null }> {
  const file = await readCase(caseId);
  const closing = file && closingOf(file, version);
  if (!file || !closing) throw new Error(`Case ${caseId} has no closing ${version}`);
  // A second call for what is done: only the work is left to be taken away.
  if (archivedLine(file, version)) return finish(caseId, version);
  const about = await aboutOf(file, closing);
  const digest = sha256(await written(about, closing.file));
  await record(about, digest);
  return { sha256: digest };
}

async function aboutOf({ header }: CaseFile, closing: Closing): Promise<About> {
  const { policyId, version } = header.policy;
  const { document } = await readPolicy<ComplaintPolicy>(policyId, version);
  return {
    caseId: header.caseId,
    version: closing.version,
    outcome: closing.outcome,
    receivedAt: header.createdAt,
    closedAt: closing.closedAt,
    retainUntil: retainUntil(shanghaiDate(closing.closedAt), document.retainYears),
  };
}

/** The bytes of the dossier in the bucket: those made now, or those that an earlier run left there. */
async function written(about: About, file: CaseFile): Promise<Uint8Array> {
  const { caseId, version } = about;
  const made = await make(about, file);
  if (await putOnce(caseId, version, made)) return made;
  const there = await readDossier(caseId, version);
  if (!there || !verifyDossier(there).valid)
    throw new Error(`What stands in the place of dossier ${version} of ${caseId} is none`);
  return there;
}

async function make(about: About, file: CaseFile): Promise<Uint8Array> {
  const [staff, documents] = await Promise.all([people(), readDocuments(file)]);
  const names = new Map(staff.map((person) => [person.staffId, person.name]));
  const timeline = timelineOf(file.events, file.payloads.values());
  return packDossier(about, timeline, dossierParts({ about, file, documents, names }));
}

/** One after the other: ten of 10 MB each at once would not fit beside the archive. */
async function readDocuments({ header, attachments }: CaseFile): Promise<Document[]> {
  const documents: Document[] = [];
  for (const { attachmentId } of stored(attachments))
    documents.push({ attachmentId, bytes: await readDocument(header.caseId, attachmentId) });
  return documents;
}

async function record({ caseId, version, retainUntil: until }: About, digest: string): Promise<void> {
  await changeCase(caseId, (file, at) => {
    const state = file.header.complaint;
    if (!state || archivedLine(file, version)) return { result: null, events: [] };
    const dossier = { version, sha256: digest, retainUntil: until };
    // An earlier closing may come to be archived after a later one.
    const isNewest = version >= (state.dossier?.version ?? 0);
    return {
      result: null,
      ...(isNewest ? { header: { complaint: { ...state, dossier } } } : {}),
      events: [{ kind: "complaint.archived", by: null, via: "system", data: dossier }],
      writes: [putWork({ ...archiveWork(caseId, version, at), pending: undefined })],
    };
  });
}

async function finish(caseId: string, version: number): Promise<{ sha256: null }> {
  await updateItem({
    TableName: env("CASES_TABLE"),
    Key: { pk: pkOf(caseId), sk: sk.work(archiveWork(caseId, version, 0).workId) },
    UpdateExpression: "REMOVE pending",
  });
  return { sha256: null };
}
