/**
 * `npm run bench`: measures an embedded cloud from outside and the bundles in processes of their own; prints the
 * figures and writes bench/results.json. How each is taken stands in bench/README.md.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { compile, type EngineEvent, type ExecutionState, reduce } from "../local/states/index.ts";
import { type Client, csrfOf, idempotencyKey, nonceOf, receptionFor, Site } from "../test/support/client.ts";
import { type RunningCloud, startCloud } from "../test/support/cloud.ts";
import { fieldsFor } from "../test/support/form-fields.ts";
import { complaints } from "./complaint.ts";
import { intake } from "./intake.ts";
import { planner } from "./planner.ts";
import { statesEntered } from "./states.ts";
import { roundTrips } from "./trips.ts";

const REQUESTS = 300;
const BACK_TO_BACK = 100;
/** Guests whose visits are asked for in turn. */
const GUESTS = 150;
const BUNDLES = join(import.meta.dirname, "..", ".build", "functions");

type Spread = { p50: number; p99: number; max: number };

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));
const at = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: round(at(sorted, 0.5)), p99: round(at(sorted, 0.99)), max: round(sorted.at(-1) ?? 0) };
}

async function timed<T>(run: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const started = performance.now();
  const value = await run();
  return { ms: performance.now() - started, value };
}

