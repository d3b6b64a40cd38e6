/** AWS JSON 1.0 and 1.1: the action is in X-Amz-Target, everything else in the body. */
import { AwsError, type RawAnswer } from "../../kernel.ts";
import { type Codec, isRaw, toJson, type WireRequest } from "./codec.ts";

const answer = (status: number, body: string, requestId: string, request: WireRequest): RawAnswer => ({
  status,
  headers: {
    "content-type": request.headers["content-type"] ?? "application/x-amz-json-1.0",
    "x-amzn-requestid": requestId,
  },
  body,
});

export const json: Codec = {
  read(_service, request) {
    const action = (request.headers["x-amz-target"] ?? "").split(".").pop()!;
    try {
      return { action, input: request.body.length === 0 ? {} : JSON.parse(request.body.toString("utf8")) };
    } catch {
      throw new AwsError("SerializationException", "The request body is not JSON.");
    }
  },
  write: (_service, _action, output, requestId, request) =>
    isRaw(output) ? output : answer(200, toJson(output), requestId, request),
  fail(_service, error, requestId, request) {
    const body = toJson({ ...error.extra, __type: error.code, message: error.message });
    const written = answer(error.status, body, requestId, request);
    written.headers["x-amzn-errortype"] = error.code;
    return written;
  },
};
