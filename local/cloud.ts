/**
 * The embedded cloud of one data folder: its parts, put together, started and stopped. `npm start` and the tests
 * both begin here.
 */
import { createWriteStream, mkdirSync, rmSync, type WriteStream } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Deployment, deploy, environmentOf } from "./assembly/deploy.ts";
import { createActivity, createClock } from "./clock.ts";
import { createControl, type Demo } from "./control.ts";
import { dynamo, endOrphanedJava, startDynamoDb } from "./dynamodb/client.ts";
import type { Executions } from "./executions.ts";
import { checkInput, createGateway } from "./gateway/index.ts";
import { createFront, sendJson } from "./http/front.ts";
import { AwsError, type Cloud, OIDC_PATH } from "./kernel.ts";
import { createFunctionHost, functionName } from "./lambda/host.ts";
import { createAsyncQueue } from "./lambda/queue.ts";
import { createStreams } from "./lambda/streams.ts";
import { createOidc } from "./oidc/index.ts";
import { claim, endOrphanedOwner } from "./orphans.ts";
import { createServices } from "./services/index.ts";

export type StartOptions = {
  /** Port of the site; 0 = any free one. */
  port?: number;
  /** Port of the AWS endpoint; 0 = any free one. */
  awsPort?: number;
  dataDir: string;
  /** Empties the folder first. */
  fresh?: boolean;
  /** A cloud assembly (cdk.out), or a promise of one that is still being synthesised. */
  assemblyDir: string | Promise<string>;
  /** Demo data, loaded when the folder is new. */
  demo?: Demo;
  /** Loads the functions after the start, those behind HTTP routes first, so that the first request finds them warm. */
  prewarm?: boolean;
};

export type Running = {
  cloud: Cloud;
  executions: Executions;
  deployment: Deployment;
  siteUrl: string;
  awsUrl: string;
  /** Moves time forward by milliseconds, or to an instant (a Date), to quiet. Resolves with the new now. */
  advance(by: number | Date): Promise<number>;
  /** Resolves when nothing runs and nothing is undelivered. */
  quiet(): Promise<void>;
  /** Everything as on the first start; the clock keeps its offset. */
  reset(): Promise<void>;
  stop(): Promise<void>;
};

/** Everything that a data folder holds; nothing else in it is touched. */
const OURS = ["cloud.sqlite", "cloud.sqlite-wal", "cloud.sqlite-shm", "dynamodb", "s3", "inline", "logs"];
/** What a reset keeps. */
const KEPT_TABLES = ["clock_offset", "oidc_keys"];

