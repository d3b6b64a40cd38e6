/** All static checks, a line for each: formatting and lint, types, unused code, and the rules of this house. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { smsTemplates } from "../functions/message/sms-templates.ts";
import { bundleFunctions } from "../infra/bundle.ts";
import { ROOT } from "../infra/entries.ts";
import { aslProblems, type Definition } from "./checks/asl.ts";
import { bundleProblems } from "./checks/bundles.ts";
import { catalogueProblems } from "./checks/catalogues.ts";
import { importProblems, readImports } from "./checks/imports.ts";
import { smsProblems } from "./checks/sms.ts";
import { stageProblems } from "./checks/stages.ts";

/** Resolves with what is wrong, one entry each; nothing when all is well. */
type Check = () => Promise<string[]>;

/** A tool of node_modules; what it prints is what is wrong when it fails. */
const tool =
  (name: string, ...args: string[]): Check =>
  async () => {
    const child = spawn(join(ROOT, "node_modules", ".bin", name), args, {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("close", resolve).once("error", reject);
    });
    return code === 0 ? [] : [output.trim() || `${name} ended with ${code}`];
  };

const I18N = join(ROOT, "functions", "shared", "i18n");

/** Both languages by the file that they are in: the common catalogue, and every section. */
async function catalogues(): Promise<{ file: string; zhCN: unknown; en: unknown }[]> {
  const read = (...path: string[]): Promise<Record<string, unknown>> =>
    import(pathToFileURL(join(I18N, ...path)).href);
  const [chinese, english] = await Promise.all([read("zh-CN.ts"), read("en.ts")]);
  const sections = await Promise.all(
    readdirSync(join(I18N, "sections")).map(async (file) =>
      Object.values(await read("sections", file))
        .filter((value) => typeof value === "function" && "zhCN" in value)
        .map((value) => ({ file, ...(value as unknown as { zhCN: unknown; en: unknown }) })),
    ),
  );
  return [{ file: "zh-CN.ts", zhCN: chinese.zhCN, en: english.en }, ...sections.flat()];
}

/** As long as a stage's may be (infra/config.ts). */
const LONGEST_SIGNATURE = "签".repeat(12);

const WORKFLOWS = join(ROOT, "workflows");

const CHECKS: Record<string, Check> = {
  "format and lint": tool("biome", "check", "--error-on-warnings"),
  types: tool("tsc", "--noEmit"),
  "unused code": tool("knip", "--no-progress"),
  imports: async () => importProblems(readImports(ROOT)),
  workflows: async () =>
    readdirSync(WORKFLOWS)
      .filter((file) => file.endsWith(".asl.json"))
      .flatMap((file) =>
        aslProblems(JSON.parse(readFileSync(join(WORKFLOWS, file), "utf8")) as Definition).map(
          (problem) => `${file}: ${problem}`,
        ),
      ),
  languages: async () =>
    (await catalogues()).flatMap(({ file, zhCN, en }) =>
      catalogueProblems(zhCN, en).map((problem) => `${file}: ${problem}`),
    ),
  "bundle sizes": async () => bundleProblems(await bundleFunctions()),
  "text messages": async () => smsProblems(smsTemplates(), LONGEST_SIGNATURE),
  stages: async () => stageProblems(ROOT),
};

let failed = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  const problems = await check();
  console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${name}`);
  for (const problem of problems) console.log(problem.replace(/^/gm, "     "));
  if (problems.length > 0) failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;
