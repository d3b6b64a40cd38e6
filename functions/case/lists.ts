/** "My tasks" and "my cases": one index read each. */
import type { Actor } from "../directory/model.ts";
import { toApi } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { invalid } from "../shared/errors.ts";
import { type Item, queryPage } from "../shared/table.ts";
import type { Header, Seat } from "./model.ts";
import type { CaseLine, TaskView } from "./view.ts";

export type Paging = { cursor?: string; limit?: number };
export type Page<T> = { items: T[]; next: string | null };

const MAX_LIMIT = 100;

async function page<T>(
  input: Parameters<typeof queryPage>[0],
  paging: Paging,
  map: (item: Item) => T,
): Promise<Page<T>> {
  const limit = paging.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid({ path: "limit", code: "at_most", params: { max: MAX_LIMIT } });
  try {
    const found = await queryPage({ ...input, Limit: limit }, paging.cursor);
    return { items: found.items.map(map), next: found.next };
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && error.name === "ValidationException"))
      throw invalid({ path: "cursor", code: "invalid" });
    throw error;
  }
}

/** My open seats, the most urgent first; `kind` picks those of one kind of step, so that a page may hold fewer. */
export const mySeats = (actor: Actor, paging: Paging = {}, kind?: string): Promise<Page<Seat>> =>
  page(
    {
      TableName: env("CASES_TABLE"),
      IndexName: "byAssignee",
      KeyConditionExpression: "assignee = :me AND #status = :open",
      ...(kind === undefined ? {} : { FilterExpression: "kind = :kind" }),
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: {
        ":me": actor.staffId,
        ":open": "open",
        ...(kind === undefined ? {} : { ":kind": kind }),
      },
    },
    paging,
    (item) => item as unknown as Seat,
  );

/** What a list shows of a seat. */
export const taskOf = (seat: Seat): TaskView => ({
  stepId: seat.stepId,
  caseId: seat.caseId,
  process: seat.process,
  kind: seat.kind,
  stage: seat.stage,
  title: seat.title,
  openedAt: toApi(seat.openedAt),
  dueAt: toApi(seat.dueAt),
});

/** `GET /api/tasks`: my open steps, the most urgent first. */
export async function myTasks(actor: Actor, paging: Paging = {}, kind?: string): Promise<Page<TaskView>> {
  const { items, next } = await mySeats(actor, paging, kind);
  return { items: items.map(taskOf), next };
}

/** The cases I created, newest first. */
export const myCases = (actor: Actor, paging: Paging = {}): Promise<Page<CaseLine>> =>
  page(
    {
      TableName: env("CASES_TABLE"),
      IndexName: "byCreator",
      KeyConditionExpression: "createdBy = :me",
      ExpressionAttributeValues: { ":me": actor.staffId },
      ScanIndexForward: false,
    },
    paging,
    (item) => {
      const header = item as unknown as Header;
      return {
        caseId: header.caseId,
        process: header.process,
        title: header.title,
        status: header.status,
        phase: header.phase,
        outcome: header.outcome,
        createdAt: toApi(header.createdAt),
        dueAt: toApi(header.dueAt),
        amount: header.facts.amount,
      };
    },
  );
