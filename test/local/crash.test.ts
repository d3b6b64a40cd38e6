/** What is running when the process is killed goes on at the next start. */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { type Running, startCloud } from "../../local/cloud.ts";
import { stateMachine, streamedTable, temporaryFolder, writeAssembly } from "./fixture.ts";

const task = (FunctionName: string, more: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName, Payload: "{% $states.input %}" },
  ...more,
});

const journal = join(temporaryFolder(), "journal");
const note = (body: string) => ({
  code: `const fs = require("node:fs");
    const note = (text) => fs.appendFileSync(${JSON.stringify(journal)}, text + "\\n");
    exports.handler = async (event) => { ${body} }`,
  properties: { Timeout: 60 },
});
const assemblyDir = writeAssembly({
  functions: {
    Open: note('note("open " + event.token); return {}'),
    // The first attempt never ends: the process is killed meanwhile.
    Slow: note(
      "const again = fs.readFileSync(" +
        JSON.stringify(journal) +
        ', "utf8").includes("slow"); note("slow"); if (!again) await new Promise((r) => setTimeout(r, 60_000)); return { again }',
    ),
    Consume: note(
      "const again = fs.readFileSync(" +
        JSON.stringify(journal) +
        ', "utf8").includes("record"); for (const r of event.Records) note("record " + r.dynamodb.Keys.pk.S); if (!again) await new Promise((r) => setTimeout(r, 60_000))',
    ),
  },
  resources: {
    ...streamedTable("Consume"),
    Waits: stateMachine("waits", {
      StartAt: "Ask",
      States: {
        Ask: {
          Type: "Task",
          Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
          Arguments: { FunctionName: "open", Payload: { token: "{% $states.context.Task.Token %}" } },
          TimeoutSeconds: 864_000,
          Next: "Sleep",
        },
        Sleep: { Type: "Wait", Seconds: 3600, Next: "Done" },
        Done: { Type: "Succeed" },
      },
    }),
    Slows: stateMachine("slows", {
      StartAt: "Work",
      States: { Work: task("slow", { Output: "{% $states.result.Payload %}", End: true }) },
    }),
  },
});

const child = (code: string, dataDir: string): ChildProcess =>
  spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--input-type=module",
      "--eval",
      `import { startCloud } from ${JSON.stringify(join(import.meta.dirname, "../../local/cloud.ts"))};
       import { dynamo } from ${JSON.stringify(join(import.meta.dirname, "../../local/dynamodb/client.ts"))};
       const running = await startCloud({ dataDir: ${JSON.stringify(dataDir)}, assemblyDir: ${JSON.stringify(assemblyDir)} });
       const { cloud } = running;
       ${code}`,
    ],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } },
  );

const machine = (name: string) => `arn:aws:states:ap-southeast-1:000000000000:stateMachine:${name}`;
const execution = (name: string) => `arn:aws:states:ap-southeast-1:000000000000:execution:${name}:x`;
const lines = () => readFileSync(journal, { encoding: "utf8", flag: "a+" }).split("\n").filter(Boolean);

let running: Running | undefined;
afterEach(() => running?.stop());

it("survives kill -9", async () => {
  appendFileSync(journal, "");
  const dataDir = temporaryFolder();
  const starts = ["waits", "slows"].map(
    (name) =>
      `await cloud.call("states", "StartExecution", { stateMachineArn: ${JSON.stringify(machine(name))}, name: "x" });`,
  );
  const put = `await dynamo(cloud.dynamoDbUrl, "PutItem", { TableName: "things", Item: { pk: { S: "one" } } });
    cloud.onTableWrite("things");`;
  const killed = child([...starts, put].join("\n"), dataDir);
  await expect.poll(lines, { timeout: 20_000 }).toHaveLength(3);
  const ended = new Promise((resolve) => killed.once("exit", resolve));
  killed.kill("SIGKILL");
  await ended;

  running = await startCloud({ dataDir, assemblyDir });
  const { cloud } = running;
  await running.quiet();
  // What had not answered is called again, the step that was open is not opened a second time.
  const count = (word: string) => lines().filter((line) => line.startsWith(word)).length;
  expect([count("open"), count("slow"), count("record one")]).toEqual([1, 2, 2]);
  const describe = (name: string) =>
    cloud.call("states", "DescribeExecution", { executionArn: execution(name) });
  expect(await describe("slows")).toMatchObject({ status: "SUCCEEDED", output: '{"again":true}' });
  expect(await describe("waits")).toMatchObject({ status: "RUNNING" });

  const token = lines()
    .find((line) => line.startsWith("open"))!
    .slice(5);
  const give = (taskToken: string) =>
    cloud.call("states", "SendTaskSuccess", { taskToken, output: '{"ok":true}' });
  await expect(give("made up")).rejects.toMatchObject({ code: "InvalidToken" });
  await give(token);
  await expect(give(token)).rejects.toMatchObject({ code: "TaskTimedOut" });
  await running.advance(3_600_000);
  expect(await describe("waits")).toMatchObject({ status: "SUCCEEDED", output: '{"ok":true}' });

  const page = await fetch(
    `${running.siteUrl}/_local/execution?arn=${encodeURIComponent(execution("waits"))}`,
  );
  const text = await page.text();
  expect(text).toContain("TaskSubmitted");
  expect(text).not.toContain(token);
}, 60_000);
