/** A tiny cloud assembly, written by hand into a temporary folder: no CDK, no application. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type FunctionFixture = { code: string; properties?: object; file?: string };
export type Fixture = {
  functions?: Record<string, FunctionFixture>;
  resources?: Record<string, object>;
  template?: object;
};

export const temporaryFolder = () => mkdtempSync(join(tmpdir(), "careloop-test-"));

/** Writes the assembly of one stack and returns its folder. */
export function writeAssembly({ functions = {}, resources = {}, template = {} }: Fixture): string {
  const dir = temporaryFolder();
  const files: Record<string, object> = {};
  const all: Record<string, object> = { Role: { Type: "AWS::IAM::Role", Properties: {} }, ...resources };
  for (const [id, { code, properties, file = "index.js" }] of Object.entries(functions)) {
    mkdirSync(join(dir, `asset.${id}`));
    writeFileSync(join(dir, `asset.${id}`, file), code);
    files[id] = { source: { path: `asset.${id}` }, destinations: { current: { objectKey: `${id}.zip` } } };
    all[id] = {
      Type: "AWS::Lambda::Function",
      Properties: {
        FunctionName: id.toLowerCase(),
        Handler: "index.handler",
        Code: { S3Bucket: "assets", S3Key: `${id}.zip` },
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        ...properties,
      },
    };
  }
  writeFileSync(join(dir, "stack.template.json"), JSON.stringify({ ...template, Resources: all }));
  writeFileSync(join(dir, "stack.assets.json"), JSON.stringify({ files }));
  writeFileSync(
    join(dir, "manifest.json"),
    JSON.stringify({
      artifacts: {
        "stack.assets": { type: "cdk:asset-manifest", properties: { file: "stack.assets.json" } },
        stack: { type: "aws:cloudformation:stack", properties: { templateFile: "stack.template.json" } },
      },
    }),
  );
  return dir;
}

/** Resources of an HTTP API with a route to each function: `{"GET /a": "FunctionId"}`. */
export function httpApi(routes: Record<string, string>): Record<string, object> {
  const resources: Record<string, object> = {
    Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "api", ProtocolType: "HTTP" } },
  };
  for (const [i, [RouteKey, id]] of Object.entries(routes).entries()) {
    resources[`Integration${i}`] = {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: { Ref: "Api" },
        IntegrationType: "AWS_PROXY",
        IntegrationUri: { "Fn::GetAtt": [id, "Arn"] },
        PayloadFormatVersion: "2.0",
      },
    };
    resources[`Route${i}`] = {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: { RouteKey, Target: { "Fn::Join": ["", ["integrations/", { Ref: `Integration${i}` }]] } },
    };
  }
  return resources;
}

/** A table with a stream, and a mapping from it to a function. */
export function streamedTable(functionId: string, mapping: object = {}): Record<string, object> {
  return {
    Table: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        TableName: "things",
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
      },
    },
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        FunctionName: { Ref: functionId },
        EventSourceArn: { "Fn::GetAtt": ["Table", "StreamArn"] },
        StartingPosition: "TRIM_HORIZON",
        ...mapping,
      },
    },
  };
}

/** A state machine of this definition, whose functions are named by physical name in their ARN. */
export const stateMachine = (name: string, definition: object): object => ({
  Type: "AWS::StepFunctions::StateMachine",
  Properties: {
    StateMachineName: name,
    DefinitionString: JSON.stringify({ QueryLanguage: "JSONata", ...definition }),
    RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
  },
});
