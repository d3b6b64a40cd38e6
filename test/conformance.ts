/**
 * Runs recorded cases of Step Functions on the engine: `npm run conformance -- DIR [--only REGEX]`. One line per
 * failed case with its first difference; the last line is `N passed, N failed`; exit code 1 on any failure. What the
 * engine does not know yet counts as failed.
 *
 * A case is one state machine, its input, how its functions and services answer, and what AWS gave; a file that holds
 * a list is a list of definitions that must be refused, and how.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  compile,
  describeProblems,
  type EngineEvent,
  type HistoryEvent,
  lambdaCall,
  lambdaFailure,
  lambdaResult,
  type Problem,
  validate,
} from "../local/states/index.ts";
import { difference } from "./local/states/compare.ts";
import { type Answer, drive, type Host, type Outcome, type Task } from "./local/states/driver.ts";

/** How one case went. `unknown` names what the engine refuses as not supported yet. */
export type Verdict = { name: string; passed: boolean; difference?: string; unknown?: string };

type Lambda = {
  behaviour: string;
  errorType?: string;
  errorMessage?: string;
  bytes?: number;
  seconds?: number;
};
type Mock = { state: string; event: string; output?: unknown; error?: string; cause?: unknown };
type RecordedEvent = {
  id: number | null;
  previousEventId: number;
  type: string;
  details?: Record<string, unknown>;
};
type Case = {
  name: string;
  definition: object;
  input: unknown;
  lambdas?: Record<string, Lambda>;
  service_mocks?: Mock[];
  control_ops?: { op: string; error?: string; cause?: string }[];
  expected: {
    status: string;
    output?: unknown;
    output_raw?: string;
    error?: string;
    cause?: unknown;
    history: RecordedEvent[];
  };
  checks?: { order?: string };
};
type Refusal = {
  name: string;
  type: "STANDARD" | "EXPRESS" | null;
  definition: unknown;
  expected:
    | string
    | {
        Error?: { Code: string; Message: string };
        exception_typename?: string;
        exception_value?: string;
        diagnostics?: object[];
      };
};

/** Runs every case below a folder whose name matches. Definitions of other API calls are left out and counted. */
export async function runConformance(
  dir: string,
  only = /./,
): Promise<{ verdicts: Verdict[]; leftOut: number }> {
  const verdicts: Verdict[] = [];
  let leftOut = 0;
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".json"),
  );
  for (const file of files.sort()) {
    const content = JSON.parse(readFileSync(join(dir, file), "utf8")) as Case | Refusal[];
    if (Array.isArray(content)) {
      for (const refusal of content.filter(({ name }) => only.test(name))) {
        const verdict = judgeRefusal(refusal);
        if (verdict) verdicts.push(verdict);
        else leftOut += 1;
      }
    } else if (only.test(content.name)) {
      verdicts.push(await judgeCase(content));
    }
  }
  return { verdicts, leftOut };
}

