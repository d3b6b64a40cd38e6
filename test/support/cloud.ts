/**
 * Starts an embedded cloud as `npm start` does, as a child process on free ports with a data folder of its own, and
 * waits until it answers. For tests that speak to it over HTTP only, as a stranger's client would.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export type RunningCloud = {
  siteUrl: string;
  awsUrl: string;
  dataDir: string;
  /** Process id of the main process. */
  pid: number;
  /** SIGKILL to the main process, as a crash would. */
  kill(): Promise<void>;
  /** SIGTERM and wait. */
  stop(): Promise<void>;
  /** Stop and delete the data folder. */
  remove(): Promise<void>;
};

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

const STARTS_WITHIN_MS = 300_000;

/** `again`: the data folder and ports of an earlier run, to go on with it. */
export async function startCloud(
  again?: Pick<RunningCloud, "siteUrl" | "awsUrl" | "dataDir">,
): Promise<RunningCloud> {
  const dataDir = again?.dataDir ?? mkdtempSync(join(tmpdir(), "careloop-"));
  const port = again ? Number(new URL(again.siteUrl).port) : await freePort();
  const awsPort = again ? Number(new URL(again.awsUrl).port) : await freePort();
  const child: ChildProcess = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "local/main.ts", "--cold"],
    {
      env: {
        ...process.env,
        PORT: String(port),
        AWS_PORT: String(awsPort),
        DATA_DIR: dataDir,
        NODE_OPTIONS: "",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
    });
  const siteUrl = `http://localhost:${port}`;
  const started = Date.now();
  for (;;) {
    if (child.exitCode !== null || child.signalCode)
      throw new Error(`The embedded cloud ended at its start:\n${output}`);
    if (await isHealthy(siteUrl)) break;
    if (Date.now() - started > STARTS_WITHIN_MS)
      throw new Error(`The embedded cloud did not become ready:\n${output}`);
    await sleep(50);
  }
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode) return resolve();
      child.once("exit", () => resolve());
      child.kill(signal);
    });
  return {
    siteUrl,
    awsUrl: `http://localhost:${awsPort}`,
    dataDir,
    pid: child.pid ?? 0,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    async remove() {
      await end("SIGTERM");
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function isHealthy(siteUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${siteUrl}/_local/health`)).status === 200;
  } catch {
    return false;
  }
}
