/**
 * Reads and changes one case. Every change is one transaction on the condition that the header's `seq` is the one
 * that was read, so a case has one writer at a time and its timeline cannot fork (MECHANICS §1).
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../complaint/model.ts";
import { now, stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { busy, notFound } from "../shared/errors.ts";
import { sha256 } from "../shared/ids.ts";
import {
  ConditionFailed,
  getItems,
  type Item,
  pause,
  queryAll,
  transact,
  updateItem,
  type Write,
} from "../shared/table.ts";
import { append, GENESIS, type NewEvent } from "./chain.ts";
import type {
  Attachment,
  CaseEvent,
  CaseFile,
  Header,
  Message,
  Payload,
  Process,
  Seat,
  Step,
  StepCode,
  Timer,
  Vote,
  Work,
} from "./model.ts";

const table = () => env("CASES_TABLE");
const pad = (seq: number) => String(seq).padStart(9, "0");

/** What places an item in the index byProcess (infra/indexes.json), for pages of it. */
export const BY_PROCESS = ["pk", "sk", "process", "shard", "status", "dueAt"];

/** Sort keys of a case's items. */
export const sk = {
  header: "HEADER",
  step: (stepId: string) => `STEP#${stepId}`,
  seat: (stepId: string, staffId: string) => `SEAT#${stepId}#${staffId}`,
  vote: (stepId: string, staffId: string, n: number) => `VOTE#${stepId}#${staffId}#${n}`,
  event: (seq: number) => `E#${pad(seq)}`,
  payload: (seq: number) => `P#${pad(seq)}`,
  work: (workId: string) => `WORK#${workId}`,
  timer: (timerId: string) => `TIMER#${timerId}`,
  message: (messageId: string) => `MSG#${messageId}`,
  attachment: (attachmentId: string) => `ATT#${attachmentId}`,
  clock: (clockId: string) => `CLOCK#${clockId}`,
  nonce: (nonce: string) => `NONCE#${sha256(nonce)}`,
  code: (stepId: string, staffId: string) => `CODE#${stepId}#${staffId}`,
};
export const pkOf = (caseId: string): string => `C#${caseId}`;

/** The case that an id of one of its steps belongs to: `JD-2026-000001-1-2` → `JD-2026-000001`. */
export const caseOfStep = (stepId: string): string => stepId.split("-").slice(0, 3).join("-");

/** hash(caseId) mod 8: spreads index partitions (DESIGN §5). */
export const shardOf = (caseId: string): number => Number.parseInt(sha256(caseId).slice(0, 8), 16) % 8;

/** The headers of these cases, by case id: one round trip for up to 100. */
export async function readHeaders(caseIds: string[]): Promise<Map<string, Header>> {
  const unique = [...new Set(caseIds)];
  if (unique.length === 0) return new Map();
  const items = await getItems(
    table(),
    unique.map((caseId) => ({ pk: pkOf(caseId), sk: sk.header })),
  );
  return new Map(items.map((item) => [item.caseId as string, withoutKeys(item) as unknown as Header]));
}

/** A whole case in one consistent query, or null. */
export async function readCase(caseId: string): Promise<CaseFile | null> {
  const items = await queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": pkOf(caseId) },
    ConsistentRead: true,
  });
  return toCaseFile(items);
}

function toCaseFile(items: Item[]): CaseFile | null {
  const of = <T>(prefix: string): T[] =>
    items.filter((item) => (item.sk as string).startsWith(prefix)).map((item) => withoutKeys(item) as T);
  const [header] = of<Header>(sk.header);
  if (!header) return null;
  const payloads = new Map(of<Payload>("P#").map((payload) => [payload.seq, payload]));
  return {
    header,
    content: (payloads.get(header.contentSeq)?.data.content as Record<string, unknown> | undefined) ?? null,
    steps: of<Step>("STEP#").sort((a, b) => a.revision - b.revision || a.ordinal - b.ordinal),
    seats: of<Seat>("SEAT#"),
    votes: of<Vote>("VOTE#").sort((a, b) => a.at.localeCompare(b.at)),
    events: of<CaseEvent>("E#"),
    payloads,
    messages: of<Message>("MSG#"),
    timers: of<Timer>("TIMER#"),
    codes: of<StepCode>("CODE#"),
    attachments: of<Attachment>("ATT#"),
    clocks: of<Item>("CLOCK#")
      .map(toClock)
      .sort((a, b) => a.round - b.round),
  };
}

function withoutKeys(item: Item): Item {
  const { pk: _pk, sk: _sk, ...rest } = item;
  return rest;
}

/** A Put of one item of a case. `condition` defaults to none; `exists: false` = it must be new. */
export function put(
  caseId: string,
  sortKey: string,
  item: object,
  options: { label?: string; mustBeNew?: boolean } = {},
): Write {
  return {
    label: options.label ?? sortKey,
    Put: {
      TableName: table(),
      Item: { pk: pkOf(caseId), sk: sortKey, ...item },
      ...(options.mustBeNew ? { ConditionExpression: "attribute_not_exists(pk)" } : {}),
    },
  };
}

