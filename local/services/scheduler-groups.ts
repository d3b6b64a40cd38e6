/** Groups of schedules. The group "default" is always there. */
import * as z from "zod";
import { type Action, AwsError, type Cloud } from "../kernel.ts";
import { action } from "./action.ts";
import { Name } from "./scheduler-model.ts";

type Group = { name: string; created: number };

export function createGroups(cloud: Cloud) {
  const { db, clock } = cloud;
  db.exec("CREATE TABLE IF NOT EXISTS scheduler_groups (name TEXT PRIMARY KEY, created REAL NOT NULL)");
  const byName = db.prepare("SELECT * FROM scheduler_groups WHERE name = ?");
  const arnOf = (name: string) =>
    `arn:aws:scheduler:${cloud.region}:${cloud.accountId}:schedule-group/${name}`;

  /** Throws when there is no such group. */
  function get(name: string): Group {
    const group = byName.get(name) as Group | undefined;
    if (group) return group;
    if (name === "default") return { name, created: 0 };
    throw new AwsError("ResourceNotFoundException", `Schedule group ${name} does not exist.`, 404);
  }

  /** Makes a group unless it is there. Returns its ARN. */
  function provisionGroup(name: string): string {
    db.prepare("INSERT INTO scheduler_groups VALUES (?, ?) ON CONFLICT DO NOTHING").run(name, clock.now());
    return arnOf(name);
  }

  const shown = (group: Group) => ({
    Arn: arnOf(group.name),
    Name: group.name,
    State: "ACTIVE",
    CreationDate: new Date(group.created),
    LastModificationDate: new Date(group.created),
  });

  const actions: Record<string, Action> = {
    CreateScheduleGroup: action(
      z.object({ Name }),
      (input) => {
        if (input.Name === "default" || byName.get(input.Name)) {
          throw new AwsError("ConflictException", `Schedule group ${input.Name} already exists.`, 409);
        }
        return { ScheduleGroupArn: provisionGroup(input.Name) };
      },
      "POST /schedule-groups/{Name}",
    ),
    GetScheduleGroup: action(
      z.object({ Name }),
      (input) => shown(get(input.Name)),
      "GET /schedule-groups/{Name}",
    ),
    ListScheduleGroups: action(
      z.object({}),
      () => {
        const made = db.prepare("SELECT * FROM scheduler_groups ORDER BY name").all() as Group[];
        return { ScheduleGroups: [get("default"), ...made].map(shown) };
      },
      "GET /schedule-groups",
    ),
  };
  return { get, provisionGroup, actions };
}