/** Resident memory of a process and all its descendants, MB. Linux only. */
function residentMb(pid: number): number {
  const children = execFileSync("ps", ["-e", "-o", "pid=,ppid=,rss="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
  const tree = new Set([pid]);
  for (let size = 0; size !== tree.size; ) {
    size = tree.size;
    for (const [child, parent] of children) if (tree.has(parent)) tree.add(child);
  }
  return Math.round(
    children.filter(([child]) => tree.has(child)).reduce((sum, [, , rss]) => sum + rss, 0) / 1024,
  );
}

/**
 * Submits receptions of one stage, in turn by the API and by the form, and decides them; only the POST is timed. `quiet`: what a request sets off (its
 * workflow, its mails) is waited for before the next one; otherwise the next one competes with it.
 */
async function latencies(site: Site, requests: number, quiet: boolean) {
  // Small amounts, spread over departments and months, so that no budget runs out.
  const departments = ["customer_service", "transport", "marketing", "warehouse", "finance", "management"];
  const chenyao = await site.as("chenyao");
  const shuaizhong = await site.as("shuaizhong");
  const now = await site.now();
  const csrf = csrfOf((await chenyao.page("/receptions/new")).text);
  const submit: number[] = [];
  const submitByForm: number[] = [];
  const cases: string[] = [];
  const rest = async (wait: () => Promise<void>) => {
    if (quiet) await wait();
  };
  for (let i = 0; i < requests; i += 1) {
    // A guest comes now and then, not four hundred times.
    const content = receptionFor(now, {
      visitingOrg: `客户${i % GUESTS}有限公司`,
      budgetAmount: 10_000,
      costDepartment: departments[i % departments.length],
      excessReason: undefined,
    });
    const key = idempotencyKey();
    const byForm = i % 2 === 1;
    const fields = { ...fieldsFor(content), csrf, key };
    const { ms, value } = await timed(() =>
      byForm
        ? chenyao.form("/receptions/new", fields)
        : chenyao.post("/api/receptions", content, { "idempotency-key": key }),
    );
    if (value.status !== (byForm ? 303 : 201)) throw new Error(`submit: ${value.status} ${value.text}`);
    (byForm ? submitByForm : submit).push(ms);
    await rest(() => site.pause());
    const [caseId = ""] = /JD-\d{4}-\d{6}/.exec(value.headers.get("location") ?? value.text) ?? [];
    cases.push(caseId);
  }
  await site.pause();
  const byLogin: number[] = [];
  const byLink: number[] = [];
  for (const [index, caseId] of cases.entries()) {
    if (index % 2 === 0) byLogin.push(await decideSignedIn(shuaizhong, caseId));
    else byLink.push(await decideByLink(site, caseId));
    // What a decision sets off begins when it can no longer be undone.
    await rest(() => site.settle());
  }
  await site.settle();
  return {
    submit: spread(submit),
    submitByForm: spread(submitByForm),
    decideSignedIn: spread(byLogin),
    decideByLink: spread(byLink),
  };
}

async function decideSignedIn(signer: Client, caseId: string): Promise<number> {
  const { ms, value } = await timed(() =>
    signer.post(`/api/steps/${caseId}-1-1`, { choice: "approve", comment: "", data: {} }),
  );
  if (value.status !== 200) throw new Error(`decide: ${value.status} ${value.text}`);
  return ms;
}

async function decideByLink(site: Site, caseId: string): Promise<number> {
  const path = await site.link(caseId, "shuaizhong@xunda.example");
  const nonce = nonceOf((await site.visitor().page(path)).text);
  const { ms, value } = await timed(() =>
    site.visitor().form(path, { nonce, choice: "approve", comment: "" }),
  );
  if (value.status >= 400) throw new Error(`decide by link: ${value.status}`);
  return ms;
}

/** State transitions of one approved two-stage case: states entered in its execution and the nested one. */
async function transitions(site: Site, cloud: RunningCloud): Promise<number> {
  const chenyao = await site.as("chenyao");
  const { caseId } = (await chenyao.post("/api/receptions", receptionFor(await site.now()))).body;
  await site.settle();
  for (const [index, signer] of ["shuaizhong", "zhangke"].entries()) {
    const client = await site.as(signer);
    await client.post(`/api/steps/${caseId}-1-${index + 1}`, { choice: "approve", comment: "", data: {} });
    await site.settle();
  }
  return statesEntered(cloud.awsUrl, (name) => name === `${caseId}-1`);
}

/** Size and module-load time (median of 9 fresh processes) of every bundle, beside an empty handler. */
function bundles() {
  const empty = join(tmpdir(), "careloop-empty-handler.js");
  writeFileSync(empty, "exports.handler = async () => ({});\n");
  const load = (file: string): number => {
    const script = `const t=performance.now();require(${JSON.stringify(file)});process.stdout.write(String(performance.now()-t))`;
    const env = { ...process.env, AWS_REGION: "ap-southeast-1" };
    const runs = Array.from({ length: 9 }, () =>
      Number(execFileSync(process.execPath, ["-e", script], { env, encoding: "utf8" })),
    );
    return round(
      at(
        runs.toSorted((a, b) => a - b),
        0.5,
      ),
    );
  };
  const rows = readdirSync(BUNDLES).map((name) => {
    const file = join(BUNDLES, name, "index.js");
    return { name, kb: Math.round(statSync(file).size / 1024), loadMs: load(file) };
  });
  return { emptyLoadMs: load(empty), bundles: rows };
}

/** How fast the engine alone moves: a loop of Pass and Choice in memory. */
async function engine(): Promise<number> {
  const machine = compile({
    QueryLanguage: "JSONata",
    StartAt: "Count",
    States: {
      Count: { Type: "Pass", Output: { n: "{% $states.input.n + 1 %}" }, Next: "Enough" },
      Enough: {
        Type: "Choice",
        Choices: [{ Condition: "{% $states.input.n < 1000 %}", Next: "Count" }],
        Default: "Done",
      },
      Done: { Type: "Succeed" },
    },
  });
  let state: ExecutionState | null = null;
  let entered = 0;
  const event: EngineEvent = {
    type: "start",
    input: { n: 0 },
    name: "bench",
    executionArn: "arn:aws:states:local:000000000000:execution:bench:bench",
    stateMachineArn: "arn:aws:states:local:000000000000:stateMachine:bench",
    roleArn: "arn:aws:iam::000000000000:role/bench",
    startedAt: 0,
    seed: "bench",
  };
  const { ms } = await timed(async () => {
    const step = await reduce(machine, state, event, 0);
    state = step.state;
    entered = step.history.filter((one) => one.type.endsWith("StateEntered")).length;
  });
  return Math.round((entered / ms) * 1000);
}

const first = await timed(() => startCloud());
await first.value.stop();
const second = await timed(() => startCloud(first.value));
const cloud = second.value;
try {
  const site = new Site(cloud.siteUrl);
  const memoryMb = residentMb(cloud.pid);
  const latency = await latencies(site, REQUESTS, true);
  const busy = await latencies(site, BACK_TO_BACK, false);
  const results = {
    machine: {
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    startToReadyMs: { newDataFolder: Math.round(first.ms), again: Math.round(second.ms) },
    memoryAtRestMb: memoryMb,
    latencyMs: { requests: REQUESTS, ...latency },
    latencyBackToBackMs: { requests: BACK_TO_BACK, ...busy },
    dynamoDbRoundTrips: await roundTrips(),
    transitionsOfAnApprovedTwoStageCase: await transitions(site, cloud),
    complaint: await complaints(site, cloud.awsUrl),
    modules: bundles(),
    engineTransitionsPerSecond: await engine(),
    planner: planner(),
    // Last: what it files is worked on for a while afterwards.
    intake: await intake(cloud.siteUrl),
  };
  writeFileSync(join(import.meta.dirname, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
} finally {
  await cloud.remove();
}
