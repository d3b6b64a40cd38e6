/** One Lambda function of the project. */

import { join } from "node:path";
import { Duration, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as logs from "aws-cdk-lib/aws-logs";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { BUNDLES_DIR, type FunctionName } from "../entries.ts";

export type NodeFunctionProps = Pick<lambda.FunctionOptions, "description" | "timeout" | "memorySize"> & {
  /** Which bundle it runs. */
  bundle: FunctionName;
  environment?: Record<string, string>;
  logRetention: logs.RetentionDays;
  /** For functions that are called asynchronously: where an event goes that failed for good. */
  failures?: sqs.IQueue;
};

/** Where the metrics of all functions are; their dimension `service` is the bundle. */
export const METRICS_NAMESPACE = "CareLoop";

/**
 * A function from its prebuilt bundle, with a role, a log group and a trace of its own. The role holds what `allow`
 * was told and nothing else: the CDK's own additions are kept out, so that a policy is what this project wrote.
 */
export class NodeFunction extends Construct {
  readonly bundle: FunctionName;
  readonly function: lambda.Function;
  readonly role: iam.Role;
  /** Stands in the role itself: a policy beside it would be one more of the five hundred resources that a stack may have. */
  private readonly grants = new iam.PolicyDocument();

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    this.bundle = props.bundle;
    const logGroup = new logs.LogGroup(this, "Logs", { retention: props.logRetention });
    this.role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: {
        Observe: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
              resources: [logGroup.logGroupArn],
            }),
            new iam.PolicyStatement({
              actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
              resources: ["*"],
            }),
          ],
        }),
        Grants: this.grants,
      },
    });
    Validations.of(this.role.node.defaultChild!).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason:
        "X-Ray knows no resources for sending traces. Nothing else of this role is on all resources (test/infra/grants.ts).",
    });
    this.function = new lambda.Function(this, "Function", {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(join(BUNDLES_DIR, props.bundle)),
      handler: "index.handler",
      timeout: props.timeout,
      memorySize: props.memorySize ?? 512,
      role: this.role.withoutPolicyUpdates(),
      tracing: lambda.Tracing.ACTIVE,
      logGroup,
      environment: {
        POWERTOOLS_SERVICE_NAME: props.bundle,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        LOG_LEVEL: "INFO",
        ...props.environment,
      },
    });
    if (props.failures) {
      this.allow(["sqs:SendMessage"], props.failures.queueArn);
      this.function.configureAsyncInvoke({
        onFailure: new SqsDestination(props.failures),
        retryAttempts: 2,
        maxEventAge: Duration.hours(6),
      });
    }
  }

  /** Lets the function call these actions on these resources. */
  allow(actions: string[], ...resources: string[]): void {
    this.allowWhere({}, actions, ...resources);
  }

  /** Like `allow`, under conditions. */
  allowWhere(conditions: iam.Conditions, actions: string[], ...resources: string[]): void {
    this.allowBy(new iam.PolicyStatement({ actions, resources, conditions }));
  }

  /** The same as a whole statement. */
  allowBy(statement: iam.PolicyStatement): void {
    this.grants.addStatements(statement);
  }

  /** Gives environment variables that are known only after the function. */
  addEnvironment(variables: Record<string, string>): void {
    for (const [name, value] of Object.entries(variables)) this.function.addEnvironment(name, value);
  }
}
