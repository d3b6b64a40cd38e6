/**
 * The dossier of a closed case (docs/decisions/0009-dossier.md): one ZIP that proves itself. Pure.
 *
 * `manifest.json` comes first and names every other part with its size and SHA-256. Parts are stored, not compressed, in
 * the manifest's order, all with one date: the same parts give the same bytes on every machine. The archive's comment,
 * which is the end of the file, is the seal: the SHA-256 of every byte before it.
 */
import canonicalize from "canonicalize";
import { unzipSync, type Zippable, zipSync } from "fflate";
import { verify as chainHolds } from "../case/chain.ts";
import type { CaseEvent, Payload } from "../case/model.ts";
import { sha256 } from "../shared/ids.ts";

/** One file of a dossier. `internal`: not meant for the customer. */
export type Part = {
  path: string;
  bytes: Uint8Array;
  internal?: boolean;
  /** The attachment that it is. */
  attachmentId?: string;
};

/** What a dossier is about. Instants are table stamps, `retainUntil` is a date (`YYYY-MM-DD`, Asia/Shanghai). */
export type About = {
  caseId: string;
  version: number;
  outcome: string;
  receivedAt: string;
  closedAt: string;
  retainUntil: string;
};

export type Manifest = About & {
  format: typeof FORMAT;
  v: 1;
  /** How many events the timeline has, and the hash of the last. */
  events: number;
  head: string;
  parts: { path: string; bytes: number; sha256: string; internal: boolean; attachmentId?: string }[];
};

/** The timeline as the chain has it: lines, and what belongs to them under their salts. */
export type Timeline = { v: 1; events: CaseEvent[]; payloads: Payload[] };

export type ProblemCode =
  | "not_a_dossier"
  | "seal"
  | "layout"
  | "manifest"
  | "part_missing"
  | "part_extra"
  | "part_changed"
  | "chain"
  | "content"
  | "document"
  | "not_on_record";
/** `part`: the path that it is about. */
export type Problem = { code: ProblemCode; part?: string };

export type Verified = {
  valid: boolean;
  caseId: string | null;
  /** How many events its timeline has. */
  events: number;
  version: number | null;
  /** SHA-256 of the file, which the case's record names too. */
  sha256: string;
  problems: Problem[];
};

const FORMAT = "careloop-dossier";
const MANIFEST = "manifest.json";
export const TIMELINE = "timeline.json";
export const CONTENT = "content.json";

/** Midnight of the first day that ZIP knows, on the clock of whatever machine: ZIP has no time zones. */
const firstDay = () => new Date(1980, 0, 1);

const SEAL = "careloop-dossier/1 sha256=";
const SEAL_LENGTH = SEAL.length + 64;
/** The two bytes before the comment say how long it is. */
const LENGTH_FIELD = 2;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
/** RFC 8785, so that a document has one form. */
export const jsonBytes = (document: unknown): Uint8Array => encode(`${canonicalize(document)}\n`);

/** The timeline of a case up to and including event `last`. */
export const timelineOf = (
  events: CaseEvent[],
  payloads: Iterable<Payload>,
  last: number = events.length,
): Timeline => ({
  v: 1,
  events: events.filter((event) => event.seq <= last),
  payloads: [...payloads].filter(({ seq }) => seq <= last).sort((a, b) => a.seq - b.seq),
});

/** The dossier of these parts and this timeline, which becomes a part itself. */
export function packDossier(about: About, timeline: Timeline, parts: Part[]): Uint8Array {
  const all: Part[] = [{ path: TIMELINE, bytes: jsonBytes(timeline), internal: true }, ...parts];
  const manifest: Manifest = {
    ...about,
    format: FORMAT,
    v: 1,
    events: timeline.events.length,
    head: timeline.events.at(-1)?.hash ?? "",
    parts: all.map(({ path, bytes, internal = false, attachmentId }) => ({
      path,
      bytes: bytes.length,
      sha256: sha256(bytes),
      internal,
      ...(attachmentId === undefined ? {} : { attachmentId }),
    })),
  };
  return sealed(pack([{ path: MANIFEST, bytes: jsonBytes(manifest) }, ...all]));
}

function pack(parts: Pick<Part, "path" | "bytes">[]): Uint8Array {
  const files: Zippable = {};
  const mtime = firstDay();
  for (const { path, bytes } of parts) files[path] = [bytes, { level: 0, mtime }];
  return zipSync(files);
}

/** The archive with its seal as comment. */
function sealed(zip: Uint8Array): Uint8Array {
  const file = new Uint8Array(zip.length + SEAL_LENGTH);
  file.set(zip);
  new DataView(file.buffer).setUint16(zip.length - LENGTH_FIELD, SEAL_LENGTH, true);
  file.set(encode(SEAL + sha256(file.subarray(0, zip.length))), zip.length);
  return file;
}

/**
 * Whether a file is a dossier, whole and as it was written: the seal fits every byte, the archive is laid out exactly as
 * this code lays it out, each part is what the manifest says, the chain of events recomputes, and what other parts
 * repeat of it is the same. What the case's record says is not known here.
 */
