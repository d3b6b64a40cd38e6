/** A request to one function of the web, as API Gateway hands it over. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { expect } from "vitest";
import { startSession } from "../../functions/directory/session.ts";
import { tripsOf } from "./trips.ts";

export type Call = {
  /** `name=value` pairs, a session or a customer's pass. */
  cookies?: string[];
  json?: unknown;
  form?: Record<string, string>;
  key?: string;
  accept?: string;
  language?: string;
  ip?: string;
};
export type Answer = APIGatewayProxyStructuredResultV2;
export type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<unknown>;

/** The cookie of somebody who signed in. */
export const signedIn = async (staffId: string): Promise<string> =>
  (await startSession(staffId)).split(";")[0] ?? "";

export async function send(handler: Handler, method: string, path: string, call: Call = {}): Promise<Answer> {
  const [rawPath = "", rawQueryString = ""] = path.split("?");
  const event = {
    rawPath,
    rawQueryString,
    headers: {
      accept: call.accept ?? "text/html",
      "content-type": call.json ? "application/json" : "application/x-www-form-urlencoded",
      "x-careloop": "1",
      ...(call.language ? { "accept-language": call.language } : {}),
      ...(call.key ? { "idempotency-key": call.key } : {}),
    },
    cookies: call.cookies ?? [],
    body: call.json ? JSON.stringify(call.json) : new URLSearchParams(call.form).toString(),
    requestContext: { http: { method, sourceIp: call.ip ?? "192.0.2.1" } },
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
  return (await handler(event, {} as Context)) as Answer;
}

/** Sends one request and checks its status, and that no more round trips to DynamoDB followed one another than `trips`. */
export async function within(
  trips: number,
  status: number,
  handler: Handler,
  method: string,
  path: string,
  call: Call = {},
): Promise<Answer> {
  let answer: Answer = {};
  const groups = await tripsOf(async () => {
    answer = await send(handler, method, path, call);
  });
  expect(answer.statusCode, `${method} ${path}: ${answer.body}`).toBe(status);
  expect(groups.length, `${method} ${path}: ${JSON.stringify(groups)}`).toBeLessThanOrEqual(trips);
  return answer;
}
