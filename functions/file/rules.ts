/** What may be attached to a case (MECHANICS §6). Pure; the content of a file decides its type, never its name. */
import type { Attachment } from "../case/model.ts";
import type { FieldError } from "../shared/errors.ts";

export const MAX_BYTES = 10 * 1024 * 1024;
export const MAX_FILES = 10;
const MAX_NAME = 100;

export const FILE_TYPES = ["image/jpeg", "image/png", "image/webp", "application/pdf"] as const;
export type FileType = (typeof FILE_TYPES)[number];

const EXTENSIONS: Record<FileType, string[]> = {
  "image/jpeg": ["jpg", "jpeg"],
  "image/png": ["png"],
  "image/webp": ["webp"],
  "application/pdf": ["pdf"],
};

export const isFileType = (type: unknown): type is FileType =>
  (FILE_TYPES as readonly unknown[]).includes(type);

/** Shown in the browser itself; everything else is saved to disk first. */
export const isSafeImage = (type: string): boolean => isFileType(type) && type.startsWith("image/");

const startsWith = (bytes: Uint8Array, at: number, signature: number[]): boolean =>
  signature.every((byte, index) => bytes[at + index] === byte);

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

/**
 * The type of a file by its first bytes, or null for anything but the four that are allowed. Each signature stands at
 * its exact place: a PDF header further down, which readers forgive, is how one file passes for two.
 */
export function sniff(bytes: Uint8Array): FileType | null {
  if (startsWith(bytes, 0, [0xff, 0xd8, 0xff])) return "image/jpeg";
  // Signature, then the first chunk, which is IHDR in every PNG.
  if (
    startsWith(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) &&
    startsWith(bytes, 12, ascii("IHDR"))
  )
    return "image/png";
  if (startsWith(bytes, 0, ascii("RIFF")) && startsWith(bytes, 8, ascii("WEBP"))) return "image/webp";
  if (startsWith(bytes, 0, ascii("%PDF-"))) return "application/pdf";
  return null;
}

/** How many of the first bytes `sniff` looks at. */
export const SNIFF_BYTES = 16;

/** The name with the extension that its content asks for: `发票` → `发票.pdf`, `x.exe` → `x.exe.pdf`. */
export function nameFor(name: string, type: FileType): string {
  const extension = /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return EXTENSIONS[type].includes(extension) ? name : `${name}.${EXTENSIONS[type][0]}`;
}

// Control characters, line breaks of Unicode, what reorders text, and what file systems refuse.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_IN_NAME = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]/;

/** What is wrong with a name, or null. */
export function nameProblem(name: unknown): FieldError | null {
  if (name === undefined || name === "") return { path: "name", code: "required" };
  if (typeof name !== "string") return { path: "name", code: "invalid" };
  if (name.trim() === "") return { path: "name", code: "required" };
  if (NOT_IN_NAME.test(name)) return { path: "name", code: "control_characters" };
  return [...name.trim()].length > MAX_NAME
    ? { path: "name", code: "too_long", params: { max: MAX_NAME } }
    : null;
}

export type UploadRequest = {
  name: string;
  contentType: string;
  size: number;
  /** Of a complaint's: not meant for the customer. */
  internal: boolean;
};

/**
 * The body of an upload request with its problems. By hand, not by zod: three fields, and the schema library alone
 * would be a seventh of this function's bundle. `knowsInternal`: the case tells its own files from a customer's.
 */
export function parseRequest(
  body: unknown,
  knowsInternal = false,
): { request: UploadRequest; problems: FieldError[] } {
  const given =
    typeof body === "object" && body !== null && !Array.isArray(body)
      ? (body as Record<string, unknown>)
      : {};
  const { name, contentType, size, internal, ...unknown } = given;
  const problems: FieldError[] = Object.keys(unknown).map((path) => ({ path, code: "unknown_field" }));
  const badName = nameProblem(name);
  if (badName) problems.push(badName);
  if (contentType === undefined) problems.push({ path: "contentType", code: "required" });
  else if (typeof contentType !== "string") problems.push({ path: "contentType", code: "invalid" });
  if (size === undefined) problems.push({ path: "size", code: "required" });
  else if (typeof size !== "number" || !Number.isInteger(size))
    problems.push({ path: "size", code: "number" });
  else if (size < 1) problems.push({ path: "size", code: "at_least", params: { min: 1 } });
  if (internal !== undefined && !knowsInternal) problems.push({ path: "internal", code: "unknown_field" });
  else if (internal !== undefined && typeof internal !== "boolean")
    problems.push({ path: "internal", code: "choose" });
  return {
    request: {
      name: String(name).trim(),
      contentType: String(contentType),
      size: Number(size),
      internal: internal === true,
    },
    problems,
  };
}

/** Attachments that are there; uploads that were never confirmed do not count. */
export const stored = (attachments: Attachment[]): Attachment[] =>
  attachments.filter((one) => one.status === "stored");

/** Whether no other file fits. */
export const isFull = (attachments: Attachment[], count: number): boolean =>
  stored(attachments).length >= count;

/** RFC 6266: an ASCII name for old clients, the real one in UTF-8 for all others. */
export function disposition(name: string, type: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%;]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${isSafeImage(type) ? "inline" : "attachment"}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