export const putStep = (step: Step): Write => put(step.caseId, sk.step(step.stepId), step);
export const putSeat = (seat: Seat): Write => put(seat.caseId, sk.seat(seat.stepId, seat.staffId), seat);
export const putVote = (caseId: string, vote: Vote): Write =>
  put(caseId, sk.vote(vote.stepId, vote.by, vote.n), vote);
/** A message is written once: a second transaction with the same id fails, so nothing that was sent is sent again. */
export const putMessage = (message: Message): Write =>
  put(message.caseId, sk.message(message.messageId), message, { mustBeNew: true });
export const putTimer = (timer: Timer): Write => put(timer.caseId, sk.timer(timer.timerId), timer);
/** A clock that stands still has no due time, and an attribute that indexes sort by cannot be null. */
export const putClock = ({ dueAt, ...clock }: Clock): Write =>
  put(clock.caseId, sk.clock(clock.clockId), dueAt === null ? clock : { ...clock, dueAt });
export const toClock = (item: Item): Clock => ({ dueAt: null, ...withoutKeys(item) }) as unknown as Clock;
export const putWork = (work: Work): Write => put(work.caseId, sk.work(work.workId), work);

/** What a use case decides about a case it has read. */
export type Change<T> = {
  result: T;
  /** Fields of the header that change. */
  header?: Partial<Header>;
  /** What happened; without events nothing is written. */
  events: NewEvent[];
  writes?: Write[];
};

const ATTEMPTS = 5;

/**
 * Reads a case, lets `decide` judge it and writes what it says in one transaction. Lost races are read and judged
 * again, at most 5 times, then 503 `busy`. A failed condition of another write is thrown as ConditionFailed.
 * `decide` may throw a Refusal; it must not have effects, because it may run several times. `known`: the case as the
 * caller has just read it, which saves the first read.
 */
export async function changeCase<T>(
  caseId: string,
  decide: (file: CaseFile, at: number) => Change<T> | Promise<Change<T>>,
  known?: CaseFile,
): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const file = attempt === 1 && known ? known : await readCase(caseId);
    if (!file) throw notFound();
    const at = now();
    const change = await decide(file, at);
    if (change.events.length === 0) return change.result;
    try {
      await transact([...changeWrites(file.header, change, at), ...(change.writes ?? [])]);
      return change.result;
    } catch (error) {
      if (!(error instanceof ConditionFailed) || !error.labels.includes("header")) throw error;
      await pause(attempt);
    }
  }
  throw busy();
}

/** The writes of one change of a case: its header, if it has not moved, with what happened. For changes of two cases at once. */
export function changeWrites(
  before: Header,
  change: Pick<Change<unknown>, "events" | "header">,
  at: number,
): Write[] {
  const chain = append(before, change.events, stamp(at), () => randomBytes(16).toString("base64url"));
  const { caseId } = before;
  const contentSeq = chain.payloads.find((payload) => "content" in payload.data)?.seq ?? before.contentSeq;
  const isNew = before.seq === 0;
  return [
    {
      label: "header",
      Put: {
        TableName: table(),
        Item: {
          pk: pkOf(caseId),
          sk: sk.header,
          ...before,
          ...change.header,
          seq: chain.seq,
          head: chain.head,
          contentSeq,
        },
        ConditionExpression: isNew ? "attribute_not_exists(pk)" : "seq = :seq",
        ...(isNew ? {} : { ExpressionAttributeValues: { ":seq": before.seq } }),
      },
    },
    ...chain.events.map((event) => put(caseId, sk.event(event.seq), event)),
    ...chain.payloads.map((payload) => put(caseId, sk.payload(payload.seq), payload)),
  ];
}

/** Creates a case in one transaction with whatever belongs to it. Throws ConditionFailed by label. */
export async function createCase(
  header: Omit<Header, "seq" | "head" | "contentSeq">,
  events: NewEvent[],
  writes: Write[],
  at: number,
): Promise<void> {
  await transact([
    ...changeWrites({ ...header, seq: 0, head: GENESIS, contentSeq: 0 }, { events }, at),
    ...writes,
  ]);
}

const PREFIX: Record<Process, string> = {
  reception: "JD",
  "budget-change": "YS",
  complaint: "TS",
  claim: "LP",
  "follow-up": "HF",
  summary: "ZJ",
};

/** The process that a case code stands for; null for anything else. */
export const processOf = (caseId: string): Process | null =>
  (Object.keys(PREFIX) as Process[]).find((process) => caseId.startsWith(`${PREFIX[process]}-`)) ?? null;

/** The policy that cases of a process are judged by: its own, and for a summary that of complaints (approval/chain-policy.ts). */
export const policyIdOf = (process: Process): string => (process === "summary" ? "complaint" : process);

/** The next code of a process and year, `JD-2026-000001`: one atomic ADD outside the transaction; gaps are allowed. */
export async function nextCaseId(process: Process, year: string): Promise<string> {
  const item = await updateItem({
    TableName: table(),
    Key: { pk: `COUNTER#${PREFIX[process]}#${year}`, sk: "COUNTER" },
    UpdateExpression: "ADD n :one",
    ExpressionAttributeValues: { ":one": 1 },
  });
  return `${PREFIX[process]}-${year}-${String(item.n).padStart(6, "0")}`;
}
