/**
 * What goes into a dossier, from the case as it was closed. Pure. Everything that the firm knows, but no secret: no link,
 * no task token, no code, no hash of a phone.
 */
import type { CaseFile, Step } from "../case/model.ts";
import { dispositionOf, investigationOf, messagesOf, notesOf, recordOf } from "../complaint/records.ts";
import { stored } from "../file/rules.ts";
import { type About, CONTENT, jsonBytes, type Part } from "./dossier-rules.ts";
import { type DossierPage, dossierPage } from "./page.tsx";

/** A document of the case; without bytes where the bucket no longer has it. */
export type Document = { attachmentId: string; bytes: Uint8Array | null };

export type Sources = {
  about: About;
  file: CaseFile;
  documents: Document[];
  /** Names by staff id. */
  names: ReadonlyMap<string, string>;
};

export function dossierParts({ about, file, documents, names }: Sources): Part[] {
  const listed = documentsOf(file, documents);
  const page: DossierPage = { about, file, documents: listed, names };
  const investigation = investigationOf(file);
  const record = recordOf(file);
  return [
    { path: "dossier.zh-CN.html", bytes: text(dossierPage(page, "zh-CN")), internal: true },
    { path: "dossier.en.html", bytes: text(dossierPage(page, "en")), internal: true },
    {
      path: "case.json",
      bytes: jsonBytes({ ...caseOf(file), documents: listed, people: peopleOf(file, names) }),
      internal: true,
    },
    ...(file.content ? [{ path: CONTENT, bytes: jsonBytes(file.content) }] : []),
    ...(investigation
      ? [
          {
            path: "investigation.json",
            bytes: jsonBytes({ investigation, disposition: dispositionOf(file) }),
            internal: true,
          },
        ]
      : []),
    ...(record ? [{ path: "follow-up.json", bytes: jsonBytes(record), internal: true }] : []),
    { path: "conversation.json", bytes: jsonBytes(messagesOf(file)) },
    { path: "notes.json", bytes: jsonBytes(notesOf(file)), internal: true },
    ...documents.flatMap(({ attachmentId, bytes }): Part[] => {
      const one = listed.find((each) => each.attachmentId === attachmentId);
      if (!bytes || !one?.path) return [];
      return [{ path: one.path, bytes, internal: one.internal, attachmentId }];
    }),
  ];
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

export type ListedDocument = {
  attachmentId: string;
  name: string;
  contentType: string;
  size: number;
  sha256: string;
  by: string;
  at: string;
  internal: boolean;
  /** Where it stands in the dossier; null where the file is gone. */
  path: string | null;
};

// What file systems refuse, or would take for a folder.
const NOT_IN_PATH = /[<>:"|?*\\/]/g;

function documentsOf(file: CaseFile, documents: Document[]): ListedDocument[] {
  const there = new Set(documents.filter(({ bytes }) => bytes !== null).map((one) => one.attachmentId));
  return stored(file.attachments).map((one, index) => ({
    attachmentId: one.attachmentId,
    name: one.name,
    contentType: one.contentType,
    size: one.size,
    sha256: one.sha256 ?? "",
    by: one.by,
    at: one.at,
    internal: one.internal === true,
    path: there.has(one.attachmentId)
      ? `documents/${String(index + 1).padStart(2, "0")}-${one.name.toWellFormed().replace(NOT_IN_PATH, "_")}`
      : null,
  }));
}

/** The case without what is secret or only of use to the machine. */
function caseOf(file: CaseFile) {
  const { header } = file;
  const {
    phoneHash: _phone,
    tailSalt: _salt,
    tailHash: _tail,
    dossier: _dossier,
    ...complaint
  } = header.complaint!;
  return {
    caseId: header.caseId,
    createdBy: header.createdBy,
    createdAt: header.createdAt,
    department: header.department,
    contentHash: header.contentHash,
    policy: header.policy,
    complaint,
    clocks: file.clocks,
    steps: file.steps.map(stepOf),
    votes: file.votes,
    messages: file.messages.map(({ messageId, kind, channel, to, status, sentAt, digest }) => ({
      messageId,
      kind,
      channel,
      to,
      status,
      ...(sentAt === undefined ? {} : { sentAt }),
      ...(digest === undefined ? {} : { digest }),
    })),
  };
}

function stepOf(step: Step) {
  const { stepId, kind, stage, chain, round, complaintRound, status, outcome, result, assignees } = step;
  const { openedAt, dueAt, endedAt, decidedBy, provisional } = step;
  const known = { chain, complaintRound, result, endedAt, decidedBy };
  return {
    ...{ stepId, kind, stage, round, status, outcome, assignees, openedAt, dueAt, provisional },
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
  };
}

/** The names of everybody who appears. */
function peopleOf(file: CaseFile, names: ReadonlyMap<string, string>): Record<string, string> {
  const seen = [
    file.header.createdBy,
    ...file.events.flatMap(({ by, for: instead }) => [by, instead ?? null]),
    ...file.seats.map(({ staffId }) => staffId),
    ...file.messages.map(({ to }) => to),
    ...(file.header.complaint?.handlers ?? []),
    ...notesOf(file).flatMap(({ mentions }) => mentions),
  ];
  const ids = [...new Set(seen)].filter((id): id is string => id !== null && names.has(id)).sort();
  return Object.fromEntries(ids.map((id) => [id, names.get(id) ?? id]));
}
