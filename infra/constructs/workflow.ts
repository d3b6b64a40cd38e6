/** A state machine from a file of workflows/. */

import { join } from "node:path";
import { ArnFormat, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as logs from "aws-cdk-lib/aws-logs";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { ROOT } from "../entries.ts";
import { acknowledgeWildcard, printedArn } from "./acknowledge.ts";

export type WorkflowProps = {
  /** Name of the file in workflows/, without `.asl.json`. */
  file: string;
  /** Values for the `${Name}` of the file. */
  substitutions: Record<string, string>;
  logRetention: logs.RetentionDays;
};

/** Executions are started through this alias, so that one under way keeps the version it began with. */
const ALIAS = "live";

/**
 * A standard workflow: logged without its data (task tokens are in it), traced, and published as a version behind the
 * alias `live` with every change. Versions are kept. Grants are written out, for none can be derived from a file.
 */
export class Workflow extends Construct {
  readonly machine: sfn.StateMachine;
  readonly role: iam.Role;
  /** Within the role, for the same reason as a function's (node-function.ts). */
  private readonly calls = new iam.PolicyDocument();
  /** Starts the version in force. */
  readonly aliasArn: string;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, "Logs", {
      // With this prefix the log service needs no entry per group in its resource policy, which is limited in size.
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-${props.file}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("states.amazonaws.com"),
      inlinePolicies: {
        Observe: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: [
                "logs:CreateLogDelivery",
                "logs:GetLogDelivery",
                "logs:UpdateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:DescribeResourcePolicies",
                "logs:DescribeLogGroups",
              ],
              resources: ["*"],
            }),
            new iam.PolicyStatement({
              actions: [
                "xray:PutTraceSegments",
                "xray:PutTelemetryRecords",
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
              ],
              resources: ["*"],
            }),
          ],
        }),
        Calls: this.calls,
      },
    });
    Validations.of(this.role.node.defaultChild!).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason:
        "Neither log delivery nor X-Ray knows resources. This policy holds nothing else on all resources.",
    });
    this.machine = new sfn.StateMachine(this, "Machine", {
      definitionBody: sfn.DefinitionBody.fromFile(join(ROOT, "workflows", `${props.file}.asl.json`)),
      definitionSubstitutions: props.substitutions,
      stateMachineType: sfn.StateMachineType.STANDARD,
      role: this.role.withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: { destination: logGroup, level: sfn.LogLevel.ALL, includeExecutionData: false },
    });
    const version = new sfn.CfnStateMachineVersion(this, "Version", {
      stateMachineArn: this.machine.stateMachineArn,
      stateMachineRevisionId: this.machine.stateMachineRevisionId,
    });
    version.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.aliasArn = new sfn.CfnStateMachineAlias(this, "Alias", {
      name: ALIAS,
      routingConfiguration: [{ stateMachineVersionArn: version.attrArn, weight: 100 }],
    }).attrArn;
  }

  /** Lets the executions call these actions on these resources. */
  allow(actions: string[], ...resources: string[]): void {
    this.calls.addStatements(new iam.PolicyStatement({ actions, resources }));
  }

  /**
   * What a role needs to start the version in force, and no other. Permissions for an alias name the state machine
   * and the alias as a condition: https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
   */
  startStatement(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ["states:StartExecution"],
      resources: [this.machine.stateMachineArn],
      conditions: { "ForAnyValue:StringEquals": { "states:StateMachineQualifier": [ALIAS] } },
    });
  }

  /**
   * Lets this workflow run the version in force of another and wait for its end (`.sync`): start it, watch and stop
   * its executions, and keep the rule by which Step Functions hears of their end.
   */
  runs(child: Workflow): void {
    this.calls.addStatements(child.startStatement());
    const stack = Stack.of(this);
    const executions = stack.formatArn({
      service: "states",
      resource: "execution",
      resourceName: `${child.machine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.allow(["states:DescribeExecution", "states:StopExecution"], executions);
    const name = stack.getLogicalId(child.machine.node.defaultChild as sfn.CfnStateMachine);
    acknowledgeWildcard(
      this.role,
      printedArn(this, "states", `execution:<${name}.Name>:*`),
      "Executions of this one workflow: their names are made when they start.",
    );
    this.allow(
      ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      stack.formatArn({
        service: "events",
        resource: "rule",
        resourceName: "StepFunctionsGetEventsForStepFunctionsExecutionRule",
      }),
    );
  }
}
