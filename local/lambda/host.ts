/**
 * The function host: real bundles in worker threads, one thread per execution environment, started when needed,
 * reused warm, ended when idle.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { Worker } from "node:worker_threads";
import { AwsError, type Cloud, type FunctionConfig, FunctionError, STOPPING } from "../kernel.ts";

export type WorkerData = {
  offsetBuffer: SharedArrayBuffer;
  codeDir: string;
  /** Where compiled code is kept for the next environment. */
  cacheDir: string;
  handler: string;
  context: Record<string, unknown>;
};
export type ToWorker = { requestId: string; event: string; deadline: number; arn: string };
type Thrown = { errorType: string; errorMessage: string; trace: string[] };
export type FromWorker =
  | { type: "loaded" }
  | { type: "result"; requestId: string; json: string }
  | { type: "error"; requestId: string; error: Thrown };

/** Most environments of one function, and most idle ones of all together: two cores and 700 MB set these. */
const MAX_PER_FUNCTION = 4;
const MAX_IDLE = 10;
/** Real milliseconds after which an idle environment ends: surplus ones soon, the last of a function later. */
const SURPLUS_IDLE = 15_000;
const LAST_IDLE = 120_000;
/** Lambda's limit for a synchronous answer. */
const MAX_ANSWER = 6 * 1024 * 1024;

