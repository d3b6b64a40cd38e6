/** `GET /api/follow-ups`: by the day they are planned for; own ones, and all for the desk (contracts/follow-ups.md). */
import { isDesk } from "../case/access.ts";
import type { Page, Paging } from "../case/lists.ts";
import type { Header } from "../case/model.ts";
import { readHeaders } from "../case/store.ts";
import type { Who } from "../case/view.ts";
import type { Actor, Role } from "../directory/model.ts";
import { readPeople } from "../directory/store.ts";
import { now, toApi } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { type FieldError, invalid } from "../shared/errors.ts";
import { isDate } from "../shared/plain.ts";
import { queryChunk } from "../shared/table.ts";
import type { FollowUpState } from "./model.ts";
import { isMissed } from "./next-rules.ts";
import { caseOfPlace, listOf, PARTS } from "./places.ts";

export type FollowUpLine = {
  caseId: string;
  customerId: string;
  customerName: string;
  plannedOn: string;
  dueAt: string;
  assignee: Who;
  mode: FollowUpState["mode"];
  phase: string;
  status: "open" | "closed";
  outcome: string | null;
  missed: boolean;
};

export type ListQuery = {
  from?: string;
  to?: string;
  assignee?: string;
  customerId?: string;
  campaignId?: string;
  status?: "open" | "closed";
  missed?: boolean;
};

/** What a client asks; blank is not asked. Throws 400 by field. */
export function readListQuery(asked: URLSearchParams): ListQuery {
  const value = (name: string): string | undefined => asked.get(name)?.trim() || undefined;
  const [from, to, status, missed] = [value("from"), value("to"), value("status"), value("missed")];
  const problems: FieldError[] = [
    ...(["from", "to"] as const).flatMap((path) =>
      value(path) === undefined || isDate(value(path)!) ? [] : [{ path, code: "date" }],
    ),
    ...(status === undefined || ["open", "closed"].includes(status)
      ? []
      : [{ path: "status", code: "choose" }]),
    ...(missed === undefined || ["true", "false"].includes(missed)
      ? []
      : [{ path: "missed", code: "choose" }]),
  ];
  if (problems.length === 0 && from !== undefined && to !== undefined && to < from)
    problems.push({ path: "to", code: "to_before_from" });
  if (problems.length > 0) throw invalid(...problems);
  const query = {
    from,
    to,
    assignee: value("assignee"),
    customerId: value("customerId"),
    campaignId: value("campaignId"),
    status: status as ListQuery["status"],
    missed: missed === undefined ? undefined : missed === "true",
  };
  return Object.fromEntries(Object.entries(query).filter(([, one]) => one !== undefined));
}

const READS_ALL: readonly Role[] = ["records_admin", "general_manager"];
/** Whether the list of this reader is everybody's. */
export const readsAll = (actor: Actor): boolean =>
  isDesk(actor) || (actor.active && actor.roles.some((role) => READS_ALL.includes(role)));

const MAX_LIMIT = 100;
/** Places of one list that one round reads. */
const READ_AT_ONCE = 100;
/** Rounds after which a page ends, however few of what was read was asked for. */
const MOST_ROUNDS = 5;

/** One page by planned day; it may be shorter than asked for and still have a next one. Throws 400 for `cursor` and `limit`. */
export async function listFollowUps(
  actor: Actor,
  query: ListQuery,
  paging: Paging = {},
): Promise<Page<FollowUpLine>> {
  const { found, next, at } = await readLines(actor, query, paging);
  const nameOf = await namesOf(found);
  return { items: found.map((header) => lineOf(header, nameOf, at)), next };
}

/** The same with the time that was agreed on, ISO; null where none was, or the customer declined it. */
export async function listAppointments(
  actor: Actor,
  query: ListQuery,
  paging: Paging = {},
): Promise<Page<FollowUpLine & { appointmentAt: string | null }>> {
  const { found, next, at } = await readLines(actor, query, paging);
  const nameOf = await namesOf(found);
  return {
    items: found.map((header) => {
      const { appointment } = header.followUp;
      const agreed = appointment === null || appointment.status === "declined" ? null : toApi(appointment.at);
      return { ...lineOf(header, nameOf, at), appointmentAt: agreed };
    }),
    next,
  };
}

