/** What the gateway and its four codecs agree on. */
import type { AwsError, RawAnswer, Service } from "../../kernel.ts";

/** An HTTP request whose body is complete and decoded (no aws-chunked framing left). */
export type WireRequest = {
  method: string;
  /** As it came: percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
};

/** One AWS protocol: how a request names its action and input, and how answers and errors look. */
export type Codec = {
  read(service: Service, request: WireRequest): { action: string; input: unknown };
  write(
    service: Service,
    action: string,
    output: unknown,
    requestId: string,
    request: WireRequest,
  ): RawAnswer;
  fail(service: Service, error: AwsError, requestId: string, request: WireRequest): RawAnswer;
};

/** Whether an action answered with bytes of its own instead of a document. */
export function isRaw(output: unknown): output is RawAnswer {
  return (
    typeof output === "object" &&
    output !== null &&
    "status" in output &&
    "headers" in output &&
    "body" in output
  );
}

/** JSON as AWS writes it: instants are seconds since the epoch. */
export function toJson(value: unknown): string {
  return JSON.stringify(value ?? {}, function (this: Record<string, unknown>, key, written) {
    // Date.toJSON has run already when a replacer sees the value; the holder still has the Date.
    const original = this[key];
    return original instanceof Date ? original.getTime() / 1000 : written;
  });
}
