/**
 * Runs one execution of the engine on a virtual clock: timers fire in order of time, then of creation, and a scripted
 * host answers tasks. Nothing waits for real.
 */
import {
  type Command,
  type EngineEvent,
  type ExecutionState,
  type HistoryEvent,
  type Machine,
  reduce,
} from "../../../local/states/index.ts";

export type Task = Extract<Command, { type: "task" }>;

/** What the host does later, in milliseconds after the task was scheduled. */
export type Answer = { after: number; event: EngineEvent };

export type Host = {
  /** Answers one task of the named state; no answers = it never ends by itself. */
  task(task: Task, stateName: string): Answer[];
  /** Asked each time the execution has nothing to do right now; an event is applied before time goes on. */
  idle?(): EngineEvent | null;
};

export type JournalEntry = { event: EngineEvent; now: number };
export type Outcome = {
  state: ExecutionState;
  history: HistoryEvent[];
  commands: Command[];
  journal: JournalEntry[];
};

export const START_INSTANT = Date.UTC(2026, 0, 5, 1, 0, 0);

/** The start event of a test execution. */
export function startEvent(input: unknown): EngineEvent {
  return {
    type: "start",
    input,
    name: "run",
    executionArn: "arn:aws:states:us-east-1:111111111111:execution:machine:run",
    stateMachineArn: "arn:aws:states:us-east-1:111111111111:stateMachine:machine",
    roleArn: "snf_role_arn",
    startedAt: START_INSTANT,
    seed: "test-seed",
  };
}

/** Drives an execution until it has ended or nothing will ever happen to it. */
export async function drive(machine: Machine, input: unknown, host: Host): Promise<Outcome> {
  const agenda: { at: number; order: number; event: EngineEvent; timerId?: string }[] = [];
  const outcome = { history: [] as HistoryEvent[], commands: [] as Command[], journal: [] as JournalEntry[] };
  let order = 0;
  let now = START_INSTANT;
  let state: ExecutionState | null = null;

  const apply = async (event: EngineEvent): Promise<ExecutionState> => {
    outcome.journal.push({ event, now });
    const reduction = await reduce(machine, state, event, now);
    outcome.history.push(...reduction.history);
    outcome.commands.push(...reduction.commands);
    for (const command of reduction.commands) {
      if (command.type === "timer") {
        const { timerId, at } = command;
        agenda.push({ at, order: order++, event: { type: "timer", timerId }, timerId });
      } else if (command.type === "cancelTimer") {
        const at = agenda.findIndex((entry) => entry.timerId === command.timerId);
        if (at >= 0) agenda.splice(at, 1);
      } else if (command.type === "task") {
        for (const answer of host.task(command, currentState(outcome.history))) {
          agenda.push({ at: now + answer.after, order: order++, event: answer.event });
        }
      }
    }
    return reduction.state;
  };

  state = await apply(startEvent(input));
  while (state.status === "RUNNING") {
    agenda.sort((a, b) => a.at - b.at || a.order - b.order);
    const next = agenda[0];
    const asked: EngineEvent | null = next && next.at <= now ? null : (host.idle?.() ?? null);
    if (asked) {
      state = await apply(asked);
      continue;
    }
    if (!next) break;
    agenda.shift();
    now = Math.max(now, next.at);
    state = await apply(next.event);
  }
  return { state, ...outcome };
}

function currentState(history: HistoryEvent[]): string {
  return String(history.findLast((event) => event.type.endsWith("StateEntered"))?.details.name);
}
