/**
 * Runs the tests: all of them, or `npm test -- FILTER... [--project NAME]`. Prints one line per file and what failed;
 * the last line is `N passed, N failed`. Fails when a test fails, and when there was none to run.
 */
import { relative } from "node:path";
import { Writable } from "node:stream";
import { parseArgs, stripVTControlCharacters } from "node:util";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { startVitest } from "vitest/node";
import { ROOT } from "../infra/entries.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { project: { type: "string", multiple: true, default: [] } },
});

let passed = 0;
let failed = 0;

function count(test: TestCase): void {
  const { state, errors } = test.result();
  if (state === "passed") passed += 1;
  // A test that was left out has not passed.
  else failed += 1;
  if (state === "passed") return;
  console.log(`  FAIL ${test.fullName}${state === "failed" ? "" : ` (${state})`}`);
  for (const { message, stacks = [] } of errors ?? []) {
    console.log(stripVTControlCharacters(message).replace(/^/gm, "       "));
    for (const { file, line } of stacks.slice(0, 3))
      console.log(`         at ${relative(ROOT, file)}:${line}`);
  }
}

/** One line when a file is done, its failures below. */
const lines: Reporter = {
  onTestModuleEnd(module: TestModule) {
    const tests = [...module.children.allTests()];
    const seconds = (module.diagnostic().duration / 1000).toFixed(1);
    console.log(
      `${module.ok() ? "ok  " : "FAIL"} ${module.relativeModuleId} (${tests.length} tests, ${seconds} s)`,
    );
    for (const test of tests) count(test);
    // A file that cannot be loaded, or a hook that fails, has no test to blame.
    const hooks = [module, ...module.children.allSuites()].flatMap((one) => one.errors());
    for (const { message, stack } of hooks) {
      failed += 1;
      console.log(`  FAIL ${module.relativeModuleId}: ${stripVTControlCharacters(stack ?? message)}`);
    }
  },
  onTestRunEnd(_modules, unhandled) {
    for (const { message, stack } of unhandled) {
      failed += 1;
      console.log(`FAIL outside of any test: ${stripVTControlCharacters(stack ?? message)}`);
    }
  },
};

// What tested code writes, such as the log lines of functions, is not the run's output.
const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });

/**
 * Lanes go side by side, the runs of a lane one after the other: a cloud lives only as long as its own tests, and one
 * that does not start stops no others.
 */
const LANES = [[["unit", "store", "infra", "workflow", "local"], ["journey"], ["web"]], [["crash"]]];
const wanted = (name: string) => values.project.length === 0 || values.project.includes(name);

async function run(project: string[]): Promise<void> {
  const before = failed;
  process.exitCode = 0;
  const vitest = await startVitest(
    "test",
    positionals,
    { root: ROOT, watch: false, reporters: [lines], project, passWithNoTests: true },
    {},
    { stdout: nowhere },
  );
  await vitest.close();
  // What Vitest itself could not do, such as starting the cloud, is on the error stream.
  if (process.exitCode !== 0 && failed === before) failed += 1;
}

await Promise.all(
  LANES.map(async (lane) => {
    for (const names of lane) {
      const project = names.filter(wanted);
      if (project.length > 0) await run(project);
    }
  }),
);
if (passed + failed === 0) console.log("There was no test to run.");
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
