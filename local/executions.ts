/**
 * Runs Step Functions executions: feeds events to the engine one at a time, writes each down before acting on it,
 * carries out what the engine asks for, and picks everything up again after the process was killed.
 */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { AwsError, type Cloud, FunctionError, isStopping } from "./kernel.ts";
import {
  type Command,
  compile,
  type EngineEvent,
  type ExecutionState,
  lambdaCall,
  lambdaFailure,
  lambdaResult,
  type Machine,
  openTokens,
  reduce,
} from "./states/index.ts";

type Task = Extract<Command, { type: "task" }>;

export type ExecutionRow = {
  id: number;
  arn: string;
  name: string;
  machine: string;
  version: string | null;
  alias: string | null;
  definition: string;
  status: ExecutionState["status"];
  input: string;
  output: string | null;
  error: string | null;
  cause: string | null;
  started: number;
  stopped: number | null;
  parent: string | null;
  parent_task: string | null;
};

export type StartRequest = Pick<
  ExecutionRow,
  "arn" | "name" | "machine" | "version" | "alias" | "definition"
> & {
  input: string;
  roleArn: string;
  /** The execution and task that wait for this one to end (`.sync`). */
  parent?: { arn: string; taskId: string };
};

export type Executions = {
  get(arn: string): ExecutionRow | undefined;
  /** Writes a new execution down and sets it going. */
  start(request: StartRequest): ExecutionRow;
  /** Ends a running execution as ABORTED; its jobs end with it. */
  stop(arn: string, error?: string, cause?: string): Promise<void>;
  /** Gives a token back. Throws InvalidToken (never issued) or TaskTimedOut (no longer waited for). */
  returnToken(
    token: string,
    result: { output: unknown } | { error?: string; cause?: string } | null,
  ): Promise<void>;
  /** Every token that an execution was ever given, so that they can be masked. */
  tokens(arn: string): string[];
  /** Picks up every running execution where an earlier process left it. */
  restore(): void;
};

/** Service names as Step Functions puts them before an error, where they are not the service's own in capitals. */
const ERROR_PREFIX: Record<string, string> = {
  lambda: "Lambda",
  states: "StepFunctions",
  dynamodb: "DynamoDB",
  events: "EventBridge",
  "aws-sdk:dynamodb": "DynamoDb",
  "aws-sdk:sfn": "Sfn",
  "aws-sdk:lambda": "Lambda",
};
/** Services whose SDK name (in `aws-sdk:name`) is not the name they sign with. */
const SDK_NAMES: Record<string, string> = { sfn: "states", eventbridge: "events", sesv2: "ses" };

