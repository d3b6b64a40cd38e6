// Runs a TypeScript file of this project on the Node 24 that package.json pins, whatever Node the machine has.
// Plain JavaScript without dependencies, because it also runs on a fresh clone: it installs what is missing first.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const node = join(modules, "node", "bin", "node");
const [file, ...args] = process.argv.slice(2);

/**
 * Whether node_modules is what package-lock.json asks for, whoever installed it. npm writes a lock file of its own
 * there when it has finished; an install that was interrupted has none. Optional packages may be for other machines.
 */
function isInstalled() {
  const done = join(modules, ".package-lock.json");
  if (!existsSync(done) || !existsSync(node)) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(path, "utf8")).packages;
  const present = packagesOf(done);
  return Object.entries(packagesOf(join(root, "package-lock.json"))).every(
    ([path, wanted]) => path === "" || wanted.optional || present[path]?.version === wanted.version,
  );
}

if (!file) {
  process.stderr.write("Usage: node local/with-node.mjs FILE [ARGUMENT...]\n");
  process.exit(2);
}
if (!isInstalled()) {
  process.stderr.write("Installing packages (once)...\n");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // What npm says is no output of the program that is to run.
    stdio: ["ignore", process.stderr, "inherit"],
  });
  if (npm.error) process.stderr.write(`npm cannot be run: ${npm.error.message}\n`);
  if (npm.status !== 0) process.exit(npm.status ?? 1);
}

const child = spawn(node, ["--disable-warning=ExperimentalWarning", file, ...args], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PATH: `${join(modules, ".bin")}:${process.env.PATH}` },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // Ctrl-C reaches the whole group of a terminal: the child has it already, and twice may mean "at once".
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}
// npm hands SIGTERM to the shell between itself and this process, and that shell dies without a word: an orphan ends.
const parent = process.ppid;
const watch = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(watch);
  child.kill("SIGTERM");
}, 200);
if (!process.env.npm_lifecycle_event) clearInterval(watch);
child.on("error", (error) => {
  process.stderr.write(`${node} cannot be run: ${error.message}\n`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
