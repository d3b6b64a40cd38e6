/** A cloud in memory for the tests of services: SQLite in memory, a clock that a test moves, recorded invocations. */
import { mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createGateway } from "../../../local/gateway/index.ts";
import {
  AwsError,
  type Cloud,
  type FunctionConfig,
  type Service,
  type TimerSource,
} from "../../../local/kernel.ts";

export type FakeCloud = Cloud & {
  /** Moves time to an instant and fires what is due on the way, each at its own instant. */
  advanceTo(at: number): Promise<void>;
  advance(ms: number): Promise<void>;
  /** Asynchronous invocations with the instant at which they were queued. */
  invoked: { name: string; payload: unknown; at: number }[];
  written: string[];
  add(...services: Service[]): void;
  addFunction(name: string, run?: (payload: unknown) => unknown): FunctionConfig;
  /** Starts the gateway; afterwards `awsUrl` answers. */
  listen(): Promise<void>;
  close(): Promise<void>;
  /** What the SDK clients are built with. */
  client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
};

/** `db` and `now` of an earlier cloud make this one its restart. */
export function fakeCloud(earlier?: { db: DatabaseSync; dataDir: string; now: number }): FakeCloud {
  let now = earlier?.now ?? Date.parse("2026-10-01T01:00:00Z");
  const sources: TimerSource[] = [];
  const runs = new Map<string, (payload: unknown) => unknown>();
  let server: Server | undefined;
  const cloud: FakeCloud = {
    region: "ap-southeast-1",
    accountId: "000000000000",
    compiledDir: "",
    dataDir: earlier?.dataDir ?? mkdtempSync(join(tmpdir(), "careloop-")),
    siteUrl: "http://localhost:3000",
    awsUrl: "",
    clock: {
      now: () => now,
      offsetBuffer: new SharedArrayBuffer(8),
      addSource: (source) => void sources.push(source),
      changed: () => {},
    },
    activity: { begin: () => () => {}, running: () => [], addProbe: () => {}, changed: () => {} },
    db: earlier?.db ?? new DatabaseSync(":memory:"),
    log: () => {},
    services: new Map(),
    async invoke(name, payload) {
      const run = runs.get(name.split(":")[6] ?? name);
      if (!run) throw new AwsError("ResourceNotFoundException", `Function not found: ${name}`, 404);
      return await run(payload);
    },
    invokeAsync: (name, payload) => void cloud.invoked.push({ name, payload, at: now }),
    async call(service, action, input) {
      const found = cloud.services.get(service)?.actions[action];
      if (!found) throw new Error(`no ${service}.${action}`);
      const checked = found.input ? found.input.parse(input) : input;
      return await found.run(checked as never, { service, action, accessKeyId: "" });
    },
    dynamoDbUrl: "",
    functions: new Map(),
    roles: new Map(),
    mappings: { list: () => [], setEnabled: () => ({}) as never },
    onTableWrite: (name) => void cloud.written.push(name),

    invoked: [],
    written: [],
    client: {
      endpoint: "",
      region: "ap-southeast-1",
      credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
      maxAttempts: 1,
    },
    async advanceTo(at) {
      for (;;) {
        const due = sources
          .flatMap((source) => {
            const next = source.next();
            return next && next.at <= at ? [{ ...next, source }] : [];
          })
          .sort((a, b) => a.at - b.at || a.created - b.created)[0];
        if (!due) break;
        now = Math.max(now, due.at);
        await due.source.fire();
      }
      now = Math.max(now, at);
    },
    advance: (ms) => cloud.advanceTo(now + ms),
    add(...services) {
      for (const service of services) cloud.services.set(service.name, service);
    },
    addFunction(name, run = () => null) {
      const config: FunctionConfig = {
        name,
        arn: `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${name}`,
        handler: "index.handler",
        codeDir: "/",
        timeoutSeconds: 30,
        memoryMb: 256,
        environment: {},
        roleArn: `arn:aws:iam::${cloud.accountId}:role/${name}`,
        accessKeyId: "AKIATEST",
        description: "",
        deadLetterArn: null,
      };
      cloud.functions.set(name, config);
      runs.set(name, run);
      return config;
    },
    async listen() {
      server = createServer(createGateway(cloud));
      await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
      cloud.awsUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
      cloud.client.endpoint = cloud.awsUrl;
    },
    async close() {
      server?.closeAllConnections();
      await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    },
  };
  return cloud;
}
