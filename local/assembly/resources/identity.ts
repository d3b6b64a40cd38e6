/** Roles (each with an access key of its own) and the user pool that the demo staff sign in to. */
import { createHash } from "node:crypto";
import { OIDC_PATH } from "../../kernel.ts";
import type { CreateResource } from "../deploy.ts";

/** The access key of whoever acts in a role: stable, one per role, so that the endpoint knows the caller. */
export function accessKeyOf(roleArn: string): string {
  return `AKIA${createHash("sha256").update(roleArn).digest("hex").slice(0, 16).toUpperCase()}`;
}

export const identityTypes: Record<string, CreateResource> = {
  "AWS::Cognito::UserPool": (_props, ctx) => {
    const ref = `${ctx.cloud.region}_${ctx.id(9)}`;
    return {
      ref,
      attributes: {
        Arn: ctx.arn("cognito-idp", `userpool/${ref}`),
        UserPoolId: ref,
        ProviderName: `cognito-idp.${ctx.cloud.region}.amazonaws.com/${ref}`,
        ProviderURL: `${ctx.cloud.siteUrl}${OIDC_PATH}`,
      },
    };
  },
  "AWS::Cognito::UserPoolClient": (props: { ClientName?: string; CallbackURLs?: string[] }, ctx) => {
    const ref = ctx.id(26);
    return { ref, attributes: { ClientId: ref, Name: ctx.name(props.ClientName, 128) } };
  },
  "AWS::Cognito::UserPoolDomain": ({ Domain }: { Domain: string }) => ({ ref: Domain, attributes: {} }),
  "AWS::Cognito::UserPoolGroup": ({ GroupName }: { GroupName?: string }, ctx) => ({
    ref: ctx.name(GroupName, 128),
    attributes: {},
  }),
  "AWS::IAM::Role": (props: { RoleName?: string; Path?: string }, ctx) => {
    const name = ctx.name(props.RoleName);
    const Arn = `arn:aws:iam::${ctx.cloud.accountId}:role${props.Path ?? "/"}${name}`;
    ctx.cloud.roles.set(accessKeyOf(Arn), name);
    return { ref: name, attributes: { Arn, RoleId: `AROA${ctx.id(16).toUpperCase()}` } };
  },
  "AWS::IAM::Policy": ({ PolicyName }: { PolicyName?: string }, ctx) => ({
    ref: ctx.name(PolicyName, 128),
    attributes: {},
  }),
  "AWS::IAM::ManagedPolicy": ({ ManagedPolicyName }: { ManagedPolicyName?: string }, ctx) => {
    const PolicyArn = `arn:aws:iam::${ctx.cloud.accountId}:policy/${ctx.name(ManagedPolicyName, 128)}`;
    return { ref: PolicyArn, attributes: { PolicyArn } };
  },
};
