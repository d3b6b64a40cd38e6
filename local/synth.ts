/**
 * The cloud assembly of this checkout: made by the CDK app, and made anew only when something that goes into it has
 * changed. Each one lies in a folder named by its inputs, so that a copy that is running never sees its files change.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** What a template and its assets are made from. */
const INPUTS = ["infra", "functions", "workflows", "cdk.json", "package-lock.json", "tsconfig.json"];
/** Assemblies that stay, newest first. */
const KEPT = 8;

function hashInputs(root: string): string {
  const hash = createHash("sha256");
  const add = (path: string) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) add(join(path, name));
    else hash.update(path).update("\0").update(readFileSync(full)).update("\0");
  };
  for (const input of INPUTS) add(input);
  return hash.digest("hex").slice(0, 16);
}

/** Runs the CDK app as the CDK command does: the folder and the context are told by environment. */
async function runApp(root: string, outDir: string): Promise<void> {
  const { context = {} } = JSON.parse(readFileSync(join(root, "cdk.json"), "utf8")) as { context?: object };
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(root, "infra", "app.ts")],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, CDK_OUTDIR: outDir, CDK_CONTEXT_JSON: JSON.stringify(context) },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`The CDK app failed. CDK 应用合成失败。\n${output}`);
}

/** Folder of an assembly that matches the sources. Throws with the app's output when it does not synthesise. */
export async function synthesise(root: string): Promise<string> {
  const home = join(root, ".build", "assembly");
  const ready = join(home, hashInputs(root));
  if (existsSync(join(ready, "manifest.json"))) return ready;
  const fresh = `${ready}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  try {
    await runApp(root, fresh);
    renameSync(fresh, ready);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    // Another copy may just have made the same one.
    if (!existsSync(join(ready, "manifest.json"))) throw error;
  }
  const age = (name: string) => statSync(join(home, name)).mtimeMs;
  const old = readdirSync(home).sort((a, b) => age(b) - age(a));
  for (const name of old.slice(KEPT)) rmSync(join(home, name), { recursive: true, force: true });
  return ready;
}