/** The worker's program, its types taken off once: doing that in every thread would double its start. */
function workerProgram(): URL {
  const source = readFileSync(new URL("./worker.ts", import.meta.url), "utf8");
  return new URL(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(source))}`);
}

type Environment = {
  worker: Worker;
  idleSince: number;
  /** The invocation that runs now. */
  settle: ((outcome: FromWorker | { type: "exit"; message: string }) => void) | null;
};
type Pool = { config: FunctionConfig; all: Set<Environment>; idle: Environment[]; waiting: (() => void)[] };

export type FunctionHost = {
  /** Runs a function and resolves with its answer; FunctionError when it failed, AwsError when there is none. */
  invoke(nameOrArn: string, payload: unknown): Promise<unknown>;
  /** Starts one environment, so that the first call finds it loaded. Resolves when the bundle is loaded. */
  warm(name: string): Promise<void>;
  /** Ends every environment; the next call starts a new one. */
  recycle(): Promise<void>;
  stop(): Promise<void>;
};

/** The function name in a name, ARN, partial ARN or any of them with an alias or version. */
export function functionName(nameOrArn: string): string {
  const parts = nameOrArn.split(":");
  const at = parts.indexOf("function");
  return at >= 0 ? (parts[at + 1] ?? "") : parts[0]!;
}

export function createFunctionHost(cloud: Cloud): FunctionHost {
  const pools = new Map<string, Pool>();
  const program = workerProgram();
  let stopped = false;

  const stopping = () => new AwsError(STOPPING, "the function host is stopping", 503);

  function poolOf(nameOrArn: string): Pool {
    const name = functionName(nameOrArn);
    const config = cloud.functions.get(name);
    if (!config) throw new AwsError("ResourceNotFoundException", `Function not found: ${nameOrArn}`, 404);
    let pool = pools.get(name);
    if (!pool) {
      pool = { config, all: new Set(), idle: [], waiting: [] };
      pools.set(name, pool);
    }
    return pool;
  }

  function environmentVariables(config: FunctionConfig): Record<string, string> {
    return {
      PATH: process.env.PATH ?? "",
      LANG: "en_US.UTF-8",
      TZ: ":UTC",
      LAMBDA_TASK_ROOT: config.codeDir,
      _HANDLER: config.handler,
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_REGION: cloud.region,
      AWS_DEFAULT_REGION: cloud.region,
      AWS_ENDPOINT_URL: cloud.awsUrl.replace("//localhost", "//127.0.0.1"),
      AWS_ACCESS_KEY_ID: config.accessKeyId,
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_LAMBDA_FUNCTION_NAME: config.name,
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${config.name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: "local",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      ...config.environment,
    };
  }

  function start(pool: Pool): Environment {
    const { config } = pool;
    const data: WorkerData = {
      offsetBuffer: cloud.clock.offsetBuffer,
      codeDir: config.codeDir,
      cacheDir: cloud.compiledDir,
      handler: config.handler,
      context: {
        functionName: config.name,
        functionVersion: "$LATEST",
        memoryLimitInMB: String(config.memoryMb),
        logGroupName: `/aws/lambda/${config.name}`,
        logStreamName: "local",
      },
    };
    const worker = new Worker(program, {
      workerData: data,
      env: environmentVariables(config),
      stdout: true,
      stderr: true,
      execArgv: ["--disable-warning=ExperimentalWarning"],
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 },
    });
    const environment: Environment = { worker, idleSince: Date.now(), settle: null };
    const log = (chunk: Buffer) => cloud.log(config.name, chunk.toString("utf8").trimEnd());
    worker.stdout.on("data", log);
    worker.stderr.on("data", log);
    worker.on("message", (message: FromWorker) => {
      if (message.type !== "loaded") environment.settle?.(message);
    });
    let crash = "";
    worker.on("error", (error: Error) => {
      crash = error.name;
      cloud.log(config.name, `${error.name}: the environment ended`);
    });
    worker.on("exit", (code) => {
      pool.all.delete(environment);
      pool.idle = pool.idle.filter((other) => other !== environment);
      environment.settle?.({
        type: "exit",
        message: `Runtime exited with error: exit status ${code} ${crash}`.trim(),
      });
      pool.waiting.shift()?.();
    });
    pool.all.add(environment);
    return environment;
  }

  /** A warm environment, a new one while there is room, or the next that gets free. */
  async function acquire(pool: Pool): Promise<Environment> {
    for (;;) {
      if (stopped) throw stopping();
      const warm = pool.idle.pop();
      if (warm) return warm;
      if (pool.all.size < MAX_PER_FUNCTION) return start(pool);
      await new Promise<void>((resolve) => pool.waiting.push(resolve));
    }
  }

  function release(pool: Pool, environment: Environment): void {
    environment.settle = null;
    environment.idleSince = Date.now();
    if (pool.all.has(environment)) pool.idle.push(environment);
    pool.waiting.shift()?.();
  }

  async function invoke(nameOrArn: string, payload: unknown): Promise<unknown> {
    const pool = poolOf(nameOrArn);
    const { config } = pool;
    const end = cloud.activity.begin(`function ${config.name}`);
    try {
      const environment = await acquire(pool);
      const requestId = randomUUID();
      const ms = config.timeoutSeconds * 1000;
      const outcome = await new Promise<FromWorker | { type: "exit"; message: string }>((resolve) => {
        const timer = setTimeout(() => {
          const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${config.timeoutSeconds.toFixed(2)} seconds`;
          environment.settle = null;
          pool.all.delete(environment);
          void environment.worker.terminate();
          cloud.log(config.name, errorMessage);
          resolve({
            type: "error",
            requestId,
            error: { errorType: "Sandbox.Timedout", errorMessage, trace: [] },
          });
        }, ms);
        environment.settle = (message) => {
          clearTimeout(timer);
          resolve(message);
        };
        environment.worker.postMessage({
          requestId,
          event: JSON.stringify(payload ?? {}),
          deadline: Date.now() + ms,
          arn: nameOrArn.includes(":function:") ? nameOrArn : config.arn,
        } satisfies ToWorker);
      });
      release(pool, environment);
      if (outcome.type === "result") {
        if (outcome.json.length > MAX_ANSWER) {
          const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_ANSWER} bytes).`;
          const errorType = "Function.ResponseSizeTooLarge";
          throw new FunctionError(errorType, errorMessage, { errorType, errorMessage });
        }
        return JSON.parse(outcome.json);
      }
      if (outcome.type === "error") {
        const { trace, ...rest } = outcome.error;
        const failure = trace.length > 0 ? outcome.error : rest;
        throw new FunctionError(rest.errorType, rest.errorMessage, failure);
      }
      if (stopped) throw stopping();
      const errorMessage = `RequestId: ${requestId} Error: ${"message" in outcome ? outcome.message : ""}`;
      throw new FunctionError("Runtime.ExitError", errorMessage, {
        errorType: "Runtime.ExitError",
        errorMessage,
      });
    } finally {
      end();
    }
  }

  const reaper = setInterval(() => {
    const idle = [...pools.values()].flatMap((pool) =>
      pool.idle.map((environment) => ({ pool, environment })),
    );
    idle.sort((a, b) => a.environment.idleSince - b.environment.idleSince);
    let surplus = idle.length - MAX_IDLE;
    for (const { pool, environment } of idle) {
      const since = Date.now() - environment.idleSince;
      const last = pool.all.size === 1;
      if (since < SURPLUS_IDLE || (last && since < LAST_IDLE && surplus <= 0)) continue;
      surplus--;
      pool.all.delete(environment);
      pool.idle = pool.idle.filter((other) => other !== environment);
      void environment.worker.terminate();
    }
  }, 5000);
  reaper.unref();

  async function recycle(): Promise<void> {
    const all = [...pools.values()].flatMap((pool) => [...pool.all]);
    pools.clear();
    await Promise.all(all.map((environment) => environment.worker.terminate()));
  }

  return {
    invoke,
    recycle,
    async warm(name) {
      const pool = poolOf(name);
      if (pool.all.size > 0) return;
      const environment = start(pool);
      await new Promise<void>((resolve) => {
        environment.worker.once("message", () => resolve());
        environment.worker.once("exit", () => resolve());
      });
      // Crashed while loading: the first call reports why.
      if (pool.all.has(environment)) release(pool, environment);
    },
    async stop() {
      stopped = true;
      clearInterval(reaper);
      await recycle();
    },
  };
}
