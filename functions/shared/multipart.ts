/**
 * Forms with a file (RFC 7578), as browsers send them: small text fields, and the bytes of one file each. The body of a
 * call is limited and in memory, so nothing is streamed.
 */

export type Multipart = { fields: URLSearchParams; files: Map<string, Uint8Array> };

const CRLF = Buffer.from("\r\n");
const BLANK = Buffer.from("\r\n\r\n");

/** The boundary that a content type names, or null where it is no multipart form. */
function boundaryOf(contentType: string): string | null {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return null;
  const found = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  return found?.[1] ?? found?.[2] ?? null;
}

/** The parts of a form, or null where the body is none. */
export function readMultipart(bytes: Uint8Array, contentType: string): Multipart | null {
  const boundary = boundaryOf(contentType);
  if (boundary === null) return null;
  const body = Buffer.concat([CRLF, bytes]);
  const mark = Buffer.from(`\r\n--${boundary}`);
  const form: Multipart = { fields: new URLSearchParams(), files: new Map() };
  let at = body.indexOf(mark);
  while (at >= 0) {
    const start = at + mark.length;
    if (body.subarray(start, start + 2).toString("latin1") === "--") return form;
    const end = body.indexOf(mark, start);
    const blank = body.indexOf(BLANK, start);
    if (end < 0 || blank < 0 || blank > end) return null;
    addPart(form, body.subarray(start, blank).toString("utf8"), body.subarray(blank + BLANK.length, end));
    at = end;
  }
  // The last boundary ends a form; without it the body was cut.
  return null;
}

function addPart(form: Multipart, head: string, content: Buffer): void {
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(head)?.[1] ?? "";
  const name = /(?:^|;)\s*name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined) return;
  if (/(?:^|;)\s*filename\*?=/i.test(disposition)) form.files.set(name, content);
  else form.fields.append(name, content.toString("utf8"));
}
