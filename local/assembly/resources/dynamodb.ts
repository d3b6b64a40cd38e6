/** Tables, created in DynamoDB Local; a table that exists gets the indexes that the template has added. */
import { dynamo } from "../../dynamodb/client.ts";
import { AwsError, type Cloud } from "../../kernel.ts";
import type { CreateResource, ResourceContext } from "../deploy.ts";
import type { Resource } from "../template.ts";

type Key = { AttributeName: string; KeyType: string };
type Index = { IndexName: string; KeySchema: Key[]; Projection: unknown };
type Attribute = { AttributeName: string; AttributeType: string };
type TableProps = {
  TableName?: string;
  KeySchema: Key[];
  AttributeDefinitions: Attribute[];
  GlobalSecondaryIndexes?: Index[];
  LocalSecondaryIndexes?: Index[];
  StreamSpecification?: { StreamViewType: string };
  TimeToLiveSpecification?: { AttributeName: string; Enabled?: boolean };
};
type Described = {
  Table: {
    KeySchema: Key[];
    TableStatus: string;
    LatestStreamLabel?: string;
    GlobalSecondaryIndexes?: (Index & { IndexStatus: string })[];
  };
};

const index = ({ IndexName, KeySchema, Projection }: Index) => ({ IndexName, KeySchema, Projection });
const keys = (schema: Key[]) => schema.map((key) => `${key.AttributeName}:${key.KeyType}`).join(",");

async function describe(cloud: Cloud, TableName: string): Promise<Described["Table"] | null> {
  try {
    return (await dynamo<Described>(cloud.dynamoDbUrl, "DescribeTable", { TableName })).Table;
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return null;
    throw error;
  }
}

/** Adds and removes indexes until the table has those of the template, one at a time as DynamoDB wants it. */
async function alignIndexes(cloud: Cloud, TableName: string, props: TableProps): Promise<void> {
  for (let faults = 0; ; ) {
    const table = (await describe(cloud, TableName))!;
    const present = table.GlobalSecondaryIndexes ?? [];
    if (present.some(({ IndexStatus }) => IndexStatus !== "ACTIVE")) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    const wanted = props.GlobalSecondaryIndexes ?? [];
    const same = (a: Index, b: Index) =>
      a.IndexName === b.IndexName && keys(a.KeySchema) === keys(b.KeySchema);
    const extra = present.find((old) => !wanted.some((one) => same(one, old)));
    const missing = wanted.find((one) => !present.some((old) => same(one, old)));
    const update = extra
      ? { Delete: { IndexName: extra.IndexName } }
      : missing
        ? { Create: index(missing) }
        : null;
    if (!update) return;
    try {
      await dynamo(cloud.dynamoDbUrl, "UpdateTable", {
        TableName,
        AttributeDefinitions: props.AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [update],
      });
    } catch (error) {
      // DynamoDB Local sometimes answers an internal fault here when it is busy; what is there is looked at anew.
      if (!(error instanceof AwsError) || error.status < 500 || faults++ === 5) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function createTable(props: TableProps, ctx: ResourceContext): Promise<Resource> {
  const { cloud } = ctx;
  const TableName = ctx.name(props.TableName, 255);
  const existing = await describe(cloud, TableName);
  if (!existing) {
    await dynamo(cloud.dynamoDbUrl, "CreateTable", {
      TableName,
      KeySchema: props.KeySchema,
      AttributeDefinitions: props.AttributeDefinitions,
      BillingMode: "PAY_PER_REQUEST",
      GlobalSecondaryIndexes: props.GlobalSecondaryIndexes?.map(index),
      LocalSecondaryIndexes: props.LocalSecondaryIndexes?.map(index),
      StreamSpecification: props.StreamSpecification && {
        StreamEnabled: true,
        StreamViewType: props.StreamSpecification.StreamViewType,
      },
    });
    const ttl = props.TimeToLiveSpecification;
    if (ttl && ttl.Enabled !== false) {
      await dynamo(cloud.dynamoDbUrl, "UpdateTimeToLive", {
        TableName,
        TimeToLiveSpecification: { AttributeName: ttl.AttributeName, Enabled: true },
      });
    }
  } else {
    if (keys(existing.KeySchema) !== keys(props.KeySchema)) {
      throw new Error(`the key of table ${TableName} has changed: start with --fresh`);
    }
    await alignIndexes(cloud, TableName, props);
    if (props.StreamSpecification && !existing.LatestStreamLabel) {
      const StreamSpecification = {
        StreamEnabled: true,
        StreamViewType: props.StreamSpecification.StreamViewType,
      };
      await dynamo(cloud.dynamoDbUrl, "UpdateTable", { TableName, StreamSpecification });
    }
  }
  const Arn = ctx.arn("dynamodb", `table/${TableName}`);
  const label =
    props.StreamSpecification && (existing ?? (await describe(cloud, TableName)))?.LatestStreamLabel;
  return {
    ref: TableName,
    attributes: { Arn, TableId: ctx.id(32), ...(label && { StreamArn: `${Arn}/stream/${label}` }) },
  };
}

export const dynamoDbTypes: Record<string, CreateResource> = {
  "AWS::DynamoDB::Table": createTable,
  "AWS::DynamoDB::GlobalTable": createTable,
};
