/**
 * AWS Step Functions: state machines, versions, aliases, executions and task tokens.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
 */
import { createHash, randomUUID } from "node:crypto";
import * as z from "zod";
import { createExecutions, type ExecutionRow, type Executions, type StartChild } from "../executions.ts";
import { type Action, AwsError, type Cloud, type Service } from "../kernel.ts";
import { describeProblems, type HistoryEvent, toApiEvent, validate } from "../states/index.ts";

type MachineRow = {
  arn: string;
  name: string;
  role: string;
  definition: string;
  revision: string;
  created: number;
};
type VersionRow = MachineRow & { machine: string; number: number };
type AliasRow = {
  arn: string;
  name: string;
  machine: string;
  routing: string;
  created: number;
  updated: number;
};
type Routing = { stateMachineVersionArn: string; weight: number }[];
type Named = { stateMachineArn: string };

/** Input and output of an execution, in bytes. */
const MAX_PAYLOAD = 262_144;

const seconds = (ms: number | null) => (ms === null ? undefined : ms / 1000);
const NAME = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]+$/u);

/** The service, and the executions behind it for those who restore and show them. */
export function createStates(cloud: Cloud): { service: Service; executions: Executions } {
  const { db, clock } = cloud;
  const executions = createExecutions(cloud, (input, parent) => begin(input, parent));
  db.exec(`
    CREATE TABLE IF NOT EXISTS states_machine (arn TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,
      definition TEXT NOT NULL, revision TEXT NOT NULL, created REAL NOT NULL);
    CREATE TABLE IF NOT EXISTS states_version (arn TEXT PRIMARY KEY, machine TEXT NOT NULL, number INTEGER NOT NULL,
      name TEXT NOT NULL, role TEXT NOT NULL, definition TEXT NOT NULL, revision TEXT NOT NULL, created REAL NOT NULL);
    CREATE TABLE IF NOT EXISTS states_alias (arn TEXT PRIMARY KEY, name TEXT NOT NULL, machine TEXT NOT NULL,
      routing TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL);`);
  const machineBy = db.prepare("SELECT * FROM states_machine WHERE arn = ?");
  const versionBy = db.prepare("SELECT * FROM states_version WHERE arn = ?");
  const aliasBy = db.prepare("SELECT * FROM states_alias WHERE arn = ?");
  const definitionBy = db.prepare("SELECT text FROM states_definition WHERE id = ?");
  const textOf = (definition: string) => (definitionBy.get(definition) as { text: string }).text;

  /** Checks and keeps a definition; its id is its digest. */
  function keep(text: string): string {
    const problems = validate(text);
    if (problems.length > 0) {
      throw new AwsError(
        "InvalidDefinition",
        `Invalid State Machine Definition: '${describeProblems(problems)}'`,
      );
    }
    const id = createHash("sha256").update(text).digest("hex");
    db.prepare("INSERT OR IGNORE INTO states_definition VALUES (?, ?)").run(id, text);
    return id;
  }

  const revisionOf = (definition: string, role: string) =>
    createHash("sha256")
      .update(definition + role)
      .digest("hex")
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");

  function missing(arn: string): AwsError {
    return new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  }

  /** What an ARN of a state machine, a version or an alias runs. */
  function target(arn: string): { machine: MachineRow; version: string | null; alias: string | null } {
    const machine = machineBy.get(arn) as MachineRow | undefined;
    if (machine) return { machine, version: null, alias: null };
    const alias = aliasBy.get(arn) as AliasRow | undefined;
    let versionArn = arn;
    if (alias) {
      let draw = Math.random() * 100;
      const routing = JSON.parse(alias.routing) as Routing;
      const chosen = routing.find(({ weight }) => {
        draw -= weight;
        return draw < 0;
      });
      versionArn = (chosen ?? routing[0]!).stateMachineVersionArn;
    }
    const version = versionBy.get(versionArn) as VersionRow | undefined;
    if (!version) throw missing(arn);
    return { machine: { ...version, arn: version.machine }, version: versionArn, alias: alias ? arn : null };
  }

  function machineOf(arn: string): MachineRow {
    const machine = machineBy.get(arn) as MachineRow | undefined;
    if (!machine) throw missing(arn);
    return machine;
  }

  function publish(arn: string): { stateMachineVersionArn: string; creationDate: number } {
    const machine = machineOf(arn);
    const newest = db
      .prepare("SELECT * FROM states_version WHERE machine = ? ORDER BY number DESC LIMIT 1")
      .get(arn) as VersionRow | undefined;
    if (newest?.revision === machine.revision) {
      return { stateMachineVersionArn: newest.arn, creationDate: newest.created / 1000 };
    }
    const number = (newest?.number ?? 0) + 1;
    const now = clock.now();
    db.prepare("INSERT INTO states_version VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(
      ...[
        `${arn}:${number}`,
        arn,
        number,
        machine.name,
        machine.role,
        machine.definition,
        machine.revision,
        now,
      ],
    );
    return { stateMachineVersionArn: `${arn}:${number}`, creationDate: now / 1000 };
  }

  function execution(arn: string): ExecutionRow {
    const row = executions.get(arn);
    if (!row) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    return row;
  }

  function json(text: string, code: string): unknown {
    if (Buffer.byteLength(text) > MAX_PAYLOAD)
      throw new AwsError(code, "payload is larger than 262144 bytes");
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new AwsError(code, `${code}: not JSON`);
    }
  }

  const describe = (row: ExecutionRow) => ({
    executionArn: row.arn,
    stateMachineArn: row.machine,
    stateMachineVersionArn: row.version ?? undefined,
    stateMachineAliasArn: row.alias ?? undefined,
    name: row.name,
    status: row.status,
    startDate: seconds(row.started),
    stopDate: seconds(row.stopped),
    redriveCount: 0,
  });

  /** One page of rows after `nextToken`, which is the offset that the page before ended at. */
  function page<T>(
    sql: string,
    values: (string | number)[],
    input: { maxResults?: number; nextToken?: string },
  ) {
    const limit = Math.min(input.maxResults || 100, 1000);
    const offset = Number(input.nextToken ?? 0);
    if (!Number.isInteger(offset) || offset < 0)
      throw new AwsError("InvalidToken", "Invalid Token: nextToken");
    const rows = db.prepare(`${sql} LIMIT ? OFFSET ?`).all(...values, limit + 1, offset) as T[];
    const nextToken = rows.length > limit ? String(offset + limit) : undefined;
    return { rows: rows.slice(0, limit), nextToken };
  }

  const begin: StartChild = ({ stateMachineArn, name = randomUUID(), input = "{}" }, parent) => {
    const { machine, version, alias } = target(stateMachineArn);
    json(input, "InvalidExecutionInput");
    const arn = `${machine.arn.replace(":stateMachine:", ":execution:")}:${name}`;
    const known = executions.get(arn);
    if (known) {
      // Whoever started it before a crash, or asks for the very same thing again, gets the same execution.
      const again = parent && known.parent === parent.arn && known.parent_task === parent.taskId;
      if (again || (known.status === "RUNNING" && known.input === input)) {
        return { executionArn: arn, startDate: known.started / 1000 };
      }
      throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    }
    const { definition, role: roleArn } = machine;
    const request = { arn, name, machine: machine.arn, version, alias, definition, input, roleArn };
    const row = executions.start({ ...request, ...(parent && { parent }) });
    return { executionArn: arn, startDate: row.started / 1000 };
  };

  const actions: Record<string, Action> = {
    CreateStateMachine: {
      input: z.looseObject({ name: NAME, definition: z.string(), roleArn: z.string() }),
      run(input: { name: string; definition: string; roleArn: string; publish?: boolean }) {
        const arn = `arn:aws:states:${cloud.region}:${cloud.accountId}:stateMachine:${input.name}`;
        const definition = keep(input.definition);
        const revision = revisionOf(definition, input.roleArn);
        const known = machineBy.get(arn) as MachineRow | undefined;
        if (known && known.revision !== revision) {
          throw new AwsError("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);
        }
        if (!known) {
          db.prepare("INSERT INTO states_machine VALUES (?, ?, ?, ?, ?, ?)").run(
            ...[arn, input.name, input.roleArn, definition, revision, clock.now()],
          );
        }
        const version = input.publish ? { stateMachineVersionArn: publish(arn).stateMachineVersionArn } : {};
        return { stateMachineArn: arn, creationDate: seconds(machineOf(arn).created), ...version };
      },
    },
    UpdateStateMachine: {
      run(input: Named & { definition?: string; roleArn?: string; publish?: boolean }) {
        const machine = machineOf(input.stateMachineArn);
        const definition = input.definition === undefined ? machine.definition : keep(input.definition);
        const role = input.roleArn ?? machine.role;
        const revision = revisionOf(definition, role);
        db.prepare("UPDATE states_machine SET definition = ?, role = ?, revision = ? WHERE arn = ?").run(
          ...[definition, role, revision, machine.arn],
        );
        const version = input.publish
          ? { stateMachineVersionArn: publish(machine.arn).stateMachineVersionArn }
          : {};
        return { updateDate: clock.now() / 1000, revisionId: revision, ...version };
      },
    },
    DeleteStateMachine: {
      run({ stateMachineArn }: Named) {
        for (const table of ["states_version", "states_alias"]) {
          db.prepare(`DELETE FROM ${table} WHERE machine = ?`).run(stateMachineArn);
        }
        db.prepare("DELETE FROM states_machine WHERE arn = ?").run(stateMachineArn);
        return {};
      },
    },
    DescribeStateMachine: {
      run({ stateMachineArn }: Named) {
        const { machine } = target(stateMachineArn);
        return {
          stateMachineArn,
          name: machine.name,
          status: "ACTIVE",
          definition: textOf(machine.definition),
          roleArn: machine.role,
          type: "STANDARD",
          creationDate: seconds(machine.created),
          revisionId: machine.revision,
          loggingConfiguration: { level: "OFF", includeExecutionData: false },
          tracingConfiguration: { enabled: false },
        };
      },
    },
    ListStateMachines: {
      run(input: { maxResults?: number; nextToken?: string }) {
        const { rows, nextToken } = page<MachineRow>("SELECT * FROM states_machine ORDER BY name", [], input);
        const stateMachines = rows.map(({ arn, name, created }) => ({
          stateMachineArn: arn,
          name,
          type: "STANDARD",
          creationDate: seconds(created),
        }));
        return { stateMachines, nextToken };
      },
    },
    ValidateStateMachineDefinition: {
      run({ definition }: { definition: string }) {
        const problems = validate(definition);
        return {
          result: problems.length > 0 ? "FAIL" : "OK",
          diagnostics: problems.map((problem) => ({ severity: "ERROR", ...problem })),
          truncated: false,
        };
      },
    },
    PublishStateMachineVersion: { run: ({ stateMachineArn }: Named) => publish(stateMachineArn) },
    ListStateMachineVersions: {
      run(input: Named & { maxResults?: number; nextToken?: string }) {
        const sql = "SELECT * FROM states_version WHERE machine = ? ORDER BY number DESC";
        const { rows, nextToken } = page<VersionRow>(sql, [input.stateMachineArn], input);
        const stateMachineVersions = rows.map(({ arn, created }) => ({
          stateMachineVersionArn: arn,
          creationDate: seconds(created),
        }));
        return { stateMachineVersions, nextToken };
      },
    },
    CreateStateMachineAlias: {
      run({ name, routingConfiguration }: { name: string; routingConfiguration: Routing }) {
        const first = versionBy.get(routingConfiguration[0]!.stateMachineVersionArn) as
          | VersionRow
          | undefined;
        if (!first) throw new AwsError("ResourceNotFound", "the alias names a version that does not exist");
        const arn = `${first.machine}:${name}`;
        const routing = JSON.stringify(routingConfiguration);
        const known = aliasBy.get(arn) as AliasRow | undefined;
        if (known && known.routing !== routing)
          throw new AwsError("ConflictException", `alias ${name} exists`);
        const now = clock.now();
        if (!known) {
          db.prepare("INSERT INTO states_alias VALUES (?, ?, ?, ?, ?, ?)").run(
            arn,
            name,
            first.machine,
            routing,
            now,
            now,
          );
        }
        return { stateMachineAliasArn: arn, creationDate: now / 1000 };
      },
    },
    UpdateStateMachineAlias: {
      run(input: { stateMachineAliasArn: string; routingConfiguration: Routing }) {
        const { changes } = db
          .prepare("UPDATE states_alias SET routing = ?, updated = ? WHERE arn = ?")
          .run(JSON.stringify(input.routingConfiguration), clock.now(), input.stateMachineAliasArn);
        if (changes === 0) throw new AwsError("ResourceNotFound", "there is no such alias");
        return { updateDate: clock.now() / 1000 };
      },
    },
    DescribeStateMachineAlias: {
      run({ stateMachineAliasArn }: { stateMachineAliasArn: string }) {
        const alias = aliasBy.get(stateMachineAliasArn) as AliasRow | undefined;
        if (!alias) throw new AwsError("ResourceNotFound", "there is no such alias");
        return {
          stateMachineAliasArn,
          name: alias.name,
          routingConfiguration: JSON.parse(alias.routing) as Routing,
          creationDate: seconds(alias.created),
          updateDate: seconds(alias.updated),
        };
      },
    },
    ListStateMachineAliases: {
      run({ stateMachineArn }: Named) {
        const rows = db
          .prepare("SELECT * FROM states_alias WHERE machine = ? ORDER BY name")
          .all(stateMachineArn);
        return {
          stateMachineAliases: (rows as AliasRow[]).map(({ arn, created }) => ({
            stateMachineAliasArn: arn,
            creationDate: seconds(created),
          })),
        };
      },
    },
    StartExecution: {
      input: z.looseObject({
        stateMachineArn: z.string(),
        name: NAME.optional(),
        input: z.string().optional(),
      }),
      run: (input: { stateMachineArn: string; name?: string; input?: string }) => begin(input),
    },
    DescribeExecution: {
      run({ executionArn }: { executionArn: string }) {
        const row = execution(executionArn);
        return {
          ...describe(row),
          input: row.input,
          inputDetails: { included: true },
          ...(row.output !== null && { output: row.output, outputDetails: { included: true } }),
          error: row.error ?? undefined,
          cause: row.cause ?? undefined,
          redriveStatus: "NOT_REDRIVABLE",
        };
      },
    },
    DescribeStateMachineForExecution: {
      run({ executionArn }: { executionArn: string }) {
        const row = execution(executionArn);
        const machine = machineOf(row.machine);
        return {
          stateMachineArn: row.machine,
          name: machine.name,
          definition: textOf(row.definition),
          roleArn: machine.role,
          updateDate: seconds(machine.created),
        };
      },
    },
    GetExecutionHistory: {
      run(input: {
        executionArn: string;
        maxResults?: number;
        nextToken?: string;
        reverseOrder?: boolean;
        includeExecutionData?: boolean;
      }) {
        execution(input.executionArn);
        const order = input.reverseOrder ? "DESC" : "ASC";
        const sql = `SELECT event FROM states_history WHERE execution = ? ORDER BY id ${order}`;
        const { rows, nextToken } = page<{ event: string }>(sql, [input.executionArn], input);
        const include = input.includeExecutionData !== false;
        const events = rows.map(({ event }) => toApiEvent(JSON.parse(event) as HistoryEvent, include));
        return { events, nextToken };
      },
    },
    ListExecutions: {
      run(input: Named & { statusFilter?: string; maxResults?: number; nextToken?: string }) {
        const { machine, version, alias } = target(input.stateMachineArn);
        const [column, value] = alias
          ? ["alias", alias]
          : version
            ? ["version", version]
            : ["machine", machine.arn];
        const filter = input.statusFilter ? " AND status = ?" : "";
        const sql = `SELECT * FROM states_execution WHERE ${column} = ?${filter} ORDER BY id DESC`;
        const values = input.statusFilter ? [value, input.statusFilter] : [value];
        const { rows, nextToken } = page<ExecutionRow>(sql, values, input);
        return { executions: rows.map(describe), nextToken };
      },
    },
    StopExecution: {
      async run({ executionArn, error, cause }: { executionArn: string; error?: string; cause?: string }) {
        execution(executionArn);
        await executions.stop(executionArn, error, cause);
        return { stopDate: seconds(execution(executionArn).stopped) };
      },
    },
    SendTaskSuccess: {
      input: z.looseObject({ taskToken: z.string(), output: z.string() }),
      async run({ taskToken, output }: { taskToken: string; output: string }) {
        await executions.returnToken(taskToken, { output: json(output, "InvalidOutput") });
        return {};
      },
    },
    SendTaskFailure: {
      input: z.looseObject({ taskToken: z.string() }),
      async run({ taskToken, error, cause }: { taskToken: string; error?: string; cause?: string }) {
        await executions.returnToken(taskToken, {
          ...(error !== undefined && { error }),
          ...(cause !== undefined && { cause }),
        });
        return {};
      },
    },
    SendTaskHeartbeat: {
      input: z.looseObject({ taskToken: z.string() }),
      async run({ taskToken }: { taskToken: string }) {
        await executions.returnToken(taskToken, null);
        return {};
      },
    },
  };
  return { service: { name: "states", protocol: "json", target: "AWSStepFunctions", actions }, executions };
}
