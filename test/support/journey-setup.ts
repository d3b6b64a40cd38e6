/** One embedded cloud for all journeys of a run. */
import type { TestProject } from "vitest/node";
import { type RunningCloud, startCloud } from "./cloud.ts";

declare module "vitest" {
  export interface ProvidedContext {
    siteUrl: string;
    awsUrl: string;
    dataDir: string;
  }
}

let cloud: RunningCloud | undefined;

export async function setup(project: TestProject): Promise<void> {
  cloud = await startCloud();
  project.provide("siteUrl", cloud.siteUrl);
  project.provide("awsUrl", cloud.awsUrl);
  project.provide("dataDir", cloud.dataDir);
}

export async function teardown(): Promise<void> {
  await cloud?.remove();
}
