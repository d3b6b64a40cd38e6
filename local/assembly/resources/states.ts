/** State machines, their published versions and aliases. */
import { readFileSync } from "node:fs";
import type { CreateResource } from "../deploy.ts";
import { ensure } from "./provision.ts";

type MachineProps = {
  StateMachineName?: string;
  StateMachineType?: string;
  RoleArn: string;
  Definition?: object;
  DefinitionString?: string;
  DefinitionS3Location?: { Bucket: string; Key: string };
  DefinitionSubstitutions?: Record<string, unknown>;
};

export const statesTypes: Record<string, CreateResource> = {
  "AWS::StepFunctions::StateMachine": async (props: MachineProps, ctx) => {
    const name = ctx.name(props.StateMachineName, 80);
    if (props.StateMachineType === "EXPRESS") throw new Error("no EXPRESS state machines");
    const text = props.DefinitionS3Location
      ? readFileSync(ctx.asset(props.DefinitionS3Location.Key), "utf8")
      : (props.DefinitionString ?? JSON.stringify(props.Definition));
    const substitutions = props.DefinitionSubstitutions ?? {};
    const definition = text.replace(/\$\{([\w-]+)\}/g, (whole, key: string) =>
      key in substitutions ? String(substitutions[key]) : whole,
    );
    const Arn = ctx.arn("states", `stateMachine:${name}`);
    const input = { name, definition, roleArn: props.RoleArn };
    const made = await ensure(ctx, "states", "CreateStateMachine", input, ["StateMachineAlreadyExists"]);
    if (!made) await ensure(ctx, "states", "UpdateStateMachine", { ...input, stateMachineArn: Arn });
    const described = await ensure<{ revisionId: string }>(ctx, "states", "DescribeStateMachine", {
      stateMachineArn: Arn,
    });
    return { ref: Arn, attributes: { Arn, Name: name, StateMachineRevisionId: described!.revisionId } };
  },
  "AWS::StepFunctions::StateMachineVersion": async (props: { StateMachineArn: string }, ctx) => {
    const made = await ensure<{ stateMachineVersionArn: string }>(
      ctx,
      "states",
      "PublishStateMachineVersion",
      {
        stateMachineArn: props.StateMachineArn,
      },
    );
    const Arn = made!.stateMachineVersionArn;
    return { ref: Arn, attributes: { Arn } };
  },
  "AWS::StepFunctions::StateMachineAlias": async (
    props: {
      Name?: string;
      RoutingConfiguration?: { StateMachineVersionArn: string; Weight: number }[];
      DeploymentPreference?: { StateMachineVersionArn: string };
    },
    ctx,
  ) => {
    const versions = props.RoutingConfiguration?.map((route) => ({
      stateMachineVersionArn: route.StateMachineVersionArn,
      weight: Number(route.Weight),
    })) ?? [{ stateMachineVersionArn: props.DeploymentPreference!.StateMachineVersionArn, weight: 100 }];
    const name = ctx.name(props.Name, 80);
    const Arn = `${versions[0]!.stateMachineVersionArn.replace(/:\d+$/, "")}:${name}`;
    const input = { name, routingConfiguration: versions };
    const made = await ensure(ctx, "states", "CreateStateMachineAlias", input, ["ConflictException"]);
    if (!made)
      await ensure(ctx, "states", "UpdateStateMachineAlias", { ...input, stateMachineAliasArn: Arn });
    return { ref: Arn, attributes: { Arn } };
  },
};
