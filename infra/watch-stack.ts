/**
 * What watches the service: its alarms. A stack of its own, because a stack holds five hundred resources and an alarm for
 * every function is many of them (docs/decisions/0014).
 */
import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { StageConfig } from "./config.ts";
import { Alarms } from "./constructs/alarms.ts";
import type { ServiceStack } from "./service-stack.ts";

export type WatchStackProps = StackProps & { config: StageConfig; service: ServiceStack };

export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, { config, service, ...props }: WatchStackProps) {
    super(scope, id, props);
    new Alarms(this, "Alarms", { ...service.watched, email: config.alarmEmail });
  }
}
