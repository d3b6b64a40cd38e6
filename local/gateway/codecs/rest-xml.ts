/** rest-xml, which here means S3: the action reads headers and bytes itself; documents and errors are XML. */
import type { RawAnswer } from "../../kernel.ts";
import { type Codec, isRaw } from "./codec.ts";
import { match } from "./routes.ts";
import { xmlDocument } from "./xml.ts";

const ids = (requestId: string) => ({ "x-amz-request-id": requestId, "x-amz-id-2": requestId });

export const restXml: Codec = {
  read(service, request) {
    // Virtual-host style: the bucket is the first label of the host name.
    const bucket = /^(.+)\.localhost(:\d+)?$/.exec(request.headers.host ?? "")?.[1];
    const { action, path } = match(
      service,
      bucket ? { ...request, path: `/${bucket}${request.path}` } : request,
    );
    return { action, input: path };
  },
  write(_service, _action, output, requestId) {
    if (isRaw(output)) return { ...output, headers: { ...ids(requestId), ...output.headers } };
    const [root, content] = Object.entries((output ?? {}) as object)[0] ?? [];
    const answer: RawAnswer = { status: 200, headers: ids(requestId), body: "" };
    if (root === undefined) return answer;
    answer.headers["content-type"] = "application/xml";
    answer.body = xmlDocument(root, content);
    return answer;
  },
  fail(_service, error, requestId, request) {
    const answer: RawAnswer = { status: error.status, headers: ids(requestId), body: "" };
    // A status that has no body stays without one, whatever went wrong.
    if (request.method === "HEAD" || error.status === 304) return answer;
    answer.headers["content-type"] = "application/xml";
    answer.body = xmlDocument("Error", {
      Code: error.code,
      Message: error.message,
      ...error.extra,
      RequestId: requestId,
      HostId: requestId,
    });
    return answer;
  },
};
