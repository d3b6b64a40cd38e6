/** Buckets and secrets. */
import type { GenerateSecretString } from "../../services/secretsmanager.ts";
import type { CreateResource } from "../deploy.ts";
import { ensure } from "./provision.ts";

export const storageTypes: Record<string, CreateResource> = {
  "AWS::S3::Bucket": async (props: { BucketName?: string }, ctx) => {
    const name = ctx.name(props.BucketName, 63).toLowerCase();
    await ensure(ctx, "s3", "CreateBucket", { Bucket: name }, [
      "BucketAlreadyOwnedByYou",
      "BucketAlreadyExists",
    ]);
    const domain = `${name}.s3.${ctx.cloud.region}.amazonaws.com`;
    return {
      ref: name,
      attributes: { Arn: `arn:aws:s3:::${name}`, DomainName: domain, RegionalDomainName: domain },
    };
  },
  "AWS::SecretsManager::Secret": (
    props: { Name?: string; SecretString?: string; GenerateSecretString?: GenerateSecretString },
    ctx,
  ) => {
    const value = props.SecretString ?? props.GenerateSecretString ?? {};
    const ref = ctx.services.secretsmanager.provision(ctx.name(props.Name, 512), value);
    return { ref, attributes: { Id: ref } };
  },
};
