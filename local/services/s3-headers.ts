/** What the headers of S3 requests mean. */
import { AwsError } from "../kernel.ts";
import { KEPT_HEADERS, type StoredObject } from "./s3-store.ts";

/** What of a request is stored with the object. */
export function storedHeaders(headers: Record<string, string>): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) => KEPT_HEADERS.includes(name) || name.startsWith("x-amz-meta-"),
  );
  const result = Object.fromEntries(kept);
  // The framing of an upload is no property of the object.
  const encoding = (result["content-encoding"] ?? "").replace(/\baws-chunked\b,?\s*/, "");
  delete result["content-encoding"];
  if (encoding) result["content-encoding"] = encoding;
  return { "content-type": "binary/octet-stream", ...result };
}

/** Throws 412 or 304 when If-Match or If-None-Match say so. */
export function checkPreconditions(object: StoredObject, ifMatch?: string, ifNoneMatch?: string): void {
  const names = (list: string) =>
    list === "*" ||
    list
      .split(",")
      .some(
        (etag) => etag.trim().replace(/^W\//, "").replaceAll('"', "") === object.etag.replaceAll('"', ""),
      );
  if (ifMatch && !names(ifMatch)) {
    throw new AwsError(
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      412,
      {
        Condition: "If-Match",
      },
    );
  }
  if (ifNoneMatch && names(ifNoneMatch)) throw new AwsError("NotModified", "Not Modified", 304);
}

/** First and last byte of a Range header; null for the whole. */
export function rangeOf(header: string | undefined, size: number): [number, number] | null {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!found || (found[1] === "" && found[2] === "")) return null;
  const from = found[1] === "" ? Math.max(0, size - Number(found[2])) : Number(found[1]);
  const to = found[1] === "" || found[2] === "" ? size - 1 : Math.min(Number(found[2]), size - 1);
  if (from >= size || from > to) {
    throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416, {
      ActualObjectSize: size,
    });
  }
  return [from, to];
}