export function verifyDossier(file: Uint8Array): Verified {
  const whole = sha256(file);
  const failed = (...problems: Problem[]): Verified => ({
    valid: false,
    caseId: null,
    events: 0,
    version: null,
    sha256: whole,
    problems,
  });
  const seal = sealOf(file);
  if (seal === null) return failed({ code: "not_a_dossier" });
  const problems: Problem[] = seal === sha256(withoutSeal(file)) ? [] : [{ code: "seal" }];
  const found = unpack(file);
  if (!found) return failed(...problems, { code: "layout" });
  const manifest = readManifest(found.get(MANIFEST));
  if (!manifest) return failed(...problems, { code: "manifest" });
  problems.push(...partProblems(manifest, found));
  const inOrder = [MANIFEST, ...manifest.parts.map(({ path }) => path)];
  if (!isPackedSo(file, inOrder, found)) problems.push({ code: "layout" });
  const timeline = readJson(found.get(TIMELINE)) as Timeline | null;
  problems.push(...timelineProblems(manifest, timeline, found));
  return {
    valid: problems.length === 0,
    caseId: manifest.caseId,
    events: Array.isArray(timeline?.events) ? timeline.events.length : 0,
    version: manifest.version,
    sha256: whole,
    problems,
  };
}

const withoutSeal = (file: Uint8Array): Uint8Array => file.subarray(0, file.length - SEAL_LENGTH);

/** The digest that the seal names, or null where there is no seal. */
function sealOf(file: Uint8Array): string | null {
  if (file.length <= SEAL_LENGTH) return null;
  const text = Buffer.from(file.subarray(file.length - SEAL_LENGTH)).toString("latin1");
  return text.startsWith(SEAL) ? text.slice(SEAL.length) : null;
}

/**
 * The parts of an archive by path, or null where it is none of ours. A hostile one may claim sizes that it does not
 * have and name the same bytes a thousand times: nothing is unpacked that is compressed, and no more than there is.
 */
function unpack(file: Uint8Array): Map<string, Uint8Array> | null {
  let left = file.length;
  try {
    const files = unzipSync(file, {
      filter({ compression, size, originalSize }) {
        left -= size;
        if (compression !== 0 || size !== originalSize || left < 0) throw new RangeError("Not a dossier");
        return true;
      },
    });
    return new Map(Object.entries(files));
  } catch {
    return null;
  }
}

function readJson(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes === undefined ? null : JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

const isText = (value: unknown): value is string => typeof value === "string";

function readManifest(bytes: Uint8Array | undefined): Manifest | null {
  const read = readJson(bytes) as Partial<Manifest> | null;
  if (read?.format !== FORMAT || read.v !== 1 || !isText(read.caseId) || !isText(read.head)) return null;
  if (!Number.isInteger(read.version) || !Number.isInteger(read.events) || !Array.isArray(read.parts))
    return null;
  const known = read.parts.every(
    (part: Partial<Manifest["parts"][number]> | null) => isText(part?.path) && isText(part?.sha256),
  );
  return known ? (read as Manifest) : null;
}

function partProblems(manifest: Manifest, found: Map<string, Uint8Array>): Problem[] {
  const listed = new Set(manifest.parts.map(({ path }) => path));
  return [
    ...manifest.parts.flatMap(({ path, bytes, sha256: digest }): Problem[] => {
      const part = found.get(path);
      if (!part) return [{ code: "part_missing", part: path }];
      return part.length === bytes && sha256(part) === digest ? [] : [{ code: "part_changed", part: path }];
    }),
    ...[...found.keys()]
      .filter((path) => path !== MANIFEST && !listed.has(path))
      .map((part): Problem => ({ code: "part_extra", part })),
  ];
}

/** Whether the archive is byte for byte what these parts give in this order: no room for anything between them. */
function isPackedSo(file: Uint8Array, paths: string[], found: Map<string, Uint8Array>): boolean {
  if (paths.some((path) => !found.has(path)) || new Set(paths).size !== paths.length) return false;
  const again = sealed(pack(paths.map((path) => ({ path, bytes: found.get(path)! }))));
  return Buffer.compare(withoutSeal(file), withoutSeal(again)) === 0;
}

function timelineProblems(
  manifest: Manifest,
  timeline: Timeline | null,
  found: Map<string, Uint8Array>,
): Problem[] {
  if (!timeline || !isWhole(manifest, timeline)) return [{ code: "chain", part: TIMELINE }];
  return [...contentProblems(timeline, found), ...documentProblems(manifest, timeline)];
}

function isWhole(manifest: Manifest, { events, payloads }: Timeline): boolean {
  try {
    return (
      events.length === manifest.events &&
      payloads.every(({ seq }, index) => index === 0 || seq > payloads[index - 1]!.seq) &&
      payloads.every(({ seq }) => seq <= events.length) &&
      chainHolds(events, new Map(payloads.map((payload) => [payload.seq, payload])), manifest.head)
    );
  } catch {
    // Something that is no event stands where one should.
    return false;
  }
}

/** What the customer wrote is there twice, and once under the chain. */
function contentProblems({ payloads }: Timeline, found: Map<string, Uint8Array>): Problem[] {
  const content = payloads.findLast(({ data }) => "content" in data)?.data.content;
  const shown = found.get(CONTENT);
  if (content === undefined || shown === undefined) return [];
  return Buffer.compare(jsonBytes(content), shown) === 0 ? [] : [{ code: "content", part: CONTENT }];
}

/** The chain names the digest of every document that was added. */
function documentProblems(manifest: Manifest, { events, payloads }: Timeline): Problem[] {
  const lines = new Set(events.filter(({ kind }) => kind === "attachment.added").map(({ seq }) => seq));
  const added = new Map(
    payloads.filter(({ seq }) => lines.has(seq)).map(({ data }) => [data.attachmentId, data.sha256]),
  );
  return manifest.parts
    .filter(({ attachmentId }) => attachmentId !== undefined)
    .filter(({ attachmentId, sha256: digest }) => {
      const named = added.get(attachmentId);
      // Erased by law: the line is there, its words are not.
      return named !== undefined && named !== digest;
    })
    .map(({ path }) => ({ code: "document", part: path }));
}