function verdict(name: string, found: string | null, problems: Problem[]): Verdict {
  const unknown = problems.map(({ message }) => /^(.*?)(?: \(.*)? is not supported yet/.exec(message)?.[1]);
  const named = unknown.find((what) => what !== undefined);
  return {
    name,
    passed: found === null,
    ...(found !== null && { difference: found }),
    ...(found !== null && named !== undefined && { unknown: named }),
  };
}

/** Null when the case is about another API call than the definition. */
function judgeRefusal({ name, type, definition, expected }: Refusal): Verdict | null {
  if (typeof expected === "string") return null;
  const problems = validate(definition, type ?? "STANDARD");
  if (expected.diagnostics) {
    const diagnostics = problems.map((problem) => ({ ...problem, severity: "ERROR" }));
    return verdict(name, difference(expected.diagnostics, diagnostics, "/diagnostics"), problems);
  }
  if ((expected.Error?.Code ?? expected.exception_typename) !== "InvalidDefinition") return null;
  const text = expected.Error?.Message ?? expected.exception_value ?? "";
  const wanted = /Invalid State Machine Definition: '(.*)'$/s.exec(text)?.[1] ?? text;
  return verdict(name, difference(wanted, describeProblems(problems), "/message"), problems);
}

async function judgeCase(item: Case): Promise<Verdict> {
  const problems = validate(item.definition);
  if (problems.length > 0) return verdict(item.name, `/definition: ${describeProblems(problems)}`, problems);
  try {
    const outcome = await drive(compile(item.definition), item.input, caseHost(item));
    return verdict(item.name, outcomeDifference(item, outcome), []);
  } catch (thrown) {
    return verdict(item.name, `/: threw ${(thrown as Error).message}`, []);
  }
}

function outcomeDifference({ expected, checks }: Case, { state, history }: Outcome): string | null {
  const text = JSON.stringify(state.output);
  const raw = expected.output_raw;
  return (
    difference(expected.status, state.status, "/status") ??
    ("output" in expected ? difference(expected.output, state.output ?? null, "/output") : null) ??
    (raw !== undefined && !/<[^<>]+>/.test(raw) && raw !== text
      ? difference(raw, text, "/output_raw")
      : null) ??
    difference(expected.error ?? null, state.error ?? null, "/error") ??
    difference(expected.cause ?? null, state.cause ?? null, "/cause") ??
    (checks?.order === "interleaving-nondeterministic"
      ? multisetDifference(expected.history, history)
      : listDifference(expected.history, history))
  );
}

function listDifference(expected: RecordedEvent[], actual: HistoryEvent[]): string | null {
  for (const [index, event] of expected.entries()) {
    const got = actual[index];
    if (!got) return `/history[${index}]: expected ${event.type}, got nothing`;
    const found = eventDifference(event, got, `/history[${index}]`);
    if (found) return found;
  }
  const extra = actual[expected.length];
  return extra ? `/history[${expected.length}]: expected nothing, got ${extra.type}` : null;
}

function eventDifference(expected: RecordedEvent, actual: HistoryEvent, path: string): string | null {
  return (
    difference(expected.type, actual.type, `${path}/type`) ??
    (expected.id === null
      ? null
      : (difference(expected.id, actual.id, `${path}/id`) ??
        difference(expected.previousEventId, actual.previousEventId, `${path}/previousEventId`))) ??
    difference(expected.details ?? {}, actual.details, `${path}/details`)
  );
}

/** For interleaved branches: the same events in any order, ids apart. */
function multisetDifference(expected: RecordedEvent[], actual: HistoryEvent[]): string | null {
  const rest = [...actual];
  for (const event of expected) {
    const at = rest.findIndex((got) => eventDifference({ ...event, id: null }, got, "") === null);
    if (at < 0) return `/history: nothing like ${JSON.stringify(event)}`;
    rest.splice(at, 1);
  }
  return rest[0] ? `/history: expected nothing, got ${rest[0].type}` : null;
}

/** Answers tasks as the case says. */
function caseHost(item: Case): Host {
  const mocks = [...(item.service_mocks ?? [])];
  const operations = [...(item.control_ops ?? [])];
  return {
    task(task, stateName) {
      const started: Answer = { after: 0, event: { type: "taskStarted", taskId: task.taskId } };
      const isMocked = mocks.some((mock) => mock.state === stateName);
      if (task.service === "lambda" && !isMocked) return [started, lambdaAnswer(item, task)];
      return [started, ...mockAnswers(mocks, task, stateName)];
    },
    idle() {
      const operation = operations.shift();
      if (!operation) return null;
      if (operation.op !== "stop_execution") throw new Error(`unknown control operation ${operation.op}`);
      const { error, cause } = operation;
      return { type: "stop", ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    },
  };
}

function lambdaAnswer(item: Case, task: Task): Answer {
  const { taskId } = task;
  const { functionName, payload } = lambdaCall(task);
  const name = functionName.replace(/^arn:.*:function:/, "").replace(/:.*$/, "");
  const lambda = item.lambdas?.[name];
  const { LogType } = (task.arguments ?? {}) as { LogType?: string };
  const succeed = (returned: unknown, after = 0): Answer => {
    const result = lambdaResult(task, returned);
    const output = LogType === "Tail" ? { ...(result as object), LogResult: "log" } : result;
    return { after, event: { type: "taskSucceeded", taskId, output } };
  };
  if (!lambda) {
    const arn = `arn:aws:lambda:us-east-1:111111111111:function:${name}:$LATEST`;
    const details = "Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException";
    const cause = `Function not found: ${arn} (${details}; Request ID: 0; Proxy: null)`;
    return {
      after: 0,
      event: { type: "taskFailed", taskId, error: "Lambda.ResourceNotFoundException", cause },
    };
  }
  switch (lambda.behaviour) {
    case "echo":
      return succeed(payload);
    case "sleep":
      return succeed(payload, (lambda.seconds ?? 0) * 1000);
    case "fixed-size":
      return succeed("a".repeat(lambda.bytes ?? 0));
    case "raise": {
      const { errorType = "Exception", errorMessage } = lambda;
      const document = { errorMessage, errorType, requestId: "0", stackTrace: [] };
      return { after: 0, event: { type: "taskFailed", taskId, ...lambdaFailure(errorType, document) } };
    }
    default:
      throw new Error(`unknown behaviour of a function: ${lambda.behaviour}`);
  }
}

/** Takes the state's next recorded answers up to the one that ends the attempt. */
function mockAnswers(mocks: Mock[], task: Task, stateName: string): Answer[] {
  const answers: Answer[] = [];
  for (;;) {
    const at = mocks.findIndex((mock) => mock.state === stateName);
    const mock = mocks[at];
    if (!mock) throw new Error(`no recorded answer is left for the state ${stateName}`);
    mocks.splice(at, 1);
    // The engine's own timer ends the attempt.
    if (mock.event === "TaskTimedOut") return answers;
    answers.push({ after: 0, event: mockEvent(mock, task) });
    if (mock.event !== "TaskSubmitted") return answers;
  }
}

function mockEvent({ event, output, error, cause }: Mock, { taskId, token }: Task): EngineEvent {
  const text = cause === undefined || typeof cause === "string" ? cause : JSON.stringify(cause);
  switch (event) {
    case "TaskSubmitted":
      return { type: "taskSubmitted", taskId, output };
    case "TaskSucceeded":
      return token ? { type: "tokenSucceeded", token, output } : { type: "taskSucceeded", taskId, output };
    case "TaskSubmitFailed":
      return { type: "taskFailed", taskId, error: error ?? "", cause: text ?? "" };
    case "TaskFailed":
      return token
        ? {
            type: "tokenFailed",
            token,
            ...(error !== undefined && { error }),
            ...(text !== undefined && { cause: text }),
          }
        : { type: "taskFailed", taskId, error: error ?? "", cause: text ?? "" };
    default:
      throw new Error(`unknown recorded answer ${event}`);
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string" } },
  });
  const [dir] = positionals;
  if (!dir || !existsSync(dir)) {
    console.log(dir ? `There is no folder ${dir}` : "Usage: npm run conformance -- DIR [--only REGEX]");
    return 1;
  }
  const { verdicts, leftOut } = await runConformance(dir, values.only ? new RegExp(values.only) : undefined);
  const failed = verdicts.filter((item) => !item.passed);
  for (const item of failed) console.log(`FAIL ${item.name} ${item.difference}`);
  const unknown = Map.groupBy(
    failed.filter((item) => item.unknown !== undefined),
    (item) => item.unknown,
  );
  for (const [what, items] of unknown)
    console.log(`${items.length} of the failures: ${what} is not supported yet`);
  if (leftOut > 0) console.log(`${leftOut} left out: about other API calls than the definition`);
  console.log(`${verdicts.length - failed.length} passed, ${failed.length} failed`);
  return failed.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main();
