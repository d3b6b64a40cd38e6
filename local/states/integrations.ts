/**
 * The optimised integrations of Step Functions: service to actions ("*" where the list is long and of no use here).
 * Anything else is reached as `aws-sdk:service:action`. Source: "Integrating optimized services", Step Functions
 * guide.
 */
const optimised: Record<string, readonly string[] | "*"> = {
  apigateway: ["invoke"],
  athena: ["startQueryExecution", "stopQueryExecution", "getQueryExecution", "getQueryResults"],
  batch: ["submitJob"],
  bedrock: ["invokeModel", "createModelCustomizationJob"],
  codebuild: ["startBuild", "stopBuild", "batchDeleteBuilds", "batchGetReports", "startBuildBatch"],
  databrew: ["startJobRun"],
  dynamodb: ["getItem", "putItem", "deleteItem", "updateItem"],
  ecs: ["runTask"],
  eks: "*",
  elasticmapreduce: "*",
  "emr-containers": "*",
  "emr-serverless": "*",
  events: ["putEvents"],
  glue: ["startJobRun"],
  http: ["invoke"],
  lambda: ["invoke"],
  mediaconvert: ["createJob"],
  sagemaker: "*",
  sns: ["publish"],
  sqs: ["sendMessage"],
  states: ["startExecution"],
};

/** Does Step Functions know this service integration? */
export function isKnownIntegration(service: string, action: string): boolean {
  if (service.startsWith("aws-sdk:")) return true;
  const actions = optimised[service];
  return actions === "*" || (actions?.includes(action) ?? false);
}
