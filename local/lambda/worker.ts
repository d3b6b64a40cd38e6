/**
 * One execution environment: a thread that loads one bundle and answers one event at a time, as Lambda's Node
 * runtime does. Its Date runs on virtual time from before the bundle loads.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { existsSync } from "node:fs";
import { createRequire, enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { FromWorker, ToWorker, WorkerData } from "./host.ts";

const { offsetBuffer, codeDir, cacheDir, handler, context } = workerData as WorkerData;
const realNow = Date.now;

/** Date, Date() and Intl's "now" in virtual time; dates that are given explicitly stay as they are. */
function virtualiseDate(buffer: SharedArrayBuffer): void {
  const offset = new Float64Array(buffer);
  const RealDate = Date;
  const now = () => Math.floor(realNow() + offset[0]!);
  RealDate.now = now;
  const Virtual = new Proxy(RealDate, {
    construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
    apply: () => new RealDate(now()).toString(),
  });
  RealDate.prototype.constructor = Virtual;
  globalThis.Date = Virtual;

  const format = Intl.DateTimeFormat.prototype;
  const getter = Object.getOwnPropertyDescriptor(format, "format")!.get!;
  Object.defineProperty(format, "format", {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const real = getter.call(this) as (date?: Date | number) => string;
      return (date?: Date | number) => real(date ?? now());
    },
  });
  const parts = format.formatToParts;
  format.formatToParts = function (date) {
    return parts.call(this, date ?? now());
  };
}

type Handler = (event: unknown, context: object) => unknown;

async function load(): Promise<Handler> {
  const dot = handler.lastIndexOf(".");
  const base = join(codeDir, handler.slice(0, dot));
  const file = [".js", ".cjs", ".mjs"].map((ending) => base + ending).find((path) => existsSync(path));
  if (!file)
    throw Object.assign(new Error(`Cannot find module '${handler}'`), { name: "Runtime.ImportModuleError" });
  const loaded = file.endsWith(".mjs")
    ? ((await import(pathToFileURL(file).href)) as Record<string, unknown>)
    : (createRequire(file)(file) as Record<string, unknown>);
  const found = loaded[handler.slice(dot + 1)];
  if (typeof found !== "function") {
    throw Object.assign(new Error(`${handler} is undefined or not exported`), {
      name: "Runtime.HandlerNotFound",
    });
  }
  return found as Handler;
}

function describe(thrown: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  if (thrown instanceof Error) {
    return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? "").split("\n") };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

virtualiseDate(offsetBuffer);
// The next environment of this bundle loads in half the time.
enableCompileCache(cacheDir);
const port = parentPort!;
const answer = (message: FromWorker) => port.postMessage(message);
const loading = load();
loading.then(
  () => {
    answer({ type: "loaded" });
    flushCompileCache();
  },
  () => answer({ type: "loaded" }),
);
port.on("message", async ({ requestId, event, deadline, arn }: ToWorker) => {
  try {
    const run = await loading;
    const result = await run(JSON.parse(event), {
      ...context,
      awsRequestId: requestId,
      invokedFunctionArn: arn,
      callbackWaitsForEmptyEventLoop: true,
      // Timeouts are real time: a function that works for two seconds does so whatever the virtual day is.
      getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
    });
    answer({ type: "result", requestId, json: JSON.stringify(result ?? null) });
  } catch (thrown) {
    const error = describe(thrown);
    console.error(`${error.errorType}: ${error.trace.slice(1).join("\n")}`);
    answer({ type: "error", requestId, error });
  }
});
