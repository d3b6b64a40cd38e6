/** Acknowledged findings of cdk-nag. */
import { Stack, Token, Validations } from "aws-cdk-lib";
import type * as iam from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

/**
 * Acknowledges one wildcard resource in a role's policy. The finding is the resource as cdk-nag prints it, so a
 * wildcard that is another by one character stops the synthesis and names itself.
 */
export function acknowledgeWildcard(role: iam.Role, finding: string, reason: string): void {
  // Not Validations.acknowledge: it takes a second `::` in an id for a separator.
  // A function's grants stand in its role, those of all others in a policy beside it.
  const place = role.node.tryFindChild("DefaultPolicy") ?? role.node.defaultChild!;
  place.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, {
    [`AwsSolutions-IAM5[Resource::${finding}]`]: reason,
  });
}

/** An ARN of this stack's region and account as cdk-nag prints it. */
export function printedArn(scope: Construct, service: string, resource: string): string {
  const { region, account } = Stack.of(scope);
  return `arn:<AWS::Partition>:${service}:${region}:${Token.isUnresolved(account) ? "<AWS::AccountId>" : account}:${resource}`;
}
