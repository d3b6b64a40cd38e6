/**
 * Deploys a cloud assembly (cdk.out) into the embedded cloud: every stack, every resource, in the order in which
 * they refer to each other.
 * https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-assemblies
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../kernel.ts";
import type { AsyncQueue } from "../lambda/queue.ts";
import type { Streams } from "../lambda/streams.ts";
import type { Services } from "../services/index.ts";
import { resourceTypes } from "./resources/index.ts";
import { condition, type Resource, resolve, type Scope, type Template } from "./template.ts";

/** A route of the HTTP API, e.g. `GET /cases/{caseId}`, and the function behind it. */
export type Route = { routeKey: string; functionArn: string };

/** What a resource type may use while it creates a resource. */
export type ResourceContext = {
  cloud: Cloud;
  services: Services;
  streams: Streams;
  queue: AsyncQueue;
  routes: Route[];
  /** Function ARNs by integration id. */
  integrations: Map<string, string>;
  stackName: string;
  logicalId: string;
  /** The explicit name, or stack and logical id as CloudFormation joins them, at most `max` characters. */
  name(explicit: unknown, max?: number): string;
  /** `length` characters [0-9a-z] that stay the same for this resource. */
  id(length: number): string;
  /** An ARN in this region and account. */
  arn(service: string, resource: string): string;
  /** Path of the file or folder that the CDK staged under that object key. */
  asset(key: string): string;
};

/** Creates one resource or brings an existing one up to date. Properties have no intrinsics left. */
export type CreateResource = (props: never, ctx: ResourceContext) => Promise<Resource> | Resource;

type Manifest = {
  artifacts?: Record<
    string,
    {
      type: string;
      environment?: string;
      properties?: { templateFile?: string; stackName?: string; file?: string };
    }
  >;
};
type AssetManifest = {
  files?: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
};
type Stack = { name: string; template: Template; scope: Scope; created: Map<string, Resource> };

export type Deployment = { routes: Route[]; outputs: Record<string, unknown> };

/** Reads region and account of the first stack; what the app leaves open is decided here. */
export function environmentOf(assemblyDir: string): { region: string; accountId: string } {
  const { artifacts = {} } = read<Manifest>(join(assemblyDir, "manifest.json"));
  const stack = Object.values(artifacts).find(({ type }) => type === "aws:cloudformation:stack");
  const [account = "", region = ""] = (stack?.environment ?? "").replace("aws://", "").split("/");
  return {
    region: region.startsWith("unknown") || !region ? "ap-southeast-1" : region,
    accountId: account.startsWith("unknown") || !account ? "000000000000" : account,
  };
}

/** Creates everything the assembly describes. Throws with stack, logical id and type of what it cannot create. */
export async function deploy(
  cloud: Cloud,
  parts: Pick<ResourceContext, "services" | "streams" | "queue">,
  assemblyDir: string,
): Promise<Deployment> {
  const { artifacts = {} } = read<Manifest>(join(assemblyDir, "manifest.json"));
  const assets = new Map<string, string>();
  const stacks: Stack[] = [];
  const routes: Route[] = [];
  const integrations = new Map<string, string>();
  for (const artifact of Object.values(artifacts)) {
    if (artifact.type === "cdk:asset-manifest") {
      const { files = {} } = read<AssetManifest>(join(assemblyDir, artifact.properties!.file!));
      for (const { source, destinations } of Object.values(files)) {
        for (const { objectKey } of Object.values(destinations))
          assets.set(objectKey, join(assemblyDir, source.path));
      }
    }
  }
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (artifact.type !== "aws:cloudformation:stack") continue;
    const template = read<Template>(join(assemblyDir, artifact.properties!.templateFile!));
    stacks.push(stackOf(artifact.properties?.stackName ?? id, template));
  }
  // Everything is known before anything is created: a type that is missing stops the start before it does half.
  for (const { name, template } of stacks) {
    for (const [id, { Type }] of Object.entries(template.Resources ?? {})) {
      if (!resourceTypes[Type]) throw new Error(`${name}: the embedded cloud does not know ${Type} (${id})`);
    }
  }

  function stackOf(name: string, template: Template): Stack {
    const created = new Map<string, Resource>();
    const creating = new Set<string>();
    const pseudo = {
      "AWS::Region": cloud.region,
      "AWS::AccountId": cloud.accountId,
      "AWS::Partition": "aws",
      "AWS::URLSuffix": "amazonaws.com",
      "AWS::StackName": name,
      "AWS::StackId": `arn:aws:cloudformation:${cloud.region}:${cloud.accountId}:stack/${name}/local`,
    };
    const scope: Scope = {
      template,
      pseudo,
      rewrite: (text) =>
        text.replace(/https:\/\/[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g, cloud.siteUrl),
      async resource(id) {
        const known = created.get(id);
        if (known) return known;
        const resource = template.Resources?.[id];
        if (!resource) throw new Error(`${name}: there is no resource ${id}`);
        if (creating.has(id))
          throw new Error(`${name}: ${[...creating, id].join(" -> ")} refer to each other`);
        creating.add(id);
        try {
          for (const other of [resource.DependsOn ?? []].flat()) await create(stack, other);
          const props = await resolve(resource.Properties ?? {}, scope);
          const made = await resourceTypes[resource.Type]!(props as never, contextOf(stack, id));
          created.set(id, made);
          return made;
        } catch (error) {
          const message = (error as Error).message;
          throw message.startsWith(`${name}: `)
            ? error
            : new Error(`${name}: ${id} (${resource.Type}): ${message}`);
        } finally {
          creating.delete(id);
        }
      },
      async imported(wanted) {
        for (const other of stacks) {
          for (const { Export, Value } of Object.values(other.template.Outputs ?? {})) {
            if (Export && (await resolve(Export.Name, other.scope)) === wanted)
              return resolve(Value, other.scope);
          }
        }
        throw new Error(`no stack exports ${wanted}`);
      },
    };
    const stack: Stack = { name, template, scope, created };
    return stack;
  }

  function contextOf(stack: Stack, logicalId: string): ResourceContext {
    const digest = createHash("sha256").update(`${stack.name}/${logicalId}`).digest("hex");
    return {
      cloud,
      ...parts,
      routes,
      integrations,
      stackName: stack.name,
      logicalId,
      name: (explicit, max = 64) =>
        typeof explicit === "string" ? explicit : `${stack.name}-${logicalId}`.slice(-max).replace(/^-+/, ""),
      id: (length) => BigInt(`0x${digest}`).toString(36).slice(0, length),
      arn: (service, resource) => `arn:aws:${service}:${cloud.region}:${cloud.accountId}:${resource}`,
      asset(key) {
        const path = assets.get(key);
        if (!path || !existsSync(path)) throw new Error(`the assembly has no asset ${key}`);
        return path;
      },
    };
  }

  async function create(stack: Stack, id: string): Promise<void> {
    const resource = stack.template.Resources?.[id];
    if (resource?.Condition && !(await condition(resource.Condition, stack.scope))) return;
    await stack.scope.resource(id);
  }

  for (const stack of stacks) {
    for (const id of Object.keys(stack.template.Resources ?? {})) await create(stack, id);
  }
  const outputs: Record<string, unknown> = {};
  for (const { name, template, scope } of stacks) {
    for (const [id, output] of Object.entries(template.Outputs ?? {})) {
      if (output.Condition && !(await condition(output.Condition, scope))) continue;
      outputs[`${name}.${id}`] = await resolve(output.Value, scope);
    }
  }
  return { routes, outputs };
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8")) as T;
}
