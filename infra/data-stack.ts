/**
 * Everything that holds data: tables, documents, staff accounts, the key of the links. It refers to nothing of the
 * service stack, so a release of the code never touches it.
 */
import { Duration, RemovalPolicy, Stack, type StackProps, Validations } from "aws-cdk-lib";
import * as cognito from "aws-cdk-lib/aws-cognito";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as secretsmanager from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import type { StageConfig } from "./config.ts";

const string = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });
const number = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.NUMBER });

export type DataStackProps = StackProps & { config: StageConfig };

export class DataStack extends Stack {
  /** One item collection per case; its stream drives everything that follows a transaction. */
  readonly cases: dynamodb.Table;
  readonly customers: dynamodb.Table;
  /** Budgets and their entries. */
  readonly ledger: dynamodb.Table;
  /** Staff, policies, calendar years and sessions. */
  readonly directory: dynamodb.Table;
  /** Answers of writes that carried an idempotency key, for 24 hours. */
  readonly idempotency: dynamodb.Table;
  /** Attachments: `tmp/` until they are confirmed, `case/` after that. */
  readonly documents: s3.Bucket;
  /** Keys that links and nonces are derived from. */
  readonly linkSecret: secretsmanager.Secret;
  /** Staff accounts, unless the firm has a provider of its own. */
  readonly userPool: cognito.UserPool | undefined;

  constructor(scope: Construct, id: string, { config, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: config.retain });
    const removalPolicy = config.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const table = (name: string, options: Partial<dynamodb.TableProps> = {}) =>
      new dynamodb.Table(this, name, {
        partitionKey: string("pk"),
        sortKey: string("sk"),
        billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: config.retain,
        removalPolicy,
        ...options,
      });

    // Indexes on natural attributes. At most one per table is added or removed in a release: see indexes.json.
    this.cases = table("Cases", {
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: "expiresAt",
    });
    this.cases.addGlobalSecondaryIndex({
      indexName: "byAssignee",
      partitionKey: string("assignee"),
      sortKeys: [string("status"), string("dueAt")],
    });
    this.cases.addGlobalSecondaryIndex({
      indexName: "byCustomer",
      partitionKey: string("customerId"),
      sortKey: string("createdAt"),
    });
    this.cases.addGlobalSecondaryIndex({
      indexName: "byCreator",
      partitionKey: string("createdBy"),
      sortKey: string("createdAt"),
    });
    this.cases.addGlobalSecondaryIndex({
      indexName: "byProcess",
      partitionKeys: [string("process"), number("shard")],
      sortKeys: [string("status"), string("dueAt")],
    });
    this.cases.addGlobalSecondaryIndex({
      indexName: "byDueDay",
      partitionKeys: [string("dueDay"), number("shard")],
      sortKey: string("dueAt"),
    });
    this.cases.addGlobalSecondaryIndex({
      indexName: "byPending",
      partitionKey: string("pending"),
      sortKey: string("dueAt"),
    });

    // Its stream says that an import is decided; who writes it to its end follows that one item.
    this.customers = table("Customers", {
      stream: dynamodb.StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: "expiresAt",
    });
    this.customers.addGlobalSecondaryIndex({
      indexName: "byOwner",
      partitionKey: string("owner"),
      sortKey: string("nextDueOn"),
    });
    this.customers.addGlobalSecondaryIndex({
      indexName: "byDue",
      partitionKey: number("dueShard"),
      sortKey: string("nextDueOn"),
    });
    this.customers.addGlobalSecondaryIndex({
      indexName: "byName",
      partitionKey: number("listShard"),
      sortKey: string("sortName"),
    });

    this.ledger = table("Ledger");

    this.directory = table("Directory", { timeToLiveAttribute: "expiresAt" });
    this.idempotency = table("Idempotency", { sortKey: undefined, timeToLiveAttribute: "expiresAt" });

    this.documents = new s3.Bucket(this, "Documents", {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      removalPolicy,
      lifecycleRules: [
        {
          id: "uploads-nobody-confirmed",
          prefix: "tmp/",
          expiration: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        // Long enough to undo a mistake, short enough for a person's right to erasure.
        { id: "deleted-documents", noncurrentVersionExpiration: Duration.days(30) },
      ],
      cors: [
        {
          // Without a domain of its own the site is on the API's address, which this stack does not know.
          allowedOrigins: [config.siteUrl ?? `https://*.execute-api.${this.region}.${this.urlSuffix}`],
          allowedMethods: [s3.HttpMethods.PUT, s3.HttpMethods.POST],
          allowedHeaders: ["content-type", "x-amz-*"],
          maxAge: 3600,
        },
      ],
    });
    Validations.of(this.documents).acknowledge({
      id: "AwsSolutions-S1",
      reason:
        "Server access logs keep the whole request address, and with presigned addresses that is the capability to read or write a document.",
    });

    this.linkSecret = new secretsmanager.Secret(this, "LinkSecret", {
      description: "Keys that links and nonces are derived from, by key id; `current` signs new ones.",
      removalPolicy,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ current: "k1" }),
        generateStringKey: "k1",
        passwordLength: 64,
        excludePunctuation: true,
      },
    });
    Validations.of(this.linkSecret).acknowledge({
      id: "AwsSolutions-SMG4",
      reason:
        "Rotated by adding a key id: links that older keys signed stay valid until they expire, which rotation on a schedule would break.",
    });

    this.userPool = config.issuer === undefined ? this.staffAccounts(config, removalPolicy) : undefined;
  }

  /** Accounts are made by an administrator; sign-in asks for a one-time code as second factor. */
  private staffAccounts(config: StageConfig, removalPolicy: RemovalPolicy): cognito.UserPool {
    const pool = new cognito.UserPool(this, "Staff", {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      mfa: cognito.Mfa.REQUIRED,
      mfaSecondFactor: { sms: false, otp: true },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      featurePlan: cognito.FeaturePlan.PLUS,
      standardThreatProtectionMode: cognito.StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: config.retain,
      removalPolicy,
    });
    // The provider's sign-in page; prefixes are unique among all accounts of a region.
    pool.addDomain("SignIn", {
      cognitoDomain: { domainPrefix: `careloop-${config.name}-${this.account}` },
    });
    return pool;
  }
}
