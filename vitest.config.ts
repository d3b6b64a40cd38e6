import { readFileSync } from "node:fs";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files run in the order of their names, so that two runs can be compared. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId));
  }
}

const TEXT = "\0text:";

/** Gives stylesheets as text, as the bundles have them (infra/bundle.ts). */
const text = {
  name: "text",
  enforce: "pre" as const,
  async resolveId(
    this: { resolve(id: string, from?: string): Promise<{ id: string } | null> },
    id: string,
    from?: string,
  ) {
    if (!id.endsWith(".css")) return null;
    const found = await this.resolve(id, from);
    return found && `${TEXT}${found.id}.txt`;
  },
  load(id: string) {
    if (!id.startsWith(TEXT)) return null;
    return `export default ${JSON.stringify(readFileSync(id.slice(TEXT.length, -".txt".length), "utf8"))}`;
  },
};

type Options = TestProjectInlineConfiguration["test"];
let order = 0;

/** The tests of one folder. Folders run one after another, because they share few cores. */
const project = (name: string, options: Options = {}): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    name,
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    sequence: { groupOrder: order++ },
    ...options,
  },
});

/** For what starts processes of its own. */
const patient: Options = { testTimeout: 60_000, hookTimeout: 120_000 };
/** One file at a time. */
const alone: Options = { ...patient, fileParallelism: false };
const ownDatabase = { setupFiles: "test/support/own-database.ts" };
/** Files share one DynamoDB Local, each with a database of its own. */
const withDatabase: Options = { ...patient, globalSetup: "test/support/database.ts" };
/** Each file starts an embedded cloud of its own. */
const onCloud: Options = { ...withDatabase, testTimeout: 120_000 };

export default defineConfig({
  plugins: [text],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    globals: false,
    // Lambda runs in UTC.
    env: { TZ: "UTC" },
    maxWorkers: 2,
    testTimeout: 20_000,
    restoreMocks: true,
    sequence: { sequencer: ByName },
    projects: [
      project("unit"),
      project("store", withDatabase),
      // One worker for all files: they share the templates.
      project("infra", { ...alone, isolate: false }),
      project("workflow", alone),
      project("local", { ...alone, ...ownDatabase }),
      project("journey", onCloud),
      project("web", onCloud),
      // Beside the others: it mostly waits for programs to start.
      project("crash", { ...alone, ...ownDatabase }),
    ],
  },
});
