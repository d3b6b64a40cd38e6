import fc from "fast-check";
import { expect, test } from "vitest";
import type { Command, EngineEvent, ExecutionState, Reduction } from "../../../local/states/index.ts";
import { reduce } from "../../../local/states/index.ts";
import { type JournalEntry, START_INSTANT, startEvent } from "./driver.ts";
import { CALLBACK, FUNCTION_ARN, machineOf } from "./machines.ts";

const machine = machineOf(
  {
    Draw: {
      Type: "Pass",
      Assign: { id: "{% $uuid() %}", dice: "{% $random() %}", at: "{% $now() %}" },
      Next: "Work",
    },
    Work: {
      Type: "Task",
      Resource: FUNCTION_ARN,
      Arguments: { id: "{% $id %}", mixed: "{% $shuffle([1..5]) %}" },
      TimeoutSeconds: 20,
      Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 2, JitterStrategy: "FULL" }],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Ask" }],
      Next: "Rest",
    },
    Rest: { Type: "Wait", Seconds: 5, Next: "Ask" },
    Ask: {
      Type: "Task",
      Resource: CALLBACK,
      Arguments: { token: "{% $states.context.Task.Token %}" },
      TimeoutSeconds: 60,
      Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Work" }],
      End: true,
    },
  },
  { TimeoutSeconds: 500 },
);

type Move = { kind: number; which: number; later: number };

/** An event made of what the engine has asked for so far, stale ones included. */
function eventFor({ kind, which }: Move, commands: Command[]): EngineEvent | null {
  const pick = <T extends Command["type"]>(type: T) => {
    const all = commands.filter((command): command is Extract<Command, { type: T }> => command.type === type);
    // Mostly the newest.
    return all[Math.max(0, all.length - 1 - which)];
  };
  const task = pick("task");
  const timer = pick("timer");
  const taskId = task?.taskId ?? "none";
  const token = task?.token ?? "none";
  const events: (EngineEvent | null)[] = [
    { type: "taskStarted", taskId },
    { type: "taskSubmitted", taskId, output: { m: which } },
    { type: "taskSucceeded", taskId, output: { n: which } },
    { type: "taskFailed", taskId, error: `E${which}`, cause: "cause" },
    { type: "tokenSucceeded", token, output: which },
    { type: "tokenFailed", token, error: "No" },
    timer ? { type: "timer", timerId: timer.timerId } : null,
    which === 3 ? { type: "stop", cause: "enough" } : null,
  ];
  return events[kind % events.length] ?? null;
}

const moves = fc.array(fc.record({ kind: fc.nat(7), which: fc.nat(3), later: fc.nat(9000) }), {
  maxLength: 40,
});

async function play(list: Move[]): Promise<{ journal: JournalEntry[]; results: Reduction[] }> {
  const journal: JournalEntry[] = [];
  const results: Reduction[] = [];
  const commands: Command[] = [];
  let state: ExecutionState | null = null;
  let now = START_INSTANT;
  const apply = async (event: EngineEvent): Promise<ExecutionState> => {
    journal.push({ event, now });
    const result = await reduce(machine, state, event, now);
    results.push(result);
    commands.push(...result.commands);
    return result.state;
  };
  state = await apply(startEvent({ given: true }));
  for (const move of list) {
    now += move.later;
    const event = eventFor(move, commands);
    if (event) state = await apply(event);
  }
  return { journal, results };
}

test("replaying a journal gives the same states, history and commands, from any snapshot", async () => {
  await fc.assert(
    fc.asyncProperty(moves, fc.nat(39), async (list, cut) => {
      const { journal, results } = await play(list);
      let state: ExecutionState | null = null;
      for (const [index, { event, now }] of journal.entries()) {
        // A restart in between: the state comes back from its JSON text.
        if (index === cut && state) state = JSON.parse(JSON.stringify(state)) as ExecutionState;
        const again = await reduce(machine, state, event, now);
        expect(again).toEqual(results[index]);
        state = again.state;
      }
    }),
    { numRuns: 60 },
  );
});

test("history is numbered without gaps, points backward, and nothing follows the end", async () => {
  await fc.assert(
    fc.asyncProperty(moves, async (list) => {
      const { results } = await play(list);
      const history = results.flatMap((result) => result.history);
      expect(history.map((event) => event.id)).toEqual(history.map((_, index) => index + 1));
      for (const event of history) expect(event.previousEventId).toBeLessThan(event.id);
      const ended = results.findIndex((result) => result.state.status !== "RUNNING");
      if (ended < 0) return;
      expect(results[ended]?.commands.at(-1)?.type).toBe("done");
      for (const result of results.slice(ended + 1)) {
        expect(result).toEqual({ state: results[ended]?.state, history: [], commands: [] });
      }
    }),
    { numRuns: 60 },
  );
});

test("reduce leaves the state it was given alone", async () => {
  const { state } = await reduce(machine, null, startEvent({}), START_INSTANT);
  const before = structuredClone(state);
  await reduce(
    machine,
    state,
    { type: "taskFailed", taskId: "task-5", error: "E", cause: "" },
    START_INSTANT,
  );
  expect(state).toEqual(before);
});
