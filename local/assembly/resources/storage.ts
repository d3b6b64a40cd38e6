/** Buckets and secrets. */
import { randomInt } from "node:crypto";
import type { CreateResource } from "../deploy.ts";
import { ensure } from "./provision.ts";

type Generate = {
  PasswordLength?: number;
  ExcludeCharacters?: string;
  ExcludeLowercase?: boolean;
  ExcludeUppercase?: boolean;
  ExcludeNumbers?: boolean;
  ExcludePunctuation?: boolean;
  IncludeSpace?: boolean;
  SecretStringTemplate?: string;
  GenerateStringKey?: string;
};

/** A secret as Secrets Manager would make it up. */
function generate(wish: Generate): string {
  const alphabet = [
    wish.ExcludeLowercase ? "" : "abcdefghijklmnopqrstuvwxyz",
    wish.ExcludeUppercase ? "" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    wish.ExcludeNumbers ? "" : "0123456789",
    wish.ExcludePunctuation ? "" : "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    wish.IncludeSpace ? " " : "",
  ]
    .join("")
    .split("")
    .filter((character) => !wish.ExcludeCharacters?.includes(character));
  const secret = Array.from(
    { length: wish.PasswordLength ?? 32 },
    () => alphabet[randomInt(alphabet.length)],
  ).join("");
  if (!wish.GenerateStringKey) return secret;
  return JSON.stringify({
    ...JSON.parse(wish.SecretStringTemplate ?? "{}"),
    [wish.GenerateStringKey]: secret,
  });
}

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
  "AWS::SecretsManager::Secret": async (
    props: { Name?: string; SecretString?: string; GenerateSecretString?: Generate; Description?: string },
    ctx,
  ) => {
    const Name = ctx.name(props.Name, 512);
    const SecretString = props.SecretString ?? generate(props.GenerateSecretString ?? {});
    const made = await ensure<{ ARN: string }>(
      ctx,
      "secretsmanager",
      "CreateSecret",
      { Name, SecretString },
      ["ResourceExistsException"],
    );
    const known =
      made ?? (await ensure<{ ARN: string }>(ctx, "secretsmanager", "DescribeSecret", { SecretId: Name }));
    return { ref: known!.ARN, attributes: { Id: known!.ARN } };
  },
};
