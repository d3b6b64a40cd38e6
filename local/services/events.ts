/**
 * EventBridge: rules on buses, by pattern or by schedule, with functions, queues and state machines as targets.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/
 */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { AwsError, type Cloud, type Service } from "../kernel.ts";
import { action } from "./action.ts";
import { targetInput } from "./event-input.ts";
import { type EventPattern, matches, patternProblem } from "./event-pattern.ts";
import { occurrence, parseSchedule } from "./schedule.ts";
import { deliverTo, sendToQueue } from "./targets.ts";

const Bus = z
  .string()
  .min(1)
  .default("default")
  .transform((name) => name.split("event-bus/").pop()!);
const RuleName = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);
const Rule = z.object({
  Name: RuleName,
  EventBusName: Bus,
  EventPattern: z.string().optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Description: z.string().default(""),
});
const Target = z.looseObject({
  Id: z.string().min(1).max(64),
  Arn: z.string().min(1),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
    .optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
});
export type EventTarget = z.infer<typeof Target>;
const Entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: Bus,
  Resources: z.array(z.string()).default([]),
  Time: z.number().optional(),
});
type Row = {
  id: number;
  bus: string;
  name: string;
  definition: string;
  targets: string;
  created: number;
  next_at: number | null;
};

export function createEvents(cloud: Cloud) {
  const { db, clock } = cloud;
  db.exec(`CREATE TABLE IF NOT EXISTS events_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bus TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL,
    targets TEXT NOT NULL, created REAL NOT NULL, next_at REAL, UNIQUE (bus, name))`);
  const byName = db.prepare("SELECT * FROM events_rules WHERE bus = ? AND name = ?");
  const ofBus = db.prepare("SELECT * FROM events_rules WHERE bus = ? ORDER BY id");
  const due = db.prepare(
    "SELECT * FROM events_rules WHERE next_at IS NOT NULL ORDER BY next_at, created, id LIMIT 1",
  );
  const setTargets = db.prepare("UPDATE events_rules SET targets = ? WHERE id = ?");
  // As with schedules: what recurred while nothing ran here is made up for once.
  const began = clock.now();

  const arnOf = (bus: string, name: string) =>
    `arn:aws:events:${cloud.region}:${cloud.accountId}:rule/${bus === "default" ? "" : `${bus}/`}${name}`;

  function get(bus: string, name: string): Row {
    const row = byName.get(bus, name) as Row | undefined;
    if (!row)
      throw new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus ${bus}.`);
    return row;
  }

  function putRule(rule: z.infer<typeof Rule>): { RuleArn: string } {
    const { EventBusName: bus, Name: name, EventPattern, ScheduleExpression } = rule;
    if (!EventPattern && !ScheduleExpression) {
      throw new AwsError(
        "ValidationException",
        "Parameter(s) EventPattern or ScheduleExpression must be specified.",
      );
    }
    const problem = EventPattern ? patternProblem(EventPattern) : null;
    if (problem) throw new AwsError("InvalidEventPatternException", problem);
    const schedule = ScheduleExpression ? parseSchedule(ScheduleExpression) : null;
    if (ScheduleExpression && (!schedule || schedule.kind === "at")) {
      throw new AwsError("ValidationException", "Parameter ScheduleExpression is not valid.");
    }
    const RuleArn = arnOf(bus, name);
    const definition = JSON.stringify(rule);
    const existing = byName.get(bus, name) as Row | undefined;
    if (existing?.definition === definition) return { RuleArn };
    const now = clock.now();
    const created = existing?.created ?? now;
    // A rate rule runs first when its interval has passed once.
    const from = schedule?.kind === "rate" ? Math.max(now, created + 1) : now;
    const next = schedule && rule.State === "ENABLED" ? occurrence(schedule, from, created) : null;
    db.prepare(
      `INSERT INTO events_rules (bus, name, definition, targets, created, next_at) VALUES (?, ?, ?, '[]', ?, ?)
       ON CONFLICT (bus, name) DO UPDATE SET definition = excluded.definition, next_at = excluded.next_at`,
    ).run(bus, name, definition, created, next);
    clock.changed();
    return { RuleArn };
  }

  /** Hands an event to every target of a rule; a target that is not there costs only itself. */
  async function dispatch(row: Row, event: Record<string, unknown>): Promise<void> {
    for (const target of JSON.parse(row.targets) as EventTarget[]) {
      const text = targetInput(target, event, arnOf(row.bus, row.name));
      try {
        await deliverTo(cloud, target.Arn, text);
      } catch (error) {
        cloud.log("events", `rule ${row.name} did not reach ${target.Arn}: ${(error as Error).name}`);
        const queue = target.DeadLetterConfig?.Arn;
        const attributes = {
          RULE_ARN: arnOf(row.bus, row.name),
          TARGET_ARN: target.Arn,
          ERROR_CODE: (error as Error).name,
          ERROR_MESSAGE: (error as Error).message,
        };
        if (queue) await sendToQueue(cloud, queue, text, attributes).catch(() => {});
      }
    }
  }

  const envelope = (
    source: string,
    detailType: string,
    detail: unknown,
    resources: string[],
    at: number,
  ) => ({
    version: "0",
    id: randomUUID(),
    "detail-type": detailType,
    source,
    account: cloud.accountId,
    time: new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region: cloud.region,
    resources,
    detail,
  });

  async function put(entry: z.infer<typeof Entry>, outside: boolean): Promise<object> {
    const refused = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
    const { Source, DetailType, Detail } = entry;
    if (!Source || !DetailType || !Detail) {
      const missing = !Source ? "Source" : !DetailType ? "DetailType" : "Detail";
      return refused(
        "InvalidArgument",
        `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
      );
    }
    // Names that begin with aws. belong to the services.
    if (outside && Source.startsWith("aws.")) {
      return refused("NotAuthorizedForSourceException", `Not authorized for the source ${Source}.`);
    }
    let detail: unknown;
    try {
      detail = JSON.parse(Detail);
    } catch {
      return refused("MalformedDetail", "Detail is malformed.");
    }
    const at = entry.Time === undefined ? clock.now() : entry.Time * 1000;
    const event = envelope(Source, DetailType, detail, entry.Resources, at);
    for (const row of ofBus.all(entry.EventBusName) as Row[]) {
      const rule = JSON.parse(row.definition) as z.infer<typeof Rule>;
      if (rule.State === "DISABLED" || !rule.EventPattern) continue;
      if (matches(event as never, JSON.parse(rule.EventPattern) as EventPattern)) await dispatch(row, event);
    }
    return { EventId: event.id };
  }

  clock.addSource({
    name: "rules",
    next() {
      const row = due.get() as Row | undefined;
      return row ? { at: row.next_at!, created: row.created } : null;
    },
    async fire() {
      const row = due.get() as Row | undefined;
      if (!row) return;
      const at = row.next_at!;
      const rule = JSON.parse(row.definition) as z.infer<typeof Rule>;
      await dispatch(row, envelope("aws.events", "Scheduled Event", {}, [arnOf(row.bus, row.name)], at));
      const schedule = parseSchedule(rule.ScheduleExpression!)!;
      db.prepare("UPDATE events_rules SET next_at = ? WHERE id = ? AND next_at = ?").run(
        occurrence(schedule, Math.max(at + 1, began), row.created),
        row.id,
        at,
      );
    },
  });

  const ref = z.object({ Rule: RuleName, EventBusName: Bus });
  const service: Service = {
    name: "events",
    protocol: "json",
    target: "AWSEvents",
    actions: {
      PutEvents: action(z.object({ Entries: z.array(Entry).min(1).max(10) }), async (input, call) => {
        const Entries: object[] = [];
        for (const entry of input.Entries) Entries.push(await put(entry, cloud.roles.has(call.accessKeyId)));
        return { FailedEntryCount: Entries.filter((entry) => "ErrorCode" in entry).length, Entries };
      }),
      PutRule: action(Rule, putRule),
      DescribeRule: action(z.object({ Name: RuleName, EventBusName: Bus }), (input) => {
        const row = get(input.EventBusName, input.Name);
        return { ...(JSON.parse(row.definition) as object), Arn: arnOf(row.bus, row.name) };
      }),
      ListRules: action(z.object({ NamePrefix: z.string().default(""), EventBusName: Bus }), (input) => ({
        Rules: (ofBus.all(input.EventBusName) as Row[])
          .filter((row) => row.name.startsWith(input.NamePrefix))
          .map((row) => ({ ...(JSON.parse(row.definition) as object), Arn: arnOf(row.bus, row.name) })),
      })),
      DeleteRule: action(z.object({ Name: RuleName, EventBusName: Bus }), (input) => {
        db.prepare("DELETE FROM events_rules WHERE bus = ? AND name = ?").run(input.EventBusName, input.Name);
        clock.changed();
        return {};
      }),
      PutTargets: action(ref.extend({ Targets: z.array(Target).min(1).max(100) }), (input) => {
        const row = get(input.EventBusName, input.Rule);
        const ids = new Set(input.Targets.map((target) => target.Id));
        const kept = (JSON.parse(row.targets) as EventTarget[]).filter((target) => !ids.has(target.Id));
        setTargets.run(JSON.stringify([...kept, ...input.Targets]), row.id);
        return { FailedEntryCount: 0, FailedEntries: [] };
      }),
      RemoveTargets: action(ref.extend({ Ids: z.array(z.string()) }), (input) => {
        const row = get(input.EventBusName, input.Rule);
        const kept = (JSON.parse(row.targets) as EventTarget[]).filter(
          (target) => !input.Ids.includes(target.Id),
        );
        setTargets.run(JSON.stringify(kept), row.id);
        return { FailedEntryCount: 0, FailedEntries: [] };
      }),
      ListTargetsByRule: action(ref, (input) => ({
        Targets: JSON.parse(get(input.EventBusName, input.Rule).targets) as EventTarget[],
      })),
    },
  };
  return { service };
}
