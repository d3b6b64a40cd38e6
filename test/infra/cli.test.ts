/** Synthesis as people run it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkBySynthesis, createApp } from "../../infra/app.ts";
import { bundleFunctions } from "../../infra/bundle.ts";
import { ROOT } from "../../infra/entries.ts";

const folder = mkdtempSync(join(tmpdir(), "careloop-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(async () => {
  await bundleFunctions();
}, 30_000);

/** Runs a file with nothing of AWS in the environment. */
const run = (file: string, args: string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [join(ROOT, file), ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: folder, CARELOOP_PREBUILT: "1", ...env },
  });

test("cdk synth needs no credentials and has nothing to complain about", () => {
  const outdir = join(folder, "cli");
  const { status, stdout, stderr } = run("infra/cdk.ts", ["synth", "--quiet", "--output", outdir]);
  expect(`${stdout}${stderr}`).not.toMatch(/WARNING|ERROR/);
  expect(status).toBe(0);
  expect(readdirSync(outdir)).toEqual(
    expect.arrayContaining(["Data.template.json", "Service.template.json"]),
  );
}, 120_000);

test("a stage that is not there is one sentence, not a stack", () => {
  const context = JSON.stringify({ stage: "moon" });
  const { status, stderr } = run("infra/app.ts", [], {
    CDK_OUTDIR: join(folder, "moon"),
    CDK_CONTEXT_JSON: context,
  });
  expect(status).toBe(1);
  expect(stderr).toBe('cdk.json: there is no stage "moon"; known are laptop, production\n');
}, 60_000);

test("what cdk-nag finds stops the synthesis", async () => {
  const { app, data } = createApp({ outdir: join(folder, "nag") });
  new Bucket(data, "Careless");
  await checkBySynthesis(app);
  try {
    expect(() => app.synth()).toThrow(/S3 Bucket has server access logs disabled/);
  } finally {
    // The CDK also sets the exit code of its process, which here is the tests' own.
    process.exitCode = undefined;
  }
}, 60_000);
