/**
 * EventBridge Scheduler. A schedule counts as fired only after its target took the event, so a crash in between
 * fires it again and never loses it. https://docs.aws.amazon.com/scheduler/latest/APIReference/
 */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { AwsError, type Cloud, type Service } from "../kernel.ts";
import { action } from "./action.ts";
import { isZone, occurrence, parseSchedule, type Schedule } from "./schedule.ts";
import { createGroups } from "./scheduler-groups.ts";
import { Definition, Name, type ScheduleDefinition } from "./scheduler-model.ts";
import { createRetries } from "./scheduler-retries.ts";

const Token = { ClientToken: z.string().optional() };
const Ref = z.object({ Name, groupName: Name.default("default") });

type Row = {
  id: number;
  group_name: string;
  name: string;
  definition: string;
  created: number;
  modified: number;
  next_at: number | null;
  token: string | null;
};

export function createScheduler(cloud: Cloud) {
  const { db, clock } = cloud;
  db.exec(`CREATE TABLE IF NOT EXISTS scheduler_schedules (
    id INTEGER PRIMARY KEY AUTOINCREMENT, group_name TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL,
    created REAL NOT NULL, modified REAL NOT NULL, next_at REAL, token TEXT, UNIQUE (group_name, name))`);
  db.exec("CREATE INDEX IF NOT EXISTS scheduler_schedules_due ON scheduler_schedules (next_at, created, id)");
  const byName = db.prepare("SELECT * FROM scheduler_schedules WHERE group_name = ? AND name = ?");
  const due = db.prepare(
    "SELECT * FROM scheduler_schedules WHERE next_at IS NOT NULL ORDER BY next_at, created, id LIMIT 1",
  );
  const insert =
    db.prepare(`INSERT INTO scheduler_schedules (group_name, name, definition, created, modified, next_at, token)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const rewrite = db.prepare(
    "UPDATE scheduler_schedules SET definition = ?, modified = ?, next_at = ? WHERE id = ?",
  );
  const remove = db.prepare("DELETE FROM scheduler_schedules WHERE id = ?");
  const moveOn = db.prepare("UPDATE scheduler_schedules SET next_at = ? WHERE id = ?");
  // What recurred while nothing ran here is made up for once, not once for each occurrence missed.
  const began = clock.now();
  const groups = createGroups(cloud);
  const deliveries = createRetries(cloud);

  const prefix = `arn:aws:scheduler:${cloud.region}:${cloud.accountId}`;
  const arnOf = (group: string, name: string) => `${prefix}:schedule/${group}/${name}`;
  const invalid = (message: string) => new AwsError("ValidationException", message);

  function check(definition: ScheduleDefinition): Schedule {
    const { ScheduleExpression, ScheduleExpressionTimezone: zone, Target: target } = definition;
    if (!isZone(zone)) throw invalid(`Invalid ScheduleExpressionTimezone ${zone}.`);
    const schedule = parseSchedule(ScheduleExpression, zone);
    if (!schedule) throw invalid(`Invalid Schedule Expression ${ScheduleExpression}.`);
    // Precision is a minute: an instant within the current one is still to come.
    if (schedule.kind === "at" && schedule.at < clock.now() - 60_000) {
      throw invalid(`Invalid Schedule Expression ${ScheduleExpression}. The time is in the past.`);
    }
    if (target.Arn.split(":")[2] === "lambda" && target.Input !== undefined) {
      try {
        JSON.parse(target.Input);
      } catch {
        throw invalid("Invalid RequestJson provided. Reason The Input of a Lambda target must be JSON.");
      }
    }
    return schedule;
  }

  /** When a schedule runs next, looking from an instant on; null when it does not run any more. */
  function nextAt(
    definition: ScheduleDefinition,
    schedule: Schedule,
    from: number,
    created: number,
  ): number | null {
    if (definition.State === "DISABLED") return null;
    if (schedule.kind === "at") return schedule.at;
    const start = definition.StartDate === undefined ? null : definition.StartDate * 1000;
    const at = occurrence(schedule, Math.max(from, start ?? from), start ?? created);
    return at !== null && definition.EndDate !== undefined && at > definition.EndDate * 1000 ? null : at;
  }

  function get(group: string, name: string): Row {
    const row = byName.get(group, name) as Row | undefined;
    if (!row) throw new AwsError("ResourceNotFoundException", `Schedule ${name} does not exist.`, 404);
    return row;
  }

  function create(definition: ScheduleDefinition, token: string | null): { ScheduleArn: string } {
    const { GroupName: group, Name: name } = definition;
    groups.get(group);
    const existing = byName.get(group, name) as Row | undefined;
    if (existing && !(token && existing.token === token)) {
      throw new AwsError("ConflictException", `Schedule ${name} already exists.`, 409);
    }
    if (!existing) {
      const schedule = check(definition);
      const now = clock.now();
      insert.run(
        group,
        name,
        JSON.stringify(definition),
        now,
        now,
        nextAt(definition, schedule, now, now),
        token,
      );
      clock.changed();
    }
    return { ScheduleArn: arnOf(group, name) };
  }

  function update(definition: ScheduleDefinition): { ScheduleArn: string } {
    const row = get(definition.GroupName, definition.Name);
    const ScheduleArn = arnOf(row.group_name, row.name);
    // The same again (a deployment of the same template) leaves the rhythm of a rate alone.
    if (row.definition === JSON.stringify(definition)) return { ScheduleArn };
    const schedule = check(definition);
    rewrite.run(
      JSON.stringify(definition),
      clock.now(),
      nextAt(definition, schedule, clock.now(), row.created),
      row.id,
    );
    clock.changed();
    return { ScheduleArn };
  }

  async function fire(): Promise<void> {
    const row = due.get() as Row | undefined;
    const retry = deliveries.next();
    if (!row || (retry && retry.at < row.next_at!)) return deliveries.fire();
    const at = row.next_at!;
    const definition = JSON.parse(row.definition) as ScheduleDefinition;
    await deliveries.deliver({
      scheduleArn: arnOf(row.group_name, row.name),
      scheduledAt: at,
      executionId: randomUUID(),
      target: definition.Target,
    });
    // The delivery may have changed or deleted this very schedule.
    const now = byName.get(row.group_name, row.name) as Row | undefined;
    if (now?.id !== row.id || now.next_at !== at || now.modified !== row.modified) return;
    const schedule = parseSchedule(definition.ScheduleExpression, definition.ScheduleExpressionTimezone)!;
    const next =
      schedule.kind === "at" ? null : nextAt(definition, schedule, Math.max(at + 1, began), row.created);
    if (next === null && definition.ActionAfterCompletion === "DELETE") remove.run(row.id);
    else moveOn.run(next, row.id);
  }

  clock.addSource({
    name: "schedules",
    next() {
      const row = due.get() as Row | undefined;
      const retry = deliveries.next();
      if (!row) return retry;
      return retry && retry.at < row.next_at! ? retry : { at: row.next_at!, created: row.created };
    },
    fire,
  });

  const service: Service = {
    name: "scheduler",
    protocol: "rest-json",
    actions: {
      CreateSchedule: action(
        Definition.extend(Token),
        ({ ClientToken, ...definition }) => create(definition, ClientToken ?? null),
        "POST /schedules/{Name}",
      ),
      UpdateSchedule: action(
        Definition.extend(Token),
        ({ ClientToken: _token, ...definition }) => update(definition),
        "PUT /schedules/{Name}",
      ),
      GetSchedule: action(
        Ref,
        (input) => {
          const row = get(input.groupName, input.Name);
          return {
            ...(JSON.parse(row.definition) as ScheduleDefinition),
            Arn: arnOf(row.group_name, row.name),
            CreationDate: new Date(row.created),
            LastModificationDate: new Date(row.modified),
          };
        },
        "GET /schedules/{Name}",
      ),
      DeleteSchedule: action(
        Ref,
        (input) => {
          remove.run(get(input.groupName, input.Name).id);
          clock.changed();
          return {};
        },
        "DELETE /schedules/{Name}",
      ),
      ListSchedules: action(
        z.object({
          ScheduleGroup: Name.optional(),
          NamePrefix: z.string().default(""),
          State: z.enum(["ENABLED", "DISABLED"]).optional(),
          MaxResults: z.coerce.number().int().min(1).max(100).default(100),
          NextToken: z.string().regex(/^\d+$/).default("0"),
        }),
        (input) => {
          const rows = db
            .prepare("SELECT * FROM scheduler_schedules WHERE id > ? ORDER BY id")
            .all(Number(input.NextToken)) as Row[];
          const fitting = rows
            .map((row) => ({ row, definition: JSON.parse(row.definition) as ScheduleDefinition }))
            .filter(
              ({ row, definition }) =>
                (!input.ScheduleGroup || row.group_name === input.ScheduleGroup) &&
                row.name.startsWith(input.NamePrefix) &&
                (!input.State || definition.State === input.State),
            );
          const page = fitting.slice(0, input.MaxResults);
          return {
            Schedules: page.map(({ row, definition }) => ({
              Arn: arnOf(row.group_name, row.name),
              Name: row.name,
              GroupName: row.group_name,
              State: definition.State,
              CreationDate: new Date(row.created),
              LastModificationDate: new Date(row.modified),
              Target: { Arn: definition.Target.Arn },
            })),
            NextToken: fitting.length > page.length ? String(page.at(-1)!.row.id) : undefined,
          };
        },
        "GET /schedules",
      ),
      ...groups.actions,
    },
  };

  return { service, provisionGroup: groups.provisionGroup };
}
