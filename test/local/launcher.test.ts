/** `npm start` and `npm test` run behind npm's shell, which passes no signal on. */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");

test("a program ends when the shell that npm put before it is gone", async () => {
  const program = join(mkdtempSync(join(tmpdir(), "careloop-launcher-")), "program.ts");
  writeFileSync(
    program,
    'process.on("SIGTERM", () => { console.log("asked to end"); process.exit(0); });\n' +
      "setInterval(() => {}, 1000);\n" +
      'console.log("ready");\n',
  );
  const shell = spawn("sh", ["-c", `node local/with-node.mjs '${program}'; exit $?`], {
    cwd: root,
    env: { ...process.env, npm_lifecycle_event: "start" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  for await (const line of createInterface(shell.stdout)) {
    lines.push(line);
    if (line === "ready") shell.kill("SIGTERM");
  }
  // The pipe closes when the last of them is gone.
  expect(lines).toEqual(["ready", "asked to end"]);
}, 30_000);
