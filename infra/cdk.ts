/**
 * Runs the CDK CLI that package-lock.json pins: `npm run synth`, `npm run deploy -- -c stage=production`.
 * Synthesis asks nobody: no credentials, no metadata service, no look for newer versions.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./entries.ts";

const args = process.argv.slice(2);
const quiet = { CDK_DISABLE_CLI_TELEMETRY: "true", CDK_DISABLE_VERSION_CHECK: "1" };
const offline = args[0] === "synth" ? { AWS_EC2_METADATA_DISABLED: "true" } : {};
const { status, error } = spawnSync(
  process.execPath,
  [join(ROOT, "node_modules", "aws-cdk", "bin", "cdk"), ...args],
  { cwd: ROOT, stdio: "inherit", env: { ...process.env, ...quiet, ...offline } },
);
if (error) throw error;
process.exitCode = status ?? 1;
