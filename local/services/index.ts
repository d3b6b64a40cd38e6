/** The services of this cloud. */
import type { Cloud } from "../kernel.ts";
import { createDynamoDb } from "./dynamodb.ts";
import { createEvents } from "./events.ts";
import { createLambda } from "./lambda.ts";
import { createS3 } from "./s3.ts";
import { createScheduler } from "./scheduler.ts";
import { createSecretsManager } from "./secretsmanager.ts";
import { createSes } from "./ses.ts";
import { createSns } from "./sns.ts";
import { createSqs } from "./sqs.ts";
import { createStates } from "./states.ts";

/** Makes every service and puts it where the endpoint finds it. */
export function createServices(cloud: Cloud) {
  const services = {
    dynamodb: createDynamoDb(cloud),
    events: createEvents(cloud),
    lambda: createLambda(cloud),
    s3: createS3(cloud),
    scheduler: createScheduler(cloud),
    secretsmanager: createSecretsManager(cloud),
    ses: createSes(cloud),
    sns: createSns(cloud),
    sqs: createSqs(cloud),
    states: createStates(cloud),
  };
  for (const { service } of Object.values(services)) cloud.services.set(service.name, service);
  return services;
}

export type Services = ReturnType<typeof createServices>;
