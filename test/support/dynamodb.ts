/**
 * DynamoDB Local for one test file, with the tables as they are deployed (docs/access-patterns.md), the demo company in them
 * and the environment that the functions read. Everything else of AWS is the stub of aws-stub.ts.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { loadDemo } from "../../local/demo/load.ts";
import { DATABASE_REGION, dynamo, startDynamoDb } from "../../local/dynamodb/client.ts";
import type { Cloud } from "../../local/kernel.ts";
import { type AwsStub, startAwsStub } from "./aws-stub.ts";

type Item = Record<string, unknown>;
type Attributes = Parameters<typeof unmarshall>[0];

export type TestTables = {
  url: string;
  aws: AwsStub;
  /** Writes one item as it is, past every rule. */
  put(table: TableName, item: Item): Promise<void>;
  get(table: TableName, pk: string, sk: string): Promise<Item | null>;
  /** All items of a partition. */
  items(table: TableName, pk: string): Promise<Item[]>;
  /** How many items the whole table has. */
  count(table: TableName): Promise<number>;
  /** Empties the tables and loads the demo company again. */
  reset(): Promise<void>;
  stop(): Promise<void>;
};

export type TableName = "Cases" | "Ledger" | "Directory" | "Idempotency" | "Customers";

/** Attributes of a key: one name, or several of a multi-attribute key. */
type Index = { hash: string[]; range: string[] };
type Shape = { sk: boolean; indexes: Record<string, Index> };

const NUMBERS = ["shard", "dueShard", "listShard"];

/** As infra/data-stack.ts deploys them; test/infra/tables.test.ts compares the two. */
export const TABLES: Record<TableName, Shape> = {
  Cases: {
    sk: true,
    indexes: {
      byAssignee: { hash: ["assignee"], range: ["status", "dueAt"] },
      byCreator: { hash: ["createdBy"], range: ["createdAt"] },
      byCustomer: { hash: ["customerId"], range: ["createdAt"] },
      byProcess: { hash: ["process", "shard"], range: ["status", "dueAt"] },
      byDueDay: { hash: ["dueDay", "shard"], range: ["dueAt"] },
      byPending: { hash: ["pending"], range: ["dueAt"] },
    },
  },
  Ledger: { sk: true, indexes: {} },
  Directory: { sk: true, indexes: {} },
  Idempotency: { sk: false, indexes: {} },
  Customers: {
    sk: true,
    indexes: {
      byOwner: { hash: ["owner"], range: ["nextDueOn"] },
      byDue: { hash: ["dueShard"], range: ["nextDueOn"] },
      byName: { hash: ["listShard"], range: ["sortName"] },
    },
  },
};
const NAMES = Object.keys(TABLES) as TableName[];

const ENVIRONMENT: Record<string, string> = {
  AWS_REGION: DATABASE_REGION,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  CASES_TABLE: "Cases",
  LEDGER_TABLE: "Ledger",
  DIRECTORY_TABLE: "Directory",
  IDEMPOTENCY_TABLE: "Idempotency",
  CUSTOMERS_TABLE: "Customers",
  LINK_SECRET_ARN: "arn:aws:secretsmanager:local:secret:link-keys",
  STATE_MACHINE_RECEPTION: "arn:aws:states:cn-north-1:000000000000:stateMachine:Reception:live",
  STATE_MACHINE_BUDGET_CHANGE: "arn:aws:states:cn-north-1:000000000000:stateMachine:BudgetChange:live",
  STATE_MACHINE_REPLAN_CALENDAR: "arn:aws:states:cn-north-1:000000000000:stateMachine:ReplanCalendar:live",
  STATE_MACHINE_CLAIM: "arn:aws:states:cn-north-1:000000000000:stateMachine:Claim:live",
  STATE_MACHINE_COMPLAINT: "arn:aws:states:cn-north-1:000000000000:stateMachine:Complaint:live",
  STATE_MACHINE_FOLLOW_UP: "arn:aws:states:cn-north-1:000000000000:stateMachine:FollowUp:live",
  STATE_MACHINE_PLAN_FOLLOW_UPS: "arn:aws:states:cn-north-1:000000000000:stateMachine:PlanFollowUps:live",
  STATE_MACHINE_GENERATE_CAMPAIGN:
    "arn:aws:states:cn-north-1:000000000000:stateMachine:GenerateCampaign:live",
  CONTACTED_FUNCTION_NAME: "planner-contacted",
  SCHEDULER_GROUP: "careloop",
  SCHEDULER_ROLE_ARN: "arn:aws:iam::000000000000:role/scheduler",
  SCHEDULER_DLQ_ARN: "arn:aws:sqs:cn-north-1:000000000000:scheduler-dlq",
  REMIND_FUNCTION_ARN: "arn:aws:lambda:cn-north-1:000000000000:function:step-remind",
  ADVANCE_FUNCTION_NAME: "case-advance",
  DISPATCH_FUNCTION_NAME: "message-dispatch",
  BASE_URL: "https://careloop.example",
  OIDC_ISSUER: "https://issuer.example",
};

