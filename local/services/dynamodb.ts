/**
 * DynamoDB and its streams: requests go through to DynamoDB Local as they are. In front of it stands what it never
 * shows and AWS does: a write that meets a transaction in flight on the same item is refused.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
import { Agent, request } from "node:http";
import * as z from "zod";
import { authorizationFor } from "../dynamodb/client.ts";
import { AwsError, type Cloud, type RawAnswer, type Service } from "../kernel.ts";
import { action, type EdgeService, type WireCall } from "./action.ts";

type Attributes = Record<string, unknown>;
/** One write as the API has it; in a transaction there are several, each named by its kind. */
type Write = { TableName?: string; Item?: Attributes; Key?: Attributes };
type Body = Write & {
  TransactItems?: Record<string, Write>[];
  RequestItems?: Record<string, unknown>;
};

const SINGLE = new Set(["PutItem", "UpdateItem", "DeleteItem"]);
const WRITES = new Set([...SINGLE, "BatchWriteItem", "TransactWriteItems"]);
const CONFLICT = "Transaction is ongoing for the item";

/** The actions that other services of this cloud may call; the endpoint itself passes everything. */
const CALLABLE = [
  "GetItem",
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "Query",
  "TransactWriteItems",
  "DescribeTable",
];

export function createDynamoDb(cloud: Cloud) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const authorization = authorizationFor(cloud.dynamoDbUrl);

  function send(target: string, body: Buffer, headers: Record<string, string> = {}): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const passed = {
        "content-type": headers["content-type"] ?? "application/x-amz-json-1.0",
        "content-length": body.length,
        "x-amz-target": target,
        authorization,
      };
      const call = request(cloud.dynamoDbUrl, { method: "POST", agent, headers: passed }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const kept: Record<string, string> = {};
          for (const name of ["content-type", "x-amzn-requestid", "x-amz-crc32"]) {
            const value = answer.headers[name];
            if (typeof value === "string") kept[name] = value;
          }
          resolve({ status: answer.statusCode ?? 500, headers: kept, body: Buffer.concat(chunks) });
        });
      });
      call.on("error", (error) =>
        reject(new AwsError("InternalServerError", `DynamoDB Local does not answer: ${error.message}`, 500)),
      );
      call.end(body);
    });
  }

  /** Names of key attributes by table; asked once. A table that is not there has none, and is asked for again. */
  const schemas = new Map<string, Promise<string[]>>();
  function keyNames(table: string): Promise<string[]> {
    let names = schemas.get(table);
    if (!names) {
      names = (async () => {
        const answer = await send(
          "DynamoDB_20120810.DescribeTable",
          Buffer.from(JSON.stringify({ TableName: table })),
        );
        if (answer.status !== 200) return [];
        const { Table } = JSON.parse(String(answer.body)) as {
          Table: { KeySchema: { AttributeName: string }[] };
        };
        return Table.KeySchema.map((key) => key.AttributeName);
      })();
      schemas.set(table, names);
      void names.then(
        (found) => found.length === 0 && schemas.delete(table),
        () => schemas.delete(table),
      );
    }
    return names;
  }

  const tableOf = (name = "") => name.split("/").pop()!;

  /** Table and key of a write as one text; null when it has no complete key (DynamoDB Local will say so). */
  async function identity(write: Write): Promise<string | null> {
    const names = await keyNames(tableOf(write.TableName));
    const from = write.Key ?? write.Item;
    if (names.length === 0 || !from || names.some((name) => from[name] === undefined)) return null;
    return JSON.stringify([tableOf(write.TableName), ...names.map((name) => from[name])]);
  }

  /** Items being written now: how many transactions and how many single writes hold each. */
  const inFlight = { transactions: new Map<string, number>(), singles: new Map<string, number>() };
  function hold(kind: keyof typeof inFlight, ids: (string | null)[]): () => void {
    const counts = inFlight[kind];
    for (const id of ids) if (id) counts.set(id, (counts.get(id) ?? 0) + 1);
    return () => {
      for (const id of ids) {
        if (!id) continue;
        const left = counts.get(id)! - 1;
        if (left === 0) counts.delete(id);
        else counts.set(id, left);
      }
    };
  }

  /** Refuses a write that meets another, else marks its items until the returned function is called. */
  async function enter(name: string, body: Body): Promise<() => void> {
    if (SINGLE.has(name)) {
      const id = await identity(body);
      if (id && inFlight.transactions.has(id)) throw new AwsError("TransactionConflictException", CONFLICT);
      return hold("singles", [id]);
    }
    const items = body.TransactItems ?? [];
    const ids = await Promise.all(items.map((item) => identity(Object.values(item)[0] ?? {})));
    const meets = ids.map((id) => id !== null && (inFlight.transactions.has(id) || inFlight.singles.has(id)));
    if (!meets.includes(true)) return hold("transactions", ids);
    const reasons = meets.map((met) =>
      met ? { Code: "TransactionConflict", Message: CONFLICT } : { Code: "None" },
    );
    throw new AwsError(
      "TransactionCanceledException",
      "Transaction cancelled, please refer cancellation reasons for specific reasons " +
        `[${reasons.map((reason) => reason.Code).join(", ")}]`,
      400,
      { CancellationReasons: reasons },
    );
  }

  function tablesOf(name: string, body: Body): Set<string> {
    if (name === "BatchWriteItem") return new Set(Object.keys(body.RequestItems ?? {}).map(tableOf));
    if (SINGLE.has(name)) return new Set([tableOf(body.TableName)]);
    return new Set((body.TransactItems ?? []).map((item) => tableOf(Object.values(item)[0]?.TableName)));
  }

  async function pass(
    target: string,
    bytes: Buffer,
    headers: Record<string, string> = {},
  ): Promise<RawAnswer> {
    const name = target.split(".")[1] ?? "";
    if (name === "DeleteTable" || name === "CreateTable") schemas.clear();
    if (!WRITES.has(name)) return send(target, bytes, headers);
    let body: Body;
    try {
      body = JSON.parse(bytes.toString("utf8")) as Body;
    } catch {
      return send(target, bytes, headers);
    }
    const leave = name === "BatchWriteItem" ? () => {} : await enter(name, body);
    try {
      const answer = await send(target, bytes, headers);
      if (answer.status === 200) for (const table of tablesOf(name, body)) cloud.onTableWrite?.(table);
      return answer;
    } finally {
      leave();
    }
  }

  async function call(name: string, input: object): Promise<unknown> {
    const answer = await pass(`DynamoDB_20120810.${name}`, Buffer.from(JSON.stringify(input)));
    const body = JSON.parse(String(answer.body)) as Record<string, unknown>;
    if (answer.status === 200) return body;
    const { __type = "", message, Message, ...extra } = body as Record<string, string>;
    throw new AwsError(__type.split("#").pop()!, message ?? Message ?? "", answer.status, extra);
  }

  const actions: Service["actions"] = Object.fromEntries(
    CALLABLE.map((name) => [name, action(z.looseObject({}), (input) => call(name, input))]),
  );
  const service: EdgeService = {
    name: "dynamodb",
    protocol: "json",
    target: "DynamoDB_20120810",
    actions,
    raw: ({ http }: WireCall) => pass(http.headers["x-amz-target"] ?? "", http.body, http.headers),
  };
  return { service, close: () => agent.destroy() };
}