async function readLines(
  actor: Actor,
  query: ListQuery,
  paging: Paging,
): Promise<{ found: FollowUpHeader[]; next: string | null; at: number }> {
  const limit = paging.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid({ path: "limit", code: "at_most", params: { max: MAX_LIMIT } });
  let after = paging.cursor === undefined ? null : placeOfCursor(paging.cursor);
  const at = now();
  const isAsked = askedBy(actor, query, at);
  const found: FollowUpHeader[] = [];
  for (let round = 0; round < MOST_ROUNDS && found.length < limit; round += 1) {
    const { places, more } = await readPlaces(listsOf(actor, query), query, after);
    const headers = await readHeaders(places.map(caseOfPlace));
    for (const place of places) {
      const header = headers.get(caseOfPlace(place));
      after = place;
      if (header && isFollowUp(header) && isAsked(header)) found.push(header);
      if (found.length === limit) break;
    }
    if (!more && (places.length === 0 || after === places.at(-1))) {
      after = null;
      break;
    }
  }
  return { found, next: after && cursorOf(after), at };
}

async function namesOf(found: FollowUpHeader[]): Promise<(staffId: string) => string> {
  const people = await readPeople(found.map(({ followUp }) => followUp.assignee));
  return (staffId) => people.get(staffId)?.name ?? staffId;
}

type FollowUpHeader = Header & { followUp: FollowUpState };
const isFollowUp = (header: Header): header is FollowUpHeader => header.followUp !== undefined;

const lineOf = (header: FollowUpHeader, nameOf: (staffId: string) => string, at: number): FollowUpLine => ({
  caseId: header.caseId,
  customerId: header.customerId ?? "",
  customerName: header.title,
  plannedOn: header.followUp.plannedOn,
  dueAt: toApi(header.dueAt),
  assignee: { staffId: header.followUp.assignee, name: nameOf(header.followUp.assignee) },
  mode: header.followUp.mode,
  phase: header.phase,
  status: header.status,
  outcome: header.outcome,
  missed: isMissed(header, at),
});

/** The narrowest list that holds what is asked for. */
function listsOf(actor: Actor, query: ListQuery): string[] {
  if (query.customerId !== undefined) return [listOf.customer(query.customerId)];
  if (query.campaignId !== undefined) return [listOf.campaign(query.campaignId)];
  if (!readsAll(actor)) return [listOf.assignee(actor.staffId)];
  if (query.assignee !== undefined) return [listOf.assignee(query.assignee)];
  return Array.from({ length: PARTS }, (_, part) => listOf.all(part));
}

function askedBy(actor: Actor, query: ListQuery, at: number): (header: FollowUpHeader) => boolean {
  return (header) => {
    const { assignee, sourceId } = header.followUp;
    const equal: [unknown, unknown][] = [
      [query.assignee, assignee],
      [query.customerId, header.customerId],
      [query.campaignId, sourceId],
      [query.status, header.status],
      [query.missed, isMissed(header, at)],
    ];
    return (
      (readsAll(actor) || assignee === actor.staffId) &&
      equal.every(([wanted, is]) => wanted === undefined || wanted === is)
    );
  };
}

/** Sorts behind every case of a day. */
const LAST = "~";

/** The next places of some lists in their common order, as far as each of them was read. */
async function readPlaces(
  lists: string[],
  { from = "", to = LAST }: ListQuery,
  after: string | null,
): Promise<{ places: string[]; more: boolean }> {
  const read = await Promise.all(
    lists.map(async (pk) => {
      const { items, last } = await queryChunk({
        TableName: env("CASES_TABLE"),
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: {
          ":pk": pk,
          // The key itself was on the page before.
          ":from": after === null ? from || "0" : `${after}!`,
          ":to": `${to}${LAST}`,
        },
        Limit: READ_AT_ONCE,
        ConsistentRead: true,
      });
      const keys = items.map((item) => String(item.sk));
      return { keys, end: last === undefined ? null : (keys.at(-1) ?? null) };
    }),
  );
  const ends = read.flatMap(({ end }) => end ?? []).sort();
  const [end] = ends;
  const places = read
    .flatMap(({ keys }) => keys)
    .filter((key) => end === undefined || key <= end)
    .sort()
    .slice(0, READ_AT_ONCE);
  const all = read.reduce((sum, { keys }) => sum + keys.length, 0);
  return { places, more: end !== undefined || places.length < all };
}

const cursorOf = (place: string): string => Buffer.from(place).toString("base64url");

function placeOfCursor(cursor: string): string {
  const place = Buffer.from(cursor, "base64url").toString("utf8");
  if (!/^\d{4}-\d\d-\d\d#HF-\d{4}-\d{6,}$/.test(place)) throw invalid({ path: "cursor", code: "invalid" });
  return place;
}
