/**
 * Campaigns (contracts/follow-ups.md "Cadence, planner, campaigns"): some customers are chosen, what would come of it is
 * shown, and then each gets a follow-up of his own, on the same terms as by the planner.
 */
import { randomBytes } from "node:crypto";
import { isDesk } from "../case/access.ts";
import type { Header } from "../case/model.ts";
import { putWork, readHeaders } from "../case/store.ts";
import { readCustomers } from "../customer/contact-store.ts";
import { allCustomers, type Filter } from "../customer/list.ts";
import type { Actor, Locale } from "../directory/model.ts";
import { now, shanghaiDate, stamp, toApi } from "../shared/clock.ts";
import { conflict, forbidden, invalid, notFound, Refusal } from "../shared/errors.ts";
import { assignmentText } from "../shared/i18n/sections/follow-up.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { refuseFields } from "../shared/plain.ts";
import { ConditionFailed, transact } from "../shared/table.ts";
import { MAX_CUSTOMERS, readCampaign } from "./campaign-schema.ts";
import type { CampaignJob, Job, Skip } from "./model.ts";
import { foreseen, readAround } from "./plan.ts";
import {
  JOB_LABEL,
  jobWrite,
  newJobWrites,
  planWork,
  putMembers,
  readCampaigns,
  readJob,
  readMembers,
  readResults,
} from "./store.ts";

export type Options = { idempotencyKey?: string };

/** `POST /api/campaigns`: 201. Throws 403, 400 by field. */
export async function openCampaign(
  actor: Actor,
  input: unknown,
  options: Options = {},
): Promise<Answer<{ campaignId: string }>> {
  if (!isDesk(actor)) throw forbidden("not_allowed");
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: "POST /api/campaigns",
    body: input,
  });
  return once<{ campaignId: string }>(key, async (extra) => {
    const at = now();
    const { of, ...asked } = readCampaign(input, shanghaiDate(at));
    const customerIds = "select" in of ? await selected(actor, of.select) : await listed(of.customerIds);
    const campaignId = `HD-${shanghaiDate(at).replaceAll("-", "")}-${randomBytes(4).toString("hex")}`;
    const job: CampaignJob = {
      v: 1,
      jobId: campaignId,
      kind: "campaign",
      at: null,
      by: null,
      status: "draft",
      page: 0,
      stage: "owners",
      place: null,
      parts: 0,
      due: 0,
      created: 0,
      existing: 0,
      skipped: 0,
      failed: 0,
      staff: null,
      ...asked,
      total: customerIds.length,
      openedAt: stamp(at),
      openedBy: actor.staffId,
    };
    const answer = { status: 201, body: { campaignId } };
    await putMembers(campaignId, customerIds);
    await transact([...newJobWrites(job), ...extra(answer)]);
    return answer;
  });
}

/** Customers by number, all of whom must be there. Throws 400 at each that is not. */
async function listed(customerIds: string[]): Promise<string[]> {
  const found = await readCustomers(customerIds);
  const unknown = customerIds.flatMap((customerId, index) =>
    found.has(customerId) ? [] : [{ path: `customerIds.${index}`, code: "choose" }],
  );
  if (unknown.length > 0) throw invalid(...unknown);
  return customerIds;
}

/** Customers of a part of the register. Throws 400 where that is nobody, or too many. */
async function selected(actor: Actor, filter: Filter): Promise<string[]> {
  let found: string[];
  try {
    found = (await allCustomers(actor, filter)).map((customer) => customer.customerId);
  } catch (error) {
    if (error instanceof Refusal && error.status === 400)
      throw invalid({ path: "select", code: "too_many", params: { max: MAX_CUSTOMERS } });
    throw error;
  }
  if (found.length === 0) throw invalid({ path: "select", code: "nobody_selected" });
  return found;
}

export type CampaignLine = Pick<
  CampaignView,
  "campaignId" | "name" | "status" | "plannedOn" | "dueOn" | "total"
> & {
  /** Staff id of whoever opened it, and when. */
  by: string;
  openedAt: string;
};

/** Campaigns for the page that lists them, the newest first. Throws 403, 400 `cursor`. */
export async function listCampaigns(
  actor: Actor,
  paging: { limit?: number; cursor?: string } = {},
): Promise<{ items: CampaignLine[]; next: string | null }> {
  if (!isDesk(actor)) throw forbidden("not_allowed");
  const { jobs, next } = await readCampaigns({ limit: 20, ...paging }).catch((error: unknown) => {
    if (error instanceof SyntaxError || (error instanceof Error && error.name === "ValidationException"))
      throw invalid({ path: "cursor", code: "invalid" });
    throw error;
  });
  return {
    items: jobs.map(({ jobId, name, status, plannedOn, dueOn, total, openedBy, openedAt }) => ({
      campaignId: jobId,
      name,
      status: STATUS[status],
      plannedOn,
      dueOn,
      total,
      by: openedBy,
      openedAt: toApi(openedAt),
    })),
    next,
  };
}

