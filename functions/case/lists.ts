/** "My tasks" and "my cases", one index read each; a person's cases of a period, and what cases ask for. */
import type { Actor } from "../directory/model.ts";
import { stamp, toApi } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { invalid } from "../shared/errors.ts";
import { countAll, getItems, type Item, queryAll, queryPage } from "../shared/table.ts";
import type { Header, Payload, Seat } from "./model.ts";
import { pkOf, sk } from "./store.ts";
import type { CaseLine, TaskView } from "./view.ts";

export type Paging = { cursor?: string; limit?: number };
export type Page<T> = { items: T[]; next: string | null };

const MAX_LIMIT = 100;

async function page<T>(
  input: Parameters<typeof queryPage>[0],
  key: string[],
  paging: Paging,
  map: (item: Item) => T,
): Promise<Page<T>> {
  const limit = paging.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid({ path: "limit", code: "at_most", params: { max: MAX_LIMIT } });
  try {
    const found = await queryPage(input, { ...paging, limit, key });
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
    ["pk", "sk", "assignee", "status", "dueAt"],
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
    ["pk", "sk", "createdBy", "createdAt"],
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

/** The cases that somebody created in a period (epoch ms): one query, which reads no more than these. */
export async function casesOf(
  staffId: string,
  { from, before }: { from: number; before: number },
): Promise<Header[]> {
  const items = await queryAll({
    TableName: env("CASES_TABLE"),
    IndexName: "byCreator",
    KeyConditionExpression: "createdBy = :by AND createdAt BETWEEN :from AND :last",
    ExpressionAttributeValues: { ":by": staffId, ":from": stamp(from), ":last": stamp(before - 1) },
  });
  return items as unknown as Header[];
}

/** How many steps of all processes wait for somebody. */
export const countOpenSeats = (staffId: string): Promise<number> =>
  countAll({
    TableName: env("CASES_TABLE"),
    IndexName: "byAssignee",
    KeyConditionExpression: "assignee = :who AND #status = :open",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":who": staffId, ":open": "open" },
  });

/** The same for each of these people. */
export async function loadsOf(staffIds: readonly string[]): Promise<Record<string, number>> {
  const counts = await Promise.all(staffIds.map(countOpenSeats));
  return Object.fromEntries(staffIds.map((staffId, index) => [staffId, counts[index] ?? 0]));
}

/** Every seat that a person holds open. */
export async function openSeats(staffId: string): Promise<Seat[]> {
  const items = await queryAll({
    TableName: env("CASES_TABLE"),
    IndexName: "byAssignee",
    KeyConditionExpression: "assignee = :who AND #status = :open",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":who": staffId, ":open": "open" },
  });
  return items as unknown as Seat[];
}

const CONTENTS = 100;

/** What each of these cases asks for now, by case id; without those whose content was erased by law. */
export async function readContents(headers: Header[]): Promise<Map<string, Record<string, unknown>>> {
  const found = new Map<string, Record<string, unknown>>();
  for (let at = 0; at < headers.length; at += CONTENTS) {
    const some = headers.slice(at, at + CONTENTS);
    const items = await getItems(
      env("CASES_TABLE"),
      some.map((header) => ({ pk: pkOf(header.caseId), sk: sk.payload(header.contentSeq) })),
    );
    for (const item of items) {
      const { content } = (item as unknown as Payload).data;
      if (content) found.set(String(item.pk).slice(pkOf("").length), content as Record<string, unknown>);
    }
  }
  return found;
}
