/** Buckets and secrets. */
import type { GenerateSecretString } from "../../services/secretsmanager.ts";
import type { CreateResource } from "../deploy.ts";

type LifecycleRule = { Status: string; Prefix?: string; ExpirationInDays?: number };

export const storageTypes: Record<string, CreateResource> = {
  "AWS::S3::Bucket": (
    props: { BucketName?: string; LifecycleConfiguration?: { Rules: LifecycleRule[] } },
    ctx,
  ) => {
    const name = ctx.name(props.BucketName, 63).toLowerCase();
    const rules = (props.LifecycleConfiguration?.Rules ?? []).filter(
      (rule) => rule.Status === "Enabled" && rule.ExpirationInDays !== undefined,
    );
    ctx.services.s3.provisionBucket(
      name,
      rules.map((rule) => ({ prefix: rule.Prefix ?? "", days: Number(rule.ExpirationInDays) })),
    );
    // The host of signed addresses: functions call this cloud by number (lambda/host.ts), which makes the SDK put the
    // bucket into the path.
    const host = `127.0.0.1:${new URL(ctx.cloud.awsUrl).port}`;
    return {
      ref: name,
      attributes: { Arn: `arn:aws:s3:::${name}`, DomainName: host, RegionalDomainName: host },
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
