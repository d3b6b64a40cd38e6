/** Reads a request's bytes and takes the aws-chunked framing off, in which the SDK uploads with a checksum behind. */
import type { IncomingMessage } from "node:http";
import { crc32 } from "node:zlib";
import { AwsError } from "../kernel.ts";

/** No request of this cloud is larger; S3 uploads are held in memory. */
const LARGEST = 64 * 1024 * 1024;

export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST)
      throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 413);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const framed = /^STREAMING-/.test(String(req.headers["x-amz-content-sha256"] ?? ""));
  return framed || /\baws-chunked\b/.test(req.headers["content-encoding"] ?? "") ? unframe(body) : body;
}

/**
 * Chunks are `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n`, the last has size 0 and is followed by trailers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function unframe(framed: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = framed.indexOf("\r\n", at);
    const size = end < 0 ? Number.NaN : Number.parseInt(framed.toString("latin1", at, end), 16);
    if (Number.isNaN(size) || end + 2 + size > framed.length) {
      throw new AwsError("IncompleteBody", "The request body terminated unexpectedly");
    }
    at = end + 2;
    if (size === 0) break;
    parts.push(framed.subarray(at, at + size));
    at += size + 2;
  }
  const body = Buffer.concat(parts);
  const trailer = /x-amz-checksum-crc32:\s*(\S+)/i.exec(framed.toString("latin1", at));
  if (trailer) {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    if (sum.toString("base64") !== trailer[1]) {
      throw new AwsError("BadDigest", "The CRC32 you specified did not match the calculated checksum.");
    }
  }
  return body;
}
