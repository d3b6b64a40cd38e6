/** Small machines and hosts that the engine's tests share. */
import { compile, type HistoryEvent, type Machine } from "../../../local/states/index.ts";
import type { Answer, Host, Task } from "./driver.ts";

/** A JSONata machine of these states, beginning with the first. */
export function machineOf(states: Record<string, object>, extra: object = {}): Machine {
  return compile({ QueryLanguage: "JSONata", StartAt: Object.keys(states)[0], States: states, ...extra });
}

export const FUNCTION_ARN = "arn:aws:lambda:us-east-1:111111111111:function:work";
export const INVOKE = "arn:aws:states:::lambda:invoke";
export const CALLBACK = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";

/** A host that nobody asks. */
export const noHost: Host = {
  task: (task) => {
    throw new Error(`no task was expected, but ${task.resource} was asked`);
  },
};

/** A host that answers the attempts in order, each at once; after the last one it stays silent. */
export function answering(...answers: ((task: Task) => Answer[])[]): Host {
  const left = [...answers];
  return { task: (task) => left.shift()?.(task) ?? [] };
}

export const succeeds =
  (output: unknown, after = 0) =>
  ({ taskId }: Task): Answer[] => [{ after, event: { type: "taskSucceeded", taskId, output } }];

export const fails =
  (error: string, cause = "why", after = 0) =>
  ({ taskId }: Task): Answer[] => [{ after, event: { type: "taskFailed", taskId, error, cause } }];

export const types = (history: HistoryEvent[]): string[] => history.map((event) => event.type);
