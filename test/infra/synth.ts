/** The templates of one stage, synthesised in this process once and shared by the tests of a worker. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsSolutionsChecks } from "cdk-nag";
import { createApp } from "../../infra/app.ts";
import { bundleFunctions } from "../../infra/bundle.ts";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Properties = { [key: string]: Json };
export type Resource = {
  Type: string;
  Properties?: Properties;
  DependsOn?: string[];
  DeletionPolicy?: string;
  Metadata?: { "aws:cdk:path"?: string };
};
export type Template = {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: Json; Export?: { Name: string } }>;
};
export type Synth = {
  data: Template;
  service: Template;
  watch: Template;
  /** Findings of cdk-nag, `rule: construct`. */
  findings: string[];
};

const made = new Map<string, Promise<Synth>>();

/** Synthesises a stage of cdk.json, or of the context given; the same stage is made once. */
export function synth(stage = "laptop", context: object = {}): Promise<Synth> {
  const known = made.get(stage) ?? run(stage, context);
  made.set(stage, known);
  return known;
}

async function run(stage: string, context: object): Promise<Synth> {
  await bundleFunctions();
  process.env.CDK_VALIDATION = "false";
  const outdir = mkdtempSync(join(tmpdir(), "careloop-synth-"));
  try {
    const { app, data, service, watch } = createApp({
      outdir,
      context: { ...context, stage, "aws:cdk:enable-path-metadata": true },
    });
    const assembly = app.synth();
    const template = (name: string) => assembly.getStackArtifact(name).template as Template;
    const report = new AwsSolutionsChecks(app).validateScope(app);
    return {
      data: template(data.artifactId),
      service: template(service.artifactId),
      watch: template(watch.artifactId),
      findings: report.violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${ruleName}: ${constructPath}`),
      ),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The resources of a type, with their logical ids. */
export const ofType = (template: Template, type: string): [id: string, properties: Properties][] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resource.Properties ?? {}]);

/** Where a construct is in its stack: `CaseAdvance/Role`. */
export const pathOf = (resource: Resource | undefined): string =>
  (resource?.Metadata?.["aws:cdk:path"] ?? "")
    .split("/")
    .slice(1)
    .join("/")
    .replace(/\/Resource$/, "");

/**
 * Makes a value readable: references become the path of what they refer to, across stacks too
 * (`Cases/index/byPending`, `StepOpen/Function`, `Cases.StreamArn`).
 */
export function readable(value: Json, from: Template, exporter: Template): string {
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map((item) => readable(item, from, exporter)).join(",");
  const [[name, argument] = ["", ""]] = Object.entries(value);
  const named = (id: string) => (id.startsWith("AWS::") ? `<${id.slice(5)}>` : pathOf(from.Resources[id]));
  if (name === "Ref") return named(String(argument));
  if (name === "Fn::GetAtt") {
    const [id, attribute] = argument as [string, string];
    return attribute === "Arn" ? named(id) : `${named(id)}.${attribute}`;
  }
  if (name === "Fn::Join") {
    const [separator, parts] = argument as [string, Json[]];
    return parts.map((part) => readable(part, from, exporter)).join(separator);
  }
  if (name === "Fn::ImportValue") {
    const output = Object.values(exporter.Outputs ?? {}).find(({ Export }) => Export?.Name === argument);
    if (!output) throw new Error(`nothing exports ${String(argument)}`);
    return readable(output.Value, exporter, exporter);
  }
  throw new Error(`cannot read ${JSON.stringify(value)}`);
}
