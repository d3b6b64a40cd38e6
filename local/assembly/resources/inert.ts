/** Types that have a name and an ARN and do nothing here: logs go to files, nothing is encrypted, nobody is paged. */
import type { CreateResource } from "../deploy.ts";

/** Property that holds an explicit name, and the service and path of the ARN (`*` stands for the name). */
const TYPES: Record<string, { name?: string; arn?: [service: string, path: string] }> = {
  "AWS::CDK::Metadata": {},
  "AWS::CloudWatch::Alarm": { name: "AlarmName", arn: ["cloudwatch", "alarm:*"] },
  "AWS::CloudWatch::CompositeAlarm": { name: "AlarmName", arn: ["cloudwatch", "alarm:*"] },
  "AWS::CloudWatch::Dashboard": { name: "DashboardName" },
  "AWS::KMS::Alias": { name: "AliasName" },
  "AWS::Lambda::Permission": {},
  "AWS::Logs::LogGroup": { name: "LogGroupName", arn: ["logs", "log-group:*:*"] },
  "AWS::Logs::MetricFilter": { name: "FilterName" },
  "AWS::S3::BucketPolicy": {},
  "AWS::SNS::TopicPolicy": {},
  "AWS::SQS::QueuePolicy": {},
};

const inert = Object.entries(TYPES).map(([type, { name, arn }]): [string, CreateResource] => [
  type,
  (props: Record<string, unknown>, ctx) => {
    const ref = ctx.name(name ? props[name] : undefined, 128);
    // Only the first star is the name: the ARN of a log group ends in ":*".
    return { ref, attributes: arn ? { Arn: ctx.arn(arn[0], arn[1].replace("*", ref)) } : {} };
  },
]);

export const inertTypes: Record<string, CreateResource> = {
  ...Object.fromEntries(inert),
  "AWS::KMS::Key": (_props, ctx) => {
    const ref = ctx.id(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return { ref, attributes: { KeyId: ref, Arn: ctx.arn("kms", `key/${ref}`) } };
  },
};
