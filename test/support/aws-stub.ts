/**
 * The AWS endpoints that the functions call beside DynamoDB, on one port of this process: secrets are answered, Step
 * Functions, Scheduler and Lambda are recorded. A test may let calls fail with an error of the service.
 */
import { createServer, type IncomingMessage } from "node:http";

export type Call = { action: string; input: Record<string, unknown> };

export type AwsStub = {
  url: string;
  /** What was called since the last `clear`, without reads of the secret. */
  calls: Call[];
  /** Inputs of the recorded calls of one action. */
  of(action: string): Record<string, unknown>[];
  /** The next calls of an action fail with that error, as often as said. */
  fail(action: string, error: string, times?: number): void;
  /** Runs when a call of that action arrives, before it is answered. */
  during(action: string, run: () => Promise<void>): void;
  clear(): void;
  stop(): Promise<void>;
};

/** The content of the secret with the link keys. */
export const LINK_KEYS = { current: "k1", k1: "a-key-for-tests-only" };

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** The action of a call: from the target header in the JSON protocols, from the path in the REST ones. */
function actionOf(request: IncomingMessage): { action: string; path: Record<string, unknown> } {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return { action: target.split(".").at(-1) ?? "", path: {} };
  const [, schedule] = /^\/schedules\/([^/?]+)/.exec(request.url ?? "") ?? [];
  if (schedule) return { action: "CreateSchedule", path: { Name: decodeURIComponent(schedule) } };
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(request.url ?? "") ?? [];
  if (name) return { action: "Invoke", path: { FunctionName: decodeURIComponent(name) } };
  return { action: "unknown", path: {} };
}

const ANSWERS: Record<string, object> = {
  GetSecretValue: { SecretString: JSON.stringify(LINK_KEYS) },
  StartExecution: { executionArn: "arn:aws:states:local:execution", startDate: 0 },
  SendTaskSuccess: {},
  CreateSchedule: { ScheduleArn: "arn:aws:scheduler:local:schedule" },
  Invoke: {},
};

export async function startAwsStub(): Promise<AwsStub> {
  const calls: Call[] = [];
  const failures = new Map<string, { error: string; times: number }>();
  const hooks = new Map<string, () => Promise<void>>();
  const server = createServer(async (request, response) => {
    const { action, path } = actionOf(request);
    const input = { ...(await read(request)), ...path };
    if (action !== "GetSecretValue") calls.push({ action, input });
    await hooks.get(action)?.();
    const failure = failures.get(action);
    response.setHeader("content-type", "application/json");
    // The test's clock, not this machine's: the SDK corrects a skew it sees and sends a refused call again.
    response.setHeader("date", new Date().toUTCString());
    if (failure && failure.times > 0) {
      failure.times -= 1;
      response.statusCode = 400;
      response.setHeader("x-amzn-errortype", failure.error);
      response.end(JSON.stringify({ __type: failure.error, message: failure.error }));
      return;
    }
    response.statusCode = action in ANSWERS ? (action === "Invoke" ? 202 : 200) : 500;
    response.end(JSON.stringify(ANSWERS[action] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (!address || typeof address !== "object") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    of: (action) => calls.filter((call) => call.action === action).map((call) => call.input),
    fail: (action, error, times = 1) => void failures.set(action, { error, times }),
    during: (action, run) => void hooks.set(action, run),
    clear() {
      calls.length = 0;
      failures.clear();
      hooks.clear();
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
