/**
 * The one endpoint of all AWS protocols. The service is the one that the request was signed for, the protocol is
 * the service's, the action is where the protocol puts it. Signatures are not verified; the key id goes on as the caller.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Action, AwsError, type Call, type Cloud, type RawAnswer, type Service } from "../kernel.ts";
import { CONNECTION_LOST, type EdgeService } from "../services/action.ts";
import { readBody } from "./body.ts";
import type { Codec, WireRequest } from "./codecs/codec.ts";
import { json } from "./codecs/json.ts";
import { query } from "./codecs/query.ts";
import { restJson } from "./codecs/rest-json.ts";
import { restXml } from "./codecs/rest-xml.ts";

const codecs: Record<Service["protocol"], Codec> = {
  json,
  query,
  "rest-json": restJson,
  "rest-xml": restXml,
};
/** Answers a request that names no known service. */
const nowhere: Service = { name: "unknown", protocol: "json", actions: {} };

/** Who calls which service: Authorization header, presigned query, or (a browser's form, an open GET) S3 without either. */
function addressee(request: WireRequest): { accessKeyId: string; service: string } {
  const credential =
    /Credential=([^,\s]+)/.exec(request.headers.authorization ?? "")?.[1] ??
    request.query.get("X-Amz-Credential");
  if (!credential) return { accessKeyId: "", service: "s3" };
  const [accessKeyId = "", , , service = ""] = credential.split("/");
  return { accessKeyId, service };
}

function headersOf(req: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

/** The input as the action's schema has it; what does not fit becomes a ValidationException. */
export function checkInput(action: Action, input: unknown): unknown {
  if (!action.input) return input;
  const parsed = action.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `Value at '${issue.path.join(".")}' failed to satisfy constraint: ${issue.message}`,
  );
  const count = `${problems.length} validation error${problems.length > 1 ? "s" : ""} detected: `;
  throw new AwsError("ValidationException", count + problems.join("; "));
}

/** The request listener of the endpoint that speaks the AWS protocols. */
export function createGateway(cloud: Cloud): RequestListener {
  /** Null: the line is cut, nothing is answered. */
  async function answer(
    service: EdgeService,
    call: Call,
    request: WireRequest,
    requestId: string,
  ): Promise<RawAnswer | null> {
    const codec = codecs[service.protocol];
    try {
      if (service === nowhere) {
        throw new AwsError(
          "UnknownOperationException",
          `The service ${call.service} is not part of this cloud.`,
        );
      }
      const http = { ...request };
      if (service.raw) return await service.raw({ ...call, http });
      const { action: name, input } = codec.read(service, request);
      const action = Object.hasOwn(service.actions, name) ? service.actions[name] : undefined;
      if (!action) {
        const what = name
          ? `The operation ${name} of ${service.name}`
          : `A request to ${service.name} without a name`;
        throw new AwsError("UnknownOperationException", `${what} is not part of this cloud.`);
      }
      const full: Call = { ...call, action: name };
      if (service.protocol.startsWith("rest")) full.http = http;
      const output = await action.run(checkInput(action, input) as never, full);
      return codec.write(service, name, output, requestId, request);
    } catch (error) {
      if (error instanceof AwsError && error.code === CONNECTION_LOST) return null;
      if (error instanceof AwsError) return codec.fail(service, error, requestId, request);
      cloud.log("gateway", `${service.name} ${call.action}: ${(error as Error).stack ?? String(error)}`);
      const internal = new AwsError(
        "InternalFailure",
        "The request failed because of an internal error.",
        500,
      );
      return codec.fail(service, internal, requestId, request);
    }
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? "/", "http://endpoint");
    const request: WireRequest = {
      method: req.method ?? "GET",
      // Not url.pathname: it would resolve "..", which is a legal part of a key.
      path: (req.url ?? "/").split("?")[0]!,
      query: url.searchParams,
      headers: headersOf(req),
      body: Buffer.alloc(0),
    };
    const requestId = randomUUID();
    const { accessKeyId, service: name } = addressee(request);
    const service: EdgeService = cloud.services.get(name) ?? nowhere;
    let written: RawAnswer | null;
    try {
      request.body = await readBody(req);
      written = await answer(service, { service: name, action: "", accessKeyId }, request, requestId);
    } catch (error) {
      const known =
        error instanceof AwsError ? error : new AwsError("RequestTimeout", "The request did not arrive.");
      written = codecs[service.protocol].fail(service, known, requestId, request);
    }
    if (!written) {
      req.socket.destroy();
      return;
    }
    const body = typeof written.body === "string" ? Buffer.from(written.body) : written.body;
    const headers: Record<string, string | number> = {
      ...written.headers,
      ...service.edgeHeaders?.(request),
    };
    if (headers["content-length"] === undefined && written.status !== 204)
      headers["content-length"] = body.length;
    res.writeHead(written.status, headers);
    res.end(request.method === "HEAD" ? undefined : body);
  }

  return (req, res) => void serve(req, res);
}
