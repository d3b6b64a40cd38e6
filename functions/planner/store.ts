/**
 * The planner's items (docs/access-patterns.md): its switch in the Directory table, runs and campaigns in the Cases table,
 * and who is due by the index of customers.
 */
import type { Work } from "../case/model.ts";
import { putWork } from "../case/store.ts";
import { customerKey, DUE_SHARDS, toKnown } from "../customer/items.ts";
import type { Customer } from "../customer/model.ts";
import { now, stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import {
  ConditionFailed,
  getItem,
  type Item,
  queryAll,
  queryChunk,
  queryPage,
  transact,
  updateItem,
  type Write,
} from "../shared/table.ts";
import type { CampaignJob, Job, Made, Part, Place } from "./model.ts";

const cases = () => env("CASES_TABLE");

// ---- the switch

const SWITCH_KEY = { pk: "PLANNER", sk: "SWITCH" };
export type Switch = { paused: boolean; reason: string | null };

export async function readSwitch(): Promise<Switch> {
  const item = await getItem(env("DIRECTORY_TABLE"), SWITCH_KEY);
  return { paused: item?.paused === true, reason: (item?.reason as string | null | undefined) ?? null };
}

export async function putSwitch({ paused, reason }: Switch, by: string): Promise<void> {
  await updateItem({
    TableName: env("DIRECTORY_TABLE"),
    Key: SWITCH_KEY,
    UpdateExpression: "SET v = :one, paused = :paused, reason = :reason, #at = :at, #by = :by",
    ExpressionAttributeNames: { "#at": "at", "#by": "by" },
    ExpressionAttributeValues: {
      ":one": 1,
      ":paused": paused,
      ":reason": reason,
      ":at": stamp(now()),
      ":by": by,
    },
  });
}

// ---- runs and campaigns

const pkOf = (jobId: string): string => `JOB#${jobId}`;
const sk = {
  job: "JOB",
  part: (part: number) => `PART#${String(part).padStart(5, "0")}`,
  members: (part: number) => `MEMBERS#${String(part).padStart(5, "0")}`,
  made: (customerId: string) => `MADE#${customerId}`,
};
const withoutKeys = ({ pk: _pk, sk: _sk, ...rest }: Item): Item => rest;

/** Customers of one part of a campaign, and of one page of the index. */
export const PAGE = 100;

/** Where runs are listed by the instant at which they began, and campaigns by that at which they were opened. */
const RUNS = "RUNS";
const CAMPAIGNS = "CAMPAIGNS";

export async function readJob(jobId: string): Promise<Job | null> {
  const item = await getItem(cases(), { pk: pkOf(jobId), sk: sk.job });
  return item ? (withoutKeys(item) as unknown as Job) : null;
}

/** Label of the write that fails where a job of this number is there. */
export const JOB_LABEL = "job";

const put = (pk: string, sortKey: string, item: object): Write => ({
  label: sortKey,
  Put: { TableName: cases(), Item: { pk, sk: sortKey, v: 1, ...item } },
});

/** A job that must be new, and its place in the list of its kind. */
export function newJobWrites(job: Job): Write[] {
  const write = put(pkOf(job.jobId), sk.job, job).Put!;
  return [
    { label: JOB_LABEL, Put: { ...write, ConditionExpression: "attribute_not_exists(pk)" } },
    job.kind === "run"
      ? put(RUNS, `${job.at}#${job.jobId}`, { jobId: job.jobId })
      : put(CAMPAIGNS, `${job.openedAt}#${job.jobId}`, { jobId: job.jobId }),
  ];
}

/** The job as it is now, on condition that nobody wrote it since it was read. */
export const jobWrite = (before: Job, after: Job): Write => ({
  label: JOB_LABEL,
  Put: {
    TableName: cases(),
    Item: { pk: pkOf(after.jobId), sk: sk.job, ...after },
    ConditionExpression: "#page = :page AND #status = :status",
    ExpressionAttributeNames: { "#page": "page", "#status": "status" },
    ExpressionAttributeValues: { ":page": before.page, ":status": before.status },
  },
});

export const partWrite = (jobId: string, part: number, found: Part): Write =>
  put(pkOf(jobId), sk.part(part), found);

/** A follow-up that a job made, written with it: called again the job knows it for its own. */
export const madeWrite = (jobId: string, made: Made): Write =>
  put(pkOf(jobId), sk.made(made.customerId), made);

export async function readPart(jobId: string, part: number): Promise<Part | null> {
  const item = await getItem(cases(), { pk: pkOf(jobId), sk: sk.part(part) });
  return item ? (withoutKeys(item) as unknown as Part) : null;
}

export async function readMade(jobId: string, customerId: string): Promise<Made | null> {
  const item = await getItem(cases(), { pk: pkOf(jobId), sk: sk.made(customerId) });
  return item ? (withoutKeys(item) as unknown as Made) : null;
}

/** Writes the customers of a campaign, before the campaign itself: without it nobody knows of them. */
export async function putMembers(jobId: string, customerIds: readonly string[]): Promise<void> {
  const parts = Array.from({ length: Math.ceil(customerIds.length / PAGE) }, (_, index) =>
    put(pkOf(jobId), sk.members(index), {
      customerIds: customerIds.slice(index * PAGE, (index + 1) * PAGE),
    }),
  );
  for (let at = 0; at < parts.length; at += 25) await transact(parts.slice(at, at + 25));
}

/** One part of the customers of a campaign; empty behind the last. */
export async function readMembers(jobId: string, part: number): Promise<string[]> {
  const item = await getItem(cases(), { pk: pkOf(jobId), sk: sk.members(part) });
  return (item?.customerIds as string[] | undefined) ?? [];
}

/** All that a job has found so far: who was passed over, and what was made, by customer. */
export async function readResults(jobId: string): Promise<{ skipped: Part["skipped"]; made: Made[] }> {
  const [parts, made] = await Promise.all(
    ["PART#", "MADE#"].map((prefix) =>
      queryAll({
        TableName: cases(),
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":pk": pkOf(jobId), ":prefix": prefix },
        ConsistentRead: true,
      }),
    ),
  );
  return {
    skipped: parts!.flatMap((item) => item.skipped as Part["skipped"]),
    made: made!.map((item) => withoutKeys(item) as unknown as Made),
  };
}

