/**
 * The CDK app. `node infra/app.ts` bundles the functions and writes the cloud assembly to cdk.out, or to CDK_OUTDIR
 * where it is set. Run by the CDK CLI (`npm run synth`, `npm run deploy`), it also checks the templates by cdk-nag and
 * by CloudFormation's own rules; run directly, as the embedded cloud does, it is quick.
 * With CARELOOP_PREBUILT=1 it takes the bundles that are there.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Tags, Validations } from "aws-cdk-lib";
import { ConfigError, readStage, type StageConfig } from "./config.ts";
import { DataStack } from "./data-stack.ts";
import { ROOT } from "./entries.ts";
import { ServiceStack } from "./service-stack.ts";
import { WatchStack } from "./watch-stack.ts";

/** An app with the context of cdk.json and the stacks of the stage it names. What the CLI passes by `-c` wins. */
export function createApp(options: { outdir?: string; context?: Record<string, unknown> } = {}): {
  app: App;
  config: StageConfig;
  data: DataStack;
  service: ServiceStack;
  watch: WatchStack;
} {
  const file = JSON.parse(readFileSync(join(ROOT, "cdk.json"), "utf8")) as {
    output: string;
    context: Record<string, unknown>;
  };
  const app = new App({
    outdir: options.outdir ?? process.env.CDK_OUTDIR ?? join(ROOT, file.output),
    context: { ...file.context, ...options.context },
    analyticsReporting: false,
  });
  const config = readStage(app.node.tryGetContext("stages"), app.node.tryGetContext("stage"));
  const env = { account: config.account, region: config.region };
  const data = new DataStack(app, "Data", { env, config, stackName: `CareLoop-${config.name}-Data` });
  const service = new ServiceStack(app, "Service", {
    env,
    config,
    data,
    stackName: `CareLoop-${config.name}-Service`,
  });
  const watch = new WatchStack(app, "Watch", {
    env,
    config,
    service,
    stackName: `CareLoop-${config.name}-Watch`,
  });
  Tags.of(app).add("project", "careloop");
  Tags.of(app).add("stage", config.name);
  return { app, config, data, service, watch };
}

/** Makes synthesis fail on what cdk-nag finds and nobody has acknowledged. */
export async function checkBySynthesis(app: App): Promise<void> {
  const { AwsSolutionsChecks } = await import("cdk-nag");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}

async function main(): Promise<void> {
  if (process.env.CARELOOP_PREBUILT !== "1") {
    const { bundleFunctions } = await import("./bundle.ts");
    await bundleFunctions();
  }
  const { app } = createApp();
  if (process.env.CDK_CLI_VERSION !== undefined) await checkBySynthesis(app);
  // Read by the CDK: whether CloudFormation's own rules run. They take longer than everything else.
  else process.env.CDK_VALIDATION = "false";
  app.synth();
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    // What is wrong with configuration or entries is said in a sentence; anything else needs its stack.
    console.error(error instanceof ConfigError ? error.message : error);
    process.exitCode = 1;
  }
}
