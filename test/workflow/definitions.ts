/** The project's own state machines, compiled as they are deployed, and scripted answers for their functions. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compile, type EngineEvent, type Machine } from "../../local/states/index.ts";
import { type Answer, drive, type Host, type Outcome, type Task } from "../local/states/driver.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "workflows");

/** A definition with every substitution filled: `${StepOpenArn}` becomes a function of that name. */
export function machineOf(name: string): Machine {
  const text = readFileSync(join(FOLDER, `${name}.asl.json`), "utf8").replace(
    /\$\{(\w+)\}/g,
    (_, key: string) => {
      if (key === "Partition") return "aws";
      if (key === "ApprovalChainArn")
        return "arn:aws:states:us-east-1:111111111111:stateMachine:approval-chain:live";
      return `arn:aws:lambda:us-east-1:111111111111:function:${key}`;
    },
  );
  return compile(JSON.parse(text) as object);
}

/** What a function of the workflow is called with. */
export const payloadOf = (task: Task): Record<string, unknown> =>
  (task.arguments as { Payload: Record<string, unknown> }).Payload;

export const functionOf = (task: Task): string => {
  const { FunctionName = "" } = task.arguments as { FunctionName?: string };
  return FunctionName.split(":").at(-1) ?? "";
};

/** `lambda:invoke` answered with a payload. */
export const returns = (task: Task, payload: unknown): Answer[] => [
  {
    after: 1,
    event: {
      type: "taskSucceeded",
      taskId: task.taskId,
      output: { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: payload },
    },
  },
];

export const fails = (task: Task, error: string): Answer[] => [
  { after: 1, event: { type: "taskFailed", taskId: task.taskId, error, cause: "" } },
];

/** The person behind a waiting step decides after `minutes`. */
export const decides = (task: Task, minutes: number): Answer => ({
  after: minutes * 60_000,
  event: { type: "tokenSucceeded", token: task.token ?? "", output: {} } satisfies EngineEvent,
});

export const run = (name: string, input: unknown, host: Host): Promise<Outcome> =>
  drive(machineOf(name), input, host);

/** Names of the states an execution entered, in order. */
export const visited = (outcome: Outcome): string[] =>
  outcome.history
    .filter((event) => event.type.endsWith("StateEntered"))
    .map((event) => String(event.details.name));