/** Runs that began between two instants (table stamps), newest first. */
export async function readRuns(
  { from, before }: { from: string; before: string },
  paging: { limit: number; cursor?: string },
): Promise<{ jobs: Job[]; next: string | null }> {
  const { items, next } = await queryPage(
    {
      TableName: cases(),
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :before",
      ExpressionAttributeValues: { ":pk": RUNS, ":from": from, ":before": before },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
    { ...paging, key: ["pk", "sk"] },
  );
  const jobs = await Promise.all(items.map((item) => readJob(String(item.jobId))));
  return { jobs: jobs.filter((job) => job !== null), next };
}

/** All campaigns, newest first. Throws 400 `cursor`. */
export async function readCampaigns(paging: {
  limit: number;
  cursor?: string;
}): Promise<{ jobs: CampaignJob[]; next: string | null }> {
  const { items, next } = await queryPage(
    {
      TableName: cases(),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": CAMPAIGNS },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
    { ...paging, key: ["pk", "sk"] },
  );
  const jobs = await Promise.all(items.map((item) => readJob(String(item.jobId))));
  return { jobs: jobs.filter((job) => job?.kind === "campaign"), next };
}

/** Asks case/advance to have a job done by its workflow; once for each job. */
export function planWork({ jobId, kind }: Pick<Job, "jobId" | "kind">, at: number): Work {
  const workId = `PLAN-${jobId}`;
  return { v: 1, workId, caseId: workId, kind: "plan", of: kind, jobId, pending: "work", dueAt: stamp(at) };
}

/** Hands a job to its workflow. A second time it changes nothing that has begun. */
export const handOver = (job: Pick<Job, "jobId" | "kind">, at: number): Promise<void> =>
  transact([putWork(planWork(job, at))]);

/** Writes a page; false where somebody else wrote one meanwhile. */
export async function writePage(before: Job, after: Job, more: Write[]): Promise<boolean> {
  try {
    await transact([jobWrite(before, after), ...more]);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes(JOB_LABEL)) return false;
    throw error;
  }
}

// ---- who is due

/**
 * The next customers who are due by a day, in one part of the index after the other; `next` is null at the end. Reads no
 * more than it answers with.
 */
export async function dueCustomers(
  until: string,
  from: { shard: number; key: Record<string, unknown> | null },
): Promise<{ customers: Customer[]; next: Place | null }> {
  const customers: Customer[] = [];
  let { shard, key } = from;
  while (shard < DUE_SHARDS) {
    if (customers.length === PAGE) return { customers, next: { due: { shard, key } } };
    const { items, last } = await queryChunk({
      TableName: env("CUSTOMERS_TABLE"),
      IndexName: "byDue",
      KeyConditionExpression: "dueShard = :shard AND nextDueOn <= :until",
      ExpressionAttributeValues: { ":shard": shard, ":until": until },
      ...(key === null ? {} : { ExclusiveStartKey: key }),
      Limit: PAGE - customers.length,
    });
    customers.push(...items.map((item) => toKnown(item).customer));
    if (last) key = last;
    else [shard, key] = [shard + 1, null];
  }
  return { customers, next: null };
}

/** Label of the check that a customer is still due on the day that he was planned for. */
export const DUE_LABEL = "due";

export const stillDue = ({ customerId, nextDueOn }: Pick<Customer, "customerId" | "nextDueOn">): Write => ({
  label: DUE_LABEL,
  ConditionCheck: {
    TableName: env("CUSTOMERS_TABLE"),
    Key: customerKey(customerId),
    ConditionExpression: "nextDueOn = :due",
    ExpressionAttributeValues: { ":due": nextDueOn },
  },
});
