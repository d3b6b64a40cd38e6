/** AWS rest-json: method and path name the action; path, query and JSON body together are the input. */
import { AwsError, type RawAnswer } from "../../kernel.ts";
import { type Codec, isRaw, toJson } from "./codec.ts";
import { match } from "./routes.ts";

const answer = (status: number, body: string, requestId: string): RawAnswer => ({
  status,
  headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
  body,
});

export const restJson: Codec = {
  read(service, request) {
    const { action, path } = match(service, request);
    const query: Record<string, string | string[]> = {};
    for (const name of new Set(request.query.keys())) {
      const values = request.query.getAll(name);
      query[name] = values.length > 1 ? values : values[0]!;
    }
    let body: unknown = {};
    try {
      if (request.body.length > 0) body = JSON.parse(request.body.toString("utf8"));
    } catch {
      throw new AwsError("SerializationException", "Could not parse request body into json.");
    }
    return { action, input: { ...(typeof body === "object" ? body : {}), ...query, ...path } };
  },
  write: (_service, _action, output, requestId) => {
    if (!isRaw(output)) return answer(200, toJson(output), requestId);
    return { ...output, headers: { "x-amzn-requestid": requestId, ...output.headers } };
  },
  fail(_service, error, requestId) {
    const written = answer(error.status, toJson({ ...error.extra, message: error.message }), requestId);
    written.headers["x-amzn-errortype"] = error.code;
    return written;
  },
};