export const keySchema = ({ hash, range }: Index) => [
  ...hash.map((AttributeName) => ({ AttributeName, KeyType: "HASH" })),
  ...range.map((AttributeName) => ({ AttributeName, KeyType: "RANGE" })),
];

async function create(url: string, name: TableName): Promise<void> {
  const { sk, indexes } = TABLES[name];
  const own: Index = { hash: ["pk"], range: sk ? ["sk"] : [] };
  const used = new Set([own, ...Object.values(indexes)].flatMap(({ hash, range }) => [...hash, ...range]));
  await dynamo(url, "CreateTable", {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: keySchema(own),
    AttributeDefinitions: [...used].map((AttributeName) => ({
      AttributeName,
      AttributeType: NUMBERS.includes(AttributeName) ? "N" : "S",
    })),
    ...(Object.keys(indexes).length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
            IndexName,
            KeySchema: keySchema(index),
            Projection: { ProjectionType: "ALL" },
          })),
        }),
  });
}

/** What the loader of the demo company needs of an embedded cloud. */
const asCloud = (url: string): Cloud =>
  ({
    dynamoDbUrl: url,
    clock: { now: () => Date.now() },
    functions: new Map([["all", { environment: ENVIRONMENT }]]),
  }) as unknown as Cloud;

/** Starts database and stub and loads the demo company; buckets begin with the month of the (virtual) clock. */
export async function startTables(memoryMb?: number): Promise<TestTables> {
  // In memory where the system has a place for that: each commit waits for the disk otherwise.
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "careloop-store-"));
  const [database, aws] = await Promise.all([startDynamoDb(folder, memoryMb), startAwsStub()]);
  const { url } = database;
  // The key id names the database, for the clients of the functions too.
  const { origin, username } = new URL(url);
  Object.assign(process.env, ENVIRONMENT, {
    AWS_ACCESS_KEY_ID: username || "test",
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: origin,
  });

  async function fill(): Promise<void> {
    await Promise.all(NAMES.map((name) => create(url, name)));
    await loadDemo(asCloud(url));
  }
  await fill();

  return {
    url,
    aws,
    async put(table, item) {
      await dynamo(url, "PutItem", {
        TableName: table,
        Item: marshall(item, { removeUndefinedValues: true }),
      });
    },
    async get(table, pk, sk) {
      const answer = await dynamo<{ Item?: Attributes }>(url, "GetItem", {
        TableName: table,
        Key: marshall(TABLES[table].sk ? { pk, sk } : { pk }),
        ConsistentRead: true,
      });
      return answer.Item ? unmarshall(answer.Item) : null;
    },
    async items(table, pk) {
      const answer = await dynamo<{ Items: Attributes[] }>(url, "Query", {
        TableName: table,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: pk } },
        ConsistentRead: true,
      });
      return answer.Items.map((item) => unmarshall(item));
    },
    async count(table) {
      const answer = await dynamo<{ Count: number }>(url, "Scan", { TableName: table, Select: "COUNT" });
      return answer.Count;
    },
    async reset() {
      await Promise.all(NAMES.map((TableName) => dynamo(url, "DeleteTable", { TableName })));
      await fill();
      aws.clear();
    },
    async stop() {
      await Promise.all([database.stop(), aws.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