/** Opens the folder's database. It is locked for one process: two clouds on one folder would ruin each other. */
async function openDatabase(dataDir: string): Promise<DatabaseSync> {
  for (;;) {
    const db = new DatabaseSync(join(dataDir, "cloud.sqlite"));
    try {
      db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      db.exec("CREATE TABLE IF NOT EXISTS cloud_state (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
      claim(dataDir);
      return db;
    } catch (error) {
      db.close();
      const locked = (error as { errcode?: number }).errcode === 5;
      if (locked && (await endOrphanedOwner(dataDir))) continue;
      if (!locked) throw error;
      throw new Error(
        `Another copy already runs on ${dataDir}. 该数据目录已有一个实例在运行。Use another DATA_DIR.`,
      );
    }
  }
}

/** Listens on both loopback addresses, because "localhost" may mean either. */
async function listen(
  listener: RequestListener,
  port: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const open = (host: string, at: number) =>
    new Promise<Server>((resolve, reject) => {
      const server = createServer(listener);
      server.once("error", reject);
      server.listen(at, host, () => resolve(server));
    });
  const first = await open("127.0.0.1", port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is taken. 端口 ${port} 已被占用。Set PORT and AWS_PORT to free ones.`);
  });
  const bound = (first.address() as AddressInfo).port;
  const second = await open("::1", bound).catch(() => null);
  return {
    port: bound,
    async close() {
      for (const server of [first, second]) {
        server?.close();
        server?.closeAllConnections();
      }
    },
  };
}

function createLogs(dataDir: string): { log(stream: string, line: string): void; close(): void } {
  const folder = join(dataDir, "logs");
  mkdirSync(folder, { recursive: true });
  const streams = new Map<string, WriteStream>();
  return {
    log(stream, line) {
      let file = streams.get(stream);
      if (!file) {
        file = createWriteStream(join(folder, `${stream.replace(/[^\w.-]/g, "_")}.log`), { flags: "a" });
        streams.set(stream, file);
      }
      file.write(`${line}\n`);
    },
    close() {
      for (const file of streams.values()) file.end();
    },
  };
}

/**
 * Starts an embedded cloud and resolves when it answers requests. Throws with a plain sentence when it cannot: no
 * Java, a port that is taken, a folder in use, an unknown resource type.
 */
export async function startCloud(options: StartOptions): Promise<Running> {
  const { dataDir } = options;
  mkdirSync(dataDir, { recursive: true });
  let db = await openDatabase(dataDir);
  if (options.fresh) {
    // Opened first: the lock says whether the folder is in use. Its Java, if one is left, is ended by pid.
    db.close();
    await endOrphanedJava(dataDir);
    for (const name of OURS) rmSync(join(dataDir, name), { recursive: true, force: true });
    db = await openDatabase(dataDir);
  }
  const logs = createLogs(dataDir);
  const stopping: (() => Promise<void> | void)[] = [];
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= (async () => {
      for (const step of stopping.reverse()) await step();
      logs.close();
      db.close();
    })();
    return stopped;
  };

  try {
    const starting = startDynamoDb(dataDir);
    stopping.push(async () => (await starting.catch(() => null))?.stop());

    let answerSite: RequestListener = (_req, res) => sendJson(res, 503, { message: "starting" });
    let answerAws: RequestListener = answerSite;
    const site = await listen((req, res) => answerSite(req, res), options.port ?? 0);
    stopping.push(site.close);
    const aws = await listen((req, res) => answerAws(req, res), options.awsPort ?? 0);
    stopping.push(aws.close);

    const assemblyDir = await options.assemblyDir;
    const java = await starting;
    const activity = createActivity();
    const clock = createClock(db, activity);
    stopping.push(() => clock.stop());
    const cloud: Cloud = {
      ...environmentOf(assemblyDir),
      compiledDir: join(assemblyDir, "compiled"),
      dataDir,
      siteUrl: `http://localhost:${site.port}`,
      awsUrl: `http://localhost:${aws.port}`,
      dynamoDbUrl: java.url,
      clock,
      activity,
      db,
      log: (stream, line) => logs.log(stream, line),
      services: new Map(),
      functions: new Map(),
      roles: new Map(),
      mappings: {
        list: () => streams.list(),
        setEnabled: (uuid, enabled) => streams.setEnabled(uuid, enabled),
      },
      invoke: (nameOrArn, payload) => host.invoke(nameOrArn, payload),
      invokeAsync: (nameOrArn, payload) => queue.add(nameOrArn, payload),
      onTableWrite: (table) => streams.nudge(table),
      async call(name, action, input) {
        const service = cloud.services.get(name);
        const found = service?.actions[action];
        if (!found) throw new AwsError("UnknownOperationException", `${name} has no action ${action} here`);
        const call = { service: name, action, accessKeyId: "local" };
        return found.run(checkInput(found, input) as never, call);
      },
    };
    const host = createFunctionHost(cloud);
    const queue = createAsyncQueue(cloud);
    const streams = createStreams(cloud);
    stopping.push(async () => {
      const halted = streams.stop();
      await host.stop();
      await halted;
    });
    const services = createServices(cloud);
    const { executions } = services.states;
    stopping.push(() => services.dynamodb.close());

    let deployment = await deploy(cloud, { services, streams, queue }, assemblyDir);
    const loadDemo = async () => {
      await options.demo?.loadDemo(cloud);
      db.exec("INSERT OR REPLACE INTO cloud_state VALUES ('demo', 'loaded')");
    };
    if (!db.prepare("SELECT 1 FROM cloud_state WHERE key = 'demo'").get()) await loadDemo();

    async function reset(): Promise<void> {
      const answering = answerSite;
      let done = () => {};
      const finished = new Promise<void>((resolve) => (done = resolve));
      // Requests that come meanwhile wait; those that run are let finish.
      answerSite = (req, res) => void finished.then(() => answering(req, res));
      try {
        clock.stop();
        await streams.stop();
        await activity.quiet(Date.now() + 10_000).catch(() => {});
        await host.recycle();
        const { TableNames } = await dynamo<{ TableNames: string[] }>(cloud.dynamoDbUrl, "ListTables", {});
        for (const TableName of TableNames) await dynamo(cloud.dynamoDbUrl, "DeleteTable", { TableName });
        const tables = db
          .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
          .all();
        for (const { name } of tables as { name: string }[]) {
          if (!KEPT_TABLES.includes(name)) db.exec(`DELETE FROM "${name}"`);
        }
        rmSync(join(dataDir, "s3"), { recursive: true, force: true });
        streams.clear();
        deployment = await deploy(cloud, { services, streams, queue }, assemblyDir);
        await loadDemo();
      } finally {
        streams.start();
        clock.start();
        answerSite = answering;
        done();
      }
    }

    const front = createFront(cloud, () => deployment.routes);
    const control = createControl(cloud, { clock, executions, demo: options.demo ?? null, reset });
    answerAws = createGateway(cloud);
    const oidc = createOidc(cloud, { people: () => options.demo?.people(cloud) ?? [] });
    answerSite = (req, res) => {
      const path = req.url ?? "/";
      if (path.startsWith(`${OIDC_PATH}/`)) oidc(req, res);
      else if (control.owns(path)) control.answer(req, res);
      else front(req, res);
    };
    queue.restore();
    executions.restore();
    streams.start();
    clock.start();
    if (options.prewarm) {
      const behindRoutes = deployment.routes.map(({ functionArn }) => functionName(functionArn));
      void (async () => {
        for (const name of new Set([...behindRoutes, ...cloud.functions.keys()])) {
          if (!stopped) await host.warm(name);
        }
      })();
    }
    return {
      cloud,
      executions,
      get deployment() {
        return deployment;
      },
      siteUrl: cloud.siteUrl,
      awsUrl: cloud.awsUrl,
      advance: (by) => clock.advance(by instanceof Date ? by.getTime() : clock.now() + by),
      quiet: () => activity.quiet(Date.now() + 120_000),
      reset,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
