/** Every CloudFormation type that the embedded cloud can create. */
import type { CreateResource } from "../deploy.ts";
import { apiTypes } from "./api.ts";
import { dynamoDbTypes } from "./dynamodb.ts";
import { identityTypes } from "./identity.ts";
import { inertTypes } from "./inert.ts";
import { lambdaTypes } from "./lambda.ts";
import { messagingTypes } from "./messaging.ts";
import { statesTypes } from "./states.ts";
import { storageTypes } from "./storage.ts";

export const resourceTypes: Record<string, CreateResource> = {
  ...apiTypes,
  ...dynamoDbTypes,
  ...identityTypes,
  ...inertTypes,
  ...lambdaTypes,
  ...messagingTypes,
  ...statesTypes,
  ...storageTypes,
};
