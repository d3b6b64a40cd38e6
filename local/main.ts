/**
 * `npm start`: the whole system on this machine. PORT (3000), AWS_PORT (4566), DATA_DIR (.careloop), `--fresh`,
 * `--cold` (functions load at their first call only).
 */
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startCloud } from "./cloud.ts";
import * as demo from "./demo/load.ts";
import { synthesise } from "./synth.ts";

// Lambda runs in UTC.
process.env.TZ = "UTC";

const root = dirname(import.meta.dirname);
const { values } = parseArgs({
  options: {
    fresh: { type: "boolean", default: false },
    /** Tests leave it out: they use few of the functions. */
    cold: { type: "boolean", default: false },
    port: { type: "string", default: process.env.PORT ?? "3000" },
    "aws-port": { type: "string", default: process.env.AWS_PORT ?? "4566" },
    "data-dir": { type: "string", default: process.env.DATA_DIR ?? ".careloop" },
  },
});

const began = performance.now();
const dataDir = resolve(root, values["data-dir"]);
try {
  const running = await startCloud({
    port: Number(values.port),
    awsPort: Number(values["aws-port"]),
    dataDir,
    fresh: values.fresh,
    assemblyDir: synthesise(root),
    demo,
    prewarm: !values.cold,
  });
  let ending = false;
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1);
      ending = true;
      void running.stop().then(() => process.exit(0));
    });
  }
  const { siteUrl, awsUrl } = running;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(
    `CareLoop 已就绪 ready (${seconds} s)\n` +
      `  网站 site          ${siteUrl}\n` +
      `  收件箱 inbox       ${siteUrl}/_local/inbox.html\n` +
      `  流程 executions    ${siteUrl}/_local/executions\n` +
      `  AWS 端点 endpoint  ${awsUrl}\n`,
  );
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