async function campaignOf(actor: Actor, campaignId: string): Promise<CampaignJob> {
  if (!isDesk(actor)) throw forbidden("not_allowed");
  const job = /^HD-\d{8}-[0-9a-f]{8}$/.test(campaignId) ? await readJob(campaignId) : null;
  if (job?.kind !== "campaign") throw notFound();
  return job;
}

const STATUS = { draft: "draft", running: "generating", done: "done" } as const;

export type CampaignView = {
  campaignId: string;
  name: string;
  channel: string;
  questions: string[];
  plannedOn: string;
  dueOn: string;
  status: (typeof STATUS)[Job["status"]];
  total: number;
  generated: number;
  skipped: Skip[];
  recorded: number;
  unreachable: number;
  missed: number;
};

/** `GET /api/campaigns/{campaignId}`, while it is generated and afterwards. Throws 403, 404. */
export async function viewCampaign(actor: Actor, campaignId: string): Promise<CampaignView> {
  const job = await campaignOf(actor, campaignId);
  const { skipped, made } = await readResults(campaignId);
  const headers = await headersOf(made.map((one) => one.caseId));
  const at = stamp(now());
  const count = (is: (header: Header) => boolean) => headers.filter(is).length;
  return {
    campaignId,
    name: job.name,
    channel: job.channel,
    questions: job.questions,
    plannedOn: job.plannedOn,
    dueOn: job.dueOn,
    status: STATUS[job.status],
    total: job.total,
    generated: made.length,
    skipped,
    recorded: count(isRecorded),
    unreachable: count((header) => header.outcome === "unreachable"),
    missed: count((header) => isMissed(header, at)),
  };
}

/** Reviewed or not. */
const isRecorded = ({ outcome, phase }: Header): boolean => outcome === "recorded" || phase === "reviewing";

const isMissed = (header: Header, at: string): boolean =>
  header.status === "open" && !isRecorded(header) && header.dueAt <= at;

const headersOf = async (caseIds: string[]): Promise<Header[]> => [...(await readHeaders(caseIds)).values()];

export type Preview = {
  total: number;
  /** Of so many customers is shown what would come: all, save where there are very many. */
  shown: number;
  assignments: { customerId: string; customerName: string; staffId: string; reason: string }[];
  skipped: Skip[];
};

/** Customers whose share is worked out before: two small reads each while somebody waits. */
const PREVIEWED = 1000;

/** `GET …/preview`: who would get what if it were generated now. Nothing is written. Throws 403, 404. */
export async function previewCampaign(actor: Actor, campaignId: string, locale: Locale): Promise<Preview> {
  const job = await campaignOf(actor, campaignId);
  const members: string[] = [];
  for (let part = 0; members.length < Math.min(job.total, PREVIEWED); part += 1)
    members.push(...(await readMembers(campaignId, part)));
  const [around, found] = await Promise.all([readAround(job), readCustomers(members)]);
  const customers = members.flatMap((customerId) => found.get(customerId) ?? []);
  const { choices, skipped } = await foreseen(job, customers, around);
  const names = new Map(around.staff.people.map((person) => [person.staffId, person.name]));
  return {
    total: job.total,
    shown: customers.length,
    assignments: choices.map(({ customer, staffId, reason }) => ({
      customerId: customer.customerId,
      customerName: customer.name,
      staffId,
      reason: assignmentText(reason, { assignee: staffId, name: (id) => names.get(id) ?? id, locale }),
    })),
    skipped,
  };
}

/** `POST …/generate`: 202; its workflow does the work. Throws 403, 404, 409 `already_generated`, 400. */
export async function generateCampaign(
  actor: Actor,
  campaignId: string,
  input: unknown,
  options: Options = {},
): Promise<Answer<{ campaignId: string; status: CampaignView["status"] }>> {
  const job = await campaignOf(actor, campaignId);
  refuseFields(input);
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: `POST /api/campaigns/generate ${campaignId}`,
    body: input ?? {},
  });
  return once<{ campaignId: string; status: CampaignView["status"] }>(key, async (extra) => {
    if (job.status !== "draft") throw conflict("already_generated");
    const at = now();
    const answer = { status: 202, body: { campaignId, status: STATUS.running } };
    const begun: Job = { ...job, status: "running", at: stamp(at), by: actor.staffId };
    try {
      await transact([jobWrite(job, begun), putWork(planWork(begun, at)), ...extra(answer)]);
    } catch (error) {
      if (error instanceof ConditionFailed && error.labels.includes(JOB_LABEL))
        throw conflict("already_generated");
      throw error;
    }
    return answer;
  });
}
