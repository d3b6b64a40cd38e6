import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../infra/entries.ts";
import { type Json, ofType, type Properties, pathOf, type Synth, synth } from "./synth.ts";

type Key = { AttributeName: string; KeyType: string };
type Index = { IndexName: string; KeySchema: Key[]; Projection: { ProjectionType: string } };

let laptop: Synth;
let production: Synth;
let tables: Map<string, Properties>;

beforeAll(async () => {
  [laptop, production] = [await synth(), await synth("production")];
  tables = new Map(
    ofType(laptop.data, "AWS::DynamoDB::Table").map(([id, table]) => [
      pathOf(laptop.data.Resources[id]),
      table,
    ]),
  );
}, 60_000);

const keysOf = (schema: Json | undefined): string[] =>
  (schema as Key[]).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`);
const indexesOf = (table: Properties | undefined): Index[] =>
  (table?.GlobalSecondaryIndexes ?? []) as Index[];

describe("tables", () => {
  test("are the five that others build on, with literal keys", () => {
    expect(Object.fromEntries([...tables].map(([name, table]) => [name, keysOf(table.KeySchema)]))).toEqual({
      Cases: ["pk HASH", "sk RANGE"],
      Customers: ["pk HASH", "sk RANGE"],
      Ledger: ["pk HASH", "sk RANGE"],
      Directory: ["pk HASH", "sk RANGE"],
      Idempotency: ["pk HASH"],
    });
  });

  test.each(["Cases", "Customers", "Ledger", "Directory", "Idempotency"])(
    "%s is on demand and recoverable",
    (name) => {
      expect(tables.get(name)?.BillingMode).toBe("PAY_PER_REQUEST");
      expect(tables.get(name)?.PointInTimeRecoverySpecification).toEqual({
        PointInTimeRecoveryEnabled: true,
      });
    },
  );

  test("Cases stream both images, customers the new one; four tables let items expire", () => {
    const streams = [...tables].filter(([, table]) => table.StreamSpecification !== undefined);
    expect(streams.map(([name, table]) => [name, table.StreamSpecification])).toEqual([
      ["Cases", { StreamViewType: "NEW_AND_OLD_IMAGES" }],
      ["Customers", { StreamViewType: "NEW_IMAGE" }],
    ]);
    const expiring = [...tables].filter(([, table]) => table.TimeToLiveSpecification !== undefined);
    expect(expiring.map(([name]) => name)).toEqual(["Cases", "Customers", "Directory", "Idempotency"]);
    for (const [, table] of expiring) {
      expect(table.TimeToLiveSpecification).toEqual({ AttributeName: "expiresAt", Enabled: true });
    }
  });

  test("indexes hold whole items", () => {
    for (const table of tables.values()) {
      for (const { Projection } of indexesOf(table)) expect(Projection).toEqual({ ProjectionType: "ALL" });
    }
  });

  test("key attributes are strings, except the shards", () => {
    const numbers = [...tables.values()].flatMap(({ AttributeDefinitions }) =>
      (AttributeDefinitions as { AttributeName: string; AttributeType: string }[])
        .filter(({ AttributeType }) => AttributeType !== "S")
        .map(({ AttributeName, AttributeType }) => `${AttributeName} ${AttributeType}`),
    );
    expect(numbers).toEqual(["shard N", "dueShard N", "listShard N"]);
  });

  // infra/indexes.json is the last release. DynamoDB adds or removes one index of a table at a time, so a release that
  // changes two cannot be deployed. After a release, write what it deployed into the file.
  test("a release adds or removes at most one index per table", () => {
    const released = JSON.parse(readFileSync(join(ROOT, "infra", "indexes.json"), "utf8")) as Record<
      string,
      Record<string, string[]>
    >;
    const changes = [...new Set([...tables.keys(), ...Object.keys(released)])].map((name) => {
      const now = indexesOf(tables.get(name)).map(
        ({ IndexName, KeySchema }) => `${IndexName} ${keysOf(KeySchema)}`,
      );
      const before = Object.entries(released[name] ?? {}).map(([index, keys]) => `${index} ${keys}`);
      const changed = [
        ...now.filter((one) => !before.includes(one)),
        ...before.filter((one) => !now.includes(one)),
      ];
      return { name, changed: released[name] === undefined ? [] : changed };
    });
    expect(changes.filter(({ changed }) => changed.length > 1)).toEqual([]);
  });
});

describe("documents, secret and accounts", () => {
  test("the bucket is private, versioned, encrypted and speaks TLS only", () => {
    const [[, bucket] = ["", {}]] = ofType(laptop.data, "AWS::S3::Bucket");
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(bucket.VersioningConfiguration).toEqual({ Status: "Enabled" });
    expect(JSON.stringify(bucket.BucketEncryption)).toContain("AES256");
    const [[, policy] = ["", {}]] = ofType(laptop.data, "AWS::S3::BucketPolicy");
    const { Statement } = policy.PolicyDocument as { Statement: { Effect: string; Condition: Json }[] };
    expect(Statement).toHaveLength(1);
    expect(Statement[0]).toMatchObject({
      Effect: "Deny",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  test("uploads that nobody confirms are gone after a day", () => {
    const [[, bucket] = ["", {}]] = ofType(laptop.data, "AWS::S3::Bucket");
    const { Rules } = bucket.LifecycleConfiguration as { Rules: Properties[] };
    expect(Rules.find(({ Prefix }) => Prefix === "tmp/")).toMatchObject({
      ExpirationInDays: 1,
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      Status: "Enabled",
    });
    expect(Rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined)).toHaveLength(1);
  });

  test("the site may upload from a browser, others may not", () => {
    const [[, bucket] = ["", {}]] = ofType(laptop.data, "AWS::S3::Bucket");
    const { CorsRules } = bucket.CorsConfiguration as { CorsRules: Properties[] };
    expect(CorsRules).toHaveLength(1);
    expect(CorsRules[0]?.AllowedMethods).toEqual(["PUT", "POST"]);
    expect(JSON.stringify(CorsRules[0]?.AllowedOrigins)).toMatch(/https:\/\/\*\.execute-api\.ap-southeast-1/);
  });

  test("the secret is made up by AWS, in the shape that links read", () => {
    const [[, secret] = ["", {}], ...others] = ofType(laptop.data, "AWS::SecretsManager::Secret");
    expect(others).toEqual([]);
    expect(secret.SecretString).toBeUndefined();
    expect(secret.GenerateSecretString).toMatchObject({
      SecretStringTemplate: '{"current":"k1"}',
      GenerateStringKey: "k1",
      PasswordLength: 64,
    });
  });

  test("accounts are made by an administrator and need a second factor", () => {
    const [[, pool] = ["", {}]] = ofType(laptop.data, "AWS::Cognito::UserPool");
    expect(pool.AdminCreateUserConfig).toMatchObject({ AllowAdminCreateUserOnly: true });
    expect(pool.MfaConfiguration).toBe("ON");
  });
});

describe("stages", () => {
  const stateful = [
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
    "AWS::Cognito::UserPool",
  ];

  test("production keeps and guards what holds data", () => {
    const kept = Object.values(production.data.Resources).filter(({ Type }) => stateful.includes(Type));
    expect(kept).toHaveLength(8);
    for (const { DeletionPolicy } of kept) expect(DeletionPolicy).toBe("Retain");
    for (const [, table] of ofType(production.data, "AWS::DynamoDB::Table")) {
      expect(table.DeletionProtectionEnabled).toBe(true);
    }
  });

  test("a laptop's stack can be removed", () => {
    for (const { Type, DeletionPolicy } of Object.values(laptop.data.Resources)) {
      if (stateful.includes(Type)) expect(DeletionPolicy).toBe("Delete");
    }
  });

  test("nothing in the data stack refers to the service stack", () => {
    expect(JSON.stringify(laptop.data.Resources)).not.toContain("Fn::ImportValue");
  });

  test("no template has a custom resource", () => {
    for (const { data, service } of [laptop, production]) {
      const types = [...Object.values(data.Resources), ...Object.values(service.Resources)].map(
        ({ Type }) => Type,
      );
      expect(types.filter((type) => type.startsWith("Custom::") || type.includes("CustomResource"))).toEqual(
        [],
      );
    }
  });

  test("cdk-nag has no unacknowledged finding", () => {
    expect(laptop.findings).toEqual([]);
    expect(production.findings).toEqual([]);
  });
});
