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

/** `GET /api/tasks`: my open steps, the most urgent first. */
export const myTasks = (actor: Actor, paging: Paging = {}): Promise<Page<TaskView>> =>
  page(
    {
      TableName: env("CASES_TABLE"),
      IndexName: "byAssignee",
      KeyConditionExpression: "assignee = :me AND #status = :open",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":me": actor.staffId, ":open": "open" },
    },
    paging,
    (item) => {
      const seat = item as unknown as Seat;
      return {
        stepId: seat.stepId,
        caseId: seat.caseId,
        process: seat.process,
        kind: seat.kind,
        stage: seat.stage,
        title: seat.title,
        openedAt: toApi(seat.openedAt),
        dueAt: toApi(seat.dueAt),
      };
    },
  );

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