const pascal = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export function createTables(db: DatabaseSync): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS states_definition (id TEXT PRIMARY KEY, text TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS states_execution (
      id INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, machine TEXT NOT NULL,
      version TEXT, alias TEXT, definition TEXT NOT NULL, role TEXT NOT NULL, status TEXT NOT NULL,
      input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT, started REAL NOT NULL, stopped REAL,
      parent TEXT, parent_task TEXT, snapshot TEXT, applied INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX IF NOT EXISTS states_execution_machine ON states_execution (machine, id);
    CREATE INDEX IF NOT EXISTS states_execution_status ON states_execution (status, id);
    CREATE INDEX IF NOT EXISTS states_execution_parent ON states_execution (parent, parent_task);
    CREATE TABLE IF NOT EXISTS states_journal (execution TEXT, seq INTEGER, at REAL NOT NULL, event TEXT NOT NULL,
      PRIMARY KEY (execution, seq)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS states_history (execution TEXT, id INTEGER, event TEXT NOT NULL,
      PRIMARY KEY (execution, id)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS states_task (execution TEXT, task TEXT, command TEXT NOT NULL, submitted INTEGER NOT NULL,
      PRIMARY KEY (execution, task)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS states_timer (id INTEGER PRIMARY KEY AUTOINCREMENT, execution TEXT NOT NULL,
      timer TEXT NOT NULL, at REAL NOT NULL, created REAL NOT NULL, fired INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX IF NOT EXISTS states_timer_due ON states_timer (fired, at, created, id);
    CREATE INDEX IF NOT EXISTS states_timer_execution ON states_timer (execution, timer);
    CREATE TABLE IF NOT EXISTS states_token (token TEXT PRIMARY KEY, execution TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS states_token_execution ON states_token (execution);`);
}

/** Starts the execution that a task of another one asks for, and links the two when the task waits for its end. */
export type StartChild = (
  input: { stateMachineArn: string; name?: string; input?: string },
  parent?: { arn: string; taskId: string },
) => { executionArn: string; startDate?: number };

export function createExecutions(cloud: Cloud, startChild: StartChild): Executions {
  const { db, clock, activity } = cloud;
  createTables(db);
  const sql = {
    get: db.prepare("SELECT * FROM states_execution WHERE arn = ?"),
    insert:
      db.prepare(`INSERT INTO states_execution (arn, name, machine, version, alias, definition, role, status, input,
      started, parent, parent_task) VALUES (?, ?, ?, ?, ?, ?, ?, 'RUNNING', ?, ?, ?, ?)`),
    journal: db.prepare("INSERT INTO states_journal VALUES (?, ?, ?, ?)"),
    unapplied: db.prepare(
      "SELECT seq, at, event FROM states_journal WHERE execution = ? AND seq > ? ORDER BY seq",
    ),
    save: db.prepare(`UPDATE states_execution SET snapshot = ?, applied = ?, status = ?, output = ?, error = ?, cause = ?,
      stopped = ? WHERE arn = ?`),
    history: db.prepare("INSERT INTO states_history VALUES (?, ?, ?)"),
    addTask: db.prepare("INSERT INTO states_task VALUES (?, ?, ?, 0)"),
    submitted: db.prepare("UPDATE states_task SET submitted = 1 WHERE execution = ? AND task = ?"),
    removeTask: db.prepare("DELETE FROM states_task WHERE execution = ? AND task = ?"),
    removeTasks: db.prepare("DELETE FROM states_task WHERE execution = ?"),
    addTimer: db.prepare("INSERT INTO states_timer (execution, timer, at, created) VALUES (?, ?, ?, ?)"),
    removeTimer: db.prepare("DELETE FROM states_timer WHERE execution = ? AND timer = ?"),
    removeTimers: db.prepare("DELETE FROM states_timer WHERE execution = ?"),
    due: db.prepare(`SELECT id, execution, timer, at, created FROM states_timer
      WHERE fired = 0 ORDER BY at, created, id LIMIT 1`),
    fired: db.prepare("UPDATE states_timer SET fired = 1 WHERE id = ?"),
    addToken: db.prepare("INSERT OR IGNORE INTO states_token VALUES (?, ?)"),
    tokenOwner: db.prepare("SELECT execution FROM states_token WHERE token = ?"),
    tokens: db.prepare("SELECT token FROM states_token WHERE execution = ?"),
    children: db.prepare(
      "SELECT arn, parent_task FROM states_execution WHERE parent = ? AND status = 'RUNNING'",
    ),
    definition: db.prepare("SELECT text FROM states_definition WHERE id = ?"),
  };
  type Stored = ExecutionRow & { role: string; snapshot: string | null; applied: number };
  const stored = (arn: string) => sql.get.get(arn) as Stored | undefined;

  const machines = new Map<string, Machine>();
  function machineOf(definition: string): Machine {
    let machine = machines.get(definition);
    if (!machine) {
      machine = compile((sql.definition.get(definition) as { text: string }).text);
      machines.set(definition, machine);
    }
    return machine;
  }

  function transaction(run: () => void): void {
    db.exec("BEGIN IMMEDIATE");
    try {
      run();
      db.exec("COMMIT");
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  }

  /** One execution between two turns of its queue; forgotten when the queue is empty. */
  type Live = { row: Stored; state: ExecutionState | null; tail: Promise<unknown>; waiting: number };
  const live = new Map<string, Live>();

  /** Runs `step` after everything that was asked of this execution before. */
  function inOrder<T>(arn: string, step: (execution: Live) => Promise<T>): Promise<T> {
    let execution = live.get(arn);
    if (!execution) {
      const row = stored(arn);
      if (!row) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
      const state = row.snapshot ? (JSON.parse(row.snapshot) as ExecutionState) : null;
      execution = { row, state, tail: Promise.resolve(), waiting: 0 };
      live.set(arn, execution);
    }
    const mine = execution;
    const end = activity.begin(`execution ${mine.row.name}`);
    mine.waiting++;
    const result = mine.tail.then(() => step(mine));
    mine.tail = result.then(
      () => {},
      () => {},
    );
    return result.finally(() => {
      if (--mine.waiting === 0) live.delete(arn);
      end();
    });
  }

  /** Journals an event, then applies it. */
  function dispatch(arn: string, event: EngineEvent): Promise<void> {
    return inOrder(arn, (execution) => accept(execution, event)).catch((error: Error) => {
      cloud.log("states", `${arn}: ${error.name} on ${event.type}`);
    });
  }

  async function accept(execution: Live, event: EngineEvent): Promise<void> {
    const seq = execution.row.applied + 1;
    const at = clock.now();
    sql.journal.run(execution.row.arn, seq, at, JSON.stringify(event));
    await apply(execution, seq, at, event);
  }

  async function apply(execution: Live, seq: number, at: number, event: EngineEvent): Promise<void> {
    const { row } = execution;
    const { state, history, commands } = await reduce(machineOf(row.definition), execution.state, event, at);
    const ended = state.status !== "RUNNING";
    const was = execution.state?.status;
    transaction(() => {
      sql.save.run(
        JSON.stringify(state),
        seq,
        state.status,
        state.output === undefined ? null : JSON.stringify(state.output),
        state.error ?? null,
        state.cause ?? null,
        ended ? (row.stopped ?? at) : null,
        row.arn,
      );
      for (const line of history) sql.history.run(row.arn, line.id, JSON.stringify(line));
      if (event.type === "timer") sql.removeTimer.run(row.arn, event.timerId);
      if (event.type === "taskSubmitted") sql.submitted.run(row.arn, event.taskId);
      if (event.type === "taskSucceeded" || event.type === "taskFailed")
        sql.removeTask.run(row.arn, event.taskId);
      for (const command of commands) note(row.arn, command, at);
      if (ended) {
        sql.removeTasks.run(row.arn);
        sql.removeTimers.run(row.arn);
      }
    });
    execution.state = state;
    row.applied = seq;
    row.status = state.status;
    if (ended) row.stopped ??= at;
    for (const command of commands) {
      if (command.type === "task") void runTask(row.arn, command);
      else if (command.type === "abandonTask") stopChildren(row.arn, command.taskId);
    }
    clock.changed();
    if (ended && was !== state.status) {
      stopChildren(row.arn);
      if (row.parent) tellParent(row.arn);
    }
  }

  /** Keeps what is outstanding, so that it can be asked for again. */
  function note(arn: string, command: Command, at: number): void {
    if (command.type === "task") {
      sql.addTask.run(arn, command.taskId, JSON.stringify(command));
      if (command.token) sql.addToken.run(command.token, arn);
    } else if (command.type === "timer") sql.addTimer.run(arn, command.timerId, command.at, at);
    else if (command.type === "cancelTimer") sql.removeTimer.run(arn, command.timerId);
    else if (command.type === "abandonTask") sql.removeTask.run(arn, command.taskId);
  }

  async function runTask(arn: string, task: Task): Promise<void> {
    const end = activity.begin(`task ${task.service}:${task.action}`);
    try {
      const output = await callService(arn, task);
      const waits = task.pattern !== "request";
      await dispatch(arn, { type: waits ? "taskSubmitted" : "taskSucceeded", taskId: task.taskId, output });
      // A job may have ended before its parent heard that it began.
      if (task.pattern.startsWith("sync")) tellParent((output as { ExecutionArn: string }).ExecutionArn);
    } catch (error) {
      if (isStopping(error)) return;
      await dispatch(arn, { type: "taskFailed", taskId: task.taskId, ...failure(task, error as Error) });
    } finally {
      end();
    }
  }

  async function callService(arn: string, task: Task): Promise<unknown> {
    if (task.service === "lambda") {
      const { functionName, payload } = lambdaCall(task);
      return lambdaResult(task, await cloud.invoke(functionName, payload));
    }
    if (task.service === "states" && task.action === "startExecution") {
      const { StateMachineArn, Name, Input } = task.arguments as {
        StateMachineArn: string;
        Name?: string;
        Input?: unknown;
      };
      const input = typeof Input === "string" ? Input : JSON.stringify(Input ?? {});
      const parent = task.pattern.startsWith("sync") ? { arn, taskId: task.taskId } : undefined;
      const child = startChild(
        { stateMachineArn: StateMachineArn, input, ...(Name && { name: Name }) },
        parent,
      );
      return { ExecutionArn: child.executionArn, StartDate: (child.startDate ?? 0) * 1000 };
    }
    const name = task.service.replace("aws-sdk:", "");
    return cloud.call(SDK_NAMES[name] ?? name, pascal(task.action), (task.arguments ?? {}) as object);
  }

  function failure(task: Task, error: Error): { error: string; cause: string } {
    if (error instanceof FunctionError) return lambdaFailure(error.errorType, error.payload as object);
    if (!(error instanceof AwsError)) return { error: "States.TaskFailed", cause: error.message };
    const prefix = ERROR_PREFIX[task.service] ?? task.service.replace("aws-sdk:", "").toUpperCase();
    const code = error.code.endsWith("Exception") ? error.code : `${error.code}Exception`;
    return { error: `${prefix}.${code}`, cause: error.message };
  }

  /** Reports a job that has ended to the execution that waits for it. */
  function tellParent(childArn: string): void {
    const child = stored(childArn);
    if (!child?.parent || !child.parent_task || child.status === "RUNNING") return;
    const parent = stored(child.parent);
    if (parent?.status !== "RUNNING") return;
    const taskId = child.parent_task;
    void inOrder(child.parent, async (execution) => {
      const pending = execution.state?.frame?.pending;
      if (pending?.kind !== "task" || pending.taskId !== taskId || !pending.submitted) return;
      const parsed = (text: string | null) => (text === null ? undefined : (JSON.parse(text) as unknown));
      const json = taskPattern(child.parent!, taskId) === "sync:2";
      const described = {
        ExecutionArn: child.arn,
        Input: json ? parsed(child.input) : child.input,
        InputDetails: { Included: true },
        Name: child.name,
        ...(child.output !== null && {
          Output: json ? parsed(child.output) : child.output,
          OutputDetails: { Included: true },
        }),
        ...(child.error !== null && { Error: child.error }),
        ...(child.cause !== null && { Cause: child.cause }),
        RedriveCount: 0,
        StartDate: child.started,
        StateMachineArn: child.machine,
        Status: child.status,
        StopDate: child.stopped,
      };
      if (child.status === "SUCCEEDED")
        await accept(execution, { type: "taskSucceeded", taskId, output: described });
      else {
        const cause = JSON.stringify(described);
        await accept(execution, { type: "taskFailed", taskId, error: "States.TaskFailed", cause });
      }
    });
  }

  function taskPattern(arn: string, taskId: string): string {
    const row = db
      .prepare("SELECT command FROM states_task WHERE execution = ? AND task = ?")
      .get(arn, taskId);
    return row ? (JSON.parse((row as { command: string }).command) as Task).pattern : "";
  }

  function stopChildren(arn: string, taskId?: string): void {
    for (const child of sql.children.all(arn) as { arn: string; parent_task: string }[]) {
      if (!taskId || child.parent_task === taskId) void dispatch(child.arn, { type: "stop" });
    }
  }

  clock.addSource({
    name: "state machine timers",
    next: () => (sql.due.get() as { at: number; created: number } | undefined) ?? null,
    async fire() {
      const timer = sql.due.get() as { id: number; execution: string; timer: string } | undefined;
      if (!timer) return;
      sql.fired.run(timer.id);
      void dispatch(timer.execution, { type: "timer", timerId: timer.timer });
    },
  });

  return {
    get: (arn) => stored(arn),
    start(request) {
      const now = clock.now();
      const event: EngineEvent = {
        type: "start",
        input: JSON.parse(request.input) as unknown,
        name: request.name,
        executionArn: request.arn,
        stateMachineArn: request.machine,
        roleArn: request.roleArn,
        startedAt: now,
        seed: randomBytes(32).toString("hex"),
      };
      transaction(() => {
        sql.insert.run(
          request.arn,
          request.name,
          request.machine,
          request.version,
          request.alias,
          request.definition,
          request.roleArn,
          request.input,
          now,
          request.parent?.arn ?? null,
          request.parent?.taskId ?? null,
        );
        sql.journal.run(request.arn, 1, now, JSON.stringify(event));
      });
      void inOrder(request.arn, (execution) => apply(execution, 1, now, event)).catch((error: Error) =>
        cloud.log("states", `${request.arn}: ${error.name} at its start`),
      );
      return stored(request.arn)!;
    },
    stop: (arn, error, cause) =>
      dispatch(arn, {
        type: "stop",
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      }),
    async returnToken(token, result) {
      const owner = sql.tokenOwner.get(token) as { execution: string } | undefined;
      if (!owner) throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
      await inOrder(owner.execution, async (execution) => {
        if (!execution.state || !openTokens(execution.state).includes(token)) {
          throw new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
        }
        if (result === null) return;
        if ("output" in result)
          await accept(execution, { type: "tokenSucceeded", token, output: result.output });
        else await accept(execution, { type: "tokenFailed", token, ...result });
      });
    },
    tokens: (arn) => (sql.tokens.all(arn) as { token: string }[]).map(({ token }) => token),
    restore() {
      db.exec("UPDATE states_timer SET fired = 0");
      const running = db
        .prepare("SELECT arn, applied FROM states_execution WHERE status = 'RUNNING' ORDER BY id")
        .all();
      for (const { arn, applied } of running as { arn: string; applied: number }[]) {
        const tasks = db.prepare("SELECT command, submitted FROM states_task WHERE execution = ?").all(arn);
        for (const { seq, at, event } of sql.unapplied.all(arn, applied) as {
          seq: number;
          at: number;
          event: string;
        }[]) {
          void inOrder(arn, (execution) => apply(execution, seq, at, JSON.parse(event) as EngineEvent)).catch(
            (error: Error) => cloud.log("states", `${arn}: ${error.name} when it was picked up`),
          );
        }
        for (const { command, submitted } of tasks as { command: string; submitted: number }[]) {
          const task = JSON.parse(command) as Task;
          if (!submitted) void inOrder(arn, async () => void runTask(arn, task));
          else if (task.pattern.startsWith("sync")) {
            const children = db
              .prepare("SELECT arn FROM states_execution WHERE parent = ? AND parent_task = ?")
              .all(arn, task.taskId);
            for (const child of children as { arn: string }[]) tellParent(child.arn);
          }
        }
      }
    },
  };
}
