/**
 * What the parts of the embedded cloud share: one context object, one virtual clock, one durable store, one way
 * to describe a service. A service is a table of actions; a resource type is a function from properties to
 * {ref, attributes}; neither knows who calls it.
 */
import type { DatabaseSync } from "node:sqlite";
import type * as z from "zod";

/** A thing that waits on the virtual clock. The clock asks every source and fires the earliest due one first. */
export type TimerSource = {
  name: string;
  /** The earliest waiting entry: virtual instant and creation order (ties fire in creation order); null = none. */
  next(): { at: number; created: number } | null;
  /** Fires exactly that one entry. Called with the clock standing at its instant when time is being advanced. */
  fire(): Promise<void>;
};

export type Clock = {
  /** Virtual now in epoch milliseconds: real time plus an offset that only grows (kept over restarts). */
  now(): number;
  /** The shared memory that workers read the offset from (one Float64, milliseconds). */
  offsetBuffer: SharedArrayBuffer;
  addSource(source: TimerSource): void;
  /** A source calls this when its earliest entry changed, so that the clock re-arms. */
  changed(): void;
};

/** Counts what is running, so that "quiet" can be decided and named. */
export type Activity = {
  /** Marks one piece of work as running until the returned function is called. */
  begin(what: string): () => void;
  /** Names of what runs now; empty = quiet as far as activity is concerned. */
  running(): string[];
  /** A probe that names undelivered work of its own kind (for example stream records), empty when none. */
  addProbe(probe: () => string[]): void;
  /** The owner of a probe calls this when its answer may have become empty. */
  changed(): void;
};

/** A function as the template describes it, after intrinsics were resolved. */
export type FunctionConfig = {
  name: string;
  arn: string;
  handler: string;
  /** Folder of the bundle. */
  codeDir: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Record<string, string>;
  roleArn: string;
  /** One access key per role; it names the caller at the endpoint. */
  accessKeyId: string;
  description: string;
  deadLetterArn: string | null;
};

/** What the Lambda API shows of a stream mapping. */
export type StreamMapping = {
  uuid: string;
  functionArn: string;
  eventSourceArn: string;
  enabled: boolean;
  batchSize: number;
};

/** An error in AWS's shape: `code` as the service names it, `status` as HTTP. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly extra: Record<string, unknown>;
  constructor(code: string, message: string, status = 400, extra: Record<string, unknown> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.extra = extra;
  }
}

/** One AWS call as an action sees it, whatever the protocol was. */
export type Call = {
  service: string;
  action: string;
  accessKeyId: string;
  /** Only for rest protocols that carry raw bodies (S3). */
  http?: {
    method: string;
    path: string;
    query: URLSearchParams;
    headers: Record<string, string>;
    body: Buffer;
  };
};

/** Output of a rest action that is not a document. */
export type RawAnswer = { status: number; headers: Record<string, string>; body: Buffer | string };

export type Action = {
  /** Validates and types the input; missing = any object. */
  input?: z.ZodType;
  /** For rest-json and rest-xml: method and path template, e.g. "POST /schedules/{Name}". */
  route?: string;
  run(input: never, call: Call): Promise<unknown> | unknown;
};

export type Service = {
  /** SigV4 signing name: dynamodb, states, scheduler, email/ses, sns, s3, secretsmanager, events, lambda, sqs. */
  name: string;
  protocol: "json" | "rest-json" | "query" | "rest-xml";
  /** json protocol: the X-Amz-Target prefix, e.g. AWSStepFunctions. query protocol: the XML namespace. */
  target?: string;
  actions: Record<string, Action>;
};

/** Where the OIDC issuer answers on the site's port, in the place of the user pool. */
export const OIDC_PATH = "/_local/oidc";

/** The context that every part receives. Services look each other up through it and never import each other. */
export type Cloud = {
  region: string;
  accountId: string;
  /** Where compiled code of the functions is kept: beside their bundles, so that every cloud of an assembly shares it. */
  compiledDir: string;
  /** Folder of everything that survives a restart. */
  dataDir: string;
  /** http://localhost:PORT, the site as a browser sees it. */
  siteUrl: string;
  /** http://localhost:AWS_PORT, the one endpoint that speaks the AWS protocols. */
  awsUrl: string;
  clock: Clock;
  activity: Activity;
  /** One SQLite file in dataDir (WAL; survives kill -9). Each service makes and owns its tables, prefixed by its name. */
  db: DatabaseSync;
  /** Appends one line to dataDir/logs/<stream>.log. Never given secrets. */
  log(stream: string, line: string): void;
  services: Map<string, Service>;
  /** Lambda by name or ARN (alias suffix allowed). Resolves with what the function returned or rejects with FunctionError. */
  invoke(functionNameOrArn: string, payload: unknown): Promise<unknown>;
  /** Asynchronous invocation: queued durably, retried twice, then the failure destination. */
  invokeAsync(functionNameOrArn: string, payload: unknown): void;
  /** Calls an action of a service of this cloud, as the SDK would. */
  call(service: string, action: string, input: object): Promise<unknown>;
  /** http://127.0.0.1:PORT of DynamoDB Local itself, behind the gateway. */
  dynamoDbUrl: string;
  /** Functions by name, for the Lambda API. Filled while the assembly is deployed. */
  functions: Map<string, FunctionConfig>;
  /** Names of roles by access key id. The key of whoever is not a role of the template is not in it. */
  roles: Map<string, string>;
  /** Stream mappings, for the Lambda API. */
  mappings: { list(): StreamMapping[]; setEnabled(uuid: string, enabled: boolean): StreamMapping };
  /** The DynamoDB gateway calls this after each successful write, so that stream records are fetched at once. */
  onTableWrite?(tableName: string): void;
};

/** The cloud is being stopped: what was asked was neither done nor refused, and is found again at the next start. */
export const STOPPING = "Stopping";
export const isStopping = (error: unknown): boolean => error instanceof AwsError && error.code === STOPPING;

/** What a function threw, named as Lambda reports it. */
export class FunctionError extends Error {
  readonly errorType: string;
  readonly payload: unknown;
  constructor(errorType: string, message: string, payload: unknown) {
    super(message);
    this.name = "FunctionError";
    this.errorType = errorType;
    this.payload = payload;
  }
}
